package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"
)

// reportPage is how many revisions an answer has at most, and reportPageLong the same with all long texts.
const reportPage, reportPageLong = 1000, 200

// reportFilter is what a POST asks for in its body.
type reportFilter struct {
	Fields                       []string `json:"fields"`
	Types                        []string `json:"types"`
	IncludeIdentityRef           bool     `json:"includeIdentityRef"`
	IncludeDeleted               bool     `json:"includeDeleted"`
	IncludeTagRef                bool     `json:"includeTagRef"`
	IncludeLatestOnly            bool     `json:"includeLatestOnly"`
	IncludeDiscussionChangesOnly bool     `json:"includeDiscussionChangesOnly"`
}

// reporting reads the parameters. The token is the position in the stream and the moment it began at.
func (r *request) reporting() (o work.Reporting, people bool, err error) {
	f := reportFilter{Fields: r.query.list("fields"), Types: r.query.list("types")}
	if r.method == http.MethodPost {
		if err := r.decode(&f); err != nil {
			return o, false, err
		}
	}
	for name, target := range map[string]*bool{"includeIdentityRef": &f.IncludeIdentityRef, "includeDeleted": &f.IncludeDeleted, "includeTagRef": &f.IncludeTagRef,
		"includeLatestOnly": &f.IncludeLatestOnly, "includeDiscussionChangesOnly": &f.IncludeDiscussionChangesOnly} {
		set, err := r.query.flag(name)
		if err != nil {
			return o, false, err
		}
		*target = *target || set
	}
	if f.IncludeTagRef {
		return o, false, fault.NotImplemented("The parameter includeTagRef")
	}
	expand, err := enum{{"none", "0"}, {"fields", "1"}}.parse("$expand", r.query.text("$expand"))
	if err != nil {
		return o, false, err
	}
	o = work.Reporting{Fields: f.Fields, Types: f.Types, LongTexts: expand == "fields", Deleted: f.IncludeDeleted,
		LatestOnly: f.IncludeLatestOnly, Discussions: f.IncludeDiscussionChangesOnly}
	most := reportPage
	if o.LongTexts {
		most = reportPageLong
	}
	if o.Max, err = r.query.count("$maxPageSize", most); err != nil {
		return o, false, err
	}
	o.Max = min(cmp.Or(o.Max, most), most)
	if text := r.query.text("continuationToken"); text != "" {
		var since int64
		if n, err := fmt.Sscanf(text, "%d;%d", &o.After, &since); n != 2 || err != nil || text != reportToken(o.After, since) {
			return o, false, fault.InvalidArgument("The continuationToken %q is not valid: it must be one that an answer held.", text)
		}
		o.Since = time.UnixMicro(since)
		return o, f.IncludeIdentityRef, nil
	}
	o.Since = time.UnixMicro(0)
	if text := r.query.text("startDateTime"); text != "" {
		at, ok := work.ParseTime(text)
		if !ok {
			return o, false, fault.InvalidArgument("The value %q of the parameter startDateTime is not a date.", text)
		}
		o.Since = at
	}
	return o, f.IncludeIdentityRef, nil
}

func reportToken(after, since int64) string { return fmt.Sprintf("%d;%d", after, since) }

func (a *API) reportDiscussions(ctx context.Context, r *request) (any, error) {
	r.query["includediscussionchangesonly"] = []string{"true"}
	return a.reportRevisions(ctx, r)
}

func (a *API) reportRevisions(ctx context.Context, r *request) (any, error) {
	o, people, err := r.reporting()
	if err != nil {
		return nil, err
	}
	found, after, end, err := a.config.Items.ReportRevisions(ctx, r.caller, r.target.project, o)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	render.names = !people
	token := reportToken(after, o.Since.UnixMicro())
	answer := azdo.ReportingWorkItemRevisions{Values: make([]azdo.ReportingWorkItemRevision, len(found)), ContinuationToken: token, IsLastBatch: end,
		NextLink: r.root + r.http.URL.EscapedPath() + "?" + r.with("continuationToken", url.QueryEscape(token))}
	for i, f := range found {
		shown := render.item(f.Item)
		answer.Values[i] = azdo.ReportingWorkItemRevision{ID: f.ID, Rev: f.Rev, Fields: shown.Fields, IsDeleted: f.Deleted}
	}
	return answer, nil
}
