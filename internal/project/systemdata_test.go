package project

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// Whoever edits a process file is told what is wrong with it.
func TestLoadSystemData_Errors(t *testing.T) {
	const agile = "processes/agile.json"
	tests := []struct{ name, file, old, new, want string }{
		{"not JSON", agile, "{", "", "agile.json: "},
		{"unknown key", agile, `"bugsBehavior"`, `"bugBehavior"`, "bugBehavior"},
		{"field id twice", "processes/fields.json", `"id": 111,`, `"id": 112,`, "id 112 is used twice"},
		{"field name twice", "processes/fields.json", `"Area Level 1"`, `"Area Level 2"`, `"Area Level 2" names two fields`},
		{"field type", "processes/fields.json", `"treePath"`, `"path"`, `unknown field type "path"`},
		{"core field rule", "processes/fields.json", `["required"]`, `["mandatory"]`, `field System.AreaPath: rule "mandatory"`},
		{"link type key", "processes/linktypes.json", `"topology"`, `"shape"`, "linktypes.json: "},
		{"weekday", agile, `"Sunday"`, `"sunday"`, `unknown weekday "sunday"`},
		{"backlog field", agile, `"Order": "`, `"Order": "No.`, "backlog field Order: unknown field"},
		{"backlog column", agile, `{"field": "System.State", "width"`, `{"field": "System.Stat", "width"`, `backlog Epics: unknown field "System.Stat"`},
		{"backlog panel", agile, `"addPanel": ["System.Title"]`, `"addPanel": ["Name"]`, `backlog Epics: unknown field "Name"`},
		{"backlog category", agile, `"id": "Microsoft.EpicCategory"`, `"id": "Microsoft.SagaCategory"`, "backlog Epics: no category Microsoft.SagaCategory"},
		{"category type", agile, `"types": ["Bug"]`, `"types": ["Bugs"]`, `unknown type "Bugs"`},
		{"category default", agile, `"default": "Bug"`, `"default": "Task"`, `default "Task" is not one of its types`},
		{"state category", agile, `"category": "Proposed"`, `"category": "Planned"`, `unknown state category "Planned"`},
		{"transition", agile, `"from": "New", "to": "Removed"`, `"from": "New", "to": "Gone"`, `type Epic: transition from "New" to "Gone": unknown state`},
		{"transition source", agile, `"from": "New", "to": "Removed"`, `"from": "Old", "to": "Removed"`, `transition from "Old" to "Removed": unknown state`},
		{"reasons", agile, `"reasons": ["New"]`, `"reasons": []`, `transition from "" to "New": no reason`},
		{"creation", agile, `{"from": "", "to": "New"`, `{"from": "Closed", "to": "New"`, "type Epic: no initial state"},
		{"type field", agile, `{"field": "Microsoft.VSTS.Common.Risk"`, `{"field": "Risky"`, "type Epic: field Risky: unknown field"},
		{"type field twice", agile, `{"field": "Microsoft.VSTS.Common.Risk"`, `{"field": "Microsoft.VSTS.Common.Priority"`, "field Microsoft.VSTS.Common.Priority is listed twice"},
		{"type field rule", agile, "set \\\"Automated\\\"", "put \\\"Automated\\\"", `unknown word "put"`},
		{"state rule", agile, `["readonly"]`, `["readonyl"]`, `type Epic: state rule of Closed: rule "readonyl"`},
		{"state rule state", agile, `{"state": "Closed"`, `{"state": "closed"`, `state rule: unknown state "closed"`},
		{"state rule field", agile, `"rules": ["readonly"], "fields": ["Microsoft.VSTS.Common.BusinessValue"`, `"rules": ["readonly"], "fields": ["Value"`, `unknown field "Value"`},
		{"rule on absent field", agile, `"rules": ["readonly"], "fields": ["Microsoft.VSTS.Common.BusinessValue"`, `"rules": ["readonly"], "fields": ["Microsoft.VSTS.CMMI.Blocked"`, "the type has no field Microsoft.VSTS.CMMI.Blocked"},
		{"transition rule", agile, `{"from": "Resolved", "to": "Closed", "rules"`, `{"from": "Closed", "to": "Removed", "rules"`, "no such transition"},
		{"transition rule reason", agile, `"reason": "Duplicate"`, `"reason": "Twice"`, `reason "Twice": no such transition`},
		{"transition rule text", agile, `["serverDefault now"]`, `["serverDefault then"]`, `unknown source "then"`},
		{"same as nothing", "processes/basic.json", `"sameAs": "Agile"`, `"sameAs": "Kanban"`, "type Test Case: no process Kanban"},
		{"same as itself", "processes/basic.json", `"sameAs": "Agile"`, `"sameAs": "Basic"`, "type Test Case: Basic does not define it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := loadSystemData(edited(t, test.file, test.old, test.new))
			if err == nil {
				t.Fatal("the file is accepted")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q, want %q", err, test.want)
			}
		})
	}
}

func TestLoadSystemData_MissingFile(t *testing.T) {
	files := edited(t, "processes/cmmi.json", "", "")
	delete(files, "processes/cmmi.json")
	if _, err := loadSystemData(files); err == nil || !strings.Contains(err.Error(), "cmmi.json") {
		t.Errorf("error %v, want one about cmmi.json", err)
	}
}

// edited returns the embedded files with the first occurrence of a text in one of them replaced.
func edited(t *testing.T, file, old, new string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(processFiles, "processes/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(processFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		if name == file {
			if !strings.Contains(string(text), old) {
				t.Fatalf("%s does not contain %s", file, old)
			}
			text = []byte(strings.Replace(string(text), old, new, 1))
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	return files
}
