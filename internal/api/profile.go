package api

import (
	"context"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
)

// showProfile shows the caller; other people have identities, but no profile for everybody to see.
func (a *API) showProfile(_ context.Context, r *request) (any, error) {
	if err := r.ownProfile(); err != nil {
		return nil, err
	}
	return r.profile(r.caller.User), nil
}

// ownProfile refuses everybody else's.
func (r *request) ownProfile() error {
	if id := r.params["id"]; !strings.EqualFold(id, "me") && !strings.EqualFold(id, r.caller.User.GUID.String()) {
		return fault.SubjectNotFound(id)
	}
	return nil
}

func (r *request) profile(u *access.User) azdo.Profile {
	return azdo.Profile{
		DisplayName: u.DisplayName, PublicAlias: u.GUID.String(), EmailAddress: u.Email, CoreRevision: 1,
		TimeStamp: azdo.Time{Time: r.org.CreatedAt}, ID: u.GUID.String(), Revision: 1,
	}
}

// profileBody is what clients write of a profile: its name, plainly or as an attribute. The address belongs to the sign-in.
type profileBody struct {
	DisplayName    string `json:"displayName"`
	EmailAddress   string `json:"emailAddress"`
	CoreAttributes map[string]struct {
		Value any `json:"value"`
	} `json:"coreAttributes"`
}

// createProfile answers that everybody has a profile, after giving it the name that is asked for.
func (a *API) createProfile(ctx context.Context, r *request) (any, error) {
	return a.renameSelf(ctx, r)
}

func (a *API) updateProfile(ctx context.Context, r *request) (any, error) {
	if err := r.ownProfile(); err != nil {
		return nil, err
	}
	return a.renameSelf(ctx, r)
}

func (a *API) renameSelf(ctx context.Context, r *request) (any, error) {
	var body profileBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	for name, attribute := range body.CoreAttributes {
		text, _ := attribute.Value.(string)
		switch strings.ToLower(name) {
		case "displayname":
			body.DisplayName = text
		case "emailaddress":
			body.EmailAddress = text
		default:
			return nil, fault.InvalidArgument("The attribute %q is not valid: profiles have a DisplayName to change.", name)
		}
	}
	if body.EmailAddress != "" && !strings.EqualFold(body.EmailAddress, r.caller.User.Email) {
		return nil, fault.InvalidArgument("The address is that of the sign-in: an administrator lets people in with another one.")
	}
	if body.DisplayName != "" {
		if err := a.config.Access.RenameSelf(ctx, r.caller, body.DisplayName); err != nil {
			return nil, err
		}
	}
	directory, err := a.config.Access.People(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	return r.profile(directory.User(r.caller.User.ID)), nil
}
