package edm

import "slices"

// iterationEntity is the iteration tree of each project, with its path flattened into levels.
var iterationEntity = &EntityType{
	Name: "Iteration", Set: "Iterations", SetDisplay: "Iterations", Since: V1,
	Key: []string{"IterationSK"}, ProjectBound: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "ProjectSK", Type: guid},
			{Name: "IterationSK", Type: guid, NotNull: true},
			{Name: "IterationId", Type: guid, NotNull: true, Display: "Iteration Id"},
			{Name: "IterationName", Type: text, Display: "Iteration Name"},
			{Name: "Number", Type: integer},
			{Name: "IterationPath", Type: text, NotNull: true, Display: "Iteration Path"},
			{Name: "StartDate", Type: moment, Display: "Start Date"},
			{Name: "EndDate", Type: moment, Display: "End Date"},
		},
		levels(Property{Name: "IterationLevel%d", Type: text, Display: "Iteration Level %d"}),
		[]Property{
			{Name: "Depth", Type: integer, Display: "Depth"},
			{Name: "IsEnded", Type: boolean, Display: "Is Ended"},
			{Name: "AnalyticsUpdatedDate", Type: moment, Since: V3Preview},
		},
	),
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
		{Name: "Teams", Target: "Team", Collection: true},
	},
}
