package fault

import "strings"

// Service hooks. The names of the exceptions are documented by the clients that know them; the texts are our choice.
var (
	subscriptionNotFound = kind{404, "SubscriptionNotFoundException", serviceHooks, `The service hooks subscription %s does not exist, or you do not have permission to view it.`}
	subscriptionInput    = kind{400, "SubscriptionInputException", serviceHooks, `Subscription input '%s' is not valid: %s.`}
	publisherNotFound    = kind{404, "PublisherNotFoundException", serviceHooks, `The service hooks publisher '%s' does not exist. There is: %s.`}
	eventTypeNotFound    = kind{404, "EventTypeNotFoundException", serviceHooks, `The service hooks event type '%s' does not exist. There are: %s.`}
	consumerNotFound     = kind{404, "ConsumerNotFoundException", serviceHooks, `The service hooks consumer '%s' does not exist. There is: %s.`}
	consumerActionAbsent = kind{404, "ConsumerActionNotFoundException", serviceHooks, `The service hooks consumer action '%s' does not exist. There is: %s.`}
	notificationNotFound = kind{404, "NotificationNotFoundException", serviceHooks, `The notification %d of the service hooks subscription %s does not exist.`}
)

const serviceHooks = "Microsoft.VisualStudio.Services.ServiceHooks.WebApi, Microsoft.VisualStudio.Services.ServiceHooks.WebApi"

// SubscriptionNotFound: no such subscription, or one the caller may not see.
func SubscriptionNotFound(id string) *Fault { return subscriptionNotFound.new(id) }

// SubscriptionInput: an input of a subscription is missing, unknown or of another form.
func SubscriptionInput(input, problem string) *Fault { return subscriptionInput.new(input, problem) }

// PublisherNotFound: a publisher of events that there is not.
func PublisherNotFound(id, known string) *Fault { return publisherNotFound.new(id, known) }

// EventTypeNotFound: an event that nobody can subscribe to.
func EventTypeNotFound(id string, known ...string) *Fault {
	return eventTypeNotFound.new(id, strings.Join(known, ", "))
}

// ConsumerNotFound: a consumer of events that there is not.
func ConsumerNotFound(id, known string) *Fault { return consumerNotFound.new(id, known) }

// ConsumerActionNotFound: an action that the consumer does not have.
func ConsumerActionNotFound(id, known string) *Fault { return consumerActionAbsent.new(id, known) }

// NotificationNotFound: a number that no notification of the subscription has, or not any more.
func NotificationNotFound(id int64, subscription string) *Fault {
	return notificationNotFound.new(id, subscription)
}
