package work

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
	"boardwalk/internal/wiql"
)

// TestQuery_Links compares queries of links nobody wrote with what follows from the relations that clients see.
func TestQuery_Links(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 150)
		g := generator{rand.New(rand.NewPCG(11, seed(t)))}
		views := x.views(t)
		long := 0
		for n := range 300 {
			v := views[n%len(views)]
			rel := g.pick(childLink, childLink, "System.LinkTypes.Related", "System.LinkTypes.Dependency-Forward")
			mode := g.pick("MustContain", "MayContain", "DoesNotContain", "Recursive", "Recursive, ReturnMatchingChildren")
			if strings.HasPrefix(mode, "Recursive") {
				rel = childLink
			}
			statement := "SELECT [System.Id] FROM WorkItemLinks WHERE (" + g.expr("Source", 2) + ") AND [System.Links.LinkType] = '" + rel + "' AND (" + g.expr("Target", 1) + ")"
			statement += " ORDER BY [System.State] DESC, [System.AreaPath]"
			if v.asOf != nil {
				statement += " ASOF '" + v.asOf.Format(time.RFC3339Nano) + "'"
			}
			statement += " MODE (" + mode + ")"
			q, err := wiql.Parse(statement)
			if err != nil {
				t.Fatal(err)
			}
			where := q.Where.(wiql.And)
			want := v.links(rel, q.Mode, where[0], where[2])
			result, err := x.items.Query(t.Context(), v.caller, Query{Text: statement})
			if err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
			if !slices.Equal(result.Links, want) {
				t.Errorf("%s\nfor %s:\ngot  %v\nwant %v", statement, v.caller.User.DisplayName, result.Links, want)
			}
			if slices.ContainsFunc(want, func(l QueryLink) bool { return l.Source != 0 }) {
				long++
			}
		}
		if long < 60 {
			t.Errorf("only %d results have links", long)
		}
	})
}

// links answers a query of links by looking at every item.
func (v view) links(rel string, mode wiql.Mode, source, target wiql.Expr) (result []QueryLink) {
	var all []*seen
	for _, s := range v.items {
		all = append(all, s)
	}
	slices.SortFunc(all, inOrderOfTest)
	linked := func(s *seen) (to []*seen) {
		for _, r := range s.Relations {
			if o := v.items[r.Target]; o != nil && r.Type.ReferenceName == rel && v.holds(target, o) {
				to = append(to, o)
			}
		}
		slices.SortFunc(to, inOrderOfTest)
		return to
	}
	switch mode {
	case wiql.Recursive:
		return v.trees(rel, all, func(s *seen) bool { return v.holds(source, s) }, linked)
	case wiql.ReturnMatchingChildren:
		return v.matchingTrees(rel, all, source, target)
	}
	for _, s := range all {
		if !v.holds(source, s) {
			continue
		}
		to := linked(s)
		if mode == wiql.MustContain && len(to) == 0 || mode == wiql.DoesNotContain && len(to) > 0 {
			continue
		}
		result = append(result, QueryLink{Target: s.ID})
		for _, o := range to {
			result = append(result, QueryLink{rel, s.ID, o.ID})
		}
	}
	return result
}

// inOrderOfTest is ORDER BY [System.State] DESC, [System.AreaPath].
func inOrderOfTest(a, b *seen) int {
	text := func(s *seen, id project.FieldID) string { return strings.ToLower(fmt.Sprint(s.Value(id))) }
	return cmp.Or(strings.Compare(text(b, project.FieldState), text(a, project.FieldState)),
		strings.Compare(text(a, project.FieldAreaPath), text(b, project.FieldAreaPath)), cmp.Compare(a.ID, b.ID))
}

func (v view) trees(rel string, all []*seen, top func(*seen) bool, linked func(*seen) []*seen) (result []QueryLink) {
	below := map[int64]bool{}
	var mark func(s *seen)
	mark = func(s *seen) {
		for _, o := range linked(s) {
			if !below[o.ID] {
				below[o.ID] = true
				mark(o)
			}
		}
	}
	for _, s := range all {
		if top(s) {
			mark(s)
		}
	}
	var show func(parent int64, s *seen)
	show = func(parent int64, s *seen) {
		l := QueryLink{rel, parent, s.ID}
		if parent == 0 {
			l.Rel = ""
		}
		result = append(result, l)
		for _, o := range linked(s) {
			show(s.ID, o)
		}
	}
	for _, s := range all {
		if top(s) && !below[s.ID] {
			show(0, s)
		}
	}
	return result
}

func (v view) matchingTrees(rel string, all []*seen, source, target wiql.Expr) []QueryLink {
	parent := func(s *seen) *seen {
		for _, r := range s.Relations {
			if r.Type.ReferenceName == parentLink {
				return v.items[r.Target]
			}
		}
		return nil
	}
	shown := map[int64]bool{}
	for _, s := range all {
		if !v.holds(target, s) {
			continue
		}
		var path, kept []*seen
		for at := s; at != nil; at = parent(at) {
			path = append(path, at)
			if v.holds(source, at) {
				kept = slices.Clone(path)
			}
		}
		for _, at := range kept {
			shown[at.ID] = true
		}
	}
	linked := func(s *seen) (to []*seen) {
		for _, o := range all {
			if p := parent(o); p != nil && p.ID == s.ID && shown[o.ID] {
				to = append(to, o)
			}
		}
		return to
	}
	return v.trees(rel, all, func(s *seen) bool { p := parent(s); return shown[s.ID] && (p == nil || !shown[p.ID]) }, linked)
}

func TestQuery_LinkFaults(t *testing.T) {
	x := newShelf(t, dbtest.New(t, "sqlite"), 5)
	for where, want := range map[string]string{
		"[Source].[System.Id] = 1 OR [Target].[System.Id] = 2 MODE (MustContain)":         "joined by AND",
		"[Source].[System.Id] = [Target].[System.Id] MODE (MustContain)":                  "both ends",
		"[System.Links.LinkType] = 'Cousin' MODE (MustContain)":                           "does not exist",
		"[Source].[System.Id] = 1 MODE (Recursive)":                                       "one link type that forms trees",
		"[System.Links.LinkType] = 'System.LinkTypes.Related' MODE (Recursive)":           "one link type that forms trees",
		"[System.Links.LinkType] > 'System.LinkTypes.Related' MODE (MustContain)":         "operator > cannot be used",
		"[System.Links.LinkType] <> '' AND [Target].[System.Nope] = 1 MODE (MustContain)": "TF51005",
	} {
		_, err := x.items.Query(t.Context(), x.ada, Query{Text: "SELECT [System.Id] FROM WorkItemLinks WHERE " + where})
		if says(t, err) == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", where, err, want)
		}
	}
}

// Conditions on the types of links choose among them; names work as well as reference names.
func TestQuery_LinkTypes(t *testing.T) {
	x := newShelf(t, dbtest.New(t, "sqlite"), 60)
	count := func(where string) map[string]int {
		r, err := x.items.Query(t.Context(), x.ada, Query{Text: "SELECT [System.Id] FROM WorkItemLinks WHERE " + where + " MODE (MayContain)"})
		if err != nil {
			t.Fatal(err)
		}
		rels := map[string]int{}
		for _, l := range r.Links {
			rels[l.Rel]++
		}
		return rels
	}
	all := count("[System.Links.LinkType] <> ''")
	if all[childLink] == 0 || all[childLink] != all[parentLink] || all["System.LinkTypes.Related"]%2 != 0 || all["System.LinkTypes.Related"] == 0 {
		t.Fatalf("all types: %v", all)
	}
	for where, want := range map[string][]string{
		"[System.Links.LinkType] = 'child'":                                                         {childLink},
		"[System.Links.LinkType] = 'System.LinkTypes.Hierarchy'":                                    {childLink, parentLink},
		"[System.Links.LinkType] IN ('Parent', 'Related')":                                          {parentLink, "System.LinkTypes.Related"},
		"([System.Links.LinkType] = 'Parent' OR [System.Links.LinkType] = 'Child')":                 {childLink, parentLink},
		"NOT [System.Links.LinkType] = 'Parent' AND [System.Links.LinkType] NOT IN ('Predecessor')": {childLink, "System.LinkTypes.Related", "System.LinkTypes.Dependency-Forward"},
	} {
		got := count(where)
		for rel, n := range all {
			if rel != "" && got[rel] != map[bool]int{true: n}[slices.Contains(want, rel)] {
				t.Errorf("%s: %d of %s, of %d", where, got[rel], rel, n)
			}
		}
	}
}
