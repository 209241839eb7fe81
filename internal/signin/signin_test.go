package signin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

func TestSignIn(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b, nil)
		ada := x.browser(t)
		ada.open("/_signin").wants(200, "Sign in")
		for _, c := range [][2]string{{"ada@example.com", secret + "."}, {"ada@example.com", strings.ToUpper(secret)}, {"bob@example.com", ""}, {"eve@example.com", secret}, {"", secret}} {
			ada.signIn(c[0], c[1]).wants(403, "User name or password are not right.")
			if ada.is() != "nobody" {
				t.Fatalf("%s signed in with %q", c[0], c[1])
			}
		}
		before := ada.cookies()["boardwalk-form"]
		ada.signIn(" ADA@example.com", secret).wants(303, "/")
		if ada.is() != "Ada" {
			t.Fatal("nobody is signed in")
		}
		if ada.cookies()["boardwalk-form"] == before {
			t.Error("the form cookie of before is good after")
		}
		for _, line := range ada.head.Values("Set-Cookie") {
			if !strings.Contains(line, "; HttpOnly; SameSite=Lax") || !strings.Contains(line, "; Path=/;") || strings.Contains(line, "Secure") || strings.Contains(line, "Domain") {
				t.Errorf("cookie %s", line)
			}
		}
		// A second sign-in in the same browser ends the first session.
		first := ada.cookies()["boardwalk"]
		ada.http.Jar = x.browser(t).http.Jar
		ada.open("/_signin")
		stolen := *ada
		stolen.http = &http.Client{Jar: ada.http.Jar, CheckRedirect: ada.http.CheckRedirect}
		ada.submit("/_signin", "name", "ada@example.com", "password", secret)
		if second := ada.cookies()["boardwalk"]; second == first || second == "" {
			t.Errorf("session %q after %q", second, first)
		}
		ada.open("/_signout").submit("/_signout").wants(303, "/_signin")
		if ada.is() != "nobody" || ada.cookies()["boardwalk"] != "" {
			t.Error("signing out changed nothing")
		}
	})
}

// Whoever plants a cookie in a browser does not get to know the session that begins there.
func TestSignIn_Fixation(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	planted := x.browser(t).signIn("ada@example.com", secret)
	old := planted.cookies()["boardwalk"]
	planted.open("/_signout") // for the token of a form
	planted.send(http.MethodPost, "/_signin", map[string][]string{"form": {planted.form}, "name": {"ada@example.com"}, "password": {secret}}, "Sec-Fetch-Site", "same-origin")
	if now := planted.cookies()["boardwalk"]; now == old || now == "" {
		t.Fatalf("the session is %q after %q", now, old)
	}
	if _, err := x.config.Access.Session(t.Context(), old); err == nil {
		t.Error("the session of before still is one")
	}
}

func TestSignIn_Secure(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), func(c *Config) { c.TrustForwarded = true })
	b := x.browser(t).send(http.MethodGet, "/_signin", nil, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "boards.example.com")
	cookie := b.head.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-boardwalk-form=") || !strings.Contains(cookie, "; HttpOnly; Secure; SameSite=Lax") || strings.Contains(cookie, "Domain") {
		t.Errorf("cookie %s", cookie)
	}
	// What a proxy that is not trusted forwards changes nothing.
	x.config.TrustForwarded = false
	if cookie := b.send(http.MethodGet, "/_signin", nil, "X-Forwarded-Proto", "https").head.Get("Set-Cookie"); strings.HasPrefix(cookie, "__Host-") {
		t.Errorf("cookie %s", cookie)
	}
}

// Each row is a form that another site's page could make a browser send.
func TestForms_CrossOrigin(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	b := x.browser(t).open("/_signin")
	good := map[string][]string{"form": {b.form}, "name": {"ada@example.com"}, "password": {secret}}
	bad := map[string][]string{"form": {"x" + b.form}, "name": {"ada@example.com"}, "password": {secret}}
	for name, c := range map[string]struct {
		form    map[string][]string
		headers []string
		want    int
	}{
		"another site":               {good, []string{"Sec-Fetch-Site", "cross-site", "Origin", x.server.URL}, 403},
		"another port":               {good, []string{"Sec-Fetch-Site", "same-site", "Origin", x.server.URL}, 403},
		"another origin":             {good, []string{"Origin", "https://evil.example"}, 403},
		"another scheme":             {good, []string{"Origin", strings.Replace(x.server.URL, "http", "https", 1)}, 403},
		"a sandboxed page":           {good, []string{"Origin", "null"}, 403},
		"nothing is said":            {good, nil, 403},
		"no token":                   {map[string][]string{"name": {"ada@example.com"}, "password": {secret}}, []string{"Sec-Fetch-Site", "same-origin"}, 403},
		"another token":              {bad, []string{"Sec-Fetch-Site", "same-origin"}, 403},
		"token in the URL":           {nil, []string{"Sec-Fetch-Site", "same-origin"}, 403},
		"our page, an old browser":   {good, []string{"Origin", x.server.URL}, 303},
		"our page, a recent browser": {good, []string{"Sec-Fetch-Site", "same-origin"}, 303},
	} {
		t.Run(name, func(t *testing.T) {
			again := *b
			fresh := x.browser(t)
			again.http, again.t = &http.Client{Jar: fresh.http.Jar, CheckRedirect: b.http.CheckRedirect}, t
			fresh.open("/_signin")
			for _, form := range []map[string][]string{c.form} {
				if form != nil && len(form["form"]) > 0 {
					form = map[string][]string{"form": {strings.Replace(form["form"][0], b.form, fresh.form, 1)}, "name": form["name"], "password": form["password"]}
				}
				path := "/_signin"
				if form == nil {
					path += "?form=" + fresh.form + "&name=ada@example.com&password=" + escape(secret)
				}
				if got := fresh.send(http.MethodPost, path, form, c.headers...); got.code != c.want {
					t.Errorf("%d, want %d", got.code, c.want)
				}
			}
		})
	}
	// The token of one browser is of no use in another.
	other := x.browser(t).open("/_signin")
	if got := other.send(http.MethodPost, "/_signin", good, "Sec-Fetch-Site", "same-origin"); got.code != 403 {
		t.Errorf("a token of another browser: %d", got.code)
	}
}

// What the API is told of a request with the cookie.
func TestSession(t *testing.T) {
	s := &Service{}
	for name, c := range map[string]struct {
		method  string
		headers []string
		want    string
	}{
		"a page reads":                 {"GET", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"}, "let in"},
		"a link is followed":           {"GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, "let in"},
		"the address is typed":         {"GET", []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}, "let in"},
		"an old browser reads":         {"GET", nil, "let in"},
		"another site reads":           {"GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors"}, "a stranger"},
		"another site shows an image":  {"GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, "a stranger"},
		"another port reads":           {"GET", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors"}, "a stranger"},
		"a page writes":                {"PATCH", []string{"Sec-Fetch-Site", "same-origin"}, "let in"},
		"an old browser writes":        {"POST", []string{"Origin", "http://boards.example.com:8080"}, "let in"},
		"another site writes":          {"POST", []string{"Sec-Fetch-Site", "cross-site"}, "refused"},
		"another site's old browser":   {"POST", []string{"Origin", "http://evil.example"}, "refused"},
		"a host with ours in its name": {"POST", []string{"Origin", "http://boards.example.com:8080.evil.example"}, "refused"},
		"a sandbox":                    {"DELETE", []string{"Origin", "null"}, "refused"},
		"nothing is said":              {"PUT", nil, "refused"},
		"a method nobody knows":        {"FROBNICATE", []string{"Sec-Fetch-Site", "cross-site"}, "refused"},
	} {
		r := httptest.NewRequest(c.method, "http://boards.example.com:8080/fabrikam/_apis/projects", nil)
		r.Header.Set("Cookie", "boardwalk=secret")
		for i := 0; i < len(c.headers); i += 2 {
			r.Header.Set(c.headers[i], c.headers[i+1])
		}
		got := "let in"
		if secret, err := s.Session(r); err != nil {
			got = "refused"
		} else if secret == "" {
			got = "a stranger"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestReturnPath(t *testing.T) {
	for asked, want := range map[string]string{
		"/fabrikam/_odata/v4.0-preview/WorkItems?$top=1": "/fabrikam/_odata/v4.0-preview/WorkItems?$top=1",
		"/_account": "/_account", "": "/", "/": "/", "_account": "/", "https://evil.example": "/", "//evil.example": "/", "///evil.example": "/",
		`/\evil.example`: "/", `\\evil.example`: "/", "/\t/evil.example": "/", "/\n/evil.example": "/", " //evil.example": "/", "/ /evil.example": "/",
		"/%2f/evil.example": "/", "/%5cevil.example": "/", "javascript:alert(1)": "/", "http:/_account": "/", "/%zz": "/", "/_signin?return=/_signin": "/", "/_signout": "/", "?x": "/",
		"/x\r\nSet-Cookie: a=b": "/", "@evil.example": "/", "//user@evil.example/": "/",
	} {
		if got := returnPath(asked); got != want {
			t.Errorf("%q leads to %q, want %q", asked, got, want)
		}
	}
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	b := x.browser(t).open("/_signin?return=//evil.example")
	b.submit("/_signin", "name", "ada@example.com", "password", secret, "return", "//evil.example").wants(303, "")
	if to := b.head.Get("Location"); to != "/" {
		t.Errorf("it leads to %s", to)
	}
}

// A name that nobody has and one whose password is wrong get the same answer for the same work.
func TestSignIn_NoEnumeration(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	hide := func(b *browser) string {
		page := formToken.ReplaceAllString(b.page, "")
		for _, name := range []string{"ada@example.com", "bob@example.com", "eve@example.com"} {
			page = strings.ReplaceAll(page, name, "NAME")
		}
		b.head.Del("Date")
		return page + strings.Join(b.head.Values("Retry-After"), "") + http.StatusText(b.code)
	}
	var answers []string
	for i := range 8 {
		var row []string
		for _, name := range []string{"ada@example.com", "bob@example.com", "eve@example.com"} {
			before := x.passwords.derived.Load()
			row = append(row, hide(x.browser(t).signIn(name, "something else")))
			if work := x.passwords.derived.Load() - before; (work != 64) != (i > 5) {
				t.Errorf("attempt %d as %s: work of %d", i+1, name, work)
			}
		}
		if row[0] != row[1] || row[1] != row[2] {
			t.Errorf("attempt %d: the answers differ:\n%s\n%s\n%s", i+1, row[0], row[1], row[2])
		}
		answers = append(answers, row[0])
	}
	if !strings.Contains(answers[5], "not right") || !strings.Contains(answers[6], "Wait 2 seconds") {
		t.Errorf("nobody has to wait:\n%s", answers[6])
	}
}

// A failed sign-in is recorded for the organization of the name; what is no name is not kept.
func TestSignIn_Recorded(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	b := x.browser(t)
	b.signIn("ada@example.com", "wrong").wants(403, "")
	b.signIn(secret, "").wants(403, "")
	b.signIn(strings.Repeat("long ", 10_000), secret).wants(403, "")
	b.signIn("ada@example.com", secret).wants(303, "")
	b.open("/").submit("/_signout").wants(303, "")
	var got []string
	x.update(t, func(tx *db.Tx) error {
		_, err := db.Collect(tx, db.SQL("test", `SELECT org_id, action, data, address FROM audit_log ORDER BY org_id, entry_id`), nil, func(r *db.Rows) (struct{}, error) {
			var org int64
			var action, data, address string
			err := r.Scan(&org, &action, &data, &address)
			if strings.HasPrefix(action, "SignIn.") {
				got = append(got, fmt.Sprint(org, " ", action, " ", data, " ", address))
			}
			return struct{}{}, err
		})
		return err
	})
	stranger := `0 SignIn.Failed {"Reason":"wrong user name or password","UniqueName":"somebody unknown"} 127.0.0.1`
	want := []string{stranger, stranger, `1 SignIn.Failed {"Reason":"wrong user name or password","UniqueName":"ada@example.com"} 127.0.0.1`,
		`1 SignIn.Succeeded {"Method":"password"} 127.0.0.1`, `1 SignIn.SignedOut {"Where":"here"} 127.0.0.1`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}

// Waiting grows and ends; who is known at an address is not held up by what others do elsewhere.
func TestSignIn_Lockout(t *testing.T) {
	x := newFixture(t, dbtest.New(t, "sqlite"), nil)
	from := func(address, name, password string) string {
		of, err := x.checkPassword(t.Context(), name, password, address)
		switch e := err.(type) { //nolint:errorlint // returned as it is
		case nil:
			if of.account != x.ada {
				t.Fatalf("account %d", of.account)
			}
			return "in"
		case *tooMany:
			return e.wait.String()
		}
		return err.Error()
	}
	for range 5 {
		if got := from("192.0.2.66", "ada@example.com", "guess"); got != errWrong.Error() {
			t.Fatal(got)
		}
	}
	for i, wait := range []time.Duration{2, 4, 8, 16, 32, 60, 60} {
		if got := from("192.0.2.66", "ada@example.com", "guess"); got != errWrong.Error() {
			t.Fatalf("attempt %d: %s", i+6, got)
		}
		if got := from("192.0.2.66", "ada@example.com", secret); got != (wait * time.Second).String() {
			t.Errorf("attempt %d: even the right password has to wait %s, want %d s", i+6, got, wait)
		}
		x.pass(wait * time.Second)
	}
	if got := from("192.0.2.66", "ada@example.com", "guess"); got != errWrong.Error() {
		t.Fatal(got)
	}
	if got := from("192.0.2.7", "ada@example.com", secret); got != "1m0s" {
		t.Errorf("from elsewhere: %s", got)
	}
	x.pass(time.Minute)
	if got := from("192.0.2.7", "ada@example.com", secret); got != "in" {
		t.Errorf("after the wait: %s", got)
	}
	// A browser with a session, from this machine.
	x.browser(t).signIn("ada@example.com", secret).wants(303, "")
	for range 6 {
		from("192.0.2.66", "ada@example.com", "guess")
	}
	if got := from("192.0.2.66", "ada@example.com", secret); got != "2s" {
		t.Errorf("the guesser: %s", got)
	}
	if got := from("127.0.0.1", "ada@example.com", secret); got != "in" {
		t.Errorf("at the address of a session: %s", got)
	}
	// One address, many names.
	for i := range 31 {
		if got := from("2001:db8::"+string(rune('a'+i%6)), string(rune('a'+i)), "guess"); got != errWrong.Error() {
			t.Fatalf("name %d: %s", i, got)
		}
	}
	if got := from("2001:db8::f", "ada@example.com", secret); got != "2s" {
		t.Errorf("an address that tried many names: %s", got)
	}
}
