package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"boardwalk/internal/access"
	"boardwalk/internal/db"

	"github.com/google/uuid"
)

type passwordForm struct {
	Code, Name, Problem string
	MinPassword         int
}

// showPassword is where somebody with a link sets a password.
func (s *Service) showPassword(ctx context.Context, v *visit) error {
	form, _, err := s.passwordForm(ctx, v.r.URL.Query().Get("code"))
	if err != nil {
		return err
	}
	return v.render(http.StatusOK, "password.html", form)
}

func (s *Service) passwordForm(ctx context.Context, code string) (form passwordForm, account int64, err error) {
	form = passwordForm{Code: code, MinPassword: minPassword}
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		if account, err = s.codeOf(tx, code); err != nil {
			return err
		}
		of, err := access.AccountByID(tx, account)
		if errors.Is(err, db.ErrNotFound) { // a code that sets up the server
			return invalidLink()
		}
		form.Name = of.UniqueName
		return err
	})
	return form, account, err
}

// setPassword stores the password that somebody chose, and signs them in here and out everywhere else.
func (s *Service) setPassword(ctx context.Context, v *visit) error {
	form, account, err := s.passwordForm(ctx, v.field("code"))
	if err != nil {
		return err
	}
	password := v.r.PostForm.Get("password")
	if form.Problem = weakness(password, form.Name); form.Problem == "" && password != v.r.PostForm.Get("again") {
		form.Problem = "The two passwords are not the same."
	}
	if form.Problem != "" {
		return v.render(http.StatusUnprocessableEntity, "password.html", form)
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.config.DB.Update(ctx, func(tx *db.Tx) error {
		if _, err := s.redeem(tx, form.Code); err != nil {
			return err
		}
		return s.replacePassword(tx, v, account, hash, uuid.Nil)
	})
	if err != nil {
		return err
	}
	err = s.SignIn(ctx, v.w, v.r, account, "password")
	if errors.Is(err, ErrNoOrganization) {
		return &refusal{http.StatusForbidden, "The password is set", "But you belong to no organization yet: ask an administrator to let you in."}
	}
	if err != nil {
		return err
	}
	return v.leadTo("/")
}

// replacePassword stores a password's hash and ends what was begun with the old one: the sessions but one, and links.
func (s *Service) replacePassword(tx *db.Tx, v *visit, account int64, hash string, but uuid.UUID) error {
	of, err := access.AccountByID(tx, account)
	if err != nil {
		return fmt.Errorf("account %d: %w", account, err)
	}
	if err := s.passwords.set(tx, account, hash); err != nil {
		return err
	}
	if err := s.config.Access.EndSessions(tx, account, but); err != nil {
		return err
	}
	if _, err := tx.Exec(withdrawCodes, account, tx.Now()); err != nil {
		return err
	}
	return access.AuditAccount(tx, account, caller(v.r, v.session), access.Event{Action: access.PasswordChanged, Data: map[string]any{"UniqueName": of.UniqueName}})
}
