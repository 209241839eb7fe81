package work

import (
	"slices"

	"boardwalk/internal/access"
	"boardwalk/internal/project"
)

// AllowedValues lists the values to pick from for a field of a type: people (*access.User) where it takes people, the
// workflow's for state and reason, else those of its rules, as text.
func AllowedValues(t *project.WorkItemType, tf *project.TypeField, people *access.Directory) (values []any) {
	switch {
	case tf.Field.Identity:
		for _, u := range people.Users() {
			if u.Active {
				values = append(values, u)
			}
		}
		return values
	case tf.Field.ID == project.FieldState:
		for _, s := range t.States {
			values = append(values, s.Name)
		}
		return values
	case tf.Field.ID == project.FieldReason:
		for _, tr := range t.Transitions {
			for _, reason := range tr.Reasons {
				if !slices.Contains(values, any(reason)) {
					values = append(values, reason)
				}
			}
		}
		return values
	}
	list, _ := tf.AllowedValues()
	for _, v := range list {
		values = append(values, v)
	}
	return values
}
