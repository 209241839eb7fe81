package api

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// Other spellings of a path lead to the same checks or nowhere: a reader of one project gets nothing of another, and who
// has no token nothing at all.
func TestTricks_Paths(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), nil)
	for _, path := range []string{
		"/Fabrikam/Secret/_apis/wit/workitems/12", "/Fabrikam/SECRET/_apis/wit/WORKITEMS/12", "/fabrikam/%53ecret/_apis/wit/workitems/12",
		"/Fabrikam/Secret/%5fapis/wit/workitems/12", "/Fabrikam/Secret/_APIS/wit/workitems/12", "/Fabrikam/Secret/_apis/wit/workitems/%31%32",
		"/Fabrikam/Secret/_apis//wit/workitems/12", "//Fabrikam/Secret/_apis/wit/workitems/12", "/Fabrikam//Secret/_apis/wit/workitems/12",
		"/Fabrikam/Fabrikam%20Fiber/../Secret/_apis/wit/workitems/12", "/Fabrikam/Fabrikam%20Fiber/%2e%2e/Secret/_apis/wit/workitems/12",
		"/Fabrikam/Fabrikam%20Fiber%2f..%2fSecret/_apis/wit/workitems/12", "/Fabrikam/Fabrikam%20Fiber/_apis/../../Secret/_apis/wit/workitems/12",
		"/Fabrikam/Secret;x=1/_apis/wit/workitems/12", "/Fabrikam/Secret/_apis/wit/workitems/12;x=1", "/Fabrikam/Secret/_apis;x=1/wit/workitems/12",
		"/youngbinhan/../Fabrikam/Secret/_apis/wit/workitems/12", "/Fabrikam/Secret%00/_apis/wit/workitems/12", "/Fabrikam/Secret/_apis/wit/workitems/12%00",
		"/Fabrikam/Secret%20/_apis/wit/workitems/12", "/Fabrikam/%2fSecret/_apis/wit/workitems/12", "/Fabrikam/_apis/wit/workitems/12", "/Fabrikam/_apis/wit/workitems/12/",
		"/Fabrikam/Fabrikam%20Fiber/_apis/wit/workitems/12", "/Fabrikam/_apis/projects/Secret", "/Fabrikam/_apis/projects/%53ECRET", "/Fabrikam/_apis/projects/..%2fSecret",
		"/tfs/Fabrikam/Secret/_apis/wit/workitems/12", "/tfs/tfs/Fabrikam/Secret/_apis/wit/workitems/12",
	} {
		for _, who := range []string{"reader", ""} {
			for _, method := range []string{"GET", "HEAD", "get", "POST"} {
				answer := call(t, a, who, method+" "+path+"\nX-HTTP-Method-Override: GET\nX-Original-URL: /Fabrikam/_apis/projects\nX-Rewrite-URL: /Fabrikam/_apis/projects")
				body, err := io.ReadAll(answer.Body)
				if err != nil {
					t.Fatal(err)
				}
				if answer.StatusCode < 400 || strings.Contains(string(body), "World peace") || who == "" && strings.Contains(path, "_apis/") && answer.StatusCode == http.StatusForbidden {
					t.Errorf("%s %s as %q: %d %s", method, path, who, answer.StatusCode, body)
				}
			}
		}
	}
}

// A request with two credentials is nobody's: what is in front of the server may have looked at the other one.
func TestTricks_Headers(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), nil)
	basic := func(token string) string {
		return "\nAuthorization: Basic " + base64.StdEncoding.EncodeToString([]byte(":"+token))
	}
	good, bad := tokens()["admin"], strings.Repeat("z", 52)
	for name, c := range map[string]struct {
		headers string
		status  int
	}{
		"one":                         {basic(good), 200},
		"capitals":                    {basic(strings.ToUpper(good)), 200},
		"bearer":                      {"\nAuthorization: bearer " + good, 200},
		"twice the same":              {basic(good) + basic(good), 401},
		"good then bad":               {basic(good) + basic(bad), 401},
		"bad then good":               {basic(bad) + basic(good), 401},
		"two in one":                  {"\nAuthorization: Bearer " + good + ", Bearer " + bad, 401},
		"truncated":                   {basic(good[:51]), 401},
		"over-long":                   {basic(good + "a"), 401},
		"endless":                     {basic(strings.Repeat("a", 20_000)), 401},
		"in a header of proxies":      {"\nX-Forwarded-Authorization: Bearer " + good, 401},
		"with an underscore":          {"\nAuthorization_: Bearer " + good, 401},
		"in the query":                {"\nX-Token: " + good, 401},
		"blank behind":                {"\nAuthorization: Bearer " + good + " x", 401},
		"no scheme":                   {"\nAuthorization: " + good, 401},
		"token in a cookie":           {"\nCookie: Authorization=" + good + "; UserAuthentication=" + good, 401},
		"an organization in the host": {basic(good) + "\nHost: other.visualstudio.com", 404},
	} {
		answer := call(t, a, "", "GET /Fabrikam/_apis/connectionData?token="+good+"&access_token="+good+c.headers)
		if answer.StatusCode != c.status {
			t.Errorf("%s: %d, want %d", name, answer.StatusCode, c.status)
		}
	}
}

// Whatever a header holds, reading it ends with a token that it contains, or with a refusal.
func FuzzTokenOf(f *testing.F) {
	for _, header := range []string{"", "Basic", "Basic Og==", "Basic OmFiYw==", "basic YWJjOg", "Bearer x", "BEARER  y ", "Basic :", "Basic \xff", "Negotiate abc", "Basic OmFiYw==, Bearer x"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, err := tokenOf(header)
		if (err == nil) != (token != "") {
			t.Fatalf("%q: token %q, %v", header, token, err)
		}
		if err != nil || strings.Contains(header, token) {
			return
		}
		_, value, _ := strings.Cut(strings.TrimSpace(header), " ")
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if pair, err := encoding.DecodeString(strings.TrimRight(strings.TrimSpace(value), "=")); err == nil && strings.Contains(string(pair), token) {
				return
			}
		}
		t.Fatalf("%q: the token %q is not in it", header, token)
	})
}
