package edm

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriteServiceDocument(t *testing.T) {
	root := `http://localhost/org/R&D "x"/_odata/v2.0`
	var out strings.Builder
	if err := New(V2, sampleFields).WriteServiceDocument(&out, root+"/$metadata"); err != nil {
		t.Fatal(err)
	}
	prefix := `{"@odata.context":"http://localhost/org/R&D \"x\"/_odata/v2.0/$metadata","value":[` +
		`{"name":"WorkItemRevisions","kind":"EntitySet","url":"WorkItemRevisions"},` +
		`{"name":"WorkItems","kind":"EntitySet","url":"WorkItems"},` +
		`{"name":"Tags","kind":"EntitySet","url":"Tags"},`
	if !strings.HasPrefix(out.String(), prefix) {
		t.Errorf("got  %s\nwant %s…", out.String(), prefix)
	}
	var document struct {
		Context string `json:"@odata.context"`
		Value   []map[string]string
	}
	if err := json.Unmarshal([]byte(out.String()), &document); err != nil {
		t.Fatal(err)
	}
	if document.Context != root+"/$metadata" || len(document.Value) != 15 {
		t.Errorf("context %q, %d sets", document.Context, len(document.Value))
	}
	last := map[string]string{"name": "Processes", "kind": "EntitySet", "url": "Processes"}
	if diff := cmp.Diff(last, document.Value[len(document.Value)-1]); diff != "" {
		t.Errorf("last set (-want +got):\n%s", diff)
	}
}
