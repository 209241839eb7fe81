package access

import (
	"strings"

	"github.com/google/uuid"
)

// standard is what built-in groups of a project begin with, at the token that stands for the whole of the project.
// documented: default permissions and access.
func standard(namespace string, project int64) []Entry {
	give := func(administrators, contributors, readers, builders, everybody int64) []Entry {
		return []Entry{
			{Subject{Administrator, project}, administrators, 0}, {Subject{Contributor, project}, contributors, 0},
			{Subject{Reader, project}, readers, 0}, {Subject{Builder, project}, builders, 0}, {Subject{ValidUser, project}, everybody, 0},
		}
	}
	all := FindNamespace(namespace).all
	switch namespace {
	case ProjectNamespace:
		contributes := ReadProject | publishTests | ViewTestResults | deleteTestResults | manageTestSetup | DeleteWorkItems | MoveWorkItems | ManagePlans
		return give(all&^suppressMail, contributes, ReadProject|ViewTestResults, contributes&^(DeleteWorkItems|MoveWorkItems|ManagePlans), ReadProject)
	case AreaNamespace:
		works := ViewNode | ViewWorkItems | EditWorkItems | EditComments | manageTests
		return give(all, works, ViewNode|ViewWorkItems, ViewNode|ViewWorkItems|EditWorkItems|EditComments, 0)
	case IterationNamespace:
		return give(all, ViewNode, ViewNode, ViewNode, 0)
	case TaggingNamespace:
		return give(all, 1|CreateTag, 1, 1|CreateTag, 0)
	case IdentityNamespace:
		return give(all, ViewIdentity, ViewIdentity, ViewIdentity, ViewIdentity)
	case QueryNamespace:
		return give(all, ReadQueries, ReadQueries, ReadQueries, 0)
	case PlanNamespace:
		return give(all, ViewPlan, ViewPlan, ViewPlan, 0)
	case DashboardNamespace:
		return give(all, ReadDashboards, ReadDashboards, ReadDashboards, 0)
	case AnalyticsNamespace:
		return give(ViewAnalytics|AdministerAnalytics, ViewAnalytics, ViewAnalytics, 0, 0)
	}
	return nil
}

// topmost is what the groups of an organization begin with, for everything in a namespace.
func topmost(namespace string) []Entry {
	own := []Entry{{Subject{Administrator, 0}, FindNamespace(namespace).all, 0}}
	switch namespace {
	case CollectionNamespace:
		own = append(own, Entry{Subject{ValidUser, 0}, ViewCollection, 0})
	case ProcessNamespace:
		own = append(own, Entry{Subject{ValidUser, 0}, ViewProcess, 0})
	}
	return own
}

// ProjectToken is the token of a project.
func ProjectToken(project uuid.UUID) string {
	return "$PROJECT:vstfs:///Classification/TeamProject/" + project.String()
}

// AnalyticsToken is the token of a project's Analytics data.
func AnalyticsToken(project uuid.UUID) string { return "$/" + project.String() }

// TaggingToken is the token of a project's tags.
func TaggingToken(project uuid.UUID) string { return "/" + project.String() }

// QueryToken is the token of a project's shared queries or, with ids of folders and a query, of what is at their end.
func QueryToken(project uuid.UUID, path ...uuid.UUID) string {
	token := "$/" + project.String()
	for _, id := range path {
		token += "/" + id.String()
	}
	return token
}

// SharedQueries is the id of the folder that holds the shared queries of a project.
func SharedQueries(project uuid.UUID) uuid.UUID {
	return uuid.NewSHA1(project, []byte("Shared Queries"))
}

// PlanToken is the token of a delivery plan or, without its id, of all plans of a project.
func PlanToken(project uuid.UUID, plan ...uuid.UUID) string {
	token := "Plan/" + project.String()
	for _, id := range plan {
		token += "/" + id.String()
	}
	return token
}

// DashboardToken is the token of a project's dashboards or, with the id of a team, of the team's, and with that of a dashboard, of it.
// Dashboards of the project itself stand below the zero id.
func DashboardToken(project uuid.UUID, path ...uuid.UUID) string { return QueryToken(project, path...) }

// ProcessToken is the token of a process or, without an id, of all. One that is derived stands behind its parent.
func ProcessToken(ids ...string) string {
	token := "$PROCESS:"
	for _, id := range ids {
		if id != "" {
			token += strings.ToLower(id) + ":"
		}
	}
	return token
}

// SystemProcesses are the ids of the processes that every organization has. documented.
func SystemProcesses() []string {
	return []string{"adcc42ab-9882-485e-a3ed-7678f01f66bc", "6b724908-ef14-45cf-84f8-768b5384da45",
		"27450541-8e31-4150-9947-dc59f998fc01", "b8a3a935-7e91-48b8-a94c-606d37c3e9f2"}
}

// IdentityToken is the token of a group or team of a project, or of the organization.
func IdentityToken(scope, group uuid.UUID) string { return scope.String() + `\` + group.String() }

// CollectionToken is the token of the organization.
const CollectionToken = "NAMESPACE:"

// AuditToken is the token of the organization's audit log.
const AuditToken = "/AllPermissions"

// NodeToken is what the token of an area or iteration says of one node; those above it stand in front, behind colons.
func NodeToken(node uuid.UUID) string { return nodePrefix + node.String() }

const nodePrefix = "vstfs:///Classification/Node/"
