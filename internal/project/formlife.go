package project

import (
	"context"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
)

// FormDraft is a page, group or control to make, or what to change of one, where nil leaves what is there.
type FormDraft struct {
	ID           string
	Label        *string
	Order        *int // the place among its neighbors, from 0
	Visible      *bool
	Height       *int
	Contribution *FormContribution

	// Of groups.
	Controls []FormDraft

	// Of controls.
	ControlType, Metadata, Watermark *string
	ReadOnly                         *bool
}

// FormPlace is where a group or control is, or comes to; what is empty is not said.
type FormPlace struct{ Page, Section, Group string }

// FormEdit changes a form of a type within [Store.EditForm]. What is inherited can be hidden, named and moved, and goes
// back to what it was when it is removed; what the organization added goes for good.
type FormEdit struct {
	kind    *WorkItemType
	catalog *Catalog
	form    *Form
}

// EditForm changes the form of a type of a derived process.
func (s *Store) EditForm(ctx context.Context, c *access.Caller, process, typeName string, change func(*FormEdit) error) error {
	return s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		e := &FormEdit{kind: t.kind, catalog: t.catalog, form: t.kind.Form()}
		if err := change(e); err != nil {
			return err
		}
		return t.put(editForm, "", e.form)
	})
}

const maxLabel = 256

// apply puts a draft on a node.
func (n *FormNode) apply(d FormDraft) error {
	if d.Label != nil {
		if len([]rune(*d.Label)) > maxLabel || strings.ContainsFunc(*d.Label, isControl) {
			return fault.FormInvalid("the label is not valid")
		}
		n.Label = *d.Label
	}
	if d.Order != nil {
		n.Order = d.Order
	}
	if d.Visible != nil {
		n.Hidden = !*d.Visible
	}
	if d.Contribution != nil {
		if d.Contribution.ID == "" {
			return fault.FormInvalid("a contribution needs its id")
		}
		n.Contribution = d.Contribution
	}
	n.Overridden = n.Inherited
	return nil
}

// arrange brings a node to the place that a draft says, if it does.
func arrange[T any](list []*T, node *T, order *int) []*T {
	at := slices.Index(list, node)
	if order == nil && at >= 0 {
		return list
	}
	if at >= 0 {
		list = slices.Delete(list, at, at+1)
	}
	at = len(list)
	if order != nil {
		at = max(0, min(at, *order))
	}
	return slices.Insert(list, at, node)
}

// AddPage adds a page without groups.
func (e *FormEdit) AddPage(d FormDraft) (*FormPage, error) {
	p := &FormPage{FormNode: FormNode{ID: d.ID}, Type: CustomPage, Sections: sections()}
	if p.ID == "" {
		p.ID = newGUID()
	}
	if e.form.page(p.ID) != nil {
		return nil, fault.FormInvalid("the form has a page with the id " + p.ID)
	}
	if d.Label == nil || strings.TrimSpace(*d.Label) == "" {
		return nil, fault.FormInvalid("a page needs a label")
	}
	if err := p.apply(d); err != nil {
		return nil, err
	}
	e.form.Pages = arrange(e.form.Pages, p, d.Order)
	return p, nil
}

// openPage finds a page that can be changed.
func (e *FormEdit) openPage(id string) (*FormPage, error) {
	p := e.form.page(id)
	switch {
	case p == nil:
		return nil, fault.FormNodeNotFound(e.kind.Name, "page", id)
	case p.Type != CustomPage:
		return nil, fault.FormInvalid("the page " + p.Label + " is locked")
	}
	return p, nil
}

// UpdatePage changes a page.
func (e *FormEdit) UpdatePage(id string, d FormDraft) (*FormPage, error) {
	p, err := e.openPage(id)
	if err != nil {
		return nil, err
	}
	if d.Label != nil && strings.TrimSpace(*d.Label) == "" {
		return nil, fault.FormInvalid("a page needs a label")
	}
	if err := p.apply(d); err != nil {
		return nil, err
	}
	e.form.Pages = arrange(e.form.Pages, p, d.Order)
	return p, nil
}

// RemovePage removes a page with what is on it.
func (e *FormEdit) RemovePage(id string) error {
	p, err := e.openPage(id)
	if err != nil {
		return err
	}
	if p.Inherited {
		first := e.kind.firstForm().page(p.ID)
		if !p.Overridden {
			return e.inherited("page", p.Label)
		}
		p.FormNode = first.FormNode
		e.form.Pages = arrange(e.form.Pages, p, new(0))
		return nil
	}
	for _, s := range p.Sections {
		for _, g := range s.Groups {
			if err := e.removable(g); err != nil {
				return err
			}
		}
	}
	if len(e.form.Pages) > 1 && !slices.ContainsFunc(e.form.Pages, func(o *FormPage) bool { return o != p && o.Type == CustomPage }) {
		return fault.FormInvalid("a form needs a page for fields")
	}
	e.form.Pages = slices.DeleteFunc(e.form.Pages, func(o *FormPage) bool { return o == p })
	return nil
}

func (e *FormEdit) inherited(what, name string) error {
	return fault.FormInvalid("the " + what + " " + name + " is inherited: it can be hidden, not removed")
}

// removable reports why a group cannot go: it or a control in it is inherited.
func (e *FormEdit) removable(g *FormGroup) error {
	if g.Inherited {
		return e.inherited("group", g.Label)
	}
	for _, c := range g.Controls {
		if c.Inherited {
			return e.inherited("control", c.ID)
		}
	}
	return nil
}

// section finds a section of a page that can be changed.
func (e *FormEdit) section(at FormPlace) (*FormSection, error) {
	p, err := e.openPage(at.Page)
	if err != nil {
		return nil, err
	}
	for i := range p.Sections {
		if strings.EqualFold(p.Sections[i].ID, at.Section) {
			return &p.Sections[i], nil
		}
	}
	return nil, fault.FormNodeNotFound(e.kind.Name, "section", at.Section)
}

// AddGroup adds a group with its controls to a section.
func (e *FormEdit) AddGroup(at FormPlace, d FormDraft) (*FormGroup, error) {
	s, err := e.section(at)
	if err != nil {
		return nil, err
	}
	g := &FormGroup{FormNode: FormNode{ID: d.ID}}
	if g.ID == "" {
		g.ID = newGUID()
	}
	if _, _, other := e.form.group(g.ID); other != nil {
		return nil, fault.FormInvalid("the form has a group with the id " + g.ID)
	}
	if err := e.fill(g, d); err != nil {
		return nil, err
	}
	s.Groups = arrange(s.Groups, g, d.Order)
	for _, c := range d.Controls {
		if _, err := e.addControl(g, c); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (e *FormEdit) fill(g *FormGroup, d FormDraft) error {
	if d.Height != nil {
		g.Height = *d.Height
	}
	return g.apply(d)
}

// openGroup finds a group that can be changed. What place says must be so.
func (e *FormEdit) openGroup(at FormPlace) (*FormSection, *FormGroup, error) {
	p, s, g := e.form.group(at.Group)
	if g == nil || at.Page != "" && !strings.EqualFold(at.Page, p.ID) || at.Section != "" && !strings.EqualFold(at.Section, s.ID) {
		return nil, nil, fault.FormNodeNotFound(e.kind.Name, "group", at.Group)
	}
	_, err := e.openPage(p.ID)
	return s, g, err
}

// UpdateGroup changes a group, and controls in it.
func (e *FormEdit) UpdateGroup(at FormPlace, d FormDraft) (*FormGroup, error) {
	s, g, err := e.openGroup(at)
	if err != nil {
		return nil, err
	}
	if err := e.fill(g, d); err != nil {
		return nil, err
	}
	for _, c := range d.Controls {
		if _, err := e.UpdateControl(g.ID, c.ID, c); err != nil {
			return nil, err
		}
	}
	s.Groups = arrange(s.Groups, g, d.Order)
	return g, nil
}

// MoveGroup brings a group from a place to a section of this or another page.
func (e *FormEdit) MoveGroup(from, to FormPlace, d FormDraft) (*FormGroup, error) {
	old, g, err := e.openGroup(from)
	if err != nil {
		return nil, err
	}
	s, err := e.section(to)
	if err != nil {
		return nil, err
	}
	if s != old {
		old.Groups = slices.DeleteFunc(old.Groups, func(o *FormGroup) bool { return o == g })
		g.Order = nil
		s.Groups = append(s.Groups, g)
	}
	return e.UpdateGroup(FormPlace{Group: g.ID}, d)
}

// RemoveGroup removes a group with its controls.
func (e *FormEdit) RemoveGroup(at FormPlace) error {
	s, g, err := e.openGroup(at)
	if err != nil {
		return err
	}
	if g.Inherited && g.Overridden {
		p, place, first := e.kind.firstForm().group(g.ID)
		g.FormNode, g.Height = first.FormNode, first.Height
		if home := e.form.page(p.ID); home != nil {
			s.Groups = slices.DeleteFunc(s.Groups, func(o *FormGroup) bool { return o == g })
			to, err := e.section(FormPlace{Page: home.ID, Section: place.ID})
			if err != nil {
				return err
			}
			to.Groups = arrange(to.Groups, g, new(slices.Index(place.Groups, first)))
		}
		return nil
	}
	if err := e.removable(g); err != nil {
		return err
	}
	s.Groups = slices.DeleteFunc(s.Groups, func(o *FormGroup) bool { return o == g })
	return nil
}

// PutControl adds a control to a group, or brings it there from another one.
func (e *FormEdit) PutControl(group, from string, d FormDraft) (*FormControl, error) {
	_, g, err := e.openGroup(FormPlace{Group: group})
	if err != nil {
		return nil, err
	}
	if f := e.field(d.ID); f != nil {
		d.ID = f.ReferenceName
	}
	old, c := e.form.control(d.ID)
	switch {
	case c == nil && from == "":
		return e.addControl(g, d)
	case c == nil, from != "" && !strings.EqualFold(from, old.ID):
		return nil, fault.FormNodeNotFound(e.kind.Name, "control", d.ID)
	case from == "" && old != g:
		return nil, fault.FormInvalid("the control " + d.ID + " is in another group, " + old.ID)
	}
	if old != g {
		if _, _, err := e.openGroup(FormPlace{Group: old.ID}); err != nil {
			return nil, err
		}
		if err := g.room(c); err != nil {
			return nil, err
		}
		old.Controls = slices.DeleteFunc(old.Controls, func(o *FormControl) bool { return o == c })
		c.Order = nil
		g.Controls = append(g.Controls, c)
	}
	return e.UpdateControl(group, c.ID, d)
}

// AddControl adds a control to a group: of a field that the type has, or a contribution.
func (e *FormEdit) AddControl(group string, d FormDraft) (*FormControl, error) {
	_, g, err := e.openGroup(FormPlace{Group: group})
	if err != nil {
		return nil, err
	}
	return e.addControl(g, d)
}

// field finds the field that a control shows.
func (e *FormEdit) field(id string) *Field {
	if f := e.catalog.FindField(id); f != nil && e.kind.Field(f.ID) != nil {
		return f
	}
	return nil
}

func (e *FormEdit) addControl(g *FormGroup, d FormDraft) (*FormControl, error) {
	c := &FormControl{FormNode: FormNode{ID: d.ID}}
	switch f := e.field(d.ID); {
	case d.Contribution != nil:
		if c.ID == "" {
			c.ID = newGUID()
		}
	case f == nil:
		return nil, fault.TypeFieldNotFound(e.kind.Name, d.ID)
	case slices.Contains(header(), f), f.Internal:
		return nil, fault.FormInvalid("the field " + f.ReferenceName + " is on no page")
	default:
		c.ID, c.Label, c.Type = f.ReferenceName, f.Name, controlType(f)
	}
	if _, other := e.form.control(c.ID); other != nil {
		return nil, fault.FormInvalid("the form has the control " + c.ID)
	}
	if err := c.fill(d); err != nil {
		return nil, err
	}
	if err := g.room(c); err != nil {
		return nil, err
	}
	g.Controls = arrange(g.Controls, c, d.Order)
	return c, nil
}

// room reports why a control cannot be in a group: a long text is in a group of its own. documented: customize the form.
func (g *FormGroup) room(c *FormControl) error {
	long := func(c *FormControl) bool { return c.Type == htmlControl }
	if len(g.Controls) > 0 && (long(c) || slices.ContainsFunc(g.Controls, long)) {
		return fault.FormInvalid("a control for long texts must be the only one in its group")
	}
	return nil
}

func (c *FormControl) fill(d FormDraft) error {
	if d.ControlType != nil && *d.ControlType != "" {
		at := indexFold(controlTypes(), *d.ControlType)
		if at < 0 {
			return fault.FormInvalid("there is no control of type " + *d.ControlType)
		}
		c.Type = controlTypes()[at]
	}
	if d.ReadOnly != nil {
		c.ReadOnly = *d.ReadOnly
	}
	if d.Height != nil {
		c.Height = *d.Height
	}
	if d.Metadata != nil {
		c.Metadata = *d.Metadata
	}
	if d.Watermark != nil {
		c.Watermark = *d.Watermark
	}
	return c.apply(d)
}

// openControl finds a control of a group that can be changed.
func (e *FormEdit) openControl(group, id string) (*FormGroup, *FormControl, error) {
	_, g, err := e.openGroup(FormPlace{Group: group})
	if err != nil {
		return nil, nil, err
	}
	if f := e.field(id); f != nil {
		id = f.ReferenceName
	}
	c := find(g.Controls, func(c *FormControl) bool { return strings.EqualFold(c.ID, id) })
	if c == nil {
		return nil, nil, fault.FormNodeNotFound(e.kind.Name, "control", id)
	}
	return g, c, nil
}

// UpdateControl changes a control of a group.
func (e *FormEdit) UpdateControl(group, id string, d FormDraft) (*FormControl, error) {
	g, c, err := e.openControl(group, id)
	if err != nil {
		return nil, err
	}
	if err := c.fill(d); err != nil {
		return nil, err
	}
	g.Controls = arrange(g.Controls, c, d.Order)
	return c, nil
}

// RemoveControl removes a control from a group.
func (e *FormEdit) RemoveControl(group, id string) error {
	g, c, err := e.openControl(group, id)
	if err != nil {
		return err
	}
	if c.Inherited && !c.Overridden {
		return e.inherited("control", c.ID)
	}
	g.Controls = slices.DeleteFunc(g.Controls, func(o *FormControl) bool { return o == c })
	if c.Inherited {
		home, first := e.kind.firstForm().control(c.ID)
		_, to, err := e.openGroup(FormPlace{Group: home.ID})
		if err != nil {
			return err
		}
		if err := to.room(first); err != nil {
			return err
		}
		*c = *first
		to.Controls = arrange(to.Controls, c, new(slices.Index(home.Controls, first)))
	}
	return nil
}

// UpdateHeader changes a control above the pages: its label, and whether it is shown.
func (e *FormEdit) UpdateHeader(id string, d FormDraft) (*FormControl, error) {
	c := find(e.form.Header, func(c *FormControl) bool { return strings.EqualFold(c.ID, id) })
	if c == nil {
		return nil, fault.FormNodeNotFound(e.kind.Name, "system control", id)
	}
	if c.ID == "System.Title" && d.Visible != nil && !*d.Visible {
		return nil, fault.FormInvalid("the title is always shown")
	}
	err := c.apply(FormDraft{Label: d.Label, Visible: d.Visible})
	c.Overridden = true
	return c, err
}

// ResetHeader takes back what was changed of a control above the pages, and returns those that are changed still.
func (e *FormEdit) ResetHeader(id string) ([]*FormControl, error) {
	at := slices.IndexFunc(e.form.Header, func(c *FormControl) bool { return strings.EqualFold(c.ID, id) && c.Overridden })
	if at < 0 {
		return nil, fault.FormNodeNotFound(e.kind.Name, "changed system control", id)
	}
	e.form.Header[at] = e.kind.firstForm().Header[at]
	return e.form.Changed(), nil
}

// Changed lists the controls above the pages that the organization changed.
func (f *Form) Changed() []*FormControl {
	return slices.DeleteFunc(slices.Clone(f.Header), func(c *FormControl) bool { return !c.Overridden })
}
