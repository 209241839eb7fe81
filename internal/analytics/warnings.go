package analytics

import (
	"slices"

	"boardwalk/internal/analytics/edm"
)

// warnings are what an answer says about its query; each once, in the order found.
type warnings []string

const (
	guidance        = " Details on recommended query patterns are available here: https://go.microsoft.com/fwlink/?linkid=861060."
	noSelect        = "VS403507: The specified query does not include a $select or $apply clause which is recommended for all queries." + guidance
	hierarchyWalked = "VS403508: Using the Parent, Children, Descendants or Revision properties in a filter or expand is not recommended." + guidance
	snapshotRead    = "VS403510: The Snapshot tables in Analytics are intended to be used only in an aggregation.  The result for this query has been reduced to preview of a single result page." + guidance
	snapshotSummed  = "A snapshot has a row for every day: group by DateSK or DateValue, or filter to one day, or items are counted once for each day." + guidance
)

func (w *warnings) add(text string) {
	if !slices.Contains(*w, text) {
		*w = append(*w, text)
	}
}

// alias tells that an undeclared name was understood.
func (w *warnings) alias(name, set, declared string) {
	w.add("The property '" + name + "' is not part of " + set + " in $metadata; it was read as " + declared + ".")
}

// navigation tells that a property was understood as the navigation beside it.
func (w *warnings) navigation(name, set, declared string) {
	w.add("The property '" + name + "' of " + set + " is not a navigation property; $expand read it as " + declared + ".")
}

// ignored tells that a query option had no effect.
func (w *warnings) ignored(option string) {
	w.add("The query option '" + option + "' is not known and was ignored. Options begin with $; conditions of $filter are joined by 'and'.")
}

// traversed warns of navigations that are slow in the original.
func (w *warnings) traversed(n *edm.Navigation) {
	switch n.Name {
	case "Parent", "Children", "Descendants", "Revisions":
		w.add(hierarchyWalked)
	}
}
