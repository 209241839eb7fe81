package project

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Store keeps organizations and what they are made of. It is safe for concurrent use.
type Store struct {
	db *db.DB

	mu       sync.Mutex
	catalogs map[int64]*Catalog

	locations sync.Map // of time zones, by name: loading one reads a file
}

// New returns a store on a database.
func New(d *db.DB) *Store { return &Store{db: d, catalogs: map[int64]*Catalog{}} }

// Organization is the owner of everything else: one URL, one set of ids, one time zone.
type Organization struct {
	ID        int64
	GUID      uuid.UUID
	Name      string
	Location  *time.Location // days and calendar keys of Analytics are counted here
	CreatedAt time.Time
}

// Organization finds an organization by name or GUID. It returns a 404 fault when there is none.
func (s *Store) Organization(ctx context.Context, name string) (o *Organization, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		o, err = s.readOrganization(tx, selectOrganization, strings.ToLower(name))
		if errors.Is(err, db.ErrNotFound) {
			return fault.OrganizationNotFound(name)
		}
		return err
	})
	return o, err
}

// OrganizationByID returns an organization.
func (s *Store) OrganizationByID(ctx context.Context, id int64) (o *Organization, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		o, err = s.readOrganization(tx, selectOrganizationByID, id)
		return err
	})
	return o, err
}

// Organizations lists all organizations by id.
func (s *Store) Organizations(ctx context.Context) (all []*Organization, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, err = db.Collect(tx, selectOrganizations, nil, s.scanOrganization)
		return err
	})
	return all, err
}

// OrganizationsOf lists the organizations that the caller belongs to and may be a caller of with the same credential, by id.
func (s *Store) OrganizationsOf(ctx context.Context, c *access.Caller) (all []*Organization, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all = nil
		ids, err := c.Organizations(tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			o, err := s.readOrganization(tx, selectOrganizationByID, id)
			if err != nil {
				return err
			}
			all = append(all, o)
		}
		return nil
	})
	return all, err
}

func (s *Store) readOrganization(tx *db.Tx, by *db.Stmt, arg any) (*Organization, error) {
	found, err := db.Collect(tx, by, []any{arg}, s.scanOrganization)
	if err == nil && len(found) == 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (s *Store) scanOrganization(r *db.Rows) (*Organization, error) {
	o := &Organization{}
	var zone string
	if err := r.Scan(&o.ID, &o.GUID, &o.Name, &zone, &o.CreatedAt); err != nil {
		return nil, err
	}
	var err error
	if o.Location, err = s.location(zone); err != nil {
		return nil, fmt.Errorf("organization %s: %w", o.Name, err)
	}
	return o, nil
}

func (s *Store) location(zone string) (*time.Location, error) {
	if known, ok := s.locations.Load(zone); ok {
		return known.(*time.Location), nil
	}
	location, err := time.LoadLocation(zone)
	if err == nil {
		s.locations.Store(zone, location)
	}
	return location, err
}

// AddOrganization stores an organization, starts its change feed and returns its id. The name must be free. Without a
// date it is created now.
func (s *Store) AddOrganization(tx *db.Tx, o Organization) (int64, error) {
	id, err := tx.Reserve(0, "organization", 1)
	if err != nil {
		return 0, err
	}
	if o.CreatedAt.IsZero() {
		o.CreatedAt = tx.Now()
	}
	if _, err := tx.Exec(insertOrganization, id, o.GUID, o.Name, strings.ToLower(o.Name), o.Location.String(), o.CreatedAt); err != nil {
		return 0, err
	}
	if err := tx.StartFeed(id); err != nil {
		return 0, err
	}
	_, err = tx.Append(id, db.Change{Kind: db.OrganizationChanged, Ref: id})
	return id, err
}

// SetTimeZone changes where the days of an organization are counted. Analytics counts the days of all history anew.
func (s *Store) SetTimeZone(tx *db.Tx, org int64, location *time.Location) error {
	if _, err := tx.Exec(updateTimeZone, org, location.String()); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.OrganizationChanged, Ref: org})
	return err
}
