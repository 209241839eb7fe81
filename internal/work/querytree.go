package work

import (
	"slices"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/sqlgen"
	"boardwalk/internal/wiql"
)

// forest is a result of links that form trees.
type forest struct {
	rel      string
	members  []int64 // in any order
	children map[int64][]int64
	isChild  map[int64]bool
}

// tree lists trees of work items depth first, up to n entries.
func (x *search) tree(n int) ([]QueryLink, error) {
	w, err := x.ends()
	if err != nil {
		return nil, err
	}
	if len(w.rels) != 1 || !ofTree(w.rels[0]) {
		return nil, fault.QueryInvalid("A query with the mode Recursive needs one link type that forms trees: [System.Links.LinkType] = '" + childLink + "'.")
	}
	f := &forest{rel: w.rels[0], children: map[int64][]int64{}, isChild: map[int64]bool{}}
	if x.q.Mode == wiql.Recursive {
		err = x.grow(f, w, n)
	} else {
		err = x.climb(f, w)
	}
	if err != nil {
		return nil, err
	}
	if n > x.limit && len(f.members) > x.limit {
		return nil, fault.QuerySize(x.limit)
	}
	i := row{"item"}
	where, err := x.where(i, nil)
	if err != nil {
		return nil, err
	}
	ordered, err := x.ids(i, sqlgen.All{where, within(i.col("id"), f.members)}, wiql.NoSide, 0)
	if err != nil {
		return nil, err
	}
	return f.list(ordered, n), nil
}

func ofTree(rel string) bool {
	t := project.LinkTypeByRef(rel)
	return t.Topology == project.TopologyTree && t.Forward
}

func within(id sqlgen.Expr, ids []int64) sqlgen.Expr {
	return sqlgen.InArray{X: id, List: sqlgen.Param{Value: ids, Type: sqlgen.Int64List}}
}

// grow begins with the items that match as sources and follows their links to all that match as targets.
func (x *search) grow(f *forest, w *ends, n int) error {
	s := row{"source"}
	where, err := x.where(s, w.source)
	if err != nil {
		return err
	}
	if n <= x.limit {
		n = 0 // which of them come first is known when all are
	}
	at, err := x.ids(s, where, wiql.NoSide, n)
	if err != nil {
		return err
	}
	f.members = slices.Clone(at)
	seen := map[int64]bool{}
	for _, id := range at {
		seen[id] = true
	}
	for len(at) > 0 && (n == 0 || len(f.members) < n) {
		edges, err := x.edges(w, at)
		if err != nil {
			return err
		}
		at = nil
		for _, e := range edges {
			f.join(e[0], e[1])
			if !seen[e[1]] {
				seen[e[1]] = true
				at = append(at, e[1])
			}
		}
		f.members = append(f.members, at...)
	}
	return nil
}

func (f *forest) join(parent, child int64) {
	f.children[parent] = append(f.children[parent], child)
	f.isChild[child] = true
}

// climb begins with the items that match as targets and shows them with all that is above them, up to the highest one
// that matches as source; those below none are left out.
func (x *search) climb(f *forest, w *ends) error {
	t := row{"target"}
	where, err := x.where(t, w.target)
	if err != nil {
		return err
	}
	matching, err := x.ids(t, where, wiql.NoSide, 0)
	if err != nil {
		return err
	}
	up := &ends{rels: []string{project.LinkTypeByRef(f.rel).OppositeEnd}}
	parents := map[int64]int64{}
	known := map[int64]bool{}
	all := slices.Clone(matching)
	for _, id := range all {
		known[id] = true
	}
	for at := all; len(at) > 0; {
		edges, err := x.edges(up, at)
		if err != nil {
			return err
		}
		at = nil
		for _, e := range edges {
			parents[e[0]] = e[1]
			if !known[e[1]] {
				known[e[1]] = true
				at = append(at, e[1])
			}
		}
		all = append(all, at...)
	}
	s := row{"source"}
	if where, err = x.where(s, w.source); err != nil {
		return err
	}
	tops, err := x.ids(s, sqlgen.All{where, within(s.col("id"), all)}, wiql.NoSide, 0)
	if err != nil {
		return err
	}
	isTop := map[int64]bool{}
	for _, id := range tops {
		isTop[id] = true
	}
	shown := map[int64]bool{}
	for _, id := range matching {
		path := upTo(id, parents, isTop)
		for n := len(path) - 1; n >= 0; n-- {
			if !shown[path[n]] {
				shown[path[n]] = true
				f.members = append(f.members, path[n])
				if n+1 < len(path) {
					f.join(path[n+1], path[n])
				}
			}
		}
	}
	return nil
}

// upTo is the path from an item to the highest one above it that is a top; nil when there is none.
func upTo(id int64, parents map[int64]int64, isTop map[int64]bool) (path []int64) {
	end := 0
	seen := map[int64]bool{}
	for at := id; at != 0 && !seen[at]; at = parents[at] {
		seen[at] = true
		path = append(path, at)
		if isTop[at] {
			end = len(path)
		}
	}
	return path[:end]
}

// edges reads the links of items as pairs of ids.
func (x *search) edges(w *ends, ids []int64) (pairs [][2]int64, err error) {
	found, err := x.linksOf(w, ids)
	for source, list := range found {
		for _, l := range list {
			pairs = append(pairs, [2]int64{source, l.Target})
		}
	}
	return pairs, err
}

// list writes the trees depth first; ordered is all members in the order in which they appear beside each other.
func (f *forest) list(ordered []int64, n int) (result []QueryLink) {
	place := map[int64]int{}
	for i, id := range ordered {
		place[id] = i
	}
	shown := map[int64]bool{}
	var show func(parent, id int64)
	show = func(parent, id int64) {
		if shown[id] || len(result) >= n {
			return
		}
		shown[id] = true
		if parent == 0 {
			result = append(result, QueryLink{Target: id})
		} else {
			result = append(result, QueryLink{Rel: f.rel, Source: parent, Target: id})
		}
		below := f.children[id]
		slices.SortFunc(below, func(a, b int64) int { return place[a] - place[b] })
		for _, child := range below {
			show(id, child)
		}
	}
	for _, id := range ordered {
		if !f.isChild[id] {
			show(0, id)
		}
	}
	return result
}
