package ingest

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/work"
)

// rebuild fills the tables from nothing with everything the record store holds, in one transaction.
func (f *follower) rebuild(ctx context.Context, w *db.Warehouse) error {
	started := time.Now()
	var revisions, position int64
	err := f.config.DB.View(ctx, func(tx *db.Tx) error {
		b, err := f.builder(tx)
		if err != nil {
			return err
		}
		if position, _, err = tx.Head(f.org); err != nil {
			return err
		}
		tags, err := work.ReadTags(tx, f.org)
		if err != nil {
			return err
		}
		b.setTags(tags)
		return w.Write(ctx, func(s *db.Session) error {
			if err := drop(s); err != nil {
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
			if err := b.writeLinks(tx, s, f.org); err != nil {
				return err
			}
			first := f.config.Clock()
			revisions, err = b.writeAll(ctx, tx, s, f.org, func(n int64) {
				if f.config.Progress != nil {
					f.config.Progress(f.org, n)
				}
			}, func(created time.Time) {
				if created.Before(first) {
					first = created
				}
			})
			if err != nil {
				return err
			}
			if err := b.writeDates(s, first, f.config.Clock()); err != nil {
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
	})
	if err != nil {
		return fmt.Errorf("rebuild analytics tables: %w", err)
	}
	f.position = position
	f.config.Log.Info("analytics tables rebuilt", "organization_id", f.org, "revisions", revisions, "position", position,
		"took", time.Since(started).Round(time.Millisecond))
	return nil
}

// writeLinks writes all links and notes who is whose parent.
func (b *builder) writeLinks(tx *db.Tx, s *db.Session, org int64) error {
	return appendRows(s, edm.LinksTable, func(put func(...any) error) error {
		return work.StreamLinks(tx, org, nil, func(l *work.Link) error {
			if isParentLink(l) {
				b.parents[l.Source] = l.Target
			}
			return b.putLink(put, l)
		})
	})
}

// writeAll streams every revision into the tables: each but the last of an item to the superseded ones.
func (b *builder) writeAll(ctx context.Context, tx *db.Tx, s *db.Session, org int64, progress func(int64), created func(time.Time)) (n int64, err error) {
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
		return t.put(&last, &h, end)
	}
	err = work.StreamAll(tx, org, func(r *work.RevisionRow) error {
		if err := flush(r); err != nil {
			return err
		}
		if r.ID != last.ID {
			h = history{}
			created(r.ChangedAt)
		}
		last = *r
		if n++; n%100000 == 0 {
			progress(n)
			return ctx.Err()
		}
		return nil
	})
	if err == nil {
		err = flush(nil)
	}
	return n, t.close(err)
}

// itemTables are the open bulk inserts of the tables that revisions go to.
type itemTables struct {
	b                                        *builder
	items, revisions, itemTags, revisionTags *db.Appender
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
	t.revisionTags, err = s.Append(edm.RevisionTagsTable, plainTables[edm.RevisionTagsTable])
	return t, err
}

// put writes a revision: with end to the superseded ones, without to the current ones.
func (t *itemTables) put(r *work.RevisionRow, h *history, end *closing) error {
	a := t.items
	if end != nil {
		a = t.revisions
	}
	tags, err := t.b.row(a, r, h)
	if err != nil {
		return err
	}
	if end != nil {
		end.set(a, t.b.layout.common)
	}
	if err := a.EndRow(); err != nil {
		return err
	}
	for _, tag := range tags {
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
	for _, a := range []*db.Appender{t.items, t.revisions, t.itemTags, t.revisionTags} {
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

// readUsers notes the pairs that are in the tables already.
func (b *builder) readUsers(s *db.Session) error {
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
