package api

import (
	"context"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/hooks"
)

// What events there are, and what can be done with them. Texts are our choice.

func (a *API) listPublishers(_ context.Context, r *request) (any, error) {
	return azdo.NewList([]azdo.Publisher{r.publisher()}), nil
}

func (a *API) showPublisher(_ context.Context, r *request) (any, error) {
	p := r.publisher()
	if id := r.params["publisherId"]; !strings.EqualFold(id, p.ID) {
		return nil, fault.PublisherNotFound(id, p.ID)
	}
	return p, nil
}

func (a *API) queryPublishers(_ context.Context, r *request) (any, error) {
	var asked struct {
		PublisherIDs []string `json:"publisherIds"`
	}
	if err := r.decode(&asked); err != nil {
		return nil, err
	}
	results := []azdo.Publisher{}
	if p := r.publisher(); len(asked.PublisherIDs) == 0 || slices.ContainsFunc(asked.PublisherIDs, func(id string) bool { return strings.EqualFold(id, p.ID) }) {
		results = append(results, p)
	}
	return map[string]any{"publisherIds": asked.PublisherIDs, "results": results}, nil
}

func (a *API) listEventTypes(ctx context.Context, r *request) (any, error) {
	if _, err := a.showPublisher(ctx, r); err != nil {
		return nil, err
	}
	return azdo.NewList(r.publisher().SupportedEvents), nil
}

func (a *API) showEventType(ctx context.Context, r *request) (any, error) {
	if _, err := a.showPublisher(ctx, r); err != nil {
		return nil, err
	}
	var known []string
	for _, t := range r.publisher().SupportedEvents {
		if strings.EqualFold(t.ID, r.params["eventTypeId"]) {
			return t, nil
		}
		known = append(known, t.ID)
	}
	return nil, fault.EventTypeNotFound(r.params["eventTypeId"], known...)
}

func (r *request) publisher() azdo.Publisher {
	url := r.base + "/_apis/hooks/publishers/" + hooks.Publisher
	p := azdo.Publisher{ID: hooks.Publisher, Name: "Azure DevOps Services", Description: "Publishes events of work items", URL: url,
		Links: azdo.Links{{Name: "self", Href: url}}, InputDescriptors: descriptors(hooks.PublisherInputs())}
	for _, t := range hooks.EventTypes() {
		p.SupportedEvents = append(p.SupportedEvents, azdo.EventType{ID: t.ID, PublisherID: hooks.Publisher, Name: t.Name, Description: t.Description,
			URL: url + "/eventTypes/" + t.ID, InputDescriptors: descriptors(t.Inputs), SupportedResourceVersions: []string{"1.0"}})
	}
	return p
}

func (a *API) listConsumers(_ context.Context, r *request) (any, error) {
	return azdo.NewList([]azdo.Consumer{r.consumer()}), nil
}

func (a *API) showConsumer(_ context.Context, r *request) (any, error) {
	c := r.consumer()
	if id := r.params["consumerId"]; !strings.EqualFold(id, c.ID) {
		return nil, fault.ConsumerNotFound(id, c.ID)
	}
	return c, nil
}

func (a *API) listConsumerActions(ctx context.Context, r *request) (any, error) {
	if _, err := a.showConsumer(ctx, r); err != nil {
		return nil, err
	}
	return azdo.NewList(r.consumer().Actions), nil
}

func (a *API) showConsumerAction(ctx context.Context, r *request) (any, error) {
	if _, err := a.showConsumer(ctx, r); err != nil {
		return nil, err
	}
	action := r.consumer().Actions[0]
	if id := r.params["consumerActionId"]; !strings.EqualFold(id, action.ID) {
		return nil, fault.ConsumerActionNotFound(id, action.ID)
	}
	return action, nil
}

func (r *request) consumer() azdo.Consumer {
	url := r.base + "/_apis/hooks/consumers/" + hooks.Consumer
	action := azdo.ConsumerAction{ID: hooks.ConsumerAction, ConsumerID: hooks.Consumer, Name: "Post via HTTP",
		Description: "Posts a JSON object representation of an event to a specified URL.", URL: url + "/actions/" + hooks.ConsumerAction,
		InputDescriptors: descriptors(hooks.ConsumerInputs()), SupportedResourceVersions: map[string][]string{}}
	for _, t := range hooks.EventTypes() {
		action.SupportedEventTypes = append(action.SupportedEventTypes, t.ID)
		action.SupportedResourceVersions[t.ID] = []string{"1.0"}
	}
	return azdo.Consumer{ID: hooks.Consumer, Name: "Web Hooks", Description: "Provides event communication via HTTP.", AuthenticationType: "none",
		URL: url, Links: azdo.Links{{Name: "self", Href: url}}, InputDescriptors: []azdo.InputDescriptor{}, Actions: []azdo.ConsumerAction{action}}
}

func descriptors(inputs []hooks.Input) []azdo.InputDescriptor {
	list := []azdo.InputDescriptor{}
	for _, in := range inputs {
		d := azdo.InputDescriptor{ID: in.ID, Name: in.Name, Description: in.Description, InputMode: in.Mode, IsConfidential: in.Confidential,
			Validation: azdo.InputValidation{DataType: in.Type, IsRequired: in.Required}}
		if len(in.Values) > 0 {
			d.Values = &azdo.InputValues{InputID: in.ID, DefaultValue: in.Values[0], IsLimitedToPossible: true}
			for _, v := range in.Values {
				d.Values.PossibleValues = append(d.Values.PossibleValues, azdo.InputValue{Value: v, DisplayValue: v})
			}
		}
		list = append(list, d)
	}
	return list
}
