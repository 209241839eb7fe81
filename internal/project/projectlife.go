package project

import (
	"context"
	"errors"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// States of a project, in the wire's spelling.
const (
	WellFormed = "wellFormed"
	Deleted    = "deleted"
)

// Draft is a project to make, or what to change of one, where nil leaves what is there. Empty texts of a new project
// become what projects begin with.
type Draft struct {
	Name          *string
	Description   *string
	Visibility    *Visibility
	State         *string // only for changes: WellFormed brings a deleted project back
	Process       string  // id or name
	SourceControl string  // Git or Tfvc
}

// CreateProject makes a project with what every project begins with: the roots of its trees, the iterations of its
// process, and a team that owns all of it and that the caller administers. It returns the id of the operation clients may ask about. The caller must
// administer the organization.
func (s *Store) CreateProject(ctx context.Context, c *access.Caller, d Draft) (operation uuid.UUID, err error) {
	if !c.Allowed(access.CollectionNamespace, access.CollectionToken, access.CreateProjects) {
		return uuid.Nil, fault.AccessDenied(c.User.DisplayName, "Create new projects")
	}
	p := Project{Visibility: Private, SourceControl: d.SourceControl}
	if d.Name == nil {
		return uuid.Nil, fault.ProjectNameInvalid("")
	}
	if err := d.apply(&p); err != nil {
		return uuid.Nil, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		if catalog.byName[strings.ToLower(p.Name)] != nil {
			return fault.ProjectExists(p.Name)
		}
		p.Process = catalog.defaultProcess()
		if d.Process != "" {
			p.Process = find(catalog.Processes, func(at *Process) bool {
				return strings.EqualFold(at.ID, d.Process) || strings.EqualFold(at.Name, d.Process)
			})
		}
		if p.Process == nil {
			return fault.ProcessNotFound(d.Process)
		}
		if err := s.create(tx, c, p); err != nil {
			return err
		}
		operation, err = s.end(tx, c)
		return err
	})
	return operation, err
}

// create stores a project with what every project begins with.
func (s *Store) create(tx *db.Tx, c *access.Caller, p Project) error {
	org := c.Org
	var err error
	if p.Revision, err = nextRevision(tx, org); err != nil {
		return err
	}
	p.GUID = uuid.New()
	id, area, iteration, err := s.AddProject(tx, org, p, Node{}, Node{})
	if err != nil {
		return err
	}
	var iterations []int64
	for _, name := range p.Process.DefaultIterations {
		n, err := s.AddNode(tx, org, Node{Project: id, Kind: IterationNode, Name: name, ParentID: iteration})
		if err != nil {
			return err
		}
		iterations = append(iterations, n)
	}
	team := Team{GUID: uuid.New(), Project: &p, Name: p.Name + " Team", Description: "The default project team."}
	if team.ID, err = s.AddTeam(tx, org, id, team, []int64{area}, true, iterations); err != nil {
		return err
	}
	if err := s.SetDefaultTeam(tx, org, id, team.ID); err != nil {
		return err
	}
	if err := team.addAdministrator(tx, c); err != nil {
		return err
	}
	if _, err := tx.Exec(insertHistory, org, id); err != nil {
		return err
	}
	return access.Audit(tx, c, p.Audited(access.ProjectCreated, map[string]any{"ProcessName": p.Process.Name, "ProjectVisibility": string(p.Visibility)}))
}

// UpdateProject changes a project, or brings a deleted one back, and returns the id of the operation. The caller must
// administer the project, or the organization for what is deleted.
func (s *Store) UpdateProject(ctx context.Context, c *access.Caller, nameOrID string, d Draft) (operation uuid.UUID, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		old, err := s.projectToChange(tx, c, catalog, nameOrID)
		if err != nil {
			return err
		}
		p := *old
		if err := d.apply(&p); err != nil {
			return err
		}
		switch {
		case old.State == Deleted && p.State == Deleted:
			return NotFound(nameOrID)
		case old.Name != p.Name && !c.May(p.ID, access.RenameProject):
			return fault.AccessDenied(c.User.DisplayName, "Rename team project")
		case old.Visibility != p.Visibility && !c.May(p.ID, access.UpdateVisibility):
			return fault.AccessDenied(c.User.DisplayName, "Update project visibility")
		}
		if other := catalog.byName[strings.ToLower(p.Name)]; other != nil && other.ID != p.ID {
			return fault.ProjectExists(p.Name)
		}
		if err := s.change(tx, c, old, &p); err != nil {
			return err
		}
		if d.Process != "" && !strings.EqualFold(d.Process, old.processID) {
			to, err := catalog.FindProcess(d.Process)
			if err != nil {
				return err
			}
			if err := s.migrate(tx, c, &p, to); err != nil {
				return err
			}
		}
		operation, err = s.end(tx, c)
		return err
	})
	return operation, err
}

// projectToChange finds a project that the caller administers, also among those deleted.
func (s *Store) projectToChange(tx *db.Tx, c *access.Caller, catalog *Catalog, nameOrID string) (*Project, error) {
	p, err := catalog.FindProject(nameOrID)
	if err != nil && c.Administers() {
		gone, e := readDeleted(tx, c.Org)
		if e != nil {
			return nil, e
		}
		if p = find(gone, func(p *Project) bool { return strings.EqualFold(p.GUID.String(), nameOrID) }); p != nil {
			return p, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if !c.CanRead(p.ID) {
		return nil, NotFound(nameOrID)
	}
	if !c.CanManage(p.ID) {
		return nil, fault.AccessDenied(c.User.DisplayName, "Edit project-level information")
	}
	return p, nil
}

// change stores what became of a project.
func (s *Store) change(tx *db.Tx, c *access.Caller, old, p *Project) error {
	org := c.Org
	if err := p.audit(tx, c, old); err != nil {
		return err
	}
	revision, err := nextRevision(tx, org)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(insertHistory, org, p.ID); err != nil { // the state before, unless it is there
		return err
	}
	_, err = tx.Exec(updateProject, org, p.ID, p.Name, strings.ToLower(p.Name), p.Description, string(p.Visibility), p.State,
		p.State == Deleted, revision, tx.Now())
	if err != nil {
		return err
	}
	if _, err := tx.Exec(insertHistory, org, p.ID); err != nil {
		return err
	}
	changes := []db.Change{{Kind: db.ProjectChanged, Project: p.ID, Ref: p.ID}}
	if old.Name != p.Name {
		if _, err := tx.Exec(renameRoots, org, p.ID, p.Name); err != nil {
			return err
		}
		changes = append(changes, db.Change{Kind: db.NodeChanged, Project: p.ID})
	}
	if old.State == Deleted && p.State != Deleted {
		changes = append(changes, db.Change{Kind: db.Loaded}) // everything in it is there again, without entries of its own
	}
	for _, change := range changes {
		if _, err := tx.Append(org, change); err != nil {
			return err
		}
	}
	return nil
}

// RemoveProject deletes a project by its GUID and returns the id of the operation. What was in it comes back with it.
func (s *Store) RemoveProject(ctx context.Context, c *access.Caller, guid uuid.UUID) (operation uuid.UUID, err error) {
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		catalog, err := s.Catalog(tx, c.Org)
		if err != nil {
			return err
		}
		p := catalog.byGUID[guid]
		switch {
		case p == nil || !c.CanRead(p.ID):
			return fault.ProjectIDNotFound(guid.String())
		case !c.May(p.ID, access.DeleteProject):
			return fault.AccessDenied(c.User.DisplayName, "Delete team project")
		}
		gone := *p
		gone.State = Deleted
		if err := s.change(tx, c, p, &gone); err != nil {
			return err
		}
		operation, err = s.end(tx, c)
		return err
	})
	return operation, err
}

// end stores an operation of the caller that has ended well.
func (s *Store) end(tx *db.Tx, c *access.Caller) (uuid.UUID, error) {
	id := uuid.New()
	_, err := tx.Exec(insertOperation, c.Org, id, c.User.ID, tx.Now())
	return id, err
}

// Operation finds an operation, which has ended well. It returns a 404 fault for one that is not there or was somebody
// else's; administrators of the organization see all.
func (s *Store) Operation(ctx context.Context, c *access.Caller, id uuid.UUID) error {
	return s.db.View(ctx, func(tx *db.Tx) error {
		var user int64
		err := tx.Row(selectOperation, []any{c.Org, id}, &user)
		if errors.Is(err, db.ErrNotFound) || err == nil && user != c.User.ID && !c.Administers() {
			return fault.OperationNotFound(id.String())
		}
		return err
	})
}

// apply changes a project as the draft says, or says what is wrong with that.
func (d *Draft) apply(p *Project) error {
	if d.Name != nil {
		p.Name = strings.TrimSpace(*d.Name)
		if !validProjectName(p.Name) {
			return fault.ProjectNameInvalid(p.Name)
		}
	}
	if d.Description != nil {
		p.Description = *d.Description
		if n := len([]rune(p.Description)); n > maxDescription {
			return fault.InvalidArgument("The description of a project has %d characters at most, not %d.", maxDescription, n)
		}
	}
	if d.Visibility != nil {
		p.Visibility = *d.Visibility
	}
	if d.State != nil {
		if *d.State != WellFormed && *d.State != p.State {
			return fault.InvalidArgument("A project cannot be changed to the state %q. Write wellFormed to restore it, or delete it.", *d.State)
		}
		p.State = *d.State
	}
	return nil
}

const (
	maxName        = 64
	maxDescription = 16000
)

// validProjectName follows the rules of names. documented: naming restrictions, projects.
func validProjectName(name string) bool {
	reserved := []string{"App_Browsers", "App_code", "App_Data", "App_GlobalResources", "App_LocalResources", "App_Themes",
		"App_WebResources", "bin", "web.config", "AUX", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
		"COM10", "CON", "DefaultCollection", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "NUL",
		"PRN", "SERVER", "SignalR", "Web", "WEB"}
	return validName(name) && !slices.ContainsFunc(reserved, func(r string) bool { return strings.EqualFold(r, name) })
}

// validName follows the rules that names of projects and teams share. documented: naming restrictions.
func validName(name string) bool {
	return name != "" && len([]rune(name)) <= maxName &&
		!strings.ContainsAny(name, `/:\~&%;@'"?<>|#$*}{,+=[]`) && !strings.ContainsFunc(name, isControl) &&
		!strings.HasPrefix(name, "_") && !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, ".")
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\uFFFD' }

func (c *Catalog) defaultProcess() *Process {
	return find(c.Processes, func(p *Process) bool { return p.Default })
}

// nextRevision counts the changes of all projects of an organization, so that clients can ask what is new.
func nextRevision(tx *db.Tx, org int64) (revision int64, err error) {
	err = tx.Row(selectRevision, []any{org}, &revision)
	return revision + 1, err
}
