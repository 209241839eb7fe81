package api

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// BenchmarkBatch reads 200 work items with all their usual fields.
func BenchmarkBatch(b *testing.B) {
	a := fixture(b, dbtest.New(b, "sqlite"), nil)
	var ids []string
	for i := range 200 {
		answer := call(b, a, "writer", "POST /fabrikam/Fabrikam%20Fiber/_apis/wit/workItems/$Bug?api-version=7.1\nContent-Type: application/json-patch+json\n\n"+
			fmt.Sprintf(`[{"op":"add","path":"/fields/System.Title","value":"Bug %d"},{"op":"add","path":"/fields/System.AssignedTo","value":"Walter Writer"}]`, i))
		if answer.StatusCode != 200 {
			b.Fatal(answer.Status)
		}
		ids = append(ids, fmt.Sprint(14+i))
	}
	request := "POST /fabrikam/_apis/wit/workItemsBatch?api-version=7.1\nContent-Type: application/json\n\n{\"ids\":[" + strings.Join(ids, ",") + "]}"
	for b.Loop() {
		answer := call(b, a, "writer", request)
		n, err := io.Copy(io.Discard, answer.Body)
		if answer.StatusCode != 200 || err != nil {
			b.Fatal(answer.Status, err)
		}
		b.SetBytes(n)
	}
}
