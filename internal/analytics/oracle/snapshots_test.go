package oracle

import (
	"iter"
	"slices"
)

// A snapshot has a row for every day on which a work item existed: its last revision of that day. So have the snapshots of
// boards, for each board, and of test points. With hundreds of days there are too many rows to keep, so they are made for
// each query, on the days that its conditions allow.

const (
	snapshotSet      = "WorkItemSnapshot"
	boardSnapshotSet = "WorkItemBoardSnapshot"
)

// daily reports whether a set has rows for every day.
func daily(set string) bool {
	return slices.Contains([]string{snapshotSet, boardSnapshotSet, pointHistorySet}, set)
}

// ofDay and ofItem are where a snapshot's row keeps what it shows; its names are looked up there.
const (
	ofDay  = " day"
	ofItem = " item"
)

// at is the value of a name.
func (r row) at(name string) any {
	if v, ok := r[name]; ok {
		return v
	}
	if day, ok := r[ofDay].(row); ok {
		if v, ok := day[name]; ok {
			return v
		}
		return r[ofItem].(row)[name]
	}
	return nil
}

// copyOf is a row of its own with the same values.
func copyOf(r row) row {
	out := row{}
	for name, v := range r {
		out[name] = v
	}
	return out
}

// span is a row and the days from which and until which it is the last one of its kind.
type span struct {
	from, until int64
	of          row
}

// spans are what the days of a snapshot show.
func (w *world) spans(set string) []span {
	if w.spanned[set] != nil {
		return w.spanned[set]
	}
	var spans []span
	switch set {
	case boardSnapshotSet:
		spans = w.boardSpans()
	case snapshotSet:
		for _, r := range w.sets["WorkItemRevisions"] {
			s := span{from: r["ChangedDateSK"].(int64), until: 99999999, of: r}
			if until, ok := r["RevisedDateSK"].(int64); ok {
				s.until = until
			}
			if s.from < s.until {
				spans = append(spans, s)
			}
		}
	}
	w.spanned[set] = spans
	return spans
}

// rows are the rows of a set. Those of a snapshot are only those that may meet the condition.
func (w *world) rows(set string, condition expr) []row {
	if !daily(set) {
		return w.sets[set]
	}
	var all []row
	for rows := range w.rowsByDay(set, condition) {
		all = append(all, rows...)
	}
	return all
}

// rowsByDay are the rows of a snapshot that may meet a condition. Conditions on the day or on what it
// shows alone are looked at once for each.
func (w *world) rowsByDay(set string, condition expr) iter.Seq[[]row] {
	var ofDays, ofItems, ofBoth []expr
	for _, c := range conjuncts(condition) {
		switch names := namesIn(c); {
		case !slices.ContainsFunc(names, isDayName):
			ofItems = append(ofItems, c)
		case !slices.ContainsFunc(names, func(n string) bool { return !isDayName(n) }):
			ofDays = append(ofDays, c)
		default:
			ofBoth = append(ofBoth, c)
		}
	}
	var spans []span
	for _, s := range w.spans(set) {
		if holds(w, s.of, ofItems) {
			spans = append(spans, s)
		}
	}
	today := w.daySK(now())
	return func(yield func([]row) bool) {
		for _, day := range w.sets["Dates"] {
			sk := day["DateSK"].(int64)
			shown := row{"DateSK": sk, "DateValue": day["Date"], "IsLastDayOfPeriod": day["IsLastDayOfPeriod"], "Date": day}
			if sk > today || !holds(w, shown, ofDays) {
				continue
			}
			var rows []row
			for _, s := range spans {
				if sk < s.from || sk >= s.until {
					continue
				}
				if r := (row{ofDay: shown, ofItem: s.of}); holds(w, r, ofBoth) {
					rows = append(rows, r)
				}
			}
			if len(rows) > 0 && !yield(rows) {
				return
			}
		}
	}
}

// isDayName tells what a snapshot's row takes from its day.
func isDayName(name string) bool {
	return slices.Contains([]string{"DateSK", "DateValue", "IsLastDayOfPeriod", "Date"}, name)
}

func holds(w *world, r row, conditions []expr) bool {
	for _, c := range conditions {
		if c.eval(w.scope(r)) != true {
			return false
		}
	}
	return true
}

func conjuncts(e expr) []expr {
	if b, ok := e.(binary); ok && b.op == "and" {
		return append(conjuncts(b.a), conjuncts(b.b)...)
	}
	if e == nil {
		return nil
	}
	return []expr{e}
}

// namesIn are the names of the row itself that an expression begins its paths with.
func namesIn(e expr) []string {
	var parts []expr
	switch e := e.(type) {
	case path:
		if e.from == "" && len(e.to) > 0 {
			return e.to[:1]
		}
	case binary:
		parts = []expr{e.a, e.b}
	case not:
		parts = []expr{e.of}
	case in:
		parts = []expr{e.of}
	case cast:
		parts = []expr{e.of}
	case iif:
		parts = []expr{e.cond, e.yes, e.no}
	case call:
		parts = e.args
	case percentile:
		parts = append([]expr{e.of}, e.by...)
	case size:
		parts = []expr{e.of}
	case lambda:
		parts = []expr{e.over, e.body}
	}
	var names []string
	for _, p := range parts {
		names = append(names, namesIn(p)...)
	}
	return names
}

// some are rows of a set to take values from: of snapshots, the first day of all they show.
func (w *world) some(set string) []row {
	if !daily(set) || w.sets[set] != nil {
		return w.sets[set]
	}
	for _, s := range w.spans(set) {
		day := w.dates[s.from]
		w.add(set, row{ofItem: s.of, ofDay: row{"DateSK": day["DateSK"], "DateValue": day["Date"], "IsLastDayOfPeriod": day["IsLastDayOfPeriod"], "Date": day}})
	}
	return w.sets[set]
}
