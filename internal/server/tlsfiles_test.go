package server

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// HTTPS with files: the certificate is theirs, a renewed one is used without a restart, old protocols are refused, and
// browsers are told to stay.
func TestServer_CertificateFiles(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	c.Sample = false
	authorities := x509.NewCertPool()
	issue := func(at time.Time) {
		t.Helper()
		dir := t.TempDir()
		if _, err := devTLS(dir, at); err != nil {
			t.Fatal(err)
		}
		ca, err := os.ReadFile(filepath.Join(dir, "tls", "ca.pem"))
		if err != nil || !authorities.AppendCertsFromPEM(ca) {
			t.Fatal(err)
		}
		for from, to := range map[string]string{"server.pem": c.TLSCert, "server-key.pem": c.TLSKey} {
			content, err := os.ReadFile(filepath.Join(dir, "tls", from))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(to, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	dir := t.TempDir()
	c.TLSCert, c.TLSKey = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	started := time.Now().Add(-time.Hour)
	issue(started)
	s, _ := start(t, c)
	if !strings.HasPrefix(s.URL(), "https://") {
		t.Fatalf("it is served at %s", s.URL())
	}
	served := func(highest uint16) (h http.Header, leaf *x509.Certificate, err error) {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
			RootCAs: authorities, MaxVersion: highest, MinVersion: tls.VersionTLS10}}} //nolint:gosec // what the server refuses
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/_signin", nil)
		if err != nil {
			return nil, nil, err
		}
		answer, err := client.Do(r)
		if err != nil {
			return nil, nil, err
		}
		return answer.Header, answer.TLS.PeerCertificates[0], answer.Body.Close()
	}
	h, first, err := served(tls.VersionTLS13)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security %q", got)
	}
	if got := h.Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-boardwalk-form=") || !strings.Contains(got, "Secure") {
		t.Errorf("cookie %s", got)
	}
	if _, _, err := served(tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is accepted")
	}
	if _, _, err := served(tls.VersionTLS12); err != nil {
		t.Errorf("TLS 1.2: %v", err)
	}
	issue(started.Add(time.Minute))
	_, second, err := served(tls.VersionTLS13)
	if err != nil {
		t.Fatal(err)
	}
	if first.Equal(second) {
		t.Error("the renewed certificate is not used")
	}
	if err := os.WriteFile(c.TLSCert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("damaged")}), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, third, err := served(tls.VersionTLS13); err != nil || !third.Equal(second) {
		t.Errorf("with a damaged file: %v", err)
	}
}
