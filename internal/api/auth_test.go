package api

import (
	"encoding/base64"
	"errors"
	"testing"

	"boardwalk/internal/fault"
)

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
