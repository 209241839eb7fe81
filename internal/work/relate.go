package work

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// linkOp is an operation of a patch on the relations of a work item.
type linkOp struct {
	op      Verb // add, remove, or replace for a new comment
	index   int  // of the relation, in the order of a read before the patch
	kind    *project.LinkType
	target  int64 // the other work item; below 0 for one that the same batch makes
	url     string
	name    string
	comment string
}

// relationValue is a relation as clients write it.
type relationValue struct {
	Rel        string `json:"rel"`
	URL        string `json:"url"`
	Attributes struct {
		Comment  *string `json:"comment"`
		Name     string  `json:"name"`
		IsLocked bool    `json:"isLocked"`
	} `json:"attributes"`
}

// splitOps takes the operations on relations out of a patch.
func splitOps(ops []Op) (fields []Op, links []linkOp, err error) {
	for _, op := range ops {
		path, ok := cutFold(op.Path, "/relations/")
		if !ok {
			fields = append(fields, op)
			continue
		}
		l, err := parseLinkOp(op, path)
		if err != nil {
			return nil, nil, err
		}
		links = append(links, l)
	}
	return fields, links, nil
}

func cutFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

func parseLinkOp(op Op, path string) (l linkOp, err error) {
	index, attribute, _ := strings.Cut(path, "/")
	l.op = op.Op
	if index == "-" {
		if op.Op != "add" || attribute != "" {
			return l, fault.InvalidPatch().WithHint("/relations/- only takes the op add")
		}
		return l, l.parseAdded(op)
	}
	if l.index, err = strconv.Atoi(index); err != nil || l.index < 0 {
		return l, fault.InvalidPatch().WithHint("path %q: write /relations/- to add a relation, /relations/0 for the first one", op.Path)
	}
	var v relationValue
	switch {
	case op.Op == "test":
		return l, fault.InvalidPatch().WithHint("relations cannot be tested; test /rev")
	case strings.EqualFold(attribute, "attributes/comment"):
		if l.op = "replace"; op.empty() {
			return l, nil
		}
		if err := json.Unmarshal(op.Value, &l.comment); err != nil {
			return l, fault.InvalidPatch().WithHint("%s: the value is no text", op.Path)
		}
		return l, nil
	case attribute != "":
		return l, fault.InvalidPatch().WithHint("path %q: of a relation only attributes/comment can be changed", op.Path)
	case op.Op == "remove":
		return l, nil
	case op.Op != "replace" || json.Unmarshal(op.Value, &v) != nil || v.Attributes.Comment == nil:
		return l, fault.InvalidPatch().WithHint(`%s: write {"op":"replace","path":"/relations/0","value":{"attributes":{"comment":"…"}}}`, op.Path)
	}
	if l.comment = *v.Attributes.Comment; v.Rel != "" || v.URL != "" {
		err = l.parseTarget(v)
	}
	return l, err
}

func (l *linkOp) parseAdded(op Op) error {
	var v relationValue
	if err := json.Unmarshal(op.Value, &v); err != nil || v.Rel == "" || v.URL == "" {
		return fault.InvalidPatch().WithHint(`write {"op":"add","path":"/relations/-","value":{"rel":"System.LinkTypes.Related","url":"…/_apis/wit/workItems/1"}}`)
	}
	if v.Attributes.IsLocked {
		return fault.NotImplemented("Locking links")
	}
	if v.Attributes.Comment != nil {
		l.comment = *v.Attributes.Comment
	}
	l.name = v.Attributes.Name
	for _, text := range []string{v.URL, l.comment, l.name} {
		if strings.ContainsRune(text, 0) || len(text) > maxLinkText {
			return fault.InvalidPatch().WithHint("the texts of a relation have at most %d bytes", maxLinkText)
		}
	}
	if err := l.parseTarget(v); err != nil {
		return err
	}
	if l.kind.ReferenceName == artifactLink && (l.name == "" || !strings.HasPrefix(strings.ToLower(l.url), "vstfs:///")) {
		return fault.ResourceLink().WithHint(`write the name of the kind of link, as artifactLinkTypes lists them, and an address such as vstfs:///Build/Build/7: {"rel":"ArtifactLink","url":"…","attributes":{"name":"Build"}}`)
	}
	return nil
}

// artifactLink is the link type of what other services keep: commits, builds and their kin.
const artifactLink = "ArtifactLink"

// maxLinkText is how long an address or a comment of a link may be, in bytes.
const maxLinkText = 4096

// parseTarget reads what a relation leads to: of a work item's address only the id behind the last slash counts.
func (l *linkOp) parseTarget(v relationValue) error {
	if l.kind = project.LinkTypeByRef(v.Rel); l.kind == nil {
		return fault.RelationTypeNotFound(v.Rel)
	}
	switch {
	case l.kind.Remote:
		return fault.NotImplemented("Links to work items of other organizations")
	case l.kind.ReferenceName == attachedFile:
		l.url = attachmentIn(v.URL)
		return nil
	case l.kind.Usage == project.ResourceLink:
		l.url = v.URL
		return nil
	}
	path := v.URL
	if u, err := url.Parse(v.URL); err == nil {
		path = u.Path
	}
	path = strings.TrimRight(path, "/")
	id, err := strconv.ParseInt(path[strings.LastIndexByte(path, '/')+1:], 10, 64)
	if err != nil || id == 0 {
		return fault.InvalidPatch().WithHint("the url %q does not end with the id of a work item", v.URL)
	}
	l.target = id
	return nil
}

var (
	selectPlace = db.SQL("work.selectPlace",
		`SELECT project_id, fields FROM work_items WHERE org_id = $1 AND id = $2 AND NOT is_deleted`)
	selectNeighbors = listSQL("work.selectNeighbors", 4, `
		SELECT l.other_id FROM work_links l
		WHERE l.org_id = $1 AND l.rel = $2 AND l.link_id <> $3 AND l.deleted_at IS NULL AND `+otherLives+` AND l.item_id IN (%s)`)
	removeLink = db.SQL("work.removeLink", `
		UPDATE work_links SET deleted_at = $3, deleted_by = $4 WHERE org_id = $1 AND link_id = $2`)
	removeResource = db.SQL("work.removeResource", `
		UPDATE work_resources SET deleted_at = $4, deleted_by = $5 WHERE org_id = $1 AND link_id = $2 AND item_id = $3`)
	commentLink     = db.SQL("work.commentLink", `UPDATE work_links SET comment = $3 WHERE org_id = $1 AND link_id = $2`)
	commentResource = db.SQL("work.commentResource", `
		UPDATE work_resources SET comment = $4 WHERE org_id = $1 AND link_id = $2 AND item_id = $3`)
	insertResource = db.SQL("work.insertResource", `
		INSERT INTO work_resources (org_id, item_id, link_id, project_id, rel, url, name, comment, created_at, created_by, deleted_at, deleted_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, 0)`)
)

// relate carries out operations on the relations of a work item. Indexes count the relations there were before; what is
// removed makes room for what is added, in whatever order a patch has them.
func (e *environment) relate(tx *db.Tx, c *access.Caller, item, itemProject int64, at time.Time, ops []linkOp) error {
	found, err := readRelations(tx, e, []int64{item}, neverRevised)
	if err != nil {
		return err
	}
	before := found[item]
	gone := map[int64]bool{}
	for _, op := range ops {
		if op.op == "add" {
			continue
		}
		if op.index >= len(before) || gone[before[op.index].ID] {
			return fault.RelationIndex(op.index)
		}
		r := before[op.index]
		if r.Target != 0 {
			if _, err := e.otherEnd(tx, r.Target); err != nil {
				return err
			}
		}
		if op.op == "remove" {
			gone[r.ID] = true
			err = e.unlink(tx, c.Org, item, &r, at)
		} else if op.kind != nil && (op.kind != r.Type || op.target != r.Target || op.url != r.URL) {
			err = fault.InvalidPatch().WithHint("/relations/%d: remove the relation and add another one to change its rel or url", op.index)
		} else {
			err = e.comment(tx, c.Org, item, &r, op.comment)
		}
		if err != nil {
			return err
		}
	}
	before = slices.DeleteFunc(before, func(r Relation) bool { return gone[r.ID] })
	for _, op := range ops {
		if op.op != "add" {
			continue
		}
		if slices.ContainsFunc(before, func(r Relation) bool { return r.Type == op.kind && r.Target == op.target && r.URL == op.url }) {
			return fault.RelationExists()
		}
		r := Relation{Type: op.kind, Target: op.target, URL: op.url}
		if err := e.link(tx, c, item, itemProject, at, op); err != nil {
			return err
		}
		before = append(before, r)
	}
	return nil
}

// link adds one relation.
func (e *environment) link(tx *db.Tx, c *access.Caller, item, itemProject int64, at time.Time, op linkOp) error {
	id, err := tx.Reserve(c.Org, "link", 1)
	if err != nil {
		return err
	}
	if op.kind.ReferenceName == attachedFile {
		if err := e.attached(tx, &op); err != nil {
			return err
		}
	}
	if op.kind.Usage == project.ResourceLink {
		if _, err := tx.Exec(insertResource, c.Org, item, id, itemProject, op.kind.ReferenceName, op.url, op.name, op.comment, at, int64(e.user)); err != nil {
			return err
		}
		return announce(tx, c.Org, at, item)
	}
	if op.target == item {
		return fault.LinkToSelf(item)
	}
	other, err := e.otherEnd(tx, op.target)
	if err != nil {
		return err
	}
	if err := admit(tx, c.Org, op.kind, item, op.target, id); err != nil {
		return err
	}
	for _, row := range [][]any{
		{c.Org, item, id, itemProject, op.kind.ReferenceName, op.target, other},
		{c.Org, op.target, id, other, op.kind.Opposite().ReferenceName, item, itemProject},
	} {
		if _, err := tx.Exec(insertLink, append(row, op.comment, at, int64(e.user), nil, 0)...); err != nil {
			return err
		}
	}
	made := Link{ID: id, Source: item, SourceProject: itemProject, Target: op.target, TargetProject: other, Rel: op.kind.ReferenceName, CreatedAt: at, CreatedBy: e.user}
	if err := tellLink(tx, c.Org, made); err != nil {
		return err
	}
	if _, err = tx.Append(c.Org, db.Change{Kind: db.Linked, Project: itemProject, Ref: id}); err != nil {
		return err
	}
	return announce(tx, c.Org, at, item, op.target)
}

// otherEnd is the project of the work item at the other end of a link that is made, changed or removed. A link belongs to
// both its ends: it returns a fault for an item that the caller does not see or may not edit.
func (e *environment) otherEnd(tx *db.Tx, id int64) (projectID int64, err error) {
	var fields string
	err = tx.Row(selectPlace, []any{e.caller.Org, id}, &projectID, &fields)
	if errors.Is(err, db.ErrNotFound) {
		return 0, fault.WorkItemNotFound(id)
	}
	if err != nil {
		return 0, err
	}
	seen, err := e.seesStored(projectID, fields)
	if err != nil {
		return 0, err
	}
	if !seen {
		return 0, fault.WorkItemNotFound(id)
	}
	area, err := areaOf(fields)
	if err == nil && !e.areas.May(area, access.EditWorkItems) {
		err = fault.WorkItemSave()
	}
	return projectID, err
}

// announce tells those who notify others that relations of work items were added or removed.
func announce(tx *db.Tx, org int64, at time.Time, items ...int64) error {
	for _, id := range items {
		if _, err := tx.Append(org, db.Change{Kind: db.Related, Ref: id, Rev: at.UnixMicro()}); err != nil {
			return err
		}
	}
	return nil
}

// unlink removes a relation; its history stays.
func (e *environment) unlink(tx *db.Tx, org, item int64, r *Relation, at time.Time) error {
	if r.Type.Usage == project.ResourceLink {
		if _, err := tx.Exec(removeResource, org, r.ID, item, at, int64(e.user)); err != nil {
			return err
		}
		return announce(tx, org, at, item)
	}
	if _, err := tx.Exec(removeLink, org, r.ID, at, int64(e.user)); err != nil {
		return err
	}
	if err := tellEnd(tx, org, r.ID, at, e.user); err != nil {
		return err
	}
	if _, err := tx.Append(org, db.Change{Kind: db.Linked, Ref: r.ID}); err != nil {
		return err
	}
	return announce(tx, org, at, item, r.Target)
}

func (e *environment) comment(tx *db.Tx, org, item int64, r *Relation, text string) error {
	if len(text) > maxLinkText || strings.ContainsRune(text, 0) {
		return fault.InvalidPatch().WithHint("the texts of a relation have at most %d bytes", maxLinkText)
	}
	if r.Type.Usage == project.ResourceLink {
		_, err := tx.Exec(commentResource, org, r.ID, item, text)
		return err
	}
	if _, err := tx.Exec(commentLink, org, r.ID, text); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.Linked, Ref: r.ID})
	return err
}

// admit checks the shape that links of a type form: in a tree a work item has one parent, and neither in trees nor in
// dependencies does a way lead back to where it began. The link with id except does not count.
func admit(tx *db.Tx, org int64, t *project.LinkType, item, other, except int64) error {
	switch t.Topology {
	case project.TopologyTree:
		up, parent, child := t, other, item
		if t.Forward {
			up, parent, child = t.Opposite(), item, other
		}
		parents, err := neighbors(tx, org, up, except, []int64{child})
		if err != nil {
			return err
		}
		if len(parents) > 0 {
			return fault.SecondParent(t.Name, item, other, up.Name)
		}
		return noWay(tx, org, up, parent, child, except, fault.CircularLink(t.Name, item, other))
	case project.TopologyDependency:
		return noWay(tx, org, t, other, item, except, fault.CircularLink(t.Name, item, other))
	}
	return nil
}

// noWay returns the refusal when links of a type lead from one work item to another.
func noWay(tx *db.Tx, org int64, t *project.LinkType, from, to, except int64, refusal error) error {
	seen := map[int64]bool{from: true}
	for at := []int64{from}; len(at) > 0; {
		if seen[to] {
			return refusal
		}
		found, err := neighbors(tx, org, t, except, at)
		if err != nil {
			return err
		}
		at = at[:0]
		for _, id := range found {
			if !seen[id] {
				seen[id] = true
				at = append(at, id)
			}
		}
	}
	return nil
}

func neighbors(tx *db.Tx, org int64, t *project.LinkType, except int64, ids []int64) (found []int64, err error) {
	err = selectNeighbors.each(tx, []any{org, t.ReferenceName, except}, ids, func(rows *db.Rows) error {
		var id int64
		err := rows.Scan(&id)
		found = append(found, id)
		return err
	})
	return found, err
}
