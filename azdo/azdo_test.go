package azdo_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"boardwalk/azdo"

	"github.com/google/go-cmp/cmp"
)

func encode(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestTime(t *testing.T) {
	seoul := time.FixedZone("KST", 9*3600)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, 3, 31, 18, 36, 26, 230_000_000, time.UTC), "2026-03-31T18:36:26.23Z"},
		{time.Date(2026, 4, 1, 3, 36, 26, 537_000_000, seoul), "2026-03-31T18:36:26.537Z"},
		{time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), "9999-01-01T00:00:00Z"},
		{time.Date(2018, 12, 11, 23, 28, 29, 206_666_700, time.UTC), "2018-12-11T23:28:29.2066667Z"},
		{time.Time{}, "0001-01-01T00:00:00"},
	} {
		text := encode(t, azdo.Time{Time: c.at})
		if text != `"`+c.want+`"` {
			t.Errorf("%v: got %s, want %q", c.at, text, c.want)
		}
		var back azdo.Time
		if err := json.Unmarshal([]byte(text), &back); err != nil || !back.Equal(c.at) {
			t.Errorf("%s: read as %v, %v", text, back, err)
		}
	}
	for text, want := range map[string]string{`"2026-11-22T19:00:00+09:00"`: "2026-11-22T10:00:00Z", `"2026-11-22T10:00:00.5"`: "2026-11-22T10:00:00.5Z", "null": "0001-01-01T00:00:00"} {
		var at azdo.Time
		if err := json.Unmarshal([]byte(text), &at); err != nil || at.String() != want {
			t.Errorf("%s: read as %s, %v; want %s", text, at, err, want)
		}
	}
	var at azdo.Time
	if err := json.Unmarshal([]byte(`"yesterday"`), &at); err == nil {
		t.Errorf("yesterday was read as %s", at)
	}
}

// recorded is an answer of the hosted service, shortened.
const recorded = `{"id":973,"rev":1,"fields":{"System.AreaPath":"WIRel000001","System.CommentCount":0,"System.Title":"a <b> & c","Microsoft.VSTS.Scheduling.Effort":5.0},` +
	`"multilineFieldsFormat":{},"relations":[{"rel":"System.LinkTypes.Hierarchy-Forward","url":"https://dev.azure.com/fabrikam/d5d6109b-64fa-4228-b754-825caceadf88/_apis/wit/workItems/975",` +
	`"attributes":{"isLocked":false,"name":"Child"}}],"_links":{"self":{"href":"https://dev.azure.com/fabrikam/d5d6109b-64fa-4228-b754-825caceadf88/_apis/wit/workItems/973"},` +
	`"html":{"href":"https://dev.azure.com/fabrikam/d5d6109b-64fa-4228-b754-825caceadf88/_workitems/edit/973"}},"url":"https://dev.azure.com/fabrikam/d5d6109b-64fa-4228-b754-825caceadf88/_apis/wit/workItems/973"}`

func TestWorkItem_RoundTrip(t *testing.T) {
	var item azdo.WorkItem
	if err := json.Unmarshal([]byte(recorded), &item); err != nil {
		t.Fatal(err)
	}
	if got := encode(t, item); got != recorded {
		t.Errorf("(-recorded +written)\n%s", cmp.Diff(recorded, got))
	}
	if item.Fields.Value("System.Title") != "a <b> & c" || item.Fields.Value("System.Nothing") != nil || item.Fields[0].Name != "System.AreaPath" {
		t.Errorf("fields %v", item.Fields)
	}
	if item.Links.Href("html") != "https://dev.azure.com/fabrikam/d5d6109b-64fa-4228-b754-825caceadf88/_workitems/edit/973" || item.Links.Href("nothing") != "" {
		t.Errorf("links %v", item.Links)
	}
}

func TestFields_Values(t *testing.T) {
	fields := azdo.Fields{
		{"Text", "\"\u2028"}, {"Integer", int64(2)}, {"Whole", 5.0}, {"Rank", 1999997974.0}, {"Part", -0.125}, {"Zero", 0.0},
		{"Large", 1e21}, {"Small", 1e-7}, {"Yes", true}, {"Date", azdo.Time{Time: time.Unix(0, 0)}}, {"Person", &azdo.IdentityRef{ID: "x"}},
	}
	want := `{"Text":"\"\u2028","Integer":2,"Whole":5.0,"Rank":1999997974.0,"Part":-0.125,"Zero":0.0,"Large":1E+21,"Small":1E-07,"Yes":true,` +
		`"Date":"1970-01-01T00:00:00Z","Person":{"displayName":"","url":"","id":"x","uniqueName":"","imageUrl":"","descriptor":""}}`
	if got := encode(t, fields); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, x := range []float64{math.NaN(), math.Inf(1)} {
		if text, err := json.Marshal(azdo.Fields{{"X", x}}); err == nil {
			t.Errorf("%v was written as %s", x, text)
		}
	}
	for _, broken := range []string{`[]`, `{"a":}`, `{"a":1`, `5`} {
		var f azdo.Fields
		if err := json.Unmarshal([]byte(broken), &f); err == nil {
			t.Errorf("%s was read as %v", broken, f)
		}
	}
}

func TestLinks_SeveralAddresses(t *testing.T) {
	var links azdo.Links
	if err := json.Unmarshal([]byte(`{"b":[{"href":"1"},{"href":"2"}],"a":{"href":"3"}}`), &links); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(azdo.Links{{"b", "1"}, {"a", "3"}}, links); diff != "" {
		t.Error(diff)
	}
}

func TestList_Empty(t *testing.T) {
	if got := encode(t, azdo.NewList[string](nil)); got != `{"count":0,"value":[]}` {
		t.Error(got)
	}
}
