package signin

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// hostForm is what a host may look like: a forwarded one has not passed the checks of net/http.
var hostForm = regexp.MustCompile(`^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$`)

// scheme and host are those the browser used.
func (s *Service) scheme(r *http.Request) string {
	if s.config.TrustForwarded {
		switch proto := strings.ToLower(first(r.Header.Get("X-Forwarded-Proto"))); proto {
		case "http", "https":
			return proto
		}
	}
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

func (s *Service) host(r *http.Request) string {
	if s.config.TrustForwarded {
		if host := first(r.Header.Get("X-Forwarded-Host")); hostForm.MatchString(host) {
			return host
		}
	}
	return r.Host
}

func first(list string) string {
	text, _, _ := strings.Cut(list, ",")
	return strings.TrimSpace(text)
}

// origin is this server as browsers name it.
func (s *Service) origin(r *http.Request) string { return s.scheme(r) + "://" + s.host(r) }

// sameOrigin reports whether a browser says that one of this server's own pages made it send a request. net/http's
// CrossOriginProtection also lets through what says nothing; a request with a cookie has to say something.
func (s *Service) sameOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "": // browsers leave it out over plain HTTP, but for the machine itself
		return strings.EqualFold(r.Header.Get("Origin"), s.origin(r))
	}
	return false
}

// returnPath is where to go after signing in: what was asked for when it is a path of this server, else "/". Browsers
// take "//host", "/\host" and paths with tabs or line breaks for addresses of other servers.
func returnPath(asked string) string {
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || !strings.HasPrefix(asked, "/") ||
		strings.HasPrefix(asked, "//") || strings.ContainsRune(asked, '\\') || strings.ContainsFunc(asked, func(c rune) bool { return c <= ' ' || c == 0x7f }) {
		return "/"
	}
	if strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, `/\`) || strings.HasPrefix(u.Path, "/_signin") || strings.HasPrefix(u.Path, "/_signout") {
		return "/"
	}
	return asked
}

func escape(text string) string { return url.QueryEscape(text) }
