package edm

// tagEntity is one row for each project and tag.
var tagEntity = &EntityType{
	Name: "Tag", Set: "Tags", SetDisplay: "Tags", Since: V1,
	Key: []string{"TagSK"}, ProjectBound: true,
	Properties: []Property{
		{Name: "TagSK", Type: integer, NotNull: true},
		{Name: "ProjectSK", Type: guid},
		{Name: "TagId", Type: guid, Display: "Tag Id"},
		{Name: "TagName", Type: text, Display: "Tag Name"},
	},
	Navigation: []Navigation{
		{Name: "Project", Target: "Project", FK: "ProjectSK"},
	},
}
