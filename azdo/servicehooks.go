package azdo

import "encoding/json"

// Subscription sends events of a publisher to a consumer.
type Subscription struct {
	ID                string            `json:"id,omitempty"`
	URL               string            `json:"url,omitempty"`
	Status            string            `json:"status,omitempty"`
	PublisherID       string            `json:"publisherId"`
	EventType         string            `json:"eventType"`
	Subscriber        any               `json:"subscriber"`
	ResourceVersion   string            `json:"resourceVersion,omitempty"`
	EventDescription  string            `json:"eventDescription"`
	ConsumerID        string            `json:"consumerId"`
	ConsumerActionID  string            `json:"consumerActionId"`
	ActionDescription string            `json:"actionDescription"`
	ProbationRetries  int               `json:"probationRetries"`
	CreatedBy         any               `json:"createdBy,omitempty"` // *IdentityRef
	CreatedDate       *Time             `json:"createdDate,omitempty"`
	ModifiedBy        any               `json:"modifiedBy,omitempty"`
	ModifiedDate      *Time             `json:"modifiedDate,omitempty"`
	PublisherInputs   map[string]string `json:"publisherInputs"`
	ConsumerInputs    map[string]string `json:"consumerInputs"`
	Links             Links             `json:"_links,omitempty"`
}

// SubscriptionsQuery asks for subscriptions; Results are the answer.
type SubscriptionsQuery struct {
	PublisherID           string          `json:"publisherId,omitempty"`
	EventType             string          `json:"eventType,omitempty"`
	ConsumerID            string          `json:"consumerId,omitempty"`
	ConsumerActionID      string          `json:"consumerActionId,omitempty"`
	SubscriberID          string          `json:"subscriberId,omitempty"`
	PublisherInputFilters []InputFilter   `json:"publisherInputFilters,omitempty"`
	ConsumerInputFilters  []InputFilter   `json:"consumerInputFilters,omitempty"`
	Results               []*Subscription `json:"results"`
}

// InputFilter holds for inputs that meet all its conditions.
type InputFilter struct {
	Conditions []InputFilterCondition `json:"conditions"`
}

// InputFilterCondition compares an input with a value.
type InputFilterCondition struct {
	InputID       string `json:"inputId"`
	InputValue    string `json:"inputValue"`
	Operator      string `json:"operator"` // equals or notEquals
	CaseSensitive bool   `json:"caseSensitive"`
}

// Notification is an event that was sent to a consumer, or will be.
type Notification struct {
	ID             int64                `json:"id"`
	SubscriptionID string               `json:"subscriptionId"`
	SubscriberID   string               `json:"subscriberId"`
	EventID        string               `json:"eventId"`
	Status         string               `json:"status"`
	Result         string               `json:"result"`
	CreatedDate    Time                 `json:"createdDate"`
	ModifiedDate   Time                 `json:"modifiedDate"`
	Details        *NotificationDetails `json:"details,omitempty"`
}

// NotificationDetails are what was sent and what came of it.
type NotificationDetails struct {
	EventType        string            `json:"eventType"`
	Event            json.RawMessage   `json:"event,omitempty"`
	PublisherID      string            `json:"publisherId"`
	ConsumerID       string            `json:"consumerId"`
	ConsumerActionID string            `json:"consumerActionId"`
	ConsumerInputs   map[string]string `json:"consumerInputs"`
	PublisherInputs  map[string]string `json:"publisherInputs"`
	RequestAttempts  int64             `json:"requestAttempts"`
	RequestDuration  float64           `json:"requestDuration"` // seconds
	Request          string            `json:"request,omitempty"`
	Response         string            `json:"response,omitempty"`
	ErrorMessage     string            `json:"errorMessage,omitempty"`
	QueuedDate       *Time             `json:"queuedDate,omitempty"`
	DequeuedDate     *Time             `json:"dequeuedDate,omitempty"`
	ProcessedDate    *Time             `json:"processedDate,omitempty"`
	CompletedDate    *Time             `json:"completedDate,omitempty"`
}

// NotificationsQuery asks for notifications of subscriptions; Results are the answer.
type NotificationsQuery struct {
	SubscriptionIDs           []string        `json:"subscriptionIds,omitempty"`
	Status                    string          `json:"status,omitempty"`
	ResultType                string          `json:"resultType,omitempty"`
	IncludeDetails            bool            `json:"includeDetails,omitempty"`
	MaxResults                int             `json:"maxResults,omitempty"`
	MaxResultsPerSubscription int             `json:"maxResultsPerSubscription,omitempty"`
	Results                   []*Notification `json:"results"`
}

// TestNotification is a subscription, stored or not, that is to be sent an invented event.
type TestNotification struct {
	SubscriptionID string `json:"subscriptionId"`
	Details        struct {
		PublisherID      string            `json:"publisherId"`
		EventType        string            `json:"eventType"`
		ConsumerID       string            `json:"consumerId"`
		ConsumerActionID string            `json:"consumerActionId"`
		PublisherInputs  map[string]string `json:"publisherInputs"`
		ConsumerInputs   map[string]string `json:"consumerInputs"`
	} `json:"details"`
}

// Publisher is where events come from.
type Publisher struct {
	ID               string            `json:"id"`
	Name             string            `json:"name"`
	Description      string            `json:"description"`
	URL              string            `json:"url"`
	Links            Links             `json:"_links,omitempty"`
	InputDescriptors []InputDescriptor `json:"inputDescriptors"`
	SupportedEvents  []EventType       `json:"supportedEvents"`
}

// EventType is a kind of event.
type EventType struct {
	ID                        string            `json:"id"`
	PublisherID               string            `json:"publisherId"`
	Name                      string            `json:"name"`
	Description               string            `json:"description"`
	URL                       string            `json:"url"`
	InputDescriptors          []InputDescriptor `json:"inputDescriptors"`
	SupportedResourceVersions []string          `json:"supportedResourceVersions"`
}

// Consumer is where events go to.
type Consumer struct {
	ID                 string            `json:"id"`
	Name               string            `json:"name"`
	Description        string            `json:"description"`
	AuthenticationType string            `json:"authenticationType"`
	URL                string            `json:"url"`
	Links              Links             `json:"_links,omitempty"`
	InputDescriptors   []InputDescriptor `json:"inputDescriptors"`
	Actions            []ConsumerAction  `json:"actions"`
}

// ConsumerAction is what a consumer does with events.
type ConsumerAction struct {
	ID                        string              `json:"id"`
	ConsumerID                string              `json:"consumerId"`
	Name                      string              `json:"name"`
	Description               string              `json:"description"`
	URL                       string              `json:"url"`
	InputDescriptors          []InputDescriptor   `json:"inputDescriptors"`
	SupportedEventTypes       []string            `json:"supportedEventTypes"`
	SupportedResourceVersions map[string][]string `json:"supportedResourceVersions"`
}

// InputDescriptor describes an input.
type InputDescriptor struct {
	ID             string          `json:"id"`
	Name           string          `json:"name"`
	Description    string          `json:"description"`
	InputMode      string          `json:"inputMode"`
	IsConfidential bool            `json:"isConfidential"`
	Validation     InputValidation `json:"validation"`
	Values         *InputValues    `json:"values,omitempty"`
}

// InputValidation is the form of an input.
type InputValidation struct {
	DataType   string `json:"dataType"`
	IsRequired bool   `json:"isRequired"`
}

// InputValues are the values an input may have.
type InputValues struct {
	InputID             string       `json:"inputId"`
	DefaultValue        string       `json:"defaultValue"`
	IsLimitedToPossible bool         `json:"isLimitedToPossibleValues"`
	PossibleValues      []InputValue `json:"possibleValues"`

	Error *InputValuesError `json:"error,omitempty"`
}

// InputValuesError says why there are no values.
type InputValuesError struct {
	Message string `json:"message"`
}

// InputValuesQuery is what inputs of a publisher can be set to, given those that are set.
type InputValuesQuery struct {
	CurrentValues map[string]string `json:"currentValues"`
	InputValues   []InputValues     `json:"inputValues"`
	Resource      json.RawMessage   `json:"resource"` // as it was sent
}

// SubscriptionInputValuesQuery is the same for a subscription; what is not the values is as it was sent.
type SubscriptionInputValuesQuery struct {
	InputValues  []InputValues   `json:"inputValues"`
	Scope        json.RawMessage `json:"scope"`
	Subscription json.RawMessage `json:"subscription"`
}

// InputValue is one of them.
type InputValue struct {
	Value        string `json:"value"`
	DisplayValue string `json:"displayValue"`
}

// HookEvent is what a consumer is sent, behind the numbers of subscription and notification.
type HookEvent struct {
	ID                 string                   `json:"id"`
	EventType          string                   `json:"eventType"`
	PublisherID        string                   `json:"publisherId"`
	Message            *HookMessage             `json:"message,omitempty"`
	DetailedMessage    *HookMessage             `json:"detailedMessage,omitempty"`
	Resource           any                      `json:"resource,omitempty"`
	ResourceVersion    string                   `json:"resourceVersion"`
	ResourceContainers map[string]HookContainer `json:"resourceContainers"`
	CreatedDate        Time                     `json:"createdDate"`
}

// HookMessage says in words what happened.
type HookMessage struct {
	Text     string `json:"text,omitempty"`
	HTML     string `json:"html,omitempty"`
	Markdown string `json:"markdown,omitempty"`
}

// HookContainer is a collection, an account or a project that the resource is in.
type HookContainer struct {
	ID      string `json:"id"`
	BaseURL string `json:"baseUrl"`
}
