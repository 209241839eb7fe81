package sample

import (
	"fmt"
	"strings"
	"time"

	"boardwalk/internal/access"
)

// size says how much of everything an organization with so many items has. With a million items it is 25 projects, 3,000
// areas, 1,600 iterations, 5,000 people and 500 tags; the numbers grow slower than the items.
type size struct{ projects, areas, iterations, people, tags int }

func sizeFor(items int64) size {
	root := int64(1) // the cube root
	for (root+1)*(root+1)*(root+1) <= items {
		root++
	}
	n := int(min(root, 1000))
	return size{projects: max(1, n/4), areas: n * n * 3 / 10, iterations: max(1, n*n*16/100), people: max(2, n*n/2), tags: n * 5}
}

// What generated organizations are made of.
var (
	programs = []string{"Harbor", "Lighthouse", "Northwind", "Tailwind", "Wingtip", "Litware", "Proseware", "Coho", "Lucerne", "Margie",
		"Trey", "Woodgrove", "Alpine", "Blue Yonder", "City Power", "Consolidated", "Datum", "Fourth Coffee", "Graphic", "Humongous",
		"Munson", "Relecloud", "School of Fine Art", "Southridge", "Wide World"}
	parts = []string{"Core", "Web", "Mobile", "API", "Billing", "Search", "Import", "Export", "Reports", "Identity", "Storage", "Network",
		"Desktop", "Setup", "Help", "Operations", "Experiments", "Partners", "Catalog", "Messaging"}
	givenNames = []string{"Ada", "Ben", "Chloe", "Daniel", "Elena", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Kavya", "Liam", "Mina",
		"Noah", "Olga", "Pablo", "Quinn", "Rosa", "Samir", "Tara", "Umar", "Vera", "Wen", "Ximena", "Yuna", "Zoe"}
	familyNames = []string{"Adams", "Bauer", "Choi", "Diaz", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen", "Kim", "Lopez",
		"Meyer", "Nguyen", "Okafor", "Patel", "Quist", "Rossi", "Silva", "Tanaka", "Ueda", "Vargas", "Weber", "Xu", "Yilmaz", "Zhang"}
	zones = []string{losAngeles, "America/New_York", "Europe/London", "Europe/Berlin", "Asia/Kolkata", seoul, "Australia/Sydney", "America/Sao_Paulo"}
	marks = []string{"blocked", "customer", "quick win", "regression", "security", "spike", "perf", "A11y", "hotfix", "tech debt", "UX", "docs"}
)

// generatedProcess is the derived process of generated organizations.
const generatedProcess = "Generated Scrum"

// outline makes up a generated organization.
func outline(g GenerateConfig) *organization {
	d := newDice(g.Seed)
	s := sizeFor(g.Items)
	o := &organization{
		name: g.Organization, zone: g.TimeZone, created: firstDay().AddDate(0, 0, -7),
		people:    staff(d, s.people),
		processes: []process{{name: generatedProcess, parent: "Scrum", description: "Scrum with custom fields."}},
	}
	for _, f := range fiberFields() {
		kinds := f.on[fiberProcess]
		f.on = map[string][]string{generatedProcess: kinds}
		o.fields = append(o.fields, f)
	}
	total := 0
	for i := range s.projects {
		total += zipf(i)
	}
	processes := [...]string{generatedProcess, "Agile", "CMMI", "Basic", "Scrum"}
	for i := range s.projects {
		name := programs[i%len(programs)]
		if i >= len(programs) {
			name = fmt.Sprintf("%s %d", name, i/len(programs)+1)
		}
		p := projectSpec{
			name: name, description: "Generated", process: processes[i%len(processes)], revision: 5, weight: zipf(i),
			created: firstDay().AddDate(0, 0, i*700/s.projects), updated: firstDay().AddDate(0, 0, i),
			areas: tree(d, s.areas*zipf(i)/total), iterations: calendar(max(1, s.iterations/s.projects)), tags: labels(s.tags / s.projects),
			teams: []team{{name: name + " Team", description: "The default project team.", areas: []string{""}, children: true}},
		}
		for _, a := range p.areas {
			if !strings.Contains(a.path, `\`) && len(p.teams) < 20 {
				p.teams = append(p.teams, team{name: a.path, areas: []string{a.path}, children: true})
			}
		}
		o.projects = append(o.projects, p)
	}
	o.people[1].reads = []string{o.projects[0].name}
	return o
}

// zipf is the weight of the i-th project.
func zipf(i int) int { return 100_000 / (i + 1) }

// staff makes up people. The first three can sign in, the second and the third change nothing.
func staff(d *dice, n int) []person {
	tokens := Tokens()
	all := []person{
		{name: tokens[0].Name, mail: accounts[0].mail, account: adminAccount, administrator: true},
		{name: tokens[1].Name, mail: accounts[1].mail, account: readerAccount, silent: true},
		{name: tokens[2].Name, mail: accounts[2].mail, account: stakeholderAccount, level: access.Stakeholder, reads: []string{"*"}, silent: true},
	}
	for i := range n {
		given, family := givenNames[i%26], familyNames[(i/26+i)%26]
		p := person{name: given + " " + family, zone: pick(d, zones)}
		if i >= 26*26 {
			p.name = fmt.Sprintf("%s %s %d", given, family, i/(26*26)+1)
		}
		p.mail = strings.ToLower(strings.ReplaceAll(p.name, " ", ".")) + "@example.com"
		if d.chance(80) {
			p.left = firstDay().AddDate(0, 0, 30+d.IntN(1000))
		}
		all = append(all, p)
	}
	return all
}

// deepest is how many levels a path may have, the root included.
const deepest = 14

// tree makes up n areas, some of them as deep as paths can be.
func tree(d *dice, n int) []node {
	var all []node
	depths := map[string]int{"": 1}
	for i := range n {
		parent := ""
		switch {
		case i > 0 && d.chance(300): // deeper and deeper
			parent = all[i-1].path
		case i > 8:
			parent = pick(d, all).path
		}
		if depths[parent] >= deepest {
			parent = ""
		}
		path := parts[i%len(parts)]
		if i >= len(parts) {
			path = fmt.Sprintf("%s %d", path, i/len(parts)+1)
		}
		if parent != "" {
			path = parent + `\` + path
		}
		depths[path] = depths[parent] + 1
		all = append(all, node{path: path})
	}
	return all
}

// calendar makes up n iterations over the three years, in releases when there are many.
func calendar(n int) []node {
	weeks := max(1, int(lastDay().Sub(firstDay())/(7*days))/n+1)
	if n < 8 {
		return sprints("", 1, n, firstDay().Format(time.DateOnly), weeks)
	}
	var all []node
	for i := 0; i < n; i += 8 {
		release := fmt.Sprintf("Release %d", i/8+1)
		start := firstDay().AddDate(0, 0, 7*weeks*i).Format(time.DateOnly)
		all = append(append(all, node{path: release}), sprints(release+`\`, i+1, min(8, n-i), start, weeks)...)
	}
	return all
}

// labels makes up n names of tags.
func labels(n int) []string {
	var all []string
	for i := range n {
		label := marks[i%len(marks)]
		if i >= len(marks) {
			label = fmt.Sprintf("%s %d", label, i/len(marks)+1)
		}
		all = append(all, label)
	}
	return all
}
