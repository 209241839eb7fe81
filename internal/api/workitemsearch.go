package api

import (
	"cmp"
	"context"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// maxSearch is how many results a page may have. documented: work item search results.
const maxSearch = 1000

// searchWorkItems finds work items by words in them.
func (a *API) searchWorkItems(ctx context.Context, r *request) (any, error) {
	var body azdo.WorkItemSearchRequest
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	q := work.WordSearch{Text: body.SearchText, Project: r.target.project, Filters: body.Filters, Skip: body.Skip, Top: body.Top, Facets: body.IncludeFacets}
	switch {
	case body.Skip < 0 || body.Top < 0 || body.Top > maxSearch:
		return nil, fault.InvalidArgument("The values of $skip and $top are not valid: $skip must be at least 0, $top between 1 and %d.", maxSearch)
	case body.Top == 0:
		return nil, fault.InvalidArgument("The value of $top is missing: it must be between 1 and %d.", maxSearch)
	case len(body.OrderBy) > 1:
		return nil, fault.InvalidArgument("Results can be ordered by one field, not by %d.", len(body.OrderBy))
	}
	for _, by := range body.OrderBy {
		order, err := enum{{"ASC", "0"}, {"DESC", "1"}}.parse("sortOrder", by.SortOrder)
		if err != nil {
			return nil, err
		}
		q.OrderBy, q.Desc = by.Field, order == "DESC"
	}
	found, err := a.config.Items.SearchWords(ctx, r.caller, q)
	if err != nil {
		return nil, err
	}
	d := r.renderer()
	shown := azdo.WorkItemSearchResponse{Count: found.Count, Results: []azdo.WorkItemSearchResult{}}
	for _, hit := range found.Items {
		shown.Results = append(shown.Results, d.searchResult(hit))
	}
	if body.IncludeFacets {
		shown.Facets = map[string][]azdo.SearchFilter{}
		for field, counts := range found.Facets {
			shown.Facets[field] = facetValues(counts)
		}
	}
	return shown, nil
}

// facetValues lists values, the most frequent one first.
func facetValues(counts map[string]int) []azdo.SearchFilter {
	list := []azdo.SearchFilter{}
	for value, n := range counts {
		list = append(list, azdo.SearchFilter{Name: value, ID: value, ResultCount: n})
	}
	slices.SortFunc(list, func(a, b azdo.SearchFilter) int {
		return cmp.Or(cmp.Compare(b.ResultCount, a.ResultCount), strings.Compare(a.Name, b.Name))
	})
	return list
}

// searchResult shows a result. Highlights are HTML: what work items hold is escaped.
func (d *renderer) searchResult(hit work.WordHit) azdo.WorkItemSearchResult {
	date := func(id project.FieldID) string {
		at, _ := hit.Value(id).(time.Time)
		return at.UTC().Format("2006-01-02T15:04:05.999Z")
	}
	owner := ""
	if u, ok := hit.Value(project.FieldAssignedTo).(*access.User); ok {
		owner = u.DisplayName + " <" + u.UniqueName + ">"
	}
	shown := azdo.WorkItemSearchResult{
		Project: azdo.SearchProject{Name: hit.Project.Name, ID: hit.Project.GUID.String()},
		Fields: map[string]string{"system.id": strconv.FormatInt(hit.ID, 10), "system.workitemtype": hit.Type, "system.title": text(hit.Item, project.FieldTitle),
			"system.assignedto": owner, "system.state": text(hit.Item, project.FieldState), "system.tags": text(hit.Item, project.FieldTags),
			"system.rev": strconv.FormatInt(hit.Rev, 10), "system.createddate": date(project.FieldCreatedDate), "system.changeddate": date(project.FieldChangedDate)},
		Hits: []azdo.WorkItemHit{}, URL: d.url(hit.Project, hit.ID),
	}
	for _, t := range hit.Texts {
		var b strings.Builder
		for i, part := range t.Parts {
			if i%2 == 1 {
				b.WriteString("<highlighthit>" + html.EscapeString(part) + "</highlighthit>")
			} else {
				b.WriteString(html.EscapeString(part))
			}
		}
		shown.Hits = append(shown.Hits, azdo.WorkItemHit{FieldReferenceName: strings.ToLower(t.Field.ReferenceName), Highlights: []string{strings.TrimSpace(b.String())}})
	}
	return shown
}
