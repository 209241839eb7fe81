package sample

import (
	"encoding/json"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// Every chart has something to show: the history is long and lively enough.
func TestFabrikam_Lively(t *testing.T) {
	c := loaded(t, dbtest.New(t, "sqlite"))
	k := checkOrganization(t, c, 1, instant("2026-11-21T00:00:00Z"))
	catalog, _ := c.catalog(t, 1)
	zones := map[int64]*time.Location{}
	for i, p := range fabrikam().people {
		zone := p.zone
		if zone == "" {
			zone = losAngeles
		}
		var err error
		if zones[int64(i+1)], err = time.LoadLocation(zone); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]int{}
	months, users, processes, columns := map[string]int{}, map[int64]bool{}, map[string]bool{}, map[string]int{}
	var last storedRevision
	finals := map[int64]storedRevision{}
	revisions(t, c.DB, 1, func(r storedRevision) {
		defer func() { last = r }()
		finals[r.id] = r
		for id := range r.fields {
			if f := catalog.Field(id); f.Identity {
				users[r.int(id)] = true
			}
		}
		if r.id < firstItem || r.id >= printedReason {
			return
		}
		local := r.changedAt.In(zones[r.int(project.FieldChangedBy)])
		seen["revisions"]++
		months[r.changedAt.Format("2006-01")]++
		if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
			seen["on weekends"]++
		}
		if local.Hour() >= 9 && local.Hour() < 18 {
			seen["in office hours"]++
		}
		if r.rev == 1 {
			if last.id >= firstItem && r.changedAt.Before(k.created[last.id]) {
				t.Errorf("item %d is older than item %d", r.id, last.id)
			}
			return
		}
		if len(r.ints(project.FieldTags)) < len(last.ints(project.FieldTags)) {
			seen["tags removed"]++
		}
		if r.int(project.FieldIterationID) != last.int(project.FieldIterationID) {
			seen["moves between iterations"]++
		}
		if r.int(project.FieldAreaID) != last.int(project.FieldAreaID) {
			seen["moves between areas"]++
		}
		if r.int(project.FieldAssignedTo) != last.int(project.FieldAssignedTo) {
			seen["assignments"]++
		}
		if r.text(project.FieldTitle) != last.text(project.FieldTitle) {
			seen["new titles"]++
		}
		if r.fields[project.FieldRemainingWork] != last.fields[project.FieldRemainingWork] {
			seen["changes of remaining work"]++
		}
		kind := catalog.Project(r.project).Process.Type(r.kind)
		from, to := kind.State(last.text(project.FieldState)), kind.State(r.text(project.FieldState))
		if from.Category == project.Completed && to.Category < project.Completed {
			seen["reopenings"]++
		}
		if to.Category == project.Removed {
			seen["in a removed state"]++
		}
	})
	today := day("2026-11-22")
	for _, r := range finals {
		p := catalog.Project(r.project)
		base := p.Process
		if base.ParentID != "" {
			base = catalog.Process(base.ParentID)
		}
		processes[base.Name] = true
		iteration := catalog.Node(r.int(project.FieldIterationID))
		if p.Name == "Fabrikam Fiber" && iteration.Start != nil && !iteration.Start.After(today) && !iteration.Finish.Before(today) {
			columns[r.kind]++
			seen["items in the current sprint"]++
		}
	}
	seen["comments"] = int(number(t, c.DB, `SELECT count(*) FROM work_texts WHERE org_id = 1 AND field_id = 54`))
	seen["descriptions"] = int(number(t, c.DB, `SELECT count(*) FROM work_texts WHERE org_id = 1 AND field_id = 52`))
	seen["removed links"] = int(number(t, c.DB, `SELECT count(*) FROM work_links WHERE org_id = 1 AND deleted_at IS NOT NULL`)) / 2
	seen["links across projects"] = int(number(t, c.DB, `SELECT count(*) FROM work_links WHERE org_id = 1 AND project_id <> other_project`)) / 2
	for what, least := range map[string]int{
		"tags removed": 30, "moves between iterations": 200, "moves between areas": 15, "assignments": 200, "new titles": 10,
		"changes of remaining work": 200, "reopenings": 30, "in a removed state": 30, "items in the current sprint": 8, "comments": 400,
		"descriptions": 200, "removed links": 10, "links across projects": 8,
	} {
		if seen[what] < least {
			t.Errorf("%s: %d, want %d or more", what, seen[what], least)
		}
	}
	if all := seen["revisions"]; seen["on weekends"]*100 > all*12 || seen["on weekends"] == 0 || seen["in office hours"]*100 < all*88 || seen["in office hours"] == all {
		t.Errorf("of %d revisions %d are on weekends, %d in office hours", all, seen["on weekends"], seen["in office hours"])
	}
	for at := day("2023-11-01"); at.Before(present()); at = at.AddDate(0, 1, 0) {
		if n := months[at.Format("2006-01")]; n < 15 {
			t.Errorf("%s has %d revisions", at.Format("2006-01"), n)
		}
	}
	if diff := cmp.Diff(map[string]bool{"Agile": true, "Basic": true, "CMMI": true, "Scrum": true}, processes); diff != "" {
		t.Errorf("processes: %s", diff)
	}
	for id := int64(1); id <= 16; id++ {
		if !users[id] {
			t.Errorf("%s appears nowhere", fabrikam().people[id-1].name)
		}
	}
	checkCustomFields(t, catalog, finals)
}

// checkCustomFields looks for values of each custom field, in the form its type is stored in.
func checkCustomFields(t *testing.T, catalog *project.Catalog, finals map[int64]storedRevision) {
	t.Helper()
	fits := map[project.FieldType]func(v any) bool{
		project.String:  func(v any) bool { _, ok := v.(string); return ok },
		project.Boolean: func(v any) bool { _, ok := v.(bool); return ok },
		project.Integer: func(v any) bool { n, ok := v.(json.Number); _, err := n.Int64(); return ok && err == nil },
		project.Double:  func(v any) bool { n, ok := v.(json.Number); _, err := n.Float64(); return ok && err == nil },
		project.DateTime: func(v any) bool {
			n, _ := v.(json.Number)
			micros, err := n.Int64()
			return err == nil && time.UnixMicro(micros).Year() > 2020
		},
	}
	custom := 0
	for _, f := range catalog.Fields {
		if !f.Custom {
			continue
		}
		custom++
		values := 0
		for id, r := range finals {
			v, ok := r.fields[f.ID]
			if !ok {
				continue
			}
			values++
			if good := fits[f.Type](v); good == f.Identity {
				t.Errorf("item %d: %s is %v", id, f.Name, v)
			}
		}
		if values < 10 {
			t.Errorf("%s has %d values", f.Name, values)
		}
	}
	if custom != 8 {
		t.Errorf("%d custom fields", custom)
	}
	if f := catalog.FindField("Custom.719f69f1-f7d0-4baa-b6ce-e77ad5dfcdf3"); f == nil || f.Name != "고객 요청 번호" {
		t.Errorf("the field with a GUID for a name: %+v", f)
	}
}

// Days end where they should: there are revisions at local midnight, just before it, and in both of the hours that are
// called alike when daylight saving time ends.
func TestFabrikam_DayBoundaries(t *testing.T) {
	c := loaded(t, dbtest.New(t, "sqlite"))
	catalog, _ := c.catalog(t, 1)
	zone := catalog.Organization.Location
	seen := map[string]int{}
	var before time.Time
	revisions(t, c.DB, 1, func(r storedRevision) {
		local := r.changedAt.In(zone)
		if local.Format("15:04:05") == "00:00:00" {
			seen["midnight"]++
		}
		if local.Format("15:04:05") == "23:59:59" {
			seen["the second before midnight"]++
		}
		if local.Month() == time.February && local.Day() == 29 {
			seen["a leap day"]++
		}
		_, offset := local.Zone()
		_, hourAgo := local.Add(-time.Hour).Zone()
		if hourAgo > offset {
			seen["the repeated hour"]++
		}
		if hourAgo < offset {
			seen["the hour behind the skipped one"]++
		}
		if r.rev > 1 && r.changedAt.Sub(before) == time.Hour && local.Format(time.TimeOnly) == before.In(zone).Format(time.TimeOnly) {
			seen["twice at the same local time"]++
		}
		before = r.changedAt
	})
	for _, what := range []string{"midnight", "the second before midnight", "a leap day", "the repeated hour", "the hour behind the skipped one", "twice at the same local time"} {
		if seen[what] == 0 {
			t.Errorf("no revision at: %s", what)
		}
	}
}
