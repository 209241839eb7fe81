package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// Config is what a Store needs.
type Config struct {
	DB     *db.DB
	Access *access.Store
	Clock  func() time.Time // nil means the real one
}

// Store keeps the records of all organizations. It is safe for concurrent use.
type Store struct {
	config Config
}

// New returns the store in a database.
func New(c Config) *Store {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Store{c}
}

// Summary tells what became of the lines of a call.
type Summary struct {
	Lines     int
	Changed   int // records that are new or differ from before; those that runs name for the first time do not count
	Unchanged int
}

// maxProblems is how many bad lines one refusal names.
const maxProblems = 20

// Ingest stores the lines of a body, each a JSON object, in a project: all of them or, when one is bad, none. A record that
// is there already is replaced. firstLine is the number of the first line, for the words of a refusal: a fault that names
// the bad lines, and what is wrong with them. Who cannot write to the project gets the fault for that.
func (s *Store) Ingest(ctx context.Context, c *access.Caller, project int64, body []byte, firstLine int) (Summary, error) {
	if !c.CanWrite(project) {
		return Summary{}, fault.AccessDenied(c.User.UniqueName, "Contribute to the project")
	}
	var sum Summary
	lines := split(body, firstLine, s.config.Clock())
	if err := refuse(lines); err != nil {
		return sum, err
	}
	for _, l := range lines {
		if organizational(l.line.kind()) && !c.Administers() {
			return sum, fault.AccessDenied(c.User.UniqueName, "Administer the organization, to which agent pools and parallel jobs belong")
		}
	}
	err := s.config.DB.Update(ctx, func(tx *db.Tx) (err error) {
		sum, err = s.store(tx, c.Org, project, slices.Clone(lines))
		return err
	})
	return sum, err
}

// organizational reports whether records of a kind belong to no project.
func organizational(k Kind) bool { return k == PoolSizeKind || k == ParallelJobsKind }

// refuse is the fault that names bad lines, nil when there are none.
func refuse(lines []numbered) error {
	var bad []string
	more := 0
	for _, l := range lines {
		switch {
		case l.problem == "":
		case len(bad) < maxProblems:
			bad = append(bad, fmt.Sprintf("line %d: %s", l.number, l.problem))
		default:
			more++
		}
	}
	if len(bad) == 0 {
		return nil
	}
	text := strings.Join(bad, "; ")
	if more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return fault.InvalidArgument("Nothing of this request was stored. %s", text)
}

// slot is the place of a record in a project.
type slot struct {
	kind Kind
	key  string
}

// needs collects what lines ask for, so that it can be read at once.
type needs struct {
	slots map[slot]bool // true for what is made when it is not there
}

// known asks for a record that must be there.
func (n *needs) known(k Kind, r *ref) {
	if r == nil {
		return
	}
	if at := (slot{k, number(r.ID)}); !n.slots[at] {
		n.slots[at] = false
	}
}

// made asks for a record that is made when it is not there.
func (n *needs) made(k Kind, key string) { n.slots[slot{k, key}] = true }

// entry is a record while lines are stored.
type entry struct {
	sk   int64
	body string // "" when it is not there yet
	next string // what it becomes, "" when it stays
	free bool   // sk is reserved, nothing is stored
}

// resolver answers what lines ask of the store.
type resolver struct {
	tx      *db.Tx
	org     int64
	now     time.Time
	people  *access.Directory
	records map[slot]*entry
	current *entry // of the line at hand
	problem string
	err     error // of the database
}

// fail notes what is wrong with the line at hand.
func (x *resolver) fail(format string, args ...any) {
	if x.problem == "" {
		x.problem = fmt.Sprintf(format, args...)
	}
}

// noun is the kind for people.
func (k Kind) noun() string {
	return map[Kind]string{PipelineKind: "pipeline", RunKind: "pipeline run", PlanKind: "test plan", SuiteKind: "test suite",
		ConfigurationKind: "test configuration"}[k]
}

// known is the key of a record that a line refers to.
func (x *resolver) known(k Kind, member string, r *ref) int64 {
	e := x.records[slot{k, number(r.ID)}]
	if e == nil || e.free {
		x.fail("%s.id is %d, and the project has no such %s; send its line first", member, *r.ID, k.noun())
		return 0
	}
	return e.sk
}

// made is the key of a record that is made, or brought up to date, because a line names it.
func (x *resolver) made(k Kind, key string, v any) int64 {
	e := x.records[slot{k, key}]
	x.put(e, v)
	return e.sk
}

func (x *resolver) put(e *entry, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		x.err = errors.Join(x.err, fmt.Errorf("encode a record: %w", err))
	}
	e.free = false
	if e.next = string(text); e.next == e.body {
		e.next = ""
	}
}

// before reads what the record at hand was; v stays as it is when there was none.
func (x *resolver) before(v any) { x.decode(x.current, v) }

// decode reads what a record is by now; v stays as it is when there is none.
func (x *resolver) decode(e *entry, v any) {
	body := e.next
	if body == "" {
		body = e.body
	}
	if body == "" {
		return
	}
	if err := json.Unmarshal([]byte(body), v); err != nil {
		x.err = errors.Join(x.err, fmt.Errorf("read record %d: %w", e.sk, err))
	}
}

// firstStep is the key of the first step of the run at hand: that of before when it had as many.
func (x *resolver) firstStep(n int) int64 {
	var old Run
	if x.before(&old); len(old.Steps) == n || n == 0 || x.problem != "" {
		return old.FirstStep
	}
	first, err := x.reserve(stepCounter, int64(n))
	x.err = errors.Join(x.err, err)
	return first
}

// user is the id of a person.
func (x *resolver) user(member string, who *identity) *int64 {
	if who == nil {
		return nil
	}
	u := x.people.Find(who.UniqueName)
	if u == nil {
		x.fail("%s.uniqueName is %.60q, and the organization knows no such person", member, who.UniqueName)
		return nil
	}
	return &u.ID
}

const stepCounter = "delivery.step"

// reserve allocates keys, which are numbers of 32 bits.
func (x *resolver) reserve(counter string, n int64) (int64, error) {
	first, err := x.tx.Reserve(x.org, counter, n)
	if err == nil && first+n-1 > math.MaxInt32 {
		err = fmt.Errorf("%s: the keys of Analytics, numbers of 32 bits, are used up", counter)
	}
	return first, err
}

// store runs in a transaction.
func (s *Store) store(tx *db.Tx, org, project int64, lines []numbered) (sum Summary, err error) {
	x := &resolver{tx: tx, org: org, now: tx.Now(), records: map[slot]*entry{}}
	if x.people, err = s.config.Access.Directory(tx, org); err != nil {
		return sum, err
	}
	n := &needs{slots: map[slot]bool{}}
	for _, l := range lines {
		n.made(l.line.kind(), l.line.key())
		l.line.needs(n)
	}
	if err := x.read(project, n.slots); err != nil {
		return sum, err
	}
	sum.Lines = len(lines)
	for i := range lines {
		l := lines[i].line
		x.current, x.problem = x.records[slot{l.kind(), l.key()}], ""
		v := l.value(x)
		if lines[i].problem = x.problem; x.problem == "" {
			x.put(x.current, v)
		}
		if x.current.next != "" {
			sum.Changed++
		} else {
			sum.Unchanged++
		}
	}
	if x.err != nil {
		return sum, x.err
	}
	if err := refuse(lines); err != nil {
		return sum, err
	}
	return sum, x.write(project)
}

// read looks up what lines ask for and reserves keys for what is missing and will be made.
func (x *resolver) read(project int64, slots map[slot]bool) error {
	keys := map[Kind][]string{}
	for at := range slots {
		keys[at.kind] = append(keys[at.kind], at.key)
	}
	for _, kind := range slices.Sorted(maps.Keys(keys)) {
		slices.Sort(keys[kind]) // so that keys are given in the same order whenever the same lines come
		if err := x.readKeys(place(project, kind), kind, keys[kind]); err != nil {
			return err
		}
		var missing []string
		for _, key := range keys[kind] {
			if at := (slot{kind, key}); slots[at] && x.records[at] == nil {
				missing = append(missing, key)
			}
		}
		if len(missing) == 0 {
			continue
		}
		first, err := x.reserve(fmt.Sprintf("delivery.%d", kind), int64(len(missing)))
		if err != nil {
			return err
		}
		for i, key := range missing {
			x.records[slot{kind, key}] = &entry{sk: first + int64(i), free: true}
		}
	}
	return nil
}

// place is the project under which records of a kind are stored: 0 for those of the organization.
func place(project int64, k Kind) int64 {
	if organizational(k) {
		return 0
	}
	return project
}
