// Package oracle checks the answers of the Analytics service against an evaluation of its own. It makes thousands of
// queries as small trees that can print themselves as OData and compute themselves, row by row, over plain rows read
// from the record store; so parser, binder, planner, SQL and ingest are all checked at once, on every backend. Queries
// that other people wrote are read into such trees by parse_test.go. It must not use the packages odata and edm, nor
// read the analytics tables. Another entity set is checked once schema_test.go describes it and readWorld adds its
// rows. Start reading at TestOracle, then query_test.go and expression_test.go; traps_test.go holds the cases that were
// thought of by hand.
package oracle

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// generated is how many queries each run makes of each kind, on each backend.
const generated = 500

// soak tells from which seed queries are made and for how long: BOARDWALK_SEED and BOARDWALK_SOAK. Without them it is a
// fixed number from a fixed seed.
func soak(t *testing.T, n int) iter.Seq[uint64] {
	t.Helper()
	first, end := uint64(0), time.Time{}
	if text := os.Getenv("BOARDWALK_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("BOARDWALK_SEED: %v", err)
		}
		first = seed
	}
	if text := os.Getenv("BOARDWALK_SOAK"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("BOARDWALK_SOAK: %v", err)
		}
		end = time.Now().Add(d)
	}
	return func(yield func(uint64) bool) {
		seed := first
		for ; seed < first+uint64(n) || time.Now().Before(end); seed++ {
			if !yield(seed) {
				break
			}
		}
		t.Logf("seeds %d to %d", first, seed-1)
	}
}

// Where queries are asked: mostly at organization scope.
var scopes = []string{"", "", "Fabrikam Fiber", "Fabrikam"}

func TestOracle(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		for _, test := range []struct {
			name string
			run  func(*testing.T, *fixture)
		}{
			{"silent_answers", testSilentAnswers}, {"filters", testFilters}, {"rows", testRows}, {"order", testOrder}, {"pages", testPages},
			{"rollup", testRollup}, {"rights", testRights}, {"corpus", testCorpus}, {"generated", testGenerated}, {"extended", testExtended},
			{"limited_reader", testLimitedReader}, {"interference", testInterference}, {"mutation", testMutation}, {"suggested", testSuggested},
		} {
			t.Run(test.name, func(t *testing.T) { test.run(t, f) })
		}
	})
}

func testGenerated(t *testing.T, f *fixture) {
	failed := 0
	for seed := range soak(t, generated) {
		ok := t.Run(fmt.Sprint(seed), func(t *testing.T) { testSeed(t, f, seed) })
		if !ok {
			failed++
		}
		if failed == 5 {
			t.Fatal("there may be more")
		}
	}
}

func testSeed(t *testing.T, f *fixture, seed uint64) {
	w := f.world(t, scopes[seed%uint64(len(scopes))])
	q := newGenerator(w, seed).query()
	a := f.compare(t, f.service, f.admin, w, q)
	if seed%8 == 1 && a.until-a.from < 6*smallPage && (!daily(q.set) || len(q.apply) > 0) {
		f.compare(t, f.paged, f.admin, w, q)
	}
	if seed%8 == 0 && len(q.apply) == 0 {
		f.compareCount(t, w, q)
	}
	if read, err := parse(w, q.set, q.text()); err != nil || read.text() != q.text() {
		t.Errorf("%s\nis read as %v (%v)", q.text(), read, err)
	}
}

// reply is an answer of the service to a query of rows.
type reply struct {
	Count *int             `json:"@odata.count"`
	Value []map[string]any `json:"value"`
	Next  string           `json:"@odata.nextLink"`
}

// asked is a request: what is asked of whom, and in words.
type asked struct {
	service *analytics.Service // nil for the one with large pages
	caller  *access.Caller
	version string
	path    string
	raw     string
	text    string
	limit   int // rows of a page
}

// compare asks a query, page by page, and checks every row of the answer.
func (f *fixture) compare(t *testing.T, s *analytics.Service, c *access.Caller, w *world, q *query) *answer {
	t.Helper()
	a := asked{service: s, caller: c, version: version, path: q.set, raw: q.raw(), text: q.set + "?" + q.text()}
	if s == f.paged {
		a.limit = smallPage
	}
	return f.expect(t, a, w, q)
}

// expect sends a request, follows its pages and checks every row against the answer of a query, which it returns.
func (f *fixture) expect(t *testing.T, a asked, w *world, q *query) *answer {
	t.Helper()
	want := q.answer(w)
	what := w.name() + ": " + a.text
	raw, pages := a.raw, 0
	var got []string
	for {
		r, err := f.page(t, a, w, raw)
		if err != nil {
			t.Errorf("%s\n%s", what, err)
			return want
		}
		if q.count && (r.Count == nil || *r.Count != want.total) {
			t.Errorf("%s\n@odata.count is %v, want %d", what, deref(r.Count), want.total)
		}
		if a.limit > 0 && len(r.Value) > a.limit {
			t.Errorf("%s\npage of %d rows", what, len(r.Value))
		}
		for _, v := range r.Value {
			got = append(got, text(want.shape.read(w, v)))
		}
		if r.Next == "" {
			break
		}
		next, err := url.Parse(r.Next)
		if pages++; err != nil || next.RawQuery == raw || pages > 2000 {
			t.Errorf("%s\nlink to page %d: %s %v", what, pages+1, r.Next, err)
			return want
		}
		raw = next.RawQuery
	}
	if a.limit == 0 && pages > len(got)/10000 {
		t.Errorf("%s\n%d pages", what, pages+1)
	}
	if err := want.check(got); err != nil {
		t.Errorf("%s\n%v (%d pages)", what, err, pages+1)
	}
	return want
}

// expectCount sends a request for the number of rows alone.
func (f *fixture) expectCount(t *testing.T, a asked, w *world, q *query) *answer {
	t.Helper()
	want := q.answer(w)
	body, err := f.send(t, a, w)
	if err != nil || strings.TrimPrefix(string(body), "\ufeff") != fmt.Sprint(want.total) {
		t.Errorf("%s: %s\n%s, %v, want %d", w.name(), a.text, body, err, want.total)
	}
	return want
}

func deref(n *int) any {
	if n == nil {
		return "absent"
	}
	return *n
}

// send asks a request in the scope of a world and returns the body of the answer.
func (f *fixture) send(t *testing.T, a asked, w *world) ([]byte, error) {
	t.Helper()
	if a.service == nil {
		a.service = f.service
	}
	return f.ask(t, a.service, a.caller, w.project, a.version+"/"+a.path, a.raw)
}

func (f *fixture) page(t *testing.T, a asked, w *world, raw string) (*reply, error) {
	t.Helper()
	a.raw = raw
	body, err := f.send(t, a, w)
	if err != nil {
		return nil, err
	}
	r := &reply{}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	if err := d.Decode(r); err != nil {
		return nil, fmt.Errorf("%w in %s", err, body)
	}
	return r, nil
}

// compareCount asks for the number of rows alone.
func (f *fixture) compareCount(t *testing.T, w *world, q *query) {
	t.Helper()
	only := &query{set: q.set, computes: q.computes, filter: q.filter}
	f.expectCount(t, asked{caller: f.admin, version: version, path: q.set + "/$count", raw: only.raw(), text: q.set + "/$count?" + only.text()}, w, only)
}

// describe is a query as it can be read aloud.
func (f *fixture) describe(w *world, q *query) string {
	return w.name() + ": " + q.set + "?" + q.text()
}

// name is the scope of a world in words.
func (w *world) name() string {
	if w.project == "" {
		return "organization"
	}
	return w.project
}

// status is the HTTP status of an error, 500 for one that is no fault.
func status(err error) int {
	var f *fault.Fault
	switch {
	case err == nil:
		return 200
	case errors.As(err, &f):
		return f.Status
	}
	return 500
}
