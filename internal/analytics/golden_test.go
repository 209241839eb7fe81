package analytics

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/analytics/ingest"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/project"
	"boardwalk/internal/sample"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/work"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write what the service answers into the golden files")

const base = "http://boardwalk.test/fabrikam/_odata"

// fixture is the sample with its analytics tables, and who asks.
type fixture struct {
	service  *Service
	db       *db.DB
	projects *project.Store
	people   *access.Store
	org      int64
	callers  map[string]*access.Caller
	dialect  sqlgen.Dialect
	feeder   *ingest.Feeder
}

func clock() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func newFixture(t testing.TB, b dbtest.Backend) *fixture {
	t.Helper()
	config := b.Config(t)
	config.Clock = clock
	d := dbtest.OpenConfig(t, config)
	projects, people := project.New(d), access.New(access.Config{DB: d, TokenKey: []byte("test")})
	items := work.New(work.Config{DB: d, Projects: projects, Access: people})
	if err := sample.Load(t.Context(), sample.Config{DB: d, Projects: projects, Access: people, Items: items}); err != nil {
		t.Fatal(err)
	}
	o, err := projects.Organization(t.Context(), "fabrikam")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{db: d, projects: projects, people: people, org: o.ID, callers: map[string]*access.Caller{}, dialect: sqlgen.DuckDB}
	for _, token := range sample.Tokens() {
		if f.callers[token.Role], err = people.Authenticate(t.Context(), f.org, token.Text); err != nil {
			t.Fatal(err)
		}
	}
	tables := map[int64]db.WarehouseConfig{}
	all, err := projects.Organizations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		tables[o.ID] = b.WarehouseConfig(t)
	}
	if strings.HasPrefix(tables[o.ID].URL, "postgres") {
		f.dialect = sqlgen.Postgres
	}
	feeder := ingest.New(ingest.Config{DB: d, Projects: projects, Access: people, Log: slog.New(slog.DiscardHandler), Clock: clock,
		Open:    func(ctx context.Context, org int64) (*db.Warehouse, error) { return db.OpenWarehouse(ctx, tables[org]) },
		Discard: func(int64) error { return nil }})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = feeder.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	for range 6 { // building them takes longer than one call waits on a busy machine
		if _, err = feeder.Warehouse(t.Context(), f.org); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	f.feeder = feeder
	f.service = New(Config{Projects: projects, Clock: clock, Damaged: feeder.Damaged, Warehouse: feeder.Warehouse, Reach: feeder.Reach})
	return f
}

// TestGolden answers the files of testdata on every backend. The commands are "rows", which shows the answer, and "plan",
// which shows what is proven of every relation's projects and the SQL for the backend. Words behind a command:
// as=reader, project=NAME, prefer=PREFERENCE, accept=TYPE, page=ROWS, version=SEGMENT, postgres (of plan), duckdb (of rows).
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for chunk := range strings.SplitSeq(strings.TrimSuffix(string(content), "\n"), "\n\n") {
				input, _, ok := strings.Cut(chunk, "\n----")
				if !ok {
					out = append(out, chunk) // a comment
					continue
				}
				command, query, _ := strings.Cut(input, "\n")
				got := f.run(t, command, query)
				if got == "" { // of another backend
					out = append(out, chunk)
					continue
				}
				out = append(out, input+"\n----\n"+got)
			}
			got := strings.Join(out, "\n\n") + "\n"
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			} else if d := cmp.Diff(strings.Split(string(content), "\n"), strings.Split(got, "\n")); d != "" {
				t.Errorf("%s:\n%s", file, d)
			}
		}
	})
}

// command is a line of a golden file.
type command struct {
	plan, postgres bool
	duckdb         bool
	role           string
	page           int
	request        Request
}

func parseCommand(line, query string) command {
	words := strings.Fields(line)
	c := command{plan: words[0] == "plan", role: "administrator", request: Request{Base: base}}
	version := "v4.0-preview"
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		value = strings.ReplaceAll(value, "_", " ")
		switch name {
		case "as":
			c.role = value
		case "project":
			c.request.Project = value
			c.request.Base = strings.Replace(base, "/_odata", "/"+url.PathEscape(value)+"/_odata", 1)
		case "prefer":
			c.request.Prefer = append(c.request.Prefer, value)
		case "accept":
			c.request.Accept = value
		case "page":
			_, _ = fmt.Sscan(value, &c.page)
		case "version":
			version = value
		case "postgres":
			c.postgres = true
		case "duckdb":
			c.duckdb = true
		}
	}
	set, options, _ := strings.Cut(strings.ReplaceAll(query, "\n", ""), "?")
	c.request.Path = version + "/" + set
	c.request.Query = strings.ReplaceAll(url.PathEscape(options), "%26", "&")
	return c
}

func (f *fixture) run(t *testing.T, line, query string) string {
	t.Helper()
	c := parseCommand(line, query)
	if c.duckdb && f.dialect != sqlgen.DuckDB { // another one explains itself in other words
		return ""
	}
	if c.plan {
		if c.postgres != (f.dialect == sqlgen.Postgres) {
			return ""
		}
		return f.plan(t, c)
	}
	config := f.service.config
	if c.page > 0 {
		config.PageSize = c.page
	}
	return f.ask(t.Context(), New(config), c)
}

func (f *fixture) ask(ctx context.Context, s *Service, c command) string {
	answer, err := s.Serve(ctx, f.callers[c.role], f.org, c.request)
	var body bytes.Buffer
	if err == nil {
		err = answer.Body(&body)
	}
	if err != nil {
		return describe(err)
	}
	text := strings.ReplaceAll(body.String(), base[:len(base)-len("/_odata")], "")
	text = strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n") // of CSV
	if t := answer.ContentType; c.request.Accept != "" || strings.Contains(c.request.Query, "$format") {
		text = t + "\n" + text
	}
	if applied := answer.Header["Preference-Applied"]; applied != "" {
		text = "Preference-Applied: " + applied + "\n" + text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, `"value":[{`, "\"value\":[\n{"), "},{", "},\n{")
}

func describe(err error) string {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return "error: " + err.Error()
	}
	text := fmt.Sprintf("%d %s", f.Status, f.Message)
	if f.Hint != "" {
		text += "\nhint: " + f.Hint
	}
	if f.Suggestion != "" {
		text += "\ntry: " + f.Suggestion
	}
	return text
}

// plan shows the projects proven for each relation, and the SQL.
func (f *fixture) plan(t *testing.T, c command) string {
	t.Helper()
	catalog, err := f.projects.Snapshot(t.Context(), f.org)
	if err != nil {
		t.Fatal(err)
	}
	var p *project.Project
	if c.request.Project != "" {
		if p, err = catalog.FindProject(c.request.Project); err != nil {
			t.Fatal(err)
		}
	}
	target, err := parseTarget(c.request.Path)
	if err != nil {
		return describe(err)
	}
	q, err := odata.ParseQuery(c.request.Query)
	if err != nil {
		return describe(syntaxFault(err))
	}
	scope := NewScope(catalog, f.callers[c.role], p, clock())
	model := new(models).of(catalog, scope, edm.V4Preview)
	plan, err := compile(model, scope, model.Set(target.set), q, paging{size: 10_000}, f.dialect)
	if err != nil {
		return describe(err)
	}
	var lines []string
	for _, v := range plan.proven {
		lines = append(lines, v.typ.Set+v.path+" "+describeSet(v.set, scope.names))
	}
	text, args := f.dialect.Print(plan.page(plan.columns.list))
	lines = append(lines, text, fmt.Sprint(args))
	return strings.Join(lines, "\n")
}

func describeSet(s projectSet, names map[int64]string) string {
	if s.all {
		return "projects=all"
	}
	list := make([]string, 0, len(s.ids))
	for id := range s.ids {
		list = append(list, names[id])
	}
	slices.Sort(list)
	return "projects={" + strings.Join(list, ", ") + "}"
}
