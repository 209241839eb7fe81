package api

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"boardwalk/internal/access"
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

// origin is where the request came from, for the audit log.
func (x *exchange) origin() access.Origin {
	return access.Origin{Address: x.remote(), UserAgent: x.http.UserAgent(), Activity: x.id}
}

// remote is the network address of the client; that of a proxy the server has replaced already.
func (x *exchange) remote() string {
	if address, err := netip.ParseAddrPort(x.http.RemoteAddr); err == nil {
		return address.Addr().Unmap().String()
	}
	return ""
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
