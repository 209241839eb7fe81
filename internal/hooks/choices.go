package hooks

import (
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/project"
)

// Choice is a value that an input can have.
type Choice struct{ Value, Name string }

// Choices lists what an input can be set to: what belongs to a project once there is one, which the caller must be able to read.
// limited says that there are no other values, known whether there is such an input.
func Choices(c *access.Caller, catalog *project.Catalog, at *project.Project, input string) (all []Choice, limited, known bool) {
	inputs := slices.Concat(PublisherInputs(), ConsumerInputs())
	for _, t := range EventTypes() {
		inputs = append(inputs, t.Inputs...)
	}
	i := slices.IndexFunc(inputs, func(in Input) bool { return strings.EqualFold(in.ID, input) })
	if i < 0 {
		return nil, false, false
	}
	switch in := inputs[i]; {
	case in.ID == inputProject:
		for _, p := range catalog.Projects {
			if c.CanRead(p.ID) {
				all = append(all, Choice{p.GUID.String(), p.Name})
			}
		}
	case len(in.Values) > 0:
		for _, v := range in.Values { // in an order of their own
			all = append(all, Choice{v, v})
		}
		return all, true, true
	case in.ID == inputArea && at != nil:
		for _, n := range catalog.Nodes() {
			if n.Kind == project.AreaNode && n.Project == at.ID {
				all = append(all, Choice{n.Path, n.Path})
			}
		}
	case in.ID == inputType && at != nil:
		for _, t := range at.Process.Types {
			all = append(all, Choice{t.Name, t.Name})
		}
	case in.ID == inputFields && at != nil:
		for _, f := range at.Process.Fields() {
			all = append(all, Choice{f.ReferenceName, f.Name})
		}
	case in.ID != inputArea && in.ID != inputType && in.ID != inputFields:
		return nil, false, true
	}
	slices.SortStableFunc(all, func(a, b Choice) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return all, true, true
}
