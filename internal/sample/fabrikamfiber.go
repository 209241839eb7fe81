package sample

import "boardwalk/internal/project"

// fiberProject is Fabrikam Fiber, the project of the service's examples. Numbers and GUIDs are those the examples print.
func fiberProject() projectSpec {
	p := projectSpec{
		name: "Fabrikam Fiber", guid: "56af920d-393b-4236-9a07-24439ccaa85c",
		description: "Voice, internet and television over fiber", process: fiberProcess, visibility: project.Private,
		revision: 287, created: day("2021-04-05"), updated: instant("2026-09-28T21:04:33.073Z"), weight: 400,
		iterations: fiberIterations(),
		areas: []node{
			{path: "Service Delivery", number: 55373, guid: "26be05fd-e68a-4fcb-833f-497f6bee45f2"},
			{path: `Service Delivery\Voice`},
			{path: `Service Delivery\Internet`, guid: "637dc203-0549-4415-9663-b6358ac27d21"},
			{path: `Service Delivery\Television`},
			{path: `Service Delivery\Performance`},
			{path: "Account Management"},
			{path: "Production Planning"},
			{path: `Production Planning\Web`},
			{path: `Production Planning\Mobile`},
			{path: "Customer Profile"},
			{path: "Fiber Suite App"},
			{path: `Fiber Suite App\Phone`},
			{path: `Fiber Suite App\Web`},
			{path: "Shopping Cart"},
		},
		teams: []team{
			{name: "Fabrikam Fiber Team", description: "The default project team.", areas: []string{""}, children: true},
			{name: "Service Delivery", areas: []string{"Service Delivery"}, children: true, iterations: "Release 4"},
			{name: "Voice", areas: []string{`Service Delivery\Voice`, `Fiber Suite App\Phone`}, iterations: "Release 4"},
			{name: "Internet", areas: []string{`Service Delivery\Internet`, `Service Delivery\Performance`}, iterations: "Release 4"},
			{name: "Web", areas: []string{`Production Planning\Web`, `Fiber Suite App\Web`, "Shopping Cart"}, iterations: "Release 4"},
			{name: "Account Management", areas: []string{"Account Management", "Customer Profile"}, iterations: "3Week Sprints"},
			{name: "Mobile", areas: []string{`Production Planning\Mobile`}},
		},
		tags: []string{"A11y", "Blocker", "Customer", "Hotfix", "Perf", "Quick win", "Release 1.0", "Release 2.0", "Security", "Tech debt", "UX", "모바일"},
	}
	return p
}

// fiberIterations are three-week sprints: those of Release 1 as printed, then those of the three releases since.
func fiberIterations() []node {
	nodes := append([]node{{path: "Release 1"}}, sprints(`Release 1\`, 1, 6, "2022-01-17", 3)...)
	nodes[1].number, nodes[1].guid = 55297, "c7063041-ff3a-4d7f-bb46-c433c7030d59" // Sprint 1
	nodes[3].guid = "862e961a-ac7a-4fcc-9ebc-8afd0c12fed5"                         // Sprint 3
	nodes = append(nodes, node{path: "Release 2"})
	nodes = append(nodes, sprints(`Release 2\`, 32, 18, "2023-10-30", 3)...)
	nodes = append(nodes, node{path: "Release 3"})
	nodes = append(nodes, sprints(`Release 3\`, 50, 18, "2024-11-11", 3)...)
	nodes = append(nodes, node{path: "Release 4"})
	nodes = append(nodes, sprints(`Release 4\`, 68, 21, "2025-11-24", 3)...)
	nodes = append(nodes, node{path: "3Week Sprints"})
	return append(nodes, sprints(`3Week Sprints\`, 1, 6, "2026-08-03", 3)...)
}
