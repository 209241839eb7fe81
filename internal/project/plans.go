package project

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Plan is a delivery plan: backlogs of teams side by side.
type Plan struct {
	GUID        uuid.UUID
	Project     *Project
	Name        string
	Description string
	Revision    int64 // from 1
	CreatedBy   int64
	CreatedAt   time.Time
	ModifiedBy  int64
	ModifiedAt  time.Time
	Properties  json.RawMessage // an object as clients wrote it
	Permissions int64           // that the caller has on it
}

// PlanBacklog is a backlog level of a team that a plan shows.
type PlanBacklog struct {
	Team    uuid.UUID
	Backlog string // the reference name of its category
}

const (
	maxPlanName       = 128
	maxPlanProperties = 1 << 20 // bytes
	// MaxPlanBacklogs is how many rows a plan may have. documented: limits of delivery plans.
	MaxPlanBacklogs = 20
)

var (
	selectPlans = db.SQL("project.selectPlans", `
		SELECT guid, name, description, revision, created_by, created_at, modified_by, modified_at, properties
		FROM plans WHERE org_id = $1 AND project_id = $2 ORDER BY name, guid`)
	selectPlan = db.SQL("project.selectPlan", `
		SELECT guid, name, description, revision, created_by, created_at, modified_by, modified_at, properties
		FROM plans WHERE org_id = $1 AND project_id = $2 AND guid = $3`)
	insertPlan = db.SQL("project.insertPlan", `
		INSERT INTO plans (org_id, project_id, guid, name, description, revision, created_by, created_at, modified_by, modified_at, properties)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	updatePlan = db.SQL("project.updatePlan", `
		UPDATE plans SET name = $4, description = $5, revision = $6, modified_by = $7, modified_at = $8, properties = $9
		WHERE org_id = $1 AND project_id = $2 AND guid = $3`)
	deletePlan = db.SQL("project.deletePlan", `DELETE FROM plans WHERE org_id = $1 AND project_id = $2 AND guid = $3`)
)

func (p *Project) scanPlan(r *db.Rows) (*Plan, error) {
	plan := &Plan{Project: p}
	var properties string
	err := r.Scan(&plan.GUID, &plan.Name, &plan.Description, &plan.Revision, &plan.CreatedBy, &plan.CreatedAt, &plan.ModifiedBy, &plan.ModifiedAt, &properties)
	plan.Properties = json.RawMessage(properties)
	return plan, err
}

// Plans lists the plans of a project that the caller may view, by name. Faults: project not found.
func (s *Store) Plans(ctx context.Context, c *access.Caller, projectName string) (all []*Plan, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p, err := s.readable(tx, c, projectName)
		if err != nil {
			return err
		}
		all, err = db.Collect(tx, selectPlans, []any{c.Org, p.ID}, p.scanPlan)
		all = slices.DeleteFunc(all, func(plan *Plan) bool { return !plan.permit(c, access.ViewPlan) })
		return err
	})
	return all, err
}

// Plan reads a plan by its GUID. Faults: project or plan not found.
func (s *Store) Plan(ctx context.Context, c *access.Caller, projectName, id string) (plan *Plan, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		plan, err = s.findPlan(tx, c, projectName, id)
		return err
	})
	return plan, err
}

func (s *Store) findPlan(tx *db.Tx, c *access.Caller, projectName, id string) (*Plan, error) {
	p, err := s.readable(tx, c, projectName)
	if err != nil {
		return nil, err
	}
	guid, err := uuid.Parse(id)
	if err != nil {
		return nil, fault.PlanNotFound(id)
	}
	found, err := db.Collect(tx, selectPlan, []any{c.Org, p.ID, guid}, p.scanPlan)
	if err == nil && (len(found) == 0 || !found[0].permit(c, access.ViewPlan)) {
		err = fault.PlanNotFound(id)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// permit notes the caller's permissions on the plan and reports whether they contain one.
func (p *Plan) permit(c *access.Caller, permission int64) bool {
	p.Permissions = c.Permissions(access.PlanNamespace, access.PlanToken(p.Project.GUID, p.GUID))
	return p.Permissions&permission != 0
}

// CreatePlan stores a plan with the name, description and properties given. The caller must be allowed to manage plans of the
// project, and may do everything with this one.
// Faults: project not found, access denied, what a plan cannot have.
func (s *Store) CreatePlan(ctx context.Context, c *access.Caller, projectName string, given Plan) (*Plan, error) {
	err := given.check()
	if err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if given.Project, err = s.readable(tx, c, projectName); err != nil {
			return err
		}
		if !c.May(given.Project.ID, access.ManagePlans) {
			return fault.AccessDenied(c.User.DisplayName, "Create delivery plans")
		}
		given.GUID, given.Revision = uuid.New(), 1
		given.CreatedBy, given.CreatedAt, given.ModifiedBy, given.ModifiedAt = c.User.ID, tx.Now(), c.User.ID, tx.Now()
		_, err := tx.Exec(insertPlan, c.Org, given.Project.ID, given.GUID, given.Name, given.Description, given.Revision, given.CreatedBy, given.CreatedAt,
			given.ModifiedBy, given.ModifiedAt, string(given.Properties))
		if err != nil {
			return err
		}
		n := access.FindNamespace(access.PlanNamespace)
		given.Permissions = n.All()
		if err := access.Own(tx, c, n, access.PlanToken(given.Project.GUID, given.GUID)); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: given.Project.ID})
		return err
	})
	return &given, err
}

// ReplacePlan gives a plan another name, description and properties; Revision of what is given must be its present one.
// Faults: project or plan not found, access denied, revision mismatch, what a plan cannot have.
func (s *Store) ReplacePlan(ctx context.Context, c *access.Caller, projectName, id string, given Plan) (plan *Plan, err error) {
	if err := given.check(); err != nil {
		return nil, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		if plan, err = s.changeablePlan(tx, c, projectName, id, access.EditPlan); err != nil {
			return err
		}
		if plan.Revision != given.Revision {
			return fault.PlanRevisionMismatch(plan.Revision, given.Revision)
		}
		plan.Name, plan.Description, plan.Properties, plan.Revision = given.Name, given.Description, given.Properties, plan.Revision+1
		plan.ModifiedBy, plan.ModifiedAt = c.User.ID, tx.Now()
		_, err := tx.Exec(updatePlan, c.Org, plan.Project.ID, plan.GUID, plan.Name, plan.Description, plan.Revision, plan.ModifiedBy, plan.ModifiedAt, string(plan.Properties))
		return err
	})
	return plan, err
}

// DeletePlan removes a plan. Faults: project or plan not found, access denied.
func (s *Store) DeletePlan(ctx context.Context, c *access.Caller, projectName, id string) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		plan, err := s.changeablePlan(tx, c, projectName, id, access.DeletePlan)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(deletePlan, c.Org, plan.Project.ID, plan.GUID); err != nil {
			return err
		}
		_, err = tx.Append(c.Org, db.Change{Kind: db.AccessChanged, Project: plan.Project.ID})
		return err
	})
}

func (s *Store) changeablePlan(tx *db.Tx, c *access.Caller, projectName, id string, permission int64) (*Plan, error) {
	plan, err := s.findPlan(tx, c, projectName, id)
	if err == nil && plan.Permissions&permission == 0 {
		err = fault.AccessDenied(c.User.DisplayName, map[int64]string{access.EditPlan: "Edit delivery plans", access.DeletePlan: "Delete delivery plans"}[permission])
	}
	return plan, err
}

func (p *Plan) check() error {
	p.Name = strings.TrimSpace(p.Name)
	if p.Name == "" || utf8.RuneCountInString(p.Name) > maxPlanName || strings.ContainsRune(p.Name+p.Description, 0) {
		return fault.InvalidArgument("The name of a plan has 1 to %d characters.", maxPlanName)
	}
	if p.Properties = bytes.TrimSpace(p.Properties); len(p.Properties) == 0 || bytes.Equal(p.Properties, []byte("null")) {
		return fault.PlanProperties("there are none")
	}
	if len(p.Properties) > maxPlanProperties || bytes.ContainsRune(p.Properties, 0) {
		return fault.PlanProperties("they are too long")
	}
	_, err := p.Backlogs()
	return err
}

// Backlogs lists what the plan shows, in its order.
func (p *Plan) Backlogs() ([]PlanBacklog, error) {
	var properties struct {
		Mappings []struct {
			TeamID   string `json:"teamId"`
			Category string `json:"categoryReferenceName"`
		} `json:"teamBacklogMappings"`
	}
	if err := json.Unmarshal(p.Properties, &properties); err != nil {
		return nil, fault.PlanProperties("teamBacklogMappings must be a list of objects with texts teamId and categoryReferenceName")
	}
	if len(properties.Mappings) > MaxPlanBacklogs {
		return nil, fault.PlanProperties(fmt.Sprintf("a plan shows at most %d backlogs", MaxPlanBacklogs))
	}
	all := make([]PlanBacklog, len(properties.Mappings))
	for i, m := range properties.Mappings {
		id, err := uuid.Parse(m.TeamID)
		if err != nil || m.Category == "" {
			return nil, fault.PlanProperties(fmt.Sprintf("'%s' of team '%s' names no backlog by the GUID of a team and a category", m.Category, m.TeamID))
		}
		all[i] = PlanBacklog{Team: id, Backlog: m.Category}
	}
	return all, nil
}

// HasCriteria reports whether the plan shows only some work items of its backlogs.
func (p *Plan) HasCriteria() bool {
	var properties struct {
		Criteria json.RawMessage `json:"criteria"`
	}
	_ = json.Unmarshal(p.Properties, &properties) // an object, which was checked when it was written
	none := bytes.TrimSpace(properties.Criteria)
	return len(none) > 0 && !bytes.Equal(none, []byte("null")) && !bytes.Equal(none, []byte("[]"))
}
