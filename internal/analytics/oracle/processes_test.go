package oracle

import (
	"cmp"
	"slices"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// readProcesses makes a row for each team and work item type of its project, and one for each field of a type. Bugs are
// where the process puts them.
func (w *world) readProcesses(tx *db.Tx, org int64) error {
	settings, err := w.readTeamSettings(tx, org)
	if err != nil {
		return err
	}
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
			for id, team := range w.teams {
				if team["ProjectSK"] != of["ProjectSK"] {
					continue
				}
				r := w.processRow(p.Process, kind, cmp.Or(settings[id].Bugs, p.Process.BugsBehavior))
				r["Project"], r["ProjectSK"], r["Team"], r["TeamSK"], r["AnalyticsUpdatedDate"] = of, of["ProjectSK"], team, team["TeamSK"], w.updated
				w.processes[processKey{id, kind.Name}] = w.add("Processes", r)
			}
		}
	}
	return nil
}

// processRow is what a type is to a team that has its bugs somewhere.
func (w *world) processRow(p *project.Process, kind *project.WorkItemType, bugs project.BugsBehavior) row {
	bug := slices.Contains(kind.Categories, "Microsoft.BugCategory")
	r := row{"WorkItemType": kind.Name, "IsBugType": bug, "HasBacklog": false,
		"IsHiddenType": slices.Contains(kind.Categories, "Microsoft.HiddenCategory")}
	for _, b := range p.Backlogs {
		bugsHere := bug && (bugs == project.BugsAsRequirements && b.Type == project.RequirementBacklog ||
			bugs == project.BugsAsTasks && b.Type == project.TaskBacklog)
		if slices.Contains(kind.Categories, b.ID) || bugsHere {
			r["HasBacklog"], r["BacklogCategoryReferenceName"], r["BacklogName"] = true, b.ID, b.Name
			r["BacklogType"], r["BacklogLevel"] = backlogTypes[b.Type], int64(b.Rank)
		}
	}
	return r
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
