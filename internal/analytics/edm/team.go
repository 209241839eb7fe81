package edm

// teamEntity is the teams of each project.
var teamEntity = &EntityType{
	Name: "Team", Set: "Teams", SetDisplay: "Teams", Since: V1,
	Key: []string{"TeamSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "TeamSK", Type: guid, NotNull: true},
		{Name: "ProjectSK", Type: guid},
		{Name: "TeamId", Type: guid, NotNull: true, Display: "Team Id"},
		{Name: "TeamName", Type: text, Display: "Team Name"},
		{Name: "AnalyticsUpdatedDate", Type: moment, Since: V3Preview},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
		{Name: "Areas", Target: "Area", Collection: true},
		{Name: "Iterations", Target: "Iteration", Collection: true},
	},
}
