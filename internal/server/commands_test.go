package server

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"
)

func TestLoadSample_Generated(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := testConfig(t, b)
		var out strings.Builder
		err := LoadSample(t.Context(), SampleConfig{Store: c.Store, Size: 300, Seed: 7, Organization: "contoso"}, &out)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "300 work items") || !strings.Contains(out.String(), "--sample") {
			t.Errorf("it says: %s", out.String())
		}
		if err := LoadSample(t.Context(), SampleConfig{Store: c.Store}, &out); err == nil || !strings.Contains(err.Error(), "contoso") {
			t.Errorf("a second load: %v", err)
		}
		s, stop := start(t, c)
		get(t, s.URL()+"/contoso/_apis/wit/workItems/1", 200)
		count := "/contoso/_odata/v4.0-preview/WorkItems/$count"
		want := get(t, s.URL()+count, 200)
		stop()

		out.Reset()
		if err := RebuildAnalytics(t.Context(), RebuildConfig{Store: c.Store, Organization: "Contoso"}, &out); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), "contoso: analytics tables built in ") {
			t.Errorf("it says: %s", out.String())
		}
		err = RebuildAnalytics(t.Context(), RebuildConfig{Store: c.Store, Organization: "fabrikam"}, &out)
		if err == nil || !strings.Contains(err.Error(), "contoso") {
			t.Errorf("rebuild of an unknown organization: %v", err)
		}
		again, _ := start(t, c)
		if got := get(t, again.URL()+count, 200); got != want {
			t.Errorf("%s work items after the rebuild, want %s", got, want)
		}
		if strings.Contains(again.log.String(), "rebuilt") {
			t.Errorf("the server built the tables once more:\n%s", again.log.String())
		}
	})
}

func TestRebuildAnalytics_NothingThere(t *testing.T) {
	var out strings.Builder
	c := testConfig(t, dbtest.New(t, "sqlite"))
	if err := RebuildAnalytics(t.Context(), RebuildConfig{Store: c.Store}, &out); err != nil || !strings.Contains(out.String(), "no organization") {
		t.Errorf("%v; it says: %s", err, out.String())
	}
}

func TestTokenKey(t *testing.T) {
	dir := t.TempDir()
	c := Store{Data: dir}
	first, err := c.tokenKeys()
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.tokenKeys()
	if err != nil || len(first) != 1 || len(second) != 1 || string(first[0]) != string(second[0]) || len(first[0]) != tokenKeyLength {
		t.Errorf("%x and %x, %v", first, second, err)
	}
	if _, err := (&Store{Data: dir, TokenKeyFile: filepath.Join(dir, "missing")}).tokenKeys(); err == nil {
		t.Error("a file that was named is made up")
	}
	info, err := os.Stat(filepath.Join(dir, tokenKeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".token*")); err != nil || left != nil {
		t.Errorf("left over: %v %v", left, err)
	}
}

func TestProgress(t *testing.T) {
	var out strings.Builder
	p := newProgress(&out)
	p.show("%s of %s", digits(1000), digits(1234567))
	p.show("too early to be shown")
	p.done()
	if out.String() != "1,000 of 1,234,567\n" {
		t.Errorf("%q", out.String())
	}
	for n, want := range map[int64]string{0: "0", 999: "999", -1000: "-1,000", -100: "-100", 100000: "100,000"} {
		if got := digits(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func TestMetrics(t *testing.T) {
	m := newMetrics()
	m.request("{project}/_apis/x", "GET", 200, 3*time.Millisecond)
	m.request("{project}/_apis/x", "GET", 200, 2*time.Hour)
	m.request("", "OTHER", 404, 5*time.Millisecond)
	m.statement(`a"b\c`, time.Microsecond)
	var out strings.Builder
	m.write(t.Context(), &out)
	for _, want := range []string{
		"# TYPE boardwalk_http_request_duration_seconds histogram\n",
		`boardwalk_http_request_duration_seconds_bucket{route="{project}/_apis/x",method="GET",status="200",le="0.0025"} 0` + "\n",
		`boardwalk_http_request_duration_seconds_bucket{route="{project}/_apis/x",method="GET",status="200",le="0.005"} 1` + "\n",
		`boardwalk_http_request_duration_seconds_bucket{route="{project}/_apis/x",method="GET",status="200",le="60"} 1` + "\n",
		`boardwalk_http_request_duration_seconds_bucket{route="{project}/_apis/x",method="GET",status="200",le="+Inf"} 2` + "\n",
		`boardwalk_http_request_duration_seconds_sum{route="{project}/_apis/x",method="GET",status="200"} 7200.003` + "\n",
		`boardwalk_http_request_duration_seconds_bucket{route="none",method="OTHER",status="404",le="0.005"} 1` + "\n",
		`boardwalk_db_statement_duration_seconds_count{statement="a\"b\\c"} 1` + "\n",
		"\ngo_goroutines ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

func TestFill_Fails(t *testing.T) {
	s := &stores{config: Store{Data: filepath.Join(t.TempDir(), "missing")}}
	called := errors.New("the load ran without a mark")
	if err := s.fill(func() error { return called }); err == nil || errors.Is(err, called) {
		t.Error(err)
	}
}
