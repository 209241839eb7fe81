package work

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// desk is a store whose days are those of Los Angeles, with items whose titles are the dates they were made at. Today is
// Monday, 16 November 2026; it is 01:00 there.
type desk struct {
	*shelf
	byTitle map[string]int64
}

func newDesk(t testing.TB, b dbtest.Backend) *desk {
	t.Helper()
	x := &desk{shelf: newShelf(t, b, 0), byTitle: map[string]int64{}}
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	if err := x.db.Update(t.Context(), func(tx *db.Tx) error { return x.projects.SetTimeZone(tx, x.org, zone) }); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"2025-12-31 23:59:59", "2026-01-01 00:00:00", "2026-10-31 23:59:59", "2026-11-01 00:00:00", "2026-11-08 12:00:00",
		"2026-11-14 23:59:59", "2026-11-15 00:00:00", "2026-11-15 23:59:59", "2026-11-16 00:00:00", "2026-11-16 00:30:00"} {
		made, err := time.ParseInLocation(time.DateTime, at, zone)
		if err != nil {
			t.Fatal(err)
		}
		x.now.Store(made.UnixMicro())
		item, err := x.items.Create(t.Context(), x.rita, "Agile", "Task", ops(t, fmt.Sprintf("add System.Title %q", at)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		x.byTitle[at] = item.ID
	}
	x.now.Store(time.Date(2026, 11, 16, 1, 0, 0, 0, zone).UnixMicro())
	return x
}

func (x *shelf) find(t testing.TB, c *access.Caller, where string, precise bool) ([]int64, error) {
	t.Helper()
	r, err := x.items.Query(t.Context(), c, Query{Text: "SELECT [System.Id] FROM WorkItems WHERE " + where, Project: "Agile", Team: "Agile Team", TimePrecision: precise})
	if err != nil {
		return nil, err
	}
	return r.IDs, nil
}

func TestQuery_Dates(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newDesk(t, b)
		for _, c := range []struct {
			condition   string
			first, last string // of the items that are found
			precise     bool
		}{
			{"= @Today", "2026-11-16 00:00:00", "2026-11-16 00:30:00", false},
			{"> @Today", "", "", false},
			{">= @Today - 1", "2026-11-15 00:00:00", "2026-11-16 00:30:00", false},
			{"<= @Today - 1", "2025-12-31 23:59:59", "2026-11-15 23:59:59", false},
			{"< @StartOfDay", "2025-12-31 23:59:59", "2026-11-15 23:59:59", false},
			{">= @StartOfWeek", "2026-11-15 00:00:00", "2026-11-16 00:30:00", false}, // Sunday
			{"< @StartOfWeek - 1", "2025-12-31 23:59:59", "2026-11-01 00:00:00", false},
			{">= @StartOfMonth", "2026-11-01 00:00:00", "2026-11-16 00:30:00", false},
			{"< @StartOfMonth", "2025-12-31 23:59:59", "2026-10-31 23:59:59", false},
			{">= @StartOfMonth - 1", "2026-10-31 23:59:59", "2026-11-16 00:30:00", false},
			{">= @StartOfYear", "2026-01-01 00:00:00", "2026-11-16 00:30:00", false},
			{">= @StartOfYear('+10M')", "2026-11-01 00:00:00", "2026-11-16 00:30:00", false},
			{">= @StartOfYear('+22M') - 1", "2026-11-01 00:00:00", "2026-11-16 00:30:00", false},
			{">= @StartOfMonth('14')", "", "", false},
			{">= @StartOfMonth('+14d')", "2026-11-15 00:00:00", "2026-11-16 00:30:00", false},
			{">= @StartOfDay('-30m')", "2026-11-15 00:00:00", "2026-11-16 00:30:00", false},
			{">= @StartOfDay('+15m')", "2026-11-16 00:30:00", "2026-11-16 00:30:00", true},
			{"= '2026-11-15'", "2026-11-15 00:00:00", "2026-11-15 23:59:59", false},
			{"= '11/15/2026'", "2026-11-15 00:00:00", "2026-11-15 23:59:59", false},
			{"= '2026-11-15T00:00:00.0000000'", "2026-11-15 00:00:00", "2026-11-15 23:59:59", false},
			{"IN ('2026-11-15', '2026-11-16')", "2026-11-15 00:00:00", "2026-11-16 00:30:00", false},
			{"> '2026-11-15T00:00:00'", "2026-11-15 23:59:59", "2026-11-16 00:30:00", true},
			{"= '2026-11-15T08:00:00Z'", "2026-11-15 00:00:00", "2026-11-15 00:00:00", true},
			{"<= '2026-11-14T23:59:59-08:00'", "2025-12-31 23:59:59", "2026-11-14 23:59:59", true},
			{"<> ''", "2025-12-31 23:59:59", "2026-11-16 00:30:00", false},
			{"= ''", "", "", false},
		} {
			got, err := x.find(t, x.rita, "[System.CreatedDate] "+c.condition, c.precise)
			if err != nil {
				t.Errorf("%s: %v", c.condition, err)
				continue
			}
			var want []int64
			for id := x.byTitle[c.first]; id > 0 && id <= x.byTitle[c.last]; id++ {
				want = append(want, id)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", c.condition, got, want)
			}
		}
	})
}

func TestQuery_Macros(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newDesk(t, b)
		names := map[int64]string{}
		make := func(c *access.Caller, project, kind, name string, list ...string) {
			t.Helper()
			x.now.Add(1000)
			item, err := x.items.Create(t.Context(), c, project, kind, ops(t, append(list, fmt.Sprintf("add System.Title %q", name))...), Options{})
			if err != nil {
				t.Fatal(err)
			}
			names[item.ID] = name
			x.byTitle[name] = item.ID
		}
		make(x.ada, "Agile", "Bug", "sprint 1", `add System.IterationPath "Agile\\Sprint 1"`, `add System.AssignedTo "rita@example.com"`)
		make(x.ada, "Agile", "Bug", "sprint 2", `add System.IterationPath "Agile\\Sprint 2"`, `add System.AssignedTo "ada@example.com"`)
		make(x.ada, "Scrum", "Bug", "scrum 3", `add System.IterationPath "Scrum\\Sprint 3"`)
		make(x.ada, "Agile", "Feature", "shop", `add System.AreaPath "Agile\\Web\\Shop"`, `add System.IterationPath "Agile\\Sprint 3"`)
		make(x.ada, "Scrum", "Product Backlog Item", "backlog", fmt.Sprintf(`add System.History "<a data-vss-mention=\"version:2.0,%s\">@Rita</a>"`, strings.ToUpper(x.rita.User.GUID.String())))
		make(x.ada, "CMMI", "Requirement", "hidden", `add System.AssignedTo "rita@example.com"`)
		if _, err := x.items.Update(t.Context(), x.rita, "", x.byTitle["scrum 3"], ops(t, `replace System.AssignedTo "bob@example.com"`), Options{}); err != nil {
			t.Fatal(err)
		}
		var group int64
		err := x.db.Update(t.Context(), func(tx *db.Tx) error {
			catalog, err := x.projects.Catalog(tx, x.org)
			if err != nil {
				return err
			}
			p, err := catalog.FindProject("Agile")
			if err != nil {
				return err
			}
			group = p.FindTeam("Agile Team").ID
			return access.Join(tx, &access.Caller{Org: x.org}, access.Subject{Kind: access.TeamKind, ID: group}, x.ada.User.Subject())
		})
		if err != nil {
			t.Fatal(err)
		}
		for where, want := range map[string]string{
			"[System.AssignedTo] = @Me":                                                                             "sprint 1",
			"[System.AssignedTo] <> @Me AND [System.Title] CONTAINS 's'":                                            "sprint 2, scrum 3, shop",
			"[System.IterationPath] = @CurrentIteration":                                                            "sprint 2",
			"[System.IterationPath] = @CurrentIteration - 1":                                                        "sprint 1",
			"[System.IterationPath] IN (@CurrentIteration + 1, @CurrentIteration)":                                  "sprint 2, shop",
			`[System.IterationPath] UNDER @CurrentIteration('[Scrum]\Scrum Team <id:5>') + 1`:                       "scrum 3",
			"[System.AreaPath] = @TeamAreas":                                                                        "shop",
			"[System.AreaPath] UNDER @TeamAreas OR [System.Id] IN (@Follows)":                                       "shop",
			"[System.TeamProject] <> @Project":                                                                      "scrum 3, backlog",
			"[System.TeamProject] = 'CMMI'":                                                                         "",
			"[System.WorkItemType] IN GROUP 'Microsoft.RequirementCategory' AND [System.Id] > 10":                   "backlog",
			"[System.WorkItemType] IN GROUP 'Bug Category'":                                                         "sprint 1, sprint 2, scrum 3",
			`[System.AssignedTo] IN GROUP '[Agile]\Contributors'`:                                                   "sprint 1, sprint 2",
			`[System.AssignedTo] IN GROUP '[Agile]\Agile Team'`:                                                     "sprint 2",
			`[System.AssignedTo] NOT IN GROUP '[Agile]\Agile Team' AND [System.AssignedTo] <> ''`:                   "sprint 1, scrum 3",
			"[System.Id] IN (@MyRecentActivity) AND [System.TeamProject] = 'Scrum'":                                 "scrum 3",
			"[System.Id] IN (@RecentMentions)":                                                                      "backlog",
			"[System.Id] IN (@RecentProjectActivity) AND [System.ChangedBy] = 'Ada'":                                "sprint 1, sprint 2, shop",
			"[System.State] = [Any] AND [System.Title] = 'shop'":                                                    "shop",
			"[System.WorkItemType] = '[Any]' AND [System.Title] = 'shop'":                                           "shop",
			"[System.CreatedBy] <> [System.ChangedBy] AND [System.Id] > 10":                                         "scrum 3",
			"[System.AreaLevel3] = 'Shop' AND [System.AreaId] > 0 AND [System.PersonId] > 0":                        "shop",
			"[System.Title] CONTAINS WORDS 'SPRINT' AND NOT [System.Title] = 'sprint 1'":                            "sprint 2",
			"[System.CreatedDate] = [System.ChangedDate] AND [System.CreatedBy] = @Me AND [System.Title] = 'scrum'": "",
			"[System.IsDeleted] = false AND [System.Title] = 'shop'":                                                "shop",
			"[System.RelatedLinkCount] = 0 AND [System.HyperLinkCount] < 1 AND [System.Title] = 'shop'":             "shop",
		} {
			got, err := x.find(t, x.rita, where, false)
			var titles []string
			for _, id := range got {
				titles = append(titles, names[id])
			}
			expected := strings.Split(want, ", ")
			if want == "" {
				expected = nil
			}
			slices.Sort(titles)
			slices.Sort(expected)
			if err != nil || !slices.Equal(titles, expected) {
				t.Errorf("%s: %q, want %q; %v", where, titles, expected, err)
			}
		}
	})
}

func TestQuery_Comments(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newShelf(t, b, 0)
		item, err := x.items.Create(t.Context(), x.ada, "Agile", "Bug", ops(t, `add System.Title "x"`, `add System.History "first words"`), Options{})
		if err != nil {
			t.Fatal(err)
		}
		has := func(where string, want bool) {
			t.Helper()
			got, err := x.find(t, x.rita, where, false)
			if err != nil || (len(got) == 1) != want {
				t.Errorf("%s: %v, want %t; %v", where, got, want, err)
			}
		}
		all, err := x.items.Comments(t.Context(), x.ada, "", item.ID)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		has("[System.History] CONTAINS 'FIRST'", true)
		has("[System.History] CONTAINS WORDS 'word*'", true)
		before := x.tick()
		x.tick()
		if _, err := x.items.EditComment(t.Context(), x.ada, "", item.ID, all[0].ID, "second thoughts", nil); err != nil {
			t.Fatal(err)
		}
		has("[System.History] CONTAINS 'first'", false)
		has("[System.History] CONTAINS 'second'", true)
		has("[System.History] CONTAINS 'first' ASOF '"+before.Format(time.RFC3339)+"'", true)
		has("[System.History] CONTAINS 'second' ASOF '"+before.Format(time.RFC3339)+"'", false)
		x.tick()
		if err := x.items.DeleteComment(t.Context(), x.ada, "", item.ID, all[0].ID); err != nil {
			t.Fatal(err)
		}
		has("[System.History] CONTAINS 'second'", false)
		has("[System.History] IS EMPTY", true)
		has("[System.Description] IS EMPTY", true)
	})
}

func TestQuery_Faults(t *testing.T) {
	x := newShelf(t, dbtest.New(t, "sqlite"), 1)
	for where, want := range map[string]string{
		"[Nope] = 1":                                                       "TF51005: The query references a field that does not exist. The error is caused by «[Nope]».",
		`[System.AreaPath] = 'Agile\Nope'`:                                 `TF51011: The specified area path does not exist. The error is caused by «'Agile\Nope'».`,
		`[System.IterationPath] UNDER 'CMMI'`:                              "TF51011: The specified iteration path does not exist. The error is caused by «'CMMI'».",
		"[System.State] UNDER 'x'":                                         "UNDER",
		"[System.AreaPath] CONTAINS 'x'":                                   "CONTAINS",
		"[System.Description] = 'x'":                                       "operator = cannot",
		"[System.Tags] = 'x'":                                              "operator = cannot",
		"[System.Description] EVER 'x'":                                    "EVER",
		"[System.ChangedDate] EVER '2026-01-01'":                           "EVER",
		"[System.Id] = 'many'":                                             "«many»",
		"[System.CreatedDate] = 'soon'":                                    "«'soon'»",
		"[System.CreatedDate] = '2026-01-01 25:00'":                        "«'2026-01-01 25:00'»",
		"[System.CreatedDate] > '2026-01-01T05:00'":                        "You cannot supply a time with the date when running a query using date precision.",
		"[System.CreatedDate] = @Me":                                       "no date",
		"[System.Id] = @Today":                                             "«@today»",
		"[System.State] = @Nothing":                                        "«@nothing»",
		"[System.CreatedDate] = @Today('1d')":                              "argument",
		"[System.CreatedDate] = @StartOfDay('x')":                          "modifier",
		"[System.IterationPath] = @CurrentIteration + 9":                   "no such iteration",
		`[System.IterationPath] = @CurrentIteration('[Agile]\Nope')`:       "team does not exist",
		`[System.AssignedTo] IN GROUP '[Agile]\Nope'`:                      "group does not exist",
		`[System.AssignedTo] IN GROUP '[CMMI]\Readers'`:                    "group does not exist",
		"[System.WorkItemType] IN GROUP 'Nope'":                            "category does not exist",
		"[System.Id] = [System.Title]":                                     "cannot be compared",
		"[System.Title] = [Nope]":                                          "TF51005",
		"[System.Links.LinkType] = 'Child'":                                "cannot be used",
		"[System.Description] CONTAINS WORDS '!'":                          "words",
		"[System.Title] CONTAINS WORDS '" + strings.Repeat("x", 101) + "'": "100 characters",
		"[System.Id] > 0 ORDER BY [System.Description]":                    "ORDER BY",
		"[System.Id] > 0 ORDER BY [Nope]":                                  "TF51005",
		"[System.RevisedDate] > @Today ASOF '2026-01-01'":                  "ASOF",
		"[System.Id] > 0 ASOF 'yesterday'":                                 "«'yesterday'»",
		"[System.Id] > 0 ASOF @StartOfYear('-99999y')":                     "out of range",
	} {
		_, err := x.find(t, x.rita, where, false)
		if says(t, err) == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", where, err, want)
		}
	}
	many := "[System.Id] = 1" + strings.Repeat(" OR [System.Id] = 2", 1500)
	if got, err := x.find(t, x.rita, many, false); err != nil || len(got) > 1 {
		t.Errorf("a long chain: %v, %v", got, err)
	}
}
