package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"
)

// maxBatchRequests is how many changes a batch may hold. documented: work item batch update.
const maxBatchRequests = 200

// changeWorkItems carries out a batch of changes, one after the other and each for itself. The answer is 200 whatever
// becomes of them.
func (a *API) changeWorkItems(ctx context.Context, r *request) (any, error) {
	var batch []struct {
		Method  string            `json:"method"`
		URI     string            `json:"uri"`
		Headers map[string]string `json:"headers"`
		Body    json.RawMessage   `json:"body"`
	}
	if err := r.decode(&batch); err != nil {
		return nil, err
	}
	if len(batch) > maxBatchRequests {
		return nil, fault.InvalidArgument("The batch holds %d requests; %d are allowed.", len(batch), maxBatchRequests)
	}
	requests := make([]*http.Request, len(batch))
	for i, asked := range batch {
		var err error
		if requests[i], err = r.innerRequest(ctx, asked.Method, asked.URI, asked.Body); err != nil {
			return nil, err // before anything is changed
		}
		for name, value := range asked.Headers {
			if strings.EqualFold(name, "Content-Type") {
				requests[i].Header.Set(name, value)
			}
		}
	}
	ids := map[int64]int64{}
	answers := make([]azdo.WitBatchResponse, len(batch))
	for i, inner := range requests {
		out := &captured{header: http.Header{}}
		y := &exchange{API: a, http: inner, out: a.newResponse(out, inner), id: r.id, started: r.started, method: inner.Method, made: ids}
		y.run(ctx)
		if y.broken {
			return nil, y.failure
		}
		answers[i] = azdo.WitBatchResponse{Code: out.status, Headers: map[string]string{"Content-Type": out.header.Get("Content-Type")}, Body: out.body.String()}
	}
	return azdo.NewList(answers), nil
}

// innerRequest is the request that a part of a batch stands for. Its address may leave out server and organization.
func (r *request) innerRequest(ctx context.Context, method, uri string, body []byte) (*http.Request, error) {
	to, err := url.Parse(strings.ReplaceAll(uri, " ", "%20"))
	if err != nil {
		return nil, fault.InvalidArgument("The uri %q of a request in the batch cannot be read.", uri)
	}
	path := to.EscapedPath()
	if to.Host == "" {
		base, err := url.Parse(r.base)
		if err != nil {
			return nil, err
		}
		path = base.EscapedPath() + "/" + strings.TrimPrefix(path, "/")
	}
	t, err := parseTarget(r.host(), path)
	if err != nil {
		return nil, err
	}
	if t.service != rest || len(t.path) != 3 || !strings.EqualFold(t.path[0], "wit") || !strings.EqualFold(t.path[1], "workitems") {
		return nil, fault.InvalidArgument("The uri %q of a request in the batch is not one of a work item: write /_apis/wit/workItems/1?api-version=7.1.", uri)
	}
	if !strings.EqualFold(method, http.MethodPatch) && !strings.EqualFold(method, http.MethodPost) {
		return nil, fault.InvalidArgument("The method %q of a request in the batch is not PATCH.", method)
	}
	method = http.MethodPatch
	if strings.HasPrefix(t.path[2], "$") { // documented: batches create with PATCH as well
		method = http.MethodPost
	}
	target := path
	if to.RawQuery != "" {
		target += "?" + to.RawQuery
	}
	inner, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fault.InvalidArgument("The uri %q of a request in the batch cannot be read.", uri)
	}
	inner.Host, inner.TLS = r.http.Host, r.http.TLS
	for _, name := range inherited() {
		if values := r.http.Header[name]; values != nil {
			inner.Header[name] = values
		}
	}
	return inner, nil
}

// captured keeps the answer to a request of a batch.
type captured struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (c *captured) Header() http.Header         { return c.header }
func (c *captured) WriteHeader(status int)      { c.status = status }
func (c *captured) Write(p []byte) (int, error) { return c.body.Write(p) }

// takeID takes the operation out of a patch that gives the item a number below 0, by which later requests of the batch
// can name it.
func takeID(ops []work.Op) (rest []work.Op, id int64, err error) {
	for _, op := range ops {
		if !strings.EqualFold(op.Path, "/id") {
			rest = append(rest, op)
			continue
		}
		if err := json.Unmarshal(bytes.Trim(op.Value, `"`), &id); err != nil || id >= 0 || op.Op != "add" {
			return nil, 0, fault.InvalidPatch().WithHint(`write {"op":"add","path":"/id","value":"-1"}`)
		}
	}
	return rest, id, nil
}
