package analytics

import (
	"sync"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/project"
)

// models keeps entity models, which are the same until an organization's catalog changes. It is safe for concurrent use.
type models struct {
	mu    sync.Mutex
	known map[modelKey]*edm.Model
	from  map[int64]*project.Catalog // by organization
}

type modelKey struct {
	org, project int64 // project 0 is the whole organization
	version      edm.Version
}

// of is the model of a scope: what the processes of its projects have.
func (m *models) of(c *project.Catalog, p *project.Project, v edm.Version) *edm.Model {
	key := modelKey{org: c.Organization.ID, version: v}
	scope := c.Projects
	if p != nil {
		key.project, scope = p.ID, []*project.Project{p}
	}
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
		m.known[key] = edm.New(v, fieldsOf(scope))
	}
	return m.known[key]
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
