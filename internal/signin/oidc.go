package signin

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/oidc"
)

const (
	providerPath = "/_signin/oidc"          // where a browser begins to sign in with the identity provider
	callbackPath = "/_signin/oidc/callback" // and where it comes back
	attemptName  = "boardwalk-oidc"         // the cookie in between
	attemptLife  = 10 * time.Minute
	providerSays = "OpenID Connect" // what sessions are marked with that began there
)

// providerButton is the way to sign in with the identity provider, as the page offers it.
func providerButton(issuer string) Provider {
	name := "your organization"
	if u, err := url.Parse(issuer); err == nil && u.Host != "" {
		name = u.Host
	}
	return Provider{Name: name, Path: providerPath}
}

// attempt is what a browser keeps while its user is at the identity provider.
type attempt struct {
	oidc.Attempt
	Return string `json:"r"`
	Until  int64  `json:"u"` // seconds since 1970
}

// beginWithProvider sends the browser to the identity provider.
func (s *Service) beginWithProvider(ctx context.Context, v *visit) error {
	where, begun, err := s.config.Provider.Begin(ctx, s.origin(v.r)+callbackPath)
	if err != nil {
		return v.providerRefusal(err)
	}
	until := s.config.Clock().Add(attemptLife)
	content, err := json.Marshal(attempt{begun, returnPath(v.r.URL.Query().Get("return")), until.Unix()})
	if err != nil {
		return err
	}
	text := base64.RawURLEncoding.EncodeToString(content)
	s.setCookie(v.w, v.r, attemptName, text+"."+s.attemptSeal(text), time.Time{}) // its end is inside
	return v.leadTo(where)
}

func (s *Service) attemptSeal(text string) string {
	return base64.RawURLEncoding.EncodeToString(s.keyed("sign-in with a provider\x00" + text))
}

// takeAttempt returns what the browser kept, which it can do once.
func (v *visit) takeAttempt() (kept attempt, ok bool) {
	cookie := v.cookie(v.r, attemptName)
	v.setCookie(v.w, v.r, attemptName, "", time.Unix(1, 0))
	text, seal, _ := strings.Cut(cookie, ".")
	if !hmac.Equal([]byte(seal), []byte(v.attemptSeal(text))) {
		return kept, false
	}
	content, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(content, &kept) != nil {
		return kept, false
	}
	return kept, v.config.Clock().Unix() < kept.Until
}

// endWithProvider begins the session of somebody whom the identity provider sent back.
func (s *Service) endWithProvider(ctx context.Context, v *visit) error {
	kept, ok := v.takeAttempt()
	if !ok {
		return &refusal{http.StatusForbidden, "Not signed in", "This browser did not begin to sign in, or took longer than ten minutes. Begin again from the page to sign in at. Cookies must be allowed."}
	}
	q := v.r.URL.Query()
	who, _, err := s.config.Provider.Finish(ctx, s.origin(v.r)+callbackPath, kept.Attempt,
		oidc.Answer{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error")})
	if err != nil {
		return v.providerRefusal(err)
	}
	account, err := s.config.Access.AccountOfExternal(ctx, who)
	if err == nil {
		err = s.SignIn(ctx, v.w, v.r, account, providerSays)
	}
	if errors.Is(err, ErrNoOrganization) {
		err = fault.Unauthorized(who.Name).WithHint("you belong to no organization of this server: ask an administrator to let you in")
	}
	if err != nil {
		if f, ok := errors.AsType[*fault.Fault](err); ok && f.Status == http.StatusUnauthorized {
			if err := s.recordStranger(ctx, v.r, who, f.Hint); err != nil {
				return err
			}
		}
		return v.providerRefusal(err)
	}
	return v.leadTo(kept.Return)
}

// recordStranger writes into the log of the server whom the identity provider knows and nobody here lets in.
func (s *Service) recordStranger(ctx context.Context, r *http.Request, who access.External, why string) error {
	return s.config.DB.Update(ctx, func(tx *db.Tx) error {
		c := caller(r, nil)
		return access.Audit(tx, &c, access.Event{Action: access.SignInFailed,
			Data: map[string]any{"UniqueName": who.Name, "Reason": why, "Issuer": who.Issuer, "Subject": who.Subject}})
	})
}

// providerRefusal turns a fault into a page.
func (v *visit) providerRefusal(err error) error {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return err
	}
	if f.Status == http.StatusServiceUnavailable {
		return &refusal{http.StatusServiceUnavailable, "Not available", "The identity provider does not answer at the moment. Try again in a minute."}
	}
	why := f.Hint
	if why == "" {
		why = f.Message
	}
	return &refusal{http.StatusForbidden, "Not signed in", strings.ToUpper(why[:1]) + why[1:] + "."}
}
