package project

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRules(t *testing.T) {
	reason, state := SystemField("System.Reason"), SystemField("System.State")
	suiteType := SystemField("Microsoft.VSTS.TCM.TestSuiteTypeId")
	tests := []struct {
		text string
		want []Rule
	}{
		{"required", []Rule{{Kind: RuleRequired}}},
		{"readonly", []Rule{{Kind: RuleReadOnly}}},
		{"frozen", []Rule{{Kind: RuleFrozen}}},
		{"empty", []Rule{{Kind: RuleEmpty}}},
		{"validUser", []Rule{{Kind: RuleValidUser}}},
		{"copy currentUser", []Rule{{Kind: RuleCopy, Source: SourceCurrentUser}}},
		{"copy now", []Rule{{Kind: RuleCopy, Source: SourceNow}}},
		{"copy field System.Reason", []Rule{{Kind: RuleCopy, Source: SourceField, From: reason}}},
		{`set "Fixed and verified"`, []Rule{{Kind: RuleCopy, Source: SourceLiteral, Value: "Fixed and verified"}}},
		{`set ""`, []Rule{{Kind: RuleCopy, Source: SourceLiteral}}},
		{`set "a \"b\", c: d"`, []Rule{{Kind: RuleCopy, Source: SourceLiteral, Value: `a "b", c: d`}}},
		{`default "Not Automated"`, []Rule{{Kind: RuleDefault, Source: SourceLiteral, Value: "Not Automated"}}},
		{"default currentUser", []Rule{{Kind: RuleDefault, Source: SourceCurrentUser}}},
		{"serverDefault now", []Rule{{Kind: RuleServerDefault, Source: SourceNow}}},
		{"serverDefault currentUser", []Rule{{Kind: RuleServerDefault, Source: SourceCurrentUser}}},
		{`allowed ["Not Automated", "Planned"]`, []Rule{{Kind: RuleAllowed, Values: []string{"Not Automated", "Planned"}}}},
		{`suggested ["<None>"]`, []Rule{{Kind: RuleSuggested, Values: []string{"<None>"}}}},
		{`when System.State="Closed": set "1"`, []Rule{{
			Kind: RuleCopy, Source: SourceLiteral, Value: "1",
			When: &Condition{Kind: WhenEquals, Field: state, Value: "Closed"},
		}}},
		{"whenNotChanged Microsoft.VSTS.TCM.TestSuiteTypeId: readonly", []Rule{{
			Kind: RuleReadOnly, When: &Condition{Kind: WhenNotChanged, Field: suiteType},
		}}},
		{"whenChanged System.State: empty", []Rule{{
			Kind: RuleEmpty, When: &Condition{Kind: WhenChanged, Field: state},
		}}},
		{`whenNot System.Reason="": set "A", allowed ["A"]`, []Rule{
			{Kind: RuleCopy, Source: SourceLiteral, Value: "A", When: &Condition{Kind: WhenNotEquals, Field: reason}},
			{Kind: RuleAllowed, Values: []string{"A"}, When: &Condition{Kind: WhenNotEquals, Field: reason}},
		}},
	}
	for _, test := range tests {
		got, err := parseRules(test.text, SystemField)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.text, diff)
		}
		if len(got) == 1 && got[0].String() != test.text {
			t.Errorf("%s prints as %s", test.text, got[0])
		}
	}
}

func TestParseRules_Errors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"", `unknown word ""`},
		{"readonyl", `unknown word "readonyl"`},
		{"READONLY", `unknown word "READONLY"`},
		{"copy", `unknown source ""`},
		{"copy yesterday", `unknown source "yesterday"`},
		{"copy field System.Nothing", `unknown field "System.Nothing"`},
		{`serverDefault "x"`, `unknown source ""`},
		{"set Fixed", "expected a quoted value"},
		{"set 'Fixed'", "expected a quoted value"},
		{`set "Fixed`, "expected a quoted value"},
		{`allowed "A"`, `expected "["`},
		{`allowed ["A" "B"]`, `expected ","`},
		{"allowed []", "expected a quoted value"},
		{"required readonly", `expected ","`},
		{"required,", `unknown word ""`},
		{`when System.Nothing="x": empty`, `unknown field "System.Nothing"`},
		{"when System.State: empty", `expected "="`},
		{`when System.State="x" empty`, `expected ":"`},
		{`whenChanged System.State="x": empty`, `expected ":"`},
		{`when System.State="x": when System.State="y": empty`, `unknown word "when"`},
	}
	for _, test := range tests {
		rules, err := parseRules(test.text, SystemField)
		if err == nil {
			t.Errorf("%q is read as %v", test.text, rules)
			continue
		}
		if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: error %q, want %q", test.text, err, test.want)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	for _, p := range SystemProcesses() {
		for _, t := range p.Types {
			for _, field := range t.Fields {
				for _, r := range field.Rules {
					f.Add(r.String())
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := parseRules(text, SystemField)
		if err != nil {
			return
		}
		for _, r := range rules {
			again, err := parseRules(r.String(), SystemField)
			if err != nil {
				t.Fatalf("%q prints as %q: %v", text, r, err)
			}
			if diff := cmp.Diff([]Rule{r}, again); diff != "" {
				t.Errorf("%q prints as %q, which means something else: %s", text, r, diff)
			}
		}
	})
}
