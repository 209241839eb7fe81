package api

import (
	"encoding/json"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// What clients write as text, number or truth value is read as what belongs there; the rest of the body is not touched.
func TestFitted(t *testing.T) {
	type part struct {
		Name  string          `json:"name"`
		Size  float64         `json:"size"`
		Whole *int64          `json:"whole"`
		Kept  json.RawMessage `json:"kept"`
		Any   any             `json:"any"`
	}
	type body struct {
		part
		IDs     []int64           `json:"ids"`
		Yes     bool              `json:"yes"`
		Fields  map[string]string `json:"fields"`
		Parts   []part            `json:"parts"`
		Kind    word              `json:"kind"`
		Ignored int64             `json:"-"`
	}
	for given, want := range map[string]string{
		`{"ids": ["1", 2, "three", "", null, "[3]"]}`: `{"ids":[1,2,"three","",null,"[3]"]}`,
		`{"IDS":["-7"],"yes":"True","kind":"4"}`:      `{"IDS":[-7],"yes":true,"kind":"4"}`,
		`{"yes":0}`:                                   `{"yes":false}`,
		`{"yes":"perhaps"}`:                           `{"yes":"perhaps"}`,
		`{"name":5,"size":"2.5","whole":"3"}`:         `{"name":"5","size":2.5,"whole":3}`,
		`{"name":true}`:                               `{"name":"true"}`,
		`{"name":null,"size":null}`:                   `{"name":null,"size":null}`,
		`{"size":"Infinity"}`:                         `{"size":"Infinity"}`,
		`{"fields":{"A":2,"B":"<b>","C":[1]}}`:        `{"fields":{"A":"2","B":"<b>","C":[1]}}`,
		`{"parts":[{"name":1,"kept":{"z":1, "a":"<"},"any":"1"}],"ids":1}`: `{"parts":[{"name":"1","kept":{"z":1, "a":"<"},"any":"1"}],"ids":1}`,
		`{"-":"1","ignored":"1","more":"1"}`:                               `{"-":"1","ignored":"1","more":"1"}`,
		`["1"]`:                                                            `["1"]`,
	} {
		if got := string(fitted(json.RawMessage(given), reflect.TypeFor[*body]())); got != want {
			t.Errorf("%s\n gives %s,\n want %s", given, got, want)
		}
	}
}

// However deep a body is nested, it takes memory in proportion to its length: every level of it copied would be gigabytes.
func TestReadJSON_Nested(t *testing.T) {
	const depth = 3000
	text := strings.Repeat(`{"controls":[`, depth) + `{"order":"7","label":"` + strings.Repeat("x", 1<<16) + `"}` + strings.Repeat(`]}`, depth)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var body formNode
	if err := readJSON([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > uint64(100*len(text)) {
		t.Errorf("a body of %d bytes took %d", len(text), took)
	}
	at := &body
	for len(at.Controls) > 0 {
		at = &at.Controls[0]
	}
	if at.Order == nil || *at.Order != 7 {
		t.Errorf("the innermost control has the order %v, want 7", at.Order)
	}
}

// A body with text for numbers has the answer of one with numbers.
func TestDecode_Scalars(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), nil)
	answer := func(body string) string {
		t.Helper()
		w := call(t, a, "reader", "POST /fabrikam/_apis/wit/workItemsBatch?api-version=7.1\nContent-Type: application/json\n\n"+body)
		text, err := io.ReadAll(w.Body)
		if err != nil || w.StatusCode != 200 {
			t.Fatalf("%s: %s %s %v", body, w.Status, text, err)
		}
		return string(text)
	}
	if diff := cmp.Diff(answer(`{"ids":[10,11],"fields":["System.Title"]}`), answer(`{"ids":["10"," 11"],"fields":["System.Title"]}`)); diff != "" {
		t.Errorf("(-numbers +texts):\n%s", diff)
	}
}
