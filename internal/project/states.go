package project

import "fmt"

// State is a workflow state of a type.
type State struct {
	Name     string
	Category StateCategory
	Color    string // six hex digits
	Order    int    // from 1
}

// StateCategory is what a state means to backlogs, boards and analytics. Categories compare in
// workflow order.
type StateCategory uint8

// The state categories, in workflow order.
const (
	Proposed StateCategory = iota + 1
	InProgress
	Resolved  // in progress on backlogs, but the work is done
	Completed // left out of backlogs
	Removed   // hidden everywhere but in queries
)

var (
	stateCategoryNames  = [...]string{Proposed: "Proposed", InProgress: "InProgress", Resolved: "Resolved", Completed: "Completed", Removed: "Removed"}
	stateCategoryColors = [...]string{Proposed: "b2b2b2", InProgress: "007acc", Resolved: "ff9d00", Completed: "339933", Removed: "ffffff"}
)

// ParseStateCategory finds the category with a wire name, whatever its case; ok is false when
// there is none.
func ParseStateCategory(name string) (c StateCategory, ok bool) {
	i := indexFold(stateCategoryNames[:], name)
	return StateCategory(max(i, 0)), i > 0
}

// String returns the wire name.
func (c StateCategory) String() string {
	if c == 0 || int(c) >= len(stateCategoryNames) {
		return fmt.Sprintf("StateCategory(%d)", uint8(c))
	}
	return stateCategoryNames[c]
}

// Color returns the color of states that have no color of their own, as six hex digits.
func (c StateCategory) Color() string {
	if int(c) >= len(stateCategoryColors) {
		return ""
	}
	return stateCategoryColors[c]
}

// UnmarshalText reads a wire name.
func (c *StateCategory) UnmarshalText(text []byte) error {
	parsed, ok := ParseStateCategory(string(text))
	if !ok {
		return fmt.Errorf("unknown state category %q", text)
	}
	*c = parsed
	return nil
}
