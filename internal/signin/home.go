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

// showHome leads strangers to where they sign in, and shows everybody else their organizations.
func (s *Service) showHome(ctx context.Context, v *visit) error {
	if v.session == nil {
		if s.config.Start != nil {
			s.config.Start.ServeHTTP(v.w, v.r)
			v.status = http.StatusOK
			return nil
		}
		return v.leadTo("/_signin")
	}
	mine, err := v.organizations(ctx)
	if err != nil {
		return err
	}
	return v.render(http.StatusOK, "home.html", mine)
}

// organization is one of the person who is signed in.
type organization struct {
	*project.Organization
	Administers bool
	Analytics   bool // queries are let in
	caller      *access.Caller
}

// organizations lists those of the person who is signed in.
func (v *visit) organizations(ctx context.Context) (mine []organization, err error) {
	all, err := v.config.Projects.Organizations(ctx)
	if err != nil {
		return nil, err
	}
	var ids []int64
	err = v.config.DB.View(ctx, func(tx *db.Tx) error {
		ids, err = access.OrganizationsOf(tx, v.session.Account)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if !slices.Contains(ids, o.ID) {
			continue
		}
		c, err := v.config.Access.AuthenticateSession(ctx, o.ID, v.secret)
		if f, ok := errors.AsType[*fault.Fault](err); ok && f.Status == http.StatusUnauthorized { // removed, or signed out, meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		c.Origin = caller(v.r, v.session).Origin
		mine = append(mine, organization{o, c.Administers(), c.Licensed(), c})
	}
	return mine, nil
}

// chosen is the organization that a page is about: the one it names, or the first one.
func (v *visit) chosen(ctx context.Context, name string) (of organization, all []organization, err error) {
	if all, err = v.organizations(ctx); err != nil {
		return of, nil, err
	}
	for _, o := range all {
		if o.Name == name || name == "" {
			return o, all, nil
		}
	}
	return of, nil, &refusal{http.StatusNotFound, "There is no such organization", fault.OrganizationNotFound(name).Message}
}
