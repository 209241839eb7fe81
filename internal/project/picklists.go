package project

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Picklist is a list of values that fields of the organization take.
type Picklist struct {
	ID        string // GUID
	Name      string
	Type      FieldType // String, Integer or Double
	Suggested bool      // other values are accepted too
	Items     []string
}

// rules are those of a field with the list.
func (l *Picklist) rules() []Rule {
	if l == nil {
		return nil
	}
	if l.Suggested {
		return []Rule{{Kind: RuleSuggested, Values: l.Items}}
	}
	return []Rule{{Kind: RuleAllowed, Values: l.Items}}
}

func (l *Picklist) id() string {
	if l == nil {
		return ""
	}
	return l.ID
}

// check says what is wrong with a list.
func (l *Picklist) check() error {
	if l.Type != String && l.Type != Integer && l.Type != Double {
		return fault.InvalidArgument("The type of a list is String, Integer or Double, not %s.", l.Type)
	}
	if len(l.Items) == 0 {
		return fault.InvalidArgument("A list needs at least one item.")
	}
	seen := map[string]bool{}
	for i, item := range l.Items {
		item = strings.TrimSpace(item)
		l.Items[i] = item
		if !spells(l.Type, item) || item == "" || len([]rune(item)) > maxListItem {
			return fault.InvalidArgument("The item %q does not fit into a list of type %s.", item, l.Type)
		}
		if seen[strings.ToLower(item)] {
			return fault.InvalidArgument("The item %q is in the list twice.", item)
		}
		seen[strings.ToLower(item)] = true
	}
	return nil
}

const maxListItem = 255

// spells reports whether a text spells a value of a type.
func spells(t FieldType, text string) (ok bool) {
	var err error
	switch t {
	case Integer:
		_, err = strconv.ParseInt(text, 10, 32)
	case Double:
		_, err = strconv.ParseFloat(text, 64)
	case Boolean:
		_, err = strconv.ParseBool(strings.ToLower(text))
	}
	return err == nil
}

// Picklist returns the list with that id, or nil.
func (c *Catalog) Picklist(id string) *Picklist {
	return find(c.Picklists, func(l *Picklist) bool { return strings.EqualFold(l.ID, id) })
}

func (c *Catalog) readPicklists(tx *db.Tx, org int64) (err error) {
	c.Picklists, err = db.Collect(tx, selectPicklists, []any{org}, func(r *db.Rows) (*Picklist, error) {
		l := &Picklist{}
		var kind, items string
		if err := r.Scan(&l.ID, &l.Name, &kind, &l.Suggested, &items); err != nil {
			return nil, err
		}
		l.Type, _ = ParseFieldType(kind)
		return l, json.Unmarshal([]byte(items), &l.Items)
	})
	return err
}

// CreatePicklist stores a list of values and returns it with its id.
func (s *Store) CreatePicklist(ctx context.Context, c *access.Caller, l Picklist) (*Picklist, error) {
	l.ID = uuid.NewString()
	return &l, s.changeLists(ctx, c, mayAdd(c), func(tx *db.Tx, _ *Catalog) error { return l.store(tx, c, access.ListCreated) })
}

// UpdatePicklist changes name, items and whether others are accepted; the type stays. Values that items have stay too.
func (s *Store) UpdatePicklist(ctx context.Context, c *access.Caller, id string, l Picklist) (*Picklist, error) {
	err := s.changeLists(ctx, c, mayChange(c, access.EditProcess, ""), func(tx *db.Tx, catalog *Catalog) error {
		old := catalog.Picklist(id)
		if old == nil {
			return fault.PicklistNotFound(id)
		}
		if l.ID, l.Type = old.ID, old.Type; l.Name == "" {
			l.Name = old.Name
		}
		return l.store(tx, c, access.ListUpdated)
	})
	return &l, err
}

// DeletePicklist deletes a list that no field uses.
func (s *Store) DeletePicklist(ctx context.Context, c *access.Caller, id string) error {
	return s.changeLists(ctx, c, mayChange(c, access.EditProcess, ""), func(tx *db.Tx, catalog *Catalog) error {
		l := catalog.Picklist(id)
		if l == nil {
			return fault.PicklistNotFound(id)
		}
		if i := slices.IndexFunc(catalog.Fields, func(f *Field) bool { return f.Picklist == l }); i >= 0 {
			return fault.PicklistInUse(l.ID, catalog.Fields[i].ReferenceName)
		}
		if err := l.audit(tx, c, access.ListDeleted); err != nil {
			return err
		}
		_, err := tx.Exec(deletePicklist, c.Org, l.ID)
		return err
	})
}

func (l *Picklist) audit(tx *db.Tx, c *access.Caller, action access.AuditAction) error {
	return access.Audit(tx, c, access.Event{Action: action, Data: map[string]any{"ListName": l.Name, "ListId": l.ID}})
}

func (l *Picklist) store(tx *db.Tx, c *access.Caller, action access.AuditAction) error {
	if err := l.check(); err != nil {
		return err
	}
	if l.Name == "" {
		l.Name = "picklist_" + l.ID
	}
	items, err := json.Marshal(l.Items)
	if err != nil {
		return err
	}
	if err := l.audit(tx, c, action); err != nil {
		return err
	}
	_, err = tx.Exec(upsertPicklist, c.Org, l.ID, l.Name, l.Type.String(), l.Suggested, string(items))
	return err
}

func (s *Store) changeLists(ctx context.Context, c *access.Caller, may func(*Catalog) error, change func(*db.Tx, *Catalog) error) error {
	return s.customize(ctx, c, may, func(tx *db.Tx, catalog *Catalog) error {
		if err := change(tx, catalog); err != nil {
			return err
		}
		_, err := tx.Append(c.Org, db.Change{Kind: db.ProcessChanged})
		return err
	})
}

// customize runs a change of what the organization's items are described by, if the caller may make it.
func (s *Store) customize(ctx context.Context, c *access.Caller, may func(*Catalog) error, change func(*db.Tx, *Catalog) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		if err := may(catalog); err != nil {
			return err
		}
		return change(tx, catalog)
	})
}

// mayChange asks for a permission on a process or, without an id, on all: what belongs to several takes that.
func mayChange(c *access.Caller, permission int64, id string) func(*Catalog) error {
	return func(catalog *Catalog) error {
		token := access.ProcessToken()
		if p := catalog.Process(id); p != nil {
			token = access.ProcessToken(p.ParentID, p.ID)
		}
		if !c.Allowed(access.ProcessNamespace, token, permission) {
			return fault.AccessDenied(c.User.DisplayName, access.FindNamespace(access.ProcessNamespace).Label(permission))
		}
		return nil
	}
}

// mayAdd asks for the permission to change some process: it can be given what is added.
func mayAdd(c *access.Caller) func(*Catalog) error {
	return func(*Catalog) error {
		if !c.CanEditSomeProcess() {
			return fault.AccessDenied(c.User.DisplayName, access.FindNamespace(access.ProcessNamespace).Label(access.EditProcess))
		}
		return nil
	}
}
