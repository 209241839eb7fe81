package api

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
)

func place(revision int, oldest, newest, released string) location {
	return location{ResourceLocation: azdo.ResourceLocation{RouteTemplate: "_apis/x", ResourceVersion: revision,
		MinVersion: oldest, MaxVersion: newest, ReleasedVersion: released}}
}

func TestNegotiate(t *testing.T) {
	released, preview := []location{place(3, "1.0", "7.2", "7.1")}, []location{place(1, "3.2", "7.2", "0.0")}
	split := []location{place(2, "3.0", "5.0", "0.0"), place(4, "5.1", "7.2", "0.0")}
	for _, c := range []struct {
		rows          []location
		method, asked string
		want          string // version of the answer, or type key and message
	}{
		// Every version that released clients were seen to ask for.
		{released, "GET", "7.2-preview.3", "7.2-preview.3"},
		{released, "GET", "7.1-preview.3", "7.1-preview.3"},
		{released, "GET", "7.1-preview", "7.1-preview.3"},
		{released, "GET", "7.1-Preview.2", "7.1-preview.2"},
		{released, "GET", "7.1", "7.1"},
		{released, "PATCH", "5.0", "5.0"},
		{released, "GET", "6.1-preview.1", "6.1-preview.1"},
		{released, "GET", "3.2-preview.3", "3.2-preview.3"},
		{released, "GET", "1.0", "1.0"},
		// Other ways to write one.
		{released, "GET", "7", "7.0"},
		{released, "GET", "v7.1", "7.1"},
		{released, "GET", "5-preview", "5.0-preview.3"},
		{released, "GET", "7.1-preview.0", "7.1-preview.3"},
		{preview, "GET", "5.0-preview.1", "5.0-preview.1"},
		{preview, "GET", "7.2-preview", "7.2-preview.1"},
		// Without one.
		{released, "GET", "", "7.1"},
		{preview, "HEAD", "", "7.2-preview.1"},
		{released, "POST", "", `VssVersionNotSpecifiedException No api-version was supplied for the "POST" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`},
		// The same path means another resource in old versions.
		{split, "GET", "4.1-preview.2", "4.1-preview.2"},
		{split, "GET", "5.0-preview", "5.0-preview.2"},
		{split, "GET", "5.1-preview.4", "5.1-preview.4"},
		{split, "GET", "", "7.2-preview.4"},
		{split, "GET", "2.0-preview.1", "VssVersionOutOfRangeException The requested REST API version of 2.0-preview.1 is out of range for this resource. The earliest REST API version it supports is 3.0."},
		// Refused.
		{released, "GET", "7.2", `VssInvalidPreviewVersionException The requested version "7.2" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "7.2-preview"`},
		{preview, "GET", "7.1", `VssInvalidPreviewVersionException The requested version "7.1" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "7.1-preview"`},
		{released, "GET", "7.3", "VssVersionOutOfRangeException The requested REST API version of 7.3 is out of range for this server. The latest REST API version this server supports is 7.2."},
		{released, "GET", "8.0-preview", "VssVersionOutOfRangeException The requested REST API version of 8.0-preview is out of range for this server. The latest REST API version this server supports is 7.2."},
		{released, "GET", "7.1-preview.4", "VssVersionOutOfRangeException The requested REST API version of 7.1-preview.4 is out of range for this server. The latest REST API version this server supports is 7.2-preview.3."},
		{released, "GET", "7.1-preview.x", invalid("7.1-preview.x")},
		{released, "GET", "7.1-beta", invalid("7.1-beta")},
		{released, "GET", "7.1.2", invalid("7.1.2")},
		{released, "GET", "9999999999.1", invalid("9999999999.1")},
	} {
		_, v, err := negotiate(compile(slices.Clone(c.rows)).find(0, []string{"x"}), c.asked, c.method)
		got := v.String()
		if f, ok := errors.AsType[*fault.Fault](err); ok {
			got = f.TypeKey + " " + f.Message
		}
		if got != c.want {
			t.Errorf("%s %q: got %s, want %s", c.method, c.asked, got, c.want)
		}
	}
}

func invalid(text string) string {
	return `VssInvalidApiResourceVersionException The api-version "` + text + `" is not valid. Write a version such as "7.1", "7.1-preview" or "7.1-preview.3".`
}

func TestAskedVersion(t *testing.T) {
	for _, c := range []struct{ query, accept, contentType, want string }{
		{"api-version=7.1", "application/json;api-version=5.0", "", "7.1"},
		{"API-Version=7.1-preview.3", "", "", "7.1-preview.3"},
		{"", "application/json;api-version=7.1-preview.3", "", "7.1-preview.3"},
		{"", "application/json; api-version=5.0 ;excludeUrls=true", "", "5.0"},
		{"", `text/plain, application/json; API-VERSION="6.0"`, "", "6.0"},
		{"", "application/json", "application/json-patch+json; charset=utf-8; api-version=5.1", "5.1"},
		{"api-version=", "*/*", "", ""},
		{"", "", "", ""},
	} {
		q, err := parseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{"Accept": {c.accept}, "Content-Type": {c.contentType}}
		if got := askedVersion(q, h); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}
