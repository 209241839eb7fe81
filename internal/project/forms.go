package project

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Form is how clients lay out the fields of a type. It is a copy that belongs to the caller.
type Form struct {
	Pages  []*FormPage
	Header []*FormControl // the system controls, above all pages
}

// FormNode is what pages, groups and controls have in common.
type FormNode struct {
	ID         string
	Label      string
	Order      *int `json:",omitempty"` // among its neighbors, as the client that put it there said
	Inherited  bool `json:",omitempty"` // from the type of the system
	Overridden bool `json:",omitempty"` // inherited, and changed by the organization
	Hidden     bool `json:",omitempty"`

	Contribution *FormContribution `json:",omitempty"`
}

// FormContribution is the part of an extension that is shown in place of what the server knows.
type FormContribution struct {
	ID            string
	Height        int            `json:",omitempty"`
	Inputs        map[string]any `json:",omitempty"`
	ShowOnDeleted bool           `json:",omitempty"`
}

// FormPage is a tab of a form.
type FormPage struct {
	FormNode
	Type     PageType
	Sections []FormSection
}

// PageType is the kind of a page, by wire name. Only pages of type custom can be changed.
type PageType string

// The kinds of pages.
const (
	CustomPage      PageType = "custom"
	HistoryPage     PageType = "history"
	LinksPage       PageType = "links"
	AttachmentsPage PageType = "attachments"
)

// FormSection is a column of a page.
type FormSection struct {
	ID     string
	Groups []*FormGroup
}

// FormGroup is a box with a heading.
type FormGroup struct {
	FormNode
	Height   int `json:",omitempty"`
	Controls []*FormControl
}

// FormControl shows a field, whose reference name is its id, or something that is none.
type FormControl struct {
	FormNode
	Type      string `json:",omitempty"` // such as FieldControl
	Height    int    `json:",omitempty"`
	ReadOnly  bool   `json:",omitempty"`
	Metadata  string `json:",omitempty"`
	Watermark string `json:",omitempty"`
}

// The kinds of controls.
const (
	fieldControl          = "FieldControl"
	htmlControl           = "HtmlFieldControl"
	dateControl           = "DateTimeControl"
	classificationControl = "WorkItemClassificationControl"
	logControl            = "WorkItemLogControl"
	discussionControl     = "WorkItemDiscussionControl"
	linksControl          = "LinksControl"
	attachmentsControl    = "AttachmentsControl"
)

// controlTypes are the kinds of controls that clients may name.
func controlTypes() []string {
	return []string{fieldControl, htmlControl, dateControl, classificationControl, logControl, discussionControl, linksControl, attachmentsControl}
}

// sections are the columns of a page that can hold groups.
func sections() []FormSection {
	return []FormSection{{ID: "Section1"}, {ID: "Section2"}, {ID: "Section3"}, {ID: "Section4"}}
}

// header lists the fields above the pages of every form.
func header() []*Field {
	var list []*Field
	for _, ref := range []string{"System.Title", "System.AssignedTo", "System.State", "System.Reason", "System.AreaPath", "System.IterationPath"} {
		list = append(list, SystemField(ref))
	}
	return list
}

// Form is the form of a type, without controls of fields that the type does not have any more.
func (t *WorkItemType) Form() *Form {
	form := t.firstForm()
	if t.form != nil {
		form = t.form.clone()
	}
	for _, p := range form.Pages {
		for i := range p.Sections {
			for _, g := range p.Sections[i].Groups {
				g.Controls = slices.DeleteFunc(g.Controls, func(c *FormControl) bool {
					return strings.Contains(c.ID, ".") && c.Contribution == nil && !slices.ContainsFunc(t.Fields, func(f TypeField) bool { return f.Field.ReferenceName == c.ID })
				})
			}
		}
	}
	return form
}

func (f *Form) clone() *Form {
	c := &Form{Header: cloneAll(f.Header)}
	for _, p := range f.Pages {
		page := *p
		page.Sections = slices.Clone(p.Sections)
		for i := range page.Sections {
			s := &page.Sections[i]
			s.Groups = cloneAll(s.Groups)
			for _, g := range s.Groups {
				g.Controls = cloneAll(g.Controls)
			}
		}
		c.Pages = append(c.Pages, &page)
	}
	return c
}

// cloneAll copies what the pointers point to.
func cloneAll[T any](list []*T) []*T {
	list = slices.Clone(list)
	for i := range list {
		c := *list[i]
		list[i] = &c
	}
	return list
}

// formSpace is the name space of the ids of inherited pages and groups.
var formSpace = uuid.MustParse("5f3c1f0e-8a34-5f0b-9d5b-6d1f6c1b7a52")

// firstForm is the form that a type has before an organization changes it: long texts on the left, what is planned and how
// it is classified in the middle, links on the right.
func (t *WorkItemType) firstForm() *Form {
	origin := cmp.Or(t.Inherits, t.ReferenceName)
	node := func(label string, path ...string) FormNode {
		return FormNode{ID: uuid.NewSHA1(formSpace, []byte(strings.ToLower(origin+"/"+strings.Join(path, "/")))).String(), Label: label, Inherited: !t.Custom}
	}
	control := func(id, label, kind string) *FormControl {
		return &FormControl{FormNode: FormNode{ID: id, Label: label, Inherited: !t.Custom}, Type: kind}
	}
	group := func(label string, controls ...*FormControl) *FormGroup {
		return &FormGroup{FormNode: node(label, "Details", label), Controls: controls}
	}
	var texts, rest []*FormGroup
	for i := range t.Fields {
		f := &t.Fields[i]
		name := formGroup(f)
		c := control(f.Field.ReferenceName, f.Field.Name, controlType(f.Field))
		if longText(f.Field) && name != "" {
			c.Label = ""
			texts = append(texts, group(f.Field.Name, c))
			continue
		}
		at := slices.IndexFunc(rest, func(g *FormGroup) bool { return g.Label == name })
		switch {
		case name == "":
		case at < 0:
			rest = append(rest, group(name, c))
		default:
			rest[at].Controls = append(rest[at].Controls, c)
		}
	}
	texts = append(texts, group("Discussion", control("System.History", "", discussionControl)))
	details := &FormPage{FormNode: node("Details", "Details"), Type: CustomPage, Sections: sections()}
	details.Sections[0].Groups, details.Sections[1].Groups = texts, rest
	details.Sections[2].Groups = []*FormGroup{group("Development", control("Development", "", linksControl)), group("Related Work", control("Related Work", "", linksControl))}
	form := &Form{Pages: []*FormPage{details}}
	for _, p := range []struct {
		kind PageType
		name string
		c    string
	}{{HistoryPage, "History", logControl}, {LinksPage, "Links", linksControl}, {AttachmentsPage, "Attachments", attachmentsControl}} {
		form.Pages = append(form.Pages, &FormPage{FormNode: node(p.name, p.name), Type: p.kind, Sections: []FormSection{{ID: "Section1",
			Groups: []*FormGroup{{FormNode: node(p.name, p.name, p.name), Controls: []*FormControl{control(p.name, "", p.c)}}}}}})
		form.Pages[len(form.Pages)-1].Inherited = true
	}
	for _, f := range header() {
		form.Header = append(form.Header, control(f.ReferenceName, f.Name, controlType(f)))
	}
	return form
}

// formGroup is the heading under which a field is on the first form of a type, "" when it is on none: what is above the
// pages, what the server keeps, and what organizations add.
func formGroup(f *TypeField) string {
	ref := f.Field.ReferenceName
	name := ref[strings.LastIndexByte(ref, '.')+1:]
	switch {
	case ref == "System.Description":
		return "Texts"
	case f.Added, f.Field.Custom, f.Field.Core, f.Field.Computed, f.Field.Internal, f.Field.ReadOnly, f.Field.Type == History,
		name == "StackRank", name == "BacklogPriority":
		return ""
	case strings.HasPrefix(ref, "Microsoft.VSTS.Common.") && (strings.HasPrefix(name, "Activated") || strings.HasPrefix(name, "Resolved") ||
		strings.HasPrefix(name, "Closed") || name == "StateChangeDate"):
		return ""
	case strings.HasPrefix(ref, "Microsoft.VSTS.Scheduling."), name == "Priority", name == "Risk", name == "Severity":
		return "Planning"
	case strings.HasPrefix(ref, "Microsoft.VSTS.Build."):
		return "Build"
	case name == "ValueArea", name == "Activity", name == "Discipline":
		return "Classification"
	}
	return "Details"
}

// controlType is the kind of control that shows a field.
func controlType(f *Field) string {
	switch f.Type {
	case HTML, PlainText:
		return htmlControl
	case DateTime:
		return dateControl
	case TreePath:
		return classificationControl
	case History:
		return discussionControl
	}
	return fieldControl
}

// page finds a page by its id.
func (f *Form) page(id string) *FormPage {
	return find(f.Pages, func(p *FormPage) bool { return strings.EqualFold(p.ID, id) })
}

// group finds a group by its id, and where it is.
func (f *Form) group(id string) (*FormPage, *FormSection, *FormGroup) {
	for _, p := range f.Pages {
		for i := range p.Sections {
			for _, g := range p.Sections[i].Groups {
				if strings.EqualFold(g.ID, id) {
					return p, &p.Sections[i], g
				}
			}
		}
	}
	return nil, nil, nil
}

// control finds a control by its id, and the group it is in.
func (f *Form) control(id string) (*FormGroup, *FormControl) {
	for _, p := range f.Pages {
		for i := range p.Sections {
			for _, g := range p.Sections[i].Groups {
				for _, c := range g.Controls {
					if strings.EqualFold(c.ID, id) {
						return g, c
					}
				}
			}
		}
	}
	return nil, nil
}
