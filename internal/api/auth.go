package api

import (
	"context"
	"encoding/base64"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
)

// credential is what a request shows of who sends it: a token, or else the session of a browser. A request with the
// header is what the header says, whatever cookies it has.
type credential struct{ token, session string }

// credential returns a 401 fault when there is none.
func (x *exchange) credential() (c credential, err error) {
	header := x.http.Header["Authorization"]
	if len(header) == 0 && x.config.Session != nil {
		if c.session, err = x.config.Session(x.http); err != nil || c.session != "" {
			return c, err
		}
	}
	if len(header) > 1 { // what is in front of the server may have looked at the other one
		return c, fault.Unauthorized("").WithHint("send one Authorization header")
	}
	c.token, err = tokenOf(x.http.Header.Get("Authorization"))
	return c, err
}

// authenticate finds out whose credential it is in an organization.
func (x *exchange) authenticate(ctx context.Context, org int64, c credential) (caller *access.Caller, err error) {
	if c.session == "" {
		caller, err = x.config.Access.Authenticate(ctx, org, c.token)
		return caller, x.refuse(err)
	}
	h := x.out.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Add("Vary", "Cookie")
	caller, err = x.config.Access.AuthenticateSession(ctx, org, c.session)
	return caller, x.refuse(err)
}

// home finds out which organization a token is for, and whether there is no other.
func (x *exchange) home(ctx context.Context, c credential) (org int64, alone bool, err error) {
	org, alone, err = x.config.Access.HomeOf(ctx, c.token)
	return org, alone, x.refuse(err)
}

// patienceWithTokens is generous: tokens cannot be guessed, and scripts with an old one are no attack. What it bounds is the
// work that whoever has no credential can cause.
func patienceWithTokens() access.Patience {
	return access.Patience{Free: 100, First: time.Second, Longest: time.Minute, Forget: 10 * time.Minute}
}

// refuse counts a credential that is not good, and answers 429 in its place where there were too many from the address.
// A good one always is: others at the address, such as that of a proxy, are not hurt. Other errors stay as they are.
func (x *exchange) refuse(err error) error {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok || f.Status != http.StatusUnauthorized {
		return err
	}
	from := access.AddressKey(x.remote())
	if from == "" {
		return f
	}
	wait := x.refusals.Begin(from, x.config.Clock())
	if wait == 0 {
		return f
	}
	x.out.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	return fault.Throttled("Authentication", from).WithHint("many requests from this address had a token or session that is not valid; one with a valid one is answered")
}

// inherited are the headers that the requests of a batch have from the batch, and not from what is written in it.
func inherited() []string {
	return []string{"Authorization", "Cookie", "Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "X-Forwarded-Proto", "X-Forwarded-Host"}
}

// tokenOf returns the personal access token in an Authorization header. Clients send it as password behind any user
// name, as user name with an empty password, or as bearer. It returns a 401 fault when there is none.
func tokenOf(header string) (string, error) {
	scheme, value, _ := strings.Cut(strings.TrimSpace(header), " ")
	value = strings.TrimSpace(value)
	switch {
	case header == "":
		return "", fault.Anonymous().WithHint("send a personal access token: curl -u :TOKEN …")
	case strings.EqualFold(scheme, "Bearer") && value != "":
		return value, nil
	case strings.EqualFold(scheme, "Basic"):
		if token := basicToken(value); token != "" {
			return token, nil
		}
		return "", fault.Unauthorized("").WithHint("the Basic credentials are not base64 of user:token with a token")
	}
	return "", fault.Unauthorized("").WithHint("use the scheme Basic (any user, the token as password) or Bearer")
}

func basicToken(value string) string {
	value = strings.TrimRight(value, "=")
	pair, err := base64.RawStdEncoding.DecodeString(value)
	if err != nil {
		if pair, err = base64.RawURLEncoding.DecodeString(value); err != nil {
			return ""
		}
	}
	user, password, ok := strings.Cut(string(pair), ":")
	switch {
	case !ok:
		return ""
	case password != "":
		return password
	}
	return user
}
