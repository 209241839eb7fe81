package ingest

import (
	"strings"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// replace empties a table and fills it anew; dimension tables are small.
func replace(s *db.Session, table string, fill func(put func(values ...any) error) error) error {
	if err := s.Exec(`DELETE FROM "` + table + `"`); err != nil {
		return err
	}
	if err := appendRows(s, table, fill); err != nil {
		return err
	}
	for _, column := range edm.Placed(table) {
		if err := s.PlaceTexts(table, plainTables[table][0].Name, column, edm.Place(table, column)); err != nil {
			return err
		}
	}
	return nil
}

// appendRows adds rows given as values in the order of the table's columns.
func appendRows(s *db.Session, table string, fill func(put func(values ...any) error) error) error {
	a, err := s.Append(table, plainTables[table])
	if err != nil {
		return err
	}
	err = fill(func(values ...any) error {
		for i, v := range values {
			switch v := v.(type) {
			case nil:
			case int64:
				a.Int(i, v)
			case int:
				a.Int(i, int64(v))
			case bool:
				a.Bool(i, v)
			case string:
				a.Text(i, v)
			case time.Time:
				a.Time(i, v)
			case *time.Time:
				if v != nil {
					a.Time(i, *v)
				}
			case [16]byte:
				a.UUID(i, v)
			}
		}
		return a.EndRow()
	})
	if e := a.Close(); err == nil {
		err = e
	}
	return err
}

// writeCatalog writes the tables that mirror the catalog and the directory.
func (b *builder) writeCatalog(s *db.Session) error {
	now := time.UnixMicro(b.updated)
	visibility := map[project.Visibility]int{project.Private: 0, project.Organizational: 1, project.Public: 2}
	err := replace(s, edm.ProjectsTable, func(put func(...any) error) error {
		for _, p := range b.catalog.Projects {
			if err := put(p.ID, [16]byte(p.GUID), p.Name, visibility[p.Visibility], now, processKey(b.catalog, p.Process)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := b.writeNodes(s, edm.AreasTable, project.AreaNode, now); err != nil {
		return err
	}
	if err := b.writeNodes(s, edm.IterationsTable, project.IterationNode, now); err != nil {
		return err
	}
	if err := b.writeTeams(s, now); err != nil {
		return err
	}
	if err := b.writeProcesses(s, now); err != nil {
		return err
	}
	if err := b.writeBoards(s, now); err != nil {
		return err
	}
	if err := b.writeProcessFields(s); err != nil {
		return err
	}
	return replace(s, edm.UsersTable, func(put func(...any) error) error {
		for _, u := range b.directory.Users() {
			if err := put(u.ID, [16]byte(u.GUID), u.DisplayName, u.Email, nil, nil, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *builder) writeNodes(s *db.Session, table string, kind project.NodeKind, now time.Time) error {
	return replace(s, table, func(put func(...any) error) error {
		for _, n := range b.catalog.Nodes() {
			if n.Kind != kind {
				continue
			}
			values := []any{n.ID, n.Project, [16]byte(n.GUID), n.Name, n.ID, n.Path, n.Depth, now}
			if kind == project.IterationNode {
				values = append(values, b.localDay(n.Start, 0), b.localDay(n.Finish, 24*time.Hour-time.Millisecond))
			}
			for _, name := range n.Levels()[:min(n.Depth+1, edmLevels)] {
				values = append(values, name)
			}
			if err := put(values...); err != nil {
				return err
			}
		}
		return nil
	})
}

// localDay is the moment of a wall clock time on a date: iterations begin at local midnight and end at 23:59:59.999.
func (b *builder) localDay(date *time.Time, clock time.Duration) any {
	if date == nil {
		return nil
	}
	y, m, d := date.UTC().Date()
	h, ms := int(clock/time.Hour), int(clock%time.Hour/time.Millisecond)
	return time.Date(y, m, d, h, 0, 0, 0, b.catalog.Organization.Location).Add(time.Duration(ms) * time.Millisecond)
}

func (b *builder) writeTeams(s *db.Session, now time.Time) error {
	err := replace(s, edm.TeamsTable, func(put func(...any) error) error {
		return b.eachTeam(func(t *project.Team) error {
			return put(t.ID, t.Project.ID, [16]byte(t.GUID), t.Name, now)
		})
	})
	if err != nil {
		return err
	}
	err = replace(s, edm.TeamAreasTable, func(put func(...any) error) error {
		return b.eachTeam(func(t *project.Team) error {
			for _, n := range b.catalog.Nodes() {
				if n.Kind == project.AreaNode && n.Project == t.Project.ID && t.Owns(n) {
					if err := put(t.ID, n.ID); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return replace(s, edm.TeamIterationsTable, func(put func(...any) error) error {
		return b.eachTeam(func(t *project.Team) error {
			for _, n := range t.Iterations {
				if err := put(t.ID, n.ID); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func (b *builder) eachTeam(fn func(*project.Team) error) error {
	for _, p := range b.catalog.Projects {
		for _, t := range p.Teams {
			if err := fn(t); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeTags(s *db.Session, tags []work.Tag) error {
	return replace(s, edm.TagsTable, func(put func(...any) error) error {
		for _, t := range tags {
			if err := put(t.ID, t.Project, [16]byte(t.GUID), t.Name); err != nil {
				return err
			}
		}
		return nil
	})
}

// growDates writes the calendar anew when it does not reach from the first day of the year before the first date that
// was written to the last day of the year after the present one.
func (b *builder) growDates(s *db.Session) error {
	year := func(micros int64) int64 {
		y, _, _ := civil(b.calendar.day(micros))
		return y
	}
	from, to := min(b.firstYear, year(min(b.first, b.updated))-1), max(b.lastYear, year(b.updated)+1)
	if from == b.firstYear && to == b.lastYear {
		return nil
	}
	b.firstYear, b.lastYear = from, to
	return b.writeDates(s)
}

func (b *builder) writeDates(s *db.Session) error {
	location := b.catalog.Organization.Location
	midnight := func(day int64) time.Time {
		y, m, d := civil(day)
		return time.Date(int(y), time.Month(m), int(d), 0, 0, 0, 0, location)
	}
	from := time.Date(int(b.firstYear), 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400
	to := time.Date(int(b.lastYear), 12, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400
	return replace(s, edm.DatesTable, func(put func(...any) error) error {
		for day := from; day <= to; day++ {
			at := time.Unix(day*86400, 0).UTC()
			week := day - weekday(day) // weeks begin on Sunday
			name, month := at.Weekday().String(), at.Month().String()
			y, m, d := civil(day)
			err := put(daySK(day), midnight(day), name, name[:3], weekday(day)+1, d, at.YearDay(), midnight(week), midnight(week+6),
				at.Format("Jan 2006"), month, month[:3], m, y*100+m, y, lastDayOf(day))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// linkTypeIDs are the numbers of link types in the object model, negative on the reverse end. observed: -2 is the
// reverse of the hierarchy; those of types not seen are our choice, see docs/compat.md.
var linkTypeIDs = map[string]int64{
	"System.LinkTypes.Related": 1, "System.LinkTypes.Hierarchy": 2, "System.LinkTypes.Dependency": 3, "System.LinkTypes.Duplicate": 4,
	"Microsoft.VSTS.Common.TestedBy": 5, "Microsoft.VSTS.TestCase.SharedStepReferencedBy": 6, "Microsoft.VSTS.Common.Affects": 7,
	"Microsoft.VSTS.TestCase.SharedParameterReferencedBy": 8, "System.LinkTypes.Remote.Dependency": 9, "System.LinkTypes.Remote.Related": 10,
}

// never is the end of what has not ended.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// putLink writes a link as seen from its source.
func (b *builder) putLink(put func(...any) error, l *work.Link) error {
	t := project.LinkTypeByRef(l.Rel)
	if t == nil {
		return nil
	}
	base := strings.TrimSuffix(strings.TrimSuffix(l.Rel, "-Forward"), "-Reverse")
	sk, id := l.ID*2, linkTypeIDs[base]
	if strings.HasSuffix(l.Rel, "-Reverse") || t.Opposite() == t && l.Source > l.Target {
		sk++
		if t.Opposite() != t {
			id = -id
		}
	}
	deleted := never
	if l.DeletedAt != nil {
		deleted = *l.DeletedAt
	}
	return put(sk, l.SourceProject, l.Source, l.Target, l.CreatedAt, deleted, l.Comment, id, l.Rel, t.Name, t.Acyclic, t.Directional,
		time.UnixMicro(b.updated))
}
