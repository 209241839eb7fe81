//go:build compat

package compat

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// redirect starts a proxy that leads connections to the hosts of Azure DevOps to a server of the test, as a line in the
// hosts file of a machine would, but for one process. It returns its address. It refuses every other host, so that nothing
// leaves the machine: some clients ask elsewhere for their newest release, and do without an answer.
func redirect(t *testing.T, server string) string {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, port, err := net.SplitHostPort(r.Host)
		if r.Method != http.MethodConnect || err != nil || port != "443" ||
			host != "dev.azure.com" && !strings.HasSuffix(host, ".dev.azure.com") && !strings.HasSuffix(host, ".visualstudio.com") {
			http.Error(w, "not a host of Azure DevOps", http.StatusForbidden)
			return
		}
		there, err := net.Dial("tcp", server)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer there.Close()
		here, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Errorf("take over the connection: %v", err)
			return
		}
		defer here.Close()
		if _, err := io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
			return // the client is gone
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, _ = io.Copy(there, buffered) // either side may end it at any time
			there.Close()
		}()
		_, _ = io.Copy(here, there)
		here.Close()
		<-done
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL
}
