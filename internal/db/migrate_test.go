package db

import (
	"strings"
	"testing"
	"testing/fstest"
)

// Two files of one number are a mistake; twins of a database stand in for each other.
func TestMigrations(t *testing.T) {
	files := fstest.MapFS{"schema/0001_a.sql": {Data: []byte("a")}, "schema/0002_b.postgres.sql": {Data: []byte("b2")}, "schema/0002_b.sql": {Data: []byte("b")}}
	for dialect, want := range map[Dialect]string{Dialect("postgres"): "b2", Dialect("sqlite"): "b"} {
		all, err := migrations(files, dialect)
		if err != nil || len(all) != 2 || all[1].text != want {
			t.Errorf("%s: %v, %v", dialect, all, err)
		}
	}
	files["schema/0002_c.sql"] = &fstest.MapFile{}
	if _, err := migrations(files, Dialect("sqlite")); err == nil || !strings.Contains(err.Error(), "b and c have one number") {
		t.Errorf("two migrations 2: %v", err)
	}
}
