package work

import (
	"context"
	"errors"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// Options of a change.
type Options struct {
	ValidateOnly bool // check and answer, store nothing
	BypassRules  bool // set what rules would set or refuse; needs the permission
}

var errValidateOnly = errors.New("validated")

// Create makes a work item of a type in a project and returns it. Faults: project or type not found, access denied, and
// those of the patch document.
func (s *Items) Create(ctx context.Context, c *access.Caller, projectName, typeName string, ops []Op, o Options) (item *Item, err error) {
	return s.change(ctx, func(tx *db.Tx) (*Item, error) {
		e, err := s.environment(tx, c)
		if err != nil {
			return nil, err
		}
		if e.project, err = e.catalog.FindProject(projectName); err != nil {
			return nil, err
		}
		if !c.CanRead(e.project.ID) {
			return nil, project.NotFound(projectName)
		}
		if err := e.permit(c, o); err != nil {
			return nil, err
		}
		if e.kind = e.project.Process.Type(strings.TrimPrefix(typeName, "$")); e.kind == nil {
			return nil, fault.WorkItemTypeNotFound(strings.TrimPrefix(typeName, "$"), e.project.Name)
		}
		if err := s.resolveTags(tx, e, ops); err != nil {
			return nil, err
		}
		next, err := apply(e, -1, nil, ops)
		if err != nil {
			return nil, err
		}
		if next.id, err = tx.Reserve(c.Org, "workitem", 1); err != nil {
			return nil, err
		}
		return s.store(tx, c.Org, e, nil, next)
	}, o)
}

// Update applies a patch document to a work item and returns the result. projectName, when not empty, must be the
// item's project. Faults: item not found (also when it cannot be read), access denied, revision mismatch, and those of
// the patch document.
func (s *Items) Update(ctx context.Context, c *access.Caller, projectName string, id int64, ops []Op, o Options) (*Item, error) {
	return s.change(ctx, func(tx *db.Tx) (*Item, error) {
		e, err := s.environment(tx, c)
		if err != nil {
			return nil, err
		}
		previous, at, err := s.current(tx, e, c, projectName, id)
		if err != nil {
			return nil, err
		}
		if err := e.permit(c, o); err != nil {
			return nil, err
		}
		if err := s.resolveTags(tx, e, ops); err != nil {
			return nil, err
		}
		next, err := apply(e, id, previous, ops)
		if err != nil {
			return nil, err
		}
		if next.unchanged(previous) {
			return s.showOne(tx, e, at)
		}
		next.id = id
		return s.store(tx, c.Org, e, previous, next)
	}, o)
}

// change runs fn in a write transaction, or in one that is rolled back.
func (s *Items) change(ctx context.Context, fn func(*db.Tx) (*Item, error), o Options) (item *Item, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if item, err = fn(tx); err == nil && o.ValidateOnly {
			err = errValidateOnly
		}
		return err
	})
	if errors.Is(err, errValidateOnly) {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return item, nil
}

func (s *Items) environment(tx *db.Tx, c *access.Caller) (*environment, error) {
	catalog, err := s.projects.Catalog(tx, c.Org)
	if err != nil {
		return nil, err
	}
	directory, err := s.access.Directory(tx, c.Org)
	if err != nil {
		return nil, err
	}
	return &environment{catalog: catalog, directory: directory, user: User(c.User.ID), now: tx.Now(),
		tags: map[string]int64{}, tagNames: map[int64]string{}}, nil
}

// permit checks that the caller may make the change at all.
func (e *environment) permit(c *access.Caller, o Options) error {
	if !c.CanWrite(e.project.ID) {
		return fault.AccessDenied(c.User.DisplayName, "Edit work items in this node")
	}
	if o.BypassRules {
		if !c.CanBypassRules(e.project.ID) {
			return fault.AccessDenied(c.User.DisplayName, "Bypass rules on work item updates")
		}
		e.bypass = true
	}
	return nil
}

// current reads the revision a change starts from and sets the environment's project and type.
func (s *Items) current(tx *db.Tx, e *environment, c *access.Caller, projectName string, id int64) (*revision, stored, error) {
	found, err := db.Collect(tx, selectItem, []any{c.Org, id}, scanStored)
	if err != nil {
		return nil, stored{}, err
	}
	if len(found) == 0 {
		return nil, stored{}, fault.WorkItemNotFound(id)
	}
	at := found[0]
	if e.project = e.catalog.Project(at.project); e.project == nil || !c.CanRead(at.project) {
		return nil, stored{}, fault.WorkItemNotFound(id)
	}
	if projectName != "" {
		if p, err := e.catalog.FindProject(projectName); err != nil || p != e.project {
			return nil, stored{}, fault.WorkItemNotFound(id)
		}
	}
	if e.kind = e.project.Process.Type(at.kind); e.kind == nil {
		return nil, stored{}, fault.WorkItemTypeNotFound(at.kind, e.project.Name)
	}
	fields, err := decoder{e.catalog}.decode(at.fields)
	if err != nil {
		return nil, stored{}, err
	}
	r := &revision{id: id, rev: at.rev, fields: fields,
		area: e.catalog.Node(fields.Int(project.FieldAreaID)), iter: e.catalog.Node(fields.Int(project.FieldIterationID))}
	if r.area == nil {
		r.area = e.project.Area
	}
	if r.iter == nil {
		r.iter = e.project.Iteration
	}
	return r, at, nil
}

// store writes a revision: append it, replace the current row, append to the change feed.
func (s *Items) store(tx *db.Tx, org int64, e *environment, previous, next *revision) (*Item, error) {
	watermark, err := tx.Append(org, db.Change{Kind: db.Revised, Project: e.project.ID, Ref: next.id, Rev: next.rev})
	if err != nil {
		return nil, err
	}
	at := stored{id: next.id, project: e.project.ID, rev: next.rev, watermark: watermark, kind: e.kind.Name,
		changedAt: next.fields.Time(project.FieldChangedDate), fields: string(next.fields.encode(nil))}
	if previous == nil {
		_, err = tx.Exec(insertItem, org, at.id, at.project, at.rev, at.watermark, at.kind, at.changedAt, at.fields, false, nil, 0)
	} else {
		_, err = tx.Exec(updateItem, org, at.id, at.project, at.rev, at.watermark, at.kind, at.changedAt, at.fields)
	}
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(insertRevision, org, at.id, at.project, at.rev, at.watermark, at.kind, at.changedAt, at.fields); err != nil {
		return nil, err
	}
	for field, body := range next.texts {
		if _, err := tx.Exec(insertText, org, at.id, int64(field), at.rev, at.project, body); err != nil {
			return nil, err
		}
	}
	return s.showOne(tx, e, at)
}

// resolveTags finds the ids of the tags a change names or the item has, creating tags that do not exist yet.
func (s *Items) resolveTags(tx *db.Tx, e *environment, ops []Op) error {
	wanted := false
	for _, op := range ops {
		if name, ok := op.fieldPath(); ok {
			if f := e.catalog.FindField(name); f != nil && f.ID == project.FieldTags {
				wanted = true
			}
		}
	}
	if !wanted {
		return nil
	}
	org := e.catalog.Organization.ID
	known, err := readTags(tx, org, e.project.ID)
	if err != nil {
		return err
	}
	for id, name := range known {
		e.tags[strings.ToLower(name)], e.tagNames[id] = id, name
	}
	for _, op := range ops {
		name, _ := op.fieldPath()
		if f := e.catalog.FindField(name); f == nil || f.ID != project.FieldTags || op.empty() || op.Op == "test" {
			continue
		}
		v, broken := e.convert(e.catalog.Field(project.FieldTags), op.Value)
		if broken != nil {
			return fault.RuleValidation(*broken)
		}
		for _, name := range splitTags(v.(string)) {
			if e.tags[strings.ToLower(name)] != 0 {
				continue
			}
			id, err := addTag(tx, org, e.project.ID, name, uuid.New())
			if err != nil {
				return err
			}
			e.tags[strings.ToLower(name)], e.tagNames[id] = id, name
		}
	}
	return nil
}
