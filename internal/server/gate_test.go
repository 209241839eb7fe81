package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
	"boardwalk/internal/project"
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

func TestGate_Starting(t *testing.T) {
	g := &gate{}
	for _, path := range []string{"/healthz", "/fabrikam/_apis/projects"} {
		if a := serve(g, path); a.Code != http.StatusServiceUnavailable || !strings.Contains(a.Body.String(), "starting") {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
}

func TestGate_RecordsGone(t *testing.T) {
	s, stop := start(t, testConfig(t, dbtest.New(t, "sqlite")))
	stop()
	g := &gate{}
	g.open(http.NotFoundHandler(), newMetrics(), &stores{projects: project.New(closedDB(t))})
	if a := serve(g, "/healthz"); a.Code != http.StatusServiceUnavailable {
		t.Errorf("healthz of a closed store: %d %s", a.Code, a.Body)
	}
	if a := serve(s.gate, "/healthz"); a.Code != http.StatusServiceUnavailable || !strings.Contains(a.Body.String(), "stopping") {
		t.Errorf("healthz of a stopped server: %d %s", a.Code, a.Body)
	}
}
