package oidc

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	// skew is how far the clocks of the provider and of this machine may be apart.
	skew = 30 * time.Second

	maxToken   = 32 << 10 // bytes
	maxSubject = 255      // characters. documented: OpenID Connect Core, 2.
	maxGroups  = 5_000
)

// Recognizes reports whether a credential has the form of a signed token, which no personal access token has.
func (p *Provider) Recognizes(token string) bool {
	return strings.HasPrefix(token, "eyJ") && strings.Count(token, ".") == 2
}

// Verify checks an access token and returns who it is of. It returns a 401 fault that says what is wrong with the token,
// and a 503 fault when that cannot be told because the provider cannot be reached.
func (p *Provider) Verify(ctx context.Context, token string) (access.External, error) {
	if p.config.Audience == "" {
		return access.External{}, fault.Unauthorized("").WithHint("access tokens of the identity provider are not accepted: see --oidc-audience")
	}
	claims, err := p.check(ctx, token, p.config.Audience)
	if err != nil {
		return access.External{}, err
	}
	// Tokens of other kinds are signed with the same keys, and their audience can be the same.
	for _, name := range []string{"nonce", "at_hash", "c_hash", "events"} {
		if claims[name] != nil {
			return access.External{}, fault.Unauthorized("").WithHint("an access token is needed; this one has the claim %s of another kind", name)
		}
	}
	if kind, ok := claims.text("typ"); ok && !strings.EqualFold(kind, "Bearer") && !strings.EqualFold(kind, "at+jwt") {
		return access.External{}, fault.Unauthorized("").WithHint("an access token is needed; this one is of the kind %.20q", kind)
	}
	return p.person(claims)
}

// claims is what a token says.
type claims map[string]json.RawMessage

// check returns the claims of a token that the provider signed, for an audience, and that is good now.
func (p *Provider) check(ctx context.Context, token, audience string) (claims, error) {
	refuse := func(format string, args ...any) error { return fault.Unauthorized("").WithHint(format, args...) }
	if len(token) > maxToken {
		return nil, refuse("the token is longer than %d bytes", maxToken)
	}
	signed, err := parse(token)
	if err != nil {
		return nil, refuse("the token is malformed, or signed in a way that is not accepted")
	}
	d, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := d.keys.candidates(ctx, signed.Signatures[0].Header.KeyID)
	if err != nil {
		p.config.Log.WarnContext(ctx, "identity provider tells no keys", "error", err.Error())
		return nil, fault.ProviderUnavailable()
	}
	// Times are compared below: the library allows other differences.
	verified, err := oidc.NewVerifier(p.config.Issuer, keys, &oidc.Config{ClientID: audience, SupportedSigningAlgs: algorithms(), SkipExpiryCheck: true}).Verify(ctx, token)
	if err != nil {
		return nil, refuse("the token is not for this server: its signature, issuer or audience is not the one expected")
	}
	var c claims
	var times struct {
		Expires   *seconds `json:"exp"`
		NotBefore *seconds `json:"nbf"`
		IssuedAt  *seconds `json:"iat"`
	}
	if err := verified.Claims(&c); err != nil {
		return nil, refuse("the claims of the token are malformed")
	}
	if err := verified.Claims(&times); err != nil {
		return nil, refuse("a time in the token is malformed")
	}
	now := p.config.Clock()
	switch {
	case times.Expires == nil || times.IssuedAt == nil:
		return nil, refuse("the token does not tell when it was issued, or when it expires")
	case !now.Before(times.Expires.Add(skew)):
		return nil, refuse("the token has expired")
	case times.NotBefore != nil && now.Add(skew).Before(times.NotBefore.Time):
		return nil, refuse("the token is not good yet")
	case now.Add(skew).Before(times.IssuedAt.Time):
		return nil, refuse("the token was issued in the future: compare the clocks")
	case verified.Subject == "" || len(verified.Subject) > maxSubject:
		return nil, refuse("the token does not tell whose it is")
	}
	return c, nil
}

// seconds is a time as tokens have it: seconds since 1970, some with a fraction.
type seconds struct{ time.Time }

func (s *seconds) UnmarshalJSON(text []byte) error {
	var n float64
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	if n < 0 || n > 1e11 {
		return fmt.Errorf("%s is no time", text)
	}
	s.Time = time.UnixMilli(int64(n * 1000))
	return nil
}

// person is who claims are about.
func (p *Provider) person(c claims) (access.External, error) {
	e := access.External{Issuer: p.config.Issuer, Scope: c.scope()}
	e.Subject, _ = c.text("sub")
	var issued, expires seconds
	if err := json.Unmarshal(c["iat"], &issued); err != nil {
		return e, fault.Unauthorized("").WithHint("a time in the token is malformed")
	}
	if err := json.Unmarshal(c["exp"], &expires); err != nil {
		return e, fault.Unauthorized("").WithHint("a time in the token is malformed")
	}
	e.IssuedAt, e.Expires = issued.Time, expires.Add(skew)
	if c.verified() {
		e.Email, _ = c.text("email")
	}
	if p.config.NameClaim == "email" {
		e.Name = e.Email
	} else {
		e.Name, _ = c.text(p.config.NameClaim)
	}
	e.DisplayName, _ = c.text("name")
	if p.config.GroupsClaim == "" {
		return e, nil
	}
	// documented: of somebody in many groups some providers tell only where to ask for them.
	var elsewhere map[string]json.RawMessage
	if c["_claim_names"] != nil && (json.Unmarshal(c["_claim_names"], &elsewhere) != nil || elsewhere[p.config.GroupsClaim] != nil) {
		return e, fault.Unauthorized(e.Name).WithHint("the token does not hold the groups but tells where they are, which is not followed: let the provider send those that matter")
	}
	var err error
	if e.Groups, err = c.texts(p.config.GroupsClaim); err != nil || len(e.Groups) > maxGroups {
		return e, fault.Unauthorized(e.Name).WithHint("the claim %s is no list of at most %d texts", p.config.GroupsClaim, maxGroups)
	}
	return e, nil
}

// text is a claim that is a text.
func (c claims) text(name string) (text string, ok bool) {
	if c[name] == nil || json.Unmarshal(c[name], &text) != nil {
		return "", false
	}
	return text, text != ""
}

// verified reports whether the provider has made sure of the mail address. Some write it as a text.
func (c claims) verified() bool {
	return string(c["email_verified"]) == "true" || string(c["email_verified"]) == `"true"`
}

// texts is a claim that is a list of texts, or one; a claim that is not there has none. The name can be that of a claim
// inside others, joined by dots.
func (c claims) texts(name string) ([]string, error) {
	value, ok := c[name]
	for at := map[string]json.RawMessage(c); !ok; {
		outer, inner, more := strings.Cut(name, ".")
		if !more || at[outer] == nil {
			return nil, nil
		}
		content := at[outer]
		at = nil
		if err := json.Unmarshal(content, &at); err != nil {
			return nil, err
		}
		name = inner
		value, ok = at[name]
	}
	if value = bytes.TrimSpace(value); string(value) == "null" {
		return nil, nil
	}
	var one string
	if json.Unmarshal(value, &one) == nil {
		return []string{one}, nil
	}
	var all []string
	err := json.Unmarshal(value, &all)
	return all, err
}

// scope is what the token may be used for, as our tokens say it: the scopes of Azure DevOps in it, everything when it has
// none of them.
func (c claims) scope() string {
	var ours []string
	for _, name := range []string{"scope", "scp"} {
		found, err := c.texts(name)
		if err != nil {
			continue
		}
		for _, text := range found {
			for _, s := range strings.Fields(text) {
				if strings.HasPrefix(s, "vso.") && !slices.Contains(ours, s) {
					ours = append(ours, s)
				}
			}
		}
	}
	if ours == nil {
		return "app_token"
	}
	return strings.Join(ours, " ")
}
