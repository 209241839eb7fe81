package project

import (
	"strings"
	"time"

	"boardwalk/internal/db"

	"github.com/google/uuid"
)

// Visibility tells who may see a project.
type Visibility string

// The visibilities, in the wire's spelling.
const (
	Private        Visibility = "private"
	Public         Visibility = "public"
	Organizational Visibility = "organization"
)

// Project is a container of work items with a process, two trees and teams.
type Project struct {
	ID          int64 // within the organization
	GUID        uuid.UUID
	Name        string
	Description string
	State       string // WellFormed or Deleted
	Revision    int64
	Visibility  Visibility
	Process     *Process
	DefaultTeam int64
	LastUpdate  time.Time
	Area        *Node // roots of the trees
	Iteration   *Node
	Teams       []*Team // by id

	SourceControl string // what keeps its code, Git or Tfvc: clients ask, this server keeps no code

	processID string
	areas     map[string]*Node // by folded path
	iters     map[string]*Node
}

// AddProject stores a project with the roots of its trees; zero ids and GUIDs are allocated. It returns the project's id
// and those of the area and the iteration root.
func (s *Store) AddProject(tx *db.Tx, org int64, p Project, areaRoot, iterationRoot Node) (id, area, iteration int64, err error) {
	if id, err = reserve(tx, org, "project", p.ID); err != nil {
		return 0, 0, 0, err
	}
	if p.GUID == uuid.Nil {
		p.GUID = uuid.New()
	}
	if p.State == "" {
		p.State = WellFormed
	}
	if p.SourceControl == "" {
		p.SourceControl = "Git"
	}
	if p.LastUpdate.IsZero() {
		p.LastUpdate = tx.Now()
	}
	_, err = tx.Exec(insertProject, org, id, p.GUID, p.Name, strings.ToLower(p.Name), p.Description, p.State, max(p.Revision, 1),
		string(p.Visibility), p.Process.ID, p.DefaultTeam, p.LastUpdate, p.SourceControl)
	if err != nil {
		return 0, 0, 0, err
	}
	if _, err = tx.Append(org, db.Change{Kind: db.ProjectChanged, Project: id, Ref: id}); err != nil {
		return 0, 0, 0, err
	}
	areaRoot.Kind, areaRoot.Name, areaRoot.Project = AreaNode, p.Name, id
	if area, err = s.AddNode(tx, org, areaRoot); err != nil {
		return 0, 0, 0, err
	}
	iterationRoot.Kind, iterationRoot.Name, iterationRoot.Project = IterationNode, p.Name, id
	iteration, err = s.AddNode(tx, org, iterationRoot)
	return id, area, iteration, err
}

// SetDefaultTeam makes a team the project's default.
func (s *Store) SetDefaultTeam(tx *db.Tx, org, project, team int64) error {
	if _, err := tx.Exec(updateDefaultTeam, org, project, team); err != nil {
		return err
	}
	_, err := tx.Append(org, db.Change{Kind: db.ProjectChanged, Project: project, Ref: project})
	return err
}

// reserve returns the id asked for, keeping the counter above it, or a new one when it is 0.
func reserve(tx *db.Tx, org int64, counter string, id int64) (int64, error) {
	if id == 0 {
		return tx.Reserve(org, counter, 1)
	}
	return id, tx.Raise(org, counter, id)
}
