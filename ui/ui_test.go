package ui_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"boardwalk/ui"
)

func TestStartPage(t *testing.T) {
	var b strings.Builder
	err := ui.StartPage(&b, ui.Start{Version: "1.2", Base: "https://boards.example.com", Sample: &ui.Sample{
		Organizations: []ui.SampleOrganization{{Name: "fabrikam", About: "<script>", WorkItem: 361}, {Name: "youngbinhan"}},
		Tokens:        []ui.SampleToken{{Text: "abc", About: "Administrator"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Version 1.2", "&lt;script&gt;",
		`curl -u :abc &#34;https://boards.example.com/fabrikam/_apis/wit/workItems/361&#34;`,
		`curl -u :abc &#34;https://boards.example.com/youngbinhan/_apis/projects?api-version=7.1&#34;`,
		`href="https://x:abc@boards.example.com/fabrikam/_odata/v4.0-preview/WorkItems?`,
	} {
		if !strings.Contains(b.String(), want) && !strings.Contains(b.String(), strings.ReplaceAll(want, "&#34;", `"`)) {
			t.Errorf("the page lacks %s:\n%s", want, b.String())
		}
	}
	checkPolicy(t, b.String())
}

func TestStartPage_WithoutSample(t *testing.T) {
	var b strings.Builder
	if err := ui.StartPage(&b, ui.Start{Base: "http://localhost:8080"}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "Sample") || strings.Contains(b.String(), "@localhost") {
		t.Errorf("the page speaks of samples:\n%s", b.String())
	}
	checkPolicy(t, b.String())
}

func TestNotFoundPage(t *testing.T) {
	var b strings.Builder
	if err := ui.NotFoundPage(&b); err != nil {
		t.Fatal(err)
	}
	checkPolicy(t, b.String())
}

// checkPolicy checks that a browser that obeys the policy shows the page as it is meant.
func checkPolicy(t *testing.T, page string) {
	t.Helper()
	_, rest, _ := strings.Cut(page, "<style>")
	style, _, ok := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	if !ok || !strings.Contains(ui.Policy(), "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("policy %s does not fit the style", ui.Policy())
	}
	for _, forbidden := range []string{`<script`, ` style="`, ` on\w+="`, `src="http`, `<link rel="stylesheet"`, `@import`, `url\(`} {
		if regexp.MustCompile(forbidden).MatchString(page) {
			t.Errorf("the page has %s, which the policy blocks", forbidden)
		}
	}
}
