package sample

import (
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// youngbinhan is a small organization with a public and a private project.
func youngbinhan() *organization {
	return &organization{
		name: "youngbinhan", zone: seoul, created: instant("2019-08-05T02:10:44.05Z"),
		people: []person{
			{name: "한영빈", mail: "youngbin@youngbinhan.example"},
			{name: "Jamal Hartnett", mail: "jamal@fabrikam.com", account: adminAccount, administrator: true},
			{name: "이하늘", mail: "haneul@youngbinhan.example"},
		},
		projects: []projectSpec{
			{name: "samples", process: "Basic", visibility: project.Public, revision: 12,
				created: day("2019-08-05"), updated: instant("2020-10-14T02:40:01.027Z"),
				teams: []team{{name: "samples Team", description: "The default project team.", areas: []string{""}, children: true}}},
			{name: "FittrixTest", process: "Agile", visibility: project.Private, revision: 20,
				created: day("2020-10-05"), updated: instant("2020-10-16T01:32:22.173Z"),
				areas:      []node{{path: "앱"}, {path: "서버"}},
				iterations: sprints("", 1, 8, "2021-10-18", 2),
				teams: []team{{name: "FittrixTest Team", description: "The default project team.", areas: []string{""}, children: true},
					{name: "앱 팀", areas: []string{"앱"}}},
				tags: []string{"Azure", "보안", "자동화"}},
		},
	}
}

// youngbinhanItems are the items of a public walk-through: 1 to 3 by batch, 117 alone.
func youngbinhanItems(w *world) []*history {
	a := newAuthor(117, w, instant("2021-12-17T09:00:00Z"))
	samples, fittrix := w.named("samples"), w.named("FittrixTest")
	const owner, colleague = "youngbin@youngbinhan.example", "haneul@youngbinhan.example"
	table := []struct {
		place *place
		item  written
	}{
		{samples, written{id: 1, kind: "Issue", title: "test", state: "Doing", by: owner,
			created: "2020-10-14T02:41:37.363Z", changed: "2020-10-14T02:43:10.94Z"}},
		{samples, written{id: 2, kind: "Issue", title: "Bug fix", state: "To Do", by: owner, created: "2020-10-14T02:44:25.817Z"}},
		{samples, written{id: 3, kind: "Issue", title: "Sign in feature", state: "To Do", by: owner, created: "2020-10-14T02:45:02.47Z"}},
		{fittrix, written{id: 101, kind: "Epic", title: "Azure DevOps 점검 자동화", state: "Active", by: owner, assigned: owner,
			created: "2021-10-18T00:32:11.207Z", changed: "2021-10-25T05:20:48.63Z", iteration: "", tags: []string{"자동화"}}},
		{fittrix, written{id: 104, kind: "Feature", title: "조직과 프로젝트 조회", state: "Active", by: owner, assigned: owner, parent: 101,
			created: "2021-10-18T00:47:59.743Z", changed: "2021-11-01T01:14:20.08Z", area: "서버"}},
		{fittrix, written{id: 109, kind: "User Story", title: "프로젝트 목록을 REST API로 가져온다", state: "Closed", by: owner, assigned: owner, parent: 104,
			created: "2021-11-01T01:30:06.553Z", changed: "2021-11-12T08:51:33.19Z", area: "서버", iteration: "Sprint 2",
			first: work.Fields{project.FieldStoryPoints: 5.0}, comments: []string{"PAT로 확인했습니다.", "페이지 처리도 넣었습니다."}}},
		{fittrix, written{id: 112, kind: "Bug", title: "토큰이 만료되면 빈 목록이 보인다", state: "Resolved", by: colleague, assigned: owner, parent: 104,
			created: "2021-11-22T02:09:45.9Z", changed: "2021-11-30T06:44:12.377Z", area: "서버", iteration: "Sprint 3"}},
		{fittrix, written{id: 117, kind: "User Story", title: "작업 항목을 한 번에 가져온다", state: "Active", by: owner, assigned: colleague, parent: 104,
			created: "2021-12-06T04:25:17.62Z", changed: "2021-12-14T01:58:29.44Z", area: "서버", iteration: "Sprint 4",
			first: work.Fields{project.FieldStoryPoints: 3.0, project.FieldPriority: int64(1)}, tags: []string{"Azure", "자동화"},
			description: "<div><b>workItemsBatch</b>로 여러 작업 항목의 제목을 가져온다.</div>", comments: []string{"브라우저 개발자 도구에서 먼저 확인해 보세요."}}},
		{fittrix, written{id: 118, kind: "Task", title: "Python 예제 작성", state: "Active", by: colleague, assigned: colleague, parent: 117,
			created: "2021-12-06T05:03:52.093Z", changed: "2021-12-15T02:36:40.71Z", area: "서버", iteration: "Sprint 4",
			first: work.Fields{project.FieldOriginalEstimate: 6.0, project.FieldRemainingWork: 6.0},
			last:  work.Fields{project.FieldRemainingWork: 2.5, project.FieldCompletedWork: 3.5}}},
		{fittrix, written{id: 121, kind: "Task", title: "점검 결과 화면", state: "New", by: owner, parent: 117,
			created: "2021-12-15T07:12:08.223Z", area: "앱", iteration: "Sprint 5"}},
	}
	var all []*history
	for _, row := range table {
		h := a.write(row.item, row.place)
		if row.item.parent != 0 {
			a.join(h, shelved{id: row.item.parent, place: row.place}, hierarchy, h.created(), h.saved.User(project.FieldCreatedBy))
		}
		all = append(all, h)
	}
	return all
}
