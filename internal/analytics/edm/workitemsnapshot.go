package edm

import "slices"

// workItemSnapshotEntity is one row for each work item and day, showing the last revision of that day.
var workItemSnapshotEntity = &EntityType{
	Name: "WorkItemSnapshot", Set: "WorkItemSnapshot", Since: V1,
	Key: []string{"DateSK", "WorkItemId"}, ProjectBound: true, Snapshot: true, CustomFields: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "WorkItemId", Type: integer, NotNull: true, Ref: "System.Id", Display: "Work Item Id"},
			{Name: "DateSK", Type: integer},
			{Name: "DateValue", Type: moment, NotNull: true, Display: "Date Value"},
			{Name: "IsLastDayOfPeriod", Type: period, NotNull: true},
			{Name: "RevisedDate", Type: moment, Ref: "System.RevisedDate", Display: "Revised Date"},
			{Name: "RevisedDateSK", Type: integer},
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
			{Name: "RevisedOn", Target: "CalendarDate", FK: "RevisedDateSK"},
			{Name: "Teams", Target: "Team", Collection: true},
			{Name: "Processes", Target: "Process", Collection: true, Since: V2},
		},
		itemDimensions,
		progressDates,
	),
}
