package edm

// boardLocationEntity is one row for each version of a board cell: column, lane and Doing or Done.
var boardLocationEntity = &EntityType{
	Name: "BoardLocation", Set: "BoardLocations", SetDisplay: "Board Locations", Since: V1,
	Key: []string{"BoardLocationSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid},
		{Name: "BoardLocationSK", Type: integer, NotNull: true},
		{Name: "ColumnId", Type: guid, Display: "Column Id"},
		{Name: "ColumnName", Type: text, Display: "Column Name"},
		{Name: "ColumnOrder", Type: integer, Display: "Column Order"},
		{Name: "ColumnItemLimit", Type: integer, Display: "Column Item Limit"},
		{Name: "IsDone", Type: boolean, Display: "Is Done"},
		{Name: "BoardId", Type: guid, Display: "Board Id"},
		{Name: "BoardCategoryReferenceName", Type: text, Display: "Board Category Reference Name"},
		{Name: "BoardName", Type: text, Display: "Board Name"},
		{Name: "BoardLevel", Type: integer, Display: "Board Level"},
		{Name: "BacklogType", Type: text, Display: "Backlog Type"},
		{Name: "IsBoardVisible", Type: boolean, NotNull: true, Display: "Is Board Visible"},
		{Name: "LaneId", Type: guid, Display: "Lane Id"},
		{Name: "LaneName", Type: text, Display: "Lane Name"},
		{Name: "LaneOrder", Type: integer, Display: "Lane Order"},
		{Name: "IsColumnSplit", Type: boolean, Display: "Is Column Split"},
		{Name: "ChangedDate", Type: moment, Display: "Changed Date"},
		{Name: "RevisedDate", Type: moment, Display: "Revised Date"},
		{Name: "IsCurrent", Type: boolean, Display: "Is Current"},
		{Name: "Done", Type: boardColumnSplit, Display: "Done"},
		{Name: "TeamSK", Type: guid},
		{Name: "AnalyticsUpdatedDate", Type: moment, Since: V3Preview},
		{Name: "IsDefaultLane", Type: boolean, NotNull: true, Display: "Is Default Lane"},
	},
	Navigation: []Navigation{
		{Name: "Team", Target: "Team", FK: "TeamSK"},
		{Name: "WorkItems", Target: "WorkItem", Collection: true, Since: V3Preview},
	},
}
