package edm

import "slices"

// workItemRevisionEntity is every revision of every live work item, the current one included.
var workItemRevisionEntity = &EntityType{
	Name: "WorkItemRevision", Set: "WorkItemRevisions", SetDisplay: "Work Item Revisions", Since: V1,
	Key: []string{"Revision", "WorkItemId"}, ProjectBound: true, CustomFields: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "WorkItemId", Type: integer, NotNull: true, Ref: "System.Id", Display: "Work Item Id"},
			{Name: "Revision", Type: integer, NotNull: true, Ref: "System.Rev", Display: "Revision"},
			{Name: "RevisedDate", Type: moment, Ref: "System.RevisedDate", Display: "Revised Date"},
			{Name: "RevisedDateSK", Type: integer},
			{Name: "DateSK", Type: integer},
			{Name: "IsCurrent", Type: boolean, NotNull: true, Display: "Is Current"},
			{Name: "IsLastRevisionOfDay", Type: boolean, NotNull: true, Display: "Is Last Revision Of Day"},
			{Name: "IsLastRevisionOfPeriod", Type: period, NotNull: true},
			{Name: "AnalyticsUpdatedDate", Type: moment},
		},
		revisionKeys,
		progressKeys,
		itemFields,
		progressFields,
		testFields,
		[]Property{
			{Name: "Count", Type: long},
			{Name: "CommentCount", Type: integer, Ref: "System.CommentCount", Display: "Comment Count"},
		},
	),
	Navigation: slices.Concat(
		[]Navigation{
			{Name: "RevisedOn", Target: "CalendarDate", FK: "RevisedDateSK"},
			{Name: "Date", Target: "CalendarDate", FK: "DateSK"},
			{Name: "BoardLocations", Target: "BoardLocation", Collection: true},
			{Name: "Teams", Target: "Team", Collection: true},
			{Name: "WorkItem", Target: "WorkItem", FK: "WorkItemId"},
			{Name: "Processes", Target: "Process", Collection: true, Since: V2},
		},
		itemDimensions,
		progressDates,
	),
}
