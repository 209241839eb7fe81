package sample

import (
	"errors"
	"testing"

	"boardwalk/internal/access"
	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

// The sample is the same whenever and wherever it is loaded.
func TestLoad_Deterministic(t *testing.T) {
	want := fingerprints(t, loaded(t, dbtest.New(t, "sqlite")).DB)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := newStore(t, b, clockAt("2031-03-04T05:06:07Z"))
		if err := Load(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, fingerprints(t, c.DB)); diff != "" {
			t.Errorf("loaded again it is different: %s", diff)
		}
	})
}

func TestLoad_Refuses(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := loaded(t, b)
		before := fingerprints(t, c.DB)
		if err := Load(t.Context(), c); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("second load: %v", err)
		}
		if err := Generate(t.Context(), c, GenerateConfig{Items: 3}); !errors.Is(err, ErrNotEmpty) {
			t.Errorf("generate behind the sample: %v", err)
		}
		if diff := cmp.Diff(before, fingerprints(t, c.DB)); diff != "" {
			t.Errorf("a refused load changed something: %s", diff)
		}
	})
}

func TestLoad_Invariants(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		c := loaded(t, b)
		for org := int64(1); org <= 2; org++ {
			checkOrganization(t, c, org, instant("2026-11-21T00:00:00Z"))
		}
	})
}

func TestTokens(t *testing.T) {
	for _, info := range Tokens() {
		if len(info.Text) != 52 || info.Name == "" || info.Role == "" || info.Purpose == "" {
			t.Errorf("token %+v", info)
		}
	}
	c := loaded(t, dbtest.New(t, "sqlite"))
	catalogs := map[string]int64{"fabrikam": 1, "youngbinhan": 2}
	for _, info := range Tokens() {
		for name, org := range catalogs {
			caller, err := c.Access.Authenticate(t.Context(), org, info.Text)
			if may := cmp.Equal(info.Organizations, []string{name}) || len(info.Organizations) == 2; !may {
				if err == nil {
					t.Errorf("%s may enter %s", info.Role, name)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s in %s: %v", info.Role, name, err)
				continue
			}
			if caller.User.DisplayName != info.Name || caller.Scope != "app_token" {
				t.Errorf("%s in %s is %s with scope %s", info.Role, name, caller.User.DisplayName, caller.Scope)
			}
			fiber, old := c.projectID(t, 1, "Fabrikam Fiber"), c.projectID(t, 1, "Fabrikam")
			got := [...]bool{caller.ReadsAll(), caller.CanRead(fiber), caller.CanRead(old), caller.CanWrite(fiber), caller.CanViewAnalytics(fiber)}
			want := map[string][5]bool{
				"administrator": {true, true, true, true, true},
				"reader":        {false, true, false, false, true},
				"stakeholder":   {true, true, true, false, false},
			}[info.Role]
			if got != want {
				t.Errorf("%s in %s: reads all, reads Fabrikam Fiber, reads Fabrikam, writes, views analytics = %v, want %v", info.Role, name, got, want)
			}
			if (caller.User.Level == access.Stakeholder) != (info.Role == "stakeholder") {
				t.Errorf("%s has level %s", info.Role, caller.User.Level)
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		c := newStore(b, dbtest.New(b, "sqlite"), clockAt("2026-11-22T12:00:00Z"))
		if err := Load(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}
