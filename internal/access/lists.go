package access

import (
	"slices"
	"strings"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// List is what is set for a token of a namespace: an access control list.
type List struct {
	Token    string
	Inherits bool // takes what is set for the tokens above where it says nothing
	Entries  []Entry
}

// Entry is the permissions that a list allows and denies to a subject.
type Entry struct {
	Subject Subject
	Allow   int64
	Deny    int64
}

// listKey finds a list by its namespace and the key of its token.
type listKey struct{ namespace, token string }

type securedProject struct {
	id   int64
	guid uuid.UUID
}

// securedNode is an area or iteration. Its permissions stay with it when it moves, so its key names nothing above it.
type securedNode struct {
	id      int64
	guid    uuid.UUID
	parent  string // key; "" for a root
	project int64
	area    bool
}

// goneArea is an area that was deleted. Its work items went to the successor; 0 when there were none, but those that left
// the area before have revisions that were made in it.
type goneArea struct {
	project, successor int64
	key                string
}

// key is a token as it is compared: whatever its letter case, without separators at the end, and of areas, iterations,
// queries and processes the last node only.
func (n *Namespace) key(token string) string {
	token = strings.ToLower(token)
	if n.Structure != 0 {
		token = strings.TrimRight(token, n.Separator)
	}
	switch {
	case n.ID == QueryNamespace:
		return strings.TrimPrefix(token[strings.LastIndex(token, n.Separator)+1:], "$")
	case n.ID == ProcessNamespace:
		return strings.TrimPrefix(token[strings.LastIndex(token, n.Separator)+1:], "$process")
	case n.treed():
		if at := strings.LastIndex(token, strings.ToLower(nodePrefix)); at > 0 {
			token = token[at:]
		}
	}
	return token
}

// treed reports whether tokens stand for nodes of a tree that knows their parents.
func (n *Namespace) treed() bool { return n.ID == AreaNamespace || n.ID == IterationNamespace }

// parent is the key of the token above another, and false above the topmost, whose key is empty.
func (d *Directory) parent(n *Namespace, token string) (string, bool) {
	if token == "" {
		return "", false
	}
	if n.treed() {
		if at, ok := d.nodes[token]; ok {
			return at.parent, true
		}
		return d.former[token], true
	}
	switch n.ID {
	case QueryNamespace:
		return d.queries[token], true
	case ProcessNamespace:
		return d.processes[token], true
	}
	at := -1
	if n.Structure != 0 {
		at = strings.LastIndex(token, n.Separator)
	}
	return token[:max(at, 0)], true
}

// at returns what is set right at a token, what built-in groups begin with included, and whether it takes what is above.
func (d *Directory) at(n *Namespace, token string) (entries []Entry, inherits bool) {
	k := listKey{n.ID, token}
	inherits = true
	if l := d.lists[k]; l != nil {
		entries, inherits = l.Entries, l.Inherits
	}
	var begin []Entry
	if token == "" {
		begin = topmost(n.ID)
	} else if project, ok := d.starts[k]; ok {
		begin = standard(n.ID, project)
	} else {
		begin = d.begins[k]
	}
	for _, b := range begin {
		if !slices.ContainsFunc(entries, func(e Entry) bool { return e.Subject == b.Subject }) {
			entries = append(slices.Clip(entries), b) // those stored are shared
		}
	}
	return entries, inherits
}

// evaluation is what subjects may do: each permission as the nearest token says that says anything of it, where a denial
// to one of them outweighs what others are allowed.
type evaluation struct {
	effectiveAllow, effectiveDeny int64
}

func (d *Directory) evaluate(of map[Subject]bool, n *Namespace, token string) (found evaluation) {
	for level, ok := n.key(token), true; ok; level, ok = d.parent(n, level) {
		entries, inherits := d.at(n, level)
		var allow, deny int64
		for _, e := range entries {
			if of[e.Subject] {
				allow, deny = allow|e.Allow, deny|e.Deny
			}
		}
		open := ^(found.effectiveAllow | found.effectiveDeny)
		found.effectiveDeny |= deny & open
		found.effectiveAllow |= allow &^ deny & open
		if !inherits {
			break
		}
	}
	return found
}

func (d *Directory) readSecured(tx *db.Tx, org int64) (err error) {
	d.projects, err = db.Collect(tx, selectSecuredProjects, []any{org}, func(r *db.Rows) (p securedProject, err error) {
		return p, r.Scan(&p.id, &p.guid)
	})
	if err != nil {
		return err
	}
	for _, p := range d.projects {
		d.live[p.id] = true
		for namespace, token := range map[string]string{ProjectNamespace: ProjectToken(p.guid), TaggingNamespace: TaggingToken(p.guid),
			IdentityNamespace: p.guid.String(), AnalyticsNamespace: AnalyticsToken(p.guid),
			QueryNamespace: QueryToken(p.guid), PlanNamespace: PlanToken(p.guid), DashboardNamespace: DashboardToken(p.guid)} {
			d.starts[listKey{namespace, FindNamespace(namespace).key(token)}] = p.id
		}
	}
	keys := map[int64]string{}
	parents := map[string]int64{}
	rows, err := tx.Query(selectSecuredNodes, org)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n securedNode
		var parent, kind, successor int64
		var gone bool
		if err := rows.Scan(&n.id, &n.guid, &parent, &n.project, &kind, &gone, &successor); err != nil {
			return err
		}
		k := strings.ToLower(NodeToken(n.guid))
		keys[n.id], parents[k] = k, parent
		if n.area = kind == 0; gone {
			if n.area {
				d.gone[n.id] = goneArea{n.project, successor, k}
			}
			continue
		}
		d.nodes[k] = n
		if parent == 0 {
			namespace := IterationNamespace
			if n.area {
				namespace = AreaNamespace
			}
			d.starts[listKey{namespace, k}] = n.project
		}
	}
	for k, n := range d.nodes {
		if above := keys[parents[k]]; d.nodes[above].id != 0 {
			n.parent = above
		}
		d.nodes[k] = n
	}
	for _, n := range d.gone {
		d.former[n.key] = keys[parents[n.key]]
	}
	return rows.Err()
}

// readQueries reads the tree of shared queries: everybody's own are theirs alone.
func (d *Directory) readQueries(tx *db.Tx, org int64) error {
	type query struct {
		id, parent, project int64
		guid                uuid.UUID
	}
	all, err := db.Collect(tx, selectSecuredQueries, []any{org}, func(r *db.Rows) (q query, err error) {
		return q, r.Scan(&q.id, &q.parent, &q.project, &q.guid)
	})
	keys := map[int64]string{}
	for _, q := range all {
		keys[q.id] = q.guid.String()
	}
	roots := map[int64]string{}
	for _, p := range d.projects {
		roots[p.id] = SharedQueries(p.guid).String()
		d.queries[roots[p.id]] = p.guid.String()
	}
	for _, q := range all {
		if root, ok := roots[q.project]; ok {
			if d.queries[q.guid.String()] = root; q.parent != 0 {
				d.queries[q.guid.String()] = keys[q.parent]
			}
		}
	}
	return err
}

// readProcesses reads which process each derived one comes from.
func (d *Directory) readProcesses(tx *db.Tx, org int64) error {
	for _, id := range SystemProcesses() {
		d.processes[id] = ""
	}
	_, err := db.Collect(tx, selectSecuredProcesses, []any{org}, func(r *db.Rows) (struct{}, error) {
		var id, parent string
		err := r.Scan(&id, &parent)
		d.processes[strings.ToLower(id)] = strings.ToLower(parent)
		return struct{}{}, err
	})
	return err
}

// readMade reads which plans and dashboards there are.
func (d *Directory) readMade(tx *db.Tx, org int64) error {
	_, err := db.Collect(tx, selectSecuredPlans, []any{org}, func(r *db.Rows) (struct{}, error) {
		var project, plan uuid.UUID
		err := r.Scan(&project, &plan)
		d.made[listKey{PlanNamespace, FindNamespace(PlanNamespace).key(PlanToken(project, plan))}] = true
		return struct{}{}, err
	})
	if err != nil {
		return err
	}
	_, err = db.Collect(tx, selectSecuredDashboards, []any{org}, func(r *db.Rows) (struct{}, error) {
		var project, team, dashboard uuid.UUID
		var of string
		err := r.Scan(&project, &of, &dashboard)
		if err == nil && of != "" {
			team, err = uuid.Parse(of)
		}
		d.made[listKey{DashboardNamespace, FindNamespace(DashboardNamespace).key(DashboardToken(project, team, dashboard))}] = true
		return struct{}{}, err
	})
	return err
}

// begin notes what somebody begins with at a token of dashboards.
func (d *Directory) begin(token string, e Entry) {
	d.begins[listKey{DashboardNamespace, FindNamespace(DashboardNamespace).key(token)}] = []Entry{e}
}

func (d *Directory) readLists(tx *db.Tx, org int64) error {
	lists, err := tx.Query(selectLists, org)
	if err != nil {
		return err
	}
	defer lists.Close()
	for lists.Next() {
		var k listKey
		l := &List{}
		if err := lists.Scan(&k.namespace, &k.token, &l.Token, &l.Inherits); err != nil {
			return err
		}
		if (k.namespace == ProcessNamespace || k.namespace == PlanNamespace || k.namespace == DashboardNamespace) && k.token != "" && !d.known(FindNamespace(k.namespace), k.token) {
			continue // of what was deleted
		}
		d.lists[k] = l
	}
	if err := lists.Err(); err != nil {
		return err
	}
	_ = lists.Close() // read to its end
	entries, err := tx.Query(selectEntries, org)
	if err != nil {
		return err
	}
	defer entries.Close()
	for entries.Next() {
		var k listKey
		var kind string
		var e Entry
		if err := entries.Scan(&k.namespace, &k.token, &kind, &e.Subject.ID, &e.Allow, &e.Deny); err != nil {
			return err
		}
		e.Subject.Kind = Kind(kind)
		if l := d.lists[k]; l != nil {
			l.Entries = append(l.Entries, e)
		}
	}
	return entries.Err()
}

var (
	selectSecuredProjects = db.SQL("access.selectSecuredProjects",
		`SELECT project_id, guid FROM projects WHERE org_id = $1 AND NOT is_deleted ORDER BY project_id`)
	selectSecuredNodes = db.SQL("access.selectSecuredNodes", `
		SELECT n.node_id, n.guid, n.parent_id, n.project_id, n.kind, n.is_deleted, n.successor FROM nodes n
		JOIN projects p ON p.org_id = n.org_id AND p.project_id = n.project_id AND NOT p.is_deleted
		WHERE n.org_id = $1 ORDER BY n.node_id`)
	selectSecuredQueries = db.SQL("access.selectSecuredQueries",
		`SELECT query_id, parent_id, project_id, guid FROM queries WHERE org_id = $1 AND owner = 0 ORDER BY query_id`)
	selectSecuredProcesses = db.SQL("access.selectSecuredProcesses", `SELECT process_id, parent_id FROM processes WHERE org_id = $1`)
	selectSecuredPlans     = db.SQL("access.selectSecuredPlans", `
		SELECT p.guid, s.guid FROM plans s JOIN projects p ON p.org_id = s.org_id AND p.project_id = s.project_id AND NOT p.is_deleted
		WHERE s.org_id = $1 ORDER BY s.project_id, s.guid`)
	selectSecuredDashboards = db.SQL("access.selectSecuredDashboards", `
		SELECT p.guid, coalesce(t.guid, ''), s.guid FROM dashboards s
		JOIN projects p ON p.org_id = s.org_id AND p.project_id = s.project_id AND NOT p.is_deleted
		LEFT JOIN teams t ON t.org_id = s.org_id AND t.team_id = s.team_id
		WHERE s.org_id = $1 ORDER BY s.project_id, s.guid`)
	selectLists = db.SQL("access.selectLists",
		`SELECT namespace, token_key, token, inherits FROM access_lists WHERE org_id = $1`)
	selectEntries = db.SQL("access.selectEntries", `
		SELECT namespace, token_key, subject_kind, subject_id, allowed, denied FROM access_entries
		WHERE org_id = $1 ORDER BY namespace, token_key, subject_kind, subject_id`)
)

// Lists returns the lists of a namespace that are not empty: those of some tokens, with recurse also those below them, or
// all without tokens.
func (d *Directory) Lists(n *Namespace, tokens []string, recurse bool) (found []List) {
	keys := map[string]string{} // and how their tokens are written
	for k, project := range d.starts {
		if k.namespace == n.ID {
			keys[k.token] = d.startToken(n, k.token, project)
		}
	}
	for k := range d.begins {
		if k.namespace == n.ID {
			keys[k.token] = k.token
		}
	}
	for k, l := range d.lists {
		if k.namespace == n.ID {
			keys[k.token] = d.written(n, k.token, l.Token)
		}
	}
	for k, token := range keys {
		wanted := len(tokens) == 0
		for _, t := range tokens {
			wanted = wanted || k == n.key(t) || recurse && d.below(n, k, n.key(t))
		}
		if !wanted || !d.known(n, token) {
			continue
		}
		l := d.List(n, token)
		l.Entries = slices.DeleteFunc(slices.Clone(l.Entries), func(e Entry) bool { return e.Allow|e.Deny == 0 })
		if len(l.Entries) > 0 || !l.Inherits {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b List) int { return strings.Compare(a.Token, b.Token) })
	return found
}

func (d *Directory) below(n *Namespace, token, top string) bool {
	for at, ok := d.parent(n, token); ok; at, ok = d.parent(n, at) {
		if at == top {
			return true
		}
	}
	return false
}

// written is how a token is shown: as it was written, and of areas and iterations with all nodes above.
func (d *Directory) written(n *Namespace, key, as string) string {
	if n.ID == ProcessNamespace {
		return ProcessToken(d.processes[key], key)
	}
	if n.ID == QueryNamespace {
		token := ""
		for at := key; at != ""; at = d.queries[at] {
			token = n.Separator + at + token
		}
		return "$" + token
	}
	if !n.treed() {
		return as
	}
	token := ""
	for at := key; at != ""; at = d.nodes[at].parent {
		token = strings.TrimSuffix(NodeToken(d.nodes[at].guid)+":"+token, ":")
	}
	return token
}

// startToken is the token that stands for the whole of a project.
func (d *Directory) startToken(n *Namespace, key string, project int64) string {
	at := slices.IndexFunc(d.projects, func(p securedProject) bool { return p.id == project })
	switch n.ID {
	case ProjectNamespace:
		return ProjectToken(d.projects[at].guid)
	case PlanNamespace:
		return PlanToken(d.projects[at].guid)
	case AreaNamespace, IterationNamespace, QueryNamespace:
		return d.written(n, key, "")
	}
	return key // of lower-case GUIDs
}
