package signin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// The names of the cookies, which browsers take over HTTPS only from this very host.
const (
	sessionName = "boardwalk"
	formName    = "boardwalk-form"
	hostPrefix  = "__Host-"
)

// SignIn begins a session of an account in the browser that sent a request, ending the one it had, and writes its cookie
// into the answer. method says how they signed in. It returns ErrNoOrganization for an account that belongs to none.
func (s *Service) SignIn(ctx context.Context, w http.ResponseWriter, r *http.Request, account int64, method string) error {
	return s.signIn(ctx, w, r, account, method, func(*db.Tx) error { return nil })
}

// signIn is SignIn if check, in the transaction that begins the session, has nothing against it.
func (s *Service) signIn(ctx context.Context, w http.ResponseWriter, r *http.Request, account int64, method string, check func(*db.Tx) error) error {
	old := s.sessionCookie(r)
	var secret string
	var expires time.Time
	err := s.config.DB.Update(ctx, func(tx *db.Tx) error {
		orgs, err := access.OrganizationsOf(tx, account)
		if err == nil && len(orgs) == 0 {
			err = ErrNoOrganization
		}
		if err != nil {
			return err
		}
		if err := check(tx); err != nil {
			return err
		}
		if err := s.config.Access.DropSession(tx, old); err != nil {
			return err
		}
		expires = tx.Now().Add(access.SessionLength)
		var begun access.Session
		begun, secret, err = s.config.Access.StartSession(tx, access.Session{Account: account, Method: method, Address: Address(r), Agent: r.UserAgent()})
		if err != nil {
			return err
		}
		return access.AuditAccount(tx, account, caller(r, &begun), access.Event{Action: access.SignedIn, Data: map[string]any{"Method": method}})
	})
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.setCookie(w, r, sessionName, secret, expires)
	s.setCookie(w, r, formName, random(), time.Time{}) // what was known before signing in is of no use after
	return nil
}

// SignOut ends the session of the browser that sent a request and makes it forget the cookies.
func (s *Service) SignOut(ctx context.Context, w http.ResponseWriter, r *http.Request) error {
	secret := s.sessionCookie(r)
	of, err := s.config.Access.Session(ctx, secret)
	if err == nil {
		err = s.config.DB.Update(ctx, func(tx *db.Tx) error {
			if err := s.config.Access.DropSession(tx, secret); err != nil {
				return err
			}
			return access.AuditAccount(tx, of.Account, caller(r, of), access.Event{Action: access.SignedOut, Data: map[string]any{"Where": "here"}})
		})
	}
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return fmt.Errorf("sign out: %w", err)
	}
	s.setCookie(w, r, sessionName, "", time.Unix(1, 0))
	s.setCookie(w, r, formName, "", time.Unix(1, 0))
	return nil
}

// Session returns the secret of the session whose cookie a request to the REST API or Analytics has, "" for none. It
// returns a 403 fault for a request that could change something and is not known to come from this server's own pages.
// What other pages fetch is answered as if there were no cookie.
func (s *Service) Session(r *http.Request) (string, error) {
	secret := s.sessionCookie(r)
	if secret == "" {
		return "", nil
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		site := r.Header.Get("Sec-Fetch-Site")
		if (site == "cross-site" || site == "same-site") && r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			return "", nil
		}
	default:
		if !s.sameOrigin(r) {
			return "", fault.CrossOrigin()
		}
	}
	return secret, nil
}

func (s *Service) sessionCookie(r *http.Request) string { return s.cookie(r, sessionName) }

func (s *Service) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(r, name))
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *Service) cookieName(r *http.Request, name string) string {
	if s.scheme(r) == "https" {
		return hostPrefix + name
	}
	return name
}

// setCookie writes a cookie for this host alone, which scripts cannot read and other sites' forms do not send. Without a
// date it is gone with the browser.
func (s *Service) setCookie(w http.ResponseWriter, r *http.Request, name, value string, expires time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(r, name), Value: value, Path: "/", Expires: expires,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.scheme(r) == "https",
	})
}

// Address is where a request came from, without the port. The server has put the client's address in place of a trusted
// proxy's.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
