package project

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// definitionSpace is the XML name space of definitions of work item types.
const definitionSpace = "http://schemas.microsoft.com/VisualStudio/2008/workitemtracking/typedef"

// element is a node of a definition in XML. One without a name is a comment.
type element struct {
	name     string
	attrs    []xml.Attr
	text     string
	line     int // when it was read
	children []*element
}

// with returns an element that holds others.
func with(name string, children ...*element) *element { return (&element{name: name}).add(children...) }

// add adds children and returns the element. Those that are nil do not count.
func (e *element) add(children ...*element) *element {
	for _, c := range children {
		if c != nil {
			e.children = append(e.children, c)
		}
	}
	return e
}

// set adds attributes, given as names and values, and returns the element.
func (e *element) set(pairs ...string) *element {
	for i := 0; i < len(pairs); i += 2 {
		e.attrs = append(e.attrs, xml.Attr{Name: xml.Name{Local: pairs[i]}, Value: pairs[i+1]})
	}
	return e
}

// attr is the value of an attribute, "" when there is none.
func (e *element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) has(name string) bool {
	return slices.ContainsFunc(e.attrs, func(a xml.Attr) bool { return a.Name.Local == name })
}

// all lists the children of a name.
func (e *element) all(name string) (list []*element) {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			list = append(list, c)
		}
	}
	return list
}

// child is the first child of a name, or nil.
func (e *element) child(name string) *element {
	if list := e.all(name); len(list) > 0 {
		return list[0]
	}
	return nil
}

// write prints the element to an encoder.
func (e *element) write(to *xml.Encoder) error {
	if e.name == "" {
		text := e.text
		for strings.Contains(text, "--") { // which ends comments
			text = strings.ReplaceAll(text, "--", "- -")
		}
		return to.EncodeToken(xml.Comment(" " + text + " "))
	}
	start := xml.StartElement{Name: xml.Name{Local: e.name}, Attr: e.attrs}
	err := to.EncodeToken(start)
	if e.text != "" {
		err = errors.Join(err, to.EncodeToken(xml.CharData(e.text)))
	}
	for _, c := range e.children {
		err = errors.Join(err, c.write(to))
	}
	return errors.Join(err, to.EncodeToken(start.End()))
}

// maxDefinitionDepth is how deep elements may be inside each other; forms need most.
const maxDefinitionDepth = 32

// readDefinition reads XML. Its error says what is wrong with the text.
func readDefinition(text string) (root *element, err error) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // JSON has decoded it
	var open []*element
	var texts []*strings.Builder // of those: comments may part a text letter by letter
	for {
		token, err := decoder.Token()
		line, _ := decoder.InputPos()
		switch {
		case errors.Is(err, io.EOF) && root != nil:
			return root, nil
		case errors.Is(err, io.EOF):
			return nil, errors.New("there is no element")
		case err != nil:
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, line: line}
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" && a.Name.Space == "" {
					e.attrs = append(e.attrs, xml.Attr{Name: a.Name, Value: a.Value})
				}
			}
			switch {
			case len(open) == maxDefinitionDepth:
				return nil, fmt.Errorf("line %d: elements are more than %d deep", line, maxDefinitionDepth)
			case len(open) > 0 && token.Name.Space != "":
				return nil, fmt.Errorf("line %d: the element %s must be in no name space", line, e.name)
			case len(open) > 0:
				open[len(open)-1].children = append(open[len(open)-1].children, e)
			case root != nil:
				return nil, fmt.Errorf("line %d: there is more than one outermost element", line)
			case token.Name != (xml.Name{Space: definitionSpace, Local: "WITD"}):
				return nil, fmt.Errorf("line %d: the outermost element must be WITD of the name space %s", line, definitionSpace)
			default:
				root = e
			}
			open, texts = append(open, e), append(texts, &strings.Builder{})
		case xml.EndElement:
			last := len(open) - 1
			open[last].text = texts[last].String()
			open, texts = open[:last], texts[:last]
		case xml.CharData:
			if len(open) > 0 {
				_, _ = texts[len(texts)-1].Write(token) // never fails
			} else if strings.TrimSpace(string(token)) != "" {
				return nil, fmt.Errorf("line %d: there is text outside of the elements", line)
			}
		case xml.Directive:
			return nil, fmt.Errorf("line %d: document type declarations have no place here", line)
		}
	}
}

// shape is what an element of the format may hold: names, with "!" those that must be there and be alone, with "+" those
// of which one must be there, with "?" those that are there once or not. Text is allowed where nothing else is.
type shape struct{ attrs, children string }

const (
	plainRules = " ALLOWEDVALUES ALLOWEXISTINGVALUE CANNOTLOSEVALUE COPY DEFAULT EMPTY FROZEN MATCH NOTSAMEAS PROHIBITEDVALUES READONLY" +
		" REQUIRED SERVERDEFAULT SUGGESTEDVALUES VALIDDATE VALIDUSER"
	allRules = plainRules + " WHEN WHENNOT WHENCHANGED WHENNOTCHANGED"
)

// shapes are the elements of the format by name; fields below a workflow are called "ruled". documented: all work item
// type definition elements.
func shapes() map[string]shape {
	all := map[string]shape{
		"WITD":         {"application! version!", "WORKITEMTYPE!"},
		"WORKITEMTYPE": {"name! refname", "DESCRIPTION? GLOBALLISTS? FIELDS! WORKFLOW! FORM!"},
		"DESCRIPTION":  {},
		"GLOBALLISTS":  {"", "GLOBALLIST"},
		"GLOBALLIST":   {"name!", "LISTITEM"},
		"LISTITEM":     {"value!", ""},
		"FIELDS":       {"", "FIELD+"},
		"FIELD":        {"name! refname! type! syncnamechanges reportable reportingname reportingrefname formula", "HELPTEXT?" + allRules},
		"ruled FIELDS": {"", "FIELD+"},
		"ruled FIELD":  {"refname!", allRules},
		"HELPTEXT":     {},
		"DEFAULT":      {"from! value field for not", ""},
		"COPY":         {"from! value field for not", ""},
		"MATCH":        {"pattern! for not", ""},
		"NOTSAMEAS":    {"field! for not", ""},
		"VALIDUSER":    {"group for not", ""},
		"WHEN":         {"field! value!", plainRules},
		"WHENNOT":      {"field! value!", plainRules},
		"WHENCHANGED":  {"field!", plainRules},
		"WORKFLOW":     {"", "STATES! TRANSITIONS!"},
		"STATES":       {"", "STATE+"},
		"STATE":        {"value!", "FIELDS?"},
		"TRANSITIONS":  {"", "TRANSITION+"},
		"TRANSITION":   {"from! to! for not", "ACTIONS? REASONS! FIELDS?"},
		"ACTIONS":      {"", "ACTION+"},
		"ACTION":       {"value!", ""},
		"REASONS":      {"", "REASON DEFAULTREASON!"},
		"REASON":       {"value!", "FIELDS?"},

		"SERVERDEFAULT": {"from! for not", ""},
	}
	all["WHENNOTCHANGED"], all["DEFAULTREASON"] = all["WHENCHANGED"], all["REASON"]
	for _, name := range []string{"ALLOWEDVALUES", "SUGGESTEDVALUES", "PROHIBITEDVALUES"} {
		all[name] = shape{"expanditems filteritems for not", "LISTITEM GLOBALLIST"}
	}
	for _, name := range []string{"ALLOWEXISTINGVALUE", "CANNOTLOSEVALUE", "EMPTY", "FROZEN", "READONLY", "REQUIRED", "VALIDDATE"} {
		all[name] = shape{"for not", ""}
	}
	return all
}
