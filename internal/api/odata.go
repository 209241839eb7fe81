package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"boardwalk/internal/analytics"
)

const (
	odataRoute  = "_odata"
	maxODataURL = 3000 // characters of a GET. documented: longer ones go through $batch
)

// serveOData hands a request to Analytics and streams its answer.
func (x *exchange) serveOData(ctx context.Context) error {
	x.route = odataRoute
	methods := []string{http.MethodGet, http.MethodHead, http.MethodOptions}
	batch := slices.ContainsFunc(x.target.path, func(s string) bool { return strings.EqualFold(s, "$batch") })
	if batch {
		methods = []string{http.MethodOptions, http.MethodPost}
	}
	if x.method == http.MethodOptions {
		x.out.Header().Set("Allow", strings.Join(methods, ", "))
		x.out.WriteHeader(http.StatusNoContent)
		return nil
	}
	r, err := x.signIn(ctx, nil)
	if err != nil {
		return err
	}
	switch {
	case x.target.team != "":
		return x.unknownPath("Analytics is asked at /{organization}/_odata/ or /{organization}/{project}/_odata/")
	case !slices.Contains(methods, x.method):
		return x.methodNotAllowed(methods)
	case batch:
		return x.serveBatch(ctx, r)
	}
	base := r.base
	if x.target.project != "" {
		base += "/" + url.PathEscape(x.target.project)
	}
	answer, err := x.config.Analytics.Serve(ctx, r.caller, r.org.ID, analytics.Request{
		Project: x.target.project, Path: strings.Join(x.target.path, "/"), Query: x.http.URL.RawQuery, Base: base + "/_odata",
		Accept: strings.Join(x.http.Header.Values("Accept"), ","), Prefer: x.http.Header.Values("Prefer"),
	})
	if err != nil {
		return err
	}
	h := x.out.Header()
	h.Set("Content-Type", answer.ContentType)
	for name, value := range answer.Header {
		h.Set(name, value)
	}
	x.out.WriteHeader(http.StatusOK)
	if err := answer.Body(x.out); err != nil {
		return fmt.Errorf("stream an Analytics answer: %w", err)
	}
	return nil
}
