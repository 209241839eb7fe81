package api

import (
	"net/http"
)

// allowOrigins lets pages of any origin call the services: requests carry tokens, never cookies. It answers a preflight
// and reports that it did.
func (x *exchange) allowOrigins() (preflight bool) {
	h := x.out.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	asked := x.http.Header
	if x.method != http.MethodOptions || asked.Get("Origin") == "" || asked.Get("Access-Control-Request-Method") == "" {
		h.Set("Access-Control-Expose-Headers", "ActivityId, Allow, Content-Disposition, ETag, Location, OData-Version, Preference-Applied, "+
			"Retry-After, X-MS-ContinuationToken, X-RateLimit-Delay, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "+
			"X-RateLimit-Resource, X-TFS-ServiceError, X-Total-Count")
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
	// A star would not cover Authorization, so the headers asked for are repeated.
	headers := "Authorization, Content-Type"
	if wanted := asked.Get("Access-Control-Request-Headers"); wanted != "" {
		headers = printable(wanted)
	}
	h.Set("Access-Control-Allow-Headers", headers)
	h.Add("Vary", "Access-Control-Request-Headers")
	h.Set("Access-Control-Max-Age", "3600")
	x.route = "preflight"
	x.out.WriteHeader(http.StatusNoContent)
	return true
}
