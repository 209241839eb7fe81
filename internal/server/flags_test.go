package server

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func noEnv(string) string { return "" }

// TestUsage compares what -h prints with the files in testdata. UPDATE=1 writes them.
func TestUsage(t *testing.T) {
	for name, parse := range map[string]func(args []string, out *strings.Builder) error{
		"serve": func(args []string, out *strings.Builder) error {
			_, err := ParseServe(args, noEnv, out, out)
			return err
		},
		"sample": func(args []string, out *strings.Builder) error {
			_, err := ParseSample(args, noEnv, out, out)
			return err
		},
		"explain": func(args []string, out *strings.Builder) error {
			_, err := ParseExplain(args, noEnv, out, out)
			return err
		},
		"ingest": func(args []string, out *strings.Builder) error {
			_, err := ParseIngest(args, noEnv, out, out)
			return err
		},
		"organization": func(args []string, out *strings.Builder) error {
			_, err := ParseCreateOrganization(args, noEnv, out, out)
			return err
		},
		"organizationdelete": func(args []string, out *strings.Builder) error {
			_, err := ParseDeleteOrganization(args, noEnv, out, out)
			return err
		},
		"admin": func(args []string, out *strings.Builder) error {
			_, err := ParseAdmin("create-token", args, noEnv, out, out)
			return err
		},
		"rebuild": func(args []string, out *strings.Builder) error {
			_, err := ParseRebuild(args, noEnv, out, out)
			return err
		},
	} {
		var out strings.Builder
		if err := parse([]string{"-h"}, &out); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: %v", name, err)
		}
		path := filepath.Join("testdata", name+".txt")
		if os.Getenv("UPDATE") != "" {
			write(t, path, out.String())
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s -h (-want +got):\n%s", name, diff)
		}
	}
}

// A flag wins over the environment, which wins over the default.
func TestParseServe_Sources(t *testing.T) {
	env := map[string]string{"BOARDWALK_DATA": "/from/env", "BOARDWALK_LISTEN": "127.0.0.1:1", "BOARDWALK_SAMPLE": "true",
		"BOARDWALK_LOG_LEVEL": "warn", "BOARDWALK_SHUTDOWN": "3s"}
	var out strings.Builder
	c, err := ParseServe([]string{"--listen", "127.0.0.1:2", "--analytics-threads=2"}, func(name string) string { return env[name] }, &out, &out)
	if err != nil {
		t.Fatalf("%v %s", err, out.String())
	}
	want := DefaultConfig()
	want.Data, want.Listen, want.Sample, want.Shutdown, want.AnalyticsThreads = "/from/env", "127.0.0.1:2", true, 3*time.Second, 2
	if err := want.LogLevel.UnmarshalText([]byte("warn")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParse_Wrong(t *testing.T) {
	for _, c := range []struct {
		args, env string
		want      string
	}{
		{args: "--dta x", want: "--dta"},
		{args: "x", want: `unexpected argument "x"`},
		{args: "--shutdown soon", want: `"soon"`},
		{args: "--log-level loud", want: `"loud"`},
		{args: "--log-format xml", want: "use text or json"},
		{args: "--listen 8080", want: "127.0.0.1:8080"},
		{args: "--sample --listen 0.0.0.0:80", want: "--allow-remote-sample"},
		{args: "--data=", want: "--data is empty"},
		{args: "--db-schema=", want: "--db-schema is empty"},
		{args: "--analytics-threads -1", want: "--analytics-threads is -1"},
		{env: "maybe", want: `BOARDWALK_SAMPLE: invalid value "maybe"`},
	} {
		var out strings.Builder
		env := func(name string) string {
			if name == "BOARDWALK_SAMPLE" {
				return c.env
			}
			return ""
		}
		_, err := ParseServe(strings.Fields(c.args), env, &out, &out)
		if !errors.Is(err, ErrUsage) || !strings.Contains(out.String(), c.want) || !strings.Contains(out.String(), "boardwalk serve -h") {
			t.Errorf("%s: %v; it says: %s", c.args+c.env, err, out.String())
		}
	}
	for args, want := range map[string]string{"--size -1": "--size is -1", "--organization x": "add --size"} {
		var out strings.Builder
		if _, err := ParseSample(strings.Fields(args), noEnv, &out, &out); !errors.Is(err, ErrUsage) || !strings.Contains(out.String(), want) {
			t.Errorf("sample %s: %v; it says: %s", args, err, out.String())
		}
	}
}

func TestParseServe_RemoteSample(t *testing.T) {
	for _, listen := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0", "127.1.2.3:0"} {
		if _, err := ParseServe([]string{"--sample", "--listen", listen}, noEnv, t.Output(), t.Output()); err != nil {
			t.Errorf("%s: %v", listen, err)
		}
	}
	if _, err := ParseServe([]string{"--sample", "--listen", "0.0.0.0:0", "--allow-remote-sample"}, noEnv, t.Output(), t.Output()); err != nil {
		t.Error(err)
	}
}
