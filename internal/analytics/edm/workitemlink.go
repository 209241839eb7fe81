package edm

// workItemLinkEntity is one row for each direction of a link between two work items.
var workItemLinkEntity = &EntityType{
	Name: "WorkItemLink", Set: "WorkItemLinks", SetDisplay: "Work Item Links", Since: V1,
	Key: []string{"WorkItemLinkSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "WorkItemLinkSK", Type: integer, NotNull: true},
		{Name: "SourceWorkItemId", Type: integer, Display: "Source Work Item Id"},
		{Name: "TargetWorkItemId", Type: integer, Display: "Target Work Item Id"},
		{Name: "CreatedDate", Type: moment, NotNull: true, Display: "Created Date"},
		{Name: "DeletedDate", Type: moment, Display: "Deleted Date"},
		{Name: "Comment", Type: text, Display: "Comment"},
		{Name: "LinkTypeId", Type: integer, NotNull: true, Display: "Link Type Id"},
		{Name: "LinkTypeReferenceName", Type: text, Display: "Link Type Reference Name"},
		{Name: "LinkTypeName", Type: text, Display: "Link Type Name"},
		{Name: "LinkTypeIsAcyclic", Type: boolean, Display: "Link Type Is Acyclic"},
		{Name: "LinkTypeIsDirectional", Type: boolean, Display: "Link Type Is Directional"},
		{Name: "AnalyticsUpdatedDate", Type: moment},
		{Name: "ProjectSK", Type: guid},
	},
	Navigation: []Navigation{
		{Name: "SourceWorkItem", Target: "WorkItem", FK: "SourceWorkItemId", CrossesProject: true},
		{Name: "TargetWorkItem", Target: "WorkItem", FK: "TargetWorkItemId", CrossesProject: true},
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}
