package server

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// A mistake in the rules ends the start; later it leaves the rules as they were.
func TestFaults_Reload(t *testing.T) {
	config := testConfig(t, dbtest.New(t, "sqlite"))
	config.Faults = filepath.Join(t.TempDir(), "faults.json")
	write(t, config.Faults, "{\n\"rulez\": []}")
	if _, err := Start(t.Context(), config, Streams{Out: &strings.Builder{}, Log: &strings.Builder{}}); err == nil || !strings.Contains(err.Error(), `faults.json: line 2: there is no key "rulez"`) {
		t.Fatalf("%v", err)
	}
	write(t, config.Faults, `{"rules": [{"path": "_apis/projects", "status": 503}]}`)
	r, _ := start(t, config)
	projects := r.URL() + "/fabrikam/_apis/projects"
	get(t, projects, http.StatusServiceUnavailable)
	write(t, config.Faults, `{"rules": [}`)
	r.reloadFaults()
	get(t, projects, http.StatusServiceUnavailable)
	write(t, config.Faults, `{"rules": []}`)
	r.reloadFaults()
	get(t, projects, http.StatusOK)
}
