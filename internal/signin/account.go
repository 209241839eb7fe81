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

type accountPage struct {
	access.Account
	HasPassword   bool
	Sessions      []*access.Session
	Current       uuid.UUID
	Organizations []organization
	MinPassword   int
	Problem, Done string
}

// showAccount is where people see who they are, where they are signed in, and change their password.
func (s *Service) showAccount(ctx context.Context, v *visit) error {
	return v.account(ctx, http.StatusOK, "", "")
}

func (v *visit) account(ctx context.Context, status int, problem, done string) error {
	page := accountPage{Current: v.session.ID, MinPassword: minPassword, Problem: problem, Done: done}
	err := v.config.DB.View(ctx, func(tx *db.Tx) (err error) {
		if page.Account, err = access.AccountByID(tx, v.session.Account); err != nil {
			return fmt.Errorf("account %d: %w", v.session.Account, err)
		}
		hash, err := v.passwords.of(tx, v.session.Account)
		if err != nil {
			return err
		}
		page.HasPassword = hash != ""
		page.Sessions, err = v.config.Access.Sessions(tx, v.session.Account)
		return err
	})
	if err != nil {
		return err
	}
	if page.Organizations, err = v.organizations(ctx); err != nil {
		return err
	}
	return v.render(status, "account.html", page)
}

// changeAccount does what one of the forms of the page is for.
func (s *Service) changeAccount(ctx context.Context, v *visit) error {
	switch v.field("do") {
	case "password":
		return s.changePassword(ctx, v)
	case "end":
		ended, err := uuid.Parse(v.field("session"))
		if err != nil {
			return &refusal{http.StatusBadRequest, "Not understood", "The form names no session."}
		}
		err = v.endSessions(ctx, "in one browser", func(tx *db.Tx) error { return s.config.Access.EndSession(tx, v.session.Account, ended) })
		if err != nil {
			return err
		}
		if ended == v.session.ID {
			return v.leadTo("/_signin")
		}
		return v.account(ctx, http.StatusOK, "", "The session has ended.")
	case "end-others":
		err := v.endSessions(ctx, "everywhere else", func(tx *db.Tx) error {
			return s.config.Access.EndSessions(tx, v.session.Account, v.session.ID)
		})
		if err != nil {
			return err
		}
		return v.account(ctx, http.StatusOK, "", "You are signed out everywhere else.")
	case "end-all":
		err := v.endSessions(ctx, "everywhere", func(tx *db.Tx) error { return s.config.Access.EndSessions(tx, v.session.Account, uuid.Nil) })
		if err != nil {
			return err
		}
		if err := s.SignOut(ctx, v.w, v.r); err != nil {
			return err
		}
		return v.leadTo("/_signin")
	}
	return &refusal{http.StatusBadRequest, "Not understood", "The form does not say what to do."}
}

func (v *visit) endSessions(ctx context.Context, where string, end func(*db.Tx) error) error {
	return v.config.DB.Update(ctx, func(tx *db.Tx) error {
		if err := end(tx); err != nil {
			return err
		}
		return access.AuditAccount(tx, v.session.Account, caller(v.r, v.session), access.Event{Action: access.SignedOut, Data: map[string]any{"Where": where}})
	})
}

// changePassword wants the old password, too: a browser that was left alone is not enough.
func (s *Service) changePassword(ctx context.Context, v *visit) error {
	var of access.Account
	err := s.config.DB.View(ctx, func(tx *db.Tx) (err error) {
		of, err = access.AccountByID(tx, v.session.Account)
		return err
	})
	if err != nil {
		return fmt.Errorf("account %d: %w", v.session.Account, err)
	}
	password := v.r.PostForm.Get("password")
	problem := weakness(password, of.UniqueName)
	if problem == "" && password != v.r.PostForm.Get("again") {
		problem = "The two passwords are not the same."
	}
	if problem != "" {
		return v.account(ctx, http.StatusUnprocessableEntity, problem, "")
	}
	was, err := s.checkPassword(ctx, of.UniqueName, v.r.PostForm.Get("old"), Address(v.r))
	if wait, ok := errors.AsType[*tooMany](err); ok {
		return v.account(ctx, wait.head(v.w), wait.Error(), "")
	}
	var hash string
	if err == nil {
		hash, err = s.passwords.hash(ctx, password)
	}
	if err == nil {
		err = s.config.DB.Update(ctx, func(tx *db.Tx) error {
			if err := s.still(tx, was); err != nil {
				return err
			}
			return s.replacePassword(tx, v, of.ID, hash, v.session.ID)
		})
	}
	if errors.Is(err, errWrong) {
		return v.account(ctx, http.StatusForbidden, "The present password is not right.", "")
	}
	if err != nil {
		return err
	}
	return v.account(ctx, http.StatusOK, "", "The password is changed, and you are signed out everywhere else. Your tokens stay.")
}
