package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"boardwalk/internal/fault"
)

// serveBatch answers POST _odata/{version}/$batch: one GET, so that queries may be longer than a URL. The answer is
// streamed like that of the GET itself.
func (x *exchange) serveBatch(ctx context.Context, r *request) error {
	if x.target.project != "" {
		return x.unknownPath("$batch is asked of the organization; the query in it may be of a project")
	}
	body, err := r.body("multipart/mixed")
	if err != nil {
		return err
	}
	asked, err := parseBatch(string(body))
	if err != nil {
		return err
	}
	to, err := url.Parse(strings.ReplaceAll(asked.url, " ", "%20"))
	if err != nil {
		return fault.BatchMalformed("the URL of its request cannot be read")
	}
	inner, err := http.NewRequestWithContext(x.http.Context(), http.MethodGet, x.http.URL.ResolveReference(to).String(), nil)
	if err != nil {
		return fault.BatchMalformed("the URL of its request cannot be read")
	}
	if inner.Host = to.Host; to.Host == "" {
		inner.Host = x.http.Host
	}
	inner.TLS, inner.Header = x.http.TLS, asked.header
	for _, name := range inherited() {
		inner.Header[name] = x.http.Header[name]
	}
	delete(inner.Header, "Accept-Encoding")
	boundary := "batchresponse_" + x.config.NewID().String()
	x.out.Header().Set("Content-Type", "multipart/mixed; boundary="+boundary)
	x.out.WriteHeader(http.StatusOK)
	part := &batchPart{out: x.out, header: http.Header{}, boundary: boundary}
	y := &exchange{API: x.API, http: inner, out: x.newResponse(part, inner), id: x.id, started: x.started, method: http.MethodGet, batched: true}
	if y.run(ctx); y.broken {
		return fmt.Errorf("answer the request of a batch: %w", y.failure)
	}
	x.failure = y.failure
	_, err = x.out.Write([]byte("\r\n--" + boundary + "--\r\n"))
	return err
}

// batchPart writes the answer of a batch's request as a part of the batch's answer.
type batchPart struct {
	out      *response
	header   http.Header
	boundary string
	begun    bool
}

func (p *batchPart) Header() http.Header { return p.header }

func (p *batchPart) WriteHeader(status int) {
	if p.begun {
		return
	}
	p.begun = true
	text := "--" + p.boundary + "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n" +
		fmt.Sprintf("HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	for _, name := range []string{"Content-Type", "Content-Disposition", "OData-Version", "Preference-Applied", "Retry-After"} {
		if value := p.header.Get(name); value != "" {
			text += name + ": " + value + "\r\n"
		}
	}
	_, _ = p.out.Write([]byte(text + "\r\n")) // what follows fails the same way
}

func (p *batchPart) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return p.out.Write(b)
}

// batched is the request in a batch.
type batched struct {
	url    string
	header http.Header
}

// parseBatch reads the only request of a batch. It takes the boundary from the body, because the documented sample
// declares another one and does not close it.
func parseBatch(body string) (*batched, error) {
	body = strings.ReplaceAll(body, "\r\n", "\n")
	var boundary string
	var parts []string
	for line := range strings.Lines(body) {
		text := strings.TrimRight(line, " \t\n")
		switch {
		case boundary == "" && strings.HasPrefix(text, "--") && len(text) > 2:
			boundary = text
			parts = append(parts, "")
		case boundary == "":
		case text == boundary:
			parts = append(parts, "")
		case text == boundary+"--":
			boundary = "\x00" // nothing behind the end counts
		case boundary != "\x00":
			parts[len(parts)-1] += line
		}
	}
	switch {
	case len(parts) == 0:
		return nil, fault.BatchMalformed("it has no part between boundaries")
	case len(parts) > 1:
		return nil, fault.BatchOperations()
	}
	head, content, _ := strings.Cut(strings.TrimLeft(parts[0], "\n"), "\n\n")
	if strings.Contains(strings.ToLower(head), "multipart/mixed") {
		return nil, fault.BatchMalformed("change sets are not allowed: Analytics is only read")
	}
	lines := strings.Split(strings.TrimLeft(content, "\n"), "\n")
	method, rest, _ := strings.Cut(strings.TrimSpace(lines[0]), " ")
	if !strings.EqualFold(method, http.MethodGet) {
		return nil, fault.BatchMalformed("its part does not begin with GET and a URL")
	}
	if i := strings.LastIndex(rest, " HTTP/"); i >= 0 {
		rest = rest[:i]
	}
	b := &batched{url: strings.TrimSpace(rest), header: http.Header{}}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			break
		}
		b.header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return b, nil
}
