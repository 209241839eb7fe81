package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
)

// identityBody is what clients write of an identity they have read: of all of it, the name of a person and the name and
// description of a group can change.
type identityBody struct {
	ID                  string  `json:"id"`
	Descriptor          string  `json:"descriptor"`
	SubjectDescriptor   string  `json:"subjectDescriptor"`
	CustomDisplayName   *string `json:"customDisplayName"`
	ProviderDisplayName *string `json:"providerDisplayName"`
	Properties          map[string]struct {
		Value any `json:"$value"`
	} `json:"properties"`
}

// updateIdentity writes one identity.
func (a *API) updateIdentity(ctx context.Context, r *request) (any, error) {
	var body identityBody
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	body.ID = r.params["identityId"]
	_, err := a.writeIdentity(ctx, r, body)
	return reply{status: http.StatusNoContent}, err
}

// updateIdentities writes several, one after the other, and stops at the first that is refused.
func (a *API) updateIdentities(ctx context.Context, r *request) (any, error) {
	var body struct {
		Value []identityBody `json:"value"`
	}
	content, err := r.jsonBody()
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(content, &body) != nil && json.Unmarshal(content, &body.Value) != nil || len(body.Value) == 0 || len(body.Value) > maxLookup {
		return nil, fault.InvalidArgument("Write 1 to %d identities.", maxLookup)
	}
	shown := make([]azdo.IdentityUpdate, len(body.Value))
	for i, b := range body.Value {
		if b.ID == "" {
			b.ID = b.SubjectDescriptor
		}
		if b.ID == "" {
			b.ID = b.Descriptor
		}
		shown[i].Index = i
		if shown[i].ID, err = a.writeIdentity(ctx, r, b); err != nil {
			return nil, err
		}
		shown[i].Updated = true
	}
	return azdo.NewList(shown), nil
}

// writeIdentity changes what is different and returns the id.
func (a *API) writeIdentity(ctx context.Context, r *request, b identityBody) (string, error) {
	all, err := a.subjects(ctx, r)
	if err != nil {
		return "", err
	}
	s := all.find(b.ID)
	if s == nil {
		return "", fault.SubjectNotFound(b.ID)
	}
	if s.user != nil {
		name := b.name()
		if name == nil {
			empty := ""
			name = &empty
		}
		return s.id(), a.config.Projects.RenamePerson(ctx, a.config.Access, r.caller, s.id(), *name)
	}
	name, description := b.group()
	_, err = a.config.Projects.ChangeGroup(ctx, a.config.Access, r.caller, s.id(), name, description)
	return s.id(), err
}

// name is the display name that is written, or nil.
func (b *identityBody) name() *string {
	if b.CustomDisplayName != nil && *b.CustomDisplayName != "" {
		return b.CustomDisplayName
	}
	return b.ProviderDisplayName
}

// group is what is written of a group, nil for what is not. Names come as groups are shown, behind their project.
func (b *identityBody) group() (name, description *string) {
	if name = b.name(); name != nil {
		short := (*name)[strings.LastIndexByte(*name, '\\')+1:]
		name = &short
	}
	if text, ok := b.Properties["Description"].Value.(string); ok {
		description = &text
	}
	return name, description
}
