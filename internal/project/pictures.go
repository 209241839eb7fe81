package project

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Picture is what somebody put in place of the picture that is made of an id.
type Picture struct {
	png   []byte
	SetAt time.Time
}

// PNG is the picture as a square of that many pixels.
func (p *Picture) PNG(pixels int) ([]byte, error) { return square(p.png, pixels) }

// NewPicture reads an image of the kinds that clients send: PNG, JPEG or GIF. Of one that is no square the middle is taken.
// Fault: it is none, or too large.
func NewPicture(image []byte) (*Picture, error) {
	png, err := square(image, pictureSide)
	if err != nil {
		return nil, fault.InvalidArgument("The image cannot be used: %s.", err)
	}
	return &Picture{png: png}, nil
}

// PictureOf returns the picture that a user, group or team was given, or nil.
func (s *Store) PictureOf(ctx context.Context, c *access.Caller, subject uuid.UUID) (p *Picture, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		var text string
		found := &Picture{}
		err := tx.Row(selectPicture, []any{c.Org, subject}, &text, &found.SetAt)
		if errors.Is(err, db.ErrNotFound) {
			return nil
		}
		if err == nil {
			found.png, err = base64.StdEncoding.DecodeString(text)
		}
		if err != nil {
			return fmt.Errorf("picture of %s: %w", subject, err)
		}
		p = found
		return nil
	})
	return p, err
}

// GivePicture gives somebody a picture, or takes it away when it is nil. People do it for themselves, administrators of the
// organization for all, and whoever may edit a group or team for that. who is a GUID or a descriptor.
func (s *Store) GivePicture(ctx context.Context, a *access.Store, c *access.Caller, who string, picture *Picture) error {
	return s.changePeople(ctx, a, c, func(tx *db.Tx, p *People) error {
		if g := p.Find(who); g != nil {
			if !c.Allowed(access.IdentityNamespace, g.Token(p.catalog), access.EditIdentity) {
				return fault.AccessDenied(c.User.DisplayName, "Edit identity information")
			}
			return picture.save(tx, c, g.GUID)
		}
		for _, u := range p.directory.Users() {
			if strings.EqualFold(u.GUID.String(), who) || u.Descriptor() == who || strings.EqualFold(u.IdentityDescriptor(), who) {
				if u.ID != c.User.ID && !c.Administers() {
					return fault.AccessDenied(c.User.DisplayName, "Edit identity information")
				}
				return picture.save(tx, c, u.GUID)
			}
		}
		return fault.SubjectNotFound(who)
	})
}

// GiveProjectPicture gives a project a picture: that of its default team. The caller must manage the project.
func (s *Store) GiveProjectPicture(ctx context.Context, c *access.Caller, nameOrID string, picture *Picture) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		p, err := s.projectToChange(tx, c, catalog, nameOrID)
		if err != nil {
			return err
		}
		team := catalog.Team(p.DefaultTeam)
		if team == nil { // of a deleted project
			return NotFound(nameOrID)
		}
		return picture.save(tx, c, team.GUID)
	})
}

func (p *Picture) save(tx *db.Tx, c *access.Caller, subject uuid.UUID) error {
	if p == nil {
		_, err := tx.Exec(deletePicture, c.Org, subject)
		return err
	}
	_, err := tx.Exec(savePicture, c.Org, subject, base64.StdEncoding.EncodeToString(p.png), tx.Now())
	return err
}

var (
	selectPicture = db.SQL("project.selectPicture", `SELECT png, set_at FROM pictures WHERE org_id = $1 AND subject = $2`)
	savePicture   = db.SQL("project.savePicture", `
		INSERT INTO pictures (org_id, subject, png, set_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, subject) DO UPDATE SET png = excluded.png, set_at = excluded.set_at`)
	deletePicture = db.SQL("project.deletePicture", `DELETE FROM pictures WHERE org_id = $1 AND subject = $2`)
)
