package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// The tests in this file compare the embedded JSON with tables of recorded and published
// definitions, which are kept beside the checkout in shared/reference and are not part of it.

// readReference decodes a reference table, or skips the test where there is none.
func readReference(t *testing.T, name string, into any) {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "shared", "reference", name))
		switch {
		case err == nil:
			if err := yaml.Unmarshal(text, into); err != nil {
				t.Fatal(err)
			}
			return
		case !errors.Is(err, fs.ErrNotExist):
			t.Fatal(err)
		case dir == filepath.Dir(dir):
			t.Skipf("no shared/reference/%s beside the checkout", name)
		}
	}
}

// pairs is a YAML mapping whose order matters.
type pairs[V any] []pair[V]

type pair[V any] struct {
	Key   string
	Value V
}

func (p *pairs[V]) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: want a mapping", n.Line)
	}
	for i := 0; i < len(n.Content); i += 2 {
		var v V
		if err := n.Content[i+1].Decode(&v); err != nil {
			return err
		}
		*p = append(*p, pair[V]{n.Content[i].Value, v})
	}
	return nil
}

type templates struct {
	StateCategories []struct {
		Name, Color string
		Order       int
	} `yaml:"stateCategories"`
	SupportedOperations map[string]any `yaml:"supportedOperations"`
	LinkTypes           []struct {
		Ref, Name, Usage, Topology                      string
		Editable, Enabled, Acyclic, Directional, Remote bool
		SingleTarget                                    bool   `yaml:"singleTarget"`
		Forward                                         bool   `yaml:"isForward"`
		OppositeEnd                                     string `yaml:"oppositeEndReferenceName"`
	} `yaml:"linkTypes"`
	Fields pairs[struct {
		Name, Type                         string
		Identity, Core, Computed, Internal bool
		ReadOnly                           bool `yaml:"readOnly"`
	}]
	CoreFields struct {
		List  []string
		Rules map[string]map[string]any
	} `yaml:"coreFields"`
	Processes map[string]templateProcess
}

type templateProcess struct {
	Name           string
	ProcessTypeID  string            `yaml:"processTypeId"`
	Hierarchy      []string          `yaml:"portfolioHierarchy"`
	BugsBehavior   string            `yaml:"bugsBehavior"`
	HiddenBacklogs []string          `yaml:"hiddenBacklogs"`
	IsDefault      bool              `yaml:"isDefaultOnHosted"`
	HiddenTypesAs  string            `yaml:"hiddenTypesAs"`
	TypeFields     map[string]string `yaml:"typeFields"`
	Weekends       []string
	Categories     pairs[struct {
		Name, Default string
		Types         []string
	}]
	Backlogs []struct {
		ID, Type, Parent, Name, Singular string
		Rank, Limit                      int
		AddPanel                         []string `yaml:"addPanel"`
		Columns                          pairs[int]
		States                           pairs[string]
	}
	Types pairs[templateType] `yaml:"workItemTypes"`
}

type templateType struct {
	SameAs      string `yaml:"sameAs"`
	RefName     string `yaml:"refName"`
	Color, Icon string
	Categories  []string
	Hidden      bool
	States      []struct {
		Name, Category, Color string
		Order                 int
	}
	Transitions     pairs[pairs[[]string]]
	Actions         map[string][]string
	Fields          map[string]yaml.Node
	StateRules      map[string]map[string][]string  `yaml:"stateRules"`
	TransitionRules map[string]map[string]yaml.Node `yaml:"transitionRules"`
}

func TestReference_Fields(t *testing.T) {
	var ref templates
	readReference(t, "process-templates.yaml", &ref)
	var want, got []Field
	for _, f := range ref.Fields {
		fieldType, ok := ParseFieldType(f.Value.Type)
		if !ok {
			t.Fatalf("%s: no field type %s", f.Key, f.Value.Type)
		}
		v := f.Value
		want = append(want, Field{
			ReferenceName: f.Key, Name: v.Name, Type: fieldType,
			Identity: v.Identity, ReadOnly: v.ReadOnly, Core: v.Core, Computed: v.Computed, Internal: v.Internal,
		})
	}
	var core []string
	for _, f := range SystemFields() {
		if f.ID == FieldIsDeleted {
			continue // in histories only: the list of fields leaves it out
		}
		field := *f
		field.ID = 0
		got = append(got, field)
		if f.Core {
			core = append(core, f.ReferenceName)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(ref.CoreFields.List, core); diff != "" {
		t.Errorf("core fields: %s", diff)
	}
	for _, f := range system().core {
		rules := ref.CoreFields.Rules[f.Field.ReferenceName]
		if f.Required() != (rules["required"] == true) {
			t.Errorf("%s: required = %t", f.Field.ReferenceName, f.Required())
		}
		if _, person := f.always(RuleValidUser); person != (rules["validUser"] == true) {
			t.Errorf("%s: validUser = %t", f.Field.ReferenceName, person)
		}
	}
}

func TestReference_LinkTypesAndStateCategories(t *testing.T) {
	var ref templates
	readReference(t, "process-templates.yaml", &ref)
	var want []*LinkType
	for _, l := range ref.LinkTypes {
		if !l.Enabled {
			t.Errorf("%s is not enabled", l.Ref)
		}
		want = append(want, &LinkType{
			ReferenceName: l.Ref, Name: l.Name, Usage: LinkUsage(l.Usage), Topology: Topology(l.Topology),
			OppositeEnd: l.OppositeEnd, Forward: l.Forward, Editable: l.Editable, Acyclic: l.Acyclic,
			Directional: l.Directional, SingleTarget: l.SingleTarget, Remote: l.Remote,
		})
	}
	if diff := cmp.Diff(want, LinkTypes()); diff != "" {
		t.Error(diff)
	}
	for _, c := range ref.StateCategories {
		if got, ok := ParseStateCategory(c.Name); !ok || got.Color() != c.Color || int(got) != c.Order {
			t.Errorf("category %s: %t, color %s, order %d; want color %s, order %d", c.Name, ok, got.Color(), got, c.Color, c.Order)
		}
	}
}

func TestReference_Operators(t *testing.T) {
	var ref templates
	readReference(t, "process-templates.yaml", &ref)
	for name, want := range ref.SupportedOperations {
		kind, ok := ParseFieldType(name)
		if !ok {
			continue // notes
		}
		if got := fmt.Sprint((&Field{Type: kind}).Operators()); got != fmt.Sprint(want) {
			t.Errorf("operators of %s: %s, want %s", name, got, want)
		}
	}
}

func TestReference_Processes(t *testing.T) {
	var ref templates
	readReference(t, "process-templates.yaml", &ref)
	if len(ref.Processes) != len(SystemProcesses()) {
		t.Errorf("%d processes, want %d", len(SystemProcesses()), len(ref.Processes))
	}
	for _, want := range ref.Processes {
		t.Run(want.Name, func(t *testing.T) {
			p := SystemProcess(want.ProcessTypeID)
			if p == nil || p.Name != want.Name || p.Default != want.IsDefault {
				t.Fatalf("process %s is %+v", want.ProcessTypeID, p)
			}
			if string(p.BugsBehavior) != want.BugsBehavior {
				t.Errorf("bugs %s, want %s", p.BugsBehavior, want.BugsBehavior)
			}
			if !slices.Equal(p.HiddenBacklogs, want.HiddenBacklogs) {
				t.Errorf("hidden backlogs %q, want %q", p.HiddenBacklogs, want.HiddenBacklogs)
			}
			if got := fmt.Sprint(p.Weekends); got != fmt.Sprint(want.Weekends) {
				t.Errorf("weekends %s, want %s", got, want.Weekends)
			}
			roles := make(map[string]string)
			for role, f := range p.BacklogFields {
				roles[role] = f.ReferenceName
			}
			if diff := cmp.Diff(want.TypeFields, roles); diff != "" {
				t.Errorf("backlog fields: %s", diff)
			}
			compareCategories(t, p, want)
			compareBacklogs(t, p, want)

			types := slices.Clone(want.Types)
			if want.HiddenTypesAs != "" {
				for _, tt := range ref.Processes[want.HiddenTypesAs].Types {
					if tt.Value.Hidden || tt.Key == "Test Case" {
						types = append(types, pair[templateType]{tt.Key, templateType{SameAs: want.HiddenTypesAs}})
					}
				}
			}
			var names []string
			for _, tt := range types {
				names = append(names, tt.Key)
				definition, shared := tt.Value, tt.Value.SameAs != ""
				if shared {
					for _, o := range ref.Processes[tt.Value.SameAs].Types {
						if o.Key == tt.Key {
							definition = o.Value
						}
					}
				}
				if wit := p.Type(tt.Key); wit != nil {
					compareType(t, wit, definition)
					if !shared && !slices.Equal(sorted(wit.Categories), sorted(definition.Categories)) {
						t.Errorf("%s: categories %q, want %q", wit.Name, wit.Categories, definition.Categories)
					}
				}
			}
			var got []string
			for _, wit := range p.Types {
				got = append(got, wit.Name)
			}
			if diff := cmp.Diff(names, got); diff != "" {
				t.Errorf("types: %s", diff)
			}
		})
	}
}

func compareCategories(t *testing.T, p *Process, ref templateProcess) {
	t.Helper()
	var want []Category
	for _, c := range ref.Categories {
		want = append(want, Category{ReferenceName: c.Key, Name: c.Value.Name, Default: c.Value.Default, Types: c.Value.Types})
	}
	if diff := cmp.Diff(want, p.Categories); diff != "" {
		t.Errorf("categories: %s", diff)
	}
}

// compareBacklogs leaves out the columns, panel and limit of a process whose reference has none.
func compareBacklogs(t *testing.T, p *Process, ref templateProcess) {
	t.Helper()
	if len(p.Backlogs) != len(ref.Backlogs) {
		t.Fatalf("%d backlogs, want %d", len(p.Backlogs), len(ref.Backlogs))
	}
	var hierarchy []string
	for i, want := range ref.Backlogs {
		b := p.Backlogs[i]
		hierarchy = append(hierarchy, p.Category(b.ID).Default)
		got := fmt.Sprint(b.ID, b.Type, b.Rank, b.Parent, b.Name, b.Singular)
		if w := fmt.Sprint(want.ID, want.Type, want.Rank, want.Parent, want.Name, want.Singular); got != w {
			t.Errorf("backlog %s, want %s", got, w)
		}
		var states pairs[string]
		for _, s := range b.States {
			states = append(states, pair[string]{s.Name, s.Category.String()})
		}
		if diff := cmp.Diff(want.States, states); diff != "" {
			t.Errorf("backlog %s: states: %s", b.Name, diff)
		}
		if want.Columns == nil {
			continue
		}
		var columns pairs[int]
		for _, c := range b.Columns {
			columns = append(columns, pair[int]{c.Field.ReferenceName, c.Width})
		}
		if diff := cmp.Diff(want.Columns, columns); diff != "" {
			t.Errorf("backlog %s: columns: %s", b.Name, diff)
		}
		var panel []string
		for _, f := range b.AddPanel {
			panel = append(panel, f.ReferenceName)
		}
		if !slices.Equal(panel, want.AddPanel) || b.Limit != want.Limit {
			t.Errorf("backlog %s: panel %q, limit %d; want %q, %d", b.Name, panel, b.Limit, want.AddPanel, want.Limit)
		}
	}
	if !slices.Equal(hierarchy, ref.Hierarchy) {
		t.Errorf("hierarchy %q, want %q", hierarchy, ref.Hierarchy)
	}
}

// typeView is a type in a form both sides can be brought to; rules are printed and sorted.
type typeView struct {
	Ref, Color, Icon string
	States           []State
	Transitions      []Transition
	Fields           map[string][]string // the fields that are not on every type
	StateRules       map[string][]string
	TransitionRules  map[string][]string
}

func compareType(t *testing.T, wit *WorkItemType, ref templateType) {
	t.Helper()
	got := typeView{
		Ref: wit.ReferenceName, Color: wit.Color, Icon: wit.Icon, States: wit.States, Transitions: wit.Transitions,
		Fields: make(map[string][]string), StateRules: make(map[string][]string), TransitionRules: make(map[string][]string),
	}
	for _, f := range wit.Fields {
		if !f.Field.Core {
			got.Fields[f.Field.ReferenceName] = printed(f)
		}
	}
	for state, fields := range wit.stateRules {
		for _, f := range fields {
			got.StateRules[state+": "+f.Field.ReferenceName] = printed(f)
		}
	}
	for key, rules := range wit.transitionRules {
		for _, r := range rules {
			at := transitionKey(key[0], key[1], r.reason, r.Field.ReferenceName)
			got.TransitionRules[at] = printed(r.TypeField)
		}
	}
	if diff := cmp.Diff(ref.view(t), got); diff != "" {
		t.Errorf("%s: %s", wit.Name, diff)
	}
}

func (ref templateType) view(t *testing.T) typeView {
	t.Helper()
	v := typeView{
		Ref: ref.RefName, Color: ref.Color, Icon: ref.Icon,
		Fields: make(map[string][]string), StateRules: make(map[string][]string), TransitionRules: make(map[string][]string),
	}
	for _, s := range ref.States {
		category, _ := ParseStateCategory(s.Category)
		v.States = append(v.States, State{Name: s.Name, Category: category, Color: s.Color, Order: s.Order})
	}
	for _, from := range ref.Transitions {
		for _, to := range from.Value {
			v.Transitions = append(v.Transitions, Transition{
				From: from.Key, To: to.Key, Reasons: to.Value, Actions: ref.Actions[from.Key+" -> "+to.Key],
			})
		}
	}
	for name, node := range ref.Fields {
		if name == "plain" {
			var plain []string
			decodeNode(t, node, &plain)
			for _, f := range plain {
				v.Fields[f] = nil
			}
			continue
		}
		v.Fields[name] = fieldRules(t, node)
	}
	for state, fields := range ref.StateRules {
		for f, rules := range fields {
			v.StateRules[state+": "+f] = sorted(rules)
		}
	}
	for transition, fields := range ref.TransitionRules {
		from, to, _ := strings.Cut(strings.Replace(transition, "(create)", "", 1), " -> ")
		for f, node := range fields {
			quoted, isReason := strings.CutPrefix(f, "reason ")
			if !isReason {
				var rules []string
				decodeNode(t, node, &rules)
				v.TransitionRules[transitionKey(from, to, "", f)] = sorted(rules)
				continue
			}
			reason, err := strconv.Unquote(quoted)
			if err != nil {
				t.Fatalf("reason %s: %v", quoted, err)
			}
			var ofReason map[string][]string
			decodeNode(t, node, &ofReason)
			for f, rules := range ofReason {
				v.TransitionRules[transitionKey(from, to, reason, f)] = sorted(rules)
			}
		}
	}
	return v
}

// fieldRules writes the keys of a field in the notation of rules.
func fieldRules(t *testing.T, node yaml.Node) []string {
	t.Helper()
	var f map[string]any
	decodeNode(t, node, &f)
	var rules []string
	for key, value := range f {
		switch key {
		case "required", "frozen", "validUser":
			if value == true {
				rules = append(rules, key)
			}
		case "default":
			rules = append(rules, "default "+strconv.Quote(fmt.Sprint(value)))
		case "allowed", "suggested":
			var quoted []string
			for _, v := range value.([]any) {
				quoted = append(quoted, strconv.Quote(fmt.Sprint(v)))
			}
			rules = append(rules, key+" ["+strings.Join(quoted, ", ")+"]")
		case "rules":
			for _, v := range value.([]any) {
				// A condition with two effects is two rules.
				rule := v.(string)
				if first, second, two := strings.Cut(rule, ", allowed "); two {
					condition, _, _ := strings.Cut(rule, ": ")
					rules = append(rules, first, condition+": allowed "+second)
					continue
				}
				rules = append(rules, rule)
			}
		default:
			t.Fatalf("unknown key %s", key)
		}
	}
	return sorted(rules)
}

func decodeNode(t *testing.T, node yaml.Node, into any) {
	t.Helper()
	if err := node.Decode(into); err != nil {
		t.Fatal(err)
	}
}

func transitionKey(from, to, reason, field string) string {
	return fmt.Sprintf("%q -> %q, reason %q: %s", from, to, reason, field)
}

func printed(f TypeField) []string {
	var rules []string
	for _, r := range f.Rules {
		rules = append(rules, r.String())
	}
	return sorted(rules)
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
