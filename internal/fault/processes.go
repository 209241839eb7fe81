package fault

// Fields, types and processes. Codes and texts that no page shows are our choice.
var (
	fieldMissing = kind{404, "WorkItemTrackingFieldDefinitionNotFoundException", tracking,
		`TF51535: Cannot find field %s.`}
	category = kind{404, "WorkItemTypeCategoryNotFoundException", tracking,
		`VS402324: Work item type category %s does not exist or you do not have permission to access it.`}
	icon = kind{404, "WorkItemIconNotFoundException", tracking, `The work item icon %s does not exist.`}
)

// FieldMissing: the address of a field that does not exist.
func FieldMissing(name string) *Fault { return fieldMissing.new(name) }

// CategoryNotFound: the address of a category that the process does not have.
func CategoryNotFound(name string) *Fault { return category.new(name) }

// IconNotFound: the address of an icon that does not exist.
func IconNotFound(name string) *Fault { return icon.new(name) }
