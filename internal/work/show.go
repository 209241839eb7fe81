package work

import (
	"slices"

	"boardwalk/internal/project"
)

// The order in which the service writes fields. observed in recorded answers: head, the type's own fields, tail.
var (
	headFields = []project.FieldID{
		project.FieldAreaPath, project.FieldTeamProject, project.FieldIterationPath, project.FieldWorkItemType,
		project.FieldState, project.FieldReason, project.FieldAssignedTo, project.FieldCreatedDate, project.FieldCreatedBy,
		project.FieldChangedDate, project.FieldChangedBy, project.FieldCommentCount, project.FieldTitle,
		project.FieldBoardColumn, project.FieldBoardColumnDone, project.FieldBoardLane,
	}
	tailFields = []project.FieldID{
		project.FieldDescription, project.FieldHistory, project.FieldTags, project.FieldParent,
	}
	// Only $expand shows these, in front of the others.
	expandedFields = []project.FieldID{
		project.FieldWorkItemID, project.FieldAreaID, project.FieldNodeName, project.FieldAreaLevel1, project.FieldAreaLevel1 + 1,
		project.FieldAreaLevel1 + 2, project.FieldAreaLevel1 + 3, project.FieldAreaLevel1 + 4, project.FieldAreaLevel1 + 5,
		project.FieldAreaLevel1 + 6, project.FieldRev, project.FieldAuthorizedDate, project.FieldRevisedDate,
		project.FieldIterationID, project.FieldIterationLevel1, project.FieldIterationLevel1 + 1, project.FieldIterationLevel1 + 2,
		project.FieldIterationLevel1 + 3, project.FieldIterationLevel1 + 4, project.FieldIterationLevel1 + 5,
		project.FieldIterationLevel1 + 6, project.FieldAuthorizedAs, project.FieldPersonID, project.FieldWatermark,
		project.FieldIsDeleted,
	}
)

// item makes the shown form of a revision.
func (e *environment) item(at stored, fields Fields, rel *related, wanted []*project.Field, all bool) *Item {
	p := e.catalog.Project(at.project)
	item := &Item{ID: at.id, Rev: at.rev, Project: p, Type: at.kind}
	if fields[project.FieldHistory] == Text(at.rev) {
		item.Comment = at.watermark
	}
	markdown := fields.markdown()
	show := func(f *project.Field) {
		if v := e.value(at, fields, rel, f); v != nil {
			item.Values = append(item.Values, Value{f, v})
			if slices.Contains(markdown, f.ID) {
				item.Markdown = append(item.Markdown, f)
			}
		}
	}
	if len(wanted) > 0 {
		for _, f := range wanted {
			show(f)
		}
		return item
	}
	item.Values = make([]Value, 0, len(fields)+len(headFields)) // as many as most have
	if all {
		for _, id := range expandedFields {
			show(e.catalog.Field(id))
		}
	}
	for _, id := range headFields {
		show(e.catalog.Field(id))
	}
	var own []project.FieldID
	for id := range fields {
		if id != markdownFields && id < project.FirstBoardFieldID && !slices.Contains(headFields, id) && !slices.Contains(tailFields, id) && !slices.Contains(expandedFields, id) {
			own = append(own, id)
		}
	}
	slices.Sort(own)
	for _, id := range own {
		show(e.catalog.Field(id))
	}
	boards, _ := e.boardsOf(p, e.catalog.Node(fields.Int(project.FieldAreaID)), p.Process.Type(at.kind))
	for _, b := range boards {
		for part := project.ColumnPart; part <= project.DonePart; part++ {
			show(e.catalog.Field(b.FieldID(part)))
		}
	}
	for _, id := range tailFields {
		show(e.catalog.Field(id))
	}
	return item
}

// value resolves one field of a revision; nil when it is empty.
func (e *environment) value(at stored, fields Fields, rel *related, f *project.Field) any {
	// Deleted nodes are those of former revisions.
	area, iteration := e.catalog.AnyNode(fields.Int(project.FieldAreaID)), e.catalog.AnyNode(fields.Int(project.FieldIterationID))
	level := func(n *project.Node, i int) any {
		if n == nil || i > n.Depth {
			return nil
		}
		return n.Levels()[i]
	}
	path := func(n *project.Node) any {
		if n == nil {
			return nil
		}
		return n.Path
	}
	if _, ok := partOf(f); ok {
		return e.boardValue(at, fields, f)
	}
	switch {
	case f.ID == project.FieldWorkItemID:
		return at.id
	case f.ID == project.FieldRev:
		return at.rev
	case f.ID == project.FieldWatermark:
		return at.watermark
	case f.ID == project.FieldTeamProject:
		return e.catalog.Project(at.project).Name
	case f.ID == project.FieldWorkItemType:
		return at.kind
	case f.ID == project.FieldAreaPath:
		return path(area)
	case f.ID == project.FieldIterationPath:
		return path(iteration)
	case f.ID == project.FieldNodeName:
		if area == nil {
			return nil
		}
		return area.Name
	case f.ID >= project.FieldAreaLevel1 && f.ID < project.FieldAreaLevel1+7:
		return level(area, int(f.ID-project.FieldAreaLevel1))
	case f.ID >= project.FieldIterationLevel1 && f.ID < project.FieldIterationLevel1+7:
		return level(iteration, int(f.ID-project.FieldIterationLevel1))
	case f.ID == project.FieldAuthorizedDate:
		return at.changedAt
	case f.ID == project.FieldRevisedDate:
		if at.revisedAt != nil {
			return *at.revisedAt
		}
		return neverRevised
	case f.ID == project.FieldAuthorizedAs:
		f = e.catalog.Field(project.FieldChangedBy)
	case f.ID == project.FieldPersonID:
		return int64(fields.User(project.FieldChangedBy))
	case f.ID == project.FieldParent:
		if parent := rel.parents[at.id]; parent != 0 {
			return parent
		}
		return nil
	case f.ID == project.FieldCommentCount:
		return fields.Int(f.ID)
	case f.ID == project.FieldHistory && fields[f.ID] != Text(at.rev):
		return nil // a comment belongs to the revision that made it
	}
	switch v := fields[f.ID].(type) {
	case User:
		if u := e.directory.User(int64(v)); u != nil {
			return u
		}
		return nil
	case Text:
		return rel.texts[textKey{at.id, int64(f.ID), int64(v)}]
	case Tags:
		if text := joinTags(rel.tags, v); text != "" {
			return text
		}
		return nil
	default:
		return v
	}
}
