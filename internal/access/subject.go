package access

import "github.com/google/uuid"

// Kind tells what a subject is. Values are stored.
type Kind string

// The kinds of people and groups. Those from Administrators on are built in: every project has one of each, the
// organization has administrators and valid users.
const (
	UserKind  Kind = "user"
	TeamKind  Kind = "team"
	GroupKind Kind = "group" // made by somebody

	Administrator Kind = "administrators"
	Contributor   Kind = "contributors"
	Reader        Kind = "readers"
	Builder       Kind = "builders"
	ValidUser     Kind = "everybody" // holds all other groups of its project or organization
)

// BuiltIn reports whether groups of the kind exist without having been made.
func (k Kind) BuiltIn() bool { return k != UserKind && k != TeamKind && k != GroupKind }

// Subject is somebody, or a group, whom permissions are given to. ID is that of the user, team or group, and of built-in
// groups that of their project, or 0 for the organization's.
type Subject struct {
	Kind Kind
	ID   int64
}

// Subject is the user as permissions name it.
func (u *User) Subject() Subject { return Subject{UserKind, u.ID} }

// Group is a group that somebody made.
type Group struct {
	ID          int64 // within the organization
	GUID        uuid.UUID
	Project     int64 // 0 for groups of the organization
	Name        string
	Description string
}

// Subject is the group as permissions name it.
func (g *Group) Subject() Subject { return Subject{GroupKind, g.ID} }

// Membership says that a subject is in a group.
type Membership struct {
	Container Subject
	Member    Subject
}
