package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/signin"
)

// ResetPassword makes a link with which somebody sets a password, and tells it out. The old one works until then.
func ResetPassword(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		return s.tellLink(ctx, c, out, func(tx *db.Tx) (int64, error) {
			account, err := access.AccountNamed(tx, c.User)
			if errors.Is(err, db.ErrNotFound) {
				err = fmt.Errorf("nobody called %q has an account; boardwalk admin invite lets somebody in", c.User)
			}
			return account, err
		})
	})
}

// Invite lets somebody into an organization and tells out a link with which they set a password.
func Invite(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		o, err := s.organization(ctx, c.Organization)
		if err != nil {
			return err
		}
		return s.tellLink(ctx, c, out, func(tx *db.Tx) (int64, error) {
			if _, err := s.access.Admit(tx, access.Console(o.ID), c.User, access.Basic); err != nil {
				return 0, err
			}
			return access.AccountNamed(tx, c.User)
		})
	})
}

// tellLink makes a link to set a password for the account that of returns.
func (s *stores) tellLink(ctx context.Context, c AdminConfig, out io.Writer, of func(*db.Tx) (int64, error)) error {
	people, err := s.signin(signin.Config{})
	if err != nil {
		return err
	}
	var path string
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		account, err := of(tx)
		if err != nil {
			return err
		}
		if path, err = people.PasswordLink(tx, account); err != nil {
			return err
		}
		return access.AuditAccount(tx, account, access.Caller{Credential: access.Credential{Kind: access.ByConsole}},
			access.Event{Action: access.PasswordLinkMade, Data: map[string]any{"UniqueName": c.User}})
	})
	if err != nil {
		return fmt.Errorf("make a link: %w%s", err, advice(err))
	}
	_, err = fmt.Fprintf(out, "With this link, once and within a week, %s sets a password to sign in with:\n%s%s\n", c.User, c.URL, path)
	return err
}
