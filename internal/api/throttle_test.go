package api

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

// limit is a header as clients find it, in whatever case it is spelled.
func limit(r *http.Response, name string) string {
	for key, values := range r.Header {
		if strings.EqualFold(key, name) {
			return strings.Join(values, "|")
		}
	}
	return ""
}

// A person has so many requests in five minutes, told of the end in advance, and gets on after Retry-After; others and
// other organizations have their own.
func TestThrottle(t *testing.T) {
	clock := now
	a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) {
		c.Throttle, c.Clock = Throttle{Limit: 10}, func() time.Time { return clock }
	})
	ask := func(who, org string) *http.Response {
		return call(t, a, who, "GET /"+org+"/_apis/projects?api-version=7.1\n\n")
	}
	for n := 1; n <= 10; n++ {
		r := ask("writer", "fabrikam")
		remaining := limit(r, "X-RateLimit-Remaining")
		if n <= 8 && remaining != "" || n > 8 && remaining != strconv.Itoa(10-n) || r.StatusCode != http.StatusOK || r.Header.Get("Retry-After") != "" {
			t.Errorf("request %d: %d %v", n, r.StatusCode, r.Header)
		}
		clock = clock.Add(10 * time.Second)
	}
	r := ask("writer", "fabrikam") // 100 seconds after the first one
	body, _ := io.ReadAll(r.Body)
	wait, err := strconv.Atoi(r.Header.Get("Retry-After"))
	if err != nil || r.StatusCode != http.StatusTooManyRequests || !strings.Contains(string(body), "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource Core in namespace ") {
		t.Fatalf("%d %v %s", r.StatusCode, r.Header, body)
	}
	if wait < 200 || wait > 205 { // the first one leaves the window with its slot
		t.Errorf("Retry-After %d", wait)
	}
	if reset := limit(r, "X-RateLimit-Reset"); reset != strconv.FormatInt(clock.Add(time.Duration(wait)*time.Second).Unix(), 10) {
		t.Errorf("X-RateLimit-Reset %v, %d seconds after %d", reset, wait, clock.Unix())
	}
	if r := call(t, a, "writer", "GET /fabrikam/_odata/v4.0-preview/WorkItems\n\n"); r.StatusCode != http.StatusTooManyRequests || limit(r, "X-RateLimit-Resource") != "Analytics" {
		t.Errorf("Analytics: %d %v", r.StatusCode, r.Header)
	}
	if r := ask("reader", "fabrikam"); r.StatusCode != http.StatusOK {
		t.Errorf("somebody else: %d", r.StatusCode)
	}
	clock = clock.Add(time.Duration(wait-1) * time.Second)
	if r := ask("writer", "fabrikam"); r.StatusCode != http.StatusTooManyRequests {
		t.Errorf("too early: %d", r.StatusCode)
	}
	clock = clock.Add(time.Second)
	if r := ask("writer", "fabrikam"); r.StatusCode != http.StatusOK {
		t.Errorf("after Retry-After: %d", r.StatusCode)
	}
	clock = clock.Add(time.Hour)
	if r := ask("writer", "fabrikam"); r.StatusCode != http.StatusOK || limit(r, "X-RateLimit-Limit") != "" {
		t.Errorf("an hour later: %d %v", r.StatusCode, r.Header)
	}
}

// With a delay the first requests beyond the limit come late and say so.
func TestThrottle_Delay(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) { c.Throttle = Throttle{Limit: 2, Delay: time.Millisecond} })
	for n, want := range []string{"200", "200", "200 0.001", "200 0.001", "429", "429"} {
		r := call(t, a, "admin", "GET /fabrikam/_apis/projects?api-version=7.1\n\n")
		got := strings.TrimSpace(strconv.Itoa(r.StatusCode) + " " + limit(r, "X-RateLimit-Delay"))
		if got != want || (n >= 2) != (r.Header.Get("Retry-After") != "") {
			t.Errorf("request %d: %s, %v", n+1, got, r.Header)
		}
	}
}

// A batch of changes is one request.
func TestThrottle_Batch(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) { c.Throttle = Throttle{Limit: 1} })
	change := `{"method":"PATCH","uri":"/_apis/wit/workitems/10?api-version=7.1","headers":{"Content-Type":"application/json-patch+json"},"body":[{"op":"add","path":"/fields/System.Title","value":"x"}]}`
	r := call(t, a, "admin", "PATCH /fabrikam/_apis/wit/$batch?api-version=7.1\nContent-Type: application/json\n\n["+change+","+change+"]")
	body, _ := io.ReadAll(r.Body)
	if r.StatusCode != http.StatusOK || strings.Count(string(body), `"code":200`) != 2 {
		t.Errorf("%d %s", r.StatusCode, body)
	}
}
