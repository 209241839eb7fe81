package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics"
	"boardwalk/internal/fault"
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
	}
	if err := r.mustCover(readAnalytics, "Analytics"); err != nil {
		return err
	}
	if err := protocolVersion(x.http.Header); err != nil {
		return err
	}
	if batch {
		return x.serveBatch(ctx, r)
	}
	base := r.base
	if x.target.project != "" {
		base += "/" + url.PathEscape(x.target.project)
	}
	asked := analytics.Request{
		Project: x.target.project, Path: strings.Join(x.target.path, "/"), Query: x.http.URL.RawQuery, Base: base + "/_odata",
		Accept: strings.Join(x.http.Header.Values("Accept"), ","), Prefer: x.http.Header.Values("Prefer"),
	}
	whole := analytics.Whole(asked)
	if whole {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(x.http.Context(), x.config.Limits.Whole)
		defer cancel()
	}
	answer, err := x.config.Analytics.Serve(ctx, r.caller, r.org.ID, asked)
	if err != nil {
		return err
	}
	if whole && x.method != http.MethodHead {
		if err := x.config.Access.Record(ctx, r.caller, exported(asked, answer.ContentType)); err != nil {
			return err
		}
	}
	if strings.HasPrefix(answer.ContentType, "application/vnd.apache.") {
		x.out.compress = false // Parquet is compressed, and Arrow made to be read as it comes
	}
	h := x.out.Header()
	h.Set("Content-Type", answer.ContentType)
	for name, value := range answer.Header {
		h.Set(name, value)
	}
	x.out.WriteHeader(http.StatusOK)
	out := io.Writer(x.out)
	if x.method == http.MethodHead {
		out = headOnly{x.out}
	}
	if err := answer.Body(out); err != nil && !errors.Is(err, errHeadSent) {
		return fmt.Errorf("stream an Analytics answer: %w", err)
	}
	return nil
}

// exported is what the audit log tells of a whole result: what was asked for, not what it holds.
func exported(asked analytics.Request, media string) access.Event {
	media, _, _ = strings.Cut(media, ";")
	set := asked.Path[strings.LastIndexByte(asked.Path, '/')+1:]
	return access.Event{Action: access.AnalyticsExported, Data: map[string]any{"EntitySet": set, "Format": media, "Query": asked.Query, "Project": asked.Project}}
}

// headOnly ends an answer to HEAD with its headers: what the body begins with shows that there is one.
type headOnly struct{ *response }

var errHeadSent = errors.New("the headers are sent")

func (w headOnly) Write(p []byte) (int, error) {
	n, err := w.response.Write(p)
	if err == nil && w.sent {
		err = errHeadSent
	}
	return n, err
}

// protocolVersion refuses requests that want, or are written in, a version of OData before 4.0. Headers of earlier
// protocols (MaxDataServiceVersion), which clients send beside those, mean nothing to this one.
func protocolVersion(h http.Header) error {
	for _, name := range []string{"OData-MaxVersion", "OData-Version"} {
		text, _, _ := strings.Cut(h.Get(name), ";")
		version, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err == nil && version < 4 || name == "OData-Version" && err == nil && version >= 5 {
			return fault.ProtocolVersion(name, text)
		}
	}
	return nil
}
