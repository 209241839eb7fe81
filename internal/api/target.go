package api

import (
	"net"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/fault"
)

// service is which part of the server a path leads to.
type service int

const (
	pages service = iota // neither marker is in the path
	rest                 // "_apis"
	odata                // "_odata"
)

// target is what host and path of a request address. Its texts are decoded.
type target struct {
	service              service
	org, project, team   string   // "" where the path does not say
	path                 []string // segments behind the marker
	prefix               string   // in front of the organization: "/tfs" or ""
	orgInHost, malformed bool
}

// parseTarget splits a path as it was sent, so that an encoded slash stays inside its segment. It returns a fault for
// segments that are no text.
func parseTarget(host, escapedPath string) (target, error) {
	var t target
	raw := strings.Split(strings.TrimPrefix(escapedPath, "/"), "/")
	segments := make([]string, len(raw))
	marker := -1
	for i, s := range raw {
		decoded, err := url.PathUnescape(s)
		if err != nil || !utf8.ValidString(decoded) || strings.ContainsFunc(decoded, unicode.IsControl) {
			return t, fault.InvalidArgument("The path segment %q is not valid: percent-encode it as UTF-8 without control characters.", s)
		}
		segments[i] = decoded
		if marker < 0 && t.mark(decoded) {
			marker = i
		}
	}
	if marker < 0 {
		t.path = segments
		return t, nil
	}
	t.path = segments[marker+1:]
	switch {
	case t.service == odata: // documented: samples double the slash in front of the entity set
		t.path = nonEmpty(t.path)
	case len(t.path) > 0 && t.path[len(t.path)-1] == "":
		t.path = t.path[:len(t.path)-1] // a trailing slash means nothing
	}
	if t.service == rest && len(t.path) > 1 && t.path[0] == "" {
		t.path = t.path[1:] // nor does a second one behind the marker, which some clients write
	}
	t.scope(host, segments[:marker])
	return t, nil
}

func (t *target) mark(segment string) bool {
	switch {
	case strings.EqualFold(segment, "_apis"):
		t.service = rest
	case strings.EqualFold(segment, "_odata"):
		t.service = odata
	default:
		return false
	}
	return true
}

// scope reads organization, project and team from host and the segments in front of the marker.
func (t *target) scope(host string, segments []string) {
	if t.org, t.orgInHost = hostOrganization(host); t.orgInHost {
		if len(segments) > 0 && strings.EqualFold(segments[0], "DefaultCollection") {
			segments = segments[1:] // in URLs made before 2018
		}
	} else {
		if len(segments) > 0 && strings.EqualFold(segments[0], "tfs") {
			t.prefix, segments = "/"+segments[0], segments[1:] // as Azure DevOps Server has it
		}
		if len(segments) > 0 {
			t.org, segments = segments[0], segments[1:]
			t.malformed = t.org == ""
		}
	}
	for i, s := range segments {
		switch {
		case s == "" || i > 1:
			t.malformed = true
		case i == 0:
			t.project = s
		case i == 1:
			t.team = s
		}
	}
}

// depth is how many of project and team the path names.
func (t *target) depth() int {
	switch {
	case t.team != "":
		return 2
	case t.project != "":
		return 1
	}
	return 0
}

// hostOrganization returns the organization that is part of a host name of the hosted service. Its other hosts have
// the organization in the path like any host: dev.azure.com, analytics.dev.azure.com, vssps.dev.azure.com and so on.
func hostOrganization(host string) (string, bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	labels, ok := strings.CutSuffix(strings.ToLower(host), ".visualstudio.com")
	if !ok {
		return "", false
	}
	org, area, _ := strings.Cut(labels, ".")
	if org == "" || org == "app" { // app.vssps serves what belongs to no organization
		return "", false
	}
	switch area {
	case "", "analytics", "vssps", "vsaex", "almsearch":
		return org, true
	}
	return "", false
}

func nonEmpty(list []string) []string {
	kept := make([]string, 0, len(list))
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}
