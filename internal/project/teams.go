package project

import (
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Team is a group of people with areas and iterations of its own.
type Team struct {
	ID          int64
	GUID        uuid.UUID
	Project     *Project
	Name        string
	Description string
	Areas       []TeamArea
	Iterations  []*Node  // the ones with dates first, in their order
	Boards      []*Board // the highest level first

	BacklogIteration *Node // below which the team works; nil when it has none

	settings teamSettings

	BoardsSince time.Time // for AddTeam: when its boards begin; now when zero
}

// TeamArea is an area a team owns.
type TeamArea struct {
	Node            *Node
	IncludeChildren bool
	Default         bool
}

// Owns reports whether work items of an area belong to the team.
func (t *Team) Owns(area *Node) bool {
	for _, a := range t.Areas {
		if a.Node == area || a.IncludeChildren && area.Under(a.Node) {
			return true
		}
	}
	return false
}

// Subject is the team as permissions name it.
func (t *Team) Subject() access.Subject { return access.Subject{Kind: access.TeamKind, ID: t.ID} }

// Token is what permissions on the team are set at.
func (t *Team) Token() string { return access.IdentityToken(t.Project.GUID, t.GUID) }

// AddTeam stores a team with its areas and iterations, the first area as default, and the boards its process begins with;
// a zero id or GUID is allocated. Its members contribute to the project. A team that has areas works below the root iteration; others have to choose. observed.
func (s *Store) AddTeam(tx *db.Tx, org, project int64, t Team, areas []int64, includeChildren bool, iterations []int64) (int64, error) {
	id, err := reserve(tx, org, "team", t.ID)
	if err != nil {
		return 0, err
	}
	if t.GUID == uuid.Nil {
		t.GUID = uuid.New()
	}
	if _, err := tx.Exec(insertTeam, org, id, project, t.GUID, t.Name, t.Description, len(areas) > 0); err != nil {
		return 0, err
	}
	for i, area := range areas {
		if _, err := tx.Exec(insertTeamArea, org, id, area, includeChildren, i == 0, i); err != nil {
			return 0, err
		}
	}
	for _, iteration := range iterations {
		if _, err := tx.Exec(insertTeamIteration, org, id, iteration); err != nil {
			return 0, err
		}
	}
	if t.BoardsSince.IsZero() {
		t.BoardsSince = tx.Now()
	}
	process, err := processOf(tx, org, project)
	if err != nil {
		return 0, err
	}
	t.ID = id
	if err := access.JoinNew(tx, org, access.Subject{Kind: access.Contributor, ID: project}, t.Subject()); err != nil {
		return 0, err
	}
	if err := addBoards(tx, org, &t, process, t.BoardsSince); err != nil {
		return 0, err
	}
	_, err = tx.Append(org, db.Change{Kind: db.TeamChanged, Project: project, Ref: id})
	return id, err
}
