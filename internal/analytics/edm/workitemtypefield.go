package edm

// workItemTypeFieldEntity says which fields the work item types of a project have.
var workItemTypeFieldEntity = &EntityType{
	Name: "WorkItemTypeField", Set: "WorkItemTypeFields", Since: V1,
	Key: []string{"FieldName", "ProjectSK", "WorkItemType"}, ProjectBound: true,
	Properties: []Property{
		{Name: "ProjectSK", Type: guid, NotNull: true},
		{Name: "FieldName", Type: text, NotNull: true, Display: "Field Name"},
		{Name: "FieldReferenceName", Type: text, NotNull: true, Display: "Field Reference Name"},
		{Name: "FieldType", Type: text, NotNull: true, Display: "Field Type"},
		{Name: "WorkItemType", Type: text, NotNull: true, Display: "Work Item Type"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}
