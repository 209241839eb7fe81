// Package project owns what work items live in: organizations, projects, teams, area and iteration
// trees, and processes (work item types, states, transitions, fields, rules, backlog levels).
//
// It hides the SQL of its tables, the caching of what rarely changes, and where the four system
// processes come from (the JSON files below processes/, compiled into the binary).
//
// It must not know HTTP or work items: it says which rules hold, package work carries them out.
//
// Start reading at catalog.go, the snapshot of one organization that everything else asks. For
// processes start at processes.go, then workitemtypes.go and rules.go; systemdata.go reads the JSON files.
package project
