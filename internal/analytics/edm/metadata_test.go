package edm

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files")

func writeMetadata(t *testing.T, v Version, f Fields) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := New(v, f).WriteMetadata(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWriteMetadata_Golden(t *testing.T) {
	for _, known := range Versions {
		t.Run(known.Segment, func(t *testing.T) {
			got := writeMetadata(t, known.Version, sampleFields)
			golden := filepath.Join("testdata", known.Segment+".xml")
			if *rewrite {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWriteMetadata_SameBytes(t *testing.T) {
	reversed := Fields{Predefined: sampleFields.Predefined, Custom: slices.Clone(sampleFields.Custom)}
	slices.Reverse(reversed.Custom)
	if !bytes.Equal(writeMetadata(t, V4Preview, sampleFields), writeMetadata(t, V4Preview, reversed)) {
		t.Error("the order in which fields are listed changes the document")
	}
}

const modelPrefix = "Microsoft.VisualStudio.Services.Analytics.Model."

func TestWriteMetadata_HoldsTogether(t *testing.T) {
	for _, known := range Versions {
		t.Run(known.Segment, func(t *testing.T) {
			schemas := readMetadata(t, known.Version, sampleFields)
			model, container := schemas[0], schemas[len(schemas)-1].Container
			types, sets := map[string]csdlType{}, map[string]string{}
			for _, e := range model.EntityTypes {
				types[modelPrefix+e.Name] = e
			}
			enums := map[string]bool{}
			for _, e := range model.EnumTypes {
				enums[modelPrefix+e.Name] = true
			}
			for _, s := range container.Sets {
				sets[s.Name] = s.EntityType
			}
			if len(sets) != len(types) || len(sets) != len(container.Sets) {
				t.Errorf("%d sets, %d of them with names of their own, for %d types",
					len(container.Sets), len(sets), len(types))
			}
			for i, s := range container.Sets {
				if s.EntityType != modelPrefix+model.EntityTypes[i].Name {
					t.Errorf("set %d is %s of %s, but type %d is %s", i, s.Name, s.EntityType, i, model.EntityTypes[i].Name)
				}
				bound := map[string]string{}
				for _, b := range s.Bindings {
					bound[b.Path] = sets[b.Target]
				}
				for _, n := range types[s.EntityType].Navigation {
					if bound[n.Name] != elementType(n.Type) || bound[n.Name] == "" {
						t.Errorf("%s: %s of %s is bound to a set of %q", s.Name, n.Name, n.Type, bound[n.Name])
					}
					delete(bound, n.Name)
				}
				if len(bound) > 0 {
					t.Errorf("%s binds %v, which do not exist", s.Name, bound)
				}
			}
			for name, e := range types {
				checkType(t, name, e, types, enums)
			}
		})
	}
}

func elementType(declared string) string {
	return strings.TrimSuffix(strings.TrimPrefix(declared, "Collection("), ")")
}

func checkType(t *testing.T, name string, e csdlType, types map[string]csdlType, enums map[string]bool) {
	t.Helper()
	if len(e.Key) == 0 {
		t.Errorf("%s has no key", name)
	}
	if !slices.IsSortedFunc(e.Key, func(a, b csdlID) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%s: key %v is not sorted", name, e.Key)
	}
	for _, k := range e.Key {
		if e.property(k.Name) == nil {
			t.Errorf("%s: key %s is no property", name, k.Name)
		}
	}
	seen := map[string]bool{}
	for _, member := range slices.Concat(e.Property, e.Navigation) {
		if folded := strings.ToLower(member.Name); seen[folded] {
			t.Errorf("%s has %s twice", name, member.Name)
		} else {
			seen[folded] = true
		}
		if member.Nullable != "" && member.Nullable != "false" || len(member.Other) > 0 {
			t.Errorf("%s.%s: Nullable %q, attributes %v", name, member.Name, member.Nullable, member.Other)
		}
	}
	for _, p := range e.Property {
		if !enums[p.Type] && !strings.HasPrefix(p.Type, "Edm.") {
			t.Errorf("%s.%s is of unknown type %s", name, p.Name, p.Type)
		}
	}
	for _, n := range e.Navigation {
		target, exists := types[elementType(n.Type)]
		if !exists {
			t.Errorf("%s.%s leads to unknown type %s", name, n.Name, n.Type)
			continue
		}
		if collection := strings.HasPrefix(n.Type, "Collection("); collection != (len(n.Constraints) == 0) {
			t.Errorf("%s.%s: %s with constraints %v", name, n.Name, n.Type, n.Constraints)
		}
		for _, c := range n.Constraints {
			from, to := e.property(c.Property), target.property(c.ReferencedProperty)
			if from == nil || to == nil || from.Type != to.Type {
				t.Errorf("%s.%s joins %s to %s", name, n.Name, c.Property, c.ReferencedProperty)
			} else if n.Nullable != from.Nullable {
				t.Errorf("%s.%s: Nullable %q, that of %s is %q", name, n.Name, n.Nullable, from.Name, from.Nullable)
			}
		}
	}
}

func annotationsOf(list []csdlAnnotation) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Term+"="+a.String+a.Bool)
	}
	return out
}

func TestWriteMetadata_Annotations(t *testing.T) {
	model := readMetadata(t, V4Preview, sampleFields)[0]
	member := func(typ, name string) csdlMember {
		for _, e := range model.EntityTypes {
			for _, m := range slices.Concat(e.Property, e.Navigation) {
				if e.Name == typ && m.Name == name {
					return m
				}
			}
		}
		t.Fatalf("no %s.%s", typ, name)
		return csdlMember{}
	}
	pii := "Microsoft.VisualStudio.Services.Analytics.IsPersonallyIdentifiableInformation=true"
	tests := []struct {
		typ, name string
		want      []string
	}{
		{"WorkItem", "WorkItemId", []string{"Ref.ReferenceName=System.Id", "Display.DisplayName=Work Item Id"}},
		{"WorkItem", "AssignedTo", []string{"Ref.ReferenceName=System.AssignedTo", "Display.DisplayName=Assigned To"}},
		{"WorkItem", "AssignedToUserSK", nil},
		{"WorkItem", "Count", nil},
		{"WorkItem", "ParentWorkItemId", []string{"Display.DisplayName=Parent Work Item Id"}},
		{"WorkItem", "Custom_TFSID", []string{"Display.DisplayName=TFS ID", "Ref.ReferenceName=Custom.TFSID"}},
		{"WorkItem", "Custom_Approved", []string{"Display.DisplayName=Approved", "Ref.ReferenceName=Custom.Approved",
			"Display.Description=By the board"}},
		{"WorkItem", "Custom_719f69f1__002Df7d0__002D4baa__002Db6ce__002De77ad5dfcdf3", []string{
			"Display.DisplayName=Größe <&\"'>\uFFFD", "Ref.ReferenceName=Custom.719f69f1-f7d0-4baa-b6ce-e77ad5dfcdf3",
			"Display.Description=line\nbreak"}},
		{"WorkItem", "Microsoft_VSTS_CodeReview_AcceptedBySK", nil},
		{"WorkItem", "Microsoft_VSTS_CodeReview_AcceptedBy", []string{"Display.DisplayName=Accepted By",
			"Ref.ReferenceName=Microsoft.VSTS.CodeReview.AcceptedBy"}},
		{"User", "UserName", []string{"Display.DisplayName=User Name", pii}},
		{"User", "UserEmail", []string{"Display.DisplayName=User Email", pii}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, annotationsOf(member(test.typ, test.name).Annotations)); diff != "" {
			t.Errorf("%s.%s (-want +got):\n%s", test.typ, test.name, diff)
		}
	}
}

func TestWriteMetadata_Container(t *testing.T) {
	schema := readMetadata(t, V1, Fields{})[1]
	if schema.Container.Name != "Container" {
		t.Errorf("the container is called %q", schema.Container.Name)
	}
	want := []string{"Org.OData.Capabilities.V1.FilterFunctions=", "Org.OData.Aggregation.V1.ApplySupported=",
		"Org.OData.Capabilities.V1.BatchSupportType=true", "Org.OData.Capabilities.V1.BatchSupportType="}
	if diff := cmp.Diff(want, annotationsOf(schema.Container.Annotations)); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
	if functions := schema.Container.Annotations[0].Texts; len(functions) != 24 || functions[0] != "contains" {
		t.Errorf("functions %v", functions)
	}
	apply := schema.Container.Annotations[1].Record
	if diff := cmp.Diff([]string{"aggregate", "filter", "groupby", "compute", "expand"}, apply[0].Texts); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if apply[1].Property != "CustomAggregationMethods " || len(apply[1].Texts) != 5 {
		t.Errorf("aggregation methods %+v", apply[1])
	}
	var batch []string
	for _, p := range schema.Container.Annotations[3].Record {
		batch = append(batch, p.Property+"="+p.Bool)
	}
	if diff := cmp.Diff([]string{"Supported=true", "ContinueOnErrorSupported=false",
		"ReferencesInRequestBodiesSupported=false", "ReferencesAcrossChangeSetsSupported=false",
		"EtagReferencesSupported=false"}, batch); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, s := range schema.Container.Sets {
		restrictions := slices.DeleteFunc(slices.Clone(s.Annotations), func(a csdlAnnotation) bool {
			return a.Term != "Org.OData.Capabilities.V1.ExpandRestrictions"
		})
		if (s.Name == "WorkItems") != (len(restrictions) == 1) {
			t.Errorf("%s has %d expand restrictions", s.Name, len(restrictions))
		}
		for _, r := range restrictions {
			if len(r.Record) != 2 || r.Record[0].Bool != "true" || !slices.Equal(r.Record[1].Paths, []string{"Revisions"}) {
				t.Errorf("%s restricts %+v", s.Name, r.Record)
			}
		}
	}
}

func TestWriteMetadata_FunctionsSinceV3(t *testing.T) {
	for _, known := range Versions {
		var got []string
		for _, schema := range readMetadata(t, known.Version, Fields{}) {
			for _, f := range schema.Functions {
				signature := schema.Namespace + "." + f.Name + " bound=" + f.IsBound
				for _, p := range f.Parameters {
					signature += " " + strings.TrimPrefix(p.Type, modelPrefix) + p.Nullable
				}
				got = append(got, signature+" "+f.Return.Type)
			}
		}
		var want []string
		if known.Version >= V3Preview {
			want = []string{
				"Microsoft.VisualStudio.Services.Analytics.PredictTags bound=true WorkItem Collection(" + modelPrefix + "Tag)",
				"Microsoft.VisualStudio.Services.Analytics.Predict bound=true WorkItem PredictModelfalse Edm.Double",
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", known.Segment, diff)
		}
	}
}

func TestWriteMetadata_Enums(t *testing.T) {
	underlying := map[string]string{}
	for _, e := range readMetadata(t, V3Preview, Fields{})[0].EnumTypes {
		underlying[e.Name] = e.UnderlyingType + e.IsFlags
		if len(e.Members) == 0 {
			t.Errorf("%s has no members", e.Name)
		}
	}
	for name, want := range map[string]string{
		"Period": "true", "PredictModel": "", "UserType": "Edm.Byte", "PipelineRunReason": "Edm.Int16"} {
		if underlying[name] != want {
			t.Errorf("%s = %q, want %q", name, underlying[name], want)
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriters_ReturnTheError(t *testing.T) {
	broken := brokenWriter{errors.New("connection lost")}
	m := New(V4Preview, Fields{})
	if err := m.WriteMetadata(broken); !errors.Is(err, broken.err) {
		t.Errorf("WriteMetadata = %v", err)
	}
	if err := m.WriteServiceDocument(broken, "http://localhost"); !errors.Is(err, broken.err) {
		t.Errorf("WriteServiceDocument = %v", err)
	}
}
