package server

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"boardwalk/internal/db"
	"boardwalk/internal/db/dbtest"
)

// Each start that cannot work ends with one error that says what is wrong and what would be right.
func TestStart_Refused(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, c *Config)
		want    []string
	}{
		{"data below a file", func(t *testing.T, c *Config) {
			c.Data = filepath.Join(c.Data, "file", "data")
			write(t, filepath.Dir(c.Data), "")
		}, []string{"cannot create the data directory", "not a directory", "--data"}},
		{"port taken", func(_ *testing.T, c *Config) { c.Listen = taken.Addr().String() },
			[]string{"cannot listen on " + taken.Addr().String(), "another program does", "--listen"}},
		{"admin port taken", func(_ *testing.T, c *Config) { c.Admin = taken.Addr().String() },
			[]string{"cannot listen on " + taken.Addr().String(), "--admin"}},
		{"host unknown", func(_ *testing.T, c *Config) { c.Sample, c.Listen = false, "nowhere.invalid:0" }, []string{"cannot listen", "nowhere.invalid", "--listen"}},
		{"no port", func(_ *testing.T, c *Config) { c.Listen = "8080" }, []string{`--listen "8080"`, "127.0.0.1:8080"}},
		{"sample for everybody", func(_ *testing.T, c *Config) { c.Listen = "0.0.0.0:0" }, []string{"tokens that everybody knows", "--allow-remote-sample"}},
		{"sample on all addresses", func(_ *testing.T, c *Config) { c.Listen = ":0" }, []string{"tokens that everybody knows"}},
		{"records damaged", func(t *testing.T, c *Config) {
			write(t, filepath.Join(c.Data, recordsFile), strings.Repeat("this is no database ", 1000))
		}, []string{"cannot open the record store", recordsFile, "damaged", "backup"}},
		{"records newer", func(t *testing.T, c *Config) { addMigration(t, filepath.Join(c.Data, recordsFile)) },
			[]string{recordsFile, "newer version of Boardwalk", "run the newer program"}},
		{"token key damaged", func(t *testing.T, c *Config) { write(t, filepath.Join(c.Data, tokenKeyFile), "short") }, []string{tokenKeyFile, "damaged", "backup"}},
		{"scheme unknown", func(_ *testing.T, c *Config) { c.DB = "mysql://u:secret@h/d" }, []string{"mysql", "postgres://"}},
		{"PostgreSQL gone", func(_ *testing.T, c *Config) { c.DB = "postgres://u:secret@127.0.0.1:1/records" },
			[]string{"PostgreSQL at 127.0.0.1:1/records", "connect"}},
		{"URL malformed", func(_ *testing.T, c *Config) { c.DB = "postgres://u:secret@127.0.0.1:port/records" }, []string{"--db is malformed", "postgres://USER@HOST/DATABASE"}},
		{"analytics unknown", func(_ *testing.T, c *Config) { c.Analytics = "memory" }, []string{"--analytics", "duckdb"}},
		{"certificate damaged", func(t *testing.T, c *Config) {
			c.TLSDev = true
			write(t, filepath.Join(c.Data, "tls", "ca.pem"), "x")
			write(t, filepath.Join(c.Data, "tls", "ca-key.pem"), "x")
		}, []string{"ca.pem", "remove"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := testConfig(t, dbtest.New(t, "sqlite"))
			c.prepare(t, &config)
			requireRefused(t, config, c.want...)
		})
	}
}

// requireRefused starts a server that must not start, and whose error says all of want but no password.
func requireRefused(t *testing.T, c Config, want ...string) {
	t.Helper()
	s, err := Start(t.Context(), c, Streams{Out: io.Discard, Log: t.Output()})
	if err == nil {
		t.Errorf("it started: %v", s.Stop())
		return
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error lacks %q: %v", w, err)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error has a password in it: %v", err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// addMigration makes a record store look as if a later version had written it.
func addMigration(t *testing.T, path string) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Config{URL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	insert := db.SQL("test.insertMigration", `INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (9999, 'later', 'x', 0)`)
	err = d.Update(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(insert)
		return err
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestStart_SecondServer(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	first, _ := start(t, c)
	requireRefused(t, c, c.Data, "in use by process "+itoa(os.Getpid()), "--data")
	if err := LoadSample(t.Context(), SampleConfig{Store: c.Store}, io.Discard); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("sample beside a server: %v", err)
	}
	if err := RebuildAnalytics(t.Context(), RebuildConfig{Store: c.Store}, io.Discard); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("rebuild beside a server: %v", err)
	}
	get(t, first.URL()+"/healthz", 200)
}

func TestStart_SampleTokens(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		_, stop := start(t, c)
		stop()
		c.Sample = false
		requireRefused(t, c, "tokens, which everybody knows", "--sample")
	})
}

// The sample must not be mixed with data of value.
func TestStart_SampleBesideOtherData(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	c.Sample = false
	s, stop := start(t, c)
	addOrganization(t, s.stores, "contoso")
	stop()
	c.Sample = true
	requireRefused(t, c, "--sample needs a store of its own", "contoso")
	c.Sample = false
	again, _ := start(t, c)
	get(t, again.URL()+"/healthz", 200)
	if strings.Contains(again.out.String(), adminToken()) {
		t.Error("sample tokens are shown by a server without the sample")
	}
}

// A load that was interrupted leaves part of the sample behind. The next start begins anew.
func TestStart_HalfSample(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	c.Sample = false
	s, stop := start(t, c)
	errInterrupted := errors.New("interrupted")
	err := s.stores.fill(func() error {
		addOrganization(t, s.stores, "fabrikam")
		return errInterrupted
	})
	if !errors.Is(err, errInterrupted) {
		t.Fatal(err)
	}
	stop()
	c.Sample = true
	again, _ := start(t, c)
	get(t, again.URL()+"/fabrikam/_apis/wit/workItems/480", 200)
	if _, err := os.Stat(filepath.Join(c.Data, halfSample)); err == nil {
		t.Error("the mark is still there")
	}
}

func TestStart_HalfSampleElsewhere(t *testing.T) {
	c := testConfig(t, dbtest.New(t, "sqlite"))
	c.DB = "sqlite:" + filepath.Join(t.TempDir(), "elsewhere.db")
	write(t, filepath.Join(c.Data, halfSample), "")
	requireRefused(t, c, "elsewhere.db", "interrupted", "remove")
}

func TestStart_Interrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := Start(ctx, testConfig(t, dbtest.New(t, "sqlite")), Streams{Out: io.Discard, Log: io.Discard}); err == nil {
		t.Errorf("it started: %v", s.Stop())
	}
}
