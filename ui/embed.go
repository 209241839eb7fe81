// Package ui is what people see in a browser. It hides the page's markup and style; it must not know the server's other
// packages or HTTP handlers. Start reading at StartPage; start.html is the page.
package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"
)

//go:embed start.html notfound.html
var files embed.FS

//go:embed start.css
var style string

// Start is what the start page shows.
type Start struct {
	Version string
	Base    string  // scheme and host under which the server was reached
	Sample  *Sample // nil when the server holds data of its own: then no name and no token is shown
}

// Sample describes the sample data of a server that was started with it.
type Sample struct {
	Organizations []SampleOrganization
	Tokens        []SampleToken
}

// SampleOrganization is an organization of the sample data.
type SampleOrganization struct {
	Name     string
	About    string
	WorkItem int64 // one worth looking at
}

// SampleToken is a token anybody may use.
type SampleToken struct {
	Text  string
	About string // whose it is and what it may do

	SignIn string // the name with which it is a password
}

// Token is the first token, for examples.
func (s *Sample) Token() string {
	if len(s.Tokens) == 0 {
		return "TOKEN"
	}
	return s.Tokens[0].Text
}

// SignedIn is the address of the server with a token in it: browsers and curl send it as Basic credentials.
func (s Start) SignedIn() template.URL {
	scheme, host, _ := strings.Cut(s.Base, "://")
	return template.URL(scheme + "://x:" + s.Sample.Token() + "@" + host) //nolint:gosec // built from the server's own address
}

var pages = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"style": func() template.HTML { return template.HTML("<style>" + style + "</style>") }, //nolint:gosec // embedded
	}).ParseFS(files, "*.html")
})

// StartPage writes the page at "/".
func StartPage(w io.Writer, s Start) error { return write(w, "start.html", s) }

// NotFoundPage writes the page for addresses at which there is nothing.
func NotFoundPage(w io.Writer) error { return write(w, "notfound.html", nil) }

func write(w io.Writer, name string, data any) error {
	all, err := pages()
	if err != nil {
		return err
	}
	return all.ExecuteTemplate(w, name, data)
}

// Policy is the Content-Security-Policy of the pages: no scripts, nothing from elsewhere, this one style.
func Policy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
