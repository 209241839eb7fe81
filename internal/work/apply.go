package work

import (
	"slices"
	"strings"
	"time"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// revision is a state of a work item while a change is applied to it.
type revision struct {
	id      int64 // -1 while the item does not exist yet
	rev     int64
	fields  Fields
	texts   map[project.FieldID]string // long texts this change sets
	area    *project.Node
	iter    *project.Node
	touched map[project.FieldID]bool // set by the client
	parent  int64                    // by its links
	project *project.Project
	kind    *project.WorkItemType
	wanted  map[*project.Board]project.BoardColumn // columns the client puts the card into
	broken  []fault.Broken                         // values that break a rule, the first one of each field
}

// apply returns what becomes of a revision by a patch document, or the fault that refuses it. It reads nothing and
// depends on nothing but its arguments; previous is not changed. For a new item previous is nil.
func apply(e *environment, id int64, previous *revision, ops []Op) (*revision, error) {
	next := &revision{id: id, rev: 1, fields: Fields{}, texts: map[project.FieldID]string{}, touched: map[project.FieldID]bool{},
		area: e.project.Area, iter: e.project.Iteration, project: e.project, kind: e.kind}
	if previous != nil {
		next.rev, next.fields, next.area, next.iter, next.parent = previous.rev+1, previous.fields.clone(), previous.area, previous.iter, previous.parent
		next.project, next.kind = previous.project, previous.kind
		if e.carried != nil {
			next.fields[project.FieldTags] = e.carried
		}
	}
	for _, op := range ops {
		if err := next.do(e, previous, op); err != nil {
			return nil, err
		}
	}
	if previous != nil && len(next.touched) == 0 {
		return previous, nil // rules do not run for tests and links alone
	}
	if err := next.arrive(e); err != nil {
		return nil, err
	}
	next.followColumns(e)
	next.setState(e, previous)
	if !e.bypass {
		next.runRules(e, previous)
		next.stamp(e, previous)
	}
	next.fields[project.FieldAreaID] = next.area.ID
	next.fields[project.FieldIterationID] = next.iter.ID
	if len(next.broken) == 0 { // places follow from the state
		if err := next.keepPlaces(e, previous); err != nil {
			return nil, err
		}
	}
	if next.check(e, previous); len(next.broken) > 0 {
		return nil, fault.RuleValidation(next.broken...)
	}
	return next, next.sign(e, previous)
}

// arrive puts the revision into the project and under the type the change leads to. Moving to another project takes an
// area and an iteration of it.
func (r *revision) arrive(e *environment) error {
	r.project, r.kind = e.project, e.kind
	for _, at := range []struct {
		node *project.Node
		name string
	}{{r.area, "System.AreaPath"}, {r.iter, "System.IterationPath"}} {
		if at.node.Project != e.project.ID {
			return fault.InvalidTreeName(r.id, at.name).WithHint("a work item that moves to another project needs a System.AreaPath and a System.IterationPath of that project")
		}
	}
	return nil
}

// do applies one operation.
func (r *revision) do(e *environment, previous *revision, op Op) error {
	if strings.EqualFold(op.Path, "/rev") {
		if op.Op != "test" {
			return fault.InvalidPatch().WithHint("/rev can only be tested")
		}
		text := strings.Trim(string(op.Value), `" `)
		if previous == nil || text != itoa(previous.rev) {
			return fault.RevisionMismatch()
		}
		return nil
	}
	name, ok := op.fieldPath()
	format := false
	if !ok {
		if name, format = op.formatPath(); !format {
			return fault.InvalidPatch().WithHint("path %q is not supported; write /fields/{field}, /relations/-, /multilineFieldsFormat/{field} or /rev", op.Path)
		}
	}
	f := e.catalog.FindField(name)
	if f == nil || e.kind.Field(f.ID) == nil && !f.Core && f.Board == nil || f.Internal || f.Board != nil && f.Board.Team.Project != e.project {
		return fault.FieldNotFound(name)
	}
	if format {
		return r.setFormat(f, op)
	}
	if op.Op == "test" {
		return r.test(e, f, op)
	}
	return r.set(e, previous, f, op)
}

func (r *revision) test(e *environment, f *project.Field, op Op) error {
	var want any
	if !op.empty() {
		var broken *fault.Broken
		if want, broken = e.convert(f, op.Value); broken != nil {
			return fault.RuleValidation(*broken)
		}
	}
	have := r.fields[f.ID]
	switch f.ID {
	case project.FieldTeamProject:
		have = r.project.Name
	case project.FieldWorkItemType:
		have = r.kind.Name
	case project.FieldWorkItemID:
		have = r.id
	case project.FieldRev:
		have = r.rev - 1
	case project.FieldAreaPath:
		have = r.area.Path
	case project.FieldIterationPath:
		have = r.iter.Path
	case project.FieldTags:
		if have != nil {
			have = joinTags(e.tagNames, r.fields.Tags())
		}
	}
	if _, ok := partOf(f); ok {
		have = r.shownPlace(e, f)
	}
	if h, ok := have.(string); ok {
		if w, ok := want.(string); ok && strings.EqualFold(h, w) {
			return nil
		}
	}
	if !sameValue(have, want) {
		return fault.PatchTestFailed(op.Path)
	}
	return nil
}

// set gives a field the value of an add, replace or remove.
func (r *revision) set(e *environment, previous *revision, f *project.Field, op Op) error {
	if previous != nil && (f.ID == project.FieldTeamProject || f.ID == project.FieldWorkItemType) {
		r.project, r.kind, r.touched[f.ID] = e.project, e.kind, true // see retarget
		return nil
	}
	if f.Board != nil {
		r.touched[f.ID] = true
		r.put(e, f, op)
		return nil
	}
	if e.serverOnly(f) {
		return fault.ReadOnlyField(f.ReferenceName)
	}
	r.touched[f.ID] = true
	if op.empty() {
		switch f.ID {
		case project.FieldAreaPath, project.FieldIterationPath:
			r.report(f, fault.RequiredEmpty)
			return nil
		}
		delete(r.fields, f.ID)
		delete(r.texts, f.ID)
		return nil
	}
	v, broken := e.convert(f, op.Value)
	if broken != nil {
		r.report(f, broken.Flags)
		return nil
	}
	switch f.ID {
	case project.FieldAreaPath, project.FieldIterationPath:
		return r.move(e, f, v.(string))
	case project.FieldAreaID, project.FieldIterationID:
		n := e.catalog.Node(v.(int64))
		if n == nil || n.Project != e.project.ID {
			return fault.InvalidTreeName(r.id, f.ReferenceName)
		}
		return r.move(e, f, n.Path)
	case project.FieldTags:
		r.setTags(e, v.(string), op.Op == "add")
		return nil
	}
	if shapeOf(f) == shapeText {
		_, again := r.texts[f.ID]
		r.texts[f.ID] = v.(string)
		r.fields[f.ID] = Text(r.rev)
		if f.ID == project.FieldHistory && !again {
			r.fields[project.FieldCommentCount] = r.fields.Int(project.FieldCommentCount) + 1
		}
		return nil
	}
	r.fields[f.ID] = v
	return nil
}

// serverOnly reports whether only the server sets a field. GET wit/fields calls some writable fields read-only, so its
// flag is no guide.
func (e *environment) serverOnly(f *project.Field) bool {
	switch f.ID {
	case project.FieldAreaPath, project.FieldIterationPath:
		return false
	case project.FieldChangedBy, project.FieldChangedDate, project.FieldCreatedBy, project.FieldCreatedDate:
		return !e.bypass
	case project.FieldTeamProject, project.FieldWorkItemType:
		return true
	}
	return f.Core && f.ReadOnly || f.Computed || f.ID == project.FieldAuthorizedAs || f.ID == project.FieldAuthorizedDate
}

func (r *revision) move(e *environment, f *project.Field, path string) error {
	kind, target := project.AreaNode, &r.area
	if f.ID == project.FieldIterationPath || f.ID == project.FieldIterationID {
		kind, target = project.IterationNode, &r.iter
	}
	n := e.project.FindNode(kind, path)
	if n == nil {
		return fault.InvalidTreeName(r.id, f.ReferenceName)
	}
	*target = n
	return nil
}

// setTags replaces the tags, or adds to them: the hosted service merges on add.
func (r *revision) setTags(e *environment, text string, merge bool) {
	var tags Tags
	if merge {
		tags = slices.Clone(r.fields.Tags())
	}
	for _, name := range splitTags(text) {
		if id := e.tags[strings.ToLower(name)]; !slices.Contains(tags, id) {
			tags = append(tags, id)
		}
	}
	slices.SortFunc(tags, func(a, b int64) int {
		return strings.Compare(strings.ToLower(e.tagNames[a]), strings.ToLower(e.tagNames[b]))
	})
	if len(tags) == 0 {
		delete(r.fields, project.FieldTags)
		return
	}
	r.fields[project.FieldTags] = tags
}

// joinTags is the value of System.Tags as clients see it: by the present names, without tags that were deleted.
func joinTags(names map[int64]string, tags Tags) string {
	var list []string
	for _, id := range tags {
		if name := names[id]; name != "" {
			list = append(list, name)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return strings.Join(list, "; ")
}

// setState puts state and reason into their canonical spelling and fills in defaults. A state that cannot be is reported,
// and the other rules are checked as if it had not been given.
func (r *revision) setState(e *environment, previous *revision) {
	from, fallback := "", e.kind.InitialState().Name
	if previous != nil {
		if from = previous.fields.String(project.FieldState); e.kind.State(from) != nil {
			fallback = from
		}
	}
	refuse := func(flags string) {
		r.report(e.catalog.Field(project.FieldState), flags)
		r.fields[project.FieldState] = fallback
	}
	state := r.fields.String(project.FieldState)
	if state == "" {
		if previous != nil {
			refuse(fault.RequiredEmpty)
			return
		}
		state = fallback
	}
	known := e.kind.State(state)
	if known == nil {
		refuse(fault.InvalidListItem)
		return
	}
	r.fields[project.FieldState] = known.Name
	if previous != nil && strings.EqualFold(from, known.Name) {
		r.changeReason(e, previous)
		return
	}
	retyped := previous != nil && previous.kind != e.kind // to any state of the new type
	reasons, ok := e.kind.Transition(from, known.Name)
	if !ok {
		if previous == nil || retyped { // creating in another state is a transition from the initial one
			reasons, ok = e.kind.Transition(e.kind.InitialState().Name, known.Name)
		}
		if !ok && !e.bypass && !retyped {
			refuse(fault.InvalidListItem)
			return
		}
	}
	reason := r.fields.String(project.FieldReason)
	if !r.touched[project.FieldReason] || reason == "" {
		if reason = ""; len(reasons) > 0 {
			reason = reasons[0]
		} else {
			reason = "Moved to state " + known.Name
		}
	} else if i := slices.IndexFunc(reasons, func(s string) bool { return strings.EqualFold(s, reason) }); i >= 0 {
		reason = reasons[i]
	} else if !e.bypass && len(reasons) > 0 {
		r.report(e.catalog.Field(project.FieldReason), fault.InvalidListItem)
	}
	r.fields[project.FieldReason] = reason
}

// changeReason checks another reason for the state that the item stays in: one that leads there, from whatever state.
func (r *revision) changeReason(e *environment, previous *revision) {
	reason := r.fields.String(project.FieldReason)
	if e.bypass || reason == "" || !r.changed(previous, project.FieldReason) {
		return
	}
	var known []string
	for _, tr := range e.kind.Transitions {
		if strings.EqualFold(tr.To, r.fields.String(project.FieldState)) {
			known = append(known, tr.Reasons...)
		}
	}
	if i := slices.IndexFunc(known, func(s string) bool { return strings.EqualFold(s, reason) }); i >= 0 {
		r.fields[project.FieldReason] = known[i]
	} else if len(known) > 0 {
		r.report(e.catalog.Field(project.FieldReason), fault.InvalidListItem)
	}
}

// report notes that a field breaks a rule. Of several things wrong with a field the first one is told.
func (r *revision) report(f *project.Field, flags string) {
	if !slices.ContainsFunc(r.broken, func(b fault.Broken) bool { return b.ReferenceName == f.ReferenceName }) {
		r.broken = append(r.broken, fault.Broken{ReferenceName: f.ReferenceName, Name: f.Name, Flags: flags})
	}
}

// changed reports whether the change alters a field.
func (r *revision) changed(previous *revision, id project.FieldID) bool {
	if _, ok := r.texts[id]; ok {
		return true
	}
	if previous == nil {
		return r.fields[id] != nil
	}
	return !r.fields.same(id, previous.fields)
}

// unchanged reports whether the change alters nothing a client could see.
func (r *revision) unchanged(previous *revision) bool {
	if previous == nil || len(r.texts) > 0 || len(r.fields) != len(previous.fields) || r.project != previous.project || r.kind != previous.kind {
		return false
	}
	for id := range r.fields {
		if !r.fields.same(id, previous.fields) {
			return false
		}
	}
	return true
}

// sign records who made the change and when. The date of a revision is always later than that of the one before it.
func (r *revision) sign(e *environment, previous *revision) error {
	if previous != nil && r.unchanged(previous) {
		return nil
	}
	if previous == nil {
		r.signature(e, project.FieldCreatedDate, project.FieldCreatedBy, e.now)
		r.signature(e, project.FieldChangedDate, project.FieldChangedBy, e.now)
		return nil
	}
	return r.date(e, previous)
}

// date signs a revision that follows another one.
func (r *revision) date(e *environment, previous *revision) error {
	at, last := e.now, previous.fields.Time(project.FieldChangedDate)
	if !at.After(last) {
		at = last.Add(time.Millisecond)
	}
	r.signature(e, project.FieldChangedDate, project.FieldChangedBy, at)
	if !r.fields.Time(project.FieldChangedDate).After(last) {
		return fault.DatesNotIncreasing()
	}
	return nil
}

func (r *revision) signature(e *environment, date, user project.FieldID, at time.Time) {
	if !e.bypass || !r.touched[date] {
		r.fields[date] = at
	}
	if !e.bypass || !r.touched[user] {
		r.fields[user] = e.user
	}
}
