package project

import (
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
)

// Audited is an event of the project for the audit log.
func (p *Project) Audited(action access.AuditAction, data map[string]any) access.Event {
	data["ProjectName"] = p.Name
	return access.Event{Action: action, Project: p.GUID, ProjectName: p.Name, Data: data}
}

// audit records what became of a project. A change of its description alone is not recorded, as documented.
func (p *Project) audit(tx *db.Tx, c *access.Caller, old *Project) error {
	var events []access.Event
	switch {
	case old.State != Deleted && p.State == Deleted:
		events = append(events, p.Audited(access.ProjectDeleted, map[string]any{}))
	case old.State == Deleted && p.State != Deleted:
		events = append(events, p.Audited(access.ProjectRestored, map[string]any{}))
	}
	if old.Name != p.Name {
		events = append(events, p.Audited(access.ProjectRenamed, map[string]any{"PreviousProjectName": old.Name}))
	}
	if old.Visibility != p.Visibility {
		events = append(events, p.Audited(access.ProjectVisibility, map[string]any{"ProjectVisibility": string(p.Visibility), "PreviousProjectVisibility": string(old.Visibility)}))
	}
	for _, e := range events {
		if err := access.Audit(tx, c, e); err != nil {
			return err
		}
	}
	return nil
}

// audit records what became of a process, or of a part of it that change names.
func (p *Process) audit(tx *db.Tx, c *access.Caller, action access.AuditAction, change ...string) error {
	return access.Audit(tx, c, access.Event{Action: action, Data: map[string]any{"ProcessName": p.Name, "ProcessId": p.ID, "Change": strings.Join(change, ", ")}})
}

// Audit records what became of an area or iteration of a project.
func (n *Node) Audit(tx *db.Tx, c *access.Caller, p *Project, area, iteration access.AuditAction) error {
	action := area
	if n.Kind == IterationNode {
		action = iteration
	}
	return access.Audit(tx, c, p.Audited(action, map[string]any{"Path": n.Path, "NodeId": n.GUID.String()}))
}
