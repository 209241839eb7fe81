// Package oidc talks with one OpenID Connect provider: it checks the provider's access tokens, sends browsers there and
// takes what they bring back. It hides discovery, keys, and where claims are; it must not know accounts, groups or pages.
// Start reading at Provider, then at verify.go (tokens) and flow.go (browsers).
package oidc

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"boardwalk/internal/fault"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Config says which provider, and what of its claims counts.
type Config struct {
	Issuer       string // its address, as its tokens have it
	ClientID     string // what this server is called there; "" when browsers are not sent there
	ClientSecret string // "" for a public client
	Audience     string // of access tokens for this server; "" accepts none
	NameClaim    string // has the sign-in name; "email" counts only verified
	GroupsClaim  string // has the groups; names joined by dots for one inside another, "" for none
	Scopes       []string

	Clock  func() time.Time
	Log    *slog.Logger
	Client *http.Client // nil for one with limits
}

// Provider is an identity provider. It is safe for concurrent use, and reached when it is first needed.
type Provider struct {
	config Config
	client *http.Client

	mu      sync.Mutex
	found   *discovered
	retryAt time.Time
}

// discovered is what the provider tells of itself.
type discovered struct {
	provider   *oidc.Provider
	keys       *keySet
	endSession string
	// says reports that answers to browsers name the issuer. documented: RFC 9207.
	says  bool
	basic bool // the secret goes into a header
}

// Limits of what is asked of a provider.
const (
	timeout   = 10 * time.Second
	retry     = 5 * time.Second // after it could not be reached
	maxAnswer = 1 << 20
)

// New returns a provider that nobody has asked for anything yet.
func New(c Config) *Provider {
	p := &Provider{config: c, client: c.Client}
	if p.client == nil {
		p.client = &http.Client{
			Timeout: timeout, Transport: limited{http.DefaultTransport},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return errors.New("the identity provider answers with a redirect, which is not followed")
			},
		}
	}
	return p
}

// limited bounds how much of an answer is read.
type limited struct{ http.RoundTripper }

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, maxAnswer), answer.Body}
	}
	return answer, err
}

// CheckIssuer returns why an address cannot be that of a provider: others on the network could answer in its place.
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%q is no address of a provider; expected https://HOST/PATH", issuer)
	}
	if !safe(u) {
		return fmt.Errorf("%q is not safe; use https, or http on this machine only", issuer)
	}
	return nil
}

func safe(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// Connect finds out about the provider unless that is known. Whoever needs the provider calls it; calling it early tells
// the log whether the provider can be reached. It returns a 503 fault when it cannot.
func (p *Provider) Connect(ctx context.Context) error {
	_, err := p.discover(ctx)
	return err
}

// discover asks again a while after it failed, so that a provider that is down costs others little.
func (p *Provider) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.config.Clock().Before(p.retryAt) {
		return nil, fault.ProviderUnavailable()
	}
	found, err := p.ask(ctx)
	if err != nil {
		p.retryAt = p.config.Clock().Add(retry)
		p.config.Log.LogAttrs(ctx, slog.LevelWarn, "identity provider cannot be used", slog.String("issuer", p.config.Issuer), slog.String("error", err.Error()))
		return nil, fault.ProviderUnavailable()
	}
	p.config.Log.LogAttrs(ctx, slog.LevelInfo, "identity provider found", slog.String("issuer", p.config.Issuer))
	p.found = found
	return found, nil
}

func (p *Provider) ask(ctx context.Context) (*discovered, error) {
	// One caller who leaves must not make all others wait for the next attempt.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.config.Issuer)
	if err != nil {
		return nil, err
	}
	var document struct {
		Keys        string   `json:"jwks_uri"`
		EndSession  string   `json:"end_session_endpoint"`
		SaysIssuer  bool     `json:"authorization_response_iss_parameter_supported"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, fmt.Errorf("read the discovery document: %w", err)
	}
	for name, address := range map[string]string{
		"jwks_uri": document.Keys, "authorization_endpoint": provider.Endpoint().AuthURL, "token_endpoint": provider.Endpoint().TokenURL,
		"end_session_endpoint": document.EndSession, "userinfo_endpoint": provider.UserInfoEndpoint(),
	} {
		if u, err := url.Parse(address); address != "" && (err != nil || !safe(u)) || address == "" && name == "jwks_uri" {
			return nil, fmt.Errorf("the %s of the discovery document is %q, which is not safe", name, address)
		}
	}
	d := &discovered{provider: provider, endSession: document.EndSession, says: document.SaysIssuer, basic: len(document.AuthMethods) == 0}
	for _, m := range document.AuthMethods {
		d.basic = d.basic || m == "client_secret_basic"
	}
	d.keys = &keySet{url: document.Keys, client: p.client, clock: p.config.Clock}
	return d, nil
}
