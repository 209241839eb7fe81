package api

import (
	"context"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// showLayout shows the form of a type.
func (a *API) showLayout(ctx context.Context, r *request) (any, error) {
	_, _, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	return wireForm(t.Form()), nil
}

func wireForm(f *project.Form) azdo.FormLayout {
	shown := azdo.FormLayout{Pages: []azdo.FormPage{}, SystemControls: wireControls(f.Header), Extensions: []azdo.FormExtension{}}
	known := map[string]bool{}
	uses := func(c *project.FormContribution) {
		if c == nil {
			return
		}
		parts := strings.Split(c.ID, ".") // publisher, extension, contribution
		if id := strings.Join(parts[:min(2, len(parts))], "."); !known[id] {
			known[id] = true
			shown.Extensions = append(shown.Extensions, azdo.FormExtension{ID: id})
		}
	}
	for _, p := range f.Pages {
		shown.Pages = append(shown.Pages, wirePage(p))
		uses(p.Contribution)
		for _, s := range p.Sections {
			for _, g := range s.Groups {
				uses(g.Contribution)
				for _, c := range g.Controls {
					uses(c.Contribution)
				}
			}
		}
	}
	return shown
}

func wirePage(p *project.FormPage) azdo.FormPage {
	shown := azdo.FormPage{ID: p.ID, Inherited: p.Inherited, Overridden: p.Overridden, Label: p.Label, PageType: string(p.Type),
		Locked: p.Type != project.CustomPage, Order: p.Order, Visible: !p.Hidden, Sections: []azdo.FormSection{}}
	shown.Contribution, shown.IsContribution = wireContribution(p.Contribution)
	for _, s := range p.Sections {
		section := azdo.FormSection{ID: s.ID, Groups: []azdo.FormGroup{}}
		for _, g := range s.Groups {
			section.Groups = append(section.Groups, wireGroup(g))
		}
		shown.Sections = append(shown.Sections, section)
	}
	return shown
}

func wireGroup(g *project.FormGroup) azdo.FormGroup {
	shown := azdo.FormGroup{ID: g.ID, Inherited: g.Inherited, Overridden: g.Overridden, Label: g.Label, Order: g.Order, Height: g.Height,
		Visible: !g.Hidden, Controls: wireControls(g.Controls)}
	shown.Contribution, shown.IsContribution = wireContribution(g.Contribution)
	return shown
}

func wireControls(all []*project.FormControl) []azdo.FormControl {
	list := make([]azdo.FormControl, len(all))
	for i, c := range all {
		list[i] = wireControl(c)
	}
	return list
}

func wireControl(c *project.FormControl) azdo.FormControl {
	shown := azdo.FormControl{ID: c.ID, Inherited: c.Inherited, Overridden: c.Overridden, Label: c.Label, ControlType: c.Type, ReadOnly: c.ReadOnly,
		Order: c.Order, Height: c.Height, Metadata: c.Metadata, Watermark: c.Watermark, Visible: !c.Hidden}
	shown.Contribution, shown.IsContribution = wireContribution(c.Contribution)
	return shown
}

func wireContribution(c *project.FormContribution) (*azdo.WitContribution, bool) {
	if c == nil {
		return nil, false
	}
	return &azdo.WitContribution{ContributionID: c.ID, Height: c.Height, Inputs: c.Inputs, ShowOnDeletedWorkItem: c.ShowOnDeleted}, true
}

// formNode is a page, group or control in a body.
type formNode struct {
	ID, Label, ControlType, Metadata, Watermark *string
	Order, Height                               *int
	Visible, ReadOnly                           *bool
	Contribution                                *azdo.WitContribution
	Controls                                    []formNode
	Sections                                    []struct{ Groups []formNode }
}

func (n *formNode) draft() project.FormDraft {
	d := project.FormDraft{Label: n.Label, Order: n.Order, Visible: n.Visible, Height: n.Height, ControlType: n.ControlType,
		Metadata: n.Metadata, Watermark: n.Watermark, ReadOnly: n.ReadOnly}
	if n.ID != nil {
		d.ID = *n.ID
	}
	if c := n.Contribution; c != nil {
		d.Contribution = &project.FormContribution{ID: c.ContributionID, Height: c.Height, Inputs: c.Inputs, ShowOnDeleted: c.ShowOnDeletedWorkItem}
	}
	for i := range n.Controls {
		d.Controls = append(d.Controls, n.Controls[i].draft())
	}
	return d
}

func (r *request) formDraft() (d project.FormDraft, err error) {
	var body formNode
	err = r.decode(&body)
	for _, s := range body.Sections {
		if len(s.Groups) > 0 && err == nil {
			err = fault.FormInvalid("groups have addresses of their own below their page")
		}
	}
	return body.draft(), err
}

func (a *API) editForm(ctx context.Context, r *request, change func(*project.FormEdit) error) error {
	return a.config.Projects.EditForm(ctx, r.caller, r.params["processId"], r.params["witRefName"], change)
}

func (a *API) addPage(ctx context.Context, r *request) (any, error) {
	d, err := r.formDraft()
	if err != nil {
		return nil, err
	}
	var p *project.FormPage
	err = a.editForm(ctx, r, func(e *project.FormEdit) (err error) {
		p, err = e.AddPage(d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusCreated, value: wirePage(p)}, nil
}

// updatePage finds the page by the address or, as SDKs send it, by the body.
func (a *API) updatePage(ctx context.Context, r *request) (any, error) {
	d, err := r.formDraft()
	if err != nil {
		return nil, err
	}
	id := r.params["pageId"]
	if id == "" {
		id = d.ID
	}
	var p *project.FormPage
	err = a.editForm(ctx, r, func(e *project.FormEdit) (err error) {
		p, err = e.UpdatePage(id, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return wirePage(p), nil
}

func (a *API) removePage(ctx context.Context, r *request) (any, error) {
	return gone(a.editForm(ctx, r, func(e *project.FormEdit) error { return e.RemovePage(r.params["pageId"]) }))
}

// formPlace is what the address says about where a group is.
func (r *request) formPlace() project.FormPlace {
	return project.FormPlace{Page: r.params["pageId"], Section: r.params["sectionId"], Group: r.params["groupId"]}
}

// changeGroup answers with the group that a change leaves.
func (a *API) changeGroup(ctx context.Context, r *request, change func(*project.FormEdit, project.FormDraft) (*project.FormGroup, error)) (any, error) {
	d, err := r.formDraft()
	if err != nil {
		return nil, err
	}
	var g *project.FormGroup
	err = a.editForm(ctx, r, func(e *project.FormEdit) (err error) {
		g, err = change(e, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return wireGroup(g), nil
}

func (a *API) addGroup(ctx context.Context, r *request) (any, error) {
	shown, err := a.changeGroup(ctx, r, func(e *project.FormEdit, d project.FormDraft) (*project.FormGroup, error) {
		return e.AddGroup(r.formPlace(), d)
	})
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) updateGroup(ctx context.Context, r *request) (any, error) {
	return a.changeGroup(ctx, r, func(e *project.FormEdit, d project.FormDraft) (*project.FormGroup, error) {
		return e.UpdateGroup(r.formPlace(), d)
	})
}

func (a *API) moveGroup(ctx context.Context, r *request) (any, error) {
	to := r.formPlace()
	from := project.FormPlace{Page: to.Page, Section: r.query.text("removeFromSectionId"), Group: to.Group}
	if page := r.query.text("removeFromPageId"); page != "" {
		from.Page = page
	}
	return a.changeGroup(ctx, r, func(e *project.FormEdit, d project.FormDraft) (*project.FormGroup, error) {
		return e.MoveGroup(from, to, d)
	})
}

func (a *API) removeGroup(ctx context.Context, r *request) (any, error) {
	return gone(a.editForm(ctx, r, func(e *project.FormEdit) error { return e.RemoveGroup(r.formPlace()) }))
}

// changeControl answers with the control that a change leaves.
func (a *API) changeControl(ctx context.Context, r *request, change func(*project.FormEdit, project.FormDraft) (*project.FormControl, error)) (any, error) {
	d, err := r.formDraft()
	if err != nil {
		return nil, err
	}
	if id := r.params["controlId"]; id != "" {
		d.ID = id
	}
	var c *project.FormControl
	err = a.editForm(ctx, r, func(e *project.FormEdit) (err error) {
		c, err = change(e, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	return wireControl(c), nil
}

func (a *API) addControl(ctx context.Context, r *request) (any, error) {
	shown, err := a.changeControl(ctx, r, func(e *project.FormEdit, d project.FormDraft) (*project.FormControl, error) {
		return e.AddControl(r.params["groupId"], d)
	})
	return reply{status: http.StatusCreated, value: shown}, err
}

func (a *API) moveControl(ctx context.Context, r *request) (any, error) {
	return a.changeControl(ctx, r, func(e *project.FormEdit, d project.FormDraft) (*project.FormControl, error) {
		return e.PutControl(r.params["groupId"], r.query.text("removeFromGroupId"), d)
	})
}

func (a *API) updateControl(ctx context.Context, r *request) (any, error) {
	return a.changeControl(ctx, r, func(e *project.FormEdit, d project.FormDraft) (*project.FormControl, error) {
		return e.UpdateControl(r.params["groupId"], d.ID, d)
	})
}

func (a *API) removeControl(ctx context.Context, r *request) (any, error) {
	return gone(a.editForm(ctx, r, func(e *project.FormEdit) error {
		return e.RemoveControl(r.params["groupId"], r.params["controlId"])
	}))
}

// listSystemControls lists the controls above the pages that the organization changed. documented: the layout has all.
func (a *API) listSystemControls(ctx context.Context, r *request) (any, error) {
	_, _, t, err := a.editedType(ctx, r)
	if err != nil {
		return nil, err
	}
	return azdo.NewList(wireControls(t.Form().Changed())), nil
}

func (a *API) updateSystemControl(ctx context.Context, r *request) (any, error) {
	return a.changeControl(ctx, r, func(e *project.FormEdit, d project.FormDraft) (*project.FormControl, error) {
		return e.UpdateHeader(d.ID, d)
	})
}

func (a *API) resetSystemControl(ctx context.Context, r *request) (any, error) {
	var left []*project.FormControl
	err := a.editForm(ctx, r, func(e *project.FormEdit) (err error) {
		left, err = e.ResetHeader(r.params["controlId"])
		return err
	})
	return azdo.NewList(wireControls(left)), err
}
