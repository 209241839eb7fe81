package analytics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
)

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
	catalog *project.Catalog

	administrator bool
}

// query compiles the request; the answer's body runs it.
func (s *Service) query(ctx context.Context, a asked, w *db.Warehouse) (*Answer, error) {
	p, err := parsePrefer(a.request.Prefer)
	if err != nil {
		return nil, err
	}
	f, err := negotiate(a.query.Format, a.request.Accept)
	if err != nil {
		return nil, err
	}
	if a.target.count {
		f = format{}
	}
	page := paging{size: int64(s.config.PageSize), format: f}
	switch {
	case f.table != noTable:
		page.size = math.MaxInt64 - 1
	case p.maxPageSize > 0:
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
	explains, err := a.explains()
	if err != nil {
		return nil, err
	}
	plan, err := compile(a.model, a.scope, a.set, a.query, page, dialect)
	if explains {
		return s.explain(ctx, a, dialect, plan, err, w)
	}
	if err != nil {
		return nil, s.suggest(a, dialect, err)
	}
	if f.table != noTable && !a.target.count && len(plan.shape.object.collections(nil)) > 0 {
		if plan, err = a.sheets(page, int64(s.config.PageSize), dialect); err != nil {
			return nil, err
		}
	}
	r := &run{plan: plan, dialect: dialect, request: a.request, query: mark, dimensions: s.dimensions.of(a.org), maxSize: p.maxSize,
		total:   a.query.Count != nil && *a.query.Count,
		context: a.request.Base + "/" + a.target.segment + "/$metadata#" + a.set.Set + plan.shape.context()}
	r.encoder = encoder{zone: zone{location: a.scope.Location}, omitNulls: p.omitNulls, format: f, root: a.request.Base + "/" + a.target.segment}
	answer := &Answer{ContentType: f.contentType(), Header: map[string]string{}}
	body := r.answer
	switch {
	case a.target.count:
		answer.ContentType = "text/plain"
		body = r.plainCount
	case f.table != noTable:
		columns, err := plan.table(a.set, a.query, f.table)
		if err != nil {
			return nil, err
		}
		plan.heavy = true
		answer.Header["Content-Disposition"] = `attachment; filename="` + a.set.Set + "." + tables[f.table].suffix + `"`
		body = func() error { return r.whole(columns) }
	}
	if applied := p.applied(f, page.size); applied != "" && !a.target.count {
		answer.Header["Preference-Applied"] = applied
	}
	answer.Body = func(out io.Writer) error {
		err := s.queue.run(ctx, person{a.org, a.caller}, likeOf(a.org, a.target.set, a.query), plan.heavy, out, func(ctx context.Context, out io.Writer) error {
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
			return s.suggest(a, dialect, storageFault(ctx, err))
		}
		return nil
	}
	return answer, nil
}

// sheets compiles the query anew, to be read a number of rows at a time.
func (a asked) sheets(page paging, size int64, dialect sqlgen.Dialect) (*plan, error) {
	q, err := odata.ParseQuery(a.request.Query)
	if err != nil {
		return nil, syntaxFault(err)
	}
	page.sheets, page.size = true, min(size, maxSheet)
	return compile(a.model, a.scope, a.set, q, page, dialect)
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
