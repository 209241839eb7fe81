package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestHostile_Batch: what is too long for a URL may be as long as a body; 10 MB of a query are read and answered or
// refused, and more is refused unread.
func TestHostile_Batch(t *testing.T) {
	x := startSample(t)
	for _, c := range []struct {
		name, options string
		status        int
		says          []string
	}{
		{"a list of 10 MB", "$select=Title&$filter=WorkItemId in (480" + strings.Repeat(",123456789", 1<<20) + ")", 200, []string{"HTTP/1.1 400", "longer than", "position"}},
		{"a list of many numbers", "$select=WorkItemId&$filter=WorkItemId in (480" + strings.Repeat(",123456789", 5000) + ")", 200, []string{"HTTP/1.1 200", `"value":[{"WorkItemId":480}]`}},
		{"10 MB of an option that is none", "$select=WorkItemId&$filter=WorkItemId eq 480&x=" + strings.Repeat("y", 10<<20), 200, []string{"HTTP/1.1 200", "was ignored", `"value":[{"WorkItemId":480}]`}},
		{"a text of nearly 1 MB", "$select=WorkItemId&$filter=WorkItemId eq 480 and Title ne '" + strings.Repeat("x", 1_000_000) + "'", 200, []string{"HTTP/1.1 200", `"value":[{"WorkItemId":480}]`}},
		{"more than any body may have", "$filter=Title eq '" + strings.Repeat("x", 17<<20) + "'", 413, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nGET WorkItems?" + encoded(c.options) + " HTTP/1.1\r\n\r\n--b--\r\n"
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, x.url+"/fabrikam/_odata/v4.0-preview/$batch", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.SetBasicAuth("", x.tokens["administrator"])
			r.Header.Set("Content-Type", "multipart/mixed; boundary=b")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			if err != nil || answer.StatusCode != c.status {
				t.Fatalf("%d %s, %v; want %d", answer.StatusCode, cut(text), err, c.status)
			}
			if len(text) > 2<<20 {
				t.Errorf("the answer has %d bytes", len(text))
			}
			for _, s := range c.says {
				if !strings.Contains(string(text), s) {
					t.Errorf("%.600s\nwant %q", text, s)
				}
			}
		})
	}
}
