package api

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"
)

// A file is uploaded, attached, and downloaded whole and in parts by those who can read the item or the project.
func TestAttachments(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		send := func(who, text string, status int) (string, http.Header) {
			t.Helper()
			w := call(t, a, who, text)
			body, err := io.ReadAll(w.Body)
			if err != nil || w.StatusCode != status {
				t.Fatalf("%s: %d %s, %v", strings.SplitN(text, "\n", 2)[0], w.StatusCode, body, err)
			}
			return string(body), w.Header
		}
		upload := func(who, scope, shown string) azdo.AttachmentReference { // shown: the project in the address
			t.Helper()
			body, _ := send(who, "POST "+scope+"/_apis/wit/attachments?fileName=%C3%BCber%20it.txt&api-version=7.1\nContent-Type: application/octet-stream\n\n0123456789", 201)
			var made azdo.AttachmentReference
			if err := json.Unmarshal([]byte(body), &made); err != nil {
				t.Fatal(err)
			}
			if want := "http://localhost:8080/Fabrikam" + shown + "/_apis/wit/attachments/" + made.ID + "?fileName=%C3%BCber%20it.txt"; made.URL != want {
				t.Errorf("url %s, want %s", made.URL, want)
			}
			return made
		}
		made := upload("admin", "/fabrikam/Secret", "/00000000-0000-4000-8000-000000000061")
		path := "/fabrikam/_apis/wit/attachments/" + made.ID + "?api-version=7.1"
		send("reader", "GET "+path, 404)
		send("reader", "POST /fabrikam/Fabrikam%20Fiber/_apis/wit/attachments?fileName=a&api-version=7.1\n\nx", 403)
		send("writer", "POST /fabrikam/Secret/_apis/wit/attachments?fileName=a&api-version=7.1\n\nx", 404)
		attach := func(who string, status int) string {
			body, _ := send(who, "PATCH /fabrikam/_apis/wit/workItems/10?api-version=7.1\nContent-Type: application/json-patch+json\n\n"+
				`[{"op":"add","path":"/relations/-","value":{"rel":"AttachedFile","url":"`+made.URL+`","attributes":{"comment":"look"}}}]`, status)
			return body
		}
		attach("writer", 404) // cannot read it
		var item azdo.WorkItem
		if err := json.Unmarshal([]byte(attach("admin", 200)), &item); err != nil {
			t.Fatal(err)
		}
		link := item.Relations[len(item.Relations)-1]
		if link.Rel != "AttachedFile" || link.URL != "http://localhost:8080/Fabrikam/00000000-0000-4000-8000-000000000060/_apis/wit/attachments/"+made.ID || link.Attributes.Name != "über it.txt" ||
			link.Attributes.ResourceSize != 10 || link.Attributes.Comment != "look" {
			t.Errorf("relation %+v", link)
		}
		body, h := send("reader", "GET "+path+"&download=true\nAccept-Encoding: gzip", 200)
		if body != "0123456789" || h.Get("Content-Disposition") != "attachment; filename*=utf-8''%C3%BCber%20it.txt" || h.Get("Content-Length") != "10" {
			t.Errorf("%s, %v", body, h)
		}
		if body, h = send("reader", "GET "+path+"&fileName=x.html\nRange: bytes=2-4", 206); body != "234" ||
			h.Get("Content-Range") != "bytes 2-4/10" || h.Get("Content-Type") != "application/octet-stream" || h.Get("Content-Disposition") != "" {
			t.Errorf("%s, %v", body, h)
		}
		if body, h = send("reader", "HEAD "+path, 200); body != "" || h.Get("Content-Length") != "10" {
			t.Errorf("HEAD: %s, %v", body, h)
		}
		send("reader", "GET "+path+"\nIf-None-Match: "+h.Get("ETag"), 304)
		send("reader", "GET "+path+"\nRange: bytes=20-30", 416)
		send("writer", "DELETE "+path, 403)
		send("admin", "DELETE "+path, 204)
		send("admin", "GET "+path, 404)
		// Clients in Go decode an error whose length is not 0.
		if body, h = send("admin", "HEAD "+path, 404); body != "" || h.Get("Content-Length") != "0" || h.Get("Content-Type") != "" {
			t.Errorf("HEAD of what is gone: %s, %v", body, h)
		}
		if body, _ := send("admin", "GET /fabrikam/_apis/wit/workItems/10?$expand=relations&api-version=7.1", 200); strings.Contains(body, made.ID) {
			t.Error("the relation is still there")
		}
	})
}

// Chunks are put at their places by Content-Range.
func TestAttachments_Chunked(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		a := fixture(t, b, nil)
		w := call(t, a, "writer", "POST /fabrikam/_apis/wit/attachments?uploadType=Chunked&fileName=a.bin&api-version=7.1")
		var made azdo.AttachmentReference
		if err := json.NewDecoder(w.Body).Decode(&made); err != nil || w.StatusCode != 202 {
			t.Fatal(w.StatusCode, err)
		}
		path := "/fabrikam/_apis/wit/attachments/" + made.ID + "?api-version=7.1"
		for _, put := range []struct {
			who, where, what string
			status           int
		}{
			{"writer", "bytes 0-2/6", "abc", 200}, {"writer", "bytes 4-5/6", "ef", 400}, {"writer", "bytes 3-5/7", "def", 400},
			{"writer", "bytes 5-3/6", "", 400}, {"writer", "", "def", 400}, {"admin", "bytes 3-5/6", "xyz", 404},
			{"writer", "bytes 0-0/136314881", "a", 413}, {"writer", "bytes 3-5/6", "def", 200}, {"writer", "bytes 3-5/6", "def", 200},
		} {
			if w := call(t, a, put.who, "PUT "+path+"\nContent-Range: "+put.where+"\n\n"+put.what); w.StatusCode != put.status {
				t.Errorf("%s %q: %d, want %d", put.where, put.what, w.StatusCode, put.status)
			}
		}
		w = call(t, a, "writer", "GET "+path)
		if body, err := io.ReadAll(w.Body); string(body) != "abcdef" || err != nil {
			t.Errorf("%q, %v", body, err)
		}
	})
}
