package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"
)

// statusGone is what the log shows for a request whose client did not wait for the answer.
const statusGone = 499

// fail answers with an error. It is the only place that writes one.
func (x *exchange) fail(ctx context.Context, err error) {
	x.failure = err
	f := x.faultOf(ctx, err)
	if f == nil { // nobody is there to read it
		x.broken, x.failure = true, nil
		if x.out.discard() {
			x.out.status = statusGone
		}
		return
	}
	if f.Status < http.StatusInternalServerError {
		x.failure = f
	}
	if !x.out.discard() {
		x.broken = true
		return
	}
	h := x.out.Header()
	delete(h, "X-MS-ContinuationToken") // its key is not the canonical one
	h.Del("Content-Disposition")
	h.Del("Preference-Applied")
	h.Set("X-TFS-ServiceError", headerText(f.Message))
	if f.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Basic realm="`+x.root+`/"`)
	}
	if f.Status == http.StatusTooManyRequests || f.Status == http.StatusServiceUnavailable {
		retryAfter(h)
	}
	if x.http.Method == http.MethodHead { // clients in Go take the length for that of a body they can read
		h.Set("Content-Length", "0")
		x.out.WriteHeader(f.Status)
		return
	}
	if f.TypeKey == "" && f.Status == http.StatusNotFound { // observed: case work-item-create
		h.Set("Content-Type", "text/plain; charset=utf-8")
		if err := x.writeBody(f.Status, []byte(f.Message)); err != nil {
			x.broken = true
		}
		return
	}
	var body any
	h.Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case x.target.service == odata && !platformShape(f.Status):
		h.Set("Content-Type", "application/json; odata.metadata=minimal; odata.streaming=true")
		body = odataError(f)
	case f.TypeKey == "":
		body = azdo.MessageError{Count: 1, Value: azdo.ErrorMessage{Message: f.Message}}
	default:
		body = restError(f)
	}
	if err := x.writeJSON(f.Status, body); err != nil {
		x.broken = true
	}
}

// faultOf returns what the client is told about an error, nil when the client has gone.
func (x *exchange) faultOf(ctx context.Context, err error) *fault.Fault {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.TooLarge("request body", tooLarge.Limit)
	}
	// Databases report an interruption in their own words, so the context says what happened.
	switch {
	case x.http.Context().Err() != nil:
		return nil
	case ctx.Err() != nil:
		return fault.Timeout()
	}
	if f := work.Unavailable(err); f != nil {
		return f
	}
	return fault.Internal(x.id.String())
}

func restError(f *fault.Fault) *azdo.Error {
	return &azdo.Error{
		Ref: "1", Message: f.Message, TypeName: f.TypeName, TypeKey: f.TypeKey, EventID: f.EventID,
		CustomProperties: f.Properties, Hint: f.Hint,
	}
}

// platformShape reports whether Analytics answers a status as REST does: the platform in front of it does these.
func platformShape(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusGone || status == http.StatusTooManyRequests
}

func odataError(f *fault.Fault) *azdo.ODataError {
	inner := f.Inner
	if inner == "" {
		inner = f.Message
	}
	return &azdo.ODataError{Error: azdo.ODataErrorBody{
		Code: "0", Message: f.Message,
		InnerError: azdo.ODataInnerError{Message: inner, Type: "Microsoft.OData.ODataException"},
		Hint:       f.Hint, SuggestedQuery: f.Suggestion,
	}}
}

// headerText percent-encodes a message for a header, cut to what every client's header buffer takes.
func headerText(message string) string {
	const most = 1000
	if runes := []rune(message); len(runes) > most {
		message = string(runes[:most])
	}
	return strings.ReplaceAll(url.QueryEscape(message), "+", "%20")
}

// printable replaces what a header cannot carry.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}
