// Package fault is the catalogue of errors that clients of Azure DevOps know: message, type key, HTTP status. Rules
// return faults directly, because the identity of an error is part of the product. It hides the exact texts; it must
// not know HTTP types or who is asking. Start reading at catalogue.go.
package fault

import "fmt"

// Fault is an error as clients see it. Both services share it: REST writes TypeKey and TypeName, OData writes Inner.
type Fault struct {
	Status     int    // HTTP status
	Message    string // complete, with its TF or VS code
	TypeKey    string // exception name without namespace; empty where the service tells the message alone
	TypeName   string // qualified name with assembly
	EventID    int
	Properties map[string]any // customProperties of a rule error
	Inner      string         // OData: the inner message, without the wrapper
	Hint       string         // what would be right, added for people; never part of Message
	Suggestion string         // OData: a query that would be answered
}

func (f *Fault) Error() string { return f.Message }

// WithHint returns the fault with advice on what would be right.
func (f *Fault) WithHint(format string, args ...any) *Fault {
	c := *f
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// kind is a row of the catalogue.
type kind struct {
	status   int
	typeKey  string
	assembly string // namespace of the type and, after a comma, the assembly; empty means the platform's own
	message  string
}

const (
	platform   = "Microsoft.VisualStudio.Services.WebApi, Microsoft.VisualStudio.Services.WebApi"
	common     = "Microsoft.VisualStudio.Services.Common, Microsoft.VisualStudio.Services.Common"
	framework  = "Microsoft.TeamFoundation.Framework.Server, Microsoft.TeamFoundation.Framework.Server"
	security   = "Microsoft.VisualStudio.Services.Security, Microsoft.VisualStudio.Services.WebApi"
	operations = "Microsoft.VisualStudio.Services.Operations, Microsoft.VisualStudio.Services.WebApi"
	locations  = "Microsoft.VisualStudio.Services.Location, Microsoft.VisualStudio.Services.WebApi"
	core       = "Microsoft.TeamFoundation.Core.WebApi, Microsoft.TeamFoundation.Core.WebApi"
	tracking   = "Microsoft.TeamFoundation.WorkItemTracking.Server, Microsoft.TeamFoundation.WorkItemTracking.Server"
	agile      = "Microsoft.Azure.Boards.Agile.Common.Exceptions, Microsoft.Azure.Boards.Agile.Common"
	identities = "Microsoft.VisualStudio.Services.Identity, Microsoft.VisualStudio.Services.WebApi"
	graph      = "Microsoft.VisualStudio.Services.Graph, Microsoft.VisualStudio.Services.WebApi"
	teamwork   = "Microsoft.TeamFoundation.Work.WebApi.Exceptions, Microsoft.TeamFoundation.Work.WebApi"
	feed       = "Microsoft.VisualStudio.Services.Analytics, Microsoft.VisualStudio.Services.Analytics.Server"
	metadata   = "Microsoft.TeamFoundation.WorkItemTracking.Server.Metadata, Microsoft.TeamFoundation.WorkItemTracking.Server"

	eventID         = 3000
	trackingEventID = 3200 // of every exception of work item tracking: public records of TF401232, TF401320, TF51535
)

func (k kind) new(args ...any) *Fault {
	namespace, assembly, _ := cut(k.assembly)
	event := eventID
	if k.assembly == tracking || k.assembly == metadata {
		event = trackingEventID
	}
	return &Fault{
		Status: k.status, Message: fmt.Sprintf(k.message, args...), EventID: event,
		TypeKey: k.typeKey, TypeName: namespace + "." + k.typeKey + ", " + assembly,
	}
}

func cut(s string) (namespace, assembly string, ok bool) {
	for i := range len(s) - 1 {
		if s[i] == ',' {
			return s[:i], s[i+2:], true
		}
	}
	return s, "", false
}
