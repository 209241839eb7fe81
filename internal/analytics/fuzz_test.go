package analytics

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// FuzzRequest asks any query of a small store, from the parser to the rows: nothing panics, nothing takes long or grows
// without end, what is refused is refused by a fault of the caller, what is answered is JSON, and a reader of one project
// sees nothing of the others. Seeds are the queries of the golden files.
func FuzzRequest(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatal("no golden files", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for chunk := range strings.SplitSeq(string(content), "\n\n") {
			input, _, ok := strings.Cut(chunk, "\n----")
			line, query, named := strings.Cut(input, "\n")
			if !ok || !named {
				continue
			}
			c := parseCommand(line, query)
			_, set, _ := strings.Cut(c.request.Path, "/")
			f.Add(set, c.request.Query, c.request.Project == "Fabrikam Fiber", c.role == "reader")
		}
	}
	for _, h := range hostile() {
		f.Add("WorkItems", h.raw(), false, false)
	}
	x := newFixture(f, dbtest.New(f, "sqlite"))
	f.Fuzz(func(t *testing.T, set, query string, inProject, asReader bool) {
		c := command{role: "administrator", request: Request{Path: "v4.0-preview/" + set, Query: query, Base: base}}
		if asReader {
			c.role = "reader"
		}
		if inProject {
			c.request.Project = "Fabrikam Fiber"
		}
		started := time.Now()
		body, err := x.fetch(t.Context(), c)
		if took := time.Since(started); took > allowed+5*time.Second {
			t.Errorf("it took %s", took)
		}
		switch {
		case errors.Is(err, errTooMuch): // a whole set, say
		case err != nil:
			if refusal, ok := errors.AsType[*fault.Fault](err); !ok || refusal.Status < 400 || refusal.Status >= 500 && refusal.Status != 503 {
				t.Errorf("not refused but failed: %v", err)
			}
		case !strings.HasSuffix(set, "$metadata") && !strings.Contains(strings.ToLower(set), "$count") &&
			!strings.Contains(strings.ToLower(query), "format") && !json.Valid(bytes.TrimPrefix(body, []byte("\ufeff"))):
			t.Errorf("no JSON: %.300s", body)
		case asReader && foreign(string(body)) && !foreign(query):
			t.Errorf("the reader of one project is told of others: %.300s", body)
		}
	})
}

// allowed is how long a query may run here, and largest how much of an answer is read.
const (
	allowed = 10 * time.Second
	largest = 16 << 20
)

var errTooMuch = errors.New("the answer is large")

// foreign reports whether a text has the key of a project that the reader cannot read.
func foreign(text string) bool { return strings.Contains(text, "b924d696-3eae-4116-8443-9a18392d8544") }

// fetch asks for a whole answer, within limits.
func (f *fixture) fetch(ctx context.Context, c command) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, allowed)
	defer cancel()
	answer, err := f.service.Serve(ctx, f.callers[c.role], f.org, c.request)
	if err != nil {
		return nil, err
	}
	var body bounded
	if err := answer.Body(&body); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// bounded is a buffer that refuses more than it should hold.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > largest {
		return 0, errTooMuch
	}
	return b.Buffer.Write(p)
}
