package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"boardwalk/internal/fault"
)

// Faults answers some requests wrongly on purpose, so that scripts can be tested against what happens to them in the
// hosted service. ParseFaults reads one; it is safe for concurrent use.
type Faults struct {
	rules []*faultRule
}

// faultRule says which requests fail, and how.
type faultRule struct {
	name string

	method, organization, userAgent string   // "" for all; userAgent is a part of the header
	path                            []string // segments from _apis or _odata on, nil for all

	rate         float64 // of the requests, 0 for all
	every, limit int     // each n-th, and at most so many; 0 for all

	status      int
	body        []byte
	contentType string
	headers     map[string]string
	signIn      bool
	drop        bool
	truncate    int // bytes of the answer that are sent, -1 for all
	latency     time.Duration

	mu       sync.Mutex
	random   *rand.Rand
	seen     int
	injected int
}

// faultHeader marks answers that are wrong on purpose. Its value is the name of the rule.
const faultHeader = "X-Boardwalk-Fault"

// find returns the rule that makes a request fail, or nil.
func (f *Faults) find(x *exchange) *faultRule {
	if f == nil || x.batched || x.made != nil || x.target.service == pages {
		return nil
	}
	marker := "_apis"
	if x.target.service == odata {
		marker = "_odata"
	}
	path := append([]string{marker}, x.target.path...)
	for _, r := range f.rules {
		if (r.method == "" || strings.EqualFold(r.method, x.http.Method)) &&
			(r.organization == "" || strings.EqualFold(r.organization, x.target.org)) &&
			(r.userAgent == "" || strings.Contains(strings.ToLower(x.http.UserAgent()), strings.ToLower(r.userAgent))) &&
			(r.path == nil || matchPath(r.path, path)) && r.fires() {
			return r
		}
	}
	return nil
}

// matchPath reports whether a path has a form in which * is a segment and ** at its end any number of them.
func matchPath(form, path []string) bool {
	for i, want := range form {
		switch {
		case want == "**":
			return true
		case i >= len(path), want != "*" && !strings.EqualFold(want, path[i]):
			return false
		}
	}
	return len(form) == len(path)
}

// fires decides whether it is the turn of a request.
func (r *faultRule) fires() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen++
	if r.limit > 0 && r.injected >= r.limit || r.every > 0 && r.seen%r.every != 0 || r.rate > 0 && r.random.Float64() >= r.rate {
		return false
	}
	r.injected++
	return true
}

// errDropped is why an answer ends early on purpose.
var errDropped = errors.New("the answer was cut short by a rule of --faults")

// inject does to a request what a rule says. done is false when it is answered as usual nevertheless.
func (x *exchange) inject(ctx context.Context, r *faultRule) (done bool, err error) {
	h := x.out.Header()
	h.Set(faultHeader, r.name)
	if r.latency > 0 {
		if err := pauseFor(ctx, r.latency); err != nil {
			return true, err
		}
	}
	for name, value := range r.headers {
		h.Set(name, value)
	}
	switch {
	case r.drop:
		x.broken, x.failure, x.out.status = true, errDropped, statusGone
		return true, nil
	case r.truncate >= 0:
		x.out.ResponseWriter = &cutShort{ResponseWriter: x.out.ResponseWriter, left: r.truncate}
		return false, nil
	case r.signIn:
		h.Set("Content-Type", "text/html; charset=utf-8")
		return true, x.writeBody(http.StatusNonAuthoritativeInfo, []byte(signInPage))
	case r.status == 0:
		return false, nil
	case r.body != nil:
		h.Set("Content-Type", r.contentType)
		return true, x.writeBody(r.status, r.body)
	case r.status >= http.StatusBadRequest:
		return true, fault.Injected(r.status, r.name)
	}
	x.out.WriteHeader(r.status)
	return true, nil
}

const signInPage = `<!DOCTYPE html><html lang="en"><head><title>Azure DevOps Services | Sign In</title></head><body>Sign in to continue.</body></html>`

// cutShort sends the beginning of a body.
type cutShort struct {
	http.ResponseWriter
	left int
}

func (w *cutShort) Write(p []byte) (int, error) {
	if len(p) <= w.left {
		w.left -= len(p)
		return w.ResponseWriter.Write(p)
	}
	n, err := w.ResponseWriter.Write(p[:w.left])
	w.left = 0
	return n, errors.Join(err, http.NewResponseController(w.ResponseWriter).Flush(), errDropped)
}

// Unwrap lets others reach what the connection can do.
func (w *cutShort) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// SetFaults puts rules in the place of those before; nil takes them away.
func (a *API) SetFaults(f *Faults) { a.faults.Store(f) }

// ParseFaults reads the rules in a JSON file. An error names the line and the key that is wrong.
func ParseFaults(text []byte) (*Faults, error) {
	p := &faultParser{text: text, d: json.NewDecoder(bytes.NewReader(text))}
	p.d.UseNumber()
	f, seed := &Faults{}, uint64(1)
	err := p.object("", map[string]func(string) error{
		"seed":  p.into(&seed),
		"rules": func(string) error { return p.rules(f) },
	})
	if err != nil {
		return nil, err
	}
	if _, err := p.d.Token(); !errors.Is(err, io.EOF) {
		return nil, p.wrong("there is something behind the end of the rules")
	}
	for i, r := range f.rules {
		r.random = rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // the same every time is what it is for
	}
	return f, nil
}

// faultParser reads JSON piece by piece, to know the line of each.
type faultParser struct {
	text []byte
	d    *json.Decoder
}

func (p *faultParser) wrong(format string, args ...any) error {
	return p.wrongAt(p.d.InputOffset(), format, args...)
}

func (p *faultParser) wrongAt(offset int64, format string, args ...any) error {
	line := 1 + bytes.Count(p.text[:min(offset, int64(len(p.text)))], []byte("\n"))
	return fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...))
}

// token reads the next piece.
func (p *faultParser) token() (json.Token, error) {
	t, err := p.d.Token()
	if err == nil {
		return t, nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return nil, p.wrongAt(syntax.Offset, "no valid JSON: %s", syntax)
	}
	return nil, p.wrong("no valid JSON: it ends too early")
}

// delimiter reads one that must be there.
func (p *faultParser) delimiter(want json.Delim, place string) error {
	t, err := p.token()
	if err == nil && t != want {
		err = p.wrong("%sexpected %s, found %v", place, want, t)
	}
	return err
}

// object reads an object whose keys are known.
func (p *faultParser) object(place string, keys map[string]func(key string) error) error {
	if err := p.delimiter('{', place); err != nil {
		return err
	}
	for p.d.More() {
		t, err := p.token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		read := keys[key]
		if read == nil {
			return p.wrong("%sthere is no key %q", place, key)
		}
		if err := read(key); err != nil {
			return err
		}
	}
	_, err := p.token()
	return err
}

// into reads a value of the type of its target.
func (p *faultParser) into(target any) func(key string) error {
	return func(key string) error {
		err := p.d.Decode(target)
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return p.wrongAt(syntax.Offset, "no valid JSON: %s", syntax)
		}
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return p.wrong("key %q: it is a %s, where a %s belongs", key, kind.Value, kind.Type)
		}
		if err != nil {
			return p.wrong("key %q: %v", key, err)
		}
		return nil
	}
}

func (p *faultParser) rules(f *Faults) error {
	if err := p.delimiter('[', `key "rules": `); err != nil {
		return err
	}
	for p.d.More() {
		r, err := p.rule(len(f.rules) + 1)
		if err != nil {
			return err
		}
		f.rules = append(f.rules, r)
	}
	_, err := p.token()
	return err
}

func (p *faultParser) rule(number int) (*faultRule, error) {
	r := &faultRule{name: fmt.Sprintf("rule %d", number), truncate: -1}
	place := fmt.Sprintf("rule %d: ", number)
	var path, latency string
	var body json.RawMessage
	var retry json.Number
	err := p.object(place, map[string]func(string) error{
		"name": p.into(&r.name), "method": p.into(&r.method), "organization": p.into(&r.organization), "userAgent": p.into(&r.userAgent),
		"path": p.into(&path), "rate": p.into(&r.rate), "every": p.into(&r.every), "limit": p.into(&r.limit), "status": p.into(&r.status),
		"body": p.into(&body), "contentType": p.into(&r.contentType), "headers": p.into(&r.headers), "retryAfter": p.into(&retry),
		"signIn": p.into(&r.signIn), "drop": p.into(&r.drop), "truncate": p.into(&r.truncate), "latency": p.into(&latency),
	})
	if err != nil {
		return nil, err
	}
	if path != "" {
		r.path = strings.Split(strings.Trim(path, "/"), "/")
	}
	if latency != "" {
		if r.latency, err = time.ParseDuration(latency); err != nil || r.latency <= 0 {
			return nil, p.wrong(`%skey "latency": %q is no duration such as "500ms"`, place, latency)
		}
	}
	if retry != "" {
		if r.headers == nil {
			r.headers = map[string]string{}
		}
		r.headers["Retry-After"] = retry.String()
	}
	r.setBody(body)
	return r, r.check(func(format string, args ...any) error { return p.wrong("%s%s", place, fmt.Sprintf(format, args...)) })
}

// setBody takes text as it is, and anything else as JSON.
func (r *faultRule) setBody(body json.RawMessage) {
	if body == nil {
		return
	}
	var text string
	media := "application/json; charset=utf-8"
	if json.Unmarshal(body, &text) == nil {
		body, media = json.RawMessage(text), "text/plain; charset=utf-8"
	}
	if r.body = body; r.contentType == "" {
		r.contentType = media
	}
}

// check finds keys that do not go together.
func (r *faultRule) check(wrong func(string, ...any) error) error {
	kinds := 0
	for _, has := range []bool{r.status != 0, r.signIn, r.drop, r.truncate >= 0} {
		if has {
			kinds++
		}
	}
	first := ""
	if r.path != nil {
		first = strings.ToLower(r.path[0])
	}
	switch {
	case kinds > 1:
		return wrong(`only one of the keys "status", "signIn", "drop" and "truncate" can be there`)
	case kinds == 0 && r.latency == 0:
		return wrong(`one of the keys "status", "signIn", "drop", "truncate" and "latency" must be there`)
	case r.status != 0 && (r.status < 200 || r.status > 599):
		return wrong(`key "status": %d is none from 200 to 599`, r.status)
	case r.body != nil && r.status == 0:
		return wrong(`key "body": it goes with "status"`)
	case r.rate < 0 || r.rate > 1:
		return wrong(`key "rate": %v is none from 0 to 1`, r.rate)
	case r.every < 0 || r.limit < 0:
		return wrong(`keys "every" and "limit": they count from 1`)
	case r.rate > 0 && r.every > 0:
		return wrong(`only one of the keys "rate" and "every" can be there`)
	case r.path != nil && first != "_apis" && first != "_odata" && first != "*":
		return wrong(`key "path": it begins with _apis or _odata, behind organization and project, such as _apis/wit/workItems/*`)
	}
	return nil
}
