package sample

import (
	"iter"
	"slices"
	"time"
)

// schedule lists when, where and by whom so many items are created between two days, in order of time: more on working
// days, more in large projects, more and more over the years, and none before a project was opened. Evenly spread over
// time, deleted of them are put into the recycle bin later.
func (a *author) schedule(from, to time.Time, total, deleted int64) iter.Seq[slot] {
	return func(yield func(slot) bool) {
		length := int(to.Sub(from) / days)
		var whole int64
		for d := range length {
			whole += dayWeight(from, d, length)
		}
		var pending []slot
		var weight, made, given int64
		for d := range length {
			weight += dayWeight(from, d, length)
			a.start(-int64(d) - 1)
			for ; made < total*weight/whole; made++ {
				pending = append(pending, a.slot(from.AddDate(0, 0, d)))
			}
			slices.SortStableFunc(pending, func(x, y slot) int { return x.at.Compare(y.at) })
			// Nobody on earth starts the next day before this.
			safe := from.AddDate(0, 0, d+1).Add(-14 * time.Hour)
			if d == length-1 {
				safe = to.AddDate(1, 0, 0)
			}
			n := 0
			for ; n < len(pending) && pending[n].at.Before(safe); n++ {
				pending[n].deleted = (given+1)*deleted/total > given*deleted/total
				given++
				if !yield(pending[n]) {
					return
				}
			}
			pending = append(pending[:0], pending[n:]...)
		}
	}
}

// dayWeight is the share of a day in all items.
func dayWeight(from time.Time, d, length int) int64 {
	grown := int64(1000 + 5000*d/length*d/length) // six times as many in the end as in the beginning
	switch from.AddDate(0, 0, d).Weekday() {
	case time.Saturday, time.Sunday:
		return grown / 12
	}
	return grown
}

// slot draws place, person and time of an item created on a day.
func (a *author) slot(day time.Time) slot {
	total := 0
	for _, p := range a.world.places {
		if !day.Before(p.opened) {
			total += p.weight
		}
	}
	at := a.IntN(total)
	var s slot
	for _, p := range a.world.places {
		if day.Before(p.opened) {
			continue
		}
		if at -= p.weight; at < 0 {
			s.place = p
			break
		}
	}
	s.by = a.someone(s.place, day)
	noon := time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, s.by.zone)
	s.at = a.workTime(noon, s.by.zone)
	return s
}
