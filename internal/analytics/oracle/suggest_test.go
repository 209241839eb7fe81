package oracle

import (
	"bytes"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"boardwalk/internal/analytics"
	"boardwalk/internal/fault"
)

// What is suggested in place of a refused query is answered, and the answer is that of the refused query were there no
// rows but those of the projects the caller can read.
func testSuggested(t *testing.T, f *fixture) {
	all, own := f.world(t, ""), *f.worldOf(t, "Fabrikam Fiber", true)
	refused, compared, without := 0, 0, 0
	for seed := range uint64(1300) {
		g := newGenerator(all, 40_000+seed)
		q := g.query()
		if g.chance(60) {
			q.expands = append(q.expands, g.expansions(q.set, 30, 1)...)
			q.expands = q.expands[:min(1, len(q.expands))]
		}
		if len(q.apply) > 0 {
			q.expands = nil
		}
		_, err := f.ask(t, f.service, f.reader, "", version+"/"+q.set, q.raw())
		if status(err) != 403 {
			continue
		}
		refused++
		reason, ok := errors.AsType[*fault.Fault](err)
		if !ok || reason.Suggestion == "" {
			if _, named := all.schema[q.set].nav("Project"); !named || strings.Contains(q.text(), "BoardLocations") {
				continue // nothing that a filter could name
			}
			if without++; !strings.Contains(q.text(), "Project") && !strings.Contains(q.text(), "Users") {
				t.Errorf("%s\nnothing is suggested: %v %s", q.set+"?"+q.text(), err, reason.Hint)
			}
			continue
		}
		project, set, raw := suggestion(t, reason.Suggestion)
		if _, named := all.schema[q.set].nav("Project"); project != "" && named { // others have nothing that a filter could name
			t.Errorf("%s\nsuggested %s, want the same scope", q.set+"?"+q.text(), reason.Suggestion)
		}
		answer, err := f.service.Serve(t.Context(), f.reader, f.org, analytics.Request{
			Project: project, Path: version + "/" + set, Query: raw, Base: "https://boardwalk.test/fabrikam/_odata"})
		if err != nil {
			t.Errorf("%s\nsuggested %s\nis refused: %v", q.set+"?"+q.text(), reason.Suggestion, err)
			continue
		}
		if seed%12 != 0 || q.top != nil && len(q.order) == 0 { // which rows come first would be anybody's guess
			continue
		}
		var body bytes.Buffer
		if err := answer.Body(&body); err != nil {
			t.Errorf("%s\nsuggested %s\nis refused: %v", q.set+"?"+q.text(), reason.Suggestion, err)
			continue
		}
		compared++
		if project == "" && (q.selects != nil || len(q.apply) > 0) { // all columns are those of the caller's processes
			f.sameForAll(t, set, raw, body.Bytes())
		}
		here := own
		here.project = project
		meant := *q
		for _, nav := range []string{"Parent", "TargetWorkItem", "SourceWorkItem"} { // rows without one are left out
			inside := regexp.MustCompile("[^/a-zA-Z]" + nav + "/Project/ProjectName eq 'Fabrikam Fiber'")
			if inside.MatchString(outermost(t, raw)) {
				there := binary{"ne", path{to: []string{nav, "WorkItemId"}}, null()}
				if len(meant.apply) > 0 {
					meant.apply = append([]step{filterStep{there}}, meant.apply...)
				} else {
					meant.filter = and(there, meant.filter)
				}
			}
		}
		f.expect(t, asked{caller: f.reader, version: version, path: set, raw: raw, text: q.text() + "\nsuggested " + reason.Suggestion}, &here, &meant)
	}
	if refused < 1000 || compared < 60 || without > refused/10 {
		t.Errorf("%d refused, %d answers compared, %d without suggestion; want many", refused, compared, without)
	}
}

// sameForAll asks as the administrator, who needs no proof: the answer must be the same, so nothing was left out of it.
func (f *fixture) sameForAll(t *testing.T, set, raw string, body []byte) {
	t.Helper()
	got, err := f.ask(t, f.service, f.admin, "", version+"/"+set, raw)
	if err != nil || !bytes.Equal(got, body) {
		t.Errorf("%s?%s\nthe administrator is answered %.400s, %v\nthe reader %.400s", set, raw, got, err, body)
	}
}

// suggestion takes a suggested URL apart.
func suggestion(t *testing.T, text string) (project, set, raw string) {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(strings.TrimPrefix(u.Path, "/fabrikam/"), "/")
	if parts[0] != "_odata" {
		project, parts = parts[0], parts[1:]
	}
	return project, strings.Join(parts[2:], "/"), u.RawQuery
}

// outermost is the query without its expansions.
func outermost(t *testing.T, raw string) string {
	t.Helper()
	var kept []string
	for option := range strings.SplitSeq(raw, "&") {
		text, err := url.PathUnescape(option)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(text, "$expand") {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "&")
}
