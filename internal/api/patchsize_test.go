package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// A patch of 1,000 operations, the most there may be, is one revision; with a bad one at its end it is none, and neither is one
// of 10,000.
func TestPatch_Long(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		var ops []string
		for n := range 10_000 {
			ops = append(ops, fmt.Sprintf(`{"op":"add","path":"/fields/System.Title","value":"%d"}`, n))
		}
		send := func(ops []string) (status int, shown struct {
			Rev     int
			Message string
			Fields  map[string]any
		}) {
			r := call(t, a, "writer", "PATCH /fabrikam/_apis/wit/workItems/10?api-version=7.1\nContent-Type: application/json-patch+json\n\n["+strings.Join(ops, ",")+"]")
			check(t, json.NewDecoder(r.Body).Decode(&shown))
			return r.StatusCode, shown
		}
		if status, shown := send(ops); status != 400 || shown.Message != "You must pass a valid patch document in the body of the request." {
			t.Errorf("10,000 operations: %d %s", status, shown.Message)
		}
		if status, shown := send(append(ops[:999:999], `{"op":"add","path":"/fields/Nothing","value":1}`)); status != 400 || shown.Message != "TF51535: Cannot find field Nothing." {
			t.Errorf("a bad operation at the end: %d %s", status, shown.Message)
		}
		if status, shown := send(ops[:1000]); status != 200 || shown.Rev != 2 || shown.Fields["System.Title"] != "999" {
			t.Errorf("%d, revision %d, %v", status, shown.Rev, shown.Fields["System.Title"])
		}
	})
}
