package oracle

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// row is an entity: its properties, to-one navigations as row (nil when they lead nowhere) and collections as []row.
// Texts are string, keys guid, numbers int64 or float64, dates time.Time, enums enum and flag enums flags.
type row map[string]any

type (
	guid  string
	enum  string
	flags []string // names of the enum Period
)

// world is every row a query can see, made from the record store by means of its own: the analytics tables are what is
// being checked.
type world struct {
	schema  map[string]*entity
	sets    map[string][]row
	zone    *time.Location
	project string // its name at project scope
	limited bool   // to what hangs together for a reader of Fabrikam Fiber alone

	catalog *project.Catalog
	only    int64 // the project's id, 0 at organization scope
	updated time.Time

	projects, areas, iterations, teams, tags, users map[int64]row
	parents                                         map[int64]int64 // work items by child
	dates                                           map[int64]row
	seen                                            map[int64]bool             // users that appear in the rows
	used                                            map[string]map[string]bool // properties that some row of a set has
	processes                                       map[processKey]row
	boards                                          map[int64][]*board // by team
	spanned                                         map[string][]span  // of snapshots
	delivered
}

func readWorld(t *testing.T, f *fixture, project string, limited bool) *world {
	t.Helper()
	w := &world{
		sets: map[string][]row{}, project: project, limited: limited, updated: now(), projects: map[int64]row{}, areas: map[int64]row{},
		iterations: map[int64]row{}, teams: map[int64]row{}, tags: map[int64]row{}, users: map[int64]row{},
		parents: map[int64]int64{}, dates: map[int64]row{}, seen: map[int64]bool{},
		boards: map[int64][]*board{}, spanned: map[string][]span{},
	}
	err := f.db.View(t.Context(), func(tx *db.Tx) (err error) {
		if w.catalog, err = f.projects.Catalog(tx, f.org); err != nil {
			return err
		}
		w.zone = w.catalog.Organization.Location
		if project != "" {
			p, err := w.catalog.FindProject(project)
			if err != nil {
				return err
			}
			w.only = p.ID
		}
		for _, read := range []func(*db.Tx, int64) error{
			w.readDates, w.readProjects, w.readNodes, w.readTeams, w.readUsers, w.readTags, w.readProcesses, w.readCustomFields, w.readItems, w.readLinks,
			w.readBoards, w.readDelivery,
		} {
			if err := read(tx, f.org); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.finish()
	return w
}

func (w *world) visible(project int64) bool { return w.only == 0 || w.only == project }

func (w *world) add(set string, r row) row {
	w.sets[set] = append(w.sets[set], r)
	return r
}

func each(tx *db.Tx, text string, org int64, scan func(*db.Rows) error) error {
	rows, err := tx.Query(db.SQL("oracle", text), org)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (w *world) readProjects(tx *db.Tx, org int64) error {
	visibilities := map[string]enum{"private": "Private", "organization": "Organization", "public": "Public"}
	return each(tx, `SELECT project_id, guid, name, visibility FROM projects WHERE org_id = $1 AND NOT is_deleted`, org, func(r *db.Rows) error {
		var id int64
		var key, name, visibility string
		if err := r.Scan(&id, &key, &name, &visibility); err != nil || !w.visible(id) {
			return err
		}
		w.projects[id] = w.add("Projects", row{"ProjectSK": guid(key), "ProjectId": guid(key), "ProjectName": name,
			"ProjectVisibility": visibilities[visibility], "AnalyticsUpdatedDate": w.updated})
		return nil
	})
}

func (w *world) readNodes(tx *db.Tx, org int64) error {
	type node struct {
		id, project, parent int64
		kind                int16
		key, name           string
		start, finish       *time.Time
	}
	nodes := map[int64]node{}
	err := each(tx, `SELECT node_id, project_id, guid, kind, parent_id, name, start_date, finish_date FROM nodes
			WHERE org_id = $1 AND NOT is_deleted`, org, func(r *db.Rows) error {
		var n node
		err := r.Scan(&n.id, &n.project, &n.key, &n.kind, &n.parent, &n.name, &n.start, &n.finish)
		nodes[n.id] = n
		return err
	})
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if w.projects[n.project] == nil {
			continue
		}
		names := []string{n.name}
		for at := n; at.parent != 0; names = append([]string{at.name}, names...) {
			at = nodes[at.parent]
		}
		what, set, into := "Area", "Areas", w.areas
		if n.kind == 1 {
			what, set, into = "Iteration", "Iterations", w.iterations
		}
		p := w.projects[n.project]
		r := row{"ProjectSK": p["ProjectSK"], what + "SK": guid(n.key), what + "Id": guid(n.key), what + "Name": n.name, "Number": n.id,
			what + "Path": strings.Join(names, `\`), "Depth": int64(len(names) - 1), "AnalyticsUpdatedDate": w.updated, "Project": p}
		for i, name := range names {
			r[fmt.Sprintf("%sLevel%d", what, i+1)] = name
		}
		if n.kind == 1 {
			r["IsEnded"] = false
			if n.start != nil {
				r["StartDate"] = w.onDay(*n.start, 0, 0, 0, 0)
			}
			if n.finish != nil {
				end := w.onDay(*n.finish, 23, 59, 59, 999)
				r["EndDate"], r["IsEnded"] = end, end.Before(now())
			}
		}
		into[n.id] = w.add(set, r)
	}
	return nil
}

// onDay is a wall clock time in the organization's zone on a date given as midnight UTC.
func (w *world) onDay(date time.Time, hour, minute, second, milli int) time.Time {
	y, m, d := date.UTC().Date()
	return time.Date(y, m, d, hour, minute, second, milli*1_000_000, w.zone)
}

func (w *world) readTeams(tx *db.Tx, org int64) error {
	err := each(tx, `SELECT team_id, project_id, guid, name FROM teams WHERE org_id = $1 AND NOT is_deleted`, org, func(r *db.Rows) error {
		var id, of int64
		var key, name string
		err := r.Scan(&id, &of, &key, &name)
		if p := w.projects[of]; err == nil && p != nil {
			w.teams[id] = w.add("Teams", row{"TeamSK": guid(key), "ProjectSK": p["ProjectSK"], "TeamId": guid(key), "TeamName": name,
				"AnalyticsUpdatedDate": w.updated, "Project": p})
		}
		return err
	})
	if err != nil {
		return err
	}
	err = each(tx, `SELECT team_id, node_id, include_children FROM team_areas WHERE org_id = $1`, org, func(r *db.Rows) error {
		var team, node int64
		var below bool
		if err := r.Scan(&team, &node, &below); err != nil || w.teams[team] == nil {
			return err
		}
		root := w.areas[node]["AreaPath"].(string)
		for _, area := range w.areas {
			path := area["AreaPath"].(string)
			if path == root || below && strings.HasPrefix(path, root+`\`) {
				join(w.teams[team], "Areas", area)
				join(area, "Teams", w.teams[team])
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(tx, `SELECT team_id, node_id FROM team_iterations WHERE org_id = $1`, org, func(r *db.Rows) error {
		var team, node int64
		err := r.Scan(&team, &node)
		if w.teams[team] != nil {
			join(w.teams[team], "Iterations", w.iterations[node])
			join(w.iterations[node], "Teams", w.teams[team])
		}
		return err
	})
}

// join adds a row to a collection that does not have it yet.
func join(from row, name string, to row) {
	list, _ := from[name].([]row)
	for _, r := range list {
		if fmt.Sprintf("%p", r) == fmt.Sprintf("%p", to) {
			return
		}
	}
	from[name] = append(list, to)
}

func (w *world) readUsers(tx *db.Tx, org int64) error {
	return each(tx, `SELECT user_id, guid, display_name, email FROM users WHERE org_id = $1`, org, func(r *db.Rows) error {
		var id int64
		var key, name, email string
		err := r.Scan(&id, &key, &name, &email)
		w.users[id] = row{"UserSK": guid(key), "UserId": guid(key), "UserName": name, "UserEmail": email, "AnalyticsUpdatedDate": w.updated}
		return err
	})
}

func (w *world) readTags(tx *db.Tx, org int64) error {
	return each(tx, `SELECT tag_id, project_id, guid, name FROM tags WHERE org_id = $1 AND NOT is_deleted`, org, func(r *db.Rows) error {
		var id, of int64
		var key, name string
		err := r.Scan(&id, &of, &key, &name)
		if p := w.projects[of]; err == nil && p != nil {
			w.tags[id] = w.add("Tags", row{"ProjectSK": p["ProjectSK"], "TagId": guid(key), "TagName": name, "Project": p})
		}
		return err
	})
}

// readCustomFields adds the fields of the organization to the schema.
func (w *world) readCustomFields(tx *db.Tx, org int64) error {
	kinds := map[string]kind{"string": textKind, "integer": intKind, "double": doubleKind, "dateTime": dateKind, "boolean": boolKind}
	var custom []property
	err := each(tx, `SELECT reference_name, type, is_identity FROM fields WHERE org_id = $1 ORDER BY field_id`, org, func(r *db.Rows) error {
		var ref, typ string
		var identity bool
		err := r.Scan(&ref, &typ, &identity)
		name := strings.NewReplacer(".", "_", "-", "__002D").Replace(ref)
		switch {
		case identity:
			custom = append(custom, property{name: name + "SK", kind: guidKind, ref: ref})
		case kinds[typ] != "":
			custom = append(custom, property{name: name, kind: kinds[typ], ref: ref})
		}
		return err
	})
	w.schema = newSchema(custom)
	return err
}

// finish adds what can only be known when all rows are there.
func (w *world) finish() {
	for id, r := range w.users {
		if w.only == 0 || w.seen[id] {
			w.add("Users", r)
		}
	}
	identity := map[string][]string{"Projects": {"ProjectName"}, "Areas": {"Number"}, "Iterations": {"Number"}, "Teams": {"ProjectSK", "TeamName"},
		"Users": {"UserSK"}, "Tags": {"ProjectSK", "TagName"}, "Processes": {"TeamSK", "WorkItemType"}, "WorkItemTypeFields": {"ProjectSK", "WorkItemType", "FieldName"},
		"WorkItemLinks": {"SourceWorkItemId", "TargetWorkItemId", "LinkTypeReferenceName", "CreatedDate"}}
	for set, names := range identity { // the same order in every run: queries are made from random rows
		var keys []order
		for _, name := range names {
			keys = append(keys, order{by: path{to: []string{name}}})
		}
		w.sets[set] = slices.Concat(grouped(w, w.sets[set], keys)...)
	}
	w.place()
	w.used = map[string]map[string]bool{}
	for set, e := range w.schema {
		w.used[set] = map[string]bool{}
		for _, r := range w.sets[set] {
			for _, p := range e.props {
				w.used[set][p.name] = w.used[set][p.name] || r[p.name] != nil
			}
		}
		for _, r := range w.sets[set] {
			e.complete(r)
		}
	}
	for _, set := range []string{snapshotSet, boardSnapshotSet, pointHistorySet} {
		w.used[set] = w.snapshotUses(set)
	}
	for p, areas := range map[string]string{"Areas": "Areas", "Iterations": "Iterations", "Teams": "Teams"} {
		for _, r := range w.sets[areas] {
			if of := r["Project"].(row); of != nil {
				of[p] = append(of[p].([]row), r)
			}
		}
	}
}

// complete gives a row the navigations that lead nowhere.
func (e *entity) complete(r row) {
	for _, n := range e.navs {
		if _, ok := r[n.name]; !ok && n.many {
			r[n.name] = []row(nil)
		} else if !ok {
			r[n.name] = row(nil)
		}
	}
}

// snapshotUses are the properties that snapshots show of their days and what they are of.
func (w *world) snapshotUses(set string) map[string]bool {
	used := map[string]bool{"DateSK": true, "DateValue": true, "IsLastDayOfPeriod": true}
	for _, s := range w.spans(set) {
		w.schema[set].complete(s.of)
		for name, v := range s.of {
			used[name] = used[name] || v != nil
		}
	}
	return used
}

// readDates makes a calendar from the year before the first revision to the next year.
func (w *world) readDates(tx *db.Tx, org int64) error {
	return each(tx, `SELECT min(changed_at) FROM work_revisions WHERE org_id = $1`, org, func(r *db.Rows) error {
		var first time.Time
		err := r.Scan(&first)
		w.addDates(first.In(w.zone).Year()-1, now().Year()+1)
		return err
	})
}
