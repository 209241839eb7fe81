package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"boardwalk/internal/signin"
)

// front is what every request passes first: it finds out which address the client has, says with every answer what browsers
// may do with it, and hands pages to signin and the rest to api.
type front struct {
	signin  *signin.Service
	api     http.Handler
	proxies []netip.Prefix // whose X-Forwarded-For is believed
	secure  func(*http.Request) bool
}

// ServeHTTP answers one request.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if len(f.proxies) > 0 {
		r.RemoteAddr = clientAddress(r, f.proxies)
	}
	h := w.Header()
	// Nothing but pages, which say so themselves, is to be shown as one: an attachment could be a page with a script.
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	if f.secure(r) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if f.signin.Serves(r) {
		f.signin.ServeHTTP(w, r)
		return
	}
	f.api.ServeHTTP(w, r)
}

// clientAddress is where a request comes from, with a port: from behind proxies the nearest address in X-Forwarded-For that
// is no proxy's. What stands in front of it anybody can have written.
func clientAddress(r *http.Request, proxies []netip.Prefix) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at := peer.Addr().Unmap()
	list := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(list) - 1; i >= 0 && contains(proxies, at); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(list[i]))
		if err != nil {
			break
		}
		at = next.Unmap()
	}
	return net.JoinHostPort(at.String(), fmt.Sprint(peer.Port()))
}

func contains(networks []netip.Prefix, a netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(a.WithZone("")) {
			return true
		}
	}
	return false
}

// parseNetworks reads a list of addresses and networks, such as "10.0.0.0/8,192.0.2.7".
func parseNetworks(list string) (all []netip.Prefix, err error) {
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		network, err := netip.ParsePrefix(text)
		if address, e := netip.ParseAddr(text); e == nil {
			network, err = address.Unmap().Prefix(address.Unmap().BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
		}
		all = append(all, network.Masked())
	}
	return all, nil
}
