package api

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// What the automation guide prints for its requests. It masks ids.
const (
	printedProjects = `{
   "count":2,
   "value":[
      {
         "id":"********-****-****-****-************",
         "name":"samples",
         "url":"https://dev.azure.com/youngbinhan/_apis/projects/********-****-****-****-************",
         "state":"wellFormed",
         "revision":12,
         "visibility":"public",
         "lastUpdateTime":"2020-10-14T02:40:01.027Z"
      },
      {
         "id":"********-****-****-****-************",
         "name":"FittrixTest",
         "url":"https://dev.azure.com/youngbinhan/_apis/projects/********-****-****-****-************",
         "state":"wellFormed",
         "revision":20,
         "visibility":"private",
         "lastUpdateTime":"2020-10-16T01:32:22.173Z"
      }
   ]
}`
	printedItems = `{
   "count":3,
   "value":[
      {
         "id":1,
         "rev":2,
         "fields":{
            "System.Id":1,
            "System.Title":"test"
         },
         "url":"https://dev.azure.com/youngbinhan/_apis/wit/workItems/1"
      },
      {
         "id":2,
         "rev":1,
         "fields":{
            "System.Id":2,
            "System.Title":"Bug fix"
         },
         "url":"https://dev.azure.com/youngbinhan/_apis/wit/workItems/2"
      },
      {
         "id":3,
         "rev":1,
         "fields":{
            "System.Id":3,
            "System.Title":"Sign in feature"
         },
         "url":"https://dev.azure.com/youngbinhan/_apis/wit/workItems/3"
      }
   ]
}`
)

// TestGuide sends the guide's requests and compares the answers with what it prints, member by member.
func TestGuide(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, func(c *Config) { c.TrustForwarded = true })
		mask := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
		for _, c := range []struct{ request, want string }{
			{"GET /youngbinhan/_apis/projects?api-version=6.1-preview.4", printedProjects},
			{"POST /youngbinhan/samples/_apis/wit/workitemsbatch?api-version=6.1-preview.1\nContent-Type: application/json\n\n" +
				`{"fields": ["System.Id", "System.Title"], "ids": [1, 2, 3]}`, printedItems},
		} {
			line, rest, _ := strings.Cut(c.request, "\n")
			answer := call(t, a, "admin", line+"\nHost: dev.azure.com\nX-Forwarded-Proto: https\n"+rest)
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal(mask.ReplaceAll(body, []byte("********-****-****-****-************")), &got); err != nil {
				t.Fatalf("%s: %s", err, body)
			}
			if err := json.Unmarshal([]byte(c.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-printed +answered):\n%s", line, diff)
			}
		}
	})
}
