package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/access"
)

// decision is something that a permission decides about.
type decision struct {
	namespace  string // of access
	permission int64
	token      string
	who        string // of the callers of the matrix
	given      bool   // who may not by default, and may when it is allowed; or else may by default, and not when it is denied
	method     string
	path, body string
}

// decisions are, for each permission that docs/security.md says decides something, a request that it decides about.
func decisions() []decision {
	fiber := guid(0x60).String()
	project, tags, own := "$PROJECT:vstfs:///Classification/TeamProject/"+fiber, "/"+fiber, "Fabrikam%20Fiber/_apis/"
	area, iteration := "vstfs:///Classification/Node/<area>", "vstfs:///Classification/Node/<iteration>"
	queries, plan, group := "$/"+fiber+"/<shared>", "Plan/"+fiber+"/<plan>", fiber+`\<people id>`
	team, dashboards := "Fabrikam%20Fiber/Fabrikam%20Fiber%20Team/_apis/", "$/"+fiber+"/"+guid(0x70).String()
	dashboard := dashboards + "/<dashboard>"
	const agile = "adcc42ab-9882-485e-a3ed-7678f01f66bc"
	process := "$PROCESS:" + agile + ":<process>:"
	entry := func(token string) string {
		return `{"token":"` + token + `","merge":true,"accessControlEntries":[{"descriptor":"<reader>","allow":1,"deny":0}]}`
	}
	const contributor, manager, administrator = "contributor", "project administrator", "administrator"
	node := func(namespace, token, structure, name string) []decision {
		path := own + "wit/classificationNodes/" + structure
		return []decision{
			{namespace, access.EditNode, token, manager, false, "PATCH", path + "/" + name, `{"name":"Other"}`},
			{namespace, access.CreateChildren, token, manager, false, "POST", path, `{"name":"Other"}`},
			{namespace, access.DeleteNode, token, manager, false, "DELETE", path + "/" + name, ""},
		}
	}
	title := `[{"op":"add","path":"/fields/System.Title","value":"Other"}]`
	return slices.Concat([]decision{
		{access.ProjectNamespace, access.ReadProject, project, contributor, false, "GET", "_apis/wit/workItems/10", ""},
		{access.ProjectNamespace, access.EditProject, project, manager, false, "PATCH", "_apis/projects/" + fiber, `{"description":"d"}`},
		{access.ProjectNamespace, access.EditProject, project, manager, false, "DELETE", "_apis/projects/" + fiber + "/teams/" + guid(0x71).String(), ""},
		{access.ProjectNamespace, access.DeleteProject, project, manager, false, "DELETE", "_apis/projects/" + fiber, ""},
		{access.ProjectNamespace, access.RenameProject, project, manager, false, "PATCH", "_apis/projects/" + fiber, `{"name":"Other"}`},
		{access.ProjectNamespace, access.UpdateVisibility, project, manager, false, "PATCH", "_apis/projects/" + fiber, `{"visibility":"public"}`},
		{access.ProjectNamespace, access.ManageProperties, project, manager, false, "PATCH", "_apis/projects/" + fiber + "/properties?api-version=7.1-preview.1", `[{"op":"add","path":"/a","value":"b"}]`},
		{access.ProjectNamespace, access.DeleteWorkItems, project, contributor, false, "DELETE", own + "wit/workItems/10", ""},
		{access.ProjectNamespace, access.DeleteWorkItems, project, contributor, false, "PATCH", own + "wit/recyclebin/13", `{"IsDeleted":false}`},
		{access.ProjectNamespace, access.DestroyWorkItems, project, manager, false, "DELETE", own + "wit/recyclebin/13", ""},
		{access.ProjectNamespace, access.MoveWorkItems, project, administrator, false, "PATCH", "_apis/wit/workItems/<task>",
			`[{"op":"add","path":"/fields/System.TeamProject","value":"Secret"},{"op":"add","path":"/fields/System.AreaPath","value":"Secret"},{"op":"add","path":"/fields/System.IterationPath","value":"Secret"},{"op":"add","path":"/fields/System.State","value":"New"}]`},
		{access.ProjectNamespace, access.BypassRules, project, contributor, true, "PATCH", "_apis/wit/workItems/10?bypassRules=true", `[{"op":"add","path":"/fields/System.CreatedDate","value":"2020-01-01T00:00:00Z"}]`},
		{access.ProjectNamespace, access.ManagePlans, project, contributor, false, "POST", own + "work/plans",
			`{"name":"P","type":"deliveryTimelineView","properties":{"teamBacklogMappings":[{"teamId":"` + guid(0x70).String() + `","categoryReferenceName":"Microsoft.RequirementCategory"}]}}`},

		{access.AreaNamespace, access.ViewWorkItems, area, contributor, false, "GET", "_apis/wit/workItems/10", ""},
		{access.AreaNamespace, access.EditWorkItems, area, contributor, false, "PATCH", "_apis/wit/workItems/10", title},
		{access.AreaNamespace, access.EditWorkItems, area, manager, false, "DELETE", own + "wit/recyclebin/13", ""},
		{access.AreaNamespace, access.EditComments, area, contributor, false, "POST", own + "wit/workItems/10/comments?api-version=7.1-preview.4", `{"text":"t"}`},
	}, node(access.AreaNamespace, area, "areas", "Pier"), node(access.IterationNamespace, iteration, "iterations", "Sprint%202"), []decision{
		{access.QueryNamespace, access.ReadQueries, queries, contributor, false, "GET", own + "wit/queries/<query>", ""},
		{access.QueryNamespace, access.ContributeQueries, queries, manager, false, "PATCH", own + "wit/queries/<query>", `{"name":"Other"}`},
		{access.QueryNamespace, access.ContributeQueries, queries, contributor, true, "POST", own + "wit/queries/Shared%20Queries", `{"name":"Other","wiql":"SELECT [System.Id] FROM WorkItems"}`},
		{access.QueryNamespace, access.DeleteQueries, queries, manager, false, "DELETE", own + "wit/queries/<query>", ""},
		{access.QueryNamespace, 8, queries, manager, false, "POST", "_apis/AccessControlEntries/" + access.QueryNamespace, entry(queries)},

		{access.PlanNamespace, access.ViewPlan, plan, contributor, false, "GET", own + "work/plans/<plan>", ""},
		{access.PlanNamespace, access.EditPlan, plan, manager, false, "PUT", own + "work/plans/<plan>", `{"name":"Road","type":"deliveryTimelineView","revision":1,"properties":{}}`},
		{access.PlanNamespace, access.DeletePlan, plan, manager, false, "DELETE", own + "work/plans/<plan>", ""},
		{access.PlanNamespace, 8, plan, manager, false, "POST", "_apis/AccessControlEntries/" + access.PlanNamespace, entry(plan)},

		{access.DashboardNamespace, access.ReadDashboards, dashboard, contributor, false, "GET", own + "Dashboard/Dashboards/<dashboard>", ""},
		{access.DashboardNamespace, access.CreateDashboards, dashboards, manager, false, "POST", team + "Dashboard/Dashboards", `{"name":"D"}`},
		{access.DashboardNamespace, access.CreateDashboards, dashboards, contributor, true, "POST", team + "Dashboard/Dashboards", `{"name":"D"}`},
		{access.DashboardNamespace, access.EditDashboards, dashboard, manager, false, "PUT", team + "Dashboard/Dashboards/<dashboard>", `{"name":"D"}`},
		{access.DashboardNamespace, access.EditDashboards, dashboard, contributor, true, "DELETE", team + "Dashboard/Dashboards/<dashboard>/Widgets/<widget>", ""},
		{access.DashboardNamespace, access.DeleteDashboards, dashboard, manager, false, "DELETE", team + "Dashboard/Dashboards/<dashboard>", ""},
		{access.DashboardNamespace, 16, dashboard, manager, false, "POST", "_apis/AccessControlEntries/" + access.DashboardNamespace, entry(dashboard)},

		{access.TaggingNamespace, access.CreateTag, tags, contributor, false, "PATCH", "_apis/wit/workItems/11", `[{"op":"add","path":"/fields/System.Tags","value":"new"}]`},
		{access.TaggingNamespace, access.UpdateTag, tags, manager, false, "PATCH", own + "wit/tags/<tag>", `{"name":"other"}`},
		{access.TaggingNamespace, access.UpdateTag, tags, contributor, true, "PATCH", own + "wit/tags/<tag>", `{"name":"other"}`},
		{access.TaggingNamespace, access.DeleteTag, tags, manager, false, "DELETE", own + "wit/tags/<tag>", ""},

		{access.IdentityNamespace, access.EditIdentity, group, manager, false, "PATCH", "_apis/Graph/Groups/<people>", `[{"op":"replace","path":"/displayName","value":"Other"}]`},
		{access.IdentityNamespace, access.DeleteIdentity, group, manager, false, "DELETE", "_apis/Graph/Groups/<people>", ""},
		{access.IdentityNamespace, access.ManageMembership, group, manager, false, "PUT", "_apis/Graph/Memberships/<other person>/<people>", ""},
		{access.IdentityNamespace, access.ManageMembership, group, contributor, true, "DELETE", "_apis/Graph/Memberships/<person>/<people>", ""},

		{access.CollectionNamespace, access.EditCollection, access.CollectionToken, contributor, true, "POST", "_apis/UserEntitlements",
			`{"accessLevel":{"accountLicenseType":"express"},"user":{"principalName":"new@example.com","subjectKind":"user"}}`},
		{access.CollectionNamespace, access.CreateProjects, access.CollectionToken, contributor, true, "POST", "_apis/projects",
			`{"name":"New","capabilities":{"versioncontrol":{"sourceControlType":"Git"},"processTemplate":{"templateTypeId":"` + agile + `"}}}`},

		{access.ProcessNamespace, access.CreateProcess, "$PROCESS:", contributor, true, "POST", "_apis/work/processes", `{"name":"Other","parentProcessTypeId":"` + agile + `"}`},
		{access.ProcessNamespace, access.EditProcess, process, contributor, true, "PATCH", "_apis/work/processes/<process>", `{"description":"d"}`},
		{access.ProcessNamespace, access.DeleteProcess, process, contributor, true, "DELETE", "_apis/work/processes/<process>", ""},
		{access.ProcessNamespace, access.ManageAccess, process, contributor, true, "POST", "_apis/AccessControlEntries/" + access.ProcessNamespace, entry(process)},

		{access.AuditNamespace, access.ViewAuditLog, access.AuditToken, contributor, true, "GET", "_apis/audit/AuditLog?api-version=7.1-preview.1", ""},
	})
}

// TestPermissions_Decide denies what somebody may do by default, or allows what they may not, and finds that it counts.
func TestPermissions_Decide(t *testing.T) {
	x := newMatrixServer(t)
	x.make(t, []madeThing{
		{"area", "GET", "Fabrikam%20Fiber/_apis/wit/classificationNodes/areas", "", "identifier"},
		{"iteration", "GET", "Fabrikam%20Fiber/_apis/wit/classificationNodes/iterations", "", "identifier"},
		{"shared", "GET", "Fabrikam%20Fiber/_apis/wit/queries/Shared%20Queries", "", "id"},
	})
	for i, who := range matrixCallers() {
		x.make(t, []madeThing{{who, "GET", "_apis/Identities?identityIds=" + guid(0x300+i).String(), "", "value.0.descriptor"}})
		x.made[who] = strings.ReplaceAll(x.made[who], `\`, `\\`)
	}
	tested := map[string]bool{}
	for _, d := range decisions() {
		tested[fmt.Sprint(d.namespace, d.permission)] = true
		n := access.FindNamespace(d.namespace)
		what := fmt.Sprintf("%s %s: %s %s", n.Name, n.Label(d.permission), d.method, d.path)
		may := func() (bool, int, string) {
			row := matrixRow{operation: d.method, path: d.path, body: d.body}
			if !strings.Contains(row.path, "api-version=") {
				row.path += map[bool]string{true: "&", false: "?"}[strings.Contains(row.path, "?")] + "api-version=7.2-preview"
			}
			status, body, _ := x.ask(row, matrixTokens()[d.who])
			return status < http.StatusBadRequest, status, body
		}
		if did, status, body := may(); did == d.given {
			t.Errorf("%s, by default: %d %.200s", what, status, body)
		}
		allow, deny := int64(0), d.permission
		if d.given {
			allow, deny = deny, 0
		}
		ace := fmt.Sprintf(`{"token":%q,"merge":true,"accessControlEntries":[{"descriptor":"<%s>","allow":%d,"deny":%d}]}`, d.token, d.who, allow, deny)
		x.make(t, []madeThing{{"", "POST", "_apis/AccessControlEntries/" + d.namespace, ace, ""}})
		if did, status, body := may(); did != d.given || !did && status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("%s, once it is set: %d %.200s", what, status, body)
		}
		x.reset()
	}
	undecided := map[string][]int64{ // they are about what is not part of the server, or say who may see and change permissions
		access.ProjectNamespace:    {8, 16, 32, 64, 128, 256, 512, 2048, 4096, 262144, 524288, 2097152, 8388608, 16777216},
		access.AreaNamespace:       {1, 64, 128},
		access.IterationNamespace:  {1},
		access.QueryNamespace:      {16, 64},
		access.DashboardNamespace:  {32},
		access.TaggingNamespace:    {1},
		access.IdentityNamespace:   {1, 16, 32},
		access.CollectionNamespace: {1, 16, 32, 64, 128, 512, 1024, 2048},
		access.ProcessNamespace:    {16},
		access.AuditNamespace:      {2, 4, 8},
		access.AnalyticsNamespace:  {1, 2, 4, 8, 16}, // View analytics is tested with the queries
	}
	for _, n := range access.Namespaces() {
		if !n.Enforced() {
			continue
		}
		for _, a := range n.Actions {
			if known := slices.Contains(undecided[n.ID], a.Bit); known == tested[fmt.Sprint(n.ID, a.Bit)] {
				t.Errorf("%s %s: tested %t, said to decide nothing %t", n.Name, a.Name, !known, known)
			}
		}
		delete(undecided, n.ID)
	}
	if len(undecided) > 0 {
		t.Errorf("not enforced: %v", slices.Collect(maps.Keys(undecided)))
	}
}
