package edm

import "slices"

// workItemBoardSnapshotEntity is one row for each work item, day and board the item is on; it repeats the columns of
// BoardLocation because rows keep the names of their day.
var workItemBoardSnapshotEntity = &EntityType{
	Name: "WorkItemBoardSnapshot", Set: "WorkItemBoardSnapshot", Since: V1,
	Key: []string{"BoardLocationSK", "DateSK", "WorkItemId"}, ProjectBound: true, Snapshot: true, CustomFields: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "WorkItemId", Type: integer, NotNull: true, Ref: "System.Id", Display: "Work Item Id"},
			{Name: "DateSK", Type: integer},
			{Name: "DateValue", Type: moment, NotNull: true, Display: "Date Value"},
			{Name: "IsLastDayOfPeriod", Type: period, NotNull: true},
			{Name: "BoardLocationSK", Type: integer},
			{Name: "TeamSK", Type: guid},
			{Name: "ColumnId", Type: guid, NotNull: true, Display: "Column Id"},
			{Name: "ColumnName", Type: text, Display: "Column Name"},
			{Name: "ColumnOrder", Type: integer, Display: "Column Order"},
			{Name: "ColumnItemLimit", Type: integer, Display: "Column Item Limit"},
			{Name: "IsDone", Type: boolean, Display: "Is Done"},
			{Name: "BoardId", Type: guid, NotNull: true, Display: "Board Id"},
			{Name: "BoardCategoryReferenceName", Type: text, Display: "Board Category Reference Name"},
			{Name: "BoardName", Type: text, Display: "Board Name"},
			{Name: "BoardLevel", Type: integer, Display: "Board Level"},
			{Name: "BacklogType", Type: text, Display: "Backlog Type"},
			{Name: "IsBoardVisible", Type: boolean, NotNull: true, Display: "Is Board Visible"},
			{Name: "LaneId", Type: guid, NotNull: true, Display: "Lane Id"},
			{Name: "LaneName", Type: text, Display: "Lane Name"},
			{Name: "LaneOrder", Type: integer, Display: "Lane Order"},
			{Name: "IsColumnSplit", Type: boolean, Display: "Is Column Split"},
			{Name: "IsCurrent", Type: boolean, Display: "Is Current"},
			{Name: "Done", Type: boardColumnSplit, NotNull: true, Display: "Done"},
			{Name: "IsDefaultLane", Type: boolean, NotNull: true, Display: "Is Default Lane"},
		},
		revisionKeys,
		progressKeys,
		[]Property{
			{Name: "Revision", Type: integer, Ref: "System.Rev", Display: "Revision"},
		},
		itemFields,
		progressFields,
		testFields,
		[]Property{
			{Name: "Count", Type: long, NotNull: true},
			{Name: "CommentCount", Type: integer, Ref: "System.CommentCount", Display: "Comment Count"},
		},
	),
	Navigation: slices.Concat(
		[]Navigation{
			{Name: "Date", Target: "CalendarDate", FK: "DateSK"},
			{Name: "BoardLocation", Target: "BoardLocation", FK: "BoardLocationSK"},
			{Name: "Team", Target: "Team", FK: "TeamSK"},
		},
		itemDimensions,
		progressDates,
	),
}
