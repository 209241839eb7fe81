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
	"boardwalk/internal/project"
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
	o.After, o.Since, err = r.stretch()
	return o, f.IncludeIdentityRef, err
}

// stretch reads where a stream goes on, and the moment it began at.
func (r *request) stretch() (after int64, since time.Time, err error) {
	if text := r.query.text("continuationToken"); text != "" {
		var from int64
		if n, err := fmt.Sscanf(text, "%d;%d", &after, &from); n != 2 || err != nil || text != reportToken(after, from) {
			return 0, since, fault.InvalidArgument("The continuationToken %q is not valid: it must be one that an answer held.", text)
		}
		return after, time.UnixMicro(from), nil
	}
	if text := r.query.text("startDateTime"); text != "" {
		at, ok := work.ParseTime(text)
		if !ok {
			return 0, since, fault.InvalidArgument("The value %q of the parameter startDateTime is not a date.", text)
		}
		return 0, at, nil
	}
	return 0, time.UnixMicro(0), nil
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

// reportLinks streams what became of links. Parameters of old versions call the token watermark.
func (a *API) reportLinks(ctx context.Context, r *request) (any, error) {
	o := work.LinkReporting{LinkTypes: r.query.list("linkTypes"), Types: r.query.list("types"), Max: reportPage}
	var err error
	if o.After, o.Since, err = r.stretch(); err != nil {
		return nil, err
	}
	if r.query.text("continuationToken") == "" {
		after, err := r.query.count("watermark", 0)
		if err != nil {
			return nil, err
		}
		o.After = int64(after)
	}
	found, after, end, err := a.config.Items.ReportLinks(ctx, r.caller, r.target.project, o)
	if err != nil {
		return nil, err
	}
	render := r.renderer()
	token := reportToken(after, o.Since.UnixMicro())
	answer := azdo.ReportingWorkItemLinks{Values: make([]azdo.ReportingWorkItemLink, len(found)), ContinuationToken: token, IsLastBatch: end,
		NextLink: r.root + r.http.URL.EscapedPath() + "?" + r.with("continuationToken", url.QueryEscape(token))}
	for i, l := range found {
		shown := azdo.ReportingWorkItemLinkAttributes{SourceID: l.Source, TargetID: l.Target, IsActive: l.Active, ChangedDate: azdo.Time{Time: l.At},
			Comment: l.Comment, ChangedOperation: "remove", SourceProjectID: projectGUID(l.From), TargetProjectID: projectGUID(l.To)}
		if l.Active {
			shown.ChangedOperation = "create"
		}
		if l.By != nil {
			shown.ChangedBy = render.person(l.By)
		}
		answer.Values[i] = azdo.ReportingWorkItemLink{Rel: l.Rel, Attributes: shown}
	}
	return answer, nil
}

// projectGUID is the id of a project, "" of one that was deleted.
func projectGUID(p *project.Project) string {
	if p == nil {
		return ""
	}
	return p.GUID.String()
}
