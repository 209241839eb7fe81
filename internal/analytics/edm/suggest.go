package edm

import "strings"

// Suggest is the property or navigation property whose name is closest to a wrong one, or "" when none is close.
func (t *EntityType) Suggest(name string) string {
	names := make([]string, 0, len(t.Properties)+len(t.Navigation))
	for _, p := range t.Properties {
		names = append(names, p.Name)
	}
	for _, n := range t.Navigation {
		names = append(names, n.Name)
	}
	return Closest(name, names)
}

// SuggestSet is the entity set whose name is closest to a wrong one, or "" when none is close.
func (m *Model) SuggestSet(name string) string {
	names := make([]string, 0, len(m.types))
	for _, t := range m.types {
		names = append(names, t.Set)
	}
	return Closest(name, names)
}

// Closest is the first of the nearest candidates, if it is near enough to be what was meant: a short name forgives one
// slip, a long one up to three.
func Closest(name string, candidates []string) string {
	wanted := []rune(strings.ToLower(name))
	best, limit := "", min(3, (len(wanted)+1)/3)
	for _, candidate := range candidates {
		runes := []rune(strings.ToLower(candidate))
		if gap := len(runes) - len(wanted); max(gap, -gap) > limit {
			continue // the distance is no smaller; this also bounds the work on a name of any length
		}
		if d := distance(wanted, runes); d <= limit {
			best, limit = candidate, d-1
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of neighbors that lead from a to b.
func distance(a, b []rune) int {
	beforeLast, last := make([]int, len(b)+1), make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], beforeLast[j-2]+1)
			}
		}
		beforeLast, last, row = last, row, beforeLast
	}
	return last[len(b)]
}
