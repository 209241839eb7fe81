package ingest

import (
	"math"

	"boardwalk/internal/work"
)

// The ends of a hierarchy link.
const (
	childLink  = "System.LinkTypes.Hierarchy-Forward"
	parentLink = "System.LinkTypes.Hierarchy-Reverse"
)

// forever is a moment, in microseconds, behind all others.
const forever = math.MaxInt64

// parents knows which work item was the parent of which, and when.
type parents map[int64][]parentSpan

type parentSpan struct{ parent, from, to int64 }

// add notes a link if it leads from a work item to its parent.
func (p parents) add(l *work.Link) {
	if l.Rel != parentLink {
		return
	}
	span := parentSpan{l.Target, l.CreatedAt.UnixMicro(), forever}
	if l.DeletedAt != nil {
		span.to = l.DeletedAt.UnixMicro()
	}
	p[l.Source] = append(p[l.Source], span)
}

// at is the parent an item had when a revision of it was superseded, or has now when end is forever; 0 for none.
func (p parents) at(item, end int64) int64 {
	for _, s := range p[item] {
		if s.from < end && end <= s.to {
			return s.parent
		}
	}
	return 0
}
