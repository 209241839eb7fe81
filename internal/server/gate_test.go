package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

func serve(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// closedDB is a record store that was closed.
func closedDB(t *testing.T) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), dbtest.New(t, "sqlite").Config(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return d
}

// cancelWriter ends a context with the first thing written.
type cancelWriter struct{ cancel context.CancelFunc }

func (w cancelWriter) Write(p []byte) (int, error) {
	w.cancel()
	return len(p), nil
}

// contextWithReady returns a context that ends when the server greets.
func contextWithReady(t *testing.T) (context.Context, cancelWriter) {
	ctx, cancel := context.WithCancel(t.Context())
	return ctx, cancelWriter{cancel}
}
