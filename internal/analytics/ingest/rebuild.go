package ingest

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/work"
)

// rebuild fills the tables from nothing with everything the record store holds, in one transaction.
func (f *follower) rebuild(ctx context.Context, w *db.Warehouse) error {
	started := time.Now()
	var revisions int64
	var b *builder
	f.rows = nil // knows the tables as they were
	err := f.config.DB.View(ctx, func(tx *db.Tx) (err error) {
		if b, err = f.builder(tx); err != nil {
			return err
		}
		position, _, err := tx.Head(f.org)
		if err != nil {
			return err
		}
		tags, err := work.ReadTags(tx, f.org)
		if err != nil {
			return err
		}
		b.setTags(tags)
		err = w.Load(ctx, func(s *db.Session) error {
			if err := b.layout.drop(s); err != nil {
				return err
			}
			if err := b.layout.create(s); err != nil {
				return err
			}
			if err := b.writeCatalog(s); err != nil {
				return err
			}
			if err := writeTags(s, tags); err != nil {
				return err
			}
			if revisions, err = b.writeAll(ctx, tx, s, f.org, f.config.Progress); err != nil {
				return err
			}
			if err := b.addOptions(s); err != nil {
				return err
			}
			if err := writeDescendants(s); err != nil {
				return err
			}
			if err := b.writeDelivery(tx, s, f.org); err != nil {
				return err
			}
			if err := b.growDates(s); err != nil {
				return err
			}
			if err := b.writeUsers(s); err != nil {
				return err
			}
			if err := b.layout.createIndexes(s); err != nil {
				return err
			}
			return b.finish(s, position)
		})
		if err == nil {
			f.position, f.zone = position, b.catalog.Organization.Location.String()
		}
		return err
	})
	if err == nil {
		err = w.Maintain(ctx, map[string]string{
			"duckdb": "CHECKPOINT", // what a load writes need not be read again from the log at the next start
			"postgres": "ANALYZE " + strings.Join([]string{edm.ItemsTable, edm.RevisionsTable, edm.LinksTable, edm.ItemTagsTable,
				edm.RevisionTagsTable, edm.AreasTable, edm.IterationsTable, edm.UsersTable,
				edm.TeamAreasTable, edm.BoardStatesTable, edm.BoardLocationsTable, edm.BoardChoicesTable, edm.BoardOptionsTable, edm.PipelineRunsTable, edm.PipelineActivitiesTable,
				edm.TestRunsTable, edm.TestResultsTable, edm.TestDaysTable, edm.TestPointsTable, edm.TestPointHistoryTable, edm.AgentRequestsTable}, ", "),
		}[w.Dialect()])
	}
	if err != nil {
		return fmt.Errorf("rebuild analytics tables: %w", err)
	}
	f.config.Log.Info("analytics tables rebuilt", "organization_id", f.org, "revisions", revisions, "position", f.position,
		"took", time.Since(started).Round(time.Millisecond))
	return nil
}

// progressStep is how many revisions a rebuild writes between two reports.
const progressStep = 100_000

// writeAll streams every link and every revision into the tables: each revision but the last of an item to the
// superseded ones.
func (b *builder) writeAll(ctx context.Context, tx *db.Tx, s *db.Session, org int64, progress func(org, revisions int64)) (n int64, err error) {
	t, err := b.openTables(s)
	if err != nil {
		return 0, err
	}
	var last work.RevisionRow
	var h history
	flush := func(next *work.RevisionRow) error {
		if last.ID == 0 {
			return nil
		}
		var end *closing
		if next != nil && next.ID == last.ID {
			k := b.close(last.ChangedAt.UnixMicro(), next.ChangedAt.UnixMicro())
			end = &k
		}
		err := t.put(&last, &h, end)
		if end == nil {
			h = history{}
			delete(b.parents, last.ID)
		}
		return err
	}
	err = appendRows(s, edm.LinksTable, func(put func(...any) error) error {
		err := readAhead(ctx, tx, org, func(p *part) error {
			for i := range p.links {
				b.parents.add(&p.links[i])
				if err := b.putLink(put, &p.links[i]); err != nil {
					return err
				}
			}
			for i := range p.revisions {
				if err := flush(&p.revisions[i]); err != nil {
					return err
				}
				last = p.revisions[i]
				if n++; n%progressStep == 0 && progress != nil {
					progress(org, n)
				}
			}
			return nil
		})
		if err == nil {
			err = flush(nil)
		}
		return err
	})
	return n, t.close(err)
}

// part is a stretch of what StreamAll passes: links, then revisions.
type part struct {
	links     []work.Link
	revisions []work.RevisionRow
}

// partSize is how many links and revisions a part holds at most.
const partSize = 1000

// readAhead streams all records, reading the next ones while each works on those before: the two databases take about
// as long.
func readAhead(ctx context.Context, tx *db.Tx, org int64, each func(*part) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parts, failed := make(chan *part, 2), make(chan error, 1)
	go func() {
		defer close(parts)
		p := &part{}
		send := func() error {
			select {
			case parts <- p:
				p = &part{revisions: make([]work.RevisionRow, 0, partSize)}
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		err := work.StreamAll(tx, org, func(l *work.Link) error {
			if len(p.revisions) > 0 || len(p.links) == partSize {
				if err := send(); err != nil {
					return err
				}
			}
			p.links = append(p.links, *l)
			return nil
		}, func(r *work.RevisionRow) error {
			if p.revisions = append(p.revisions, *r); len(p.revisions) == partSize {
				return send()
			}
			return nil
		})
		if err == nil {
			err = send()
		}
		failed <- err
	}()
	var err error
	for p := range parts { // to the end, for the transaction is in use until then
		if err == nil {
			if err = each(p); err != nil {
				cancel()
			}
		}
	}
	if e := <-failed; err == nil {
		err = e
	}
	return err
}

// itemTables are the open bulk inserts of the tables that revisions go to.
type itemTables struct {
	b                                                 *builder
	items, revisions, itemTags, revisionTags, choices *db.Appender
}

func (b *builder) openTables(s *db.Session) (t *itemTables, err error) {
	t = &itemTables{b: b}
	if t.items, err = s.Append(edm.ItemsTable, b.layout.table(edm.ItemsTable)); err != nil {
		return nil, err
	}
	if t.revisions, err = s.Append(edm.RevisionsTable, b.layout.table(edm.RevisionsTable)); err != nil {
		return nil, err
	}
	if t.itemTags, err = s.Append(edm.ItemTagsTable, plainTables[edm.ItemTagsTable]); err != nil {
		return nil, err
	}
	if t.revisionTags, err = s.Append(edm.RevisionTagsTable, plainTables[edm.RevisionTagsTable]); err != nil {
		return nil, err
	}
	t.choices, err = s.Append(edm.BoardChoicesTable, plainTables[edm.BoardChoicesTable])
	return t, err
}

// put writes a revision: with end to the superseded ones, without to the current ones.
func (t *itemTables) put(r *work.RevisionRow, h *history, end *closing) error {
	a, until := t.items, int64(forever)
	if end != nil {
		a, until = t.revisions, end.revised
	}
	values, err := t.b.row(a, r, h, until)
	if err != nil {
		return err
	}
	if end != nil {
		end.set(a, t.b.layout.common)
	}
	if err := a.EndRow(); err != nil {
		return err
	}
	if err := t.putChoices(r, values.places); err != nil {
		return err
	}
	for _, tag := range values.tags {
		t.revisionTags.Int(0, r.Watermark)
		t.revisionTags.Int(1, tag)
		t.revisionTags.Int(2, r.ID)
		if err := t.revisionTags.EndRow(); err != nil {
			return err
		}
		if end == nil {
			t.itemTags.Int(0, r.ID)
			t.itemTags.Int(1, tag)
			if err := t.itemTags.EndRow(); err != nil {
				return err
			}
		}
	}
	return nil
}

// close writes what is left, unless there was an error, and returns the first error.
func (t *itemTables) close(err error) error {
	for _, a := range []*db.Appender{t.items, t.revisions, t.itemTags, t.revisionTags, t.choices} {
		if err != nil {
			a.Abort()
		} else {
			err = a.Close()
		}
	}
	return err
}

// writeUsers adds the pairs of project and user that this batch saw first.
func (b *builder) writeUsers(s *db.Session) error {
	if len(b.newUsers) == 0 {
		return nil
	}
	defer func() { b.newUsers = nil }()
	return appendRows(s, edm.ProjectUsersTable, func(put func(...any) error) error {
		for _, pair := range b.newUsers {
			if err := put(pair[0], pair[1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// resume notes what is in the tables already: the pairs of project and user, and the years of the calendar.
func (b *builder) resume(s *db.Session) error {
	first, err := s.Int(`SELECT CAST(coalesce(min("Year"), 9999) AS bigint) FROM ` + edm.DatesTable)
	if err != nil {
		return err
	}
	last, err := s.Int(`SELECT CAST(coalesce(max("Year"), 0) AS bigint) FROM ` + edm.DatesTable)
	if err != nil {
		return err
	}
	b.firstYear, b.lastYear = first, last
	if err := b.resumeChoices(s); err != nil {
		return err
	}
	r, err := s.Query(`SELECT "ProjectSK", "UserSK" FROM ` + edm.ProjectUsersTable)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		for i := range r.Rows {
			b.users[[2]int64{r.Vectors[0].Int(i), r.Vectors[1].Int(i)}] = true
		}
	}
	return r.Err()
}

func (b *builder) setTags(tags []work.Tag) {
	b.tags = make(map[int64]string, len(tags))
	for _, t := range tags {
		b.tags[t.ID] = t.Name
	}
}

// finish records how far the tables follow the feed, and what they look like.
func (b *builder) finish(s *db.Session, position int64) error {
	return replace(s, metaTable, func(put func(...any) error) error {
		for _, kv := range [][2]string{
			{"layout", b.layout.signature()}, {"position", strconv.FormatInt(position, 10)},
			{"organization", b.catalog.Organization.GUID.String()}, {"time_zone", b.catalog.Organization.Location.String()},
		} {
			if err := put(kv[0], kv[1]); err != nil {
				return err
			}
		}
		return nil
	})
}

// state is what finish recorded.
type state struct {
	layout, organization, zone string
	position                   int64
}

// readState returns the zero state for tables that were never filled.
func readState(s *db.Session) (st state, err error) {
	columns, err := s.Columns(metaTable)
	if err != nil || len(columns) == 0 {
		return st, err
	}
	r, err := s.Query("SELECT name, value FROM " + metaTable)
	if err != nil {
		return st, err
	}
	defer r.Close()
	for r.Next() {
		for i := range r.Rows {
			value := string(r.Vectors[1].Text(i))
			switch string(r.Vectors[0].Text(i)) {
			case "layout":
				st.layout = value
			case "organization":
				st.organization = value
			case "time_zone":
				st.zone = value
			case "position":
				if st.position, err = strconv.ParseInt(value, 10, 64); err != nil {
					return st, err
				}
			}
		}
	}
	return st, r.Err()
}
