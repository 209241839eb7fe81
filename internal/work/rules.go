package work

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// ruled is a field with rules that apply to a change. Rules of a state the item was in before do not give their value
// again with every change.
type ruled struct {
	*project.TypeField
	staying bool
}

// inForce lists the rules that apply to a change, field by field: those of the type, of the transition it makes, and of
// the state it ends in.
func (r *revision) inForce(e *environment, previous *revision) []ruled {
	from := ""
	if previous != nil {
		from = previous.fields.String(project.FieldState)
	}
	to := r.fields.String(project.FieldState)
	all := make([]ruled, 0, 2*len(e.kind.Fields))
	add := func(rules []project.TypeField, staying bool) {
		for i := range rules {
			all = append(all, ruled{&rules[i], staying})
		}
	}
	add(e.kind.Fields, false)
	if from != to {
		add(e.kind.TransitionRules(from, to, r.fields.String(project.FieldReason)), false)
	}
	add(e.kind.StateRules(to), from == to)
	return all
}

// runRules carries out the rules that give fields values.
func (r *revision) runRules(e *environment, previous *revision) {
	for _, tf := range r.inForce(e, previous) {
		for _, rule := range tf.Rules {
			if rule.When != nil && !r.holds(e, previous, rule.When) {
				continue
			}
			switch rule.Kind {
			case project.RuleEmpty:
				delete(r.fields, tf.Field.ID)
				delete(r.texts, tf.Field.ID)
			case project.RuleCopy, project.RuleServerDefault:
				if !tf.staying || r.fields[tf.Field.ID] == nil {
					r.give(e, tf.Field, rule)
				}
			case project.RuleDefault:
				if r.fields[tf.Field.ID] == nil {
					r.give(e, tf.Field, rule)
				}
			}
		}
	}
}

// give sets a field from the source of a rule.
func (r *revision) give(e *environment, f *project.Field, rule project.Rule) {
	var v any
	switch rule.Source {
	case project.SourceCurrentUser:
		v = e.user
	case project.SourceNow:
		v = e.now
	case project.SourceField:
		v = r.fields[rule.From.ID]
	case project.SourceLiteral:
		text, err := json.Marshal(rule.Value)
		if err != nil {
			return
		}
		if converted, broken := e.convert(f, text); broken == nil {
			v = converted
		}
	}
	delete(r.texts, f.ID)
	if v == nil {
		delete(r.fields, f.ID)
		return
	}
	if text, ok := v.(string); ok && shapeOf(f) == shapeText {
		r.texts[f.ID], v = text, Text(r.rev)
	}
	r.fields[f.ID] = v
}

// holds reports whether a condition and those joined to it are met.
func (r *revision) holds(e *environment, previous *revision, c *project.Condition) bool {
	for ; c != nil; c = c.And {
		if !r.meets(e, previous, c) {
			return false
		}
	}
	return true
}

func (r *revision) meets(e *environment, previous *revision, c *project.Condition) bool {
	id := c.Field.ID
	switch c.Kind {
	case project.WhenCreated:
		return previous == nil
	case project.WhenWas:
		return strings.EqualFold(previous.ruleText(e, id), c.Value)
	case project.WhenChanged, project.WhenNotChanged:
		changed := r.changed(previous, id)
		if derived(id) {
			changed = r.ruleText(e, id) != previous.ruleText(e, id)
		}
		return changed == (c.Kind == project.WhenChanged)
	}
	equal := strings.EqualFold(r.ruleText(e, id), c.Value)
	return equal == (c.Kind == project.WhenEquals)
}

// ruleText is a field's value as rules write it, "" before there is an item. Of a long text only whether there is one
// matters.
func (r *revision) ruleText(e *environment, id project.FieldID) string {
	if r == nil {
		return ""
	}
	switch id {
	case project.FieldAreaPath:
		return r.area.Path
	case project.FieldIterationPath:
		return r.iter.Path
	case project.FieldTeamProject:
		return r.project.Name
	case project.FieldWorkItemType:
		return r.kind.Name
	}
	if v, ok := r.fields[id].(Text); ok {
		return itoa(int64(v))
	}
	return e.text(r.fields[id])
}

// text is a stored value as rules write it.
func (e *environment) text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case User:
		if u := e.directory.User(int64(v)); u != nil {
			return u.UniqueName
		}
	}
	return ""
}

// stamp keeps the dates and people of the workflow for processes whose rules do not: every process keeps
// StateChangeDate by itself, Basic and Scrum also these.
func (r *revision) stamp(e *environment, previous *revision) {
	state := e.kind.State(r.fields.String(project.FieldState))
	var before *project.State
	if previous != nil {
		before = previous.kind.State(previous.fields.String(project.FieldState))
	}
	if before != nil && before.Name == state.Name && before.Category == state.Category {
		return
	}
	has := func(id project.FieldID) bool { return e.kind.Field(id) != nil }
	set := func(date, user project.FieldID) {
		if has(date) && (r.fields[date] == nil || before != nil && r.fields.same(date, previous.fields)) {
			r.fields[date] = e.now
		}
		if has(user) && (r.fields[user] == nil || before != nil && r.fields.same(user, previous.fields)) {
			r.fields[user] = e.user
		}
	}
	clearBoth := func(date, user project.FieldID) {
		delete(r.fields, date)
		delete(r.fields, user)
	}
	if has(project.FieldStateChangeDate) {
		r.fields[project.FieldStateChangeDate] = e.now
	}
	category := state.Category
	was := project.Proposed
	if before != nil {
		was = before.Category
	}
	switch {
	case category == was:
	case category == project.Proposed:
		if r.fields.same(project.FieldActivatedDate, previous.fields) { // else a rule of the transition has just set it
			clearBoth(project.FieldActivatedDate, project.FieldActivatedBy)
		}
	case category == project.InProgress:
		set(project.FieldActivatedDate, project.FieldActivatedBy)
	case category == project.Completed:
		set(project.FieldClosedDate, project.FieldClosedBy)
	}
	if category != project.Completed && was == project.Completed {
		clearBoth(project.FieldClosedDate, project.FieldClosedBy)
	}
}

// check reports the rules that the resulting values break.
func (r *revision) check(e *environment, previous *revision) {
	if r.fields.String(project.FieldTitle) == "" {
		r.report(e.catalog.Field(project.FieldTitle), fault.RequiredEmpty)
	}
	if e.bypass {
		return
	}
	for _, tf := range r.inForce(e, previous) {
		v := r.fields[tf.Field.ID]
		for _, rule := range tf.Rules {
			if derived(tf.Field.ID) && rule.Kind != project.RuleProhibited || rule.When != nil && !r.holds(e, previous, rule.When) {
				continue
			}
			switch rule.Kind {
			case project.RuleRequired:
				if v == nil {
					r.report(tf.Field, fault.RequiredEmpty)
				}
			case project.RuleAllowed:
				if v != nil && !r.allowed(e, tf.Field, rule.Values) && r.changed(previous, tf.Field.ID) {
					r.report(tf.Field, fault.InvalidListItem)
				}
			case project.RuleProhibited:
				if slices.ContainsFunc(rule.Values, func(s string) bool { return strings.EqualFold(s, e.text(v)) }) && r.changed(previous, tf.Field.ID) {
					r.report(tf.Field, fault.InvalidListItem)
				}
			case project.RuleReadOnly:
				if r.touched[tf.Field.ID] && r.changed(previous, tf.Field.ID) {
					r.report(tf.Field, fault.ReadOnlyFlag)
				}
			case project.RuleFrozen:
				if previous != nil && previous.fields[tf.Field.ID] != nil && r.touched[tf.Field.ID] && r.changed(previous, tf.Field.ID) {
					r.report(tf.Field, fault.InvalidOldValue)
				}
			}
		}
	}
}

// derived reports whether a field's value is kept elsewhere than in the stored fields.
func derived(id project.FieldID) bool {
	switch id {
	case project.FieldAreaPath, project.FieldIterationPath, project.FieldTeamProject, project.FieldWorkItemType,
		project.FieldChangedBy, project.FieldChangedDate, project.FieldCreatedBy, project.FieldCreatedDate,
		project.FieldRev, project.FieldWorkItemID, project.FieldState, project.FieldReason:
		return true
	}
	return false
}

// allowed reports whether a value is in a list, and takes over the list's spelling.
func (r *revision) allowed(e *environment, f *project.Field, values []string) bool {
	text := e.text(r.fields[f.ID])
	i := slices.IndexFunc(values, func(s string) bool { return strings.EqualFold(s, text) })
	if i < 0 {
		return false
	}
	if _, ok := r.fields[f.ID].(string); ok {
		r.fields[f.ID] = values[i]
	}
	return true
}
