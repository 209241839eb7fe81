package project

import (
	"context"
	"encoding/json"
	"strings"
	"unicode"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// ServiceDefinition is where another service is, as whoever registered it wrote it.
type ServiceDefinition struct {
	Type       string
	Identifier uuid.UUID
	Document   json.RawMessage // an object
}

const (
	maxServiceType        = 256
	maxServiceDefinition  = 16 << 10 // bytes
	maxServiceDefinitions = 1000     // of an organization
)

// ServiceDefinitions lists the services that were registered, those of a type unless it is empty.
func (s *Store) ServiceDefinitions(ctx context.Context, c *access.Caller, kind string) (all []ServiceDefinition, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all, err = readServiceDefinitions(tx, c.Org, kind)
		return err
	})
	return all, err
}

// ServiceDefinition finds one. Fault: it is not registered.
func (s *Store) ServiceDefinition(ctx context.Context, c *access.Caller, kind string, id uuid.UUID) (d ServiceDefinition, err error) {
	all, err := s.ServiceDefinitions(ctx, c, kind)
	if err != nil {
		return d, err
	}
	for _, d := range all {
		if d.Identifier == id && kind != "" {
			return d, nil
		}
	}
	return d, fault.ServiceDefinitionNotFound(kind, id.String())
}

// SaveServiceDefinitions registers services for a caller who administers the organization; one that is there is replaced.
func (s *Store) SaveServiceDefinitions(ctx context.Context, c *access.Caller, all []ServiceDefinition) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := administers(c); err != nil {
			return err
		}
		for _, d := range all {
			if strings.TrimSpace(d.Type) == "" || len(d.Type) > maxServiceType || strings.ContainsFunc(d.Type, unicode.IsControl) || d.Identifier == uuid.Nil {
				return fault.InvalidArgument("A service definition has a serviceType of 1 to %d bytes and the GUID of an identifier.", maxServiceType)
			}
			if len(d.Document) > maxServiceDefinition {
				return fault.InvalidArgument("A service definition has %d bytes at most, not %d.", maxServiceDefinition, len(d.Document))
			}
			if _, err := tx.Exec(saveServiceDefinition, c.Org, strings.ToLower(d.Type), d.Identifier, string(d.Document)); err != nil {
				return err
			}
		}
		kept, err := readServiceDefinitions(tx, c.Org, "")
		if err == nil && len(kept) > maxServiceDefinitions {
			err = fault.InvalidArgument("An organization has %d service definitions at most.", maxServiceDefinitions)
		}
		return err
	})
}

// DeleteServiceDefinition forgets a service. Faults: the caller does not administer the organization; it is not registered.
func (s *Store) DeleteServiceDefinition(ctx context.Context, c *access.Caller, kind string, id uuid.UUID) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if err := administers(c); err != nil {
			return err
		}
		n, err := tx.Exec(deleteServiceDefinition, c.Org, strings.ToLower(kind), id)
		if err == nil && n == 0 {
			err = fault.ServiceDefinitionNotFound(kind, id.String())
		}
		return err
	})
}

func readServiceDefinitions(tx *db.Tx, org int64, kind string) ([]ServiceDefinition, error) {
	return db.Collect(tx, selectServiceDefinitions, []any{org, strings.ToLower(kind)}, func(r *db.Rows) (d ServiceDefinition, err error) {
		var document string
		err = r.Scan(&d.Type, &d.Identifier, &document)
		d.Document = json.RawMessage(document)
		return d, err
	})
}

var (
	selectServiceDefinitions = db.SQL("project.selectServiceDefinitions", `
		SELECT service_key, identifier, document FROM service_definitions
		WHERE org_id = $1 AND (service_key = $2 OR $2 = '') ORDER BY service_key, identifier`)
	saveServiceDefinition = db.SQL("project.saveServiceDefinition", `
		INSERT INTO service_definitions (org_id, service_key, identifier, document) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, service_key, identifier) DO UPDATE SET document = excluded.document`)
	deleteServiceDefinition = db.SQL("project.deleteServiceDefinition", `
		DELETE FROM service_definitions WHERE org_id = $1 AND service_key = $2 AND identifier = $3`)
)
