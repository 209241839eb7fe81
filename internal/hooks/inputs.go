package hooks

import (
	"slices"
	"strings"

	"boardwalk/internal/fault"
)

// The publisher and the consumer that there are.
const (
	Publisher      = "tfs"
	Consumer       = "webHooks"
	ConsumerAction = "httpRequest"
)

// Names of inputs.
const (
	inputProject    = "projectId"
	inputArea       = "areaPath"
	inputType       = "workItemType"
	inputTag        = "tag"
	inputFields     = "changedFields"
	inputLinks      = "linksChanged"
	inputPattern    = "commentPattern"
	inputURL        = "url"
	inputHeaders    = "httpHeaders"
	inputUser       = "basicAuthUsername"
	inputPassword   = "basicAuthPassword"
	inputUntrusted  = "acceptUntrustedCerts"
	inputDetails    = "resourceDetailsToSend"
	inputMessages   = "messagesToSend"
	inputDetailedMs = "detailedMessagesToSend"
)

// Mask stands for a secret in answers; written back, it leaves the secret as it is.
const Mask = "********"

// Input describes an input of a publisher or a consumer.
type Input struct {
	ID, Name, Description string
	Type                  string // "string", "guid", "boolean" or "uri"
	Mode                  string // how forms ask for it: "textBox", "textArea", "passwordBox", "checkBox", "combo" or "none"
	Required              bool
	Confidential          bool
	Values                []string // the only ones, the first by default
}

// EventType describes what can be subscribed to.
type EventType struct {
	ID, Name, Description string
	Inputs                []Input
}

func projectInput() Input {
	return Input{ID: inputProject, Name: "Project", Description: "Team project to restrict events to", Type: "guid", Mode: "none"}
}

// EventTypes lists what can be subscribed to.
func EventTypes() []EventType {
	area := Input{ID: inputArea, Name: "Area path", Description: "Filter events to include only work items under the specified area path.", Type: "string", Mode: "combo"}
	kind := Input{ID: inputType, Name: "Work item type", Description: "Filter events to include only work items of the specified type.", Type: "string", Mode: "combo"}
	tag := Input{ID: inputTag, Name: "Tag", Description: "Filter events to include only work items containing the specified tag.", Type: "string", Mode: "textBox"}
	links := Input{ID: inputLinks, Name: "Links are added or removed", Description: "Filter events to include only work items with one or more links added or removed.", Type: "boolean", Mode: "checkBox"}
	fields := Input{ID: inputFields, Name: "Field", Description: "Filter events to include only work items with the specified field changed.", Type: "string", Mode: "combo"}
	pattern := Input{ID: inputPattern, Name: "Contains string", Description: "Filter events to include only work items with a comment containing the specified string.", Type: "string", Mode: "textBox"}
	return []EventType{
		{"workitem.created", "Work item created", "A work item is created", []Input{area, kind, links, tag}},
		{"workitem.updated", "Work item updated", "A work item is changed", []Input{area, kind, fields, links, tag}},
		{"workitem.deleted", "Work item deleted", "A work item is deleted", []Input{area, kind, tag}},
		{"workitem.restored", "Work item restored", "A work item is restored", []Input{area, kind, tag}},
		{"workitem.commented", "Work item commented on", "A work item is commented on", []Input{area, kind, pattern, tag}},
	}
}

// PublisherInputs are those that every event type has.
func PublisherInputs() []Input { return []Input{projectInput()} }

// ConsumerInputs are those of the action that sends HTTP requests.
func ConsumerInputs() []Input {
	messages := []string{"all", "text", "html", "markdown", "none"}
	return []Input{
		{ID: inputURL, Name: "URL", Description: "The URL to which an HTTP POST will be sent.", Type: "uri", Mode: "textBox", Required: true},
		{ID: inputUntrusted, Name: "Accept untrusted SSL certificates", Description: "Send to receivers whose certificates nobody vouches for.", Type: "boolean", Mode: "checkBox"},
		{ID: inputUser, Name: "Basic authentication username", Description: "A username for basic HTTP authentication.", Type: "string", Mode: "textBox"},
		{ID: inputPassword, Name: "Basic authentication password", Description: "A password for basic HTTP authentication.", Type: "string", Mode: "passwordBox", Confidential: true},
		{ID: inputHeaders, Name: "HTTP headers", Description: "HTTP header keys and values separated by a colon (for example, \"Key:value\"), one on each line.", Type: "string", Mode: "textArea", Confidential: true},
		{ID: inputDetails, Name: "Resource details to send", Description: "How much of the resource is sent.", Type: "string", Mode: "combo", Values: []string{"all", "minimal", "none"}},
		{ID: inputMessages, Name: "Messages to send", Description: "Which messages are sent.", Type: "string", Mode: "combo", Values: messages},
		{ID: inputDetailedMs, Name: "Detailed messages to send", Description: "Which detailed messages are sent.", Type: "string", Mode: "combo", Values: messages},
	}
}

// checkInputs refuses inputs that are unknown or do not have the form of their type. What is empty counts as absent.
func checkInputs(given map[string]string, known []Input) (map[string]string, error) {
	inputs := map[string]string{}
	for id, value := range given {
		i := slices.IndexFunc(known, func(k Input) bool { return strings.EqualFold(k.ID, id) })
		switch {
		case value == "":
			continue
		case i < 0:
			return nil, fault.SubscriptionInput(id, "there is no such input here")
		case len(value) > maxInput:
			return nil, fault.SubscriptionInput(id, "it is too long")
		}
		k := known[i]
		switch {
		case k.Type == "boolean":
			if value = strings.ToLower(value); value != "true" && value != "false" {
				return nil, fault.SubscriptionInput(k.ID, "write true or false")
			}
		case len(k.Values) > 0:
			if value = strings.ToLower(value); !slices.Contains(k.Values, value) {
				return nil, fault.SubscriptionInput(k.ID, "valid values are: "+strings.Join(k.Values, ", "))
			}
		}
		inputs[k.ID] = value
	}
	for _, k := range known {
		if k.Required && inputs[k.ID] == "" {
			return nil, fault.SubscriptionInput(k.ID, "it is required")
		}
	}
	return inputs, nil
}

// maxInput is how long an input may be, in bytes.
const maxInput = 8 << 10

// masked hides what is confidential.
func masked(inputs map[string]string) map[string]string {
	shown := map[string]string{}
	for id, value := range inputs {
		shown[id] = value
	}
	for _, k := range ConsumerInputs() {
		if k.Confidential && shown[k.ID] != "" {
			shown[k.ID] = Mask
		}
	}
	return shown
}
