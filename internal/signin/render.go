package signin

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"sync"
	"time"
)

//go:embed pages/*.html
var files embed.FS

//go:embed pages/signin.css
var style string

var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"style": func() template.HTML { return template.HTML("<style>" + style + "</style>") }, //nolint:gosec // embedded
		"day":   func(t time.Time) string { return t.Format(time.DateOnly) },
		"time":  func(t time.Time) string { return t.Format("2006-01-02 15:04 UTC") },
	}).ParseFS(files, "pages/*.html")
})

// policy is the Content-Security-Policy of the pages: no scripts, nothing from elsewhere, this one style, and forms that lead
// nowhere else.
var policy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
})

// shown is what every page gets.
type shown struct {
	Form     string // token of its forms
	SignedIn bool
	Version  string
	Page     any // what this page shows
}

// render writes a page, whole or not at all.
func (v *visit) render(status int, name string, data any) error {
	all, err := templates()
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := all.ExecuteTemplate(&page, name, shown{Form: v.FormToken(), SignedIn: v.session != nil, Version: v.config.Version, Page: data}); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(page.Len()))
	v.status = status
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(page.Bytes()) // whoever left does not read it
	}
	return nil
}
