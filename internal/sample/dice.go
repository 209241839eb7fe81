package sample

import (
	"math/rand/v2"
	"time"
)

// dice is randomness that comes out the same on every machine. It computes with integers only: floating-point functions
// differ between processors in the last digit.
type dice struct {
	*rand.Rand
	source rand.PCG
	seed   uint64
}

func newDice(seed uint64) *dice {
	d := &dice{seed: seed}
	d.Rand = rand.New(&d.source)
	d.start(0)
	return d
}

// start begins the sequence that belongs to a key, such as the id of a work item: what happens to one item then does not
// depend on the others.
func (d *dice) start(key int64) {
	d.source.Seed(d.seed, uint64(key)*0x9e3779b97f4a7c15) //nolint:gosec // the bits matter, not the sign
}

// chance is true in so many cases of a thousand.
func (d *dice) chance(permille int) bool { return d.IntN(1000) < permille }

func pick[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }

// weighted draws an index with a probability in proportion to its weight. At least one weight must not be 0.
func (d *dice) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := d.IntN(total)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// quantiles of a lognormal distribution with median 1 and sigma 0.95, in thousandths.
var quantiles = [64]int64{
	101, 151, 188, 219, 247, 273, 298, 323, 347, 371, 395, 419, 442, 466, 490, 515,
	539, 564, 590, 615, 642, 669, 696, 724, 753, 783, 814, 845, 878, 911, 946, 982,
	1019, 1057, 1098, 1140, 1183, 1229, 1277, 1327, 1380, 1436, 1495, 1558, 1625, 1696, 1772, 1854,
	1943, 2039, 2145, 2260, 2389, 2532, 2694, 2879, 3095, 3350, 3662, 4054, 4577, 5331, 6607, 9941,
}

// spread draws around a median, about lognormally: half of what it gives is smaller, and once in a while something is
// many times as large.
func (d *dice) spread(median int64) int64 {
	factor := int64(1000)
	for range 3 {
		i := d.IntN(len(quantiles))
		factor = factor * quantiles[i] / 1000
		if i < len(quantiles)-1 {
			break
		}
	}
	return median * factor / 1000
}

// lasting is spread for durations.
func (d *dice) lasting(median time.Duration) time.Duration {
	return time.Duration(d.spread(int64(median/time.Second))) * time.Second
}

// workTime moves an instant to when a person in a time zone would have worked: in office hours of that day, of the next
// Monday when that is a weekend, and now and then late in the evening or around midnight.
func (d *dice) workTime(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	year, month, day := local.Date()
	if !d.chance(60) {
		switch local.Weekday() {
		case time.Saturday:
			day += 2
		case time.Sunday:
			day++
		}
	}
	minute := 9*60 + d.IntN(5*60) + d.IntN(4*60)
	switch r := d.IntN(1000); {
	case r < 8:
		minute = 24*60 - 10 + d.IntN(20)
	case r < 40:
		minute = 19*60 + d.IntN(4*60)
	}
	return time.Date(year, month, day, 0, minute, d.IntN(60), 0, zone).Add(d.tick()).UTC()
}

// tick is a fraction of a second as work item dates have it, which were three-hundredths of a second in the past.
func (d *dice) tick() time.Duration {
	return time.Duration(10*d.IntN(100)+[...]int{0, 3, 7}[d.IntN(3)]) * time.Millisecond
}

// later is a while after an instant, for the next change in one sitting.
func (d *dice) later(t time.Time) time.Time {
	return t.Truncate(time.Second).Add(time.Duration(20+d.IntN(40*60))*time.Second + d.tick())
}
