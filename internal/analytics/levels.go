package analytics

import (
	"slices"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// maxLevels is how deep $levels follows a hierarchy. A deeper one is refused: cut off, it would look complete.
const maxLevels = 14

// tooDeep is the documented error; how deep is our choice.
func tooDeep() *fault.Fault {
	return fault.QueryNotValid("VS403513: The request includes a $expand for Parent, Children or Descendants which is too deep. The maximum depth allowed is %d", maxLevels)
}

// level is the query of the next row of a hierarchy: with $levels it expands the same navigation again.
func (b *binder) level(next *row, n *edm.Navigation, q *odata.Query) (*odata.Query, error) {
	if q.Levels == nil {
		return q, nil
	}
	left := q.Levels.N
	if q.Levels.Max && b.levelOf[q] == nil {
		left = maxLevels
	}
	if left > maxLevels {
		return nil, tooDeep().WithHint("$levels=max follows a hierarchy to its end, as long as that is not deeper")
	}
	inner, deeper := *q, *q
	inner.Levels = nil
	switch {
	case next.typ.Nav(n.Name) == nil:
		return &inner, nil
	case left > 1:
		deeper.Levels = &odata.Levels{N: left - 1, Max: q.Levels.Max}
	case q.Levels.Max: // there must be no rows below
		deeper.Levels, deeper.Expand, deeper.Select = nil, nil, []odata.SelectItem{{Path: &odata.Member{Name: n.Name}}}
		b.bottoms[&deeper] = true
	default:
		return &inner, nil
	}
	b.levelOf[&deeper] = b.written(q)
	inner.Expand = append(slices.Clone(inner.Expand), odata.ExpandItem{Path: &odata.Member{Name: n.Name}, Options: &deeper})
	return &inner, nil
}

// below lists the columns that are true in rows with joined ones below the last level of $levels=max.
func (o *object) below(list []int) []int {
	if o.bottom != nil && o.bottom.object != nil {
		list = append(list, o.bottom.object.present)
	}
	for i := range o.members {
		if o.members[i].object != nil {
			list = o.members[i].object.below(list)
		}
	}
	return list
}

// written is the options of an expansion as the query has them, for those of a deeper level, too.
func (b *binder) written(q *odata.Query) *odata.Query {
	if first := b.levelOf[q]; first != nil {
		return first
	}
	return q
}
