package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"

	"github.com/google/go-cmp/cmp"
)

// ask sends a request as somebody and returns the status and the body.
func (w *areaWorld) ask(t *testing.T, u worldUser, method, path, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/world"+strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	r.SetBasicAuth("", u.token)
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	answer, err := io.ReadAll(rec.Body)
	check(t, err)
	return rec.Code, string(answer)
}

// asking is a request.
type asking struct{ method, path, body string }

// questions are all ways to read work items.
func (w *areaWorld) questions() (all []asking) {
	get := func(format string, args ...any) { all = append(all, asking{"GET", fmt.Sprintf(format, args...), ""}) }
	post := func(path string, body any) {
		text, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		all = append(all, asking{"POST", path, string(text)})
	}
	for _, id := range w.work {
		get("/_apis/wit/workItems/%d?$expand=all&api-version=7.1", id)
		get("/_apis/wit/workItems/%d?asOf=%s&api-version=7.1", id, now.Add(40*time.Minute).Format(time.RFC3339))
		get("/_apis/wit/workItems/%d/updates?api-version=7.1", id)
		get("/_apis/wit/workItems/%d/revisions?$expand=all&api-version=7.1", id)
		get("/One/_apis/wit/workItems/%d/comments?$expand=all&includeDeleted=true&api-version=7.1-preview.4", id)
		get("/_apis/wit/recyclebin/%d?api-version=7.1", id)
	}
	post("/_apis/wit/workitemsbatch?api-version=7.1", map[string]any{"ids": w.work, "fields": []string{"System.Title", "System.Parent", "System.Tags"}, "errorPolicy": "omit"})
	post("/_apis/wit/workitemsbatch?api-version=7.1", map[string]any{"ids": w.work, "errorPolicy": "fail"})
	get("/_apis/wit/reporting/workItemRevisions?$expand=fields&includeDeleted=true&api-version=7.1")
	get("/One/_apis/wit/reporting/workItemRevisions?includeLatestOnly=true&api-version=7.1")
	get("/_apis/wit/reporting/workItemLinks?api-version=7.1")
	get("/_apis/wit/recyclebin?api-version=7.1")
	get("/_apis/wit/workItemTransitions?ids=%d,%d&api-version=7.1", w.work[0], w.work[1])
	get("/_apis/work/accountmywork?api-version=7.1-preview.1")
	get("/_apis/work/accountmyworkrecentactivity?api-version=7.1")
	get("/_apis/work/accountrecentmentions?api-version=7.1-preview.1")
	get("/_apis/wit/reporting/workItemRevisions/discussions?api-version=7.1")
	get("/One/_apis/work/plans/%s/deliverytimeline?api-version=7.1", w.plan)
	for file := range w.files {
		get("/_apis/wit/attachments/%s?api-version=7.1", file)
	}
	for _, word := range worldWords {
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": word, "$top": 100, "$skip": 0, "includeFacets": true})
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": worldWords[0] + " NOT " + word, "$top": 100, "$skip": 0})
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": `"said ` + word + `"`, "$top": 100, "$skip": 0})
		post("/_apis/search/workitemsearchresults?api-version=7.1", map[string]any{"searchText": "said " + word + " NOT rather", "$top": 100, "$skip": 0})
		post("/_apis/wit/artifactUriQuery?api-version=7.1", map[string]any{"artifactUris": []string{"vstfs:///Git/Commit/" + word}})
	}
	for i, name := range []string{"One", "Two"} {
		for _, level := range []string{"Microsoft.RequirementCategory", "Microsoft.FeatureCategory"} {
			get("/%s/_apis/work/backlogs/%s/workItems?api-version=7.1", name, level)
		}
		get("/%s/_apis/work/teamsettings/iterations/%s/workitems?api-version=7.1", name, w.sprints[i])
		get("/%s/_apis/work/taskboardWorkItems/%s?api-version=7.1", name, w.sprints[i])
		for _, query := range []string{"assignedtome", "myactivity", "mentioned", "followed"} {
			get("/%s/_apis/work/predefinedQueries/%s?api-version=7.1-preview.1", name, query)
		}
	}
	for _, q := range w.wiql() {
		post("/One/_apis/wit/wiql?timePrecision=true&api-version=7.1", map[string]any{"query": q})
	}
	return all
}

func (w *areaWorld) wiql() (all []string) {
	for _, where := range w.plainConditions() {
		all = append(all, "SELECT [System.Id] FROM WorkItems WHERE "+where+" ORDER BY [System.Title], [Microsoft.VSTS.Common.Priority] DESC")
	}
	then := now.Add(50 * time.Minute).Format(time.RFC3339)
	for _, word := range worldWords {
		all = append(all, "SELECT [System.Id] FROM WorkItems WHERE EVER [System.Title] = '"+word+" "+worldWords[1]+"'",
			"SELECT [System.Id] FROM WorkItems WHERE [System.History] CONTAINS '"+word+"'",
			"SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS '"+word+"' ORDER BY [System.Title] ASOF '"+then+"'")
		source, target := "[Source].[System.Title] CONTAINS '"+word+"'", "[Target].[System.Title] NOT CONTAINS '"+word+"'"
		for _, mode := range []string{"MustContain", "MayContain", "DoesNotContain"} {
			all = append(all, "SELECT [System.Id] FROM WorkItemLinks WHERE "+source+" AND "+target+" MODE ("+mode+")")
		}
		for _, mode := range []string{"Recursive", "Recursive, ReturnMatchingChildren"} {
			all = append(all, "SELECT [System.Id] FROM WorkItemLinks WHERE "+source+" AND [System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward' MODE ("+mode+")",
				"SELECT [System.Id] FROM WorkItemLinks WHERE "+target+" AND [System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward' MODE ("+mode+")")
		}
	}
	return append(all, "SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (@RecentProjectActivity)", "SELECT [System.Id] FROM WorkItems WHERE [System.Id] IN (@MyRecentActivity)")
}

// plainConditions are about fields that an item has by itself, as it is now.
func (w *areaWorld) plainConditions() []string {
	all := []string{"[System.Id] > 0", "NOT [System.State] = 'Closed'", `[System.AreaPath] UNDER 'One'`, `[System.AreaPath] NOT UNDER 'Two'`, "[System.AssignedTo] = 'user2'", "[System.TeamProject] = 'Two'"}
	for i, word := range worldWords {
		all = append(all, "[System.Title] CONTAINS '"+word+"'", "[System.Tags] CONTAINS '"+word+"'", "[System.Description] CONTAINS WORDS '"+word+"'", fmt.Sprint("[Microsoft.VSTS.Common.Priority] = ", i))
	}
	return all
}

// change changes, at random, all that somebody does not see.
func (w *areaWorld) change(t *testing.T, who access.Subject) (changed int) {
	items, pool := w.present(t), map[string][]any{}
	revisions := w.rows(t, "work_revisions", "false")
	at := func(r worldRow, key string) string { return fmt.Sprint(r.project, " ", key) } // tags belong to projects
	for _, r := range revisions {
		for key, v := range r.fields {
			pool[at(r, key)] = append(pool[at(r, key)], v)
		}
	}
	hidden := map[int64][]int64{} // areas by project
	for i, a := range w.areas {
		if !w.may(who, i, access.ViewWorkItems) {
			hidden[a.project] = append(hidden[a.project], a.id)
		}
	}
	texts := map[string]bool{} // the fields that refer to texts
	for _, name := range []int{int(project.FieldDescription), int(project.FieldHistory)} {
		texts[strconv.Itoa(name)] = true
	}
	setItem := db.SQL("api.testSetItem", `UPDATE work_items SET fields = $3, type = $4, changed_at = changed_at + $5 WHERE org_id = $1 AND id = $2`)
	setRevision := db.SQL("api.testSetRevision", `UPDATE work_revisions SET fields = $4, type = $5, changed_at = changed_at + $6 WHERE org_id = $1 AND id = $2 AND rev = $3`)
	setText := db.SQL("api.testSetText", `UPDATE work_texts SET body = $4 WHERE org_id = $1 AND id = $2 AND rev = $3`)
	setComment := db.SQL("api.testSetComment", `UPDATE work_comments SET body = $4 WHERE org_id = $1 AND item_id = $2 AND rev = $3`)
	setSpoken := db.SQL("api.testSetSpoken", `UPDATE work_texts SET body = $4 WHERE org_id = $1 AND id = $2 AND rev = $3 AND field_id = $5`)
	w.update(t, func(tx *db.Tx) error {
		for _, r := range revisions {
			itemHidden := !w.sees(who, items[r.id])
			if !itemHidden && w.sees(who, r) {
				continue
			}
			changed++
			for key := range r.fields {
				if !texts[key] && key != "-2" && w.rnd.IntN(2) == 0 {
					r.fields[key] = pool[at(r, key)][w.rnd.IntN(len(pool[at(r, key)]))]
				}
			}
			if among := hidden[r.project]; w.reads(who, r.project) && len(among) > 0 {
				r.fields["-2"] = among[w.rnd.IntN(len(among))]
			}
			fields, err := json.Marshal(r.fields)
			check(t, err)
			kind, later := []string{"Task", "Bug"}[w.rnd.IntN(2)], int64(0)
			if itemHidden {
				later = w.rnd.Int64N(1000)
			}
			_, err = tx.Exec(setRevision, w.org, r.id, r.rev, string(fields), kind, later)
			check(t, err)
			if itemHidden && r.rev == items[r.id].rev {
				_, err = tx.Exec(setItem, w.org, r.id, string(fields), kind, later)
				check(t, err)
			}
			if itemHidden {
				_, err = tx.Exec(setText, w.org, r.id, r.rev, "said "+w.word())
				check(t, err)
			}
			_, err = tx.Exec(setSpoken, w.org, r.id, r.rev, "said "+w.word(), int64(project.FieldHistory))
			check(t, err)
			_, err = tx.Exec(setComment, w.org, r.id, r.rev, "said "+w.word())
			check(t, err)
		}
		_, err := tx.Append(w.org, db.Change{Kind: db.Loaded})
		return err
	})
	return changed
}

// numbers finds the ids of work items in an answer.
func numbers(t *testing.T, body string) (ids []int64) {
	t.Helper()
	var answer struct {
		WorkItems, Value []*struct{ ID int64 }
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for _, at := range append(answer.WorkItems, answer.Value...) {
		if at == nil {
			ids = append(ids, 0)
		} else {
			ids = append(ids, at.ID)
		}
	}
	return ids
}

// What somebody is answered is all that the model lets them see, and it stays the same, byte by byte, when everything else
// changes.
func TestAreaPermissions_Random(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		for seed := range map[string]uint64{"sqlite": 3, "postgres": 1}[b.Name] {
			w := newAreaWorld(t, b, seed)
			restricted := 0
			for _, u := range w.users[1:] {
				w.complete(t, seed, u)
				questions := w.questions()
				before := make([]string, len(questions))
				for i, q := range questions {
					status, body := w.ask(t, u, q.method, q.path, q.body)
					before[i] = fmt.Sprint(status, " ", body)
					if status >= 500 || status == 400 && !unknownPath(q.body) {
						t.Errorf("seed %d: %s %s: %s", seed, q.path, q.body, before[i])
					}
				}
				if changed := w.change(t, u.subject); changed > 0 {
					restricted++
				}
				for i, q := range questions {
					status, body := w.ask(t, u, q.method, q.path, q.body)
					if diff := cmp.Diff(before[i], fmt.Sprint(status, " ", body)); diff != "" {
						t.Errorf("seed %d: %v is told by %s %s of what is hidden:\n%s", seed, u.subject, q.path, q.body, diff)
					}
				}
				if t.Failed() {
					t.FailNow()
				}
			}
			if restricted < 2 {
				t.Errorf("seed %d: only %d people do not see everything", seed, restricted)
			}
		}
	})
}

// unknownPath reports whether a query may name a path that not everybody knows.
func unknownPath(query string) bool { return strings.Contains(query, "UNDER") }

// complete compares answers with the model.
func (w *areaWorld) complete(t *testing.T, seed uint64, u worldUser) {
	t.Helper()
	items := w.present(t)
	keep := func(ids []int64) []int64 {
		return slices.DeleteFunc(ids, func(id int64) bool { return !w.sees(u.subject, items[id]) })
	}
	for _, where := range w.plainConditions() {
		body := fmt.Sprintf(`{"query":%q}`, "SELECT [System.Id] FROM WorkItems WHERE "+where+" ORDER BY [Microsoft.VSTS.Common.Priority]")
		_, all := w.ask(t, w.users[0], "POST", "/_apis/wit/wiql?api-version=7.1", body)
		status, some := w.ask(t, u, "POST", "/_apis/wit/wiql?api-version=7.1", body)
		if status == 400 && unknownPath(where) {
			continue
		}
		if want, got := keep(numbers(t, all)), numbers(t, some); !slices.Equal(got, want) {
			t.Errorf("seed %d: %v finds %v by %s, want %v", seed, u.subject, got, where, want)
		}
	}
	var want []int64
	for _, id := range w.work {
		status, wanted := 0, 200
		if items[id].deleted || !w.sees(u.subject, items[id]) {
			wanted = 404
		}
		if status, _ = w.ask(t, u, "GET", fmt.Sprintf("/_apis/wit/workItems/%d?api-version=7.1", id), ""); status != wanted {
			t.Errorf("seed %d: %v reads item %d: %d, want %d", seed, u.subject, id, status, wanted)
		}
		want = append(want, map[bool]int64{true: id}[wanted == 200])
	}
	for file, at := range w.files {
		wanted := 404
		for _, id := range at {
			if !items[id].deleted && w.sees(u.subject, items[id]) {
				wanted = 200
			}
		}
		if status, _ := w.ask(t, u, "GET", fmt.Sprintf("/_apis/wit/attachments/%s?api-version=7.1", file), ""); status != wanted {
			t.Errorf("seed %d: %v reads a file of %v: %d, want %d", seed, u.subject, at, status, wanted)
		}
	}
	batch, err := json.Marshal(map[string]any{"ids": w.work, "errorPolicy": "omit"})
	check(t, err)
	if _, body := w.ask(t, u, "POST", "/_apis/wit/workitemsbatch?api-version=7.1", string(batch)); !slices.Equal(numbers(t, body), want) {
		t.Errorf("seed %d: %v is given the batch %v, want %v", seed, u.subject, numbers(t, body), want)
	}
	var bin []int64
	for _, id := range w.work {
		if items[id].deleted {
			bin = append(bin, id)
		}
	}
	if _, body := w.ask(t, u, "GET", "/_apis/wit/recyclebin?api-version=7.1", ""); !slices.Equal(numbers(t, body), keep(bin)) {
		t.Errorf("seed %d: %v finds %v in the recycle bin, want %v", seed, u.subject, numbers(t, body), bin)
	}
	var revisions []string
	for _, r := range w.rows(t, "work_revisions", "false") {
		if w.sees(u.subject, r) && w.sees(u.subject, items[r.id]) {
			revisions = append(revisions, fmt.Sprint(r.id, ".", r.rev))
		}
	}
	_, body := w.ask(t, u, "GET", "/_apis/wit/reporting/workItemRevisions?includeDeleted=true&api-version=7.1", "")
	var stream struct{ Values []struct{ ID, Rev int64 } }
	check(t, json.Unmarshal([]byte(body), &stream))
	var streamed []string
	for _, r := range stream.Values {
		streamed = append(streamed, fmt.Sprint(r.ID, ".", r.Rev))
	}
	if diff := cmp.Diff(revisions, streamed); diff != "" {
		t.Errorf("seed %d: %v is streamed (-want +got):\n%s", seed, u.subject, diff)
	}
}
