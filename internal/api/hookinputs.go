package api

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/hooks"
	"boardwalk/internal/project"
)

// askedInputs are the inputs whose values a body asks for.
type askedInputs []struct {
	InputID string `json:"inputId"`
}

// queryPublisherInputs tells what inputs of the publisher can be set to, given those that are set.
func (a *API) queryPublisherInputs(ctx context.Context, r *request) (any, error) {
	if _, err := a.showPublisher(ctx, r); err != nil {
		return nil, err
	}
	var body struct {
		CurrentValues map[string]string `json:"currentValues"`
		InputValues   askedInputs       `json:"inputValues"`
		Resource      json.RawMessage   `json:"resource"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	values, err := a.inputValues(ctx, r, body.InputValues, body.CurrentValues)
	return azdo.InputValuesQuery{CurrentValues: body.CurrentValues, InputValues: values, Resource: body.Resource}, err
}

// querySubscriptionInputs does the same for a subscription as it is so far.
func (a *API) querySubscriptionInputs(ctx context.Context, r *request) (any, error) {
	var body struct {
		InputValues  askedInputs     `json:"inputValues"`
		Scope        json.RawMessage `json:"scope"`
		Subscription json.RawMessage `json:"subscription"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	var given struct {
		PublisherInputs map[string]string `json:"publisherInputs"`
		ConsumerInputs  map[string]string `json:"consumerInputs"`
	}
	if len(body.Subscription) > 0 {
		if err := readJSON(body.Subscription, &given); err != nil {
			return nil, err
		}
	}
	set := map[string]string{}
	maps.Copy(set, given.ConsumerInputs)
	maps.Copy(set, given.PublisherInputs)
	values, err := a.inputValues(ctx, r, body.InputValues, set)
	return azdo.SubscriptionInputValuesQuery{InputValues: values, Scope: body.Scope, Subscription: body.Subscription}, err
}

func (a *API) inputValues(ctx context.Context, r *request, asked askedInputs, set map[string]string) ([]azdo.InputValues, error) {
	if len(asked) > maxLookup {
		return nil, fault.InvalidArgument("%d inputs are more than the %d one request may ask for.", len(asked), maxLookup)
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	list := make([]azdo.InputValues, len(asked))
	var at *project.Project // none while none is set
	for name, value := range set {
		if strings.EqualFold(name, "projectId") && value != "" {
			if at, err = r.findProject(catalog, value); err != nil {
				return nil, err
			}
		}
	}
	for i, in := range asked {
		choices, limited, known := hooks.Choices(r.caller, catalog, at, in.InputID)
		list[i] = azdo.InputValues{InputID: in.InputID, IsLimitedToPossible: limited, PossibleValues: []azdo.InputValue{}}
		if !known {
			list[i].Error = &azdo.InputValuesError{Message: "There is no input " + in.InputID + "."}
		}
		for _, c := range choices {
			list[i].PossibleValues = append(list[i].PossibleValues, azdo.InputValue{Value: c.Value, DisplayValue: c.Name})
		}
	}
	return list, nil
}
