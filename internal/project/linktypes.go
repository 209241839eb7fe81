package project

import (
	"slices"
	"strings"
)

// LinkType is one end of a kind of link: Child and Parent are two link types, opposite ends of
// each other. Link types are the same in every organization, immutable and safe for concurrent use.
type LinkType struct {
	ReferenceName string
	Name          string
	Usage         LinkUsage
	Topology      Topology // empty for resource links
	OppositeEnd   string   // reference name; empty when both ends look alike, and for resource links

	Forward      bool // the end held by the source of the link
	Editable     bool
	Acyclic      bool
	Directional  bool
	SingleTarget bool
	Remote       bool // leads to another organization
}

// LinkUsage tells links between work items from links to other things, by wire name.
type LinkUsage string

// The link usages.
const (
	WorkItemLink LinkUsage = "workItemLink"
	ResourceLink LinkUsage = "resourceLink"
)

// Topology is the shape links of one type may form, by wire name.
type Topology string

// The topologies.
const (
	TopologyTree       Topology = "tree"       // one parent at most, no cycles
	TopologyDependency Topology = "dependency" // no cycles
	TopologyNetwork    Topology = "network"    // anything, both ends alike
)

// LinkTypes returns all link types in the order GET wit/workItemRelationTypes lists them. The
// slice belongs to the caller.
func LinkTypes() []*LinkType {
	return slices.Clone(system().linkTypes)
}

// LinkTypeByRef finds a link type by reference name, whatever the case, or returns nil.
func LinkTypeByRef(ref string) *LinkType {
	return find(system().linkTypes, func(l *LinkType) bool { return strings.EqualFold(l.ReferenceName, ref) })
}

// Opposite returns the link type the other work item shows: l itself when both ends look alike,
// nil for links that do not lead to work items.
func (l *LinkType) Opposite() *LinkType {
	switch {
	case l.Usage != WorkItemLink:
		return nil
	case l.OppositeEnd == "":
		return l
	default:
		return LinkTypeByRef(l.OppositeEnd)
	}
}

// find returns the first element that matches, or nil.
func find[T any](list []*T, match func(*T) bool) *T {
	if i := slices.IndexFunc(list, match); i >= 0 {
		return list[i]
	}
	return nil
}
