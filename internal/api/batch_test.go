package api

import (
	"io"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
)

func TestBatch(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), nil)
	part := func(request string) string {
		return "--batch_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n" + request + "\r\n"
	}
	long := "WorkItems?$filter=" + strings.Repeat("State%20eq%20'Active'%20or%20", 200) + "true"
	for _, c := range []struct{ name, path, body, status, want string }{
		{"an absolute URL", "/fabrikam/_odata/v4.0-preview/$batch", part("GET http://boards.test/fabrikam/_odata/v4.0-preview/WorkItems?$select=Title HTTP/1.1\r\nPrefer: omit-values=nulls") + "--batch_1--",
			"200 OK", "path v4.0-preview/WorkItems"},
		{"the preference of the part", "/fabrikam/_odata/v4.0-preview/$batch", part("GET http://boards.test/fabrikam/_odata/v4.0-preview/WorkItems?$select=Title HTTP/1.1\r\nPrefer: omit-values=nulls") + "--batch_1--",
			"200 OK", "omit-values=nulls"},
		{"a relative URL of more than 3,000 characters", "/fabrikam/_odata/v4.0-preview/$batch", part("GET "+long+" HTTP/1.1") + "--batch_1--", "200 OK", "HTTP/1.1 200 OK"},
		{"blanks in the URL, another boundary, no end", "/fabrikam/_odata/v4.0-preview/$batch", strings.ReplaceAll(part("GET WorkItems?$filter=State eq 'A b' HTTP/1.1"), "batch_1", "batch_other"),
			"200 OK", "State%20eq%20"},
		{"a request of another service", "/fabrikam/_odata/v4.0-preview/$batch", part("GET /fabrikam/_apis/projects HTTP/1.1") + "--batch_1--", "200 OK", "HTTP/1.1 400 Bad Request"},
		{"a query of ten megabytes of text, at project scope", "/fabrikam/_odata/v4.0-preview/$batch",
			part("GET ../Fabrikam%20Fiber/_odata/v4.0-preview/WorkItems?$filter=Title%20eq%20'"+strings.Repeat("x", 10<<20)+"' HTTP/1.1") + "--batch_1--", "200 OK", "HTTP/1.1 200 OK"},
		{"an absolute path", "/fabrikam/_odata/v4.0-preview/$batch", part("GET /fabrikam/Fabrikam%20Fiber/_odata/v4.0-preview/Areas") + "--batch_1--", "200 OK", "project Fabrikam Fiber"},
		{"headers of the request, not of the batch", "/fabrikam/_odata/v4.0-preview/$batch",
			part("GET WorkItems HTTP/1.1\r\nAccept: application/json;odata.metadata=none\r\nPrefer: odata.maxpagesize=5") + "--batch_1--", "200 OK", "accept application/json;odata.metadata=none\nprefer odata.maxpagesize=5\n"},
		{"the version of the protocol once", "/fabrikam/_odata/v4.0-preview/$batch", part("GET WorkItems HTTP/1.1") + "--batch_1--", "200 OK",
			"HTTP/1.1 200 OK\r\nContent-Type: application/json; odata.metadata=minimal; odata.streaming=true\r\nOData-Version: 4.0\r\n\r\n"},
		{"an error in it", "/fabrikam/_odata/v4.0-preview/$batch", part("GET Nothing HTTP/1.1") + "--batch_1--", "200 OK",
			"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; odata.metadata=minimal; odata.streaming=true\r\nOData-Version: 4.0\r\n\r\n{"},
		{"a version it is not in", "/fabrikam/_odata/v4.0-preview/$batch", part("GET WorkItems HTTP/1.1\r\nOData-MaxVersion: 3.0") + "--batch_1--", "200 OK", "HTTP/1.1 400 Bad Request"},
		{"LF in place of CR LF, blanks behind the boundary", "/fabrikam/_odata/v4.0-preview/$batch",
			strings.ReplaceAll(strings.ReplaceAll(part("GET Areas HTTP/1.1"), "\r\n", "\n"), "--batch_1\n", "--batch_1 \n") + "--batch_1--", "200 OK", "path v4.0-preview/Areas"},
		{"too much", "/fabrikam/_odata/v4.0-preview/$batch", part("GET Areas?$filter="+strings.Repeat("x", 17<<20)) + "--batch_1--", "413 Request Entity Too Large", "larger than this server accepts"},
		{"two requests", "/fabrikam/_odata/v4.0-preview/$batch", part("GET WorkItems HTTP/1.1") + part("GET Areas HTTP/1.1") + "--batch_1--", "400 Bad Request", "multiple operations"},
		{"a change", "/fabrikam/_odata/v4.0-preview/$batch", part("POST WorkItems HTTP/1.1") + "--batch_1--", "400 Bad Request", "does not begin with GET"},
		{"nothing", "/fabrikam/_odata/v4.0-preview/$batch", "", "400 Bad Request", "no part"},
		{"at project scope", "/fabrikam/Fabrikam%20Fiber/_odata/v4.0-preview/$batch", part("GET WorkItems HTTP/1.1") + "--batch_1--", "404 Not Found", "asked of the organization"},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := call(t, a, "reader", "POST "+c.path+"\nContent-Type: multipart/mixed; boundary=batch_1\n\n"+c.body)
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			if answer.Status != c.status || !strings.Contains(string(body), c.want) {
				t.Errorf("%s, want %s with %q; got\n%.2000s", answer.Status, c.status, c.want, body)
			}
			if got := answer.Header.Values("OData-Version"); len(got) != 1 || got[0] != "4.0" {
				t.Errorf("OData-Version: %q", got)
			}
			if answer.StatusCode == 200 && !strings.HasPrefix(answer.Header.Get("Content-Type"), "multipart/mixed; boundary=batchresponse_") {
				t.Errorf("Content-Type: %s", answer.Header.Get("Content-Type"))
			}
		})
	}
}
