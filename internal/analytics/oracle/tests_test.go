package oracle

import (
	"fmt"
	"slices"
	"strings"
)

const pointHistorySet = "TestPointHistorySnapshot"

var (
	testOutcomes = map[int64]enum{0: "Unspecified", 1: "None", 2: "Passed", 3: "Failed", 4: "Inconclusive", 5: "Timeout", 6: "Aborted", 7: "Blocked", 8: "NotExecuted",
		9: "Warning", 10: "Error", 11: "NotApplicable", 12: "Paused", 13: "InProgress", 14: "NotImpacted"}
	resultStates = map[int64]enum{0: "Unspecified", 1: "Pending", 2: "Queued", 3: "InProgress", 4: "Paused", 5: "Completed"}
	suiteTypes   = map[int64]enum{0: "None", 1: "QueryBased", 2: "Static", 3: "RequirementBased"}
)

// resultColumns are the columns that count results, by the outcome they count.
func resultColumns() map[string]enum {
	columns := map[string]enum{"ResultPassCount": "Passed", "ResultFailCount": "Failed"}
	for _, name := range strings.Fields("None Inconclusive Timeout Aborted Blocked NotExecuted Warning Error NotApplicable NotImpacted") {
		columns["Result"+name+"Count"] = enum(name)
	}
	return columns
}

func (w *world) addTest(of record, r row) {
	r["TestSK"], r["TestCaseReferenceId"] = of.sk, of.sk
	r.put("TestCaseReferenceId", of.int("reference"))
	r.put("TestName", of.text("name"))
	r.put("FullyQualifiedTestName", of.text("fullName"))
	r.put("TestOwner", of.text("owner"))
	r.put("ContainerName", of.text("container"))
	r.put("Priority", of.int("priority"))
	w.tests[of.sk] = w.add("Tests", r)
}

func (w *world) addConfiguration(of record, r row) {
	r["TestConfigurationSK"], r["TestConfigurationId"] = of.sk, of.int("id")
	r.put("Name", of.text("name"))
	r.put("State", of.text("state"))
	w.configurations[of.sk] = w.add("TestConfigurations", r)
}

func (w *world) addPlan(of record, _ row) { w.plans[of.sk] = of }

func (w *world) addSuite(of record, r row) {
	w.suites[of.sk], w.suiteRecords[of.sk] = w.add("TestSuites", r), of
}

// addSuites fills in the rows of suites, once all are known: they show their ancestors from the root on.
func (w *world) addSuites() {
	for sk, of := range w.suiteRecords {
		r := w.suites[sk]
		plan := w.plans[of.key("plan")]
		r["TestSuiteSK"], r["TestSuiteId"], r["TestPlanId"], r["OrderId"] = sk, of.int("id"), plan.int("id"), of.key("order")
		r.put("TestPlanTitle", plan.text("name"))
		r.put("Title", of.text("name"))
		r.put("Type", of.name("type", suiteTypes))
		r.put("RequirementWorkItemId", of.int("requirement"))
		path := []record{of}
		for path[0].int("parent") != nil {
			path = slices.Insert(path, 0, w.suiteRecords[path[0].key("parent")])
		}
		r["Depth"] = int64(len(path) - 1)
		for i, at := range path {
			r.put(fmt.Sprintf("IdLevel%d", i+1), at.int("id"))
			r.put(fmt.Sprintf("TitleLevel%d", i+1), at.text("name"))
		}
		r["TestSuiteWorkItem"], r["TestPlanWorkItem"] = w.item(of.int("id")), w.item(plan.int("id"))
		r["RequirementWorkItem"] = w.item(of.int("requirement"))
	}
}

// item is the work item in sight that has a number, nil when none has.
func (w *world) item(id any) row {
	if i := slices.IndexFunc(w.sets["WorkItems"], func(r row) bool { return r["WorkItemId"] == id }); i >= 0 {
		return w.sets["WorkItems"][i]
	}
	return nil
}

// addPoint makes the row of a test point as it is, and remembers from when to when it was as it has been.
func (w *world) addPoint(of record, r row) {
	r["TestPointSK"], r["TestPointId"], r["TestPlanId"], r["TestSuiteId"], r["TestConfigurationId"], r["TestCaseId"] =
		of.sk, of.int("id"), of.int("planId"), of.int("suiteId"), of.int("configurationId"), of.int("testCase")
	r.lead("TestSuite", "TestSuiteSK", w.suites, of.int("suite"))
	r.lead("TestConfiguration", "TestConfigurationSK", w.configurations, of.int("configuration"))
	r["TestCase"] = w.item(of.int("testCase"))
	states := of.parts("states")
	for i, state := range states {
		was := copyOf(r)
		for nav, member := range map[string]string{"Tester": "tester", "AssignedTo": "assignedTo"} {
			if id, ok := state.int(member).(int64); ok {
				was[nav], was[nav+"UserSK"] = w.users[id], w.users[id]["UserSK"]
				w.seen[id] = true
			}
		}
		was.put("Priority", state.int("priority"))
		was.put("AutomationStatus", state.text("automation"))
		outcome, changed := state.name("outcome", testOutcomes), state
		at, _ := changed.time("changed")
		days := span{from: w.daySK(at), until: 99999999, of: copyOf(was)}
		days.of["ResultOutcome"] = outcome
		if i+1 < len(states) {
			next, _ := states[i+1].time("changed")
			days.until = w.daySK(next)
		} else {
			was["LastResultOutcome"], was["LastResultState"] = outcome, state.name("state", resultStates)
			w.moment(was, "ChangedDate", state, "changed")
			w.add("TestPoints", was)
		}
		if days.from < days.until {
			w.spanned[pointHistorySet] = append(w.spanned[pointHistorySet], days)
		}
	}
}

func (w *world) addTestRun(of record, r row) {
	release, _ := of.body["release"].(map[string]any)
	r["TestRunSK"], r["TestRunId"], r["TestRunType"], r["Workflow"] = of.sk, of.int("id"), enum("Manual"), enum("Manual")
	if of.flag("automated") {
		r["TestRunType"] = enum("Automated")
	}
	if run := w.runs[of.key("run")]; run != nil {
		r["Workflow"], r["PipelineRun"], r["PipelineRunSK"] = enum("Build"), run, run["PipelineRunSK"]
		for _, name := range []string{"PipelineSK", "Pipeline", "BranchSK", "Branch"} {
			r.put(name, run[name])
		}
	}
	if release != nil {
		r["Workflow"] = enum("Release")
		for name, member := range map[string]string{"ReleaseId": "id", "ReleaseEnvironmentId": "environmentId", "ReleasePipelineId": "definitionId",
			"ReleaseStageId": "environmentDefinitionId"} {
			r.put(name, record{body: release}.int(member))
		}
	}
	results := of.parts("results")
	run := copyOf(r)
	run["IsAutomated"], run["HasDetail"] = of.flag("automated"), len(results) > 0
	run.put("Title", of.text("title"))
	w.moment(run, "StartedDate", of, "started")
	w.moment(run, "CompletedDate", of, "completed")
	run.put("RunDurationSeconds", between(of, "started", of, "completed"))
	w.add("TestRuns", run)
	var rows []row
	for i, result := range results {
		rows = append(rows, w.addResult(of, result, int64(i), copyOf(r), run))
	}
	sumUp(run, rows)
	if run["ResultDurationSeconds"] == nil {
		run["ResultDurationSeconds"] = 0.0
	}
}

func (w *world) addResult(run, of record, i int64, r, ofRun row) row {
	r["TestResultSK"], r["TestResultId"], r["TestRun"] = run.sk*1e6+i, of.int("id"), ofRun
	r["Outcome"], r["IsFlaky"] = of.name("outcome", testOutcomes), of.flag("flaky")
	r.lead("Test", "TestSK", w.tests, of.int("test"))
	if ms, ok := of.int("ms").(int64); ok {
		r["DurationSeconds"], r[milliseconds] = float64(ms)/1000, ms
	}
	for date, member := range map[string]string{"StartedDate": "started", "CompletedDate": "completed"} {
		if from := of; from.body[member] != nil {
			w.moment(r, date, from, member)
		} else {
			w.moment(r, date, run, member)
		}
	}
	return w.add("TestResults", r)
}

// milliseconds is how long a result took, in numbers whose sums do not depend on their order.
const milliseconds = " milliseconds"

// sumUp counts results.
func sumUp(into row, results []row) {
	into["ResultCount"], into["ResultFlakyCount"] = int64(len(results)), int64(0)
	for column, outcome := range resultColumns() {
		n := int64(0)
		for _, r := range results {
			n += int64(truthNumber(r["Outcome"] == outcome))
		}
		into[column] = n
	}
	sum := int64(0)
	for _, r := range results {
		into["ResultFlakyCount"] = into["ResultFlakyCount"].(int64) + int64(truthNumber(r["IsFlaky"].(bool)))
		if ms, ok := r[milliseconds].(int64); ok {
			sum += ms
			into["ResultDurationSeconds"] = float64(sum) / 1000
		}
	}
}

// addDays counts the results of each test on each day.
func (w *world) addDays() {
	shared := []string{"ProjectSK", "TestSK", "PipelineSK", "BranchSK", "TestRunType", "Workflow", "ReleasePipelineId", "ReleaseStageId"}
	groups, order := map[string][]row{}, []string{}
	for _, r := range w.sets["TestResults"] {
		key := fmt.Sprint(r["CompletedDateSK"])
		for _, name := range shared {
			key += fmt.Sprint("/", r[name])
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	for i, key := range order {
		first := groups[key][0]
		r := row{"TestResultDailySK": int64(i), "AnalyticsUpdatedDate": w.updated}
		for _, name := range append(shared, "Project", "Test", "Pipeline", "Branch") {
			r.put(name, first[name])
		}
		if sk, ok := first["CompletedDateSK"].(int64); ok {
			r["DateSK"], r["Date"] = sk, w.dates[sk]
		}
		sumUp(r, groups[key])
		w.add("TestResultsDaily", r)
	}
}
