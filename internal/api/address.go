package api

import (
	"net/url"
	"regexp"
	"strings"
)

// hostForm is what a host may look like. A forwarded one has not passed the checks of net/http.
var hostForm = regexp.MustCompile(`^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$`)

// host is the host the client addressed.
func (x *exchange) host() string {
	if x.config.TrustForwarded {
		if host := firstOf(x.http.Header.Get("X-Forwarded-Host")); hostForm.MatchString(host) {
			return host
		}
	}
	if !hostForm.MatchString(x.http.Host) {
		return "localhost" // HTTP/1.0 knows no host
	}
	return x.http.Host
}

func (x *exchange) scheme() string {
	if x.config.TrustForwarded {
		switch proto := strings.ToLower(firstOf(x.http.Header.Get("X-Forwarded-Proto"))); proto {
		case "http", "https":
			return proto
		}
	}
	if x.http.TLS != nil {
		return "https"
	}
	return "http"
}

// firstOf is what the proxy nearest to the client wrote.
func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(first)
}

// base is the address of an organization in the form in which the client addressed it, without a slash at the end.
func (x *exchange) base(org string) string {
	if x.target.orgInHost {
		return x.root
	}
	return x.root + x.target.prefix + "/" + url.PathEscape(org)
}

// urlLength is the length of the whole URL as the client wrote it.
func (x *exchange) urlLength() int {
	uri := x.http.RequestURI
	if uri == "" { // a request that did not come over the wire
		uri = x.http.URL.RequestURI()
	}
	return len(x.root) + len(uri)
}
