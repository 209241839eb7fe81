// Package analytics answers the Analytics OData service: it binds a parsed query to the entity model, proves which
// projects its rows can come from, plans it as SQL and streams the result. It hides all SQL; it must not know HTTP
// types or how the tables are filled. Start reading at Service.Serve, then bind.go, plan.go and result.go.
package analytics

import (
	"io"
)

// Request is a request to the service.
type Request struct {
	Project string   // name or GUID in the URL, "" at organization scope
	Path    string   // decoded, behind "_odata/": "v4.0-preview/WorkItems/$count"
	Query   string   // the raw query of the URL
	Base    string   // absolute URL up to and including "_odata", percent-encoded
	Accept  string   // Accept header
	Prefer  []string // Prefer headers
}

// Answer is a successful answer. Body streams it; an error after the first byte can only break the connection.
type Answer struct {
	ContentType string
	Header      map[string]string
	Body        func(w io.Writer) error
}
