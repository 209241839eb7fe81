package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/db/dbtest"
	"boardwalk/ui"
)

// serve starts the fixture behind a real server.
func serve(t *testing.T, change func(*Config)) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(fixture(t, dbtest.New(t, "sqlite"), change))
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, url, who string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if who != "" {
		r.SetBasicAuth("", tokens()[who])
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func TestServe_HeadersOfEveryAnswer(t *testing.T) {
	s := serve(t, nil)
	for path, status := range map[string]int{"/fabrikam/_apis/projects": 200, "/fabrikam/_odata/v4.0-preview/WorkItems": 200,
		"/nowhere/_apis/projects": 404, "/fabrikam/_odata/v4.0-preview/Panic": 500} {
		answer := get(t, s.URL+path, "admin", "Origin", "https://example.com")
		if answer.StatusCode != status {
			t.Errorf("%s: status %d, want %d", path, answer.StatusCode, status)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache", "Vary": "Accept-Encoding",
			"Access-Control-Allow-Origin": "*", "X-TFS-ProcessId": guid(0xA001).String(), "Access-Control-Allow-Credentials": ""} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if id := answer.Header.Get("ActivityId"); len(id) != 36 || id == guid(0xA001).String() || answer.Header.Get("X-VSS-E2EID") != id {
			t.Errorf("%s: ActivityId %q, X-VSS-E2EID %q", path, id, answer.Header.Get("X-VSS-E2EID"))
		}
		if !strings.Contains(answer.Header.Get("Access-Control-Expose-Headers"), "X-MS-ContinuationToken") {
			t.Errorf("%s: pages of other origins cannot read the continuation token", path)
		}
	}
	if got, want := get(t, s.URL+"/fabrikam/_apis/projects", "reader").Header.Get("X-VSS-UserData"), guid(0x42).String()+":rita@example.com"; got != want {
		t.Errorf("X-VSS-UserData is %q, want %q", got, want)
	}
}

func TestServe_LogsAndObservesOnceWithoutSecrets(t *testing.T) {
	var log bytes.Buffer
	var seen []string
	a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) {
		c.Log = slog.New(slog.NewJSONHandler(&log, nil))
		c.Observe = func(route, method string, status int, took time.Duration) {
			seen = append(seen, method+" "+route+" "+http.StatusText(status))
			if took < 0 {
				t.Errorf("took %s", took)
			}
		}
	})
	call(t, a, "writer", "PATCH /fabrikam/_apis/wit/workItems/10?api-version=7.1\nContent-Type: application/json-patch+json\n\n"+
		`[{"op":"add","path":"/fields/System.Title","value":"do not log this"}]`)
	call(t, a, "admin", "GET /fabrikam/_odata/v4.0-preview/Panic")
	call(t, a, "admin", "GET /fabrikam/_odata/v4.0-preview/Full")
	call(t, a, "", "GET /fabrikam/_apis/projects\nAuthorization: Bearer "+strings.Repeat("z", 52))
	call(t, a, "", "BREW /pot")
	want := []string{"PATCH {project}/_apis/wit/workItems/{id} OK", "GET _odata Internal Server Error", "GET _odata Service Unavailable",
		"GET _apis/projects/{*projectId} Unauthorized", "OTHER  Not Found"}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("observed %q, want %q", seen, want)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d lines for %d requests:\n%s", len(lines), len(want), log.String())
	}
	for i, wanted := range []map[string]any{
		{"level": "INFO", "organization": "fabrikam", "route": "{project}/_apis/wit/workItems/{id}", "status": 200.0, "error": nil},
		{"level": "ERROR", "status": 500.0, "activity_id": guid(0xA003).String()},
		{"level": "ERROR", "status": 503.0, "error": "the disk or database is full"},
		{"level": "INFO", "status": 401.0, "fault": "UnauthorizedRequestException", "error": nil},
		{"level": "INFO", "status": 404.0, "method": "OTHER"},
	} {
		var line map[string]any
		if err := json.Unmarshal([]byte(lines[i]), &line); err != nil {
			t.Fatal(err)
		}
		for key, value := range wanted {
			if line[key] != value {
				t.Errorf("line %d: %s is %v, want %v", i, key, line[key], value)
			}
		}
	}
	if cause := lines[1]; !strings.Contains(cause, "on purpose") || !strings.Contains(cause, "serve_test.go") && !strings.Contains(cause, "fixture_test.go") {
		t.Errorf("the log does not say where it panicked: %s", cause)
	}
	for _, secret := range []string{"do not log this", strings.Repeat("z", 52), tokens()["writer"], "d3d3d3"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestServe_Gzip(t *testing.T) {
	s := serve(t, nil)
	plain, err := io.ReadAll(get(t, s.URL+"/fabrikam/_odata/v4.0-preview/Long", "admin", "Accept-Encoding", "identity").Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, accept string
		want         string
	}{
		{"Long", "gzip", "gzip"},
		{"Long", "br, GZIP;q=0.5", "gzip"},
		{"Long", "gzip;q=0", ""},
		{"Long", "deflate", ""},
		{"Short", "gzip", ""},
		{"Long?$format=csv", "gzip", "gzip"},
		{"Long?$format=parquet", "gzip", ""},
	} {
		answer := get(t, s.URL+"/fabrikam/_odata/v4.0-preview/"+c.path, "admin", "Accept-Encoding", c.accept)
		if got := answer.Header.Get("Content-Encoding"); got != c.want {
			t.Errorf("%s, %s: encoded as %q, want %q", c.path, c.accept, got, c.want)
			continue
		}
		body := io.Reader(answer.Body)
		if c.want != "" {
			if body, err = gzip.NewReader(answer.Body); err != nil {
				t.Fatal(err)
			}
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Errorf("%s, %s: %v", c.path, c.accept, err)
		}
		if strings.HasPrefix(c.path, "Long") && !strings.HasSuffix(string(text), string(plain[len(plain)-1000:])) {
			t.Errorf("%s: %d bytes differ from the %d plain ones", c.accept, len(text), len(plain))
		}
	}
}

func TestServe_BrokenStreamBreaksTheConnection(t *testing.T) {
	var log bytes.Buffer
	s := serve(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	for _, coding := range []string{"identity", "gzip"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/fabrikam/_odata/v4.0-preview/Broken", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("", tokens()["admin"])
		r.Header.Set("Accept-Encoding", coding)
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			continue // broken before the headers were out
		}
		if _, err := io.ReadAll(answer.Body); err == nil {
			t.Errorf("%s: the answer broke off and looks complete", coding)
		}
		_ = answer.Body.Close()
	}
	s.Close()
	if !strings.Contains(log.String(), "the database file is damaged") {
		t.Errorf("the log does not say why: %s", log.String())
	}
}

func TestServe_Timeout(t *testing.T) {
	s := serve(t, func(c *Config) { c.Limits.Timeout = 10 * time.Millisecond })
	answer := get(t, s.URL+"/fabrikam/_odata/v4.0-preview/Slow", "admin")
	var body azdo.ODataError
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != 503 || !strings.HasPrefix(body.Error.Message, "TF400733: ") {
		t.Errorf("%d %s", answer.StatusCode, body.Error.Message)
	}
}

func TestServe_ClientGone(t *testing.T) {
	var status int
	a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) { c.Observe = func(_, _ string, s int, _ time.Duration) { status = s } })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest(http.MethodGet, "/fabrikam/_apis/projects", nil).WithContext(ctx)
	r.SetBasicAuth("", tokens()["admin"])
	w := httptest.NewRecorder()
	func() {
		defer func() {
			if v := recover(); v != any(http.ErrAbortHandler) {
				t.Errorf("recovered %v", v)
			}
		}()
		a.ServeHTTP(w, r)
	}()
	if status != statusGone || w.Body.Len() > 0 {
		t.Errorf("status %d, sent %q", status, w.Body)
	}
}

func TestServe_BodyLimit(t *testing.T) {
	s := serve(t, func(c *Config) { c.Limits.Body = 1000 })
	for _, body := range []io.Reader{strings.NewReader(strings.Repeat(" ", 1001)), io.MultiReader(strings.NewReader(strings.Repeat(" ", 1001)))} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/fabrikam/_apis/wit/workItemsBatch?api-version=7.1", body)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("", tokens()["admin"])
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		var fault azdo.Error
		if err := json.NewDecoder(answer.Body).Decode(&fault); err != nil {
			t.Error(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != 413 || fault.Message != "The request body is larger than this server accepts (1000 bytes)." {
			t.Errorf("%d %s", answer.StatusCode, fault.Message)
		}
	}
}

func TestServe_URLLimits(t *testing.T) {
	s := serve(t, nil)
	const room = 3000
	path := "/fabrikam/_odata/v4.0-preview/WorkItems?$select="
	fits := s.URL + path + strings.Repeat("a", room-len(s.URL)-len(path))
	if answer := get(t, fits, "admin"); answer.StatusCode != 200 {
		t.Errorf("%d characters: status %d", len(fits), answer.StatusCode)
	}
	answer := get(t, fits+"a", "admin")
	body, err := io.ReadAll(answer.Body)
	if answer.StatusCode != 404 || answer.Header.Get("Content-Length") != "0" || len(body) > 0 || err != nil {
		t.Errorf("%d characters: status %d, length %q, %q, %v", len(fits)+1, answer.StatusCode, answer.Header.Get("Content-Length"), body, err)
	}
	answer = get(t, s.URL+"/fabrikam/_apis/projects?x="+strings.Repeat("a", 33<<10), "admin")
	var f azdo.Error
	if err := json.NewDecoder(answer.Body).Decode(&f); err != nil || answer.StatusCode != 414 || f.Message != "The URL is longer than this server accepts (32768 bytes)." {
		t.Errorf("status %d, %q, %v", answer.StatusCode, f.Message, err)
	}
}

func TestServe_Forwarded(t *testing.T) {
	for _, c := range []struct {
		trust               bool
		proto, host, tenant string
		want                string
	}{
		{true, "https", "boards.example.com", "fabrikam", "https://boards.example.com/Fabrikam/"},
		{true, "HTTPS, http", "boards.example.com:8443, inner", "fabrikam", "https://boards.example.com:8443/Fabrikam/"},
		{true, "javascript", `evil"/>`, "fabrikam", "http://localhost:8080/Fabrikam/"},
		{false, "https", "boards.example.com", "fabrikam", "http://localhost:8080/Fabrikam/"},
	} {
		a := fixture(t, dbtest.New(t, "sqlite"), func(config *Config) { config.TrustForwarded = c.trust })
		answer := call(t, a, "admin", "GET /fabrikam/_apis/ResourceAreas/core\nX-Forwarded-Proto: "+c.proto+"\nX-Forwarded-Host: "+c.host)
		var area azdo.ResourceArea
		if err := json.NewDecoder(answer.Body).Decode(&area); err != nil || area.LocationURL != c.want {
			t.Errorf("%+v: %q, %v", c, area.LocationURL, err)
		}
	}
}

func TestStartPage(t *testing.T) {
	sample := &ui.Sample{
		Organizations: []ui.SampleOrganization{{Name: "fabrikam", About: "A company", WorkItem: 361}},
		Tokens:        []ui.SampleToken{{Text: tokens()["admin"], About: "Administrator"}},
	}
	for _, with := range []bool{true, false} {
		a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) {
			if with {
				c.Sample = sample
			}
		})
		answer := call(t, a, "", "GET /\nAccept: text/html")
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		text := string(body)
		if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") || !strings.Contains(text, "http://localhost:8080/") {
			t.Errorf("%d %v\n%s", answer.StatusCode, answer.Header, text)
		}
		if answer.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Error("pages of other origins may read the tokens of the start page")
		}
		for _, private := range []string{tokens()["admin"], "fabrikam", "youngbinhan"} {
			if shown := strings.Contains(strings.ToLower(text), private); shown != (with && private != "youngbinhan") {
				t.Errorf("sample %v: %q shown: %v", with, private, shown)
			}
		}
	}
}

func TestUnavailable_NamesNoDriver(t *testing.T) {
	x := &exchange{http: httptest.NewRequest(http.MethodGet, "/", nil)}
	f := x.faultOf(t.Context(), errors.New("pq: password for user secret"))
	if f.Status != 500 || strings.Contains(f.Message, "pq") {
		t.Errorf("%d %s", f.Status, f.Message)
	}
}

// TestServe_StalledClient gives up on a client that asks and does not read, and so frees what its answer holds.
func TestServe_StalledClient(t *testing.T) {
	ended := make(chan struct{})
	a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) {
		c.Limits.Stall = 100 * time.Millisecond
		c.Observe = func(string, string, int, time.Duration) { close(ended) }
	})
	server := httptest.NewServer(a)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	credentials := base64.StdEncoding.EncodeToString([]byte(":" + tokens()["reader"]))
	if _, err := io.WriteString(conn, "GET /fabrikam/_odata/v4.0-preview/Endless HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic "+credentials+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("the answer is still being written")
	}
}
