package api

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// commentPage is how many comments an answer has at most.
const commentPage = 200

// discussing is what the paths of comments have in common; comment is 0 for the list.
func (r *request) discussing() (item, comment int64, err error) {
	if item, err = parseID(cmp.Or(r.params["workItemId"], r.params["id"])); err != nil {
		return 0, 0, err
	}
	if text := cmp.Or(r.params["commentId"], r.params["revision"]); text != "" {
		if comment, err = strconv.ParseInt(text, 10, 64); err != nil || comment < 1 {
			return 0, 0, fault.InvalidArgument("The number of a comment %q is not valid: it must be a whole number from 1 on.", text)
		}
	}
	return item, comment, nil
}

// expandComments are what $expand adds to comments, by the service's numbers.
func expandComments() enum {
	return enum{{"none", "0"}, {"reactions", "1"}, {"renderedText", "8"}, {"renderedTextOnly", "16"}, {"all", "-17"}}
}

// ascending reads the parameter order.
func (r *request) ascending(missing string) (bool, error) {
	order, err := enum{{"asc", "1"}, {"desc", "2"}}.parse("order", cmp.Or(r.query.text("order"), missing))
	return order == "asc", err
}

func (a *API) listComments(ctx context.Context, r *request) (any, error) {
	item, _, err := r.discussing()
	if err != nil {
		return nil, err
	}
	expand, err := expandComments().parse("$expand", r.query.text("$expand"))
	if err != nil {
		return nil, err
	}
	ascending, err := r.ascending("desc")
	if err != nil {
		return nil, err
	}
	deleted, err := r.query.flag("includeDeleted")
	if err != nil {
		return nil, err
	}
	top, err := r.query.count("$top", commentPage)
	if err != nil {
		return nil, err
	}
	if top == 0 {
		return nil, fault.InvalidArgument("The value 0 of the parameter $top is not valid: it must be at least 1.")
	}
	after, err := r.query.count("continuationToken", 0)
	if err != nil {
		return nil, err
	}
	all, err := a.config.Items.Comments(ctx, r.caller, r.target.project, item)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c *work.Comment) bool { return c.Deleted && !deleted })
	answer := azdo.CommentList{TotalCount: len(all), Comments: []azdo.Comment{}}
	if ids := r.query.list("ids"); ids != nil {
		all = slices.DeleteFunc(all, func(c *work.Comment) bool { return !slices.Contains(ids, strconv.FormatInt(c.ID, 10)) })
		answer.TotalCount = len(all)
	}
	if !ascending {
		slices.Reverse(all)
	}
	if after > 0 {
		all = slices.DeleteFunc(all, func(c *work.Comment) bool {
			return ascending == (c.ID <= int64(after)) && (ascending || c.ID >= int64(after))
		})
	}
	render := r.renderer()
	for _, c := range all[:min(top, commentPage, len(all))] {
		answer.Comments = append(answer.Comments, render.comment(r, c, expand))
	}
	answer.Count = len(answer.Comments)
	if answer.Count < len(all) {
		answer.ContinuationToken = strconv.FormatInt(all[answer.Count-1].ID, 10)
		answer.NextPage = r.root + r.http.URL.EscapedPath() + "?" + r.with("continuationToken", answer.ContinuationToken)
	}
	return answer, nil
}

// with is the query as the client wrote it, with another value of one parameter.
func (r *request) with(name, value string) string {
	kept := slices.DeleteFunc(strings.Split(r.http.URL.RawQuery, "&"), func(part string) bool {
		given, _, _ := strings.Cut(part, "=")
		return part == "" || strings.EqualFold(given, name)
	})
	return strings.Join(append(kept, name+"="+value), "&")
}

// commentVersions reads a comment; deleted ones only count where history is asked for.
func (a *API) commentVersions(ctx context.Context, r *request, deleted bool) ([]*work.Comment, error) {
	item, comment, err := r.discussing()
	if err != nil {
		return nil, err
	}
	all, err := a.config.Items.CommentVersions(ctx, r.caller, r.target.project, item, comment)
	if err == nil && all[len(all)-1].Deleted && !deleted {
		err = fault.CommentNotFound(item, comment)
	}
	return all, err
}

func (a *API) showComment(ctx context.Context, r *request) (any, error) {
	expand, err := expandComments().parse("$expand", r.query.text("$expand"))
	if err != nil {
		return nil, err
	}
	deleted, err := r.query.flag("includeDeleted")
	if err != nil {
		return nil, err
	}
	all, err := a.commentVersions(ctx, r, deleted)
	if err != nil {
		return nil, err
	}
	return r.renderer().comment(r, all[len(all)-1], expand), nil
}

// commentText reads what a comment is to say. The format is a parameter of versions from 7.1 on.
func (r *request) commentText() (text string, markdown *bool, err error) {
	var body struct {
		Text string `json:"text"`
	}
	if err := r.decode(&body); err != nil {
		return "", nil, err
	}
	given := r.query.text("format")
	if given == "" {
		return body.Text, nil, nil
	}
	if !r.formatsComments() {
		return "", nil, fault.InvalidArgument("The parameter format needs api-version 7.1-preview.4 or later.")
	}
	format, err := enum{{"markdown", "0"}, {"html", "1"}}.parse("format", given)
	is := format == "markdown"
	return body.Text, &is, err
}

func (r *request) formatsComments() bool { return r.version.compare(version{major: 7, minor: 1}) >= 0 }

func (a *API) addComment(ctx context.Context, r *request) (any, error) {
	item, _, err := r.discussing()
	if err != nil {
		return nil, err
	}
	text, markdown, err := r.commentText()
	if err != nil {
		return nil, err
	}
	made, err := a.config.Items.AddComment(ctx, r.caller, r.target.project, item, text, markdown != nil && *markdown)
	if err != nil {
		return nil, err
	}
	return r.renderer().comment(r, made, "all"), nil
}

func (a *API) editComment(ctx context.Context, r *request) (any, error) {
	item, comment, err := r.discussing()
	if err != nil {
		return nil, err
	}
	text, markdown, err := r.commentText()
	if err != nil {
		return nil, err
	}
	edited, err := a.config.Items.EditComment(ctx, r.caller, r.target.project, item, comment, text, markdown)
	if err != nil {
		return nil, err
	}
	return r.renderer().comment(r, edited, "all"), nil
}

func (a *API) deleteComment(ctx context.Context, r *request) (any, error) {
	item, comment, err := r.discussing()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Items.DeleteComment(ctx, r.caller, r.target.project, item, comment)
}

func (a *API) listCommentVersions(ctx context.Context, r *request) (any, error) {
	all, err := a.commentVersions(ctx, r, true)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	shown := make([]azdo.CommentVersion, len(all))
	for i, v := range all {
		shown[i] = render.commentVersion(r, v)
	}
	return azdo.NewList(shown), nil
}

func (a *API) showCommentVersion(ctx context.Context, r *request) (any, error) {
	all, err := a.commentVersions(ctx, r, true)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		if strconv.FormatInt(v.Version, 10) == r.params["version"] {
			return r.renderer().commentVersion(r, v), nil
		}
	}
	return nil, fault.CommentVersionNotFound(all[0].Item, all[0].ID, r.params["version"])
}

// commentVersion shows a version of a comment. documented: it names neither the work item nor the format.
func (d *renderer) commentVersion(r *request, v *work.Comment) azdo.CommentVersion {
	c := d.comment(r, v, "renderedText")
	return azdo.CommentVersion{ID: c.ID, Version: c.Version, Text: v.Text, RenderedText: c.RenderedText, CreatedBy: c.CreatedBy, CreatedDate: c.CreatedDate,
		ModifiedBy: c.ModifiedBy, ModifiedDate: c.ModifiedDate, IsDeleted: c.IsDeleted, URL: c.URL + "/versions/" + strconv.FormatInt(c.Version, 10)}
}

func (d *renderer) comment(r *request, c *work.Comment, expand string) azdo.Comment {
	shown := azdo.Comment{WorkItemID: c.Item, ID: c.ID, Version: c.Version, Text: &c.Text, IsDeleted: c.Deleted,
		CreatedDate: azdo.Time{Time: c.CreatedAt}, ModifiedDate: azdo.Time{Time: c.ModifiedAt}, URL: d.commentURL(c)}
	if c.CreatedBy != nil {
		shown.CreatedBy = d.person(c.CreatedBy)
	}
	if c.ModifiedBy != nil {
		shown.ModifiedBy = d.person(c.ModifiedBy)
	}
	if r.formatsComments() {
		if shown.Format = "html"; c.Markdown {
			shown.Format = "markdown"
		}
	}
	switch expand {
	case "renderedText", "all":
		shown.RenderedText = rendered(c)
	case "renderedTextOnly":
		shown.RenderedText, shown.Text = rendered(c), nil
	}
	if expand == "reactions" || expand == "all" {
		for _, kind := range c.Reactions {
			shown.Reactions = append(shown.Reactions, d.reaction(r, shown.URL, c.ID, kind))
		}
	}
	return shown
}

func (d *renderer) commentURL(c *work.Comment) string {
	return d.url(c.Project, c.Item) + "/comments/" + strconv.FormatInt(c.ID, 10)
}

// rendered is the HTML of a comment. HTML in Markdown is not taken over.
func rendered(c *work.Comment) string {
	if !c.Markdown {
		return c.Text
	}
	var html bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert([]byte(c.Text), &html); err != nil {
		return "" // a buffer takes everything
	}
	return html.String()
}
