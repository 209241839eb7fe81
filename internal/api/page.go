package api

import (
	"net/http"
	"strings"

	"boardwalk/ui"

	"github.com/google/uuid"
)

// page answers outside of both services: the start page, and for the rest that there is nothing.
func (x *exchange) page() error {
	h := x.out.Header()
	known := x.http.URL.Path == "/" || x.http.URL.Path == ""
	if known {
		x.route = "/"
	}
	if known && x.method != http.MethodGet && x.method != http.MethodHead {
		return x.methodNotAllowed([]string{http.MethodGet, http.MethodHead})
	}
	if !known {
		// Clients learn the directory of an organization this way; there is none.
		h.Set("X-VSS-ResourceTenant", uuid.Nil.String())
	}
	if !acceptsHTML(x.http.Header) {
		return x.unknownPath("REST is served below /{organization}/_apis/, Analytics below /{organization}/_odata/")
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", ui.Policy())
	h.Set("Referrer-Policy", "no-referrer")
	if !known {
		x.out.WriteHeader(http.StatusNotFound)
		return ui.NotFoundPage(x.out)
	}
	return ui.StartPage(x.out, ui.Start{Version: x.config.Version, Base: x.root, Sample: x.config.Sample})
}

// acceptsHTML reports whether a request is content with a page, as it is when it does not say what it wants.
func acceptsHTML(h http.Header) bool {
	accept := strings.ToLower(strings.Join(h.Values("Accept"), ","))
	return accept == "" || strings.Contains(accept, "text/html") || strings.Contains(accept, "*/*") || strings.Contains(accept, "text/*")
}
