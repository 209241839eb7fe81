package server_test

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewritePowerQuery = flag.Bool("rewrite-powerquery", false, "write what the server answers into testdata/powerquery.txt")

// TestPowerQuery sends what Power Query sends when it opens the feed, as testdata/powerquery.txt has it: each request with
// its headers, "----" and the answer. {next} stands for the link to the next page in the answer before. Of $metadata the
// lines with the word behind "show" are shown.
func TestPowerQuery(t *testing.T) {
	const path = "testdata/powerquery.txt"
	x := startSample(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	next := ""
	for chunk := range strings.SplitSeq(strings.TrimSuffix(string(content), "\n"), "\n\n") {
		input, _, ok := strings.Cut(chunk, "\n----")
		if !ok {
			out = append(out, chunk) // a comment
			continue
		}
		answer := ""
		answer, next = x.powerQuery(t, input, next)
		out = append(out, input+"\n----\n"+answer)
	}
	got := strings.Join(out, "\n\n") + "\n"
	if *rewritePowerQuery {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if d := cmp.Diff(strings.Split(string(content), "\n"), strings.Split(got, "\n")); d != "" {
		t.Error(d)
	}
}

// powerQuery sends one request and returns the answer as text, and its link to the next page.
func (x *client) powerQuery(t *testing.T, input, follow string) (text, next string) {
	t.Helper()
	lines := strings.Split(input, "\n")
	target := x.url + strings.ReplaceAll(strings.TrimPrefix(lines[0], "GET "), " ", "%20")
	if lines[0] == "GET {next}" {
		target = follow
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	show := ""
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "show":
			show = value
		case "as":
			r.SetBasicAuth("", x.tokens[value])
		default:
			r.Header.Add(name, value)
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	parts := []string{answer.Status}
	for _, name := range []string{"Content-Type", "OData-Version", "Preference-Applied", "WWW-Authenticate"} {
		for _, value := range answer.Header.Values(name) {
			parts = append(parts, name+": "+value)
		}
	}
	for line := range strings.Lines(strings.ReplaceAll(string(body), "},{", "},\n{")) {
		if strings.Contains(line, show) {
			parts = append(parts, strings.TrimRight(line, "\n"))
		}
	}
	var page struct {
		Next string `json:"@odata.nextLink"`
	}
	_ = json.Unmarshal(body, &page) // XML has none
	return strings.ReplaceAll(strings.Join(parts, "\n"), x.url, "http://server"), page.Next
}
