package delivery

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// The bounds of values.
const (
	maxName    = 512   // characters of names
	maxText    = 2048  // characters of paths and addresses
	maxRecords = 20000 // records of a run's timeline
	maxResults = 50000 // results of a test run
	maxStates  = 5000  // states of a test point
	maxWait    = 31 * 24 * time.Hour
)

// checker looks at the values of a line and keeps the first thing that is wrong.
type checker struct {
	now     time.Time
	problem string
}

func (c *checker) fail(format string, args ...any) {
	if c.problem == "" {
		c.problem = fmt.Sprintf(format, args...)
	}
}

// id is a number that names something: present and 1 to 2147483647.
func (c *checker) id(member string, v *int64) {
	switch {
	case v == nil:
		c.fail("%s is missing; it is a whole number", member)
	case *v < 1 || *v > math.MaxInt32:
		c.fail("%s is %d; it must be 1 to %d", member, *v, math.MaxInt32)
	}
}

// ref is an optional reference; must says that it is not optional.
func (c *checker) ref(member string, r *ref, must bool) {
	if r != nil {
		c.id(member+".id", r.ID)
	} else if must {
		c.fail(`%s is missing; write it like "%s": {"id": 12}`, member, member)
	}
}

// count is an optional number of 0 to 2147483647.
func (c *checker) count(member string, v *int64) {
	if v != nil && (*v < 0 || *v > math.MaxInt32) {
		c.fail("%s is %d; it must be 0 to %d", member, *v, math.MaxInt32)
	}
}

// text is an optional text.
func (c *checker) text(member, v string, longest int) {
	if n := utf8.RuneCountInString(v); n > longest {
		c.fail("%s has %d characters; it may have %d", member, n, longest)
	} else if strings.ContainsRune(v, 0) {
		c.fail("%s holds a NUL character, which no text may", member)
	}
}

// name is a text that must be there.
func (c *checker) name(member, v string) {
	if strings.TrimSpace(v) == "" {
		c.fail("%s is missing; it is a text", member)
	}
	c.text(member, v, maxName)
}

func (c *checker) guid(member, v string) {
	if _, err := uuid.Parse(v); err != nil || len(v) != 36 {
		c.fail("%s is %.40q; it is a GUID like 6237827d-6244-4d52-b93e-47d8610fbd8a", member, v)
	}
}

// moment is a date of the last decades. A day ahead is accepted, because clocks differ.
func (c *checker) moment(member string, t *time.Time) {
	switch {
	case t == nil:
	case t.Year() < 1990:
		c.fail("%s is %s; it must not be before 1990", member, t.Format(time.RFC3339))
	case t.After(c.now.Add(24 * time.Hour)):
		c.fail("%s is %s, which is in the future", member, t.Format(time.RFC3339))
	}
}

// stamp is a moment of a sequence.
type stamp struct {
	member string
	at     *time.Time
}

// sequence is moments that must come one after the other, as far as they are there.
func (c *checker) sequence(stamps ...stamp) {
	var last stamp
	for _, s := range stamps {
		c.moment(s.member, s.at)
		if s.at == nil {
			continue
		}
		if last.at != nil && s.at.Before(*last.at) {
			c.fail("%s (%s) is before %s (%s)", s.member, s.at.Format(time.RFC3339Nano), last.member, last.at.Format(time.RFC3339Nano))
		}
		last = s
	}
}

// words is the words of an enumeration as the REST API writes them, with the numbers of Analytics.
type words []struct {
	word   string
	number int64
}

// find returns the number of a word in any letter case, nil for no word.
func (w words) find(text string) (number *int64, ok bool) {
	if text == "" {
		return nil, true
	}
	for _, at := range w {
		if strings.EqualFold(at.word, text) {
			return &at.number, true
		}
	}
	return nil, false
}

// word is an optional word.
func (c *checker) word(member, text string, w words) {
	if _, ok := w.find(text); !ok {
		all := make([]string, len(w))
		for i, at := range w {
			all[i] = at.word
		}
		c.fail("%s is %.40q; it must be one of %s", member, text, strings.Join(all, ", "))
	}
}

// number is what a checked word means.
func (w words) number(text string) *int64 {
	n, _ := w.find(text)
	return n
}

func runReasons() words {
	return words{{"none", 0}, {"manual", 1}, {"individualCI", 2}, {"batchedCI", 4}, {"schedule", 8}, {"scheduleForced", 8}, {"userCreated", 32},
		{"validateShelveset", 64}, {"checkInShelveset", 128}, {"pullRequest", 256}, {"buildCompletion", 512}, {"resourceTrigger", 0}}
}

func runResults() words {
	return words{{"none", 0}, {"succeeded", 2}, {"partiallySucceeded", 4}, {"failed", 8}, {"canceled", 32}}
}

func stepResults() words {
	return words{{"succeeded", 0}, {"succeededWithIssues", 1}, {"failed", 2}, {"canceled", 3}, {"skipped", 4}, {"abandoned", 5}}
}

func testOutcomes() words {
	return words{{"Unspecified", 0}, {"None", 1}, {"Passed", 2}, {"Failed", 3}, {"Inconclusive", 4}, {"Timeout", 5}, {"Aborted", 6}, {"Blocked", 7},
		{"NotExecuted", 8}, {"Warning", 9}, {"Error", 10}, {"NotApplicable", 11}, {"Paused", 12}, {"InProgress", 13}, {"NotImpacted", 14}}
}

func resultStates() words {
	return words{{"Unspecified", 0}, {"Pending", 1}, {"Queued", 2}, {"InProgress", 3}, {"Paused", 4}, {"Completed", 5}}
}

func suiteTypes() words {
	return words{{"none", 0}, {"dynamicTestSuite", 1}, {"staticTestSuite", 2}, {"requirementTestSuite", 3}}
}

// The types of steps in Analytics.
const (
	stepTask     = 0
	stepApproval = 1
	stepWait     = 2
)

// The types of a timeline's records that say something here; others, such as Phase, only lead from one to another.
const (
	recordStage    = "Stage"
	recordJob      = "Job"
	recordTask     = "Task"
	recordApproval = "Checkpoint.Approval"
)

func recordTypes() []string {
	return []string{recordStage, "Phase", recordJob, recordTask, "Checkpoint", recordApproval}
}

func isRecordType(text string) bool { return slices.Contains(recordTypes(), text) }
