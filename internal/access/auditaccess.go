package access

import (
	"errors"
	"regexp"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// AuditGroup records what became of a group or team, under the name it has now.
func AuditGroup(tx *db.Tx, c *Caller, action AuditAction, group Subject) error {
	g, err := nameSubject(tx, c.Org, group)
	if err != nil {
		return err
	}
	return Audit(tx, c, g.event(action, map[string]any{"GroupName": g.name, "GroupId": g.id}))
}

func auditMembership(tx *db.Tx, c *Caller, action AuditAction, container, member Subject) error {
	g, err := nameSubject(tx, c.Org, container)
	if err != nil {
		return err
	}
	m, err := nameSubject(tx, c.Org, member)
	if err != nil {
		return err
	}
	return Audit(tx, c, g.event(action, map[string]any{"GroupName": g.name, "GroupId": g.id, "MemberDisplayName": m.name, "MemberId": m.id}))
}

func auditLevel(tx *db.Tx, c *Caller, action AuditAction, u *User, level Level) error {
	return Audit(tx, c, Event{Action: action, Data: map[string]any{"UserDisplayName": u.DisplayName, "UserUniqueName": u.UniqueName,
		"UserId": u.GUID.String(), "AccessLevel": string(level), "PreviousAccessLevel": string(u.OwnLevel)}})
}

// auditEntry records a change of what a subject is allowed and denied at a token.
func auditEntry(tx *db.Tx, c *Caller, action AuditAction, n *Namespace, token string, e Entry) error {
	s, err := nameSubject(tx, c.Org, e.Subject)
	if err != nil {
		return err
	}
	data := map[string]any{"SubjectDisplayName": s.name, "SubjectId": s.id, "Allowed": n.Labels(e.Allow), "Denied": n.Labels(e.Deny)}
	if action == PermissionRemoved {
		data["Permissions"] = n.Labels(e.Allow | e.Deny)
	}
	return auditToken(tx, c, action, n, token, data)
}

// auditList records that all that is set at a token was replaced or removed.
func auditList(tx *db.Tx, c *Caller, action AuditAction, n *Namespace, l List) error {
	entries := make([]any, len(l.Entries))
	for i, e := range l.Entries {
		s, err := nameSubject(tx, c.Org, e.Subject)
		if err != nil {
			return err
		}
		entries[i] = map[string]any{"SubjectDisplayName": s.name, "SubjectId": s.id, "Allowed": n.Labels(e.Allow), "Denied": n.Labels(e.Deny)}
	}
	return auditToken(tx, c, action, n, l.Token, map[string]any{"Entries": entries, "InheritPermissions": l.Inherits})
}

func auditToken(tx *db.Tx, c *Caller, action AuditAction, n *Namespace, token string, data map[string]any) error {
	data["NamespaceId"], data["NamespaceName"], data["Token"] = n.ID, n.Name, token
	e := Event{Action: action, Data: data}
	id, err := uuid.Parse(anyGUID.FindString(token))
	if err == nil { // of the project itself, or of a node in it
		err = tx.Row(selectProjectOfToken, []any{c.Org, id}, &e.Project, &e.ProjectName)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
	}
	return Audit(tx, c, e)
}

// anyGUID finds the GUID in a token from which its project is known.
var anyGUID = regexp.MustCompile(`[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}`)

// namedSubject is a subject as the audit log names it. The id of a built-in group is empty: this package does not know it.
type namedSubject struct {
	name, id    string
	project     uuid.UUID
	projectName string
}

func (s *namedSubject) event(action AuditAction, data map[string]any) Event {
	return Event{Action: action, Project: s.project, ProjectName: s.projectName, Data: data}
}

// nameSubject finds the name of a subject and, of a group in a project, that project. Groups are written as clients show
// them: [Project]\Name.
func nameSubject(tx *db.Tx, org int64, s Subject) (found namedSubject, err error) {
	project := s.ID
	switch s.Kind {
	case UserKind:
		err = tx.Row(nameUser, []any{org, s.ID}, &found.name, &found.id)
		if errors.Is(err, db.ErrNotFound) {
			err = nil
		}
		return found, err
	case TeamKind:
		err = tx.Row(nameTeam, []any{org, s.ID}, &found.name, &found.id, &project)
	case GroupKind:
		err = tx.Row(nameGroup, []any{org, s.ID}, &found.name, &found.id, &project)
	default:
		found.name = builtInName(s)
	}
	if err == nil && project != 0 {
		err = tx.Row(nameProject, []any{org, project}, &found.project, &found.projectName)
	}
	if err == nil && project == 0 {
		var organization string
		if err = tx.Row(nameOrganization, []any{org}, &organization); err == nil {
			found.name = "[" + organization + `]\` + found.name
		}
	} else if err == nil {
		found.name = "[" + found.projectName + `]\` + found.name
	}
	if errors.Is(err, db.ErrNotFound) { // what is gone has the name that is known of it
		err = nil
	}
	return found, err
}

// builtInName is what clients call a built-in group. observed.
func builtInName(s Subject) string {
	if s.ID == 0 {
		return map[Kind]string{Administrator: "Project Collection Administrators", ValidUser: "Project Collection Valid Users"}[s.Kind]
	}
	return map[Kind]string{Administrator: "Project Administrators", Contributor: "Contributors", Reader: "Readers",
		Builder: "Build Administrators", ValidUser: "Project Valid Users"}[s.Kind]
}

var (
	nameUser         = db.SQL("access.nameUser", `SELECT display_name, guid FROM users WHERE org_id = $1 AND user_id = $2`)
	nameTeam         = db.SQL("access.nameTeam", `SELECT name, guid, project_id FROM teams WHERE org_id = $1 AND team_id = $2`)
	nameGroup        = db.SQL("access.nameGroup", `SELECT name, guid, project_id FROM security_groups WHERE org_id = $1 AND group_id = $2`)
	nameProject      = db.SQL("access.nameProject", `SELECT guid, name FROM projects WHERE org_id = $1 AND project_id = $2`)
	nameOrganization = db.SQL("access.nameOrganization", `SELECT name FROM organizations WHERE org_id = $1`)

	selectProjectOfToken = db.SQL("access.selectProjectOfToken", `
		SELECT guid, name FROM projects WHERE org_id = $1 AND guid = $2
		UNION ALL SELECT p.guid, p.name FROM nodes n JOIN projects p ON p.org_id = n.org_id AND p.project_id = n.project_id
		WHERE n.org_id = $1 AND n.guid = $2`)
)
