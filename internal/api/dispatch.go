package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// exchange is one request on its way to its answer.
type exchange struct {
	*API
	http    *http.Request
	out     *response
	id      uuid.UUID // of the activity
	started time.Time
	method  string // GET, or what a POST says it stands for
	target  target
	root    string // scheme and host
	route   string // the template that matched, for logs and metrics

	batched bool            // it came in a batch, where URLs may be long
	made    map[int64]int64 // in a batch of changes: work items made so far, by the numbers it names them by
	failure error           // what ended the request, for the log
	broken  bool            // the answer could not be completed
}

// request is what a handler sees.
type request struct {
	*exchange
	query   query
	params  map[string]string // of the route
	version version
	org     *project.Organization
	caller  *access.Caller
	base    string // address of the organization, without a slash at the end
	named   bool   // the path or the caller's token leaves no doubt which organization is meant
}

// reply is the value of a handler that needs more than 200 and a body.
type reply struct {
	status       int
	value        any    // nil for no body
	media        string // of a value that is bytes, "" for JSON
	continuation string // token of the next page
	location     string // address of what was made
	etag         string // version of what is shown
	counted      bool   // tell that there are so many results
	total        int
}

// stream is the value of a handler that writes a file as it is read.
type stream struct {
	media string
	name  string // to save it under
	write func(io.Writer) error
}

func (x *exchange) sendStream(s *stream) error {
	h := x.out.Header()
	h.Set("Content-Type", s.media)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": s.name}))
	x.out.WriteHeader(http.StatusOK)
	if err := s.write(x.out); err != nil {
		return fmt.Errorf("stream %s: %w", s.name, err)
	}
	return nil
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), a.config.Limits.Timeout)
	defer cancel()
	x := &exchange{API: a, http: r, out: a.newResponse(w, r), id: a.config.NewID(), started: a.config.Clock(), method: r.Method}
	x.run(ctx)
	x.report(ctx)
	if x.broken {
		panic(http.ErrAbortHandler) // the client must not take what it got for the whole
	}
}

// run answers, whatever happens.
func (x *exchange) run(ctx context.Context) {
	defer func() {
		if v := recover(); v != nil {
			x.fail(ctx, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		}
		if x.broken {
			return
		}
		if err := x.out.finish(); err != nil {
			x.broken, x.failure = true, fmt.Errorf("send the answer: %w", err)
		}
	}()
	h := x.out.Header()
	h.Set("ActivityId", x.id.String())
	h.Set("X-VSS-E2EID", x.id.String())
	h.Set("X-TFS-ProcessId", x.instance.String())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if err := x.answer(ctx); err != nil {
		x.fail(ctx, err)
	}
}

// answer finds out which service is asked for.
func (x *exchange) answer(ctx context.Context) (err error) {
	host := x.host()
	x.root = x.scheme() + "://" + host
	if x.target, err = parseTarget(host, x.http.URL.EscapedPath()); err != nil {
		return err
	}
	if x.target.service == odata {
		x.out.Header().Set("OData-Version", "4.0")
	}
	if x.target.service != pages {
		x.out.Header().Set("Cache-Control", "no-cache")
		if x.allowOrigins() {
			return nil
		}
	}
	if rule := x.faults.Load().find(x); rule != nil {
		if done, err := x.inject(ctx, rule); done {
			return err
		}
	}
	switch {
	case x.batched && x.target.service != odata:
		return fault.BatchMalformed("its URL is not one of Analytics")
	case x.target.service == odata && x.method != http.MethodPost && x.urlLength() > maxODataURL && !x.batched:
		x.route = odataRoute
		x.out.WriteHeader(http.StatusNotFound) // documented: no body
		return nil
	case x.urlLength() > x.config.Limits.URL && !x.batched:
		return fault.URLTooLong(x.config.Limits.URL)
	case x.target.service == pages:
		return x.page()
	}
	if override := x.http.Header.Get("X-HTTP-Method-Override"); x.method == http.MethodPost && override != "" {
		x.method = strings.ToUpper(override) // of clients behind proxies that know GET and POST only
	}
	if x.target.malformed {
		return x.unknownPath("")
	}
	if x.target.service == odata {
		return x.serveOData(ctx)
	}
	return x.serveREST(ctx)
}

// serveREST answers below "_apis".
func (x *exchange) serveREST(ctx context.Context) error {
	found := x.routes.find(x.target.depth(), x.target.path)
	if len(found) > 0 {
		x.route = found[0].route
	}
	if x.method == http.MethodOptions {
		return x.serveOptions(ctx, found)
	}
	if x.asksWhere(found) {
		return x.serveAreas(ctx, found)
	}
	r, err := x.signIn(ctx, found)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return x.unknownPath("")
	}
	candidates := slices.DeleteFunc(slices.Clone(found), func(m match) bool { _, ok := m.operation(x.method); return !ok })
	if len(candidates) == 0 {
		return x.methodNotAllowed(allowed(found))
	}
	if r.query, err = parseQuery(x.http.URL.RawQuery); err != nil {
		return err
	}
	m, v, err := negotiate(candidates, askedVersion(r.query, x.http.Header), x.method)
	if err != nil {
		return err
	}
	x.route, r.params, r.version = m.route, m.params, v
	o, _ := m.operation(x.method)
	if err := r.mustCover(o.scope, x.method+" "+m.route); err != nil {
		return err
	}
	if o.handle == nil {
		return fault.NotImplemented(x.method + " " + m.route)
	}
	value, err := o.handle(ctx, r)
	if err != nil {
		return err
	}
	return x.write(value, v)
}

// signIn finds out who is asking which organization. It returns a 401 fault in front of all others, so that nothing
// about the server is told to those without a token.
func (x *exchange) signIn(ctx context.Context, found []match) (*request, error) {
	shown, err := x.credential()
	if err != nil {
		return nil, err
	}
	r := &request{exchange: x, named: true}
	switch {
	case x.target.org == "" && len(found) > 0 && slices.Contains([]string{"Tokens", "Profile", "Account"}, found[0].Area): // of an account
		var home int64
		if home, r.named, err = x.home(ctx, shown); err != nil {
			return nil, err
		}
		if r.org, err = x.config.Projects.OrganizationByID(ctx, home); err != nil {
			return nil, err
		}
	case x.target.org == "":
		return nil, x.unknownPath("the organization comes first in the path: /{organization}/…")
	default:
		if r.org, err = x.config.Projects.Organization(ctx, x.target.org); err != nil {
			return nil, err
		}
	}
	if r.caller, err = x.authenticate(ctx, r.org.ID, shown); err != nil {
		return nil, err
	}
	r.caller.Origin = x.origin()
	x.config.Access.Used(r.caller)
	x.out.Header().Set("X-VSS-UserData", r.caller.User.GUID.String()+":"+printable(r.caller.User.UniqueName))
	r.base = x.base(r.org.Name)
	return r, x.throttle(ctx, r)
}

// mustCover refuses a request whose token is limited to other scopes.
func (r *request) mustCover(scope, operation string) error {
	if access.Covers(r.caller.Scope, scope) {
		return nil
	}
	return fault.TokenScope(scope, operation, cmp.Or(r.caller.Scope, "none")).
		WithHint("make a token that has it: POST %s/_apis/tokens/pats?api-version=7.1-preview.1 with a token for everything, or ask its owner to", r.base)
}

// write sends the value of a handler.
func (x *exchange) write(value any, v version) error {
	if d, ok := value.(*download); ok {
		return x.send(d)
	}
	if s, ok := value.(*stream); ok {
		return x.sendStream(s)
	}
	answer, ok := value.(reply)
	if !ok {
		answer = reply{status: http.StatusOK, value: value}
	}
	h := x.out.Header()
	if answer.continuation != "" {
		h["X-MS-ContinuationToken"] = []string{answer.continuation} // the spelling of the service
	}
	if answer.location != "" {
		h.Set("Location", answer.location)
	}
	if answer.etag != "" {
		h.Set("ETag", `"`+answer.etag+`"`)
	}
	if answer.counted {
		h.Set("X-Total-Count", strconv.Itoa(answer.total))
	}
	if answer.value == nil {
		x.out.WriteHeader(answer.status)
		return nil
	}
	if answer.media != "" {
		h.Set("Content-Type", answer.media)
		return x.writeBody(answer.status, answer.value.([]byte))
	}
	h.Set("Content-Type", "application/json; charset=utf-8; api-version="+v.String())
	return x.writeJSON(answer.status, answer.value)
}

func (x *exchange) writeJSON(status int, value any) error {
	spare, _ := x.bodies.Get().(*[]byte)
	if spare == nil {
		spare = new([]byte)
	}
	body, err := encode((*spare)[:0], value)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if err := x.writeBody(status, body); err != nil {
		return err // a stream of HTTP/2 that ends early may still be sending the memory
	}
	if cap(body) <= keptBody {
		*spare = body
		x.bodies.Put(spare)
	}
	return nil
}

func (x *exchange) writeBody(status int, body []byte) error {
	x.out.WriteHeader(status)
	if _, err := x.out.Write(body); err != nil {
		return fmt.Errorf("send the answer: %w", err)
	}
	return nil
}

// keptBody is how long a body may be for its memory to serve the next answer: two hundred work items take a megabyte,
// and making that anew was more than half of what a batch read left to collect.
const keptBody = 4 << 20

// encode appends a value as JSON.
func encode(dst []byte, value any) ([]byte, error) {
	if v, ok := value.(interface {
		AppendJSON(dst []byte) ([]byte, error)
	}); ok {
		return v.AppendJSON(dst)
	}
	body := bytes.NewBuffer(dst)
	e := json.NewEncoder(body)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return bytes.TrimSuffix(body.Bytes(), []byte("\n")), err
}

// unknownPath is the fault for a path without a route.
func (x *exchange) unknownPath(hint string) error {
	if x.target.service == rest && x.target.org != "" && hint == "" {
		path := x.http.URL.Path
		if !x.target.orgInHost {
			path = strings.TrimPrefix(path, x.target.prefix+"/"+x.target.org)
		}
		return fault.Unrouted(path)
	}
	f := fault.UnknownPath(x.http.URL.EscapedPath())
	if hint != "" {
		f = f.WithHint("%s", hint)
	}
	return f
}

// methodNotAllowed is the fault for a path that exists, with another method.
func (x *exchange) methodNotAllowed(methods []string) error {
	x.out.Header().Set("Allow", strings.Join(methods, ", "))
	return fault.MethodNotAllowed(x.method)
}

// report writes the line of the log and tells the metrics.
func (x *exchange) report(ctx context.Context) {
	took := x.config.Clock().Sub(x.started)
	status := x.out.status
	attributes := []slog.Attr{
		slog.String("activity_id", x.id.String()), slog.String("route", x.route), slog.String("method", method(x.method)),
		slog.Int("status", status), slog.Duration("duration", took), slog.String("organization", x.target.org),
	}
	level := slog.LevelInfo
	if x.failure != nil {
		if f, ok := errors.AsType[*fault.Fault](x.failure); ok {
			attributes = append(attributes, slog.String("fault", f.TypeKey))
		} else {
			level = slog.LevelError
			attributes = append(attributes, slog.String("error", x.failure.Error()))
		}
	}
	x.config.Log.LogAttrs(context.WithoutCancel(ctx), level, "request", attributes...)
	x.config.Observe(x.route, method(x.method), status, took)
}

// method is a method as metrics count it: clients can send any word.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "OTHER"
}
