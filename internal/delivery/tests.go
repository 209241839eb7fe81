package delivery

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The lines of tests. Names are those of Test in the REST API.
type (
	configurationLine struct {
		Kind  string `json:"kind"`
		ID    *int64 `json:"id"`
		Name  string `json:"name"`
		State string `json:"state"`
	}
	planLine struct {
		Kind string `json:"kind"`
		ID   *int64 `json:"id"`
		Name string `json:"name"`
	}
	suiteLine struct {
		Kind        string `json:"kind"`
		ID          *int64 `json:"id"`
		Name        string `json:"name"`
		Plan        *ref   `json:"plan"`
		Parent      *ref   `json:"parentSuite"`
		Order       *int64 `json:"order"`
		Type        string `json:"suiteType"`
		Requirement *int64 `json:"requirementId"`
	}
	pointLine struct {
		Kind          string    `json:"kind"`
		ID            *int64    `json:"id"`
		Plan          *ref      `json:"testPlan"`
		Suite         *ref      `json:"suite"`
		Configuration *ref      `json:"configuration"`
		TestCase      *ref      `json:"testCase"`
		Updated       time.Time `json:"lastUpdatedDate"`
		Outcome       string    `json:"outcome"`
		State         string    `json:"lastResultState"`
		Tester        *identity `json:"tester"`
		AssignedTo    *identity `json:"assignedTo"`
		Priority      *int64    `json:"priority"`
		Automation    string    `json:"automationStatus"`
	}
	identity struct {
		UniqueName string `json:"uniqueName"`
	}
	testRunLine struct {
		Kind      string       `json:"kind"`
		ID        *int64       `json:"id"`
		Name      string       `json:"name"`
		Automated bool         `json:"isAutomated"`
		Build     *ref         `json:"build"`
		Release   *releaseRef  `json:"release"`
		Started   *time.Time   `json:"startedDate"`
		Completed *time.Time   `json:"completedDate"`
		Results   []testResult `json:"results"`
	}
	releaseRef struct {
		ID                      *int64 `json:"id"`
		EnvironmentID           *int64 `json:"environmentId"`
		DefinitionID            *int64 `json:"definitionId"`
		EnvironmentDefinitionID *int64 `json:"environmentDefinitionId"`
	}
	testResult struct {
		ID        *int64     `json:"id"`
		Title     string     `json:"testCaseTitle"`
		FullName  string     `json:"automatedTestName"`
		Container string     `json:"automatedTestStorage"`
		Reference *int64     `json:"testCaseReferenceId"`
		Owner     *owner     `json:"owner"`
		Priority  *int64     `json:"priority"`
		Outcome   string     `json:"outcome"`
		Duration  *float64   `json:"durationInMs"`
		Started   *time.Time `json:"startedDate"`
		Completed *time.Time `json:"completedDate"`
		Flaky     bool       `json:"isFlaky"`
	}
	owner struct {
		DisplayName string `json:"displayName"`
	}
)

func (t *configurationLine) kind() Kind  { return ConfigurationKind }
func (t *configurationLine) key() string { return number(t.ID) }

func (t *configurationLine) check(c *checker) {
	c.id("id", t.ID)
	c.name("name", t.Name)
	c.word("state", t.State, words{{"active", 1}, {"inactive", 2}})
}

func (t *configurationLine) needs(*needs) {}

func (t *configurationLine) value(*resolver) any {
	v := Configuration{ID: *t.ID, Name: t.Name}
	switch {
	case strings.EqualFold(t.State, "active"):
		v.State = "Active"
	case t.State != "":
		v.State = "Inactive"
	}
	return v
}

func (t *planLine) kind() Kind  { return PlanKind }
func (t *planLine) key() string { return number(t.ID) }

func (t *planLine) check(c *checker) {
	c.id("id", t.ID)
	c.name("name", t.Name)
}

func (t *planLine) needs(*needs)        {}
func (t *planLine) value(*resolver) any { return Plan{ID: *t.ID, Name: t.Name} }

func (t *suiteLine) kind() Kind  { return SuiteKind }
func (t *suiteLine) key() string { return number(t.ID) }

func (t *suiteLine) check(c *checker) {
	c.id("id", t.ID)
	c.name("name", t.Name)
	c.ref("plan", t.Plan, true)
	c.ref("parentSuite", t.Parent, false)
	c.count("order", t.Order)
	c.word("suiteType", t.Type, suiteTypes())
	if t.Requirement != nil {
		c.id("requirementId", t.Requirement)
	}
	if c.problem == "" && t.Parent != nil && *t.Parent.ID == *t.ID {
		c.fail("parentSuite.id is the suite itself")
	}
}

func (t *suiteLine) needs(n *needs) {
	n.known(PlanKind, t.Plan)
	n.known(SuiteKind, t.Parent)
}

func (t *suiteLine) value(x *resolver) any {
	v := Suite{ID: *t.ID, PlanSK: x.known(PlanKind, "plan", t.Plan), Name: t.Name, Type: suiteTypes().number(t.Type), Requirement: t.Requirement}
	if t.Parent != nil {
		parent := x.known(SuiteKind, "parentSuite", t.Parent)
		v.ParentSK = &parent
	}
	if t.Order != nil {
		v.Order = *t.Order
	}
	return v
}

func (t *pointLine) kind() Kind  { return PointKind }
func (t *pointLine) key() string { return number(t.ID) }

func (t *pointLine) check(c *checker) {
	c.id("id", t.ID)
	c.ref("testPlan", t.Plan, true)
	c.ref("suite", t.Suite, true)
	c.ref("configuration", t.Configuration, true)
	c.ref("testCase", t.TestCase, true)
	if t.Updated.IsZero() {
		c.fail("lastUpdatedDate is missing")
	}
	c.moment("lastUpdatedDate", &t.Updated)
	c.word("outcome", t.Outcome, testOutcomes())
	c.word("lastResultState", t.State, resultStates())
	c.count("priority", t.Priority)
	c.text("automationStatus", t.Automation, maxName)
	for member, who := range map[string]*identity{"tester": t.Tester, "assignedTo": t.AssignedTo} {
		if who != nil {
			c.name(member+".uniqueName", who.UniqueName)
		}
	}
}

func (t *pointLine) needs(n *needs) {
	n.known(PlanKind, t.Plan)
	n.known(SuiteKind, t.Suite)
	n.known(ConfigurationKind, t.Configuration)
}

func (t *pointLine) value(x *resolver) any {
	x.known(PlanKind, "testPlan", t.Plan)
	v := Point{ID: *t.ID, PlanID: *t.Plan.ID, SuiteID: *t.Suite.ID, SuiteSK: x.known(SuiteKind, "suite", t.Suite),
		ConfigurationSK: x.known(ConfigurationKind, "configuration", t.Configuration), ConfigurationID: *t.Configuration.ID, TestCase: *t.TestCase.ID}
	state := PointState{Changed: *exact(&t.Updated), Outcome: 1, Tester: x.user("tester", t.Tester), AssignedTo: x.user("assignedTo", t.AssignedTo),
		Priority: t.Priority, Automation: t.Automation}
	if n := testOutcomes().number(t.Outcome); n != nil {
		state.Outcome = *n
	}
	if n := resultStates().number(t.State); n != nil {
		state.State = *n
	}
	var old Point
	x.before(&old)
	v.States = slices.DeleteFunc(old.States, func(s PointState) bool { return s.Changed.Equal(state.Changed) })
	at, _ := slices.BinarySearchFunc(v.States, state, func(a, b PointState) int { return a.Changed.Compare(b.Changed) })
	v.States = slices.Insert(v.States, at, state)
	if len(v.States) > maxStates {
		x.fail("test point %d has %d states already; a point may have %d", *t.ID, maxStates, maxStates)
	}
	return v
}

func (t *testRunLine) kind() Kind  { return TestRunKind }
func (t *testRunLine) key() string { return number(t.ID) }

func (t *testRunLine) check(c *checker) {
	c.id("id", t.ID)
	c.text("name", t.Name, maxName)
	c.ref("build", t.Build, false)
	if r := t.Release; r != nil {
		c.count("release.id", r.ID)
		c.count("release.environmentId", r.EnvironmentID)
		c.count("release.definitionId", r.DefinitionID)
		c.count("release.environmentDefinitionId", r.EnvironmentDefinitionID)
	}
	c.sequence(stamp{"startedDate", t.Started}, stamp{"completedDate", t.Completed})
	if len(t.Results) > maxResults {
		c.fail("results holds %d; a run may have %d: send the rest as a run of its own", len(t.Results), maxResults)
		return
	}
	seen := make(map[int64]bool, len(t.Results))
	for i := range t.Results {
		if t.Results[i].check(c, i); c.problem != "" {
			return
		}
		if id := *t.Results[i].ID; seen[id] {
			c.fail("two results have the id %d", id)
		} else {
			seen[id] = true
		}
	}
}

func (r *testResult) check(c *checker, i int) {
	in := func(member string) string { return "results[" + strconv.Itoa(i) + "]." + member }
	c.id(in("id"), r.ID)
	if r.Title == "" && r.FullName == "" {
		c.fail("%s is missing; a result names its test by testCaseTitle, automatedTestName or both", in("testCaseTitle"))
	}
	c.text(in("testCaseTitle"), r.Title, maxName)
	c.text(in("automatedTestName"), r.FullName, maxName)
	c.text(in("automatedTestStorage"), r.Container, maxName)
	if r.Reference != nil {
		c.id(in("testCaseReferenceId"), r.Reference)
	}
	if r.Owner != nil {
		c.text(in("owner.displayName"), r.Owner.DisplayName, maxName)
	}
	c.count(in("priority"), r.Priority)
	if r.Outcome == "" {
		c.fail("%s is missing", in("outcome"))
	}
	c.word(in("outcome"), r.Outcome, testOutcomes())
	if d := r.Duration; d != nil && (*d < 0 || *d > 1e12) {
		c.fail("%s is %g; it must be 0 to 1000000000000", in("durationInMs"), *d)
	}
	c.sequence(stamp{in("startedDate"), r.Started}, stamp{in("completedDate"), r.Completed})
}

// testKey tells tests apart by container and name.
func (r *testResult) testKey() string {
	name := r.FullName
	if name == "" {
		name = r.Title
	}
	return digest(r.Container, name)
}

// test is the key of the result's test, which is brought up to date: what the result does not say of it stays.
func (r *testResult) test(x *resolver) int64 {
	at := slot{TestKind, r.testKey()}
	v := Test{Name: r.FullName}
	x.decode(x.records[at], &v)
	v.FullName, v.Container = r.FullName, r.Container
	if r.Title != "" {
		v.Name = r.Title
	}
	if r.Reference != nil {
		v.Reference = r.Reference
	}
	if r.Priority != nil {
		v.Priority = r.Priority
	}
	if r.Owner != nil {
		v.Owner = r.Owner.DisplayName
	}
	return x.made(at.kind, at.key, v)
}

func (t *testRunLine) needs(n *needs) {
	n.known(RunKind, t.Build)
	for i := range t.Results {
		n.made(TestKind, t.Results[i].testKey())
	}
}

func (t *testRunLine) value(x *resolver) any {
	v := TestRun{ID: *t.ID, Title: t.Name, Automated: t.Automated, Started: exact(t.Started), Completed: exact(t.Completed)}
	if t.Build != nil {
		run := x.known(RunKind, "build", t.Build)
		v.RunSK = &run
	}
	if t.Release != nil {
		r := Release(*t.Release)
		v.Release = &r
	}
	for i := range t.Results {
		r := &t.Results[i]
		one := Result{ID: *r.ID, TestSK: r.test(x), Outcome: *testOutcomes().number(r.Outcome),
			Started: exact(r.Started), Completed: exact(r.Completed), Flaky: r.Flaky}
		if r.Duration != nil {
			ms := int64(*r.Duration + 0.5)
			one.Millis = &ms
		}
		v.Results = append(v.Results, one)
	}
	return v
}
