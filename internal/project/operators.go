package project

import "slices"

// Sortable reports whether lists of work items can be ordered by the field.
func (f *Field) Sortable() bool { return f.Type != HTML && f.Type != PlainText && f.Type != History }

// Operators lists the operators queries may use on the field, as GET wit/fields names them.
func (f *Field) Operators() []string {
	compared := []string{"=", "<>", ">", "<", ">=", "<="}
	fields := []string{"= [Field]", "<> [Field]", "> [Field]", "< [Field]", ">= [Field]", "<= [Field]"}
	switch f.Type {
	case Integer, Double:
		return slices.Concat(compared, []string{"In", "Was Ever"}, fields)
	case DateTime:
		return slices.Concat(compared, []string{"In"}, fields)
	case String:
		return slices.Concat(compared, []string{"Contains", "Does Not Contain", "In", "In Group", "Not In Group", "Was Ever"}, fields)
	case TreePath:
		return []string{"Under", "Not Under", "=", "<>", "In"}
	case Boolean:
		return []string{"=", "<>", "Was Ever", "= [Field]", "<> [Field]"}
	case GUID:
		return slices.Concat(compared[:2], []string{"In"}, fields[:2])
	}
	return []string{"Contains", "Does Not Contain"} // long texts
}
