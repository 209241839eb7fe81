package work

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// SavedQuery is a query that was saved, or a folder of such.
type SavedQuery struct {
	GUID       uuid.UUID
	Project    *project.Project
	Name       string
	Path       string // "Shared Queries/Team/Bugs"
	Folder     bool
	Public     bool // below Shared Queries
	Deleted    bool
	Text       string       // of a query
	CreatedBy  *access.User // nil for the two roots
	CreatedAt  time.Time
	ModifiedBy *access.User
	ModifiedAt time.Time
	Parent     *SavedQuery   // nil for the two roots
	Children   []*SavedQuery // folders first, each by name
	Shape      *QueryShape   // of a query; nil when its fields no longer exist
	Clauses    *Clauses      // of a query; nil when they are more than lists of conditions

	id     int64
	owner  int64         // 0 below Shared Queries
	hidden []*SavedQuery // children the caller may not read
}

// The names of the two roots.
const (
	myQueries     = "My Queries"
	sharedQueries = "Shared Queries"
)

var (
	selectQueries = db.SQL("work.selectQueries", `
		SELECT query_id, guid, owner, parent_id, name, is_folder, wiql, is_deleted, created_by, created_at, modified_by, modified_at
		FROM queries WHERE org_id = $1 AND project_id = $2 AND owner IN (0, $3) ORDER BY query_id`)
	insertQuery = db.SQL("work.insertQuery", `
		INSERT INTO queries (org_id, query_id, project_id, guid, owner, parent_id, name, is_folder, wiql, is_deleted, created_by, created_at, modified_by, modified_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, $10, $11, $10, $11)`)
	updateQuery = db.SQL("work.updateQuery", `
		UPDATE queries SET owner = $3, parent_id = $4, name = $5, wiql = $6, is_deleted = $7, modified_by = $8, modified_at = $9
		WHERE org_id = $1 AND query_id = $2`)
)

// library is the saved queries of a project that a caller can see.
type library struct {
	x            *search // for reading statements
	tx           *db.Tx
	c            *access.Caller
	project      *project.Project
	mine, shared *SavedQuery
	all          []*SavedQuery
}

// library reads the saved queries of a project.
func (s *Items) library(tx *db.Tx, c *access.Caller, projectName string) (*library, error) {
	if projectName == "" {
		return nil, fault.InvalidArgument("Queries are saved in projects: name one in the URL, /{organization}/{project}/_apis/wit/queries.")
	}
	x, err := s.search(tx, c, Query{Text: "SELECT [System.Id] FROM WorkItems", Project: projectName})
	if err != nil {
		return nil, err
	}
	l := &library{x: x, tx: tx, c: c, project: x.project}
	root := func(name string, guid uuid.UUID, owner int64) *SavedQuery {
		return &SavedQuery{GUID: guid, Project: l.project, Name: name, Path: name, Folder: true, Public: owner == 0, owner: owner}
	}
	l.mine, l.shared = root(myQueries, uuid.NewSHA1(l.project.GUID, []byte(myQueries+c.User.GUID.String())), c.User.ID), root(sharedQueries, access.SharedQueries(l.project.GUID), 0)
	parents := map[*SavedQuery]int64{}
	rows, err := db.Collect(tx, selectQueries, []any{c.Org, l.project.ID, c.User.ID}, func(r *db.Rows) (*SavedQuery, error) {
		q := &SavedQuery{Project: l.project}
		var parent, madeBy, changedBy int64
		err := r.Scan(&q.id, &q.GUID, &q.owner, &parent, &q.Name, &q.Folder, &q.Text, &q.Deleted, &madeBy, &q.CreatedAt, &changedBy, &q.ModifiedAt)
		q.Public = q.owner == 0
		q.CreatedBy, q.ModifiedBy = x.e.directory.User(madeBy), x.e.directory.User(changedBy)
		parents[q] = parent
		return q, err
	})
	if err != nil {
		return nil, err
	}
	byID := map[int64]*SavedQuery{}
	for _, q := range rows {
		byID[q.id] = q
	}
	for _, q := range rows {
		if q.Parent = byID[parents[q]]; q.Parent == nil {
			q.Parent = l.rootOf(q.owner)
		}
		q.Parent.Children = append(q.Parent.Children, q)
	}
	l.place(l.mine)
	l.place(l.shared)
	l.list(l.mine)
	if l.may(l.shared, access.ReadQueries) {
		l.list(l.shared)
	}
	return l, nil
}

// list notes a query or folder with all below it that the caller may read. What is in a folder that they may not read is
// nowhere.
func (l *library) list(q *SavedQuery) {
	l.all = append(l.all, q)
	readable := q.Children[:0:0]
	for _, child := range q.Children {
		if l.may(child, access.ReadQueries) {
			readable = append(readable, child)
			l.list(child)
		} else {
			q.hidden = append(q.hidden, child)
		}
	}
	q.Children = readable
}

// may reports whether the caller has permissions on a query or folder: all on their own ones.
func (l *library) may(q *SavedQuery, permissions int64) bool {
	return !q.Public || l.x.e.directory.Allows(l.c, access.QueryNamespace, access.QueryToken(l.project.GUID, q.GUID), permissions)
}

// mayAll is may of a folder and all below it.
func (l *library) mayAll(q *SavedQuery, permissions int64) bool {
	return len(q.hidden) == 0 && l.may(q, permissions) &&
		!slices.ContainsFunc(q.Children, func(child *SavedQuery) bool { return !l.mayAll(child, permissions) })
}

func (l *library) rootOf(owner int64) *SavedQuery {
	if owner == 0 {
		return l.shared
	}
	return l.mine
}

// place sets the paths below a folder and the order in it.
func (l *library) place(folder *SavedQuery) {
	slices.SortFunc(folder.Children, func(a, b *SavedQuery) int {
		if a.Folder != b.Folder {
			return map[bool]int{true: -1, false: 1}[a.Folder]
		}
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.id, b.id))
	})
	for _, q := range folder.Children {
		q.Path = folder.Path + "/" + q.Name
		l.place(q)
	}
}

// find finds a query or folder by GUID or path, deleted ones by GUID only.
func (l *library) find(name string) (*SavedQuery, error) {
	path := strings.Trim(strings.ReplaceAll(name, `\`, "/"), "/")
	id, err := uuid.Parse(path)
	byID := err == nil && len(path) == 36
	for _, q := range l.all {
		if byID && q.GUID == id || !byID && !q.Deleted && strings.EqualFold(q.Path, path) {
			return q, nil
		}
	}
	return nil, fault.QueryNotFound(name)
}

// describe reads the statements of a query, or of those in a folder.
func (l *library) describe(q *SavedQuery) {
	for _, child := range q.Children {
		l.describe(child)
	}
	if !q.Folder {
		q.Shape, q.Clauses = l.read(q.Text)
	}
}

// SavedQueries returns the two roots of the saved queries of a project, with all below them that the caller can see:
// those shared, and their own. Deleted ones are among them. Fault: project not found.
func (s *Items) SavedQueries(ctx context.Context, c *access.Caller, projectName string) (roots []*SavedQuery, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		l, err := s.library(tx, c, projectName)
		if err != nil {
			return err
		}
		roots = nil
		for _, q := range []*SavedQuery{l.mine, l.shared} {
			if slices.Contains(l.all, q) {
				roots = append(roots, q)
				l.describe(q)
			}
		}
		return nil
	})
	return roots, err
}

// FindQueries finds saved queries or folders by path or GUID, with all below them; nil for each that does not exist. Fault:
// project not found.
func (s *Items) FindQueries(ctx context.Context, c *access.Caller, projectName string, names []string) (found []*SavedQuery, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		l, err := s.library(tx, c, projectName)
		if err != nil {
			return err
		}
		found = make([]*SavedQuery, len(names))
		for i, name := range names {
			if q, err := l.find(name); err == nil {
				l.describe(q)
				found[i] = q
			}
		}
		return nil
	})
	return found, err
}

// RunSaved answers a saved or temporary query. Without a project it is looked for in all that the caller can read, and its own project
// sets @Project. Faults: project or query not found, and those of Query.
func (s *Items) RunSaved(ctx context.Context, c *access.Caller, id string, q Query) (*QueryResult, error) {
	err := s.db.View(ctx, func(tx *db.Tx) error {
		names := []string{q.Project}
		if q.Project == "" {
			catalog, err := s.projects.Catalog(tx, c.Org)
			if err != nil {
				return err
			}
			names = nil
			for _, p := range catalog.Projects {
				if c.CanRead(p.ID) {
					names = append(names, p.Name)
				}
			}
		}
		for _, name := range names {
			l, err := s.library(tx, c, name)
			if err != nil {
				return err
			}
			if found, err := l.find(id); err == nil && !found.Deleted && !found.Folder {
				q.Text, q.Project = found.Text, name
				return nil
			}
		}
		text, in, err := s.temporary(tx, c, q.Project, id)
		if err == nil {
			q.Text, q.Project = text, in.Name
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.Query(ctx, c, q)
}
