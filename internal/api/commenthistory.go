package api

import (
	"context"
	"slices"
	"strconv"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"
)

// oldComments reads comments as revisions, oldest first, the way of versions up to 5.0.
func (a *API) oldComments(ctx context.Context, r *request) (all []*work.Comment, item, revision int64, err error) {
	if item, revision, err = r.discussing(); err != nil {
		return nil, 0, 0, err
	}
	all, err = a.config.Items.Comments(ctx, r.caller, r.target.project, item)
	return slices.DeleteFunc(all, func(c *work.Comment) bool { return c.Deleted }), item, revision, err
}

func (a *API) listOldComments(ctx context.Context, r *request) (any, error) {
	from, err := r.query.count("fromRevision", 1)
	if err != nil {
		return nil, err
	}
	top, err := r.query.count("$top", commentPage)
	if err != nil {
		return nil, err
	}
	ascending, err := r.ascending("asc")
	if err != nil {
		return nil, err
	}
	all, _, _, err := a.oldComments(ctx, r)
	if err != nil {
		return nil, err
	}
	answer := azdo.WorkItemComments{TotalCount: len(all), Comments: []azdo.WorkItemComment{}}
	all = slices.DeleteFunc(all, func(c *work.Comment) bool { return c.FirstRev < int64(from) })
	if answer.FromRevisionCount = len(all); !ascending {
		slices.Reverse(all)
	}
	render := r.renderer()
	for _, c := range all[:min(top, commentPage, len(all))] {
		answer.Comments = append(answer.Comments, render.oldComment(c))
	}
	answer.Count = len(answer.Comments)
	return answer, nil
}

func (a *API) showOldComment(ctx context.Context, r *request) (any, error) {
	all, item, revision, err := a.oldComments(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if c.FirstRev == revision {
			return r.renderer().oldComment(c), nil
		}
	}
	return nil, fault.CommentNotFound(item, revision)
}

func (d *renderer) oldComment(c *work.Comment) azdo.WorkItemComment {
	shown := azdo.WorkItemComment{Revision: c.FirstRev, Text: c.Text, RevisedDate: azdo.Time{Time: c.CreatedAt},
		URL: d.url(c.Project, c.Item) + "/comments/" + strconv.FormatInt(c.FirstRev, 10)}
	if c.CreatedBy != nil {
		shown.RevisedBy = d.reviser(c.CreatedBy)
	}
	return shown
}
