package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// held is how much of a body is kept back before anything is sent: an answer that fails early can still become an
// error, and small answers are neither compressed nor chunked.
const held = 2 << 10

// response sends an answer: it holds the beginning back, compresses what is worth it, and remembers what became of it.
type response struct {
	http.ResponseWriter
	api      *API
	compress bool // the client accepts gzip
	control  *http.ResponseController
	status   int
	buffer   []byte
	sent     bool
	gzip     *gzip.Writer
}

func (a *API) newResponse(w http.ResponseWriter, r *http.Request) *response {
	return &response{ResponseWriter: w, api: a, compress: acceptsGzip(r.Header), control: http.NewResponseController(w)}
}

func acceptsGzip(h http.Header) bool {
	for part := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		coding, parameter, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		quality, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q=")
		q, err := strconv.ParseFloat(quality, 64)
		return !ok || err == nil && q > 0
	}
	return false
}

// WriteHeader sets the status; it is sent with the first part of the body.
func (w *response) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *response) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if !w.sent {
		if len(w.buffer)+len(p) <= held {
			w.buffer = append(w.buffer, p...)
			return len(p), nil
		}
		if w.compress {
			w.Header().Set("Content-Encoding", "gzip")
			w.gzip, _ = w.api.gzips.Get().(*gzip.Writer)
			if w.gzip == nil {
				w.gzip, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // fails for unknown levels only
			}
			w.gzip.Reset(w.ResponseWriter)
		}
		if err := w.send(); err != nil {
			return 0, err
		}
	}
	w.expectProgress()
	if w.gzip != nil {
		return w.gzip.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// expectProgress gives the client some time to take the next part of the answer: one that reads nothing holds a session
// of a database, of which there are few.
func (w *response) expectProgress() {
	_ = w.control.SetWriteDeadline(time.Now().Add(w.api.config.Limits.Stall)) // not every connection has one
}

// send sends the headers and what was held back.
func (w *response) send() error {
	w.sent = true
	w.expectProgress()
	w.ResponseWriter.WriteHeader(w.status)
	body := w.buffer
	w.buffer = nil
	if len(body) == 0 {
		return nil
	}
	var err error
	if w.gzip != nil {
		_, err = w.gzip.Write(body)
	} else {
		_, err = w.ResponseWriter.Write(body)
	}
	return err
}

// discard forgets an answer of which nothing was sent; ok is false when it is too late.
func (w *response) discard() (ok bool) {
	if w.sent {
		return false
	}
	w.status, w.buffer = 0, nil
	w.Header().Del("Content-Type")
	return true
}

// finish sends what is left.
func (w *response) finish() error {
	w.WriteHeader(http.StatusOK)
	if !w.sent {
		if w.status != http.StatusNoContent && w.status != http.StatusNotModified && w.Header().Get("Content-Length") == "" {
			w.Header().Set("Content-Length", strconv.Itoa(len(w.buffer)))
		}
		return w.send()
	}
	if w.gzip == nil {
		return nil
	}
	err := w.gzip.Close()
	w.api.gzips.Put(w.gzip)
	w.gzip = nil
	return err
}
