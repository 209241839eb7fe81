package project

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readType is what a reader of XML that knows nothing of this package finds in a definition.
type readType struct {
	XMLName xml.Name `xml:"http://schemas.microsoft.com/VisualStudio/2008/workitemtracking/typedef WITD"`
	Type    struct {
		Name        string      `xml:"name,attr"`
		RefName     string      `xml:"refname,attr"`
		Description string      `xml:"DESCRIPTION"`
		Fields      []readField `xml:"FIELDS>FIELD"`
		States      []struct {
			Value  string      `xml:"value,attr"`
			Fields []readField `xml:"FIELDS>FIELD"`
		} `xml:"WORKFLOW>STATES>STATE"`
		Transitions []struct {
			From    string `xml:"from,attr"`
			To      string `xml:"to,attr"`
			Actions []struct {
				Value string `xml:"value,attr"`
			} `xml:"ACTIONS>ACTION"`
			Default struct {
				Value  string      `xml:"value,attr"`
				Fields []readField `xml:"FIELDS>FIELD"`
			} `xml:"REASONS>DEFAULTREASON"`
			Others []struct {
				Value  string      `xml:"value,attr"`
				Fields []readField `xml:"FIELDS>FIELD"`
			} `xml:"REASONS>REASON"`
			Fields []readField `xml:"FIELDS>FIELD"`
		} `xml:"WORKFLOW>TRANSITIONS>TRANSITION"`
		Controls []struct {
			FieldName string `xml:"FieldName,attr"`
		} `xml:"FORM>WebLayout>Page>Section>Group>Control"`
	} `xml:"WORKITEMTYPE"`
}

type readField struct {
	Name    string `xml:"name,attr"`
	RefName string `xml:"refname,attr"`
	Type    string `xml:"type,attr"`
	Sync    bool   `xml:"syncnamechanges,attr"`
	Rules   string `xml:",innerxml"`
}

// rules are those of a field without what is between the elements.
func (f readField) rules() string {
	return regexp.MustCompile(`>\s+<`).ReplaceAllString(strings.TrimSpace(f.Rules), "><")
}

func define(t *testing.T, of *WorkItemType) (read readType, text string) {
	t.Helper()
	text, err := of.Definition()
	if err == nil {
		err = xml.Unmarshal([]byte(text), &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	return read, text
}

func (r readType) field(t *testing.T, ref string) readField {
	t.Helper()
	i := slices.IndexFunc(r.Type.Fields, func(f readField) bool { return f.RefName == ref })
	if i < 0 {
		t.Fatalf("%s has no field %s", r.Type.Name, ref)
	}
	return r.Type.Fields[i]
}

// Each type of the system is written so that a reader of XML finds it again, and as the format wants it.
func TestDefinition_SystemTypes(t *testing.T) {
	catalog := &Catalog{Fields: SystemFields()}
	for _, p := range SystemProcesses() {
		for _, of := range p.Types {
			t.Run(p.Name+"/"+of.Name, func(t *testing.T) {
				read, text := define(t, of)
				if events := catalog.CheckDefinition(text); len(events) > 0 {
					t.Errorf("is not valid: %q", events)
				}
				if strings.Contains(text, "<!--") {
					t.Error("has rules that are comments")
				}
				if read.Type.Name != of.Name || read.Type.RefName != of.ReferenceName || read.Type.Description != of.Description {
					t.Errorf("is %s, %s: %q", read.Type.Name, read.Type.RefName, read.Type.Description)
				}
				var got, want []string
				for _, f := range read.Type.Fields {
					got = append(got, f.RefName+" "+f.Name+" "+strings.ToLower(f.Type))
				}
				for _, f := range of.Fields {
					want = append(want, f.Field.ReferenceName+" "+f.Field.Name+" "+strings.ToLower(f.Field.Type.String()))
				}
				for _, s := range read.Type.States {
					got = append(got, s.Value)
				}
				for _, s := range of.States {
					want = append(want, s.Name)
				}
				for _, tr := range read.Type.Transitions {
					reasons := []string{tr.Default.Value}
					for _, r := range tr.Others {
						reasons = append(reasons, r.Value)
					}
					var actions []string
					for _, a := range tr.Actions {
						actions = append(actions, a.Value)
					}
					got = append(got, tr.From+" to "+tr.To+": "+strings.Join(reasons, ", ")+"; "+strings.Join(actions, ", "))
				}
				for _, tr := range of.Transitions {
					want = append(want, tr.From+" to "+tr.To+": "+strings.Join(tr.Reasons, ", ")+"; "+strings.Join(tr.Actions, ", "))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// What the process template of Agile says of an Epic.
func TestDefinition_Rules(t *testing.T) {
	epic, _ := define(t, SystemProcess("Agile").Type("Epic"))
	got := map[string]string{}
	note := func(place string, fields []readField) {
		for _, f := range fields {
			name := f.RefName[strings.LastIndexByte(f.RefName, '.')+1:]
			got[place+name] = regexp.MustCompile(`<HELPTEXT>[^<]*</HELPTEXT>`).ReplaceAllString(f.rules(), "")
		}
	}
	for _, ref := range []string{"System.Title", "Microsoft.VSTS.Common.Priority", "Microsoft.VSTS.Common.ResolvedReason"} {
		note("", []readField{epic.field(t, ref)})
	}
	for _, s := range epic.Type.States {
		if s.Value == "Resolved" {
			note("Resolved: ", s.Fields)
		}
	}
	for _, tr := range epic.Type.Transitions {
		if tr.From == "Resolved" && tr.To == "Closed" {
			note("Resolved to Closed: ", tr.Fields)
		}
	}
	const readOnly, empty = "<READONLY></READONLY>", "<EMPTY></EMPTY>"
	want := map[string]string{
		"Title":    `<REQUIRED></REQUIRED>`,
		"Priority": `<REQUIRED></REQUIRED><DEFAULT from="value" value="2"></DEFAULT><ALLOWEDVALUES><LISTITEM value="1"></LISTITEM><LISTITEM value="2"></LISTITEM><LISTITEM value="3"></LISTITEM><LISTITEM value="4"></LISTITEM></ALLOWEDVALUES>`,

		"ResolvedReason": ``, "Resolved: ClosedDate": empty, "Resolved: ClosedBy": empty,
		"Resolved to Closed: ClosedBy":      `<COPY from="currentuser"></COPY><VALIDUSER></VALIDUSER><REQUIRED></REQUIRED>`,
		"Resolved to Closed: ActivatedDate": readOnly, "Resolved to Closed: ActivatedBy": readOnly,
		"Resolved to Closed: ResolvedDate": readOnly, "Resolved to Closed: ResolvedBy": readOnly,
		"Resolved to Closed: ClosedDate": `<SERVERDEFAULT from="clock"></SERVERDEFAULT>`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !epic.field(t, "System.AssignedTo").Sync || epic.field(t, "System.Title").Sync {
		t.Error("who is assigned is a person, a title is none")
	}
}

// An organization adds a field and a state, hides another state, and has rules of both kinds.
func TestDefinition_Inherited(t *testing.T) {
	p := SystemProcess("Agile").Derive("Ours", "00000000-0000-4000-8000-000000000001")
	of := p.Type("Bug")
	size := &Field{ID: FirstCustomFieldID, ReferenceName: "Custom.Size", Name: "Size & weight", Type: String, Custom: true,
		Picklist: &Picklist{Items: []string{"<S>", "L"}}}
	state := SystemField("System.State")
	for _, err := range []error{
		p.AddField("Bug", size, Rule{Kind: RuleRequired, When: &Condition{Kind: WhenEquals, Field: state, Value: "Closed"}},
			Rule{Kind: RuleReadOnly, When: &Condition{Kind: WhenEquals, Field: state, Value: "Closed"}},
			Rule{Kind: RuleEmpty, When: &Condition{Kind: WhenWas, Field: state, Value: "A--->B"}}),
		p.AddState("Bug", State{Name: "Waiting", Category: InProgress}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	of.editState("Resolved", stateBody{Hidden: true})
	of.finish()
	read, text := define(t, of)
	var states []string
	for _, s := range read.Type.States {
		states = append(states, s.Value)
	}
	if diff := cmp.Diff([]string{"New", "Active", "Waiting", "Closed"}, states); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(text, `"Resolved"`) {
		t.Error("the hidden state is there")
	}
	want := `<ALLOWEDVALUES><LISTITEM value="&lt;S&gt;"></LISTITEM><LISTITEM value="L"></LISTITEM></ALLOWEDVALUES>` +
		`<WHEN field="System.State" value="Closed"><REQUIRED></REQUIRED><READONLY></READONLY></WHEN>` +
		`<!-- No element of this format says: whenWas System.State="A- - ->B": empty -->`
	if got := read.field(t, "Custom.Size"); got.rules() != want || got.Name != "Size & weight" {
		t.Errorf("%s: %s, want %s", got.Name, got.rules(), want)
	}
	if events := (&Catalog{Fields: append(SystemFields(), size)}).CheckDefinition(text); len(events) > 0 {
		t.Errorf("is not valid: %q", events)
	}
}

// minimal is a definition that is valid, with a place for more of each kind.
const minimal = `<witd:WITD application="Work item type editor" version="1.0" xmlns:witd="http://schemas.microsoft.com/VisualStudio/2008/workitemtracking/typedef">
<WORKITEMTYPE name="Crate">
<FIELDS><FIELD name="Title" refname="System.Title" type="String"/>{fields}</FIELDS>
<WORKFLOW><STATES><STATE value="New">{state}</STATE>{states}</STATES>
<TRANSITIONS><TRANSITION from="" to="New"><REASONS><DEFAULTREASON value="Begun"/>{reasons}</REASONS></TRANSITION>{transitions}</TRANSITIONS></WORKFLOW>
<FORM><WebLayout>{form}</WebLayout></FORM>
</WORKITEMTYPE></witd:WITD>`

func TestCheckDefinition(t *testing.T) {
	catalog := &Catalog{Fields: append(SystemFields(), &Field{ID: FirstCustomFieldID, ReferenceName: "Custom.Volume", Name: "Volume", Type: Integer})}
	volume := func(rules string) string {
		return `<FIELD name="Volume" refname="Custom.Volume" type="Integer">` + rules + `</FIELD>`
	}
	for _, c := range []struct{ place, with, want string }{
		{"", "", ""},
		{"fields", volume(`<ALLOWEDVALUES><LISTITEM value="1"/></ALLOWEDVALUES><WHENNOT field="System.Title" value=""><REQUIRED/></WHENNOT>`), ""},
		{"form", `<Page><Section><Group><Control FieldName="System.Title"/></Group></Section></Page>`, ""},

		{"fields", `<FIELD name="Weight" refname="Custom.Weight" type="Double"/>`, "Warning: line 3: there is no field Custom.Weight yet: POST _apis/wit/fields makes it."},
		{"fields", `<FIELD name="Weight" refname="System.Weight" type="Double"/>`, "Error: line 3: there is no field System.Weight, and reference names that begin like it belong to the system."},
		{"fields", `<FIELD name="Volume" refname="Custom.Weight" type="Double"/>`, "Error: line 3: the field Custom.Weight has the name of the field Custom.Volume."},
		{"fields", `<FIELD name="Volume" refname="Custom.Volume" type="Double"/>`, "Error: line 3: the field Custom.Volume is of type Integer, not Double."},
		{"fields", `<FIELD name="Length" refname="Custom.Volume" type="Integer"/>`, "Error: line 3: the name of the field Custom.Volume is Volume, not Length."},
		{"fields", `<FIELD name="Volume" refname="Volume" type="Integer"/>`, `Error: line 3: the reference name "Volume" is not valid.`},
		{"fields", `<FIELD name="Volume" refname="Custom.Volume" type="integer"/>`, `Error: line 3: the field Custom.Volume has an unknown type "integer".`},
		{"fields", `<FIELD name="Other" refname="system.title" type="String"/>`, "Error: line 3: the field system.title is defined twice."},
		{"fields", `<FIELD name="title" refname="Custom.Title" type="String"/>`, `Error: line 3: the name "title" of the field Custom.Title is not valid, or another field has it.`},
		{"fields", volume(`<MATCH pattern="X"/>`), "Warning: line 3: there is no rule here that does what MATCH says."},
		{"fields", volume(`<REQUIRED for="[Global]\Packers"/>`), "Warning: line 3: REQUIRED is for some people only, which no rule here can be."},
		{"fields", volume(`<ALLOWEDVALUES/>`), "Error: line 3: ALLOWEDVALUES of the field Custom.Volume has no values."},
		{"fields", volume(`<ALLOWEDVALUES><LISTITEM value="1"/><LISTITEM value="1"/></ALLOWEDVALUES>`), `Error: line 3: ALLOWEDVALUES of the field Custom.Volume has the value "1" twice.`},
		{"fields", volume(`<ALLOWEDVALUES><LISTITEM value="S"/></ALLOWEDVALUES>`), `Error: line 3: the value "S" does not fit the type of the field Custom.Volume.`},
		{"fields", volume(`<DEFAULT from="value" value="S"/>`), `Error: line 3: the value "S" does not fit the type of the field Custom.Volume.`},
		{"fields", volume(`<DEFAULT from="moon"/>`), `Error: line 3: DEFAULT takes no value from "moon": write clock, currentuser, value, field.`},
		{"fields", volume(`<DEFAULT from="value"/>`), "Error: line 3: DEFAULT needs the attribute value."},
		{"fields", volume(`<COPY from="clock"/>`), "Error: line 3: the field Custom.Volume holds no date."},
		{"fields", volume(`<COPY from="field" field="System.Title"/>`), "Error: line 3: the field System.Title has another type than Custom.Volume."},
		{"fields", volume(`<WHEN field="Custom.Depth" value="1"><REQUIRED/></WHEN>`), `Error: line 3: WHEN names the field "Custom.Depth", which the definition does not have.`},
		{"fields", volume(`<WHEN field="System.Title" value="1"><WHENCHANGED field="System.Title"/></WHEN>`), "Error: line 3: the element WHENCHANGED has no place in WHEN."},
		{"fields", volume(`text`), "Error: line 3: the element FIELD holds no text."},
		{"fields", `<FIELD name="Volume" type="Integer"/>`, "Error: line 3: the element FIELD needs the attribute refname."},
		{"fields", `<FIELD name="Volume" refname="Custom.Volume" type="Integer" color="red"/>`, "Error: line 3: the element FIELD has no attribute color."},
		{"state", `<FIELDS><FIELD refname="Custom.Volume"><READONLY/></FIELD></FIELDS>`, `Error: line 4: FIELD names the field "Custom.Volume", which the definition does not have.`},
		{"state", `<FIELDS><FIELD refname="System.Title" name="Title"/></FIELDS>`, "Error: line 4: the element FIELD has no attribute name."},
		{"states", `<STATE value="new"/>`, `Error: line 4: the state "new" is defined twice.`},
		{"states", `<STATE value=""/>`, `Error: line 4: the state name "" is not valid.`},
		{"reasons", `<REASON value="begun"/>`, `Error: line 5: the reason "begun" is empty or there twice.`},
		{"reasons", `<DEFAULTREASON value="Other"/>`, "Error: line 5: the element REASONS has more than one element DEFAULTREASON."},
		{"transitions", `<TRANSITION from="New" to="Done"><REASONS><DEFAULTREASON value="x"/></REASONS></TRANSITION>`, `Error: line 5: the transition leads to the state "Done", which is not defined.`},
		{"transitions", `<TRANSITION from="" to="New"><REASONS><DEFAULTREASON value="x"/></REASONS></TRANSITION>`, `Error: line 5: the transition from "" to "New" is defined twice.`},
		{"transitions", `<TRANSITION from="New" to="New"><REASONS><DEFAULTREASON value="x"/></REASONS></TRANSITION>`, `Error: line 5: the transition leads from the state "New" to itself.`},
		{"transitions", `<TRANSITION from="New" to="New"><REASONS/></TRANSITION>`, "Error: line 5: the element REASONS needs an element DEFAULTREASON."},
		{"form", `<Page><Control FieldName="Custom.Volume"/></Page>`, `Error: line 6: Control names the field "Custom.Volume", which the definition does not have.`},
	} {
		text := strings.Replace(minimal, "{"+c.place+"}", c.with, 1)
		text = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(text, "")
		if got := strings.Join(catalog.CheckDefinition(text), "\n"); got != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.place, c.with, got, c.want)
		}
	}
}

func TestCheckDefinition_NoDefinition(t *testing.T) {
	whole := regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(minimal, "")
	for text, want := range map[string]string{
		"":                                       "there is no element.",
		"<a":                                     "unexpected EOF.",
		"<a/>":                                   "must be WITD",
		whole + whole:                            "more than one outermost element.",
		whole + "x":                              "text outside of the elements.",
		`<!DOCTYPE a [<!ENTITY b "c">]>` + whole: "document type declarations have no place here.",
		strings.Replace(whole, "Crate", "&b;", 1):                                                                           "invalid character entity &b;.",
		strings.Repeat("<a>", 40):                                                                                           "must be WITD",
		strings.Replace(whole, "<FORM>", strings.Repeat("<FORM>", 40), 1):                                                   "more than 32 deep.",
		strings.Replace(whole, `name="Crate"`, `name="Crate:1"`, 1):                                                         `the name "Crate:1" is not valid for a work item type.`,
		strings.Replace(whole, `from=""`, `from="New"`, 1):                                                                  "no transition begins the workflow: one must be from the empty state.",
		strings.Replace(whole, "<FORM>", "<FORM><a/>", 1):                                                                   "the element FORM must hold Layout or WebLayout, and nothing else.",
		strings.Replace(whole, "<WORKFLOW>", "<FIELDS><FIELD name='a' refname='b.c' type='String'/></FIELDS><WORKFLOW>", 1): "more than one element FIELDS.",
	} {
		events := strings.Join((&Catalog{Fields: SystemFields()}).CheckDefinition(text), "\n")
		if !strings.HasPrefix(events, "Error: ") || !strings.HasSuffix(events, want) && !strings.Contains(events, want) {
			t.Errorf("%s: %q, want %q", text, events, want)
		}
	}
	if events := (&Catalog{Fields: SystemFields()}).CheckDefinition(`<?xml version="1.0" encoding="utf-16"?>` + whole); len(events) > 0 {
		t.Errorf("as programs write it that hold text in two bytes: %q", events)
	}
}

// Of a definition that is wrong all over, only so much is told.
func TestCheckDefinition_Much(t *testing.T) {
	text := strings.Replace(minimal, "{states}", strings.Repeat(`<STATE value="New"/>`, 600), 1)
	text = regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(text, "")
	events := (&Catalog{Fields: SystemFields()}).CheckDefinition(text)
	if n := len(events); n != 501 || events[500] != "Error: there is more than is told here." {
		t.Errorf("%d events, the last is %q", n, events[n-1])
	}
}
