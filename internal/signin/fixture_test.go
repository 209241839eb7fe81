package signin

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
)

var today = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// secret is a password that is good, of ada, who administers fabrikam.
const secret = "correct horse 9 staple"

// fixture is a server with the organization fabrikam and ada, who has a password; bob belongs to it and has none.
type fixture struct {
	*Service
	now      atomic.Int64
	server   *httptest.Server
	ada, bob int64
	org      int64
}

// newStore is an empty server.
func newStore(t *testing.T, b dbtest.Backend, change func(*Config)) *fixture {
	t.Helper()
	x := &fixture{}
	x.now.Store(today.UnixMicro())
	clock := func() time.Time { return time.UnixMicro(x.now.Load()).UTC() }
	config := b.Config(t)
	config.Clock = clock
	d := dbtest.OpenConfig(t, config)
	c := Config{DB: d, Access: access.New(access.Config{DB: d, TokenKey: []byte("key of the tests")}), Projects: project.New(d),
		Key: []byte("key of the tests"), Clock: clock, Cost: Cost{Memory: 64, Passes: 1, Threads: 1}}
	if change != nil {
		change(&c)
	}
	var err error
	if x.Service, err = New(c); err != nil {
		t.Fatal(err)
	}
	x.server = httptest.NewServer(x.Service)
	t.Cleanup(x.server.Close)
	return x
}

func newFixture(t *testing.T, b dbtest.Backend, change func(*Config)) *fixture {
	t.Helper()
	x := newStore(t, b, change)
	hash, err := x.passwords.hash(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	x.update(t, func(tx *db.Tx) (err error) {
		x.org, x.ada, err = x.config.Projects.Found(tx, x.config.Access, project.Founding{Name: "fabrikam", Location: time.UTC, Administrator: "Ada@example.com", DisplayName: "Ada"})
		if err != nil {
			return err
		}
		if _, err := x.config.Access.Admit(tx, access.System(x.org, &access.User{}), "bob@example.com", access.Basic); err != nil {
			return err
		}
		if x.bob, err = access.AccountNamed(tx, "bob@example.com"); err != nil {
			return err
		}
		return x.passwords.set(tx, x.ada, hash)
	})
	return x
}

func (x *fixture) update(t *testing.T, fn func(*db.Tx) error) {
	t.Helper()
	if err := x.config.DB.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (x *fixture) pass(d time.Duration) { x.now.Add(d.Microseconds()) }

// browser is a browser as far as cookies and forms go.
type browser struct {
	t    *testing.T
	x    *fixture
	http *http.Client
	page string // shown last
	form string // token of its forms
	code int
	head http.Header
}

func (x *fixture) browser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, x: x, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

var formToken = regexp.MustCompile(`name="form" value="([^"]+)"`)

// send sends a request as it is.
func (b *browser) send(method, path string, form url.Values, headers ...string) *browser {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.x.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "text/html")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.page, b.code, b.head = string(body), answer.StatusCode, answer.Header
	if m := formToken.FindStringSubmatch(b.page); m != nil {
		b.form = m[1]
	}
	return b
}

func (b *browser) open(path string) *browser {
	b.t.Helper()
	return b.send(http.MethodGet, path, nil)
}

// submit sends a form of the page shown last; pairs are names and values.
func (b *browser) submit(path string, pairs ...string) *browser {
	b.t.Helper()
	form := url.Values{"form": {b.form}}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.send(http.MethodPost, path, form, "Sec-Fetch-Site", "same-origin", "Origin", b.x.server.URL)
}

// signIn signs in, whatever becomes of it.
func (b *browser) signIn(name, password string) *browser {
	b.t.Helper()
	return b.open("/_signin").submit("/_signin", "name", name, "password", password, "return", "/")
}

func (b *browser) cookies() map[string]string {
	all := map[string]string{}
	u, err := url.Parse(b.x.server.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range b.http.Jar.Cookies(u) {
		all[c.Name] = c.Value
	}
	return all
}

// is who is signed in, or "nobody".
func (b *browser) is() string {
	b.t.Helper()
	c, err := b.x.config.Access.AuthenticateSession(b.t.Context(), b.x.org, b.cookies()["boardwalk"])
	if err != nil {
		return "nobody"
	}
	return c.User.DisplayName
}

// wants fails unless the last answer has a status and a text.
func (b *browser) wants(status int, text string) *browser {
	b.t.Helper()
	if b.code != status || !strings.Contains(b.page+b.head.Get("Location"), text) {
		b.t.Fatalf("%d %s, want %d with %q:\n%s", b.code, b.head.Get("Location"), status, text, b.page)
	}
	return b
}
