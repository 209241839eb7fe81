package oracle

import (
	"slices"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// readProcesses makes a row for each team and work item type of its project, and one for each field of a type. Bugs are
// where the process puts them.
func (w *world) readProcesses(_ *db.Tx, _ int64) error {
	w.processes = map[processKey]row{}
	for _, p := range w.catalog.Projects {
		of := w.projects[p.ID]
		if of == nil {
			continue
		}
		for _, kind := range p.Process.Types {
			for _, f := range kind.Fields {
				w.add("WorkItemTypeFields", row{"ProjectSK": of["ProjectSK"], "Project": of, "WorkItemType": kind.Name, "FieldName": f.Field.Name,
					"FieldReferenceName": f.Field.ReferenceName, "FieldType": f.Field.Type.String()})
			}
			bug := slices.Contains(kind.Categories, "Microsoft.BugCategory")
			shown := row{"WorkItemType": kind.Name, "IsBugType": bug, "HasBacklog": false,
				"IsHiddenType": slices.Contains(kind.Categories, "Microsoft.HiddenCategory")}
			for _, b := range p.Process.Backlogs {
				bugsHere := bug && (p.Process.BugsBehavior == project.BugsAsRequirements && b.Type == project.RequirementBacklog ||
					p.Process.BugsBehavior == project.BugsAsTasks && b.Type == project.TaskBacklog)
				if slices.Contains(kind.Categories, b.ID) || bugsHere {
					shown["HasBacklog"], shown["BacklogCategoryReferenceName"], shown["BacklogName"] = true, b.ID, b.Name
					shown["BacklogType"], shown["BacklogLevel"] = backlogTypes[b.Type], int64(b.Rank)
				}
			}
			for id, team := range w.teams {
				if team["ProjectSK"] != of["ProjectSK"] {
					continue
				}
				r := copyOf(shown)
				r["Project"], r["ProjectSK"], r["Team"], r["TeamSK"], r["AnalyticsUpdatedDate"] = of, of["ProjectSK"], team, team["TeamSK"], w.updated
				w.processes[processKey{id, kind.Name}] = w.add("Processes", r)
			}
		}
	}
	return nil
}

var backlogTypes = map[project.BacklogType]string{project.PortfolioBacklog: "PortfolioBacklog",
	project.RequirementBacklog: "RequirementBacklog", project.TaskBacklog: "TaskBacklog"}

// processKey is a team and the name of a work item type.
type processKey struct {
	team int64
	kind string
}

// processesOf are the rows for a work item type, of the teams that own an area.
func (w *world) processesOf(kind string, area row) []row {
	var list []row
	for id, team := range w.teams {
		if r := w.processes[processKey{id, kind}]; r != nil && slices.ContainsFunc(collection(area, "Teams"), func(t row) bool { return t["TeamSK"] == team["TeamSK"] }) {
			list = append(list, r)
		}
	}
	return list
}

func collection(r row, name string) []row {
	list, _ := r[name].([]row)
	return list
}
