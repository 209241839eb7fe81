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
				t.Errorf("%s, want %s with %q; got\n%s", answer.Status, c.status, c.want, body)
			}
			if answer.StatusCode == 200 && !strings.HasPrefix(answer.Header.Get("Content-Type"), "multipart/mixed; boundary=batchresponse_") {
				t.Errorf("Content-Type: %s", answer.Header.Get("Content-Type"))
			}
		})
	}
}
