package api

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/fault"
)

// After a hundred credentials that are not valid an address has to wait; whoever has a valid one does not, nor this machine.
func TestRefusals(t *testing.T) {
	at := now
	a := fixture(t, dbtest.New(t, "sqlite"), func(c *Config) {
		c.Clock = func() time.Time { return at }
		c.Session = func(r *http.Request) (string, error) {
			cookie, err := r.Cookie("boardwalk")
			if err != nil {
				return "", nil
			}
			return cookie.Value, nil
		}
	})
	ask := func(address, token string) (int, string) {
		r := httptest.NewRequest(http.MethodGet, "/youngbinhan/_apis/projects", nil)
		r.RemoteAddr = address + ":1000"
		r.SetBasicAuth("", token)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		return w.Code, w.Header().Get("Retry-After")
	}
	wrong, right := strings.Repeat("x", 52), tokens()["admin"]
	for i := range 101 {
		if status, _ := ask("192.0.2.1", wrong); status != 401 {
			t.Fatalf("refusal %d: %d", i+1, status)
		}
	}
	if status, wait := ask("192.0.2.1", wrong); status != 429 || wait != "1" {
		t.Errorf("after too many: %d, Retry-After %s", status, wait)
	}
	if status, _ := ask("192.0.2.1", right); status != 200 {
		t.Errorf("a good token: %d", status)
	}
	if status, _ := ask("192.0.2.2", wrong); status != 401 {
		t.Errorf("another address: %d", status)
	}
	at = at.Add(time.Second)
	if status, _ := ask("192.0.2.1", wrong); status != 401 {
		t.Errorf("after the wait: %d", status)
	}
	if status, wait := ask("192.0.2.1", wrong); status != 429 || wait != "2" {
		t.Errorf("and again: %d, Retry-After %s", status, wait)
	}
	// Neither a path without an organization nor a cookie is a way around it.
	for i, change := range []func(*http.Request){
		func(r *http.Request) { r.URL.Path = "/_apis/tokens/pats" },
		func(r *http.Request) { r.Header = http.Header{"Cookie": {"boardwalk=" + wrong}} },
	} {
		status := 0
		for range 102 {
			r := httptest.NewRequest(http.MethodGet, "/youngbinhan/_apis/projects", nil)
			r.RemoteAddr = "192.0.2.1" + strconv.Itoa(i) + ":1000"
			r.SetBasicAuth("", wrong)
			change(r)
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			status = w.Code
		}
		if status != 429 {
			t.Errorf("way %d around it: %d", i+1, status)
		}
	}
	for i := range 200 {
		if status, _ := ask("127.0.0.1", wrong); status != 401 {
			t.Fatalf("this machine, %d: %d", i+1, status)
		}
	}
}

func TestTokenOf(t *testing.T) {
	basic := func(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }
	for _, c := range []struct{ header, want string }{
		{basic(":secret"), "secret"},
		{basic("PAT:secret"), "secret"},
		{basic("someone@example.com:secret"), "secret"},
		{basic("secret:"), "secret"},
		{basic("user:with:colon"), "with:colon"},
		{"basic " + base64.RawStdEncoding.EncodeToString([]byte(":sécret??")), "sécret??"},
		{"BASIC " + base64.URLEncoding.EncodeToString([]byte(":sécret??")), "sécret??"},
		{"  Basic   " + base64.StdEncoding.EncodeToString([]byte(":secret")), "secret"},
		{"Bearer secret", "secret"},
		{"bearer  secret ", "secret"},
		{"", ""},
		{"Bearer", ""},
		{"Basic", ""},
		{"Basic ???", ""},
		{basic(":"), ""},
		{basic("nocolon"), ""},
		{"Negotiate abc", ""},
		{"secret", ""},
	} {
		got, err := tokenOf(c.header)
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.header, got, c.want)
		}
		f, refused := errors.AsType[*fault.Fault](err)
		if refused != (c.want == "") || refused && (f.Status != 401 || f.Hint == "") {
			t.Errorf("%q: %v", c.header, err)
		}
	}
}
