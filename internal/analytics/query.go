package analytics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

const jsonType = "application/json; odata.metadata=minimal; odata.streaming=true"

// asked is a request for rows, understood as far as its names.
type asked struct {
	org     int64
	caller  int64
	request Request
	target  target
	model   *edm.Model
	set     *edm.EntityType
	query   *odata.Query
	scope   *Scope
}

// query compiles the request; the answer's body runs it.
func (s *Service) query(ctx context.Context, a asked, w *db.Warehouse) (*Answer, error) {
	p, err := parsePrefer(a.request.Prefer)
	if err != nil {
		return nil, err
	}
	if f := a.query.Format; f != "" && !strings.EqualFold(f, "json") && !strings.HasPrefix(strings.ToLower(f), "application/json") {
		return nil, fault.QueryNotValid("The format '%s' is not supported", f).WithHint("answers are JSON: leave $format out")
	}
	page := paging{size: int64(s.config.PageSize)}
	if p.maxPageSize > 0 {
		page.size = min(page.size, p.maxPageSize)
	}
	mark := fingerprint(a.target.set, a.query)
	if a.query.SkipToken != "" {
		if page.from, err = parseToken(a.query.SkipToken, mark); err != nil {
			return nil, err
		}
	}
	dialect := sqlgen.Postgres
	if w.Dialect() == "duckdb" {
		dialect = sqlgen.DuckDB
	}
	plan, err := compile(a.model, a.scope, a.set, a.query, page, dialect)
	if err != nil {
		return nil, a.suggest(err)
	}
	r := &run{plan: plan, dialect: dialect, request: a.request, query: mark, dimensions: s.dimensions.of(a.org), maxSize: p.maxSize,
		total:   a.query.Count != nil && *a.query.Count,
		context: a.request.Base + "/" + a.target.segment + "/$metadata#" + a.set.Set + plan.shape.context()}
	r.encoder.zone.location, r.encoder.omitNulls = a.scope.Location, p.omitNulls
	r.encoder.bare = strings.Contains(strings.ToLower(a.request.Accept), "odata.metadata=none")
	answer := &Answer{ContentType: jsonType, Header: map[string]string{"OData-Version": "4.0"}}
	if r.encoder.bare {
		answer.ContentType = strings.Replace(jsonType, "minimal", "none", 1)
	}
	if len(p.applied) > 0 {
		answer.Header["Preference-Applied"] = strings.Join(p.applied, ", ")
	}
	body := r.answer
	if a.target.count {
		answer.ContentType = "text/plain"
		body = r.plainCount
	}
	answer.Body = func(out io.Writer) error {
		err := s.queue.run(ctx, person{a.org, a.caller}, sameQuery{a.org, mark}, plan.heavy, out, func(ctx context.Context, out io.Writer) error {
			return w.Read(ctx, func(session *db.Session) error {
				r.session, r.out, r.bytes, r.encoder.buf = session, out, 0, r.encoder.buf[:0]
				return body()
			})
		})
		if errors.Is(err, db.ErrDamaged) {
			s.config.Damaged(a.org)
			return fault.AnalyticsPaused().WithHint("the analytics tables were found damaged and are being rebuilt; ask again in a moment")
		}
		if err != nil {
			return a.suggest(storageFault(ctx, err))
		}
		return nil
	}
	return answer, nil
}

// plainCount answers …/$count.
func (r *run) plainCount() error {
	if err := r.check(); err != nil {
		return err
	}
	n, err := r.number(r.count)
	if err != nil {
		return err
	}
	if _, err := r.out.Write(strconv.AppendInt(nil, n, 10)); err != nil {
		return fmt.Errorf("send a count: %w", err)
	}
	return nil
}

// suggest adds to a refusal for want of access the query that would be answered: the same one asked of a project.
func (a asked) suggest(err error) error {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok || !strings.Contains(f.Message, "VS403496") || a.scope.Project != nil {
		return err
	}
	ids := a.scope.readable.list()
	if len(ids) == 0 {
		return f.WithHint("you can read no project of this organization")
	}
	name := a.scope.names[ids[0]]
	c := *f.WithHint("ask at project scope, or restrict every entity: $filter=Project/ProjectName eq '%s'", strings.ReplaceAll(name, "'", "''"))
	root, _, _ := strings.Cut(a.request.Base, "/_odata")
	c.Suggestion = root + "/" + escapePath(name) + "/_odata/" + escapePath(a.request.Path)
	if a.request.Query != "" {
		c.Suggestion += "?" + a.request.Query
	}
	return &c
}

// preferences are what a client asks for in Prefer headers.
type preferences struct {
	maxPageSize int64
	maxSize     int64
	omitNulls   bool
	applied     []string
}

// defaultMaxSize is the number of rows that VSTS.Analytics.MaxSize=0 stands for. documented: limits.
const defaultMaxSize = 200_000

func parsePrefer(headers []string) (p preferences, err error) {
	for item := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "odata.maxpagesize", "maxpagesize":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 1 {
				return p, fault.QueryNotValid("The preference odata.maxpagesize=%s is not a positive number", value)
			}
			p.maxPageSize = n
			p.applied = append(p.applied, "odata.maxpagesize="+value)
		case "vsts.analytics.maxsize":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				return p, fault.QueryNotValid("The preference VSTS.Analytics.MaxSize=%s is not a number of rows", value)
			}
			if p.maxSize = n; n == 0 {
				p.maxSize = defaultMaxSize
			}
		case "omit-values":
			if strings.EqualFold(value, "nulls") {
				p.omitNulls = true
				p.applied = append(p.applied, "omit-values=nulls")
			}
		}
	}
	return p, nil
}
