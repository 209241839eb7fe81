package edm

import "slices"

// workItemEntity is the current state of live work items.
var workItemEntity = &EntityType{
	Name: "WorkItem", Set: "WorkItems", SetDisplay: "Work Items", Since: V1,
	Key: []string{"WorkItemId"}, ProjectBound: true, CustomFields: true,
	Properties: slices.Concat(
		[]Property{
			{Name: "WorkItemId", Type: integer, NotNull: true, Ref: "System.Id", Display: "Work Item Id"},
		},
		progressFields,
		progressKeys,
		[]Property{
			{Name: "AnalyticsUpdatedDate", Type: moment},
		},
		revisionKeys,
		[]Property{
			{Name: "Revision", Type: integer, NotNull: true, Ref: "System.Rev", Display: "Revision"},
		},
		itemFields,
		testFields,
		[]Property{
			{Name: "Count", Type: long},
			{Name: "CommentCount", Type: integer, Ref: "System.CommentCount", Display: "Comment Count"},
		},
	),
	Navigation: slices.Concat(
		[]Navigation{
			{Name: "BoardLocations", Target: "BoardLocation", Collection: true},
			{Name: "Teams", Target: "Team", Collection: true},
		},
		progressDates,
		[]Navigation{
			{Name: "Revisions", Target: "WorkItemRevision", Collection: true, NotExpandable: true},
			{Name: "Links", Target: "WorkItemLink", Collection: true},
			{Name: "Children", Target: "WorkItem", Collection: true, CrossesProject: true},
			{Name: "Parent", Target: "WorkItem", FK: "ParentWorkItemId", CrossesProject: true},
			{Name: "Processes", Target: "Process", Collection: true, Since: V2},
			{Name: "Descendants", Target: "WorkItem", Collection: true, Since: V3Preview, CrossesProject: true},
		},
		itemDimensions,
	),
}
