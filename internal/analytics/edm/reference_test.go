package edm

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// The reference compilation of published metadata documents, as far as the model has to agree with it.
type (
	reference struct {
		Annotations struct {
			Container struct {
				FilterFunctions []string            `yaml:"Org.OData.Capabilities.V1.FilterFunctions"`
				ApplySupported  map[string][]string `yaml:"Org.OData.Aggregation.V1.ApplySupported"`
			}
		}
		Enums      []refEnum `yaml:"enum_types"`
		Types      []refType `yaml:"entity_types"`
		Documented []refType `yaml:"documented_only_entity_types"`
	}
	refEnum struct {
		Name, Underlying string
		Flags            bool
		Since            string
		Members          []refMember
	}
	refMember struct {
		Name    string
		Value   int64
		Display string
	}
	refType struct {
		Type, Set, Since string
		SetDisplay       string `yaml:"set_display"`
		Key              []string
		ProjectBound     bool `yaml:"project_bound"`
		Snapshot         bool
		Extra            string `yaml:"extra_properties"`
		Properties       []refProperty
		Navigation       []refNavigation
	}
	refProperty struct {
		Name, Type   string
		Nullable     *bool
		Since        string
		Ref, Display string
		PII          bool
		Process      string
	}
	refNavigation struct {
		Name, Target   string
		TargetSet      string `yaml:"target_set"`
		Collection     bool
		Nullable       *bool
		FK             string
		RefKey         string `yaml:"ref_key"`
		Since          string
		Ref, Display   string
		CrossesProject bool `yaml:"crosses_project"`
		Expandable     *bool
	}
)

// loadReference reads the compilation from a folder beside the repository.
func loadReference(t *testing.T) reference {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "shared", "reference", "analytics-model.yaml"))
		if err == nil {
			var r reference
			if err := yaml.Unmarshal(text, &r); err != nil {
				t.Fatal(err)
			}
			return r
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if parent == dir {
			t.Skip("the reference compilation is not part of a clone")
		}
		dir = parent
	}
}

// expected lists all types with what the compilation leaves to its reader: members of the types known from the
// documentation alone are as old as the type, and only their keys are never null.
func (r reference) expected() []refType {
	types := slices.Clone(r.Types)
	for _, e := range r.Documented {
		for i := range e.Properties {
			nullable := !slices.Contains(e.Key, e.Properties[i].Name)
			e.Properties[i].Nullable, e.Properties[i].Since = &nullable, e.Since
		}
		for i := range e.Navigation {
			e.Navigation[i].Since = e.Since
		}
		types = append(types, e)
	}
	for _, e := range types {
		for i := range e.Navigation {
			n := &e.Navigation[i]
			n.Nullable, n.Expandable = orTrue(n.Nullable), orTrue(n.Expandable)
		}
		for i := range e.Properties {
			if e.Properties[i].Process != "" {
				e.Properties[i].Process = "yes"
			}
		}
	}
	return types
}

func orTrue(b *bool) *bool {
	if b == nil {
		b = new(bool)
		*b = true
	}
	return b
}

func (r reference) processFields() Fields {
	f := Fields{Predefined: map[string]bool{}}
	for _, e := range r.Types {
		for _, p := range e.Properties {
			if p.Process != "" {
				f.Predefined[p.Ref] = true
			}
		}
	}
	return f
}

// described is the model in the words of the compilation.
func described(m *Model) []refType {
	var types []refType
	for _, e := range m.EntitySets() {
		d := refType{Type: e.Name, Set: e.Set, Since: e.Since.String(), SetDisplay: e.SetDisplay, Key: e.Key,
			ProjectBound: e.ProjectBound, Snapshot: e.Snapshot}
		if e.CustomFields {
			d.Extra = "custom_fields"
		}
		for _, p := range e.Properties {
			nullable := !p.NotNull
			property := refProperty{Name: p.Name, Type: strings.TrimPrefix(p.Type.String(), modelPrefix),
				Nullable: &nullable, Since: p.Since.String(), Ref: p.Ref, Display: p.Display, PII: p.PII}
			if p.ProcessField {
				property.Process = "yes"
			}
			d.Properties = append(d.Properties, property)
		}
		d.Navigation = make([]refNavigation, 0)
		for _, n := range e.Navigation {
			nullable, expandable := !n.NotNull, !n.NotExpandable
			d.Navigation = append(d.Navigation, refNavigation{Name: n.Name, Target: n.Target,
				TargetSet: m.Target(&n).Set, Collection: n.Collection, Nullable: &nullable, FK: n.FK, RefKey: n.RefKey,
				Since: n.Since.String(), Ref: n.Ref, Display: n.Display, CrossesProject: n.CrossesProject,
				Expandable: &expandable})
		}
		types = append(types, d)
	}
	return types
}

func TestReference_EntityTypes(t *testing.T) {
	r := loadReference(t)
	if len(r.Types) < 20 {
		t.Fatalf("the compilation has %d types", len(r.Types))
	}
	if diff := cmp.Diff(r.expected(), described(New(V4Preview, r.processFields()))); diff != "" {
		t.Errorf("-reference +model:\n%s", diff)
	}
}

// Each version has exactly the members that are as old as it is.
func TestReference_Versions(t *testing.T) {
	r := loadReference(t)
	for _, known := range Versions {
		var want, got []string
		for _, e := range r.expected() {
			if e.Since > known.Segment { // the segments sort like the versions
				continue
			}
			for _, p := range e.Properties {
				if p.Since <= known.Segment {
					want = append(want, e.Type+"."+p.Name)
				}
			}
			for _, n := range e.Navigation {
				if n.Since <= known.Segment {
					want = append(want, e.Type+"."+n.Name)
				}
			}
		}
		for _, e := range New(known.Version, r.processFields()).EntitySets() {
			for _, p := range e.Properties {
				got = append(got, e.Name+"."+p.Name)
			}
			for _, n := range e.Navigation {
				got = append(got, e.Name+"."+n.Name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-reference +model):\n%s", known.Segment, diff)
		}
	}
}

func TestReference_Enums(t *testing.T) {
	r := loadReference(t)
	var got []refEnum
	for _, e := range enumTypes {
		d := refEnum{Name: e.Name, Underlying: kindNames[e.Underlying], Flags: e.Flags, Since: e.Since.String()}
		for _, m := range e.Members {
			d.Members = append(d.Members, refMember(m))
		}
		got = append(got, d)
	}
	if diff := cmp.Diff(r.Enums, got); diff != "" {
		t.Errorf("-reference +model:\n%s", diff)
	}
}

func TestReference_Capabilities(t *testing.T) {
	r := loadReference(t)
	annotations := readMetadata(t, V1, Fields{})[1].Container.Annotations
	if diff := cmp.Diff(r.Annotations.Container.FilterFunctions, annotations[0].Texts); diff != "" {
		t.Errorf("functions (-reference +model):\n%s", diff)
	}
	got := map[string][]string{}
	for _, p := range annotations[1].Record {
		got[p.Property] = p.Texts
	}
	if diff := cmp.Diff(r.Annotations.Container.ApplySupported, got); diff != "" {
		t.Errorf("transformations (-reference +model):\n%s", diff)
	}
}
