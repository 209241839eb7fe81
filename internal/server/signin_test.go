package server

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/sample"
)

// A browser that is signed in asks the API and Analytics as the person who uses it; what other sites make it send changes
// nothing, and a header says more than the cookie.
func TestServer_Session(t *testing.T) {
	s, _ := start(t, testConfig(t, dbtest.New(t, "sqlite")))
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send := func(method, path, media, body string, headers ...string) (int, http.Header, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", media)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, answer.Header, string(text)
	}
	if status, _, body := send("GET", "/", "", "", "Accept", "text/html"); status != 200 || !strings.Contains(body, "28 projects") || !strings.Contains(body, "jamal@fabrikam.com") {
		t.Errorf("the start page of strangers: %d %s", status, body)
	}
	_, _, page := send("GET", "/_signin", "", "")
	form := url.Values{"form": {regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(page)[1]}, "name": {"jamal@fabrikam.com"}, "password": {adminToken()}}
	if status, h, body := send("POST", "/_signin", "application/x-www-form-urlencoded", form.Encode(), "Sec-Fetch-Site", "same-origin"); status != 303 || h.Get("Location") != "/" {
		t.Fatalf("sign in: %d %s", status, body)
	}
	if _, _, body := send("GET", "/", "", "", "Accept", "text/html"); !strings.Contains(body, "youngbinhan") || strings.Contains(body, adminToken()) {
		t.Errorf("the start page of Jamal: %s", body)
	}

	const patch = `[{"op": "add", "path": "/fields/System.Title", "value": "by a browser"}]`
	const inner = "--b\r\nContent-Type: application/http\r\n\r\nGET /fabrikam/_odata/v4.0-preview/Projects?$top=1&$select=ProjectName HTTP/1.1\r\nCookie: boardwalk=x\r\n\r\n--b--\r\n"
	batch := `[{"method": "PATCH", "uri": "/_apis/wit/workItems/480?api-version=7.1", "headers": {"Content-Type": "application/json-patch+json"}, "body": ` + patch + `}]`
	ours := []string{"Sec-Fetch-Site", "same-origin"}
	item := "/fabrikam/_apis/wit/workItems/480?api-version=7.1"
	patchType := "application/json-patch+json"
	for name, c := range map[string]struct {
		method, path, media, body string
		headers                   []string
		status                    int
		text                      string
	}{
		"reads":                       {"GET", "/fabrikam/_apis/connectionData", "", "", ours, 200, "Jamal Hartnett"},
		"reads, says nothing":         {"GET", "/fabrikam/_apis/connectionData", "", "", nil, 200, "Jamal Hartnett"},
		"queries":                     {"GET", "/fabrikam/_odata/v4.0-preview/Projects?$top=1&$select=ProjectName", "", "", ours, 200, "ProjectName"},
		"queries in a batch":          {"POST", "/fabrikam/_odata/v4.0-preview/$batch", "multipart/mixed; boundary=b", inner, ours, 200, "ProjectName"},
		"a batch of another site":     {"POST", "/fabrikam/_odata/v4.0-preview/$batch", "multipart/mixed; boundary=b", inner, []string{"Origin", "http://evil.example"}, 403, "sign-in of a browser"},
		"writes":                      {"PATCH", item, patchType, patch, ours, 200, "by a browser"},
		"writes in a batch":           {"POST", "/fabrikam/_apis/wit/$batch?api-version=7.1", "application/json", batch, ours, 200, `"code":200`},
		"another site writes":         {"PATCH", item, patchType, patch, []string{"Sec-Fetch-Site", "cross-site"}, 403, "AccessCheckException"},
		"nothing says who writes":     {"PATCH", item, patchType, patch, nil, 403, "AccessCheckException"},
		"a POST that stands for GET":  {"POST", item, patchType, "", []string{"Sec-Fetch-Site", "cross-site", "X-HTTP-Method-Override", "GET"}, 403, "AccessCheckException"},
		"another site reads":          {"GET", "/fabrikam/_apis/connectionData", "", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Origin", "http://evil.example"}, 401, ""},
		"the header of somebody else": {"GET", "/fabrikam/_apis/connectionData", "", "", []string{"Authorization", "Bearer " + sample.Tokens()[1].Text}, 200, "Nicole Zamora"},
		"a header of nobody":          {"GET", "/fabrikam/_apis/connectionData", "", "", []string{"Authorization", "Bearer " + strings.Repeat("x", 52)}, 401, ""},
		"an empty header":             {"GET", "/fabrikam/_apis/connectionData", "", "", []string{"Authorization", ""}, 401, ""},
		"a header, from anywhere":     {"PATCH", item, patchType, patch, []string{"Authorization", "Bearer " + adminToken(), "Sec-Fetch-Site", "cross-site"}, 200, "by a browser"},
		"another organization":        {"GET", "/nowhere/_apis/projects", "", "", ours, 404, ""},
	} {
		status, h, body := send(c.method, c.path, c.media, c.body, c.headers...)
		if status != c.status || !strings.Contains(body, c.text) {
			t.Errorf("%s: %d %s, want %d with %s", name, status, body, c.status, c.text)
		}
		if h.Get("Access-Control-Allow-Credentials") != "" || h.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: other origins may %v", name, h)
		}
		if status == 401 && h.Get("WWW-Authenticate") == "" || status == 303 {
			t.Errorf("%s: a client is led astray by %d", name, status)
		}
		if status == 200 && len(c.headers) < 3 && !strings.HasPrefix(strings.Join(c.headers, ""), "Auth") && !strings.Contains(h.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: caches may keep it: %s", name, h.Get("Cache-Control"))
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: headers %v", name, h)
		}
	}
}

func TestClientAddress(t *testing.T) {
	proxies, err := parseNetworks("10.0.0.0/8, 2001:db8::1,192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		peer, want string
		forwarded  []string
	}{
		{"203.0.113.5:1000", "203.0.113.5:1000", []string{"198.51.100.1"}}, // no proxy
		{"10.1.1.1:1000", "198.51.100.1:1000", []string{"198.51.100.1"}},
		{"[::ffff:10.1.1.1]:1000", "198.51.100.1:1000", []string{"198.51.100.1"}},
		{"[2001:db8::1]:1000", "[2001:db8::7]:1000", []string{"2001:db8::7"}},
		{"10.1.1.1:1000", "198.51.100.1:1000", []string{"6.6.6.6, 198.51.100.1, 10.2.2.2"}},
		{"10.1.1.1:1000", "198.51.100.1:1000", []string{"6.6.6.6, 198.51.100.1", "10.2.2.2"}},
		{"10.1.1.1:1000", "10.2.2.2:1000", []string{"6.6.6.6, evil, 10.2.2.2"}},
		{"10.1.1.1:1000", "10.3.3.3:1000", []string{"10.3.3.3, 10.2.2.2"}},
		{"10.1.1.1:1000", "10.1.1.1:1000", nil},
		{"10.1.1.1:1000", "10.1.1.1:1000", []string{""}},
		{"@", "@", []string{"198.51.100.1"}},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		if got := clientAddress(r, proxies); got != c.want {
			t.Errorf("%s for %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	for _, wrong := range []string{"10.0.0.0/33", "proxy", "10.0.0.1:80"} {
		if _, err := parseNetworks(wrong); err == nil {
			t.Errorf("%s is accepted", wrong)
		}
	}
}
