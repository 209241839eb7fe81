package analytics

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/project"
)

// models keeps entity models, which are the same until an organization's catalog changes. It is safe for concurrent use.
type models struct {
	mu    sync.Mutex
	known map[modelKey]*edm.Model
	from  map[int64]*project.Catalog // by organization
	// columns are the custom fields, by organization, that the analytics tables are known to have.
	columns map[int64]map[string]bool
}

// patience is how long a query waits for the columns of new fields.
const patience = 10 * time.Second

// wait returns once the analytics tables have a column for each field of a model: the model has a field as soon as it is
// stored, the tables follow.
func (m *models) wait(ctx context.Context, reach func(context.Context, int64, int64) error, c *project.Catalog, model *edm.Model) error {
	org := c.Organization.ID
	m.mu.Lock()
	known := m.columns[org]
	m.mu.Unlock()
	var fresh []string
	for _, p := range model.Type("WorkItem").Properties {
		if p.Custom && !known[p.Ref] {
			fresh = append(fresh, p.Ref)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := reach(ctx, org, c.Position()); err != nil {
		return fmt.Errorf("wait for the columns of new fields: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	all := maps.Clone(m.columns[org])
	if all == nil {
		all = map[string]bool{}
	}
	for _, ref := range fresh {
		all[ref] = true
	}
	if m.columns == nil {
		m.columns = map[int64]map[string]bool{}
	}
	m.columns[org] = all
	return nil
}

type modelKey struct {
	org       int64
	whole     bool   // of the organization, or of the only process listed
	processes string // ids of those whose custom fields it has, sorted
	version   edm.Version
}

// maxModels bounds the models that are kept: callers who may see different projects have different ones.
const maxModels = 100

// of is the model of a scope: what the processes of its projects have. Custom fields that only projects have which the
// caller cannot see are left out: their names are none of the caller's business.
func (m *models) of(c *project.Catalog, s *Scope, v edm.Version) *edm.Model {
	key := modelKey{org: c.Organization.ID, whole: s.Project == nil, processes: processesOf(s.projects), version: v}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.from[key.org] != c {
		for k := range m.known {
			if k.org == key.org {
				delete(m.known, k)
			}
		}
		if m.from == nil {
			m.from, m.known = map[int64]*project.Catalog{}, map[modelKey]*edm.Model{}
		}
		m.from[key.org] = c
	}
	if m.known[key] == nil {
		if len(m.known) >= maxModels {
			clear(m.known)
		}
		fields := fieldsOf(s.projects)
		if s.Project == nil {
			fields.Predefined = fieldsOf(c.Projects).Predefined
		}
		m.known[key] = edm.New(v, fields)
	}
	return m.known[key]
}

func processesOf(projects []*project.Project) string {
	var ids []string
	for _, p := range projects {
		if !slices.Contains(ids, p.Process.ID) {
			ids = append(ids, p.Process.ID)
		}
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// fieldsOf is the union of the fields of the projects' processes.
func fieldsOf(projects []*project.Project) edm.Fields {
	fields := edm.Fields{Predefined: map[string]bool{}}
	for _, p := range projects {
		for _, t := range p.Process.Types {
			for _, f := range t.Fields {
				if fields.Predefined[f.Field.ReferenceName] {
					continue
				}
				fields.Predefined[f.Field.ReferenceName] = true
				kind := edm.FieldType(f.Field.Type.String())
				if f.Field.Identity {
					kind = edm.FieldIdentity
				}
				fields.Custom = append(fields.Custom, edm.CustomField{ReferenceName: f.Field.ReferenceName, Name: f.Field.Name,
					Description: f.Field.Description, Type: kind})
			}
		}
	}
	return fields
}
