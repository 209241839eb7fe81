package edm

import "slices"

// areaEntity is the area tree of each project, with its path flattened into levels.
var areaEntity = &EntityType{
	Name: "Area", Set: "Areas", SetDisplay: "Areas", Since: V1,
	Key: []string{"AreaSK"}, ProjectBound: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "ProjectSK", Type: guid},
			{Name: "AreaSK", Type: guid, NotNull: true},
			{Name: "AreaId", Type: guid, NotNull: true, Display: "Area Id"},
			{Name: "AreaName", Type: text, Display: "Area Name"},
			{Name: "Number", Type: integer},
			{Name: "AreaPath", Type: text, NotNull: true, Display: "Area Path"},
		},
		levels(Property{Name: "AreaLevel%d", Type: text, Display: "Area Level %d"}),
		[]Property{
			{Name: "Depth", Type: integer, Display: "Depth"},
			{Name: "AnalyticsUpdatedDate", Type: moment, Since: V3Preview},
		},
	),
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
		{Name: "Teams", Target: "Team", Collection: true},
	},
}
