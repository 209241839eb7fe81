package oracle

import (
	"fmt"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/work"
)

// testMutation changes, adds and removes items of projects that the reader cannot read, and asks the same questions
// before and after. Not a byte of an answer or of a refusal may differ, except for expansions: those of parents and
// children that the service looks at before it answers, as documented, may be refused later, but what is answered is
// the same. It comes last, because the rows that the other tests know are different afterwards.
func testMutation(t *testing.T, f *fixture) {
	w := f.inSight(t)
	type question struct {
		set, raw, text  string
		expands         bool
		before, ofAdmin string
	}
	ask := func(q question, c *access.Caller) string {
		body, err := f.ask(t, f.service, c, "", version+"/"+q.set, q.raw)
		if err != nil {
			return fmt.Sprintf("%d %v", status(err), err)
		}
		return string(body)
	}
	var questions []question
	answered, felt := 0, 0
	for seed := range soak(t, 250) {
		g := newGenerator(w, 30_000+seed)
		q := &query{set: pick(g, []string{"WorkItems", "WorkItems", "WorkItemRevisions", "WorkItemLinks", snapshotSet, "Areas", "Tags", "Projects", "Processes"})}
		inside := binary{"eq", path{to: []string{"ProjectSK"}}, key("56af920d-393b-4236-9a07-24439ccaa85c")}
		g.crosses = g.chance(50)
		if g.chance(40) || q.set == snapshotSet {
			if q.set == snapshotSet {
				q = g.snapshot()
			} else {
				g.fillApply(q)
			}
			if g.chance(90) && len(q.apply) > 0 {
				q.apply = append([]step{filterStep{inside}}, q.apply...)
			}
		} else {
			q.filter, q.order, q.selects = g.optional(80, q.set), g.orderBy(q.set, 40), g.selection(q.set, 100)
			q.expands = g.expansions(q.set, 30, 0)
			if g.chance(90) {
				q.filter = and(inside, q.filter)
			}
			g.cut(q, 60)
		}
		x := question{set: q.set, raw: q.raw(), text: q.set + "?" + q.text(), expands: len(q.expands) > 0}
		if x.before = ask(x, f.reader); x.before[0] == '{' {
			answered++
		} else if seed%2 == 0 {
			x.ofAdmin = ask(x, f.admin)
		}
		questions = append(questions, x)
	}
	f.mutate(t, w)
	for _, q := range questions {
		after := ask(q, f.reader)
		if q.ofAdmin != "" && q.ofAdmin != ask(q, f.admin) {
			felt++
		}
		if q.expands && len(after) > 3 && after[:3] == "403" {
			continue
		}
		if after != q.before {
			t.Errorf("%s by the reader of Fabrikam Fiber was\n%.600s\nand is, after changes elsewhere,\n%.600s", q.text, q.before, after)
		}
	}
	if felt < 5 {
		t.Errorf("the administrator's answers to %d refused questions changed: the changes prove nothing", felt)
	}
	if answered < len(questions)/4 || answered > len(questions)*9/10 {
		t.Errorf("%d of %d questions were answered: too few, or hardly any was refused", answered, len(questions))
	}
}

// mutate changes what the reader cannot read: fields, new items and removed ones.
func (f *fixture) mutate(t *testing.T, w *world) {
	t.Helper()
	old, fiber := "Fabrikam", f.world(t, "Fabrikam Fiber").sets["Projects"][0]["ProjectSK"]
	var elsewhere []row
	for _, r := range w.sets["WorkItems"] {
		if r["ProjectSK"] != fiber {
			elsewhere = append(elsewhere, r)
		}
	}
	must := func(_ *work.Item, err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	for i := 0; i < len(elsewhere); i += 1 + len(elsewhere)/60 {
		fields := map[string]any{"System.Title": fmt.Sprintf("Customer Phone - Phase %d", i), "System.Tags": "Perf; Secret",
			"Microsoft.VSTS.Common.Priority": 1 + i%4, "System.AssignedTo": "jamal@fabrikam.com"}
		must(f.items.Update(t.Context(), f.admin, "", elsewhere[i]["WorkItemId"].(int64), patch(t, fields), work.Options{}))
	}
	for i := range 20 {
		fields := map[string]any{"System.Title": fmt.Sprintf("oracle case %d", i), "System.Tags": "Oracle"}
		must(f.items.Create(t.Context(), f.admin, old, "Bug", patch(t, fields), work.Options{}))
	}
	removed := 0
	for _, r := range elsewhere {
		if len(collection(r, "Links")) == 0 && r["Project"].(row)["ProjectName"] == old && removed < 10 {
			removed++
			if _, err := f.items.Delete(t.Context(), f.admin, "", r["WorkItemId"].(int64)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if removed == 0 {
		t.Error("there was nothing to remove")
	}
	f.follow(t, f.feeder)
}
