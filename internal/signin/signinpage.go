package signin

import (
	"context"
	"errors"
	"net/http"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
)

// Provider is another way to sign in, which the page has a button for.
type Provider struct {
	Name string
	Path string // where the button leads; what is to be returned to is added
}

type signInForm struct {
	Name, Return, Problem string
	Providers             []Provider
	Sample                bool
}

func (s *Service) showSignIn(_ context.Context, v *visit) error {
	to := returnPath(v.r.URL.Query().Get("return"))
	if v.session != nil {
		return v.leadTo(to)
	}
	return v.render(http.StatusOK, "signin.html", s.signInForm("", to, ""))
}

func (s *Service) signInForm(name, to, problem string) signInForm {
	form := signInForm{Name: name, Return: to, Problem: problem, Sample: len(s.config.Sample) > 0}
	if s.config.Provider != nil {
		form.Providers = []Provider{providerButton(s.config.Issuer)}
	}
	return form
}

func (s *Service) signInWithPassword(ctx context.Context, v *visit) error {
	name, to := v.field("name"), returnPath(v.field("return"))
	of, err := s.checkPassword(ctx, name, v.r.PostForm.Get("password"), Address(v.r))
	if wait, ok := errors.AsType[*tooMany](err); ok {
		return v.render(wait.head(v.w), "signin.html", s.signInForm(name, to, wait.Error()))
	}
	if err == nil {
		err = s.signIn(ctx, v.w, v.r, of.account, "password", func(tx *db.Tx) error { return s.still(tx, of) })
	}
	if errors.Is(err, errWrong) {
		if err := s.recordFailure(ctx, v.r, name); err != nil {
			return err
		}
	}
	if errors.Is(err, errWrong) || errors.Is(err, ErrNoOrganization) {
		return v.render(http.StatusForbidden, "signin.html", s.signInForm(name, to, "User name or password are not right."))
	}
	if err != nil {
		return err
	}
	return v.leadTo(to)
}

// recordFailure writes a failed sign-in into the audit log of the organizations of whoever has the name. A name that nobody
// has is not kept: some people write their password into the wrong field.
func (s *Service) recordFailure(ctx context.Context, r *http.Request, name string) error {
	return s.config.DB.Update(ctx, func(tx *db.Tx) error {
		account, err := access.AccountNamed(tx, name)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		if err != nil {
			account, name = -1, "somebody unknown"
		}
		return access.AuditAccount(tx, account, caller(r, nil), access.Event{Action: access.SignInFailed,
			Data: map[string]any{"UniqueName": name, "Reason": "wrong user name or password"}})
	})
}

func (s *Service) showSignOut(_ context.Context, v *visit) error {
	return v.render(http.StatusOK, "signout.html", nil)
}

func (s *Service) signOut(ctx context.Context, v *visit) error {
	session := v.session
	if err := s.SignOut(ctx, v.w, v.r); err != nil {
		return err
	}
	if session != nil && session.Method == providerSays && s.config.Provider != nil {
		if there := s.config.Provider.EndSession(ctx, "", ""); there != "" {
			v.session = nil
			return v.render(http.StatusOK, "signedout.html", there)
		}
	}
	return v.leadTo("/_signin")
}
