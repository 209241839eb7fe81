package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// templates is what this test reads of the table of recorded and published definitions of processes, which is kept beside
// the checkout and is no part of it.
type templates struct {
	Fields map[string]struct {
		Type     string
		Identity bool
	}
	Processes map[string]struct {
		ID    string                  `yaml:"processTypeId"`
		Types map[string]templateType `yaml:"workItemTypes"`
	}
}

type templateType struct {
	SameAs string `yaml:"sameAs"`
	States []struct{ Name, Category, Color string }
	// Reasons by from, which is "" for the creation, and to.
	Transitions     map[string]map[string][]string
	Fields          map[string]yaml.Node
	StateRules      map[string]map[string][]string  `yaml:"stateRules"`
	TransitionRules map[string]map[string]yaml.Node `yaml:"transitionRules"`
}

type templateField struct {
	Required  bool
	Default   any
	Allowed   []any
	ValidUser bool `yaml:"validUser"`
	Rules     []string
}

func readTemplates(t *testing.T) (ref templates) {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "shared", "reference", "process-templates.yaml"))
		switch {
		case err == nil:
			if err := yaml.Unmarshal(text, &ref); err != nil {
				t.Fatal(err)
			}
			return ref
		case !errors.Is(err, fs.ErrNotExist):
			t.Fatal(err)
		case dir == filepath.Dir(dir):
			t.Skip("no shared/reference/process-templates.yaml beside the checkout")
		}
	}
}

// field reads what the table says about a field of the type.
func (k *templateType) field(ref string) (f templateField) {
	if n, ok := k.Fields[ref]; ok && n.Kind == yaml.MappingNode {
		_ = n.Decode(&f) // other forms say nothing that is looked at
	}
	return f
}

// rules lists the rules of a change of state for a reason, by field: those of the transition first, then those of the state.
func (k *templateType) rules(t *testing.T, from, to, reason string) map[string][]string {
	if from == "" {
		from = "(create)"
	}
	rules := map[string][]string{}
	var ofReason map[string][]string
	for field, node := range k.TransitionRules[from+" -> "+to] {
		var err error
		if quoted, special := strings.CutPrefix(field, "reason "); special {
			if name, e := strconv.Unquote(quoted); e != nil || name != reason {
				continue
			}
			err = node.Decode(&ofReason)
		} else {
			var list []string
			err = node.Decode(&list)
			rules[field] = append(rules[field], list...)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for field, list := range ofReason {
		rules[field] = append(rules[field], list...)
	}
	for field, list := range k.StateRules[to] {
		rules[field] = append(rules[field], list...)
	}
	return rules
}

// ruleDriver creates and changes work items of one type over HTTP.
type ruleDriver struct {
	*client
	ref     *templates
	project string
	name    string
	kind    templateType
}

const (
	oldDate   = "2020-02-02T02:02:02Z"
	oldPerson = "rita@example.com"
)

// filler is a value for a field that must not be empty.
func (d *ruleDriver) filler(ref string) any {
	switch f, k := d.ref.Fields[ref], d.kind.field(ref); {
	case len(k.Allowed) > 0:
		return k.Allowed[0]
	case f.Identity:
		return oldPerson
	case f.Type == "dateTime":
		return oldDate
	case f.Type == "integer", f.Type == "double":
		return 1
	}
	return "Old"
}

// send creates an item, or changes one, and returns its fields; nil when that is refused as a rule error.
func (d *ruleDriver) send(method, path string, values map[string]any) map[string]string {
	d.Helper()
	var ops []map[string]any
	for _, ref := range slices.Sorted(maps.Keys(values)) {
		ops = append(ops, map[string]any{"op": "add", "path": "/fields/" + ref, "value": values[ref]})
	}
	body, err := json.Marshal(ops)
	if err != nil {
		d.Fatal(err)
	}
	r := call(d, d.a, "admin", method+" /fabrikam/"+path+"api-version=7.1\nContent-Type: application/json-patch+json\n\n"+string(body))
	var answer struct {
		ID      int64
		Message string
		Fields  map[string]any
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		d.Fatal(err)
	}
	if r.StatusCode != 200 {
		if r.StatusCode != 400 {
			d.Fatalf("%s %s: %d %s", method, path, r.StatusCode, answer.Message)
		}
		return nil
	}
	shown := map[string]string{"id": fmt.Sprint(answer.ID)}
	for ref, v := range answer.Fields {
		if person, ok := v.(map[string]any); ok {
			v = person["uniqueName"]
		}
		shown[ref] = fmt.Sprint(v)
	}
	return shown
}

// ruled lists the fields that some rule of a state or a transition is about.
func (d *ruleDriver) ruled() []string {
	all := map[string]bool{}
	for _, fields := range d.kind.StateRules {
		for ref := range fields {
			all[ref] = true
		}
	}
	for _, fields := range d.kind.TransitionRules {
		for ref := range fields {
			if !strings.HasPrefix(ref, "reason ") {
				all[ref] = true
			}
		}
	}
	delete(all, "System.AssignedTo")
	return slices.Sorted(maps.Keys(all))
}

// needed are values for what must not be empty and has no default.
func (d *ruleDriver) needed(from, to string) map[string]any {
	values := map[string]any{"System.Title": "x"}
	for ref := range d.kind.Fields {
		if f := d.kind.field(ref); f.Required && f.Default == nil {
			values[ref] = d.filler(ref)
		}
	}
	for ref, rules := range d.kind.rules(d.T, from, to, "") {
		if slices.Contains(rules, "required") && d.kind.field(ref).Default == nil {
			values[ref] = d.filler(ref)
		}
	}
	return values
}

// expect computes what the fields are after a change of state, from the table alone.
func (d *ruleDriver) expect(before map[string]string, from, to, reason string) (after map[string]string, refused bool) {
	after = maps.Clone(before)
	after["System.State"], after["System.Reason"] = to, reason
	stamp := now.Format("2006-01-02T15:04:05.9Z07:00")
	rules := d.kind.rules(d.T, from, to, reason)
	for _, copies := range []bool{true, false} { // what is copied from another field is copied before that is emptied
		for ref, list := range rules {
			for _, rule := range list {
				verb, rest, _ := strings.Cut(rule, " ")
				value := rest
				switch rest {
				case "currentUser":
					value = "ada@example.com"
				case "now":
					value = stamp
				}
				source, fromField := strings.CutPrefix(rest, "field ")
				if fromField != copies {
					continue
				}
				switch {
				case fromField:
					after[ref] = after[source]
				case verb == "copy", verb == "serverDefault":
					after[ref] = value
				case verb == "default" && after[ref] == "", verb == "set":
					after[ref] = strings.Trim(value, `"`)
				case verb == "empty":
					after[ref] = ""
				}
			}
		}
	}
	d.stamp(after, rules, from, to, stamp)
	for ref, list := range rules {
		refused = refused || slices.Contains(list, "required") && after[ref] == ""
	}
	return after, refused
}

// stamp is what the table says in general about dates and people of the workflow, where it says nothing about them in
// particular: activated on entering a state in progress, not so on the way back to a proposed one, closed on entering a
// completed state, not so on leaving it.
func (d *ruleDriver) stamp(after map[string]string, rules map[string][]string, from, to, now string) {
	category := map[string]string{"": "Proposed"}
	for _, s := range d.kind.States {
		category[s.Name] = s.Category
	}
	was, is := category[from], category[to]
	put := func(what, date, person string) {
		for ref, v := range map[string]string{what + "Date": date, what + "By": person} {
			if _, said := rules["Microsoft.VSTS.Common."+ref]; !said {
				after["Microsoft.VSTS.Common."+ref] = v
			}
		}
	}
	switch {
	case was == is:
	case is == "InProgress":
		put("Activated", now, "ada@example.com")
	case is == "Proposed":
		put("Activated", "", "")
	case is == "Completed":
		put("Closed", now, "ada@example.com")
	}
	if was == "Completed" && is != was {
		put("Closed", "", "")
	}
}

// compare looks at the state, the reason and what the rules are about.
func (d *ruleDriver) compare(what string, want, got map[string]string) {
	d.Helper()
	if got == nil {
		d.Errorf("%s is refused", what)
		return
	}
	for _, ref := range append(d.ruled(), "System.State", "System.Reason", "System.AssignedTo") {
		if want[ref] != got[ref] {
			d.Errorf("%s: %s is %q, want %q", what, ref, got[ref], want[ref])
		}
	}
}

// TestSystemProcesses_Rules drives items of every type of every system process into every state there is, and from every
// state into every other one, and compares states, reasons, stamped, cleared and copied fields with the table.
func TestSystemProcesses_Rules(t *testing.T) {
	ref := readTemplates(t)
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		if b.Name != "sqlite" {
			return // rules are carried out before anything is stored
		}
		changes := 0
		c := &client{t, fixture(t, b, nil)}
		for _, process := range slices.Sorted(maps.Keys(ref.Processes)) {
			c.do(202, "POST", "_apis/projects", `{"name": "of `+process+`", "capabilities": {"versioncontrol": {"sourceControlType": "Git"}, "processTemplate": {"templateTypeId": "`+ref.Processes[process].ID+`"}}}`)
			types := ref.Processes[process].Types
			for _, name := range slices.Sorted(maps.Keys(types)) {
				kind := types[name]
				if kind.SameAs != "" {
					kind = ref.Processes[kind.SameAs].Types[name]
				}
				t.Run(process+"/"+name, func(t *testing.T) {
					d := &ruleDriver{&client{t, c.a}, &ref, url.PathEscape("of " + process), name, kind}
					d.states()
					d.creation()
					changes += d.transitions()
				})
			}
		}
		if changes < 400 {
			t.Errorf("only %d changes of state were compared", changes)
		}
	})
}

func (d *ruleDriver) states() {
	var shown struct {
		Value []struct{ Name, Category, Color string }
	}
	d.do(200, "GET", d.project+"/_apis/wit/workitemtypes/"+url.PathEscape(d.name)+"/states", "", &shown)
	if diff := cmp.Diff(d.kind.States, shown.Value, cmp.Transformer("text", func(v []struct{ Name, Category, Color string }) string { return fmt.Sprint(v) })); diff != "" {
		d.Errorf("states (-want +got):\n%s", diff)
	}
}

func (d *ruleDriver) path(query string) string {
	return d.project + "/_apis/wit/workitems/$" + url.PathEscape(d.name) + "?" + query
}

// creation checks the state and the defaults of a new item, what must be given, and lists of values.
func (d *ruleDriver) creation() {
	for to, reasons := range d.kind.Transitions[""] {
		values := d.needed("", to)
		got := d.send("POST", d.path(""), values)
		before := map[string]string{}
		for ref, v := range values {
			before[ref] = fmt.Sprint(v)
		}
		want, _ := d.expect(before, "", to, reasons[0])
		for ref := range d.kind.Fields {
			if f := d.kind.field(ref); f.Default != nil && want[ref] == "" {
				want[ref] = fmt.Sprint(f.Default)
			}
		}
		d.compare("creation", want, got)
		if got == nil {
			return
		}
		for ref := range d.kind.Fields {
			f := d.kind.field(ref)
			if f.Default != nil && got[ref] != want[ref] {
				d.Errorf("new items have %s %q, want %q", ref, got[ref], want[ref])
			}
			_, ruled := d.kind.StateRules[to][ref]
			if len(f.Allowed) > 0 && len(f.Rules) == 0 && !ruled && d.send("PATCH", "_apis/wit/workitems/"+got["id"]+"?", map[string]any{ref: "9797"}) != nil {
				d.Errorf("%s takes a value that is not in its list", ref)
			}
			if f.Required && f.Default == nil {
				less := maps.Clone(values)
				delete(less, ref)
				if d.send("POST", d.path(""), less) != nil {
					d.Errorf("new items need no %s", ref)
				}
			}
		}
		for _, s := range d.kind.States { // our choice: what can be reached from the first state can be begun with
			values := d.needed(to, s.Name)
			values["System.State"] = s.Name
			reasons := d.kind.Transitions[to][s.Name]
			made := d.send("POST", d.path(""), values)
			if s.Name != to && (made != nil) != (len(reasons) > 0) {
				d.Errorf("new items in the state %s: allowed %t", s.Name, made != nil)
			} else if s.Name != to && made != nil && (made["System.State"] != s.Name || made["System.Reason"] != reasons[0]) {
				d.Errorf("a new item in the state %s is in %s because of %q, want %q", s.Name, made["System.State"], made["System.Reason"], reasons[0])
			}
		}
	}
}

// transitions tries every change of state for every reason and returns how many it compared.
func (d *ruleDriver) transitions() (compared int) {
	for _, from := range d.kind.States {
		for _, to := range d.kind.States {
			if from == to {
				continue
			}
			reasons := d.kind.Transitions[from.Name][to.Name]
			for i := range max(1, len(reasons)) {
				seed := d.needed(from.Name, to.Name)
				for _, ref := range d.ruled() {
					seed[ref] = d.filler(ref)
				}
				seed["System.State"], seed["System.Reason"] = from.Name, "Old"
				before := d.send("POST", d.path("bypassRules=true&"), seed)
				if before == nil {
					d.Fatalf("no item in state %s", from.Name)
				}
				change := map[string]any{"System.State": to.Name}
				if i > 0 {
					change["System.Reason"] = reasons[i]
				}
				what := from.Name + " -> " + to.Name
				got := d.send("PATCH", "_apis/wit/workitems/"+before["id"]+"?", change)
				if len(reasons) == 0 {
					if got != nil {
						d.Errorf("%s is allowed", what)
					}
					continue
				}
				want, refused := d.expect(before, from.Name, to.Name, reasons[i])
				if refused != (got == nil) {
					d.Errorf("%s for %q: refused %t, want %t", what, reasons[i], got == nil, refused)
				} else if !refused {
					d.compare(fmt.Sprintf("%s for %q", what, reasons[i]), want, got)
					compared++
				}
			}
		}
	}
	return compared
}
