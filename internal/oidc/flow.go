package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Attempt is a sign-in that is under way. The browser that began it keeps it, so that nobody else can end it.
type Attempt struct {
	State    string `json:"s"` // comes back with the answer
	Nonce    string `json:"n"` // comes back in the ID token
	Verifier string `json:"v"` // proves that the code was asked for here. documented: RFC 7636
}

// Answer is what the provider sends a browser back with.
type Answer struct {
	State, Code, Issuer string
	Error               string // why there is no code
}

// Begin returns where a browser has to go to sign in; the provider sends it back to the address redirect.
func (p *Provider) Begin(ctx context.Context, redirect string) (where string, a Attempt, err error) {
	d, err := p.discover(ctx)
	if err != nil {
		return "", a, err
	}
	for _, s := range []*string{&a.State, &a.Nonce} {
		raw := make([]byte, 32)
		if _, err := rand.Read(raw); err != nil {
			return "", a, fmt.Errorf("begin a sign-in: %w", err)
		}
		*s = base64.RawURLEncoding.EncodeToString(raw)
	}
	a.Verifier = oauth2.GenerateVerifier()
	return p.oauth(d, redirect).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

func (p *Provider) oauth(d *discovered, redirect string) *oauth2.Config {
	c := &oauth2.Config{ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: d.provider.Endpoint(), RedirectURL: redirect,
		Scopes: p.config.Scopes}
	c.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	if d.basic && c.ClientSecret != "" {
		c.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	return c
}

// Finish ends a sign-in that Begin began for the same address: it returns who the person is, and the ID token that says
// so, for EndSession. It returns a 401 fault when the answer does not belong to the attempt or proves nothing.
func (p *Provider) Finish(ctx context.Context, redirect string, a Attempt, answer Answer) (who access.External, idToken string, err error) {
	refuse := func(format string, args ...any) (access.External, string, error) {
		return access.External{}, "", fault.Unauthorized("").WithHint(format, args...)
	}
	d, err := p.discover(ctx)
	if err != nil {
		return who, "", err
	}
	switch {
	case a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(answer.State)) != 1:
		return refuse("the answer does not belong to a sign-in that this browser began")
	case answer.Issuer != "" && answer.Issuer != p.config.Issuer, answer.Issuer == "" && d.says:
		return refuse("the answer is not of the identity provider that was asked")
	case answer.Error != "":
		return refuse("the identity provider did not sign anybody in: %.100q", answer.Error)
	case answer.Code == "":
		return refuse("the answer of the identity provider has no code")
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(d, redirect).Exchange(ctx, answer.Code, oauth2.VerifierOption(a.Verifier))
	if failed, ok := errors.AsType[*oauth2.RetrieveError](err); ok && failed.Response.StatusCode < 500 {
		p.config.Log.WarnContext(ctx, "identity provider refuses a code", "code", failed.ErrorCode)
		return refuse("the identity provider does not accept the code: it was used already, has expired, or this server is not set up there as it should be")
	}
	if err != nil {
		p.config.Log.WarnContext(ctx, "identity provider does not exchange a code", "error", err.Error())
		return who, "", fault.ProviderUnavailable()
	}
	idToken, ok := token.Extra("id_token").(string)
	if !ok {
		return refuse("the identity provider sent no ID token")
	}
	c, err := p.check(ctx, idToken, p.config.ClientID)
	if err != nil {
		return who, "", err
	}
	if nonce, _ := c.text("nonce"); subtle.ConstantTimeCompare([]byte(a.Nonce), []byte(nonce)) != 1 {
		return refuse("the ID token was made for another sign-in")
	}
	if by, ok := c.text("azp"); ok && by != p.config.ClientID {
		return refuse("the ID token was made for another program")
	}
	if err := p.complete(ctx, d, c, oauth2.StaticTokenSource(token)); err != nil {
		return who, "", err
	}
	who, err = p.person(c)
	return who, idToken, err
}

// complete adds to the claims of an ID token what the provider only tells when it is asked.
func (p *Provider) complete(ctx context.Context, d *discovered, c claims, token oauth2.TokenSource) error {
	missing := c[p.config.NameClaim] == nil
	if groups, err := c.texts(p.config.GroupsClaim); p.config.GroupsClaim != "" && err == nil && groups == nil {
		missing = true
	}
	if !missing && c["name"] != nil || d.provider.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := d.provider.UserInfo(ctx, token)
	if err != nil {
		p.config.Log.WarnContext(ctx, "identity provider tells nothing about a person", "error", err.Error())
		if !missing { // but how the name is written
			return nil
		}
		return fault.ProviderUnavailable()
	}
	var told claims
	if err := info.Claims(&told); err != nil {
		return fault.Unauthorized("").WithHint("what the identity provider tells about the person is malformed")
	}
	if subject, _ := c.text("sub"); info.Subject != subject {
		return fault.Unauthorized("").WithHint("the identity provider tells about another person")
	}
	// A mail address and whether it is verified belong together.
	if c["email"] != nil {
		delete(told, "email_verified")
	}
	if c["email_verified"] != nil && c["email"] == nil {
		delete(c, "email_verified")
	}
	for name, value := range told {
		if _, known := c[name]; !known && name != "iat" && name != "exp" && name != "iss" && name != "aud" {
			c[name] = value
		}
	}
	return nil
}

// EndSession returns where a browser has to go to sign out at the provider, too, "" when the provider has no such page.
func (p *Provider) EndSession(ctx context.Context, idToken, afterwards string) string {
	d, err := p.discover(ctx)
	if err != nil || d.endSession == "" {
		return ""
	}
	u, err := url.Parse(d.endSession)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.config.ClientID)
	if idToken != "" {
		q.Set("id_token_hint", idToken)
	}
	if afterwards != "" {
		q.Set("post_logout_redirect_uri", afterwards)
	}
	u.RawQuery = q.Encode()
	return u.String()
}
