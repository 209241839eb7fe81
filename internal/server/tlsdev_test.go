package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// trusting is a client that trusts an authority and finds every host at one address.
func trusting(t *testing.T, authority, address string) *http.Client {
	t.Helper()
	text, err := os.ReadFile(authority)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		t.Fatalf("no certificate in %s", authority)
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestTLSDev(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	c.TLSDev = true
	s, stop := start(t, c)
	address, authority := s.main.net.Addr().String(), s.main.cert.authority
	if !strings.Contains(s.out.String(), authority) {
		t.Errorf("what is printed does not name %s:\n%s", authority, s.out.String())
	}
	client := trusting(t, authority, address)
	for _, base := range []string{
		s.URL() + "/fabrikam", "https://localhost/fabrikam", "https://dev.azure.com/fabrikam", "https://analytics.dev.azure.com/fabrikam",
		"https://vssps.dev.azure.com/fabrikam", "https://fabrikam.visualstudio.com", "https://fabrikam.analytics.visualstudio.com", "https://[::1]/fabrikam",
	} {
		a, err := ask(client, http.MethodGet, base+"/_apis/projects?api-version=7.1", adminToken(), "")
		if err != nil || a.status != http.StatusOK {
			t.Errorf("%s: %d %v", base, a.status, err)
		} else if !strings.Contains(a.body, base+"/_apis/projects/") {
			t.Errorf("%s: addresses in the answer lead elsewhere:\n%.300s", base, a.body)
		}
	}
	if _, err := ask(client, http.MethodGet, "https://example.com/", "", ""); err == nil {
		t.Error("the certificate is good for example.com")
	}
	if a, err := ask(client, http.MethodGet, "https://app.vssps.visualstudio.com/_apis/resourceareas", adminToken(), ""); err != nil {
		t.Errorf("%d %v", a.status, err)
	}
	stop()
	again, _ := start(t, c)
	if _, err := ask(trusting(t, authority, again.main.net.Addr().String()), http.MethodGet, "https://localhost/healthz", "", ""); err != nil {
		t.Errorf("the authority of the first start does not vouch for the second: %v", err)
	}
}

func TestDevTLS_Renewal(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	serials := func(at time.Time) (authority, server string) {
		t.Helper()
		c, err := devTLS(dir, at)
		if err != nil {
			t.Fatal(err)
		}
		chain := c.config.Certificates[0].Certificate
		leaf, err := x509.ParseCertificate(chain[0])
		if err != nil {
			t.Fatal(err)
		}
		ca, err := x509.ParseCertificate(chain[1])
		if err != nil {
			t.Fatal(err)
		}
		if err := leaf.CheckSignatureFrom(ca); err != nil {
			t.Error(err)
		}
		return ca.SerialNumber.String(), leaf.SerialNumber.String()
	}
	authority, server := serials(now)
	for _, c := range []struct {
		name                 string
		at                   time.Time
		authority, newServer bool
	}{
		{"a month later", now.AddDate(0, 1, 0), false, false},
		{"when the server's has expired", now.AddDate(2, 0, 0), false, true},
		{"when the authority has expired", now.AddDate(11, 0, 0), true, true},
	} {
		nextAuthority, nextServer := serials(c.at)
		if (nextAuthority != authority) != c.authority || (nextServer != server) != c.newServer {
			t.Errorf("%s: new authority %t, new server certificate %t", c.name, nextAuthority != authority, nextServer != server)
		}
		authority, server = nextAuthority, nextServer
	}
	info, err := os.Stat(dir + "/tls/ca-key.pem")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}
