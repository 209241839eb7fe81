package work

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// Options of a change.
type Options struct {
	ValidateOnly bool // check and answer, store nothing
	BypassRules  bool // set what rules would set or refuse; needs the permission
	Quiet        bool // notify nobody

	// IDs are those of work items that earlier requests of a batch have made, by the number below 0 that relations of
	// the batch name them by.
	IDs map[int64]int64

	comment bool // it only comments, which takes another permission
}

// change is a revision that is ready to be stored.
type change struct {
	org      int64
	e        *environment
	previous *revision // nil for a new item
	next     *revision
	links    []linkOp
	related  *related

	watermark int64      // of the revision once it is stored
	relations []Relation // of the result, when links changed
}

// Create makes a work item of a type in a project and returns it. Faults: project or type not found, access denied, and
// those of the patch document.
func (s *Items) Create(ctx context.Context, c *access.Caller, projectName, typeName string, ops []Op, o Options) (item *Item, err error) {
	return s.change(ctx, c, o, func(tx *db.Tx) (*change, error) {
		e, err := s.environment(tx, c)
		if err != nil {
			return nil, err
		}
		if e.project, err = readable(e.catalog, c, projectName); err != nil {
			return nil, err
		}
		if e.kind = e.project.Process.Type(strings.TrimPrefix(typeName, "$")); e.kind == nil && c.CanWrite(e.project.ID) {
			return nil, fault.WorkItemTypeNotFound(strings.TrimPrefix(typeName, "$"), e.project.Name)
		}
		if e.kind != nil && e.kind.Disabled && c.CanWrite(e.project.ID) {
			return nil, fault.TypeDisabled(e.kind.Name)
		}
		return s.plan(tx, c, e, nil, ops, o)
	})
}

// Update applies a patch document to a work item and returns the result. projectName, when not empty, must be the
// item's project. Faults: item not found (also when it cannot be read), access denied, revision mismatch, and those of
// the patch document.
func (s *Items) Update(ctx context.Context, c *access.Caller, projectName string, id int64, ops []Op, o Options) (*Item, error) {
	return s.change(ctx, c, o, func(tx *db.Tx) (*change, error) {
		e, err := s.environment(tx, c)
		if err != nil {
			return nil, err
		}
		previous, err := s.current(tx, e, c, projectName, id, false)
		if err != nil {
			return nil, err
		}
		return s.plan(tx, c, e, previous, ops, o)
	})
}

var errValidateOnly = errors.New("validated")

// change plans a change and stores it.
func (s *Items) change(ctx context.Context, c *access.Caller, o Options, plan func(*db.Tx) (*change, error)) (*Item, error) {
	var ch *change
	err := s.db.Update(ctx, func(tx *db.Tx) (err error) {
		if o.Quiet {
			tx.Quiet()
		}
		if ch, err = plan(tx); err != nil {
			return err
		}
		if ch.alters() && !o.ValidateOnly {
			if err := ch.store(tx); err != nil {
				return err
			}
		}
		if err := ch.relate(tx, c); err != nil {
			return err
		}
		if o.ValidateOnly {
			return errValidateOnly // rolls back tags and links
		}
		return nil
	})
	if err != nil && !errors.Is(err, errValidateOnly) {
		return nil, err
	}
	return ch.item(), nil // here, for other writers are waiting in there
}

// plan works out what becomes of a revision, nil for a new item, and reads what is needed to show it.
func (s *Items) plan(tx *db.Tx, c *access.Caller, e *environment, previous *revision, ops []Op, o Options) (*change, error) {
	if err := e.permit(c, previous, o); err != nil {
		return nil, err
	}
	ops, links, err := splitOps(ops)
	if err != nil {
		return nil, err
	}
	for i, l := range links {
		if made, ok := o.IDs[l.target]; ok {
			links[i].target = made
		}
	}
	if err := e.retarget(c, previous, ops); err != nil {
		return nil, err
	}
	if err := s.resolveTags(tx, e, previous, ops); err != nil {
		return nil, err
	}
	id := int64(-1)
	if previous != nil {
		id = previous.id
	}
	next, err := apply(e, id, previous, ops)
	if err != nil {
		return nil, err
	}
	if err := e.permitResult(previous, next); err != nil {
		return nil, err
	}
	ch := &change{org: c.Org, e: e, previous: previous, next: next, links: links}
	if !ch.alters() {
		ch.next = previous
	}
	return ch, ch.readRelated(tx)
}

// readRelated reads what the change itself does not know of what its result refers to.
func (c *change) readRelated(tx *db.Tx) error {
	c.related = &related{tags: c.e.tagNames, parents: map[int64]int64{c.next.id: c.next.parent}, texts: map[textKey]string{}}
	var tags, texts []int64
	for _, v := range c.next.fields {
		switch v := v.(type) {
		case Tags:
			for _, id := range v {
				if c.e.tagNames[id] == "" {
					tags = append(tags, id)
				}
			}
		case Text:
			if c.next == c.previous || int64(v) < c.next.rev {
				texts = []int64{c.next.id}
			}
		}
	}
	if err := c.related.readTags(tx, c.org, tags); err != nil {
		return err
	}
	return c.related.readTexts(tx, c.org, texts)
}

// alters reports whether there is anything to store.
func (c *change) alters() bool { return c.next != c.previous && !c.next.unchanged(c.previous) }

// item shows the result of the change.
func (c *change) item() *Item {
	for field, body := range c.next.texts {
		c.related.texts[textKey{c.next.id, int64(field), c.next.rev}] = body
	}
	at := stored{id: c.next.id, project: c.e.project.ID, rev: c.next.rev, watermark: c.watermark, kind: c.e.kind.Name, changedAt: c.next.fields.Time(project.FieldChangedDate)}
	item := c.e.item(at, c.next.fields, c.related, nil, false)
	item.Relations = c.relations
	return item
}

// relate carries out what the patch does to relations, and reads them for the answer. Links are no part of a revision:
// they leave rev and dates alone. observed: adding and removing links.
func (c *change) relate(tx *db.Tx, caller *access.Caller) error {
	if len(c.links) == 0 {
		return nil
	}
	at := c.next.fields.Time(project.FieldChangedDate)
	if c.next == c.previous && c.e.now.After(at) {
		at = c.e.now
	}
	id := c.next.id
	if err := c.e.relate(tx, caller, id, c.e.project.ID, at, c.links); err != nil {
		return err
	}
	found, err := readRelations(tx, c.e, []int64{id}, neverRevised)
	c.relations = found[id]
	c.related.parents[id] = 0
	for _, r := range c.relations {
		if r.Type.ReferenceName == parentLink {
			c.related.parents[id] = r.Target
		}
	}
	return err
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
	return &environment{catalog: catalog, directory: directory, user: User(c.User.ID), caller: c, areas: directory.Areas(c), now: tx.Now(),
		tags: map[string]int64{}, tagNames: map[int64]string{}}, nil
}

// within is the environment of requests about a project that the caller may read, or about all without a name. Fault:
// project not found.
func (s *Items) within(tx *db.Tx, c *access.Caller, projectName string) (*environment, error) {
	e, err := s.environment(tx, c)
	if err == nil && projectName != "" {
		e.project, err = readable(e.catalog, c, projectName)
	}
	return e, err
}

// readable finds a project that the caller may read. Fault: project not found.
func readable(catalog *project.Catalog, c *access.Caller, name string) (*project.Project, error) {
	p, err := catalog.FindProject(name)
	if err == nil && !c.CanRead(p.ID) {
		return nil, project.NotFound(name)
	}
	return p, err
}

// permit checks that the caller may make the change at all, of a revision or, when that is nil, of a new item.
func (e *environment) permit(c *access.Caller, previous *revision, o Options) error {
	switch {
	case o.comment:
		return e.mayComment(previous.area)
	case previous != nil:
		if err := e.mayEdit(previous.area); err != nil {
			return err
		}
	case !c.CanWrite(e.project.ID):
		return fault.WorkItemSave()
	}
	if o.BypassRules {
		if !c.CanBypassRules(e.project.ID) {
			return fault.AccessDenied(c.User.DisplayName, "Bypass rules on work item updates")
		}
		e.bypass = true
	}
	return nil
}

// permitResult checks that the caller may save what a change has made: in its area, and with a comment if it has one.
func (e *environment) permitResult(previous, next *revision) error {
	if previous == nil || next.area != previous.area {
		if err := e.mayEdit(next.area); err != nil {
			return err
		}
	}
	if _, comments := next.texts[project.FieldHistory]; comments {
		return e.mayComment(next.area)
	}
	return nil
}

// current reads the revision a change starts from and sets the environment's project and type.
func (s *Items) current(tx *db.Tx, e *environment, c *access.Caller, projectName string, id int64, deleted bool) (*revision, error) {
	var at stored
	var parent int64
	err := tx.Row(selectItem, []any{c.Org, id, deleted}, &at.project, &at.rev, &at.kind, &at.fields, &parent)
	if errors.Is(err, db.ErrNotFound) {
		return nil, fault.WorkItemNotFound(id)
	}
	if err != nil {
		return nil, err
	}
	if seen, err := e.seesStored(at.project, at.fields); err != nil || !seen {
		return nil, cmp.Or[error](err, fault.WorkItemNotFound(id))
	}
	e.project = e.catalog.Project(at.project)
	if !e.named(projectName) {
		return nil, fault.WorkItemNotFound(id)
	}
	if e.kind = e.project.Process.Type(at.kind); e.kind == nil {
		return nil, fault.WorkItemTypeNotFound(at.kind, e.project.Name)
	}
	fields, err := decoder{e.catalog}.decode(at.fields)
	if err != nil {
		return nil, err
	}
	r := &revision{id: id, rev: at.rev, fields: fields, parent: parent, project: e.project, kind: e.kind,
		area: e.catalog.Successor(fields.Int(project.FieldAreaID)), iter: e.catalog.Successor(fields.Int(project.FieldIterationID))}
	if r.area == nil {
		r.area = e.project.Area
	}
	if r.iter == nil {
		r.iter = e.project.Iteration
	}
	return r, nil
}

// store writes the revision: append it, replace the current row, append to the change feed.
func (c *change) store(tx *db.Tx) (err error) {
	fields, changedAt := string(c.next.fields.encode(nil)), c.next.fields.Time(project.FieldChangedDate)
	p, kind := c.e.project.ID, c.e.kind.Name
	if c.previous == nil {
		if c.next.id, err = tx.Reserve(c.org, "workitem", 1); err != nil {
			return err
		}
	}
	id, rev := c.next.id, c.next.rev
	watermark, err := tx.Append(c.org, db.Change{Kind: db.Revised, Project: p, Ref: id, Rev: rev})
	if err != nil {
		return err
	}
	c.watermark = watermark
	moves := c.previous != nil && c.previous.project != c.e.project
	if moves {
		if _, err := tx.Exec(deleteItem, c.org, id, c.previous.project.ID); err != nil {
			return err
		}
	}
	if c.previous == nil || moves {
		_, err = tx.Exec(insertItem, c.org, id, p, rev, watermark, kind, changedAt, fields, false, nil, 0)
	} else {
		_, err = tx.Exec(updateItem, c.org, id, p, rev, watermark, kind, changedAt, fields)
	}
	if err != nil {
		return err
	}
	if moves {
		if err := moveLinks(tx, c.org, id, p, changedAt, c.e.user); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(insertRevision, c.org, id, p, rev, watermark, kind, changedAt, fields); err != nil {
		return err
	}
	for field, body := range c.next.texts {
		if _, err := tx.Exec(insertText, c.org, id, int64(field), rev, p, body); err != nil {
			return err
		}
	}
	return nil
}

// resolveTags finds the ids of the tags a change names or the item has, creating tags that do not exist yet.
func (s *Items) resolveTags(tx *db.Tx, e *environment, previous *revision, ops []Op) error {
	moves := previous != nil && previous.project != e.project
	wanted := moves && len(previous.fields.Tags()) > 0
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
	if moves {
		if err := e.carryTags(tx, previous); err != nil {
			return err
		}
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
			if _, err := e.tag(tx, name); err != nil {
				return err
			}
		}
	}
	return nil
}
