package project

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Template is what a team fills new work items of a type with.
type Template struct {
	GUID        uuid.UUID
	Team        *Team
	Name        string
	Description string
	Type        string
	Fields      map[string]string // values as clients wrote them, by reference name
}

const (
	maxTemplateName   = 255
	maxTemplateFields = 1 << 20 // bytes of all fields
)

var (
	selectTemplates = db.SQL("project.selectTemplates", `
		SELECT guid, name, description, type_name, fields FROM work_item_templates WHERE org_id = $1 AND team_id = $2 ORDER BY name, guid`)
	insertTemplate = db.SQL("project.insertTemplate", `
		INSERT INTO work_item_templates (org_id, guid, team_id, name, description, type_name, fields) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	updateTemplate = db.SQL("project.updateTemplate", `
		UPDATE work_item_templates SET name = $4, description = $5, type_name = $6, fields = $7 WHERE org_id = $1 AND team_id = $2 AND guid = $3`)
	deleteTemplate = db.SQL("project.deleteTemplate", `DELETE FROM work_item_templates WHERE org_id = $1 AND team_id = $2 AND guid = $3`)
)

// Templates lists the templates of a team by name. Faults: project or team not found.
func (s *Store) Templates(ctx context.Context, c *access.Caller, projectName, team string) (all []Template, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		t, err := s.findTeam(tx, c, projectName, team)
		if err != nil {
			return err
		}
		all, err = db.Collect(tx, selectTemplates, []any{c.Org, t.ID}, func(r *db.Rows) (Template, error) {
			at := Template{Team: t}
			var fields string
			err := r.Scan(&at.GUID, &at.Name, &at.Description, &at.Type, &fields)
			return at, errors.Join(err, json.Unmarshal([]byte(fields), &at.Fields))
		})
		return err
	})
	return all, err
}

// CreateTemplate stores a template of a team under a new GUID. Faults: project or team not found, access denied, unknown
// types and fields, a name that is not valid.
func (s *Store) CreateTemplate(ctx context.Context, c *access.Caller, projectName, team string, at Template) (Template, error) {
	at.GUID = uuid.New()
	return s.storeTemplate(ctx, c, projectName, team, at, func(tx *db.Tx, t Template, fields string) (int64, error) {
		return tx.Exec(insertTemplate, c.Org, t.GUID, t.Team.ID, t.Name, t.Description, t.Type, fields)
	})
}

// ReplaceTemplate stores a template in place of the one with its GUID. Faults are those of CreateTemplate, and template
// not found.
func (s *Store) ReplaceTemplate(ctx context.Context, c *access.Caller, projectName, team string, at Template) (Template, error) {
	return s.storeTemplate(ctx, c, projectName, team, at, func(tx *db.Tx, t Template, fields string) (int64, error) {
		return tx.Exec(updateTemplate, c.Org, t.Team.ID, t.GUID, t.Name, t.Description, t.Type, fields)
	})
}

// DeleteTemplate removes a template of a team. Faults: project, team or template not found, access denied.
func (s *Store) DeleteTemplate(ctx context.Context, c *access.Caller, projectName, team string, guid uuid.UUID) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.teamOfTemplates(tx, c, projectName, team)
		if err != nil {
			return err
		}
		n, err := tx.Exec(deleteTemplate, c.Org, t.ID, guid)
		if err == nil && n == 0 {
			err = fault.TemplateNotFound(guid.String())
		}
		return err
	})
}

// teamOfTemplates finds a team whose templates the caller may change.
func (s *Store) teamOfTemplates(tx *db.Tx, c *access.Caller, projectName, team string) (*Team, error) {
	t, err := s.findTeam(tx, c, projectName, team)
	if err == nil && !c.CanWrite(t.Project.ID) {
		err = fault.AccessDenied(c.User.DisplayName, "Edit work item templates")
	}
	return t, err
}

func (s *Store) storeTemplate(ctx context.Context, c *access.Caller, projectName, team string, at Template, store func(*db.Tx, Template, string) (int64, error)) (Template, error) {
	at.Name = strings.TrimSpace(at.Name)
	if at.Fields == nil {
		at.Fields = map[string]string{}
	}
	fields, err := json.Marshal(at.Fields)
	if err != nil {
		return at, err
	}
	if at.Name == "" || utf8.RuneCountInString(at.Name) > maxTemplateName || len(fields) > maxTemplateFields || strings.ContainsRune(at.Name+at.Description, 0) {
		return at, fault.InvalidArgument("The template is not valid: it needs a name of 1 to %d characters, and fields of at most %d bytes.", maxTemplateName, maxTemplateFields)
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.teamOfTemplates(tx, c, projectName, team)
		if err != nil {
			return err
		}
		kind := t.Project.Process.Type(at.Type)
		if kind == nil {
			return fault.WorkItemTypeNotFound(at.Type, t.Project.Name)
		}
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		for name := range at.Fields {
			if strings.EqualFold(name, "System.Tags-Add") || strings.EqualFold(name, "System.Tags-Remove") {
				continue // the service's names for tags that a template adds and removes, rather than sets
			}
			if f := catalog.FindField(name); f == nil || kind.Field(f.ID) == nil && !f.Core {
				return fault.FieldNotFound(name)
			}
		}
		at.Team, at.Type = t, kind.Name
		n, err := store(tx, at, string(fields))
		if err == nil && n == 0 {
			err = fault.TemplateNotFound(at.GUID.String())
		}
		return err
	})
	return at, err
}
