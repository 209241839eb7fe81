package ingest

import (
	"slices"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

const (
	bugCategory    = "Microsoft.BugCategory"
	hiddenCategory = "Microsoft.HiddenCategory"
)

var backlogTypes = map[project.BacklogType]string{
	project.PortfolioBacklog: "PortfolioBacklog", project.RequirementBacklog: "RequirementBacklog", project.TaskBacklog: "TaskBacklog",
}

// maxTypes is more than any process has work item types; keys count from the team's id times this.
const maxTypes = 1000

// writeProcesses writes a row for each team and work item type, with the backlog the type is on.
func (b *builder) writeProcesses(s *db.Session, now time.Time) error {
	return replace(s, edm.ProcessesTable, func(put func(...any) error) error {
		return b.eachTeam(func(t *project.Team) error {
			process := t.Project.Process
			for i, kind := range process.Types {
				backlog := t.BacklogOf(kind)
				values := []any{t.ID*maxTypes + int64(i), t.Project.ID, nil, nil, nil, nil, kind.Name, backlog != nil,
					slices.Contains(kind.Categories, hiddenCategory), slices.Contains(kind.Categories, bugCategory), t.ID, now}
				if backlog != nil {
					copy(values[2:], []any{backlog.ID, backlog.Name, backlogTypes[backlog.Type], backlog.Rank})
				}
				if err := put(values...); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// processKey is a number for a process, as long as the catalog stays the same.
func processKey(c *project.Catalog, p *project.Process) int { return slices.Index(c.Processes, p) }

// writeProcessFields writes a row for each field of each type of the processes in use.
func (b *builder) writeProcessFields(s *db.Session) error {
	used := map[*project.Process]bool{}
	for _, p := range b.catalog.Projects {
		used[p.Process] = true
	}
	return replace(s, edm.ProcessFieldsTable, func(put func(...any) error) error {
		for key, process := range b.catalog.Processes {
			if !used[process] {
				continue
			}
			for _, t := range process.Types {
				for _, f := range t.Fields {
					if err := put(key, f.Field.Name, f.Field.ReferenceName, f.Field.Type.String(), t.Name); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}
