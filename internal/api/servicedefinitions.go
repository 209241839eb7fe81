package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// listServiceDefinitions lists the services that somebody registered. The server has none of its own to list: it serves
// everything, at the address the client used.
func (a *API) listServiceDefinitions(ctx context.Context, r *request) (any, error) {
	all, err := a.config.Projects.ServiceDefinitions(ctx, r.caller, r.params["serviceType"])
	if err != nil {
		return nil, err
	}
	shown := make([]json.RawMessage, len(all))
	for i, d := range all {
		shown[i] = d.Document
	}
	return azdo.NewList(shown), nil
}

func (a *API) showServiceDefinition(ctx context.Context, r *request) (any, error) {
	id, err := r.serviceIdentifier()
	if err != nil {
		return nil, err
	}
	d, err := a.config.Projects.ServiceDefinition(ctx, r.caller, r.params["serviceType"], id)
	if err != nil {
		return nil, err
	}
	return d.Document, nil
}

func (r *request) serviceIdentifier() (uuid.UUID, error) {
	id, err := uuid.Parse(r.params["identifier"])
	if err != nil {
		return id, fault.ServiceDefinitionNotFound(r.params["serviceType"], r.params["identifier"])
	}
	return id, nil
}

// updateServiceDefinitions registers services, all or none.
func (a *API) updateServiceDefinitions(ctx context.Context, r *request) (any, error) {
	var body struct {
		Value []json.RawMessage `json:"value"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if len(body.Value) == 0 || len(body.Value) > maxLookup {
		return nil, fault.InvalidArgument("Write 1 to %d service definitions.", maxLookup)
	}
	all := make([]project.ServiceDefinition, len(body.Value))
	for i, document := range body.Value {
		var d struct {
			ServiceType string    `json:"serviceType"`
			Identifier  uuid.UUID `json:"identifier"`
		}
		if err := readJSON(document, &d); err != nil {
			return nil, err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, bytes.ToValidUTF8(document, []byte("\uFFFD"))); err != nil {
			return nil, fault.InvalidArgument("The service definition is not valid: %s.", err)
		}
		all[i] = project.ServiceDefinition{Type: d.ServiceType, Identifier: d.Identifier, Document: compact.Bytes()}
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.SaveServiceDefinitions(ctx, r.caller, all)
}

func (a *API) deleteServiceDefinition(ctx context.Context, r *request) (any, error) {
	id, err := r.serviceIdentifier()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.DeleteServiceDefinition(ctx, r.caller, r.params["serviceType"], id)
}
