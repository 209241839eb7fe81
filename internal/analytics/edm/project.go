package edm

// projectEntity is the projects of the organization.
var projectEntity = &EntityType{
	Name: "Project", Set: "Projects", SetDisplay: "Projects", Since: V1,
	Key: []string{"ProjectSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid, NotNull: true},
		{Name: "ProjectId", Type: guid, NotNull: true, Display: "Project Id"},
		{Name: "ProjectName", Type: text, NotNull: true, Display: "Project Name"},
		{Name: "AnalyticsUpdatedDate", Type: moment, Since: V3Preview},
		{Name: "ProjectVisibility", Type: projectVisibility, Display: "Project Visibility"},
	},
	Navigation: []Navigation{
		{Name: "Areas", Target: "Area", Collection: true},
		{Name: "Iterations", Target: "Iteration", Collection: true},
		{Name: "Teams", Target: "Team", Collection: true},
	},
}
