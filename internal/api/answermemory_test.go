package api

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// lateSender is a connection that fails while it still has the memory of an answer, as a stream of HTTP/2 does when it
// ends before its frame is written.
type lateSender struct {
	*httptest.ResponseRecorder
	sending []byte
}

func (l *lateSender) Write(p []byte) (int, error) {
	l.sending = p
	return 0, errors.New("stream closed")
}

// Memory that a broken connection may still be sending does not get the answers of others.
func TestAnswer_Broken(t *testing.T) {
	a := fixture(t, dbtest.New(t, "sqlite"), nil)
	ask := func(w http.ResponseWriter, path string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path+"?api-version=7.1", nil)
		r.SetBasicAuth("", tokens()["reader"])
		defer func() { _ = recover() }() // as the server does when an answer breaks
		a.ServeHTTP(w, r)
	}
	for range 20 { // memory is not always used again
		w := &lateSender{ResponseRecorder: httptest.NewRecorder()}
		ask(w, "/fabrikam/_apis/wit/fields")
		if len(w.sending) == 0 {
			t.Fatal("nothing was sent")
		}
		before := string(w.sending)
		ask(httptest.NewRecorder(), "/fabrikam/_apis/wit/workItemRelationTypes")
		if string(w.sending) != before {
			t.Fatalf("what was being sent became %.80s", w.sending)
		}
	}
}
