package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

const (
	auditBatch    = 200  // entries of an answer, when the client does not say
	maxAuditBatch = 1000 // at most
)

// queryAuditLog answers a part of the audit log. Looking at it is recorded, once for each first part.
func (a *API) queryAuditLog(ctx context.Context, r *request) (any, error) {
	from, before, err := r.auditWindow()
	if err != nil {
		return nil, err
	}
	n, err := r.query.count("batchSize", auditBatch)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		n = auditBatch
	}
	n = min(n, maxAuditBatch)
	single, err := r.query.flag("skipAggregation")
	if err != nil {
		return nil, err
	}
	if token := r.query.text("continuationToken"); token != "" {
		if before, err = parseAuditPlace(token); err != nil {
			return nil, err
		}
		err = a.config.Access.GoOnInAudit(ctx, r.caller, before)
	} else {
		err = a.config.Access.ViewAudit(ctx, r.caller, access.AuditAccessed, nil)
	}
	if err != nil {
		return nil, err
	}
	entries, err := a.config.Access.AuditLog(ctx, r.org.ID, from, before, n+1)
	if err != nil {
		return nil, err
	}
	answer := azdo.AuditLogQueryResult{DecoratedAuditLogEntries: []azdo.DecoratedAuditLogEntry{}, HasMore: len(entries) > n}
	if answer.HasMore {
		entries = entries[:n]
		next := auditPlaceToken(&entries[n-1])
		answer.ContinuationToken = &next
	}
	for i := 0; i < len(entries); i++ {
		shown := DecoratedAuditEntry(r.org, &entries[i])
		if times := aggregated(entries[i:]); times > 1 && !single {
			shown.Data = map[string]any{"EventCount": times}
			shown.Details = fmt.Sprintf("%s %d times", shown.Details, times)
			i += times - 1
		}
		answer.DecoratedAuditLogEntries = append(answer.DecoratedAuditLogEntries, shown)
	}
	return answer, nil
}

// aggregated is how many of the first entries say that the same person looked at the log. documented: those are the ones
// that are aggregated.
func aggregated(entries []access.AuditEntry) (n int) {
	for n < len(entries) && entries[n].Action == access.AuditAccessed && entries[n].ActorID == entries[0].ActorID {
		n++
	}
	return n
}

// downloadAuditLog answers the whole log between two times as a file: a JSON array, CSV or, for programs that ask for
// application/x-ndjson, a line of JSON for each entry.
func (a *API) downloadAuditLog(ctx context.Context, r *request) (any, error) {
	from, before, err := r.auditWindow()
	if err != nil {
		return nil, err
	}
	format := r.query.text("format")
	if strings.Contains(strings.ToLower(strings.Join(r.http.Header.Values("Accept"), ",")), ndjson) {
		format = "ndjson"
	}
	if format, err = (enum{{"json", "json"}, {"csv", "csv"}, {"ndjson", "ndjson"}}).parse("format", format); err != nil {
		return nil, err
	}
	if err := a.config.Access.ViewAudit(ctx, r.caller, access.AuditDownloaded, map[string]any{"Format": format}); err != nil {
		return nil, err
	}
	each := func(show func(*azdo.DecoratedAuditLogEntry) error) error {
		return a.config.Access.EachAuditEntry(ctx, r.org.ID, from, before, func(e *access.AuditEntry) error {
			shown := DecoratedAuditEntry(r.org, e)
			return show(&shown)
		})
	}
	d := &stream{media: map[string]string{"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8", "ndjson": ndjson}[format],
		name: r.org.Name + "-audit." + format}
	switch format {
	case "csv":
		d.write = func(w io.Writer) error { return auditCSV(w, each) }
	case "ndjson":
		d.write = func(w io.Writer) error {
			return each(func(e *azdo.DecoratedAuditLogEntry) error { return auditJSON(w, e, "\n") })
		}
	default:
		d.write = func(w io.Writer) error {
			between := "["
			err := each(func(e *azdo.DecoratedAuditLogEntry) error {
				_, err := io.WriteString(w, between)
				between = ","
				if err != nil {
					return err
				}
				return auditJSON(w, e, "")
			})
			if err == nil && between == "[" {
				_, err = io.WriteString(w, between)
			}
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, "]")
			return err
		}
	}
	return d, nil
}

const ndjson = "application/x-ndjson"

func auditJSON(w io.Writer, e *azdo.DecoratedAuditLogEntry, end string) error {
	text, err := encode(nil, e)
	if err == nil {
		_, err = w.Write(append(text, end...))
	}
	return err
}

// auditCSV writes entries as a table. Spreadsheets must not take what somebody called something for a formula.
func auditCSV(w io.Writer, each func(func(*azdo.DecoratedAuditLogEntry) error) error) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"Id", "Timestamp", "ActorDisplayName", "ActorUPN", "ActorUserId", "AuthenticationMechanism", "IpAddress", "UserAgent",
		"Area", "Category", "ActionId", "Details", "ProjectId", "ProjectName", "ActivityId", "CorrelationId", "Data"}); err != nil {
		return err
	}
	err := each(func(e *azdo.DecoratedAuditLogEntry) error {
		data, err := json.Marshal(e.Data)
		if err != nil {
			return err
		}
		row := []string{e.ID, e.Timestamp.String(), orEmpty(e.ActorDisplayName), e.ActorUPN, e.ActorUserID, e.AuthenticationMechanism, orEmpty(e.IPAddress),
			orEmpty(e.UserAgent), e.Area, e.Category, e.ActionID, e.Details, e.ProjectID, orEmpty(e.ProjectName), e.ActivityID, e.CorrelationID, string(data)}
		for i, text := range row {
			if strings.HasPrefix(text, "=") || strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "@") {
				row[i] = "'" + text
			}
		}
		return out.Write(row)
	})
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// listAuditActions lists what the log records.
func (a *API) listAuditActions(_ context.Context, r *request) (any, error) {
	if err := a.config.Access.MayViewAudit(r.caller); err != nil {
		return nil, err
	}
	area := r.query.text("areaName")
	shown := []azdo.AuditActionInfo{}
	for _, info := range access.AuditActions() {
		if area == "" || strings.EqualFold(area, info.Action.Area()) {
			shown = append(shown, azdo.AuditActionInfo{ActionID: string(info.Action), Area: info.Action.Area(), Category: info.Category})
		}
	}
	return azdo.NewList(shown), nil
}

// auditWindow is the time from which, and the place up to which, entries are asked for.
func (r *request) auditWindow() (from time.Time, before access.AuditPlace, err error) {
	before.At = time.UnixMicro(math.MaxInt64).UTC()
	if text := r.query.text("startTime"); text != "" {
		if from, err = auditTime("startTime", text); err != nil {
			return from, before, err
		}
	}
	if text := r.query.text("endTime"); text != "" {
		before.At, err = auditTime("endTime", text)
	}
	return from, before, err
}

func auditTime(name, text string) (time.Time, error) {
	at, ok := work.ParseTime(text)
	if !ok {
		return at, fault.InvalidArgument("The parameter %s=%q is not valid: write a time such as 2026-11-22T10:00:00Z.", name, text)
	}
	return at.UTC(), nil
}

// A continuation token is the place of the last entry that was told.
func auditPlaceToken(e *access.AuditEntry) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(e.At.UnixMicro(), 10) + "." + strconv.FormatInt(e.ID, 10)))
}

func parseAuditPlace(token string) (p access.AuditPlace, err error) {
	text, bad := base64.RawURLEncoding.DecodeString(token)
	at, id, ok := bytes.Cut(text, []byte("."))
	micros, bad1 := strconv.ParseInt(string(at), 10, 64)
	p.ID, err = strconv.ParseInt(string(id), 10, 64)
	if bad != nil || bad1 != nil || err != nil || !ok {
		return p, fault.InvalidArgument("The continuationToken %q is not one of this server.", token)
	}
	p.At = time.UnixMicro(micros).UTC()
	return p, nil
}

// DecoratedAuditEntry is an entry of an organization's audit log as clients are shown it.
func DecoratedAuditEntry(o *project.Organization, e *access.AuditEntry) azdo.DecoratedAuditLogEntry {
	shown := azdo.DecoratedAuditLogEntry{
		// Ids sort from newer to older ones. documented: they begin with the ticks that are left.
		ID:            fmt.Sprintf("%019d;%s;%012d", math.MaxInt64-e.At.UnixMicro(), o.GUID, e.ID),
		CorrelationID: e.Origin.Activity.String(), ActivityID: e.Origin.Activity.String(),
		ActorCUID: e.ActorID.String(), ActorUserID: e.ActorID.String(), ActorClientID: uuid.Nil.String(), ActorUPN: e.ActorUniqueName,
		AuthenticationMechanism: mechanism(e.Credential), Timestamp: azdo.Time{Time: e.At},
		ScopeType: "organization", ScopeDisplayName: o.Name + " (Organization)", ScopeID: o.GUID.String(),
		ProjectID: e.Project.String(), ProjectName: optional(e.ProjectName), IPAddress: optional(e.Origin.Address), UserAgent: optional(e.Origin.UserAgent),
		ActionID: string(e.Action), Data: e.Data, Details: e.Details(), Area: e.Action.Area(), Category: e.Category(),
		ActorDisplayName: optional(e.ActorName),
	}
	if c := shown.Category; c != "" {
		shown.CategoryDisplayName = strings.ToUpper(c[:1]) + c[1:]
	}
	return shown
}

// mechanism is what somebody signed in with. documented: that of tokens.
func mechanism(c access.Credential) string {
	switch {
	case c.Kind == access.ByToken:
		return "PAT authorizationId: " + c.ID.String()
	case c.ID != uuid.Nil:
		return string(c.Kind) + " " + c.ID.String()
	}
	return string(c.Kind)
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
