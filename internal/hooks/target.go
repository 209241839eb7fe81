package hooks

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"time"

	"boardwalk/internal/fault"
)

// errPrivate says that a target is nobody else's machine. It is found out when the connection is made, with the address
// that is really called: names can be made to lead anywhere at any time.
var errPrivate = errors.New("the address belongs to this machine or to a private network, which the administrator has not allowed (--hooks-allow-private)")

// reserved are the networks that netip does not know to be no part of the internet, and those that carry addresses of
// the others within theirs.
func reserved() []netip.Prefix {
	var all []netip.Prefix
	for _, text := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10"} {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// public reports whether an address is one of the internet.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() {
		return false
	}
	for _, p := range reserved() {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// client sends to receivers. It follows no redirects and no proxies, which would call addresses that nobody checked.
func client(c Config, trusting bool) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	if !c.AllowPrivate {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !public(to.Addr()) {
				return errPrivate
			}
			return nil
		}
	}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: 30 * time.Second,
		MaxIdleConns: 64, MaxIdleConnsPerHost: 2, MaxResponseHeaderBytes: 64 << 10, DisableCompression: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: trusting, MinVersion: tls.VersionTLS12}, //nolint:gosec // only when acceptUntrustedCerts asks for it
	}
	return &http.Client{
		Transport: transport, Timeout: c.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// checkTarget refuses a URL that can never be called.
func (s *Service) checkTarget(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsAny(text, " \r\n") {
		return fault.SubscriptionInput(inputURL, "write an absolute address such as https://example.com/hook, without a user in it")
	}
	if s.config.AllowPrivate {
		return nil
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	a, err := netip.ParseAddr(host)
	if err == nil && !public(a) || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return fault.SubscriptionInput(inputURL, "the address belongs to this machine or to a private network, which the administrator of the server has not allowed")
	}
	return nil
}

// headerName and headerValue are what HTTP can carry.
var (
	headerName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
	headerValue = regexp.MustCompile(`^[\t -~\x80-\x{10ffff}]*$`)
)

// parseHeaders reads headers, one on each line.
func parseHeaders(text string) (http.Header, error) {
	h := http.Header{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !headerName.MatchString(name) || !headerValue.MatchString(value) {
			return nil, errors.New("a line is no header: write Key:value")
		}
		switch http.CanonicalHeaderKey(name) {
		case "Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Trailer", "Te", "Content-Type":
			return nil, fmt.Errorf("the header %s cannot be set", name)
		}
		h.Add(name, value)
	}
	return h, nil
}
