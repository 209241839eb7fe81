package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// never is the end of what has not ended.
func never() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }

// revision is a stored revision of a live work item.
type revision struct {
	id, rev, project, watermark int64
	kind                        string
	changed                     time.Time
	fields                      map[string]any // by field id
}

func (r *revision) value(c *project.Catalog, ref string) any {
	f := c.FindField(ref)
	if f == nil {
		return nil
	}
	return r.fields[strconv.Itoa(int(f.ID))]
}

func (w *world) readItems(tx *db.Tx, org int64) error {
	err := each(tx, `SELECT item_id, other_id FROM work_links
			WHERE org_id = $1 AND rel = 'System.LinkTypes.Hierarchy-Reverse' AND deleted_at IS NULL`, org, func(r *db.Rows) error {
		var child, parent int64
		err := r.Scan(&child, &parent)
		w.parents[child] = parent
		return err
	})
	if err != nil {
		return err
	}
	var item []*revision
	err = each(tx, `SELECT r.id, r.rev, r.project_id, r.watermark, r.type, r.changed_at, r.fields FROM work_revisions r
			JOIN work_items i ON i.org_id = r.org_id AND i.id = r.id WHERE r.org_id = $1 AND NOT i.is_deleted ORDER BY r.id, r.rev`, org,
		func(r *db.Rows) error {
			var v revision
			var fields string
			if err := r.Scan(&v.id, &v.rev, &v.project, &v.watermark, &v.kind, &v.changed, &fields); err != nil {
				return err
			}
			d := json.NewDecoder(strings.NewReader(fields))
			d.UseNumber()
			if err := d.Decode(&v.fields); err != nil {
				return fmt.Errorf("fields of %d: %w", v.id, err)
			}
			if len(item) > 0 && item[0].id != v.id {
				w.addItem(item)
				item = nil
			}
			item = append(item, &v)
			return nil
		})
	if len(item) > 0 {
		w.addItem(item)
	}
	return err
}

// addItem adds the rows of one work item, given its revisions in order.
func (w *world) addItem(item []*revision) {
	var revisions []row
	var started, completed time.Time
	for i, v := range item {
		r := w.itemRow(v)
		switch category := r["StateCategory"]; {
		case category == "InProgress" || category == "Resolved":
			if started.IsZero() {
				started = v.changed
			}
			completed = time.Time{}
		case category == "Completed":
			if completed.IsZero() {
				completed = v.changed
			}
		default:
			completed = time.Time{}
		}
		if !started.IsZero() {
			w.setDate(r, "InProgressDate", started)
		}
		if !completed.IsZero() {
			w.setDate(r, "CompletedDate", completed)
			r["LeadTimeDays"] = daysBetween(r["CreatedDate"].(time.Time), completed)
			if !started.IsZero() {
				r["CycleTimeDays"] = daysBetween(started, completed)
			}
		}
		w.linkDays(r)
		if i == len(item)-1 && w.visible(v.project) {
			current := row{}
			for name, value := range r {
				current[name] = value
			}
			if parent, ok := w.parents[v.id]; ok {
				current["ParentWorkItemId"] = parent
			}
			w.add("WorkItems", current)
		}
		var next *revision
		if i+1 < len(item) {
			next = item[i+1]
		}
		w.setPeriod(r, v, next)
		if w.visible(v.project) {
			revisions = append(revisions, w.add("WorkItemRevisions", r))
		}
	}
	if w.visible(item[len(item)-1].project) {
		current := w.sets["WorkItems"][len(w.sets["WorkItems"])-1]
		current["Revisions"] = revisions
		for _, r := range revisions {
			r["WorkItem"] = current
		}
	}
}

func daysBetween(from, to time.Time) float64 {
	return float64(to.Sub(from).Microseconds()) / (24 * 60 * 60 * 1e6)
}

// itemRow is what a revision shows by itself.
func (w *world) itemRow(v *revision) row {
	r := row{"AnalyticsUpdatedDate": w.updated, "Count": int64(1), "CommentCount": int64(0)}
	for _, p := range w.schema["WorkItems"].props {
		raw := v.value(w.catalog, p.ref)
		if raw == nil || p.ref == "" {
			continue
		}
		if p.kind == guidKind { // the key of a custom identity
			w.setPerson(r, v, strings.TrimSuffix(p.name, "SK"), p.name, raw)
			continue
		}
		w.set(r, p, raw)
	}
	r["WorkItemId"], r["Revision"], r["Watermark"], r["WorkItemType"] = v.id, v.rev, v.watermark, v.kind
	r["WorkItemRevisionSK"] = v.watermark // some number
	w.setDate(r, "ChangedDate", v.changed)
	for nav, ref := range people {
		if raw := v.value(w.catalog, ref); raw != nil {
			w.setPerson(r, v, nav, nav+"UserSK", raw)
		}
	}
	if p := w.projects[v.project]; p != nil {
		r["Project"], r["ProjectSK"] = p, p["ProjectSK"]
	}
	if area := w.areas[integer(v.value(w.catalog, "System.AreaId"))]; area != nil {
		r["Area"], r["AreaSK"] = area, area["AreaSK"]
		r["Teams"] = area["Teams"]
		if r["Teams"] == nil {
			r["Teams"] = []row(nil)
		}
		r["Processes"] = w.processesOf(v.kind, area)
	}
	if iteration := w.iterations[integer(v.value(w.catalog, "System.IterationId"))]; iteration != nil {
		r["Iteration"], r["IterationSK"] = iteration, iteration["IterationSK"]
	}
	var tags []row
	var names []string
	list, _ := v.value(w.catalog, "System.Tags").([]any)
	for _, id := range list {
		if tag := w.tags[integer(id)]; tag != nil {
			tags, names = append(tags, tag), append(names, tag["TagName"].(string))
		}
	}
	r["Tags"] = tags
	if len(names) > 0 {
		r["TagNames"] = strings.Join(names, "; ")
	}
	if p := w.catalog.Project(v.project); p != nil {
		for _, s := range p.Process.Type(v.kind).States {
			if s.Name == r["State"] {
				r["StateCategory"] = s.Category.String()
			}
		}
	}
	return r
}

func integer(raw any) int64 {
	n, _ := raw.(json.Number)
	i, _ := n.Int64() // 0 when absent
	return i
}

// set stores the value of a field.
func (w *world) set(r row, p property, raw any) {
	number, _ := raw.(json.Number)
	switch p.kind {
	case intKind:
		r[p.name] = integer(raw)
	case doubleKind:
		f, err := number.Float64()
		if err != nil {
			panic(err) // stored by the store itself
		}
		r[p.name] = f
	case dateKind:
		w.setDate(r, p.name, time.UnixMicro(integer(raw)))
	case textKind, boolKind:
		r[p.name] = raw
	}
}

func (w *world) setDate(r row, name string, at time.Time) {
	r[name] = at
	for _, p := range w.schema["WorkItems"].props {
		if p.name == name+"SK" {
			r[p.name] = w.daySK(at)
		}
	}
}

func (w *world) setPerson(r row, v *revision, nav, key string, raw any) {
	id := integer(raw)
	if u := w.users[id]; u != nil {
		r[nav], r[key] = u, u["UserSK"]
		if w.visible(v.project) {
			w.seen[id] = true
		}
	}
}

// setPeriod fills in what depends on when the next revision was made, if any.
func (w *world) setPeriod(r row, v, next *revision) {
	w.link(r, "Date", v.changed)
	r["DateSK"] = w.daySK(v.changed)
	r["IsCurrent"], r["IsLastRevisionOfDay"], r["RevisedDate"] = next == nil, true, never()
	if next != nil {
		r["RevisedDate"], r["RevisedDateSK"] = next.changed, w.daySK(next.changed)
		w.link(r, "RevisedOn", next.changed)
		r["IsLastRevisionOfDay"] = w.daySK(v.changed) != w.daySK(next.changed)
	}
	last := flags{}
	for _, period := range periodNames {
		if next == nil || periodEnd(period, v.changed.In(w.zone)) != periodEnd(period, next.changed.In(w.zone)) {
			last = append(last, period)
		}
	}
	r["IsLastRevisionOfPeriod"] = last
}

func (w *world) readLinks(tx *db.Tx, org int64) error {
	items := map[int64]row{}
	for _, r := range w.sets["WorkItems"] {
		items[r["WorkItemId"].(int64)] = r
	}
	for id, r := range items {
		if p := items[w.parents[id]]; p != nil {
			r["Parent"] = p
			join(p, "Children", r)
		}
		hops := map[int64]bool{id: true}
		for up := w.parents[id]; up != 0 && !hops[up]; up = w.parents[up] {
			hops[up] = true
			if w.limited && (items[up] == nil || items[up]["Project"].(row)["ProjectName"] != "Fabrikam Fiber") {
				break
			}
			if items[up] != nil {
				join(items[up], "Descendants", r)
			}
		}
	}
	types := map[string]*project.LinkType{}
	for _, l := range project.LinkTypes() {
		types[l.ReferenceName] = l
	}
	return each(tx, `SELECT l.item_id, l.other_id, l.project_id, l.rel, l.comment, l.created_at, l.deleted_at FROM work_links l
			JOIN work_items i ON i.org_id = l.org_id AND i.id = l.item_id AND NOT i.is_deleted
			JOIN work_items o ON o.org_id = l.org_id AND o.id = l.other_id AND NOT o.is_deleted WHERE l.org_id = $1`, org,
		func(r *db.Rows) error {
			var from, to, of int64
			var rel, comment string
			var created time.Time
			var deleted *time.Time
			if err := r.Scan(&from, &to, &of, &rel, &comment, &created, &deleted); err != nil || !w.visible(of) {
				return err
			}
			l := row{"SourceWorkItemId": from, "TargetWorkItemId": to, "CreatedDate": created, "DeletedDate": never(), "Comment": comment,
				"LinkTypeReferenceName": rel, "LinkTypeName": types[rel].Name, "LinkTypeIsAcyclic": types[rel].Acyclic,
				"LinkTypeIsDirectional": types[rel].Directional, "AnalyticsUpdatedDate": w.updated,
				"SourceWorkItem": items[from], "TargetWorkItem": items[to]}
			if deleted != nil {
				l["DeletedDate"] = *deleted
			}
			if p := w.projects[of]; p != nil {
				l["Project"], l["ProjectSK"] = p, p["ProjectSK"]
			}
			w.add("WorkItemLinks", l)
			if items[from] != nil {
				join(items[from], "Links", l)
			}
			return nil
		})
}

// linkDays points the calendar navigations of a row to their days.
func (w *world) linkDays(r row) {
	for nav, date := range days {
		if at, ok := r[date].(time.Time); ok {
			w.link(r, nav, at)
		}
	}
}

func (w *world) link(r row, nav string, at time.Time) { r[nav] = w.dates[w.daySK(at)] }

func (w *world) daySK(at time.Time) int64 {
	y, m, d := at.In(w.zone).Date()
	return int64(y*10000 + int(m)*100 + d)
}

var periodNames = []string{"Day", "WeekEndingOnSunday", "WeekEndingOnMonday", "WeekEndingOnTuesday", "WeekEndingOnWednesday",
	"WeekEndingOnThursday", "WeekEndingOnFriday", "WeekEndingOnSaturday", "Month", "Quarter", "Year"}

// periodEnd names the period of a kind that a local time falls into.
func periodEnd(period string, at time.Time) string {
	switch period {
	case "Day":
		return at.Format(time.DateOnly)
	case "Month":
		return at.Format("2006-01")
	case "Quarter":
		return fmt.Sprint(at.Year(), (at.Month()+2)/3)
	case "Year":
		return at.Format("2006")
	}
	for !strings.HasSuffix(period, at.Weekday().String()) {
		at = at.AddDate(0, 0, 1)
	}
	return at.Format(time.DateOnly)
}

// addDates makes the calendar of some years.
func (w *world) addDates(from, to int) {
	for day := time.Date(from, 1, 1, 0, 0, 0, 0, w.zone); day.Year() <= to; day = day.AddDate(0, 0, 1) {
		first := day
		for first.Weekday() != time.Sunday { // our choice: the documentation counts Sunday as day 1
			first = first.AddDate(0, 0, -1)
		}
		last := flags{}
		for _, period := range periodNames {
			if periodEnd(period, day) != periodEnd(period, day.AddDate(0, 0, 1)) {
				last = append(last, period)
			}
		}
		sk := w.daySK(day)
		w.dates[sk] = w.add("Dates", row{"Date": day, "DateSK": sk, "DayName": day.Format("Monday"), "DayShortName": day.Format("Mon"),
			"DayOfWeek": int64(day.Weekday()) + 1, "DayOfMonth": int64(day.Day()), "DayOfYear": int64(day.YearDay()),
			"WeekStartingDate": first, "WeekEndingDate": first.AddDate(0, 0, 6), "Month": day.Format("Jan 2006"),
			"MonthName": day.Format("January"), "MonthShortName": day.Format("Jan"), "MonthOfYear": int64(day.Month()),
			"YearMonth": int64(day.Year()*100 + int(day.Month())), "Year": int64(day.Year()), "IsLastDayOfPeriod": last})
	}
}

func allPeriods(f flags) bool { return slices.Equal(f, periodNames) }
