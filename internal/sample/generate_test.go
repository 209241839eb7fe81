package sample

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

func generated(t testing.TB, b dbtest.Backend, g GenerateConfig) Config {
	t.Helper()
	c := newStore(t, b, clockAt("2026-11-22T12:00:00Z"))
	if err := Generate(t.Context(), c, g); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestGenerate_Invariants(t *testing.T) {
	for _, g := range []GenerateConfig{{Items: 1}, {Items: 1, Seed: 7}, {Items: 10, Seed: 1}, {Items: 10, Seed: 2, TimeZone: "Asia/Seoul"},
		{Items: 5000, Seed: 1, Organization: "Big"}, {Items: 5000, Seed: 99}} {
		t.Run(fmt.Sprintf("%d items, seed %d", g.Items, g.Seed), func(t *testing.T) {
			t.Parallel()
			var items, told int64
			g.Progress = func(i, r int64) { items, told = i, r }
			c := generated(t, dbtest.New(t, "sqlite"), g)
			k := checkOrganization(t, c, 1, instant("2026-11-21T00:00:00Z"))
			if n := number(t, c.DB, `SELECT count(*) FROM work_items`); n != g.Items || items != n || told != int64(k.revisions) {
				t.Errorf("%d items, told of %d; %d revisions, told of %d", n, items, k.revisions, told)
			}
			if n := number(t, c.DB, `SELECT count(*) FROM work_items WHERE is_deleted`); n != g.Items/100 {
				t.Errorf("%d items are in the recycle bin", n)
			}
			if g.Items < 1000 {
				return
			}
			if mean := float64(k.revisions) / float64(g.Items); mean < 5 || mean > 7 {
				t.Errorf("%.2f revisions an item, want about 6", mean)
			}
			if n := number(t, c.DB, `SELECT max(rev) FROM work_items`); n < 40 {
				t.Errorf("the longest history has %d revisions", n)
			}
			if n := number(t, c.DB, `SELECT count(*) FROM work_links WHERE rel = $1`, hierarchy); n < g.Items/2 {
				t.Errorf("%d items have a parent", n)
			}
			if len(k.transitions) < 60 {
				t.Errorf("%d different transitions: %v", len(k.transitions), k.transitions)
			}
		})
	}
}

func TestGenerate_Deterministic(t *testing.T) {
	want := fingerprints(t, generated(t, dbtest.New(t, "sqlite"), GenerateConfig{Items: 700, Seed: 5}).DB)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		if diff := cmp.Diff(want, fingerprints(t, generated(t, b, GenerateConfig{Items: 700, Seed: 5}).DB)); diff != "" {
			t.Errorf("the same seed gives other data: %s", diff)
		}
		other := fingerprints(t, generated(t, b, GenerateConfig{Items: 700, Seed: 6}).DB)
		for _, table := range []string{"work_revisions", "work_texts", "work_links"} {
			if other[table] == want[table] {
				t.Errorf("another seed gives the same %s", table)
			}
		}
	})
}

// The tokens of the sample open a generated organization too.
func TestGenerate_Tokens(t *testing.T) {
	c := generated(t, dbtest.New(t, "sqlite"), GenerateConfig{Items: 1000})
	catalog, _ := c.catalog(t, 1)
	for _, info := range Tokens() {
		caller, err := c.Access.Authenticate(t.Context(), 1, info.Text)
		if err != nil {
			t.Errorf("%s: %v", info.Role, err)
			continue
		}
		first, second := catalog.Projects[0].ID, catalog.Projects[1].ID
		if !caller.CanRead(first) || caller.CanRead(second) == (info.Role == "reader") {
			t.Errorf("%s reads the first project %t, the second %t", info.Role, caller.CanRead(first), caller.CanRead(second))
		}
	}
}

func TestGenerate_Refuses(t *testing.T) {
	c := newStore(t, dbtest.New(t, "sqlite"), clockAt("2026-11-22T12:00:00Z"))
	for want, g := range map[string]GenerateConfig{
		"the number of work items is 0":  {},
		"the number of work items is -3": {Items: -3},
		"Mars/Olympus":                   {Items: 1, TimeZone: "Mars/Olympus"},
	} {
		if err := Generate(t.Context(), c, g); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", g, err, want)
		}
	}
	if n := number(t, c.DB, `SELECT count(*) FROM organizations`); n != 0 {
		t.Errorf("refused calls left %d organizations", n)
	}
}

func TestGenerate_Canceled(t *testing.T) {
	c := newStore(t, dbtest.New(t, "sqlite"), clockAt("2026-11-22T12:00:00Z"))
	ctx, cancel := context.WithCancel(t.Context())
	g := GenerateConfig{Items: 1_000_000, Progress: func(int64, int64) { cancel() }}
	if err := Generate(ctx, c, g); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

// Numbers grow with the number of items, and names are unique where they must be.
func TestOutline(t *testing.T) {
	type counts struct{ Projects, Areas, Iterations, People, Tags, Deepest int }
	got := map[int64]counts{}
	for _, items := range []int64{1, 10, 1000, 100_000, 1_000_000} {
		o := outline(GenerateConfig{Items: items, Seed: 1, Organization: "x", TimeZone: losAngeles})
		n := counts{Projects: len(o.projects), People: len(o.people)}
		names := map[string]bool{}
		unique := func(kind string, parts ...string) {
			key := kind + "\x00" + strings.ToLower(strings.Join(parts, "\x00"))
			if names[key] {
				t.Errorf("%d items: %s %v twice", items, kind, parts)
			}
			names[key] = true
		}
		for _, p := range o.people {
			unique("person", p.mail)
		}
		for _, p := range o.projects {
			unique("project", p.name)
			for _, a := range p.areas {
				unique("area", p.name, a.path)
				n.Areas++
				n.Deepest = max(n.Deepest, strings.Count(a.path, `\`)+2)
			}
			for _, i := range p.iterations {
				unique("iteration", p.name, i.path)
				if i.start != "" {
					n.Iterations++
				}
			}
			for _, tag := range p.tags {
				unique("tag", p.name, tag)
				n.Tags++
			}
			for _, team := range p.teams {
				unique("team", p.name, team.name)
			}
		}
		got[items] = n
	}
	want := map[int64]counts{
		1:         {Projects: 1, Iterations: 1, People: 5, Tags: 5},
		10:        {Projects: 1, Areas: 1, Iterations: 1, People: 5, Tags: 10, Deepest: 2},
		1000:      {Projects: 2, Areas: 30, Iterations: 16, People: 53, Tags: 50, Deepest: got[1000].Deepest},
		100_000:   {Projects: 11, Areas: 626, Iterations: 330, People: 1061, Tags: 220, Deepest: got[100_000].Deepest},
		1_000_000: {Projects: 25, Areas: 2991, Iterations: 1600, People: 5003, Tags: 500, Deepest: 14},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkGenerate(b *testing.B) {
	var revisions int64
	for b.Loop() {
		var told int64
		c := newStore(b, dbtest.New(b, "sqlite"), clockAt("2026-11-22T12:00:00Z"))
		if err := Generate(b.Context(), c, GenerateConfig{Items: 20_000, Progress: func(_, r int64) { told = r }}); err != nil {
			b.Fatal(err)
		}
		revisions += told
	}
	b.ReportMetric(float64(revisions)/b.Elapsed().Seconds(), "revisions/s")
}
