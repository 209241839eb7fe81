// Package oracle checks the answers of the Analytics service against an evaluation of its own. It makes a few hundred
// queries as small trees that can print themselves as OData and compute themselves, row by row, over plain rows read
// from the record store; so parser, binder, planner, SQL and ingest are all checked at once, on every backend. It must
// not use the packages odata and edm, nor read the analytics tables. Start reading at TestOracle, then query_test.go
// and expression_test.go; traps_test.go holds the cases that were thought of by hand.
package oracle

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

const generated = 320

// Where queries are asked: mostly at organization scope.
var scopes = []string{"", "", "Fabrikam Fiber", "Fabrikam"}

func TestOracle(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		for name, test := range map[string]func(*testing.T, *fixture){
			"generated": testGenerated, "limited_reader": testLimitedReader, "filters": testFilters, "rows": testRows,
			"rollup": testRollup, "rights": testRights,
			"interference": testInterference,
		} {
			t.Run(name, func(t *testing.T) { test(t, f) })
		}
	})
}

func testGenerated(t *testing.T, f *fixture) {
	for seed := range uint64(generated) {
		t.Run(fmt.Sprintf("%03d", seed), func(t *testing.T) {
			w := f.world(t, scopes[seed%uint64(len(scopes))])
			q := newGenerator(w, seed).query()
			f.compare(t, f.service, f.admin, w, q)
			if a := q.answer(w); seed%3 == 0 && a.until-a.from < 40*smallPage {
				f.compare(t, f.paged, f.admin, w, q)
			}
			if seed%5 == 0 && len(q.apply) == 0 {
				f.compareCount(t, w, q)
			}
		})
	}
}

// reply is an answer of the service to a query of rows.
type reply struct {
	Count *int             `json:"@odata.count"`
	Value []map[string]any `json:"value"`
	Next  string           `json:"@odata.nextLink"`
}

// compare asks a query, page by page, and checks every row of the answer.
func (f *fixture) compare(t *testing.T, s *analytics.Service, c *access.Caller, w *world, q *query) {
	t.Helper()
	want := q.answer(w)
	raw, pages := q.raw(), 0
	var got []string
	for {
		r, err := f.page(t, s, c, w.project, q.set, raw)
		if err != nil {
			t.Errorf("%s\n%s", f.describe(w, q), err)
			return
		}
		if q.count && (r.Count == nil || *r.Count != want.total) {
			t.Errorf("%s\n@odata.count is %v, want %d", f.describe(w, q), deref(r.Count), want.total)
		}
		if s == f.paged && len(r.Value) > smallPage {
			t.Errorf("%s\npage of %d rows", f.describe(w, q), len(r.Value))
		}
		for _, v := range r.Value {
			got = append(got, text(want.shape.read(w, v)))
		}
		if r.Next == "" {
			break
		}
		next, err := url.Parse(r.Next)
		if pages++; err != nil || next.RawQuery == raw || pages > 2000 {
			t.Errorf("%s\nlink to page %d: %s %v", f.describe(w, q), pages+1, r.Next, err)
			return
		}
		raw = next.RawQuery
	}
	if s == f.service && pages > 0 {
		t.Errorf("%s\n%d pages", f.describe(w, q), pages+1)
	}
	if err := want.check(got); err != nil {
		paged := ""
		if s == f.paged {
			paged = fmt.Sprintf(" (%d pages)", pages+1)
		}
		t.Errorf("%s\n%v%s", f.describe(w, q), err, paged)
	}
}

func deref(n *int) any {
	if n == nil {
		return "absent"
	}
	return *n
}

func (f *fixture) page(t *testing.T, s *analytics.Service, c *access.Caller, project, set, raw string) (*reply, error) {
	t.Helper()
	body, err := f.ask(t, s, c, project, set, raw)
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
	only := &query{set: q.set, filter: q.filter}
	body, err := f.ask(t, f.service, f.admin, w.project, q.set+"/$count", only.raw())
	if want := fmt.Sprint(only.answer(w).total); err != nil || strings.TrimPrefix(string(body), "\ufeff") != want {
		t.Errorf("%s/$count?%s\n%s, %v, want %s", q.set, only.text(), body, err, want)
	}
}

// describe is a query as it can be read aloud.
func (f *fixture) describe(w *world, q *query) string {
	scope := "organization"
	if w.project != "" {
		scope = w.project
	}
	return scope + ": " + q.set + "?" + q.text()
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
