package project

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// ProcessDraft is a process to derive, or what to change of one, where nil leaves what is there.
type ProcessDraft struct {
	Parent      string // GUID of the system process; only for new ones
	Name        *string
	Description *string
	Enabled     *bool
	Default     *bool // true only: another process takes it over
}

// FindProcess finds a process by its GUID. It returns a 404 fault when there is none.
func (c *Catalog) FindProcess(id string) (*Process, error) {
	if p := c.Process(id); p != nil {
		return p, nil
	}
	return nil, fault.ProcessNotFound(id)
}

// CreateProcess derives a process, which the caller may then change, and returns its GUID. Like all that follows it takes
// the permission of the process: to create one from a parent, to edit, to delete.
func (s *Store) CreateProcess(ctx context.Context, c *access.Caller, d ProcessDraft) (id string, err error) {
	err = s.customize(ctx, c, mayChange(c, access.CreateProcess, d.Parent), func(tx *db.Tx, catalog *Catalog) error {
		parent := catalog.Process(d.Parent)
		if parent == nil {
			return fault.ProcessNotFound(d.Parent)
		}
		if parent.ParentID != "" {
			return fault.InvalidArgument("Processes are derived from system processes, and %s is none.", parent.Name)
		}
		name, description, err := d.texts(catalog, &Process{})
		if err != nil {
			return err
		}
		if id, err = s.AddProcess(tx, c.Org, parent, name, description, ""); err != nil {
			return err
		}
		if err := (&Process{ID: id, Name: name}).audit(tx, c, access.ProcessCreated, "derived from "+parent.Name); err != nil {
			return err
		}
		return access.Own(tx, c, access.FindNamespace(access.ProcessNamespace), access.ProcessToken(parent.ID, id))
	})
	return id, err
}

// texts are name and description as the draft wants them for a process.
func (d *ProcessDraft) texts(catalog *Catalog, p *Process) (name, description string, err error) {
	name, description = p.Name, p.Description
	if d.Name != nil {
		name = strings.TrimSpace(*d.Name)
	}
	if d.Description != nil {
		description = *d.Description
	}
	if name == "" || len([]rune(name)) > maxProcessName || strings.ContainsAny(name, `.,;'\:*?"&%$!+=()[]{}<>/|~`+"`") || strings.ContainsFunc(name, isControl) {
		return "", "", fault.ProcessNameInvalid(name)
	}
	if other := find(catalog.Processes, func(o *Process) bool { return strings.EqualFold(o.Name, name) }); other != nil && other.ID != p.ID {
		return "", "", fault.ProcessExists(name)
	}
	return name, description, nil
}

const maxProcessName = 128

// UpdateProcess changes a process. Of a system process only whether it is enabled, and the default, which takes the permission
// on the one that was the default as well.
func (s *Store) UpdateProcess(ctx context.Context, c *access.Caller, id string, d ProcessDraft) error {
	return s.customize(ctx, c, mayChange(c, access.EditProcess, id), func(tx *db.Tx, catalog *Catalog) error {
		p, err := catalog.FindProcess(id)
		if err != nil {
			return err
		}
		if d.Name != nil || d.Description != nil {
			if p.ParentID == "" {
				return fault.SystemProcess(p.Name)
			}
			name, description, err := d.texts(catalog, p)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(updateProcess, c.Org, p.ID, name, description); err != nil {
				return err
			}
		}
		if old := catalog.defaultProcess(); d.Default != nil && *d.Default && old != nil && old != p {
			if err := mayChange(c, access.EditProcess, old.ID)(catalog); err != nil { // it is the default no longer
				return err
			}
		}
		if err := d.standing(tx, c.Org, catalog, p); err != nil {
			return err
		}
		if err := p.audit(tx, c, access.ProcessEdited, d.changes()...); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.ProcessChanged})
		return err
	})
}

// changes names what the draft changes.
func (d *ProcessDraft) changes() (changes []string) {
	for name, set := range map[string]bool{"name": d.Name != nil, "description": d.Description != nil, "enabled": d.Enabled != nil, "default": d.Default != nil} {
		if set {
			changes = append(changes, name)
		}
	}
	slices.Sort(changes)
	return changes
}

// standing stores whether a process is enabled and the default.
func (d *ProcessDraft) standing(tx *db.Tx, org int64, catalog *Catalog, p *Process) error {
	put := func(p *Process, disabled, standard bool) error {
		body, err := json.Marshal(processBody{Disabled: &disabled, Default: &standard})
		if err != nil {
			return err
		}
		_, err = tx.Exec(upsertEdit, org, p.ID, "", editProcess, "", string(body))
		return err
	}
	disabled, standard := p.Disabled, p.Default
	if d.Enabled != nil {
		disabled = !*d.Enabled
	}
	if d.Default != nil && *d.Default != standard {
		if !*d.Default {
			return fault.InvalidArgument("One process is the default. Make another one the default instead.")
		}
		standard = true
		if old := catalog.defaultProcess(); old != nil {
			if err := put(old, old.Disabled, false); err != nil {
				return err
			}
		}
	}
	if disabled && standard {
		return fault.ProcessInUse(p.Name)
	}
	if disabled == p.Disabled && standard == p.Default {
		return nil
	}
	return put(p, disabled, standard)
}

// DeleteProcess deletes a derived process that no project has, deleted ones included.
func (s *Store) DeleteProcess(ctx context.Context, c *access.Caller, id string) error {
	return s.customize(ctx, c, mayChange(c, access.DeleteProcess, id), func(tx *db.Tx, catalog *Catalog) error {
		p, err := catalog.FindProcess(id)
		if err != nil {
			return err
		}
		if p.ParentID == "" {
			return fault.SystemProcess(p.Name)
		}
		var projects int64
		if err := tx.Row(processInUse, []any{c.Org, p.ID}, &projects); err != nil {
			return err
		}
		if projects > 0 || p.Default {
			return fault.ProcessInUse(p.Name)
		}
		if err := p.audit(tx, c, access.ProcessDeleted); err != nil {
			return err
		}
		for _, statement := range []*db.Stmt{deleteProcessEdits, deleteProcessFields, deleteProcessStates, deleteProcess} {
			if _, err := tx.Exec(statement, c.Org, p.ID); err != nil {
				return err
			}
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.ProcessChanged})
		return err
	})
}

// typeChange is what a change of a type of a process has to do with.
type typeChange struct {
	tx      *db.Tx
	org     int64
	catalog *Catalog
	process *Process
	kind    *WorkItemType
	changes []string // for the audit log: kinds and names of the parts
	rebuild bool     // what is known of existing items changes
	boards  bool     // levels or the types on them change
}

// changeType runs a change of a type of a derived process.
func (s *Store) changeType(ctx context.Context, c *access.Caller, process, typeName string, change func(*typeChange) error) error {
	return s.customize(ctx, c, mayChange(c, access.EditProcess, process), func(tx *db.Tx, catalog *Catalog) error {
		p, err := catalog.FindProcess(process)
		if err != nil {
			return err
		}
		if p.ParentID == "" {
			return fault.SystemProcess(p.Name)
		}
		t := &typeChange{tx: tx, org: c.Org, catalog: catalog, process: p}
		if typeName != "" {
			if t.kind = p.Type(typeName); t.kind == nil {
				return fault.ProcessTypeNotFound(typeName)
			}
		}
		if err := change(t); err != nil {
			return err
		}
		if t.kind != nil {
			t.changes = append([]string{"type " + t.kind.Name}, t.changes...)
		}
		if err := p.audit(tx, c, access.ProcessPartChanged, t.changes...); err != nil {
			return err
		}
		if _, err := tx.Append(c.Org, db.Change{Kind: db.ProcessChanged}); err != nil {
			return err
		}
		if t.boards {
			if err := s.alignBoards(tx, c.Org, p.ID); err != nil {
				return err
			}
		}
		if !t.rebuild {
			return nil
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.Loaded})
		return err
	})
}

// put stores an edit of the type, or of the process when there is none.
func (t *typeChange) put(kind, part string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	t.changes = append(t.changes, strings.TrimSpace(kind+" "+part))
	_, err = t.tx.Exec(upsertEdit, t.org, t.process.ID, t.name(kind), kind, part, string(text))
	return err
}

// name is the type that an edit belongs to, "" for those of processes.
func (t *typeChange) name(kind string) string {
	if t.kind == nil || kind == editBehavior {
		return ""
	}
	return t.kind.Name
}

// stored reads an edit of the type; it stays as it is where there is none.
func (t *typeChange) stored(kind, part string, body any) error {
	for _, e := range t.catalog.edits {
		if e.process == t.process.ID && e.typeName == t.name(kind) && e.kind == kind && strings.EqualFold(e.part, part) {
			return json.Unmarshal(e.body, body)
		}
	}
	return nil
}

func (t *typeChange) drop(kind, part string) error {
	t.changes = append(t.changes, strings.TrimSpace("without "+kind+" "+part))
	_, err := t.tx.Exec(deleteEdit, t.org, t.process.ID, t.name(kind), kind, part)
	return err
}

func newGUID() string { return uuid.NewString() }
