package sample

import (
	"fmt"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/project"
)

// present is the end of the sample's history. Open iterations go on for a while, so that the sample has a current one.
func present() time.Time { return instant("2026-11-20T22:00:00Z") }

// Where the people of the sample work.
const (
	losAngeles = "America/Los_Angeles"
	seoul      = "Asia/Seoul"
)

// The processes fabrikam derived.
const (
	fiberProcess = "Fabrikam Fiber Scrum"
	agileProcess = "Fabrikam Agile"
)

// fabrikam is the organization of the service's documentation: 28 projects, 70 areas, 16 people.
func fabrikam() *organization {
	o := &organization{
		name: "fabrikam", zone: losAngeles, created: instant("2013-02-11T17:30:00Z"),
		people: []person{
			{name: "Jamal Hartnett", mail: "jamal@fabrikam.com", account: adminAccount, administrator: true},
			{name: "Raisa Pokrovskaya", mail: "raisa@fabrikam.com"},
			{name: "Christie Church", mail: "christie@fabrikam.com"},
			{name: "Johnnie McLeod", mail: "johnnie@fabrikam.com", zone: "America/New_York"},
			{name: "Chuck Reinhart", mail: "chuck@fabrikam.com"},
			{name: "Francis Totten", mail: "francis@fabrikam.com", zone: "Europe/London"},
			{name: "Helena Petersen", mail: "helena@fabrikam.com", zone: "Europe/Copenhagen"},
			{name: "Norman Paulk", mail: "norman@fabrikam.com"},
			{name: "Kristin Patterson", mail: "kristin@fabrikam.com"},
			{name: "Mateo Escobedo", mail: "mateo@fabrikam.com", zone: "America/Mexico_City"},
			{name: "김서연", mail: "seoyeon@fabrikam.com", zone: seoul},
			{name: "Anand Rao", mail: "anand@fabrikam.com", zone: "Asia/Kolkata"},
			{name: "Cameron Skinner", mail: "cameron@fabrikam.com", left: instant("2025-03-01T00:00:00Z")},
			{name: "Nicole Zamora", mail: "nicole@contoso.com", account: readerAccount, reads: []string{"Fabrikam Fiber"}, silent: true},
			{name: "Adam Barr", mail: "adam@fabrikam.com", account: stakeholderAccount, level: access.Stakeholder, reads: []string{"*"}, silent: true},
			{name: "Microsoft.VisualStudio.Services.TFS", mail: "Microsoft.VisualStudio.Services.TFS", silent: true},
		},
		processes: []process{
			{name: fiberProcess, parent: "Scrum", description: "Scrum with the fields of the Fabrikam Fiber program."},
			{name: agileProcess, parent: "Agile", description: "Agile with a state for tasks brought over from the old server.",
				states: []customState{{kind: "Task", name: "Completed", category: project.Completed}}},
		},
		fields: fiberFields(),
	}
	o.projects = append(o.projects, fabrikamProject(), fiberProject())
	o.projects = append(o.projects, otherProjects()...)
	return o
}

// fiberFields are the custom fields of Fabrikam Fiber, one of each type.
func fiberFields() []customField {
	backlog := map[string][]string{fiberProcess: {"Product Backlog Item", "Bug", "Feature"}}
	return []customField{
		{ref: "Custom.RiskLevel", name: "Risk Level", kind: project.String, values: []string{"Low", "Medium", "High"},
			description: "How likely it is that this goes wrong", on: backlog},
		{ref: "Custom.Channel", name: "Channel", kind: project.String, values: []string{"Phone", "Web", "Mobile", "Store"},
			description: "Where customers meet this", on: backlog},
		{ref: "Custom.CustomerVotes", name: "Customer Votes", kind: project.Integer,
			description: "How many customers asked for this", on: backlog},
		{ref: "Custom.ExpectedRevenue", name: "Expected Revenue", kind: project.Double,
			description: "In thousands of dollars a year", on: map[string][]string{fiberProcess: {"Epic", "Feature", "Product Backlog Item"}}},
		{ref: "Custom.CustomerVisible", name: "Customer Visible", kind: project.Boolean,
			description: "Customers notice the change", on: backlog},
		{ref: "Custom.GoLiveDate", name: "Go-live Date", kind: project.DateTime,
			description: "When this reaches customers", on: backlog},
		{ref: "Custom.ProductOwner", name: "Product Owner", kind: project.String, identity: true,
			description: "Who decides", on: backlog},
		// Names without a Latin letter get a GUID as reference name.
		{ref: "Custom.719f69f1-f7d0-4baa-b6ce-e77ad5dfcdf3", name: "고객 요청 번호", kind: project.String,
			description: "고객이 문의할 때 알려 주는 번호", on: backlog},
	}
}

// fabrikamProject is the oldest project, brought over from a server.
func fabrikamProject() projectSpec {
	p := projectSpec{
		name: "Fabrikam", guid: "b924d696-3eae-4116-8443-9a18392d8544", description: "Entitlement and subscriber services",
		process: agileProcess, revision: 41, created: day("2013-02-11"), updated: instant("2026-10-02T16:21:09.417Z"), weight: 110,
		areas: []node{{path: "Entitlement"}, {path: `Entitlement\API`}, {path: "Subscriber"}, {path: `Subscriber\Database`},
			{path: "Portal"}, {path: "Operations"}},
		iterations: []node{{path: "Sprints"}},
		teams: []team{
			{name: "Fabrikam Team", description: "The default project team.", areas: []string{""}, children: true},
			{name: "Entitlement", areas: []string{"Entitlement"}, children: true},
			{name: "Operations", areas: []string{"Operations"}},
		},
		tags: []string{"API", "Blocked", "Customer", "Database", "Deployment", "Perf", "Security", "Tech debt"},
	}
	p.iterations = append(p.iterations, sprints(`Sprints\`, 53, 6, "2013-08-12", 3)...)
	p.iterations[3].number, p.iterations[3].guid = 13021, "7a2c246e-fc62-41af-ad18-62332017bc46" // Sprint 55
	p.iterations = append(p.iterations, sprints(`Sprints\`, 231, 57, "2023-11-06", 3)...)
	return p
}

// otherProjects are the projects that make up the rest of the organization.
func otherProjects() []projectSpec {
	rows := []struct {
		name, process, opened string
		weight, weeks         int // weeks of an iteration; 0: none have dates
		areas                 []string
	}{
		{"Adventure Works", "Agile", "2023-11-01", 52, 3, []string{"Catalog", "Orders"}},
		{"Billing", "CMMI", "2023-11-01", 44, 6, []string{"Invoicing", "Collections"}},
		{"Contoso Portal", "Agile", "2023-11-01", 40, 4, []string{"Frontend"}},
		{"Customer Insights", "Scrum", "2024-02-05", 36, 4, nil},
		{"Data Platform", "Agile", "2024-01-08", 46, 4, []string{"Ingestion", `Ingestion\Streaming`, "Warehouse"}},
		{"DevOps Tooling", "Basic", "2023-11-01", 22, 8, nil},
		{"Field Service", "Scrum", "2024-06-03", 30, 3, []string{"Dispatch"}},
		{"Fiber Rollout", "CMMI", "2023-11-01", 28, 8, []string{"North", "South"}},
		{"Identity", "Agile", "2023-11-01", 26, 4, []string{"Directory"}},
		{"Intranet", "Basic", "2024-03-04", 12, 8, nil},
		{"IT Helpdesk", "Basic", "2023-11-01", 24, 0, nil},
		{"Legal Holds", "CMMI", "2025-01-13", 8, 8, nil},
		{"서울 지사", "Basic", "2024-09-02", 14, 4, nil},
		{"Children's Channel", "Scrum", "2025-02-03", 16, 4, nil},
		{"Marketing Site", "Scrum", "2023-11-01", 18, 4, nil},
		{"Mobile Apps", "Agile", "2024-01-08", 34, 4, []string{"Android", "iOS"}},
		{"Network Operations", "Agile", "2023-11-01", 26, 6, []string{"Core", "Edge"}},
		{"Northwind Migration", "CMMI", "2024-05-06", 16, 6, nil},
		{"Partner API", "Agile", "2024-10-07", 18, 4, nil},
		{"Payments", "CMMI", "2023-11-01", 22, 6, []string{"Cards"}},
		{"Research", "Basic", "2025-06-02", 8, 0, nil},
		{"Sandbox", "Basic", "2026-09-14", 0, 8, nil}, // nobody has used it yet
		{"Security", "Agile", "2023-11-01", 20, 4, []string{"Audit"}},
		{"Set-top Box", "CMMI", "2023-11-01", 18, 6, []string{"Platform", `Platform\Drivers`, `Platform\Drivers\Video`}},
		{"Training", "Basic", "2024-08-05", 6, 8, nil},
		{"Web Shop", "Scrum", "2023-11-01", 30, 3, []string{"Checkout"}},
	}
	var all []projectSpec
	for i, r := range rows {
		p := projectSpec{name: r.name, process: r.process, revision: int64(8 + 3*i), created: day(r.opened), weight: r.weight,
			updated: day(r.opened).AddDate(0, 0, 11*i).Add(time.Duration(17*60+7*i)*time.Minute + time.Duration(10*i+3)*time.Millisecond),
			teams:   []team{{name: r.name + " Team", description: "The default project team.", areas: []string{""}, children: true}},
			tags:    []string{"Blocked", "Customer", "Quick win", "Regression", "Security", "Spike"}}
		for _, a := range r.areas {
			p.areas = append(p.areas, node{path: a})
		}
		if r.weeks > 0 {
			p.iterations = sprints("", 1, 1160/7/r.weeks+1, "2023-11-06", r.weeks)
		} else {
			p.iterations = []node{{path: "Iteration 1"}, {path: "Iteration 2"}, {path: "Iteration 3"}}
		}
		p.description = fmt.Sprintf("%s, run with the %s process", r.name, r.process)
		all = append(all, p)
	}
	return all
}
