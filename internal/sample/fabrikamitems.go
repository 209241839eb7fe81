package sample

import (
	"time"

	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

const (
	liveItems    = 1166 // of fabrikam, as the service's documentation counts them
	deletedItems = 24   // in the recycle bin, besides
	firstItem    = 1001 // the first id of the last three years
	lastWritten  = 560  // the last id of the years before
)

// fabrikamItems makes up the work items of fabrikam: those the service's documentation prints, the backlog they stand in,
// and what has happened since November 2023.
func fabrikamItems(w *world) []*history {
	fiber, old := w.named("Fabrikam Fiber"), w.named("Fabrikam")
	fiber.unwanted = func(h *history) bool { return h.kind.role == feature && h.state() == "In Progress" }
	a := newAuthor(480, w, instant("2022-06-30T19:00:00Z"))
	all := []*history{a.write(entitlement(), old)}
	all[0].watermark = 283397
	all = append(all, a.release1(fiber, old)...)
	for _, x := range nightShift() {
		all = append(all, a.watch(x, old))
	}
	a.present = present()
	id, rest := int64(firstItem), int64(liveItems-len(all))
	for s := range a.schedule(firstDay(), lastDay(), rest+deletedItems, deletedItems) {
		all = append(all, a.item(id, s))
		id++
	}
	return all
}

// entitlement is the item of the documentation that is older than all others, with the watermark it had on its server.
func entitlement() written {
	return written{
		id: 10000, kind: "Task", title: "Production deployment and testing for Entitlement API v2 and Subscriber database",
		state: "Completed", reason: "Completed", area: "Operations", iteration: `Sprints\Sprint 55`,
		created: "2014-04-19T22:44:58.31Z", changed: "2014-07-10T19:29:58.41Z", by: "Microsoft.VisualStudio.Services.TFS",
		assigned: "cameron@fabrikam.com",
		first:    work.Fields{project.FieldPriority: int64(2), project.FieldOriginalEstimate: 20.0},
		last:     work.Fields{project.FieldCompletedWork: 10.0},
	}
}

// fiberBacklog is Fabrikam Fiber around its first release. Titles, types and states of the items without a description
// are those that the service's documentation prints.
func fiberBacklog() []written {
	const (
		voice, internet = `Service Delivery\Voice`, `Service Delivery\Internet`
		web, mobile     = `Production Planning\Web`, `Production Planning\Mobile`
		item            = "Product Backlog Item"
	)
	return []written{
		{id: 361, kind: item, title: "Hello World Web Site", state: "Removed", area: voice, iteration: "",
			created: "2021-04-12T16:14:08.21Z", changed: "2021-04-28T23:02:41.557Z", by: "jamal@fabrikam.com"},
		{id: 362, kind: item, title: "Resume", state: "New", area: voice, iteration: "Release 1", parent: 365,
			created: "2021-04-12T16:20:51.007Z", changed: "2021-04-29T17:35:12.863Z", by: "christie@fabrikam.com"},
		{id: 363, kind: item, title: "Welcome back page", state: "Done", area: voice, iteration: `Release 1\Sprint 1`, parent: 380,
			created: "2021-04-12T16:31:19.74Z", changed: "2022-02-03T22:48:05.19Z", by: "christie@fabrikam.com",
			assigned: "chuck@fabrikam.com", first: work.Fields{project.FieldEffort: 5.0}, tags: []string{"UX"}},
		{id: 365, kind: "Feature", title: "Pause", state: "New", area: voice, iteration: "Release 1",
			created: "2021-04-13T15:02:33.467Z", changed: "2021-04-26T18:11:57.14Z", by: "jamal@fabrikam.com"},
		{id: 374, kind: "Task", title: "Fix performance issues", state: "To Do", area: voice, iteration: `Release 1\Sprint 1`, parent: 363,
			created: "2021-04-20T21:17:40.903Z", changed: "2022-01-18T17:22:36.68Z", by: "chuck@fabrikam.com",
			first: work.Fields{project.FieldRemainingWork: 6.0}, tags: []string{"Perf"}},
		{id: 376, kind: "Epic", title: "Customer self-service", state: "In Progress", area: "Account Management", iteration: "Release 1",
			created: "2021-04-22T17:45:02.35Z", changed: "2022-01-14T18:00:26.09Z", by: "nicole@contoso.com",
			description: "<div>Customers look after their contracts themselves.</div>", tags: []string{"Customer"}},
		{id: 380, kind: "Feature", title: "Refresh web look, feel, performance factors", state: "In Progress", area: web, iteration: "Release 1", parent: 376,
			created: "2021-04-27T20:33:15.607Z", changed: "2022-01-17T18:40:29.23Z", by: "christie@fabrikam.com", assigned: "christie@fabrikam.com"},
		{id: 461, kind: "Impediment", title: "Test impediment", state: "Open", area: "Service Delivery", iteration: `Release 1\Sprint 1`,
			created: "2021-11-03T17:52:48.393Z", by: "helena@fabrikam.com", assigned: "raisa@fabrikam.com"},
		{id: 462, kind: "Test Case", title: "Test case", state: "Design", area: "Service Delivery", iteration: "Release 1",
			created: "2021-11-03T18:05:11.58Z", changed: "2021-11-04T09:12:30.11Z", by: "helena@fabrikam.com"},
		{id: 479, kind: "Feature", title: "Customer Web - Phase 1", state: "In Progress", area: internet, iteration: `Release 1\Sprint 2`, parent: 376,
			created: "2021-12-06T19:26:37.677Z", changed: "2022-02-07T17:04:50.303Z", by: "raisa@fabrikam.com", assigned: "raisa@fabrikam.com",
			first: work.Fields{project.FieldEffort: 13.0}},
		{id: 480, kind: "Feature", title: "Customer Phone - Phase 1", state: "In Progress", area: "Service Delivery", iteration: `Release 1\Sprint 1`, parent: 376,
			created: "2021-12-06T19:31:02.13Z", changed: "2022-01-18T21:50:17.997Z", by: "raisa@fabrikam.com", assigned: "jamal@fabrikam.com",
			first: work.Fields{project.FieldEffort: 8.0}, tags: []string{"Customer"}},
		{id: 491, kind: "Shared Steps", title: "Change color settings", state: "Active", area: "Fiber Suite App", iteration: "Release 1",
			created: "2021-12-15T08:41:29.503Z", by: "francis@fabrikam.com"},
		{id: 493, kind: "Feature", title: "Change initial view", state: "In Progress", area: "Fiber Suite App", iteration: `Release 1\Sprint 2`, parent: 490,
			created: "2021-12-16T17:13:54.27Z", changed: "2022-02-08T18:29:43.843Z", by: "mateo@fabrikam.com", assigned: "mateo@fabrikam.com"},
		{id: 551, kind: "Feature", title: "Mobile feedback", state: "In Progress", area: mobile, iteration: `Release 1\Sprint 3`, parent: 490,
			created: "2022-02-21T23:37:10.817Z", changed: "2022-03-01T19:15:38.44Z", by: "seoyeon@fabrikam.com", assigned: "seoyeon@fabrikam.com",
			tags: []string{"모바일"}, comments: []string{"고객 의견을 먼저 모읍시다."}},
	}
}

// subscriberEpic is above some features of Fabrikam Fiber but in another project, so a reader of Fabrikam Fiber alone has
// parents that cannot be read.
func subscriberEpic() written {
	return written{id: 490, kind: "Epic", title: "Subscriber experience", state: "Active", area: "Subscriber", iteration: "Sprints",
		created: "2021-12-14T18:08:21.36Z", changed: "2022-01-10T17:41:55.9Z", by: "adam@fabrikam.com", assigned: "jamal@fabrikam.com",
		description: "<div>What subscribers see first, on every screen.</div>"}
}

// release1 is the backlog of the first release with what the team made up for it, in the order of ids.
func (a *author) release1(fiber, old *place) []*history {
	places := map[int64]*place{}
	table := map[int64]written{}
	for _, w := range fiberBacklog() {
		table[w.id], places[w.id] = w, fiber
	}
	epic := subscriberEpic()
	table[epic.id], places[epic.id] = epic, old
	made := map[int64]*history{}
	var all []*history
	for id := int64(361); id <= lastWritten; id++ {
		w, ok := table[id]
		switch {
		case ok:
			h := a.write(w, places[id])
			made[id] = h
			places[id].shelve(h.kind.role, shelved{id, places[id], a.world.catalog.Node(h.saved.Int(project.FieldAreaID)), h.created(), a.end(h)})
			all = append(all, h)
		case id > 374 && id%9 < 4:
			all = append(all, a.item(id, a.slotOf(id, fiber)))
		}
	}
	for _, w := range fiberBacklog() {
		if w.parent == 0 {
			continue
		}
		child, parent := made[w.id], made[w.parent]
		earlier := shelved{id: w.parent, place: places[w.parent]}
		at := child.created()
		if at.Before(parent.created()) {
			at = parent.created()
		}
		a.join(child, earlier, hierarchy, at, child.saved.User(project.FieldCreatedBy))
	}
	return all
}

// slotOf is the creation of an item of the first release: as late as its id says.
func (a *author) slotOf(id int64, p *place) slot {
	a.start(id)
	from, to := instant("2021-04-20T12:00:00Z"), instant("2022-03-24T12:00:00Z")
	at := from.Add(to.Sub(from) / (lastWritten - 374) * time.Duration(id-374))
	by := a.someone(p, at)
	return slot{at: a.workTime(at, by.zone), place: p, by: by}
}

// shift is a bug that somebody watched over at inconvenient times.
type shift struct {
	id    int64
	title string
	at    []string // of its revisions
}

// nightShift lists revisions around midnight in Los Angeles, at the ends of months and years, on a leap day, and in the
// hours that daylight saving time skips and repeats.
func nightShift() []shift {
	return []shift{
		{991, "Invoice run crosses midnight", []string{
			"2023-11-01T23:59:59.997-07:00", "2023-11-02T00:00:00-07:00", "2023-12-31T23:59:59.99-08:00", "2024-01-01T00:00:00-08:00",
			"2024-02-28T23:59:59-08:00", "2024-02-29T12:00:00-08:00", "2024-03-01T00:00:00.003-08:00", "2025-06-30T23:59:59.997-07:00",
			"2025-07-01T00:00:00-07:00", "2026-09-30T23:45:00-07:00", "2026-10-01T00:15:00-07:00",
		}},
		{992, "Usage export stops when the clocks change", []string{
			"2023-11-05T01:30:00-07:00", "2023-11-05T01:30:00-08:00", "2024-03-10T01:59:59.997-08:00", "2024-03-10T03:00:00-07:00",
			"2024-11-03T00:59:59-07:00", "2024-11-03T01:00:00-08:00", "2024-11-03T23:59:59.997-08:00", "2025-03-09T03:30:00-07:00",
			"2025-11-02T01:59:59.997-07:00", "2025-11-02T01:00:00-08:00", "2026-03-08T03:00:00.003-07:00", "2026-11-01T01:15:00-08:00",
		}},
	}
}

// watch writes a bug with changes at given times: taken up, resolved, reopened, closed, and comments in between.
func (a *author) watch(x shift, p *place) *history {
	a.start(x.id)
	h := newHistory(x.id, p.ID, p.kindNamed("Bug"))
	h.set(project.FieldTitle, x.title)
	h.set(project.FieldAreaID, p.FindNode(project.AreaNode, p.Name+`\Operations`).ID)
	h.set(project.FieldIterationID, p.Iteration.ID)
	h.set(h.kind.severity, severities[1])
	h.text(h.kind.repro, "<div>See the log of the night.</div>")
	h.move(h.kind.start, "")
	moves := map[int]string{1: "Active", 3: "Resolved", 4: "Active", 6: "Resolved", 7: "Closed", 8: "Active", len(x.at) - 1: "Closed"}
	for i, text := range x.at {
		if state := moves[i]; state != "" {
			h.move(state, "")
		} else if i > 0 {
			h.comment(a.remark())
		}
		by := a.world.people[(int(x.id)+i)%4]
		if i == 1 {
			h.set(project.FieldAssignedTo, by.id)
		}
		h.save(instant(text), by.id)
	}
	return h
}
