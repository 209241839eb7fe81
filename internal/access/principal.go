package access

// principal is what a user of a directory may do. It is worked out once and shared by the requests of the user, for as
// long as the directory holds.
type principal struct {
	subjects  map[Subject]bool // the user and all groups the user is in
	projects  map[int64]rights
	elsewhere rights // of projects that do not exist, or no longer
	areas     *Areas // nil until first asked for
	readsAll  bool
	viewsAll  bool
}

// rights is what somebody may do in a project.
type rights struct {
	project, tags, analytics int64
	someAreas                int64 // in one area at least
}

func (p *principal) rights(project int64) rights {
	if r, ok := p.projects[project]; ok {
		return r
	}
	return p.elsewhere
}

// principal works out what a user may do, or has it at hand.
func (d *Directory) principal(u *User) *principal {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p := d.principals[u.ID]; p != nil {
		return p
	}
	p := &principal{subjects: map[Subject]bool{u.Subject(): true}, projects: map[int64]rights{}}
	for _, s := range d.Containers(u.Subject()) {
		p.subjects[s] = true
	}
	may := func(namespace, token string) int64 {
		return d.evaluate(p.subjects, FindNamespace(namespace), token).effectiveAllow
	}
	p.elsewhere = rights{may(ProjectNamespace, ""), may(TaggingNamespace, ""), may(AnalyticsNamespace, ""), may(AreaNamespace, "")}
	for _, at := range d.projects {
		p.projects[at.id] = rights{may(ProjectNamespace, ProjectToken(at.guid)), may(TaggingNamespace, TaggingToken(at.guid)),
			may(AnalyticsNamespace, AnalyticsToken(at.guid)), 0}
	}
	for k, n := range d.nodes {
		if n.area && (n.parent == "" || d.lists[listKey{AreaNamespace, k}] != nil) {
			r := p.projects[n.project]
			r.someAreas |= may(AreaNamespace, k)
			p.projects[n.project] = r
		}
	}
	p.readsAll = len(d.projects) > 0 || p.elsewhere.project&ReadProject != 0
	p.viewsAll = p.readsAll
	for _, r := range p.projects {
		p.readsAll = p.readsAll && r.project&ReadProject != 0
		p.viewsAll = p.viewsAll && r.project&ReadProject != 0 && r.analytics&ViewAnalytics != 0
	}
	if p.readsAll { // projects that are not there tell nothing
		p.elsewhere.project |= ReadProject
	}
	if p.viewsAll {
		p.elsewhere.analytics |= ViewAnalytics
	}
	d.principals[u.ID] = p
	return p
}
