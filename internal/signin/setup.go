package signin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

type setupForm struct {
	Code, Organization, TimeZone, DisplayName, Name, Problem string
	MinPassword                                              int
}

// showSetup is where the first person makes the organization and their account.
func (s *Service) showSetup(ctx context.Context, v *visit) error {
	code := v.r.URL.Query().Get("code")
	if err := s.checkSetup(ctx, code); err != nil {
		return err
	}
	return v.render(http.StatusOK, "setup.html", setupForm{Code: code, TimeZone: "UTC", MinPassword: minPassword})
}

func (s *Service) setUp(ctx context.Context, v *visit) error {
	form := setupForm{Code: v.field("code"), Organization: v.field("organization"), TimeZone: v.field("zone"), DisplayName: v.field("display"),
		Name: v.field("name"), MinPassword: minPassword}
	password := v.r.PostForm.Get("password")
	if err := s.checkSetup(ctx, form.Code); err != nil { // before the work of a hash
		return err
	}
	zone, err := time.LoadLocation(form.TimeZone)
	switch weak := weakness(password, form.Name); {
	case err != nil || form.TimeZone == "Local":
		form.Problem = "This time zone is unknown. Write UTC or a name such as Europe/Berlin."
	case weak != "":
		form.Problem = weak
	case password != v.r.PostForm.Get("again"):
		form.Problem = "The two passwords are not the same."
	}
	if form.Problem != "" {
		return v.render(http.StatusUnprocessableEntity, "setup.html", form)
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	var account int64
	err = s.config.DB.Update(ctx, func(tx *db.Tx) error {
		if _, err := s.redeem(tx, form.Code); err != nil {
			return err
		}
		if err := s.empty(tx); err != nil {
			return err
		}
		_, id, err := s.config.Projects.Found(tx, s.config.Access, project.Founding{Name: form.Organization, Location: zone, Administrator: form.Name, DisplayName: form.DisplayName})
		if err != nil {
			return err
		}
		account = id
		if err := access.AuditAccount(tx, account, caller(v.r, v.session), access.Event{Action: access.OrganizationMade, Data: map[string]any{"Organization": form.Organization}}); err != nil {
			return err
		}
		return s.passwords.set(tx, account, hash)
	})
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Status == http.StatusBadRequest {
		form.Problem = f.Message
		return v.render(http.StatusUnprocessableEntity, "setup.html", form)
	}
	if err != nil {
		return err
	}
	if err := s.SignIn(ctx, v.w, v.r, account, "password"); err != nil {
		return err
	}
	return v.leadTo("/")
}

// checkSetup returns a refusal for a code that does not set up this server, or when that was done.
func (s *Service) checkSetup(ctx context.Context, code string) error {
	return s.config.DB.View(ctx, func(tx *db.Tx) error {
		account, err := s.codeOf(tx, code)
		if err == nil && account != newServer {
			err = invalidLink()
		}
		if err != nil {
			return err
		}
		return s.empty(tx)
	})
}

// empty returns a refusal when there is an organization or an account.
func (s *Service) empty(tx *db.Tx) error {
	var n int64
	if err := tx.Row(countUsed, nil, &n); err != nil {
		return err
	}
	if n > 0 {
		return invalidLink()
	}
	return nil
}

// NeedsSetup reports whether a store has neither an organization nor an account.
func (s *Service) NeedsSetup(ctx context.Context) (empty bool, err error) {
	err = s.config.DB.View(ctx, func(tx *db.Tx) error {
		err := s.empty(tx)
		if _, used := errors.AsType[*refusal](err); used {
			return nil
		}
		empty = err == nil
		return err
	})
	return empty, err
}

var countUsed = db.SQL("signin.countUsed", `SELECT (SELECT COUNT(*) FROM organizations) + (SELECT COUNT(*) FROM accounts)`)
