package analytics

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/work"
)

// hierarchy is who is whose parent, read by statements of its own.
type hierarchy struct {
	parent  map[int64]int64
	here    map[int64]bool // lies in Fabrikam Fiber
	reverse map[int64][]int64
}

func (f *fixture) hierarchy(t *testing.T) *hierarchy {
	t.Helper()
	h := &hierarchy{map[int64]int64{}, map[int64]bool{}, map[int64][]int64{}}
	w, err := f.feeder.Warehouse(t.Context(), f.org)
	if err != nil {
		t.Fatal(err)
	}
	err = w.Read(t.Context(), func(session *db.Session) error {
		result, err := session.Query(`SELECT i."WorkItemId", l."TargetWorkItemId", CASE WHEN p."ProjectName" = 'Fabrikam Fiber' THEN 1 ELSE 0 END
			FROM items i JOIN projects p ON p."ProjectSK" = i."ProjectSK"
			LEFT JOIN links l ON l."SourceWorkItemId" = i."WorkItemId" AND l."LinkTypeReferenceName" = 'System.LinkTypes.Hierarchy-Reverse' AND l."DeletedDate" > now()
			ORDER BY i."WorkItemId"`)
		if err != nil {
			return err
		}
		return chunks(result, func(r *db.Result) error {
			for i := range r.Rows {
				id := r.Vectors[0].Int(i)
				h.here[id] = r.Vectors[2].Int(i) == 1
				if !r.Vectors[1].Null(i) {
					h.parent[id] = r.Vectors[1].Int(i)
					h.reverse[h.parent[id]] = append(h.reverse[h.parent[id]], id)
				}
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// below is what Children with so many levels shows of an item, above the same of Parent. own leaves out what lies elsewhere.
func (h *hierarchy) below(id int64, levels int, own bool) string {
	if levels == 0 {
		return fmt.Sprint(id)
	}
	list := []string{}
	for _, child := range h.reverse[id] {
		if !own || h.here[child] {
			list = append(list, h.below(child, levels-1, own))
		}
	}
	slices.Sort(list)
	return fmt.Sprintf("%d[%s]", id, strings.Join(list, " "))
}

func (h *hierarchy) above(id int64, levels int, own bool) string {
	up := h.parent[id]
	switch {
	case levels == 0:
		return fmt.Sprint(id)
	case up == 0 || own && !h.here[up]:
		return fmt.Sprintf("%d[]", id)
	}
	return fmt.Sprintf("%d[%s]", id, h.above(up, levels-1, own))
}

// shown writes an answered item the same way, or the error's code.
func shown(t *testing.T, answer string) string {
	t.Helper()
	if code := regexp.MustCompile(`^\d+ .*?(VS403496|VS403513)`).FindStringSubmatch(answer); code != nil {
		return code[1]
	}
	var body struct{ Value []any }
	if err := json.Unmarshal([]byte(answer), &body); err != nil || len(body.Value) != 1 {
		t.Fatal(answer)
	}
	var write func(v any) string
	write = func(v any) string {
		item := v.(map[string]any)
		id := fmt.Sprint(item["WorkItemId"])
		if up, ok := item["Parent"]; ok {
			if up == nil {
				return id + "[]"
			}
			return id + "[" + write(up) + "]"
		}
		below, ok := item["Children"].([]any)
		if !ok {
			return id
		}
		list := []string{}
		for _, child := range below {
			list = append(list, write(child))
		}
		slices.Sort(list)
		return id + "[" + strings.Join(list, " ") + "]"
	}
	return write(body.Value[0])
}

// $levels at the scope of the organization: whole hierarchies for who reads all, and for the reader of one project what the
// query restricts to it; without a restriction the answer only while no row of any level lies elsewhere.
func TestLevels(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		items := work.New(work.Config{DB: f.db, Projects: f.projects, Access: f.people})
		item := func(project string, parent int64) int64 {
			fields := []string{"TeamProject", project, "Title", "levels"}
			if parent != 0 {
				fields = append(fields, "", fmt.Sprintf("^%d", parent))
			}
			return f.changes(t, items, "Feature", fields)
		}
		const here, elsewhere = "Fabrikam Fiber", "Fabrikam"
		var chain []int64 // here, here, here, elsewhere, here, here, here
		for i, project := range []string{here, here, here, elsewhere, here, here, here} {
			up := int64(0)
			if i > 0 {
				up = chain[i-1]
			}
			chain = append(chain, item(project, up))
		}
		item(here, chain[0])
		item(here, chain[1])
		deep := []int64{item(here, 0)}
		for len(deep) < 17 {
			deep = append(deep, item(here, deep[len(deep)-1]))
		}
		f.caughtUp(t)
		h := f.hierarchy(t)
		const inside = "Project/ProjectName eq '" + here + "'"
		ask := func(role, query string) string { return shown(t, f.run(t, "rows as="+role, query)) }
		for levels := 1; levels <= 5; levels++ {
			for _, c := range []struct{ role, query, want string }{
				{"administrator", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d&$select=WorkItemId&$expand=Children($levels=%d;$select=WorkItemId)", chain[0], levels), h.below(chain[0], levels, false)},
				{"administrator", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d&$select=WorkItemId&$expand=Parent($levels=%d;$select=WorkItemId)", chain[6], levels), h.above(chain[6], levels, false)},
				{"administrator", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d&$select=WorkItemId&$expand=Children($levels=%d;$select=WorkItemId;$filter=%s)", chain[0], levels, inside), h.below(chain[0], levels, true)},
				{"reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s&$select=WorkItemId&$expand=Children($levels=%d;$select=WorkItemId;$filter=%s)", chain[0], inside, levels, inside), h.below(chain[0], levels, true)},
				{"reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s&$select=WorkItemId&$expand=Parent($levels=%d;$select=WorkItemId;$filter=%s)", chain[6], inside, levels, inside), h.above(chain[6], levels, true)},
				{"reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s&$select=WorkItemId&$expand=Children($levels=%d;$select=WorkItemId)", chain[0], inside, levels), "VS403496"},
				{"reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s and Children/any(c:c/%s)&$select=WorkItemId&$expand=Children($levels=%d;$select=WorkItemId)", chain[0], inside, inside, levels),
					h.unless(levels > 2, h.below(chain[0], levels, false))},
				{"reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s and Children/any(c:c/%s)&$select=WorkItemId&$expand=Children($levels=%d;$select=WorkItemId;$top=1;$orderby=WorkItemId;$skip=9)", chain[0], inside, inside, levels),
					h.unless(levels > 2, fmt.Sprintf("%d[]", chain[0]))},
				{"reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s&$select=WorkItemId&$expand=Parent($levels=%d;$select=WorkItemId)", chain[6], inside, levels), h.unless(levels > 2, h.above(chain[6], levels, false))},
				{"reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s&$select=WorkItemId&$expand=Parent($levels=%d;$select=WorkItemId)", chain[2], inside, levels), h.above(chain[2], levels, false)},
			} {
				if got := ask(c.role, c.query); got != c.want {
					t.Errorf("%s %s\n%s\nwant %s", c.role, c.query, got, c.want)
				}
			}
		}
		if got := ask("reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s&$select=WorkItemId&$expand=Parent($select=WorkItemId;$expand=Parent($select=WorkItemId))", chain[6], inside)); got != h.above(chain[6], 2, false) {
			t.Error("two parents nested:", got)
		}
		if got := ask("reader", fmt.Sprintf("WorkItems?$filter=WorkItemId eq %d and %s&$select=WorkItemId&$expand=Parent($select=WorkItemId;$expand=Parent($select=WorkItemId;$expand=Parent))", chain[6], inside)); got != "VS403496" {
			t.Error("three parents nested:", got)
		}
		// A hierarchy is never cut off where it is too deep.
		for _, c := range []struct{ query, want string }{
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Children($levels=max;$select=WorkItemId)", deep[2]), h.below(deep[2], 14, false)},
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Children($levels=max;$select=WorkItemId)", deep[1]), "VS403513"},
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Children($levels=14;$select=WorkItemId)", deep[1]), h.below(deep[1], 14, false)},
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Children($levels=15;$select=WorkItemId)", deep[3]), "VS403513"},
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Children($levels=0;$select=WorkItemId)", deep[3]), fmt.Sprint(deep[3])},
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Parent($levels=max;$select=WorkItemId)", deep[14]), h.above(deep[14], 14, false)},
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Parent($levels=max;$select=WorkItemId)", deep[15]), "VS403513"},
			{fmt.Sprintf("%d&$select=WorkItemId&$expand=Parent($levels=max;$select=WorkItemId;$filter=WorkItemId gt %d)", deep[15], deep[2]),
				strings.Replace(h.above(deep[15], 12, false), fmt.Sprint(deep[3]), fmt.Sprintf("%d[]", deep[3]), 1)},
		} {
			query := "WorkItems?$filter=" + inside + " and WorkItemId eq " + c.query
			for _, role := range []string{"administrator", "reader project=Fabrikam_Fiber"} {
				if got := shown(t, f.run(t, "rows as="+role, query)); got != c.want {
					t.Errorf("%s %s\n%s\nwant %s", role, query, got, c.want)
				}
			}
		}
		table := func(end int64) string {
			return f.run(t, "rows", fmt.Sprintf("WorkItems?$format=csv&$filter=WorkItemId eq %d&$select=WorkItemId&$expand=Parent($levels=max;$select=WorkItemId)", end))
		}
		if got := table(deep[14]); !strings.HasSuffix(got, fmt.Sprintf(",%d,%d", deep[1], deep[0])) {
			t.Error("a table of all parents:", got)
		}
		if got := table(deep[15]); !strings.Contains(got, "VS403513") {
			t.Error("a table of too many parents:", got)
		}
	})
}

// unless is the answer, or the error's code when something on the way lies elsewhere.
func (h *hierarchy) unless(outside bool, answer string) string {
	if outside {
		return "VS403496"
	}
	return answer
}
