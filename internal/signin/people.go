package signin

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

type peoplePage struct {
	Organization  organization
	Organizations []organization // that the person administers
	People        []*access.User
	Link, LinkFor string // shown once
	Done          string
	Problem       string
}

// showPeople is where administrators let people in and make links for them to set a password.
func (s *Service) showPeople(ctx context.Context, v *visit) error {
	page, err := v.administered(ctx, v.r.URL.Query().Get("organization"))
	if err != nil {
		return err
	}
	return v.people(ctx, http.StatusOK, page)
}

// administered is an organization that the person who is signed in administers.
func (v *visit) administered(ctx context.Context, name string) (page peoplePage, err error) {
	all, err := v.organizations(ctx)
	if err != nil {
		return page, err
	}
	for _, o := range all {
		if !o.Administers {
			continue
		}
		if page.Organization.Organization == nil && (name == "" || name == o.Name) {
			page.Organization = o
		}
		page.Organizations = append(page.Organizations, o)
	}
	if page.Organization.Organization == nil {
		return page, &refusal{http.StatusForbidden, "Only for administrators", "You administer no organization of that name."}
	}
	return page, nil
}

func (v *visit) people(ctx context.Context, status int, page peoplePage) error {
	err := v.config.DB.View(ctx, func(tx *db.Tx) error {
		d, err := v.config.Access.Directory(tx, page.Organization.ID)
		if err != nil {
			return err
		}
		for _, u := range d.Users() {
			if u.Active && u.Account != 0 {
				page.People = append(page.People, u)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.render(status, "people.html", page)
}

// changePeople lets somebody in, or for somebody who is in makes a link, changes the access level, or ends the membership.
func (s *Service) changePeople(ctx context.Context, v *visit) error {
	page, err := v.administered(ctx, v.field("organization"))
	if err != nil {
		return err
	}
	name := v.field("name")
	level := access.Basic
	if v.field("level") == string(access.Stakeholder) {
		level = access.Stakeholder
	}
	caller, letIn := page.Organization.caller, ""
	switch v.field("do") {
	case "link":
		page.Link, err = v.passwordLink(ctx, page, name)
	case "invite":
		if _, err = s.config.Projects.AddPerson(ctx, s.config.Access, caller, project.PersonDraft{Name: name, Level: level}); err == nil {
			letIn = name + " is let in, without a link: "
			page.Link, err = v.passwordLink(ctx, page, name)
		}
	case "level":
		err = v.withPerson(ctx, page, name, func(id string) error {
			return s.config.Projects.ChangePerson(ctx, s.config.Access, caller, id, level, nil)
		})
		page.Done = name + " has the access level " + string(level) + "."
	case "remove":
		err = v.withPerson(ctx, page, name, func(id string) error {
			if id == caller.User.GUID.String() {
				return fault.InvalidArgument("You cannot remove yourself: another administrator can.")
			}
			return s.config.Projects.RemovePerson(ctx, s.config.Access, caller, id)
		})
		page.Done = name + " is no longer in " + page.Organization.Name + ": their tokens and sessions end there. What they wrote stays."
	default:
		return &refusal{http.StatusBadRequest, "Not understood", "The form does not say what to do."}
	}
	page.LinkFor = name
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Status < http.StatusInternalServerError {
		page.Problem, page.Link, page.Done = letIn+f.Message, "", ""
		return v.people(ctx, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return v.people(ctx, http.StatusOK, page)
}

// withPerson does something to somebody of the organization whom the page names.
func (v *visit) withPerson(ctx context.Context, page peoplePage, name string, do func(id string) error) error {
	d, err := v.config.Access.People(ctx, page.Organization.ID)
	if err != nil {
		return err
	}
	u := d.Find(name)
	if u == nil || !u.Active {
		return fault.InvalidArgument("%s does not belong to %s.", name, page.Organization.Name)
	}
	return do(u.GUID.String())
}

// passwordLink makes the address of a link for somebody. Whoever has it is them in all their organizations, so the person
// who is signed in has to administer all of these: who may let people in without being an administrator must not become one.
func (v *visit) passwordLink(ctx context.Context, page peoplePage, name string) (link string, err error) {
	err = v.config.DB.Update(ctx, func(tx *db.Tx) error {
		account, err := access.AccountNamed(tx, name)
		if errors.Is(err, db.ErrNotFound) {
			return fault.InvalidArgument("Nobody called %s has an account.", name)
		}
		if err != nil {
			return err
		}
		in, err := access.OrganizationsOf(tx, account)
		if err != nil {
			return err
		}
		if !slices.Contains(in, page.Organization.ID) {
			return fault.InvalidArgument("%s does not belong to %s.", name, page.Organization.Name)
		}
		for _, id := range in {
			d, err := v.config.Access.Directory(tx, id)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(page.Organizations, func(o organization) bool {
				u := d.User(o.caller.User.ID)
				return o.ID == id && u != nil && u.Active && u.Administrator
			}) {
				return fault.InvalidArgument("%s belongs to an organization that you do not administer. Whoever runs the server can make a link: boardwalk admin reset-password.", name)
			}
		}
		path, err := v.PasswordLink(tx, account)
		if err != nil {
			return err
		}
		link = v.origin(v.r) + path
		return access.Audit(tx, page.Organization.caller, access.Event{Action: access.PasswordLinkMade, Data: map[string]any{"UniqueName": name}})
	})
	return link, err
}
