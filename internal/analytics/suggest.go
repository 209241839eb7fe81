package analytics

import (
	"errors"
	"slices"
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
)

const (
	maxNamed       = 25   // projects that a suggested query names
	maxCorrections = 20   // conditions that are added to a query
	maxSuggested   = 3000 // characters of a URL. documented: longer ones go through $batch
)

// correction is a query that is answered in place of one that was refused, and why.
type correction struct {
	url  string // "" when there is none
	hint string
}

// suggest adds to a refusal for want of access the corrected query.
func (s *Service) suggest(a asked, dialect sqlgen.Dialect, err error) error {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return err
	}
	c := s.correct(a, dialect, r.of)
	with := *f.WithHint("%s", c.hint)
	with.Suggestion = c.url
	return &with
}

// correct finds the query that a caller who was refused for v meant. Conditions are added where the proof lacks them, one
// after the other, until it holds; what comes out is compiled for the same caller before it is offered.
func (s *Service) correct(a asked, dialect sqlgen.Dialect, v *projectVar) correction {
	readable := a.scope.readable
	if readable.empty() {
		return correction{hint: "you can see Analytics data of no project of this organization"}
	}
	may := v.set.and(readable)
	if may.empty() {
		return nowhere(v)
	}
	var restricted []string
	left := "" // what the restrictions leave out
	q, err := a.again()
	for range maxCorrections {
		if err != nil {
			break
		}
		var open *projectVar
		if open, err = a.unproven(q, dialect); open == nil {
			break
		}
		if open.set.and(readable).empty() {
			return nowhere(open)
		}
		names := a.scope.namesOf(open.set.and(readable))
		if len(names) > maxNamed || !open.at.restrict(open.typ, names) {
			break
		}
		if r := open.relation(); !slices.Contains(restricted, r) {
			restricted = append(restricted, r)
		}
		if open.at.path != "" {
			left = "; rows without " + open.at.path + " there are left out"
		}
		if url := a.url(a.request.Base, q); len(url) <= max(maxSuggested, len(a.request.Query)) && a.answers(q.Encode(), dialect) {
			return correction{url, strings.Join(restricted, " and ") + " can lie in projects you cannot read; the suggested query restricts them to " +
				strings.Join(names, ", ") + left}
		}
	}
	return s.correctOfProject(a, dialect, v, may)
}

// nowhere is why nothing is suggested to someone who named other people's projects.
func nowhere(v *projectVar) correction {
	return correction{hint: v.relation() + " is asked of projects that do not exist or that you cannot read"}
}

// correctOfProject asks the same of one project, where every relation is restricted to it.
func (s *Service) correctOfProject(a asked, dialect sqlgen.Dialect, v *projectVar, may projectSet) correction {
	none := correction{hint: v.relation() + " can lie in projects you cannot read, and there is no way to restrict it in this query"}
	i := slices.IndexFunc(a.catalog.Projects, func(p *project.Project) bool { return may.ids[p.ID] })
	q, err := a.again()
	if i < 0 || err != nil {
		return none
	}
	p := a.catalog.Projects[i]
	scope := *a.scope
	scope.Project, scope.projects = p, []*project.Project{p}
	root, _, _ := strings.Cut(a.request.Base, "/_odata")
	there := a
	there.scope, there.model = &scope, s.models.of(a.catalog, &scope, a.target.version)
	if there.set = there.model.Set(a.target.set); there.set == nil || !there.answers(q.Encode(), dialect) {
		return none
	}
	return correction{a.url(root+"/"+escapePath(p.Name)+"/_odata", q),
		v.relation() + " can lie in projects you cannot read; the suggested query asks the project " + p.Name}
}

// again is the query anew, to be changed, without what belongs to one answer only.
func (a asked) again() (*odata.Query, error) {
	q, err := odata.ParseQuery(a.request.Query)
	if err == nil {
		q.SkipToken = ""
		q.Custom = slices.DeleteFunc(q.Custom, func(o odata.Option) bool { return strings.EqualFold(o.Name, extensionPrefix+"explain") })
	}
	return q, err
}

// unproven is a relation of the query that may lie outside the caller's projects, nil when there is none. What is looked
// for when the query runs counts as outside: it can be refused.
func (a asked) unproven(q *odata.Query, dialect sqlgen.Dialect) (*projectVar, error) {
	p, err := compile(a.model, a.scope, a.set, q, paging{size: 1}, dialect)
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.of, nil
	}
	if err != nil || len(p.checks) == 0 {
		return nil, err
	}
	return p.checks[0].of, nil
}

// answers reports whether a query is answered whatever the rows are.
func (a asked) answers(raw string, dialect sqlgen.Dialect) bool {
	q, err := odata.ParseQuery(raw)
	if err != nil {
		return false
	}
	open, err := a.unproven(q, dialect)
	return open == nil && err == nil
}

func (a asked) url(base string, q *odata.Query) string {
	url := base + "/" + escapePath(a.request.Path)
	if query := q.Encode(); query != "" {
		url += "?" + query
	}
	return url
}

// relation names the rows for people: the entity set, or the path that leads to them.
func (v *projectVar) relation() string {
	if v.name == "" {
		return v.typ.Set
	}
	return v.name
}

// namesOf lists the names of projects.
func (s *Scope) namesOf(set projectSet) []string {
	var names []string
	for _, id := range set.list() {
		if name, ok := s.names[id]; ok {
			names = append(names, name)
		}
	}
	return names
}
