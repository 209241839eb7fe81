package project

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// Property is something noted about a project.
type Property struct {
	Name  string
	Value json.RawMessage // null removes it, in changes
}

// The limits of properties.
const (
	maxPropertyName  = 400      // characters
	maxPropertyValue = 64 << 10 // bytes
	maxProperties    = 1000     // of a project
)

// Properties finds a project and lists its properties by name, those the server knows included. patterns keep those whose
// names fit one of them, where * stands for any text; without any all are kept.
func (s *Store) Properties(ctx context.Context, c *access.Caller, nameOrID string, patterns []string) (p *Project, kept []Property, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if p, err = s.readable(tx, c, nameOrID); err != nil {
			return err
		}
		noted, err := readProperties(tx, c.Org, p.ID)
		if err != nil {
			return err
		}
		kept = slices.DeleteFunc(append(p.properties(), noted...), func(at Property) bool {
			return len(patterns) > 0 && !slices.ContainsFunc(patterns, func(pattern string) bool { return fits(at.Name, pattern) })
		})
		slices.SortFunc(kept, func(a, b Property) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
		return nil
	})
	return p, kept, err
}

func readProperties(tx *db.Tx, org, project int64) ([]Property, error) {
	return db.Collect(tx, selectProperties, []any{org, project}, func(r *db.Rows) (p Property, err error) {
		var value string
		err = r.Scan(&p.Name, &value)
		p.Value = json.RawMessage(value)
		return p, err
	})
}

// properties are those the server knows. documented: the sample of project properties.
func (p *Project) properties() []Property {
	process, flags := p.Process.ID, map[string]string{"Git": "2", "Tfvc": "1"}[p.SourceControl]
	list := []Property{
		{"System.CurrentProcessTemplateId", quoted(process)},
		{"System.ProcessTemplateType", quoted(process)},
		{"System.Process Template", quoted(p.Process.Name)},
		{"System.SourceControlCapabilityFlags", quoted(flags)},
		{"System.SourceControl" + p.SourceControl + "Enabled", quoted("True")},
		{"System.Microsoft.TeamFoundation.Team.Count", json.RawMessage(fmt.Sprint(len(p.Teams)))},
	}
	for _, t := range p.Teams {
		if t.ID == p.DefaultTeam {
			list = append(list, Property{"System.Microsoft.TeamFoundation.Team.Default", quoted(t.GUID.String())})
		}
	}
	return list
}

func quoted(text string) json.RawMessage {
	value, err := json.Marshal(text)
	if err != nil { // no string fails
		return json.RawMessage("null")
	}
	return value
}

// fits reports whether a name is described by a pattern, in any letter case.
func fits(name, pattern string) bool {
	parts := strings.Split(strings.ToLower(pattern), "*")
	rest, ok := strings.CutPrefix(strings.ToLower(name), parts[0])
	if !ok || len(parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// SetProperties notes all of the properties, or none when it returns a fault. The caller must administer the project.
func (s *Store) SetProperties(ctx context.Context, c *access.Caller, nameOrID string, changes []Property) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		p, err := s.readable(tx, c, nameOrID)
		if err != nil {
			return err
		}
		if !c.May(p.ID, access.ManageProperties) {
			return fault.AccessDenied(c.User.DisplayName, "Manage project properties")
		}
		for _, change := range changes {
			if err := change.check(c); err != nil {
				return err
			}
			key := strings.ToLower(change.Name)
			if _, err := tx.Exec(deleteProperty, c.Org, p.ID, key); err != nil {
				return err
			}
			if string(change.Value) == "null" {
				continue
			}
			if _, err := tx.Exec(insertProperty, c.Org, p.ID, key, change.Name, string(change.Value)); err != nil {
				return err
			}
		}
		noted, err := readProperties(tx, c.Org, p.ID)
		if err == nil && len(noted) > maxProperties {
			err = fault.InvalidArgument("A project has %d properties at most.", maxProperties)
		}
		return err
	})
}

func (p Property) check(c *access.Caller) error {
	switch {
	case strings.HasPrefix(strings.ToLower(p.Name), "system."):
		return fault.AccessDenied(c.User.DisplayName, "Manage system project properties")
	case p.Name == "" || len([]rune(p.Name)) > maxPropertyName || strings.ContainsFunc(p.Name, isControl):
		return fault.InvalidArgument("The property name %q is not valid: it must have 1 to %d printable characters.", p.Name, maxPropertyName)
	case len(p.Value) > maxPropertyValue:
		return fault.InvalidArgument("The value of the property %s is longer than %d bytes.", p.Name, maxPropertyValue)
	}
	return nil
}
