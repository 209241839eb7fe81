package sample

import (
	"fmt"
	"time"

	"boardwalk/internal/project"
)

// maxRequirementSuites bounds the suites that belong to requirements.
const maxRequirementSuites = 60

// plans writes a test plan with its suites and points. Suites of requirements belong to work items of the project, and
// points to its test cases.
func (s *workshop) plans(p *product) error {
	for i, name := range []string{"Windows 11, Edge", "macOS, Safari"} {
		if err := s.write(object{"kind": "testConfiguration", "id": s.first + int64(i), "name": name, "state": "active"}); err != nil {
			return err
		}
	}
	plan, root := 500000+s.first, 500001+s.first
	if err := s.write(object{"kind": "testPlan", "id": plan, "name": s.name + " acceptance"}); err != nil {
		return err
	}
	if err := s.suite(plan, root, 0, s.name+" acceptance", "staticTestSuite", 0, 0); err != nil {
		return err
	}
	for i, name := range p.suites {
		id := root + 1 + int64(i)
		if err := s.suite(plan, id, root, name, "staticTestSuite", i, 0); err != nil {
			return err
		}
		for range 5 {
			if err := s.point(plan, id); err != nil {
				return err
			}
		}
	}
	made := 0
	for i, h := range s.requirements {
		if i%2 != 0 && len(s.requirements) > maxRequirementSuites {
			continue
		}
		if made++; made > maxRequirementSuites {
			break
		}
		id := root + 100 + int64(made)
		if err := s.suite(plan, id, root, fmt.Sprintf("%d : %s", h.item.ID, h.fields().String(project.FieldTitle)), "requirementTestSuite", len(p.suites)+made, h.item.ID); err != nil {
			return err
		}
		for range 1 + s.IntN(3) {
			if err := s.point(plan, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *workshop) suite(plan, id, parent int64, name, kind string, order int, requirement int64) error {
	o := object{"kind": "testSuite", "id": id, "name": name, "plan": object{"id": plan}, "suiteType": kind, "order": order}
	if parent != 0 {
		o["parentSuite"] = object{"id": parent}
	}
	if requirement != 0 {
		o["requirementId"] = requirement
	}
	return s.write(o)
}

// point writes a test point: a line for each state it was in.
func (s *workshop) point(plan, suite int64) error {
	s.points++
	id, number := s.first*1000+s.points, int64(900000)+s.points
	if len(s.cases) > 0 {
		number = pick(s.dice, s.cases).item.ID
	}
	configuration, tester, priority := s.first+int64(s.IntN(2)), pick(s.dice, s.people), 1+s.IntN(4)
	at := present().Add(-time.Duration(30+s.IntN(300)) * 24 * time.Hour)
	outcome, state := "None", "Unspecified"
	for range 1 + s.IntN(5) {
		err := s.write(object{"kind": "testPoint", "id": id, "testPlan": object{"id": plan}, "suite": object{"id": suite}, "configuration": object{"id": configuration},
			"testCase": object{"id": number}, "lastUpdatedDate": stampOf(at), "outcome": outcome, "lastResultState": state,
			"tester": object{"uniqueName": tester}, "assignedTo": object{"uniqueName": tester}, "priority": priority, "automationStatus": "Not Automated"})
		if err != nil {
			return err
		}
		at = at.Add(time.Duration(1+s.IntN(5*24)) * time.Hour)
		outcome = pick(s.dice, []string{"Passed", "Passed", "Passed", "Failed", "Blocked", "NotApplicable"})
		state = "Completed"
	}
	return nil
}
