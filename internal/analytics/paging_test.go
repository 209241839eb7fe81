package analytics

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// TestPaging_UnderChanges pages through answers while every third row changes its values, moves or goes away between the
// pages. The others must come once each, in the order they have without changes.
func TestPaging_UnderChanges(t *testing.T) {
	queries := []string{
		"WorkItems?$select=WorkItemId&$top=900&$skip=17&$orderby=Severity,Title desc",
		"WorkItems?$select=WorkItemId",
		"WorkItems?$select=WorkItemId&$orderby=Effort",
		"WorkItems?$select=WorkItemId,Effort&$orderby=Effort desc,State",
		"WorkItems?$select=WorkItemId&$orderby=ParentWorkItemId desc,Title,WorkItemId desc",
		"WorkItems?$select=WorkItemId&$orderby=ChangedDate desc&$expand=Children($select=Title)",
		"WorkItems?$select=WorkItemId&$orderby=AssignedTo/UserName desc,Area/AreaPath,Effort",
		"WorkItems?$select=WorkItemId,Twice&$compute=iif(WorkItemId mod 49 eq 1,INF,iif(WorkItemId mod 49 eq 2,NaN,Effort mul 2)) as Twice&$orderby=Twice desc,length(Title)",
		"WorkItems?$select=WorkItemId&$orderby=AreaSK,StateCategory eq 'Completed'",
		"WorkItems?$apply=groupby((WorkItemId,State),aggregate(iif(WorkItemId mod 49 eq 1,INF,Effort) with sum as Total,$count as Count))&$orderby=Total desc,State",
		"WorkItems?$apply=groupby((WorkItemId),aggregate(Effort with average as Mean))/compute(Mean div 3 as Third)&$orderby=Third",
	}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		config := f.service.config
		config.PageSize = 90
		f.service = New(config)
		// Numbers that are hard to keep: with many digits, huge, none; infinite ones are those that queries spell. Halves share
		// their value.
		f.write(t, `UPDATE items SET "Effort" = CASE WHEN "WorkItemId" % 5 = 0 THEN NULL `+
			`WHEN "WorkItemId" % 49 = 4 THEN 1e300 / "WorkItemId" WHEN "WorkItemId" % 2 = 0 THEN ("WorkItemId" % 7) / 10.0e0 ELSE "WorkItemId" / 30.0e0 END`)
		step := 0
		for _, query := range queries {
			t.Run(query, func(t *testing.T) {
				if strings.Contains(query, "$top") { // which rows it leaves depends on those that change
					got := f.ids(t, query, nil)
					if len(got) != 900 || len(unique(got)) != 900 {
						t.Errorf("%d rows, %d of them different, want 900", len(got), len(unique(got)))
					}
					return
				}
				want := untouched(f.ids(t, query, nil))
				got := untouched(f.ids(t, query, func() {
					step++
					f.write(t, fmt.Sprintf(`UPDATE items SET "Effort" = CASE WHEN "WorkItemId" %% 2 = 0 THEN NULL ELSE "WorkItemId" %% 1000 * %d %% 1000 / 7.0e0 END, `+
						`"Title" = 'moved ' || ("WorkItemId" %% 1000 * %d %% 100), "ChangedDate" = "ChangedDate" + INTERVAL '%d' DAY, "ParentWorkItemId" = NULL WHERE "WorkItemId" %% 3 = 0`, step*31, step*17, step))
					f.write(t, fmt.Sprintf(`UPDATE items SET "WorkItemId" = "WorkItemId" + %d WHERE "WorkItemId" %% 3 = 0 AND "WorkItemId" %% 11 = %d`, step*30_000, step%11))
					f.write(t, fmt.Sprintf(`DELETE FROM items WHERE "WorkItemId" %% 3 = 0 AND "WorkItemId" %% 97 = %d`, step))
				}))
				if d := cmp.Diff(want, got); d != "" || len(want) < 700 {
					t.Errorf("%d rows (-want +got):\n%s", len(want), d)
				}
			})
		}
	})
}

// write changes the analytics tables.
func (f *fixture) write(t *testing.T, sql string) {
	t.Helper()
	w, err := f.service.config.Warehouse(t.Context(), f.org)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(t.Context(), func(s *db.Session) error { return s.Exec(sql) }); err != nil {
		t.Fatal(err)
	}
}

// ids are the work items of all pages of a query; between is called between two pages.
func (f *fixture) ids(t *testing.T, query string, between func()) (ids []int64) {
	t.Helper()
	for query != "" {
		body, _ := f.body(t, "administrator", "", query)
		var page struct {
			Value []struct{ WorkItemID int64 }
			Next  string `json:"@odata.nextLink"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Value {
			ids = append(ids, row.WorkItemID)
		}
		next, err := url.PathUnescape(page.Next)
		if err != nil {
			t.Fatal(err)
		}
		if _, next, _ = strings.Cut(next, "v4.0-preview/"); next == query {
			t.Fatal("a link to the same page")
		}
		if query = next; between != nil && query != "" {
			between()
		}
	}
	return ids
}

func untouched(ids []int64) []int64 {
	return slices.DeleteFunc(ids, func(id int64) bool { return id%3 == 0 })
}

func unique(ids []int64) []int64 { return slices.Compact(slices.Sorted(slices.Values(ids))) }
