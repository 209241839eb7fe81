package analytics

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// Explanation is how a query was understood. It tells nothing of projects that the caller cannot see; SQL and what the
// database says about it are for administrators alone, because estimates count everybody's rows.
type Explanation struct {
	Query      string      `json:"query"` // as it was read, decoded
	URL        string      `json:"url"`
	Project    string      `json:"project,omitempty"` // of the URL
	TimeZone   string      `json:"timeZone"`
	Now        time.Time   `json:"now"`
	Relations  []Relation  `json:"relations"`
	Refused    *Refused    `json:"refused,omitempty"`
	Form       []string    `json:"form,omitempty"`
	Parameters []string    `json:"parameters"` // constants of the query with their types
	Warnings   []string    `json:"warnings"`
	Statements []Statement `json:"statements,omitempty"`
}

// Relation is rows that take part, with the projects they were proven to lie in.
type Relation struct {
	Name         string   `json:"name"` // entity set, or the path that leads to the rows
	EntitySet    string   `json:"entitySet"`
	Use          string   `json:"use"` // where it is used: query, path, any, all, $count or $expand
	EveryProject bool     `json:"everyProject,omitempty"`
	Projects     []string `json:"projects,omitempty"`
	Because      []string `json:"because"`
	Refused      bool     `json:"refused,omitempty"` // not proven
}

// Refused is why a query is not answered, and which one would be.
type Refused struct {
	Message        string `json:"message"`
	Hint           string `json:"hint"`
	SuggestedQuery string `json:"suggestedQuery,omitempty"`
}

// Statement is SQL that answers a part of the query.
type Statement struct {
	For        string   `json:"for"`
	SQL        string   `json:"sql"`
	Parameters []string `json:"parameters"`
	Plan       string   `json:"plan"` // what the database says
}

// explain answers with an explanation in place of rows. err is what compiling the query ended in.
func (s *Service) explain(ctx context.Context, a asked, dialect sqlgen.Dialect, p *plan, err error, w *db.Warehouse) (*Answer, error) {
	q, parseErr := a.again()
	if parseErr != nil {
		return nil, syntaxFault(parseErr)
	}
	x := &Explanation{Query: a.request.Path[len(a.target.segment)+1:], URL: a.url(a.request.Base, q), TimeZone: a.scope.Location.String(), Now: a.scope.Now,
		Parameters: []string{}, Warnings: []string{}}
	if text := q.String(); text != "" {
		x.Query += "?" + text
	}
	if a.scope.Project != nil {
		x.Project = a.scope.Project.Name
	}
	var b *binder
	if r, ok := errors.AsType[*refusal](err); ok {
		b = r.by
		c := s.correct(a, dialect, r.of)
		x.Refused = &Refused{err.Error(), c.hint, c.url}
	} else if err != nil {
		return nil, err
	} else {
		b = p.by
		x.Form, x.Warnings = p.form(a.target.count), append(x.Warnings, p.warnings...)
	}
	x.Relations, x.Parameters = b.relations(), append(x.Parameters, b.constants...)
	return &Answer{ContentType: "application/json; charset=utf-8", Header: map[string]string{}, Body: func(out io.Writer) error {
		if p != nil && a.administrator && a.scope.readable.all {
			err := w.Read(ctx, func(session *db.Session) (err error) {
				x.Statements, err = p.statements(session, dialect)
				return err
			})
			if err != nil {
				return fmt.Errorf("explain a query: %w", storageFault(ctx, err))
			}
		}
		var text bytes.Buffer
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(x); err != nil {
			return fmt.Errorf("write an explanation: %w", err)
		}
		if _, err := out.Write(bytes.TrimSpace(text.Bytes())); err != nil {
			return fmt.Errorf("send an explanation: %w", err)
		}
		return nil
	}}, nil
}

// relations are the relations of a query, as they were bound.
func (b *binder) relations() []Relation {
	rows := make([]*row, 0, len(b.rowsBy))
	for _, r := range b.rowsBy {
		rows = append(rows, r)
	}
	number := func(r *row) int { n, _ := strconv.Atoi(r.alias[1:]); return n }
	slices.SortFunc(rows, func(x, y *row) int { return number(x) - number(y) })
	list, first := []Relation{}, map[*projectVar]string{}
	for _, r := range rows {
		x := Relation{Name: r.relation(), EntitySet: r.typ.Set, Use: r.location().use()}
		if r.block.root != r && x.Use != "query" {
			x.Use += " path"
		} else if r.block.root != r {
			x.Use = "path"
		}
		b.because(r, &x, first)
		if !slices.ContainsFunc(list, func(y Relation) bool { return y.Name == x.Name && y.Use == x.Use }) {
			list = append(list, x)
		}
	}
	return list
}

// because tells which projects a row was proven to lie in, and why. first are the relations that a variable was told of.
func (b *binder) because(r *row, x *Relation, first map[*projectVar]string) {
	v, readable := r.project, b.scope.readable
	if v == nil {
		x.Because = []string{"its rows belong to no project"}
		return
	}
	within := v.set.within(readable)
	if x.EveryProject = within && v.set.all; !x.EveryProject && within {
		x.Projects = b.scope.namesOf(v.set)
	}
	of, shared := first[v]
	switch {
	case b.scope.Project != nil:
		x.Because = []string{"the URL names the project"}
	case v.atRunTime && !within:
		x.Because = []string{"rows elsewhere are looked for when the query runs, and refuse it"}
	case !within:
		x.Because, x.Refused = []string{"nothing in the query restricts it to projects you can read"}, true
	case shared && of != x.Name:
		x.Because = []string{"it lies in the project of " + of}
	case v.set.all:
		x.Because = []string{"you can read every project"}
	case len(v.set.by) == 0:
		x.Because = []string{"rows elsewhere are left out"}
	default:
		for _, e := range v.set.by {
			if text := shorten(e.String()); !slices.Contains(x.Because, text) {
				x.Because = append(x.Because, text)
			}
		}
	}
	if !shared {
		first[v] = x.Name
	}
}

// relation names the rows for people: the entity set, or the path that leads to them.
func (r *row) relation() string {
	if r.path == "" {
		return r.typ.Set
	}
	return strings.TrimPrefix(r.path, "/")
}

// use is the part of a query that a place is in.
func (p place) use() string {
	switch {
	case p.lambda != nil && p.lambda.All:
		return "all"
	case p.lambda != nil:
		return "any"
	case p.count != nil:
		return "$count"
	case p.expanded:
		return "$expand"
	}
	return "query"
}

// noteConstant notes a literal as it was understood.
func (b *binder) noteConstant(e *odata.Literal, v *value) {
	const most = 100
	if text := shorten(e.String()) + " is " + v.typ.String(); len(b.constants) < most && !slices.Contains(b.constants, text) {
		b.constants = append(b.constants, text)
	}
}

// form says in words which form a plan takes.
func (p *plan) form(counted bool) []string {
	var list []string
	switch {
	case p.by.telescoped:
		list = append(list, "the snapshot is computed by day from beginnings and ends of revisions")
	case p.set.Daily():
		list = append(list, "the snapshot is read as a row for each item and day")
	}
	switch {
	case counted:
		list = append(list, "the rows are counted with one statement")
	case p.twice:
		list = append(list, "the rows of a page are found first, then their columns are read")
	default:
		list = append(list, "a page is read with one statement")
	}
	if len(p.checks) > 0 {
		list = append(list, "rows of projects you cannot read are looked for first: "+strconv.Itoa(len(p.checks))+" statements")
	}
	p.shape.object.expanded("", func(path string, m *member) {
		if m.many != nil {
			list = append(list, path+" is read by key for the rows of the page")
		} else {
			list = append(list, path+" is joined")
		}
	})
	return list
}

// expanded visits the expanded members of an object and of those inside.
func (o *object) expanded(prefix string, visit func(path string, m *member)) {
	for i := range o.members {
		m := &o.members[i]
		switch {
		case m.many != nil:
			visit(prefix+m.name, m)
			m.many.object.expanded(prefix+m.name+"/", visit)
		case m.object != nil && !m.object.flat:
			visit(prefix+m.name, m)
			m.object.expanded(prefix+m.name+"/", visit)
		}
	}
}

// statements are the SQL of a plan with what the database says about it.
func (p *plan) statements(session *db.Session, dialect sqlgen.Dialect) (list []Statement, err error) {
	if err := p.bind(session, dialect); err != nil {
		return nil, err
	}
	add := func(what string, s *sqlgen.Select) {
		if err != nil {
			return
		}
		text, args := dialect.Print(s)
		x := Statement{For: what, SQL: text, Parameters: []string{}}
		for _, arg := range args {
			x.Parameters = append(x.Parameters, fmt.Sprint(arg))
		}
		if x.Plan, err = explained(session, text, args); err == nil {
			list = append(list, x)
		}
	}
	for _, days := range p.bounds {
		add("the first and the last day", days.find)
	}
	add("the rows of the page", p.page(p.columns.list))
	add("$count", p.count)
	for _, c := range p.checks {
		add("rows elsewhere behind "+c.of.relation(), c.find)
	}
	p.shape.object.expanded("", func(path string, m *member) {
		if m.many != nil {
			add(path, m.many.page([]int64{1}, m.many.columns.list))
		}
	})
	return list, err
}

// explained is the database's plan of a statement.
func explained(session *db.Session, text string, args []any) (string, error) {
	result, err := session.Query("EXPLAIN "+text, args...)
	if err != nil {
		return "", fmt.Errorf("explain: %w", err)
	}
	defer result.Close()
	var lines []string
	for result.Next() {
		last := result.Vectors[len(result.Vectors)-1]
		for i := range result.Rows {
			lines = append(lines, strings.TrimRight(string(last.Text(i)), "\n"))
		}
	}
	if err := result.Err(); err != nil {
		return "", fmt.Errorf("explain: %w", err)
	}
	return strings.Join(lines, "\n"), nil
}

// explains reports whether an explanation is asked for.
func (a asked) explains() (bool, error) {
	x, err := parseExtensions(a.query.Custom)
	switch {
	case err != nil || !x.explain:
		return false, err
	case a.query.SkipToken != "":
		return false, fault.QueryNotValid("A page that $skiptoken names cannot be explained").WithHint("leave out $skiptoken")
	}
	return true, nil
}
