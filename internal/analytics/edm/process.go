package edm

// processEntity is one row for each team and work item type, with the backlog the type belongs to.
var processEntity = &EntityType{
	Name: "Process", Set: "Processes", SetDisplay: "Processes", Since: V2,
	Key: []string{"ProcessSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProcessSK", Type: integer, NotNull: true},
		{Name: "ProjectSK", Type: guid},
		{Name: "BacklogCategoryReferenceName", Type: text, Display: "Backlog Category Reference Name"},
		{Name: "BacklogName", Type: text, Display: "Backlog Name"},
		{Name: "BacklogType", Type: text, Display: "Backlog Type"},
		{Name: "BacklogLevel", Type: integer, Display: "Backlog Level"},
		{Name: "WorkItemType", Type: text, NotNull: true, Display: "Work Item Type"},
		{Name: "HasBacklog", Type: boolean, NotNull: true, Display: "Has Backlog"},
		{Name: "IsHiddenType", Type: boolean, NotNull: true, Display: "Is Hidden Type"},
		{Name: "IsBugType", Type: boolean, NotNull: true, Display: "Is Bug Type"},
		{Name: "TeamSK", Type: guid, NotNull: true},
		{Name: "AnalyticsUpdatedDate", Type: moment, Since: V3Preview},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
		{Name: "Team", Target: "Team", FK: "TeamSK"},
	},
}
