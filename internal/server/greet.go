package server

import (
	"fmt"
	"io"
	"net"
	"strings"

	"boardwalk/ui"
)

// greet tells people where to go. setup is the link to set up a new store, "" for one that is in use.
func (s *Server) greet(out io.Writer, page *ui.Sample, setup string) error {
	var b strings.Builder
	url := s.URL()
	fmt.Fprintf(&b, "Boardwalk %s is ready.\n\n", Version)
	fmt.Fprintf(&b, "  Start page   %s/\n", url)
	fmt.Fprintf(&b, "  REST API     %s/{organization}/_apis/\n", url)
	fmt.Fprintf(&b, "  Analytics    %s/{organization}/_odata/v4.0-preview/\n", url)
	if admin := s.AdminURL(); admin != "" {
		fmt.Fprintf(&b, "  Operation    %s/metrics, /healthz, /debug/pprof/\n", admin)
	}
	fmt.Fprintf(&b, "  Records      %s\n", s.stores.config.place())
	if setup != "" {
		fmt.Fprintf(&b, "  Set up       %s\n\nThere is no organization yet: make it, and your account, with the link above, once and within a day.\n"+
			"Without a browser: stop the server, then run boardwalk organization create -h.\n", setup)
	}
	curl := "curl"
	if c := s.main.cert; c != nil && c.authority != "" {
		curl += " --cacert " + c.authority
		_, port, err := net.SplitHostPort(s.main.net.Addr().String())
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, `
HTTPS is served with a certificate of this data directory's own authority:
  %[1]s
Clients trust it when told so, for instance:
  curl --cacert %[1]s …
  export SSL_CERT_FILE=%[1]s REQUESTS_CA_BUNDLE=%[1]s NODE_EXTRA_CA_CERTS=%[1]s
It also vouches for dev.azure.com, analytics.dev.azure.com and *.visualstudio.com. To send their URLs here:
  curl --cacert %[1]s --connect-to ::127.0.0.1:%[2]s https://dev.azure.com/…
`, c.authority, port)
	}
	if page != nil {
		b.WriteString("\nSample organizations, with tokens that everybody knows:\n")
		for _, o := range page.Organizations {
			fmt.Fprintf(&b, "  %-14s %s\n", o.Name, o.About)
		}
		for _, t := range page.Tokens {
			fmt.Fprintf(&b, "  %s\n      %s\n", t.Text, t.About)
		}
		if len(page.Organizations) > 0 {
			fmt.Fprintf(&b, "\nTry:\n  %s -u :%s \"%s/%s/_apis/projects?api-version=7.1\"\n", curl, page.Token(), url, page.Organizations[0].Name)
		}
	}
	b.WriteString("\n")
	_, err := io.WriteString(out, b.String())
	return err
}
