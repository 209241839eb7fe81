package server

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"boardwalk/internal/db/dbtest"
)

// itemCount asks Analytics for the number of work items of an organization.
func itemCount(t *testing.T, s *Server) string {
	t.Helper()
	return get(t, s.URL()+"/fabrikam/_odata/v4.0-preview/WorkItems/$count", 200)
}

// Whatever happens to the files of Analytics, they are built again from the records.
func TestAnalytics_FilesDamaged(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"garbage": func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("garbage ", 4096)), 0o600) },
		"cut":     func(path string) error { return os.Truncate(path, 300_000) },
		"empty":   func(path string) error { return os.Truncate(path, 0) },
		"missing": os.Remove,
		"holes":   func(path string) error { return overwrite(path, 16<<10, 1<<20) },
		"stray log": func(path string) error {
			return os.WriteFile(path+".wal", []byte(strings.Repeat("garbage ", 4096)), 0o600)
		},
		"other file": func(path string) error { return os.WriteFile(path, []byte("SQLite format 3\x00"), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t, dbtest.New(t, "sqlite"))
			s, stop := start(t, c)
			want := itemCount(t, s.Server)
			stop()
			if err := damage(filepath.Join(c.Data, "analytics", "1.duckdb")); err != nil {
				t.Fatal(err)
			}
			again, _ := start(t, c)
			if got := itemCount(t, again.Server); got != want {
				t.Errorf("%s work items, want %s; the log:\n%s", got, want, again.log.String())
			}
		})
	}
}

// overwrite fills part of a file with zeros.
func overwrite(path string, from, length int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(make([]byte, length), from)
	return errors.Join(err, f.Close())
}

func TestData_ReadOnly(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, []string{mountVariable + "=" + dir + ":read-only"}, "--data", dir, "--listen", "127.0.0.1:0")
	if c.url != "" {
		t.Fatal("it started")
	}
	log := c.log.String()
	if !strings.Contains(log, "cannot write to the data directory") || !strings.Contains(log, "read-only file system") || !strings.Contains(log, dir) {
		t.Errorf("the error: %s", log)
	}
}

// A store that cannot be written because it belongs to somebody else, or was made read-only, is no reason to panic.
func TestData_RecordsReadOnly(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	s, stop := start(t, c)
	_ = s
	stop()
	elsewhere := t.TempDir()
	records := filepath.Join(elsewhere, recordsFile)
	content, err := os.ReadFile(filepath.Join(c.Data, recordsFile))
	if err != nil {
		t.Fatal(err)
	}
	write(t, records, string(content))
	child := startChild(t, []string{mountVariable + "=" + elsewhere + ":read-only"},
		"--data", t.TempDir(), "--db", "sqlite:"+records, "--listen", "127.0.0.1:0", "--sample")
	if child.url != "" {
		t.Fatal("it started")
	}
	if log := child.log.String(); !strings.Contains(log, "cannot open the record store "+records) || !strings.Contains(log, "writable") {
		t.Errorf("the error: %s", log)
	}
}

func TestData_FullAtStart(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, []string{mountVariable + "=" + dir + ":size=1m"}, "--data", dir, "--listen", "127.0.0.1:0", "--sample")
	if c.url != "" {
		t.Fatal("it started")
	}
	if log := c.log.String(); !strings.Contains(log, "full") || !strings.Contains(log, "free space") {
		t.Errorf("the error: %s", log)
	}
}

// When the disk fills up, changes are refused and reads go on; when there is space again, so do changes.
func TestData_FullWhileServing(t *testing.T) {
	dir := t.TempDir()
	c := startChild(t, []string{mountVariable + "=" + dir + ":size=64m"}, "--data", dir, "--listen", "127.0.0.1:0", "--sample")
	if c.url == "" {
		t.Fatalf("it did not start:\n%s", c.log)
	}
	url := c.url + "/fabrikam/_apis/wit/workItems/480?api-version=7.1"
	count := c.url + "/fabrikam/_odata/v4.0-preview/WorkItems/$count"
	want := get(t, count, 200)
	before := decode[workItem](t, get(t, url, 200))
	filler := c.inside(filepath.Join(dir, "filler"))
	fillUp(t, filler)

	rev := before.Rev
	var refused answer
	eventually(t, "a change is refused", func() bool { // the write-ahead log has some room left
		a, err := ask(patient(), "PATCH", url, adminToken(), retitle(rev, strings.Repeat("x", 200)))
		if err != nil {
			t.Fatal(err)
		}
		if a.status == 200 {
			rev++
			return false
		}
		refused = a
		return true
	})
	if refused.status != 503 || !strings.Contains(refused.body, "full") || !strings.Contains(refused.body, "Nothing was changed") {
		t.Errorf("a change on a full disk: %d %s", refused.status, refused.body)
	}
	if got := decode[workItem](t, get(t, url, 200)); got.Rev != rev {
		t.Errorf("revision %d, want %d", got.Rev, rev)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	eventually(t, "changes are stored again", func() bool {
		a, err := ask(patient(), "PATCH", url, adminToken(), retitle(rev, "there is space again"))
		if err != nil {
			t.Fatal(err)
		}
		return a.status == 200
	})
	eventually(t, "analytics follows", func() bool {
		a, err := ask(patient(), "GET", c.url+"/fabrikam/_odata/v4.0-preview/WorkItems?$filter=WorkItemId%20eq%20480&$select=Title,Revision", adminToken(), "")
		if err != nil {
			t.Fatal(err)
		}
		return a.status == 200 && strings.Contains(a.body, "there is space again")
	})
	if got := get(t, count, 200); got != want {
		t.Errorf("analytics has %s work items, want %s", got, want)
	}
	if err := c.terminate(t); err != nil {
		t.Errorf("stop: %v\n%s", err, c.log)
	}
}

// fillUp writes a file until there is no space.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size >= 1; {
		if _, err = f.Write(make([]byte, size)); err != nil {
			size /= 16
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAnalytics_DamagedWhileServing(t *testing.T) {
	s, _ := start(t, testConfig(t, dbtest.New(t, "sqlite")))
	want := itemCount(t, s.Server)
	s.feeder.Damaged(1)
	eventually(t, "the tables are rebuilt", func() bool {
		return strings.Count(s.log.String(), `msg="analytics tables rebuilt" organization_id=1`) == 1
	})
	if got := itemCount(t, s.Server); got != want {
		t.Errorf("%s work items, want %s", got, want)
	}
}
