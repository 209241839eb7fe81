package analytics

import (
	"slices"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// check is a query that finds a row of an unreadable project behind an expansion; the answer is refused when it does.
type check struct {
	find *sqlgen.Select
	of   *projectVar
}

// lookOutside lets a caller of some projects expand rows that the query does not restrict, as long as none of them lies
// elsewhere: a check looks for those before the query runs. Two kinds of expansions are let through that way: parents
// and link targets without $filter (documented: "if a parent refers to an item of an unreadable project the request
// fails"), and collections that $filter looks into with any(...), the documented way to expand them. With $levels, and
// nested in one another, all rows on the way are looked at. The check ignores the conditions of the expansion, which
// would let a caller ask about rows that cannot be read.
func (b *binder) lookOutside(r, next *row, n *edm.Navigation, q *odata.Query) {
	if !r.block.top || r.path != "" && r.looked == nil || !n.CrossesProject || b.answer == nil || b.scope.readable.all || b.scope.Project != nil {
		return
	}
	switch repeated := b.levelOf[q] != nil; {
	case !n.Collection && q.Filter != nil: // it has to prove where they are
		return
	case n.Collection && !repeated && (r.path != "" || !b.reached[n.Name]):
		return
	}
	along := append(slices.Clone(r.looked), n)
	k, root := b.answer.copy()
	b.unfenced = true
	err := b.outsideAlong(k, root, along)
	b.unfenced = false
	if err != nil {
		return // expanding it fails the same way
	}
	next.project.atRunTime, next.looked = true, along
	b.checks = append(b.checks, check{k.selectColumns(sqlgen.Column{Expr: sqlgen.Aggregate{Func: sqlgen.Count}}), next.project})
}

// outsideAlong restricts a block to rows from which a row outside of the caller's projects is reached by the last of some
// navigations.
func (b *binder) outsideAlong(k *block, r *row, along []*edm.Navigation) error {
	n := along[0]
	if !n.Collection {
		next, err := r.join(n, true)
		if err != nil {
			return err
		}
		next.project.atRunTime = true
		if len(along) > 1 {
			return b.outsideAlong(k, next, along[1:])
		}
		k.where = append(k.where, b.outside(next))
		return nil
	}
	below, from, key, err := r.collection(n, place{})
	if err != nil {
		return err
	}
	below.root.project.atRunTime = true
	below.where = append(below.where, sqlgen.Equal(key, from))
	if len(along) > 1 {
		err = b.outsideAlong(below, below.root, along[1:])
	} else {
		below.where = append(below.where, b.outside(below.root))
	}
	k.where = append(k.where, sqlgen.Exists{Select: below.selectColumns(sqlgen.Column{Expr: sqlgen.Int(1)})})
	return err
}
