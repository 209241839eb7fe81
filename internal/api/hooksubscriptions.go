package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/hooks"

	"github.com/google/uuid"
)

// subscriptionID reads the id in the path.
func (r *request) subscriptionID() (uuid.UUID, error) {
	id, err := uuid.Parse(r.params["subscriptionId"])
	if err != nil {
		return id, fault.SubscriptionNotFound(r.params["subscriptionId"])
	}
	return id, nil
}

func (a *API) listSubscriptions(ctx context.Context, r *request) (any, error) {
	all, err := a.config.Hooks.Subscriptions(ctx, r.caller)
	if err != nil {
		return nil, err
	}
	asked := azdo.SubscriptionsQuery{PublisherID: r.query.text("publisherId"), EventType: r.query.text("eventType"),
		ConsumerID: r.query.text("consumerId"), ConsumerActionID: r.query.text("consumerActionId")}
	shown, err := r.matching(all, asked)
	if err != nil {
		return nil, err
	}
	return azdo.NewList(shown), nil
}

func (a *API) querySubscriptions(ctx context.Context, r *request) (any, error) {
	var asked azdo.SubscriptionsQuery
	if err := r.decode(&asked); err != nil {
		return nil, err
	}
	all, err := a.config.Hooks.Subscriptions(ctx, r.caller)
	if err != nil {
		return nil, err
	}
	if asked.Results, err = r.matching(all, asked); err != nil {
		return nil, err
	}
	return asked, nil
}

// matching shows the subscriptions that were asked for.
func (r *request) matching(all []*hooks.Subscription, asked azdo.SubscriptionsQuery) ([]*azdo.Subscription, error) {
	is := func(wanted, value string) bool { return wanted == "" || strings.EqualFold(wanted, value) }
	shown := []*azdo.Subscription{}
	for _, sub := range all {
		s := r.wireSubscription(sub)
		if !is(asked.PublisherID, s.PublisherID) || !is(asked.EventType, s.EventType) || !is(asked.ConsumerID, s.ConsumerID) ||
			!is(asked.ConsumerActionID, s.ConsumerActionID) || asked.SubscriberID != "" && asked.SubscriberID != uuid.Nil.String() {
			continue
		}
		publisher, err := anyFilter(asked.PublisherInputFilters, s.PublisherInputs)
		if err != nil {
			return nil, err
		}
		consumer, err := anyFilter(asked.ConsumerInputFilters, s.ConsumerInputs)
		if err != nil {
			return nil, err
		}
		if publisher && consumer {
			shown = append(shown, s)
		}
	}
	return shown, nil
}

// anyFilter reports whether one of the filters holds, or there is none.
func anyFilter(filters []azdo.InputFilter, inputs map[string]string) (bool, error) {
	found := len(filters) == 0
	for _, f := range filters {
		holds := true
		for _, c := range f.Conditions {
			value := inputs[c.InputID]
			same := value == c.InputValue || !c.CaseSensitive && strings.EqualFold(value, c.InputValue)
			switch {
			case strings.EqualFold(c.Operator, "equals") || c.Operator == "":
			case strings.EqualFold(c.Operator, "notEquals"):
				same = !same
			default:
				return false, fault.InvalidArgument("The operator %q is not valid. Valid operators are: equals, notEquals.", c.Operator)
			}
			holds = holds && same
		}
		found = found || holds
	}
	return found, nil
}

func (a *API) showSubscription(ctx context.Context, r *request) (any, error) {
	id, err := r.subscriptionID()
	if err != nil {
		return nil, err
	}
	sub, err := a.config.Hooks.Subscription(ctx, r.caller, id)
	if err != nil {
		return nil, err
	}
	return r.wireSubscription(sub), nil
}

// draft reads a subscription from the body.
func (r *request) draft() (hooks.Draft, error) {
	var s azdo.Subscription
	if err := r.decode(&s); err != nil {
		return hooks.Draft{}, err
	}
	return hooks.Draft{PublisherID: s.PublisherID, EventType: s.EventType, ResourceVersion: s.ResourceVersion, ConsumerID: s.ConsumerID,
		ConsumerAction: s.ConsumerActionID, PublisherInputs: s.PublisherInputs, ConsumerInputs: s.ConsumerInputs, Status: hooks.Status(s.Status)}, nil
}

func (a *API) createSubscription(ctx context.Context, r *request) (any, error) {
	d, err := r.draft()
	if err != nil {
		return nil, err
	}
	sub, err := a.config.Hooks.Create(ctx, r.caller, r.base, d)
	if err != nil {
		return nil, err
	}
	return r.wireSubscription(sub), nil
}

func (a *API) replaceSubscription(ctx context.Context, r *request) (any, error) {
	id, err := r.subscriptionID()
	if err != nil {
		return nil, err
	}
	d, err := r.draft()
	if err != nil {
		return nil, err
	}
	sub, err := a.config.Hooks.Replace(ctx, r.caller, id, r.base, d)
	if err != nil {
		return nil, err
	}
	return r.wireSubscription(sub), nil
}

func (a *API) deleteSubscription(ctx context.Context, r *request) (any, error) {
	id, err := r.subscriptionID()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Hooks.Delete(ctx, r.caller, id)
}

// wireSubscription shows a subscription. Its descriptions are those of forms.
func (r *request) wireSubscription(sub *hooks.Subscription) *azdo.Subscription {
	created, modified := azdo.Time{Time: sub.CreatedAt}, azdo.Time{Time: sub.ModifiedAt}
	s := &azdo.Subscription{ID: sub.ID.String(), URL: r.base + "/_apis/hooks/subscriptions/" + sub.ID.String(), Status: string(sub.Status),
		PublisherID: hooks.Publisher, EventType: sub.EventType, ResourceVersion: sub.ResourceVersion, ConsumerID: hooks.Consumer,
		ConsumerActionID: hooks.ConsumerAction, ActionDescription: "To host " + hostOf(sub.ConsumerInputs["url"]),
		EventDescription: describeInputs(sub), CreatedDate: &created, ModifiedDate: &modified,
		PublisherInputs: sub.PublisherInputs, ConsumerInputs: sub.ConsumerInputs}
	if sub.CreatedBy != nil {
		s.CreatedBy = identityRef(r.base, sub.CreatedBy)
	}
	if sub.ModifiedBy != nil {
		s.ModifiedBy = identityRef(r.base, sub.ModifiedBy)
	}
	hub := r.base + "/_apis/hooks/"
	s.Links = azdo.Links{{Name: "self", Href: s.URL}, {Name: "consumer", Href: hub + "consumers/" + s.ConsumerID},
		{Name: "actions", Href: hub + "consumers/" + s.ConsumerID + "/actions"}, {Name: "notifications", Href: s.URL + "/notifications"},
		{Name: "publisher", Href: hub + "publishers/" + s.PublisherID}}
	return s
}

// describeInputs says in words what a subscription wants to know of.
func describeInputs(sub *hooks.Subscription) string {
	var parts []string
	for _, name := range []struct{ id, words string }{{"areaPath", "Under area path "}, {"workItemType", "Of type "}, {"tag", "With tag "},
		{"changedFields", "With changes to "}, {"commentPattern", "With comments containing "}} {
		if value := sub.PublisherInputs[name.id]; value != "" {
			parts = append(parts, name.words+value)
		}
	}
	if len(parts) == 0 {
		return "Any work item."
	}
	return strings.Join(parts, ", ") + "."
}

func hostOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return host
}

// notificationWords are those that notifications are asked for by; the server knows those of its own.
func notificationWords() (status, result enum) {
	return enum{{"", ""}, {"queued", "0"}, {"completed", "100"}, {"processing", "10"}, {"requestInProgress", "20"}},
		enum{{"", ""}, {"pending", "0"}, {"succeeded", "10"}, {"failed", "20"}, {"filtered", "30"}}
}

// mostNotifications is how many notifications an answer has when the client does not say.
const mostNotifications = 100

func (r *request) notificationFilter(status, result string, most int) (f hooks.Filter, err error) {
	statuses, results := notificationWords()
	if f.Status, err = statuses.parse("status", status); err != nil {
		return f, err
	}
	if f.Result, err = results.parse("result", result); err != nil {
		return f, err
	}
	if f.Most = min(most, 1000); most <= 0 {
		f.Most = mostNotifications
	}
	return f, nil
}

func (a *API) listNotifications(ctx context.Context, r *request) (any, error) {
	id, err := r.subscriptionID()
	if err != nil {
		return nil, err
	}
	most, err := r.query.count("maxResults", mostNotifications)
	if err != nil {
		return nil, err
	}
	f, err := r.notificationFilter(r.query.text("status"), r.query.text("result"), most)
	if err != nil {
		return nil, err
	}
	all, err := a.config.Hooks.Notifications(ctx, r.caller, id, f)
	if err != nil {
		return nil, err
	}
	shown := make([]*azdo.Notification, len(all))
	for i, n := range all {
		shown[i] = r.wireNotification(n, false)
	}
	return azdo.NewList(shown), nil
}

func (a *API) showNotification(ctx context.Context, r *request) (any, error) {
	id, err := r.subscriptionID()
	if err != nil {
		return nil, err
	}
	number, err := parseID(r.params["notificationId"])
	if err != nil {
		return nil, err
	}
	n, err := a.config.Hooks.Notification(ctx, r.caller, id, number)
	if err != nil {
		return nil, err
	}
	return r.wireNotification(n, true), nil
}

func (a *API) queryNotifications(ctx context.Context, r *request) (any, error) {
	var asked struct {
		azdo.NotificationsQuery
		Status     word `json:"status"`
		ResultType word `json:"resultType"`
	}
	if err := r.decode(&asked); err != nil {
		return nil, err
	}
	f, err := r.notificationFilter(string(asked.Status), string(asked.ResultType), asked.MaxResultsPerSubscription)
	if err != nil {
		return nil, err
	}
	subscriptions, err := a.config.Hooks.Subscriptions(ctx, r.caller)
	if err != nil {
		return nil, err
	}
	answer := asked.NotificationsQuery
	answer.Status, answer.ResultType, answer.Results = f.Status, f.Result, []*azdo.Notification{}
	for _, sub := range subscriptions {
		if len(asked.SubscriptionIDs) > 0 && !slices.ContainsFunc(asked.SubscriptionIDs, func(id string) bool { return strings.EqualFold(id, sub.ID.String()) }) {
			continue
		}
		all, err := a.config.Hooks.Notifications(ctx, r.caller, sub.ID, f)
		if err != nil {
			return nil, err
		}
		for _, n := range all {
			if asked.MaxResults == 0 || len(answer.Results) < asked.MaxResults {
				answer.Results = append(answer.Results, r.wireNotification(n, asked.IncludeDetails))
			}
		}
	}
	return answer, nil
}

func (a *API) testNotification(ctx context.Context, r *request) (any, error) {
	var asked azdo.TestNotification
	if err := r.decode(&asked); err != nil {
		return nil, err
	}
	id := uuid.Nil
	if asked.SubscriptionID != "" {
		var err error
		if id, err = uuid.Parse(asked.SubscriptionID); err != nil {
			return nil, fault.SubscriptionNotFound(asked.SubscriptionID)
		}
	}
	d := asked.Details
	n, err := a.config.Hooks.Test(ctx, r.caller, r.base, id, hooks.Draft{PublisherID: d.PublisherID, EventType: d.EventType,
		ConsumerID: d.ConsumerID, ConsumerAction: d.ConsumerActionID, PublisherInputs: d.PublisherInputs, ConsumerInputs: d.ConsumerInputs})
	if err != nil {
		return nil, err
	}
	return r.wireNotification(n, true), nil
}

func (r *request) wireNotification(n *hooks.Notification, details bool) *azdo.Notification {
	shown := &azdo.Notification{ID: n.ID, SubscriptionID: n.Subscription.ID.String(), SubscriberID: uuid.Nil.String(), EventID: n.EventID.String(),
		Status: n.Status, Result: n.Result, CreatedDate: azdo.Time{Time: n.CreatedAt}, ModifiedDate: azdo.Time{Time: n.ModifiedAt}}
	if !details {
		return shown
	}
	queued := azdo.Time{Time: n.CreatedAt}
	d := &azdo.NotificationDetails{EventType: n.Subscription.EventType, Event: []byte(n.Event), PublisherID: hooks.Publisher,
		ConsumerID: hooks.Consumer, ConsumerActionID: hooks.ConsumerAction, ConsumerInputs: n.Subscription.ConsumerInputs,
		PublisherInputs: n.Subscription.PublisherInputs, RequestAttempts: n.Attempts, RequestDuration: n.Took.Seconds(),
		Request: n.Request, Response: n.Response, ErrorMessage: n.Problem, QueuedDate: &queued}
	if n.TriedAt != nil {
		tried := azdo.Time{Time: n.TriedAt.UTC()}
		d.DequeuedDate = &tried
	}
	if n.CompletedAt != nil {
		done := azdo.Time{Time: *n.CompletedAt}
		d.ProcessedDate, d.CompletedDate = &done, &done
	}
	shown.Details = d
	return shown
}
