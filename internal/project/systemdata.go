package project

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed processes/*.json
var processFiles embed.FS

// systemData is what the binary brings along: immutable, shared by all organizations.
type systemData struct {
	fields    []*Field
	byName    map[string]*Field // by reference name, and by both names in lower case
	core      []TypeField
	linkTypes []*LinkType
	processes []*Process
}

// system reads the embedded files at first use. They are part of the program, so an error in them
// is a bug.
var system = sync.OnceValue(func() *systemData {
	data, err := loadSystemData(processFiles)
	if err != nil {
		panic(err)
	}
	return data
})

// processOrder is the order of GET process/processes.
var processOrder = [...]string{"scrum", "basic", "agile", "cmmi"}

// loadSystemData reads the files below processes/.
func loadSystemData(files fs.FS) (*systemData, error) {
	d := &systemData{byName: make(map[string]*Field)}
	if err := d.loadFields(files); err != nil {
		return nil, fmt.Errorf("fields.json: %w", err)
	}
	if err := decodeFile(files, "linktypes", &d.linkTypes); err != nil {
		return nil, fmt.Errorf("linktypes.json: %w", err)
	}
	rows := make([]processRow, len(processOrder))
	for i, name := range processOrder {
		if err := decodeFile(files, name, &rows[i]); err != nil {
			return nil, fmt.Errorf("%s.json: %w", name, err)
		}
		p, err := d.process(&rows[i])
		if err != nil {
			return nil, fmt.Errorf("%s.json: %w", name, err)
		}
		d.processes = append(d.processes, p)
	}
	for i, p := range d.processes {
		if err := d.finish(p, &rows[i]); err != nil {
			return nil, fmt.Errorf("%s.json: %w", processOrder[i], err)
		}
	}
	return d, nil
}

// decodeFile reads one file; keys it does not know are errors.
func decodeFile(files fs.FS, name string, into any) error {
	text, err := fs.ReadFile(files, "processes/"+name+".json")
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

func (d *systemData) field(referenceNameOrName string) *Field {
	if f := d.byName[referenceNameOrName]; f != nil {
		return f
	}
	return d.byName[strings.ToLower(referenceNameOrName)]
}

func (d *systemData) fieldList(refs []string) ([]*Field, error) {
	list := make([]*Field, len(refs))
	for i, ref := range refs {
		if list[i] = d.field(ref); list[i] == nil {
			return nil, fmt.Errorf("unknown field %q", ref)
		}
	}
	return list, nil
}

// ruleList parses rules in the notation of [parseRules].
func (d *systemData) ruleList(texts []string) ([]Rule, error) {
	rules := make([]Rule, 0, len(texts))
	for _, text := range texts {
		parsed, err := parseRules(text, d.field)
		if err != nil {
			return nil, err
		}
		rules = append(rules, parsed...)
	}
	return rules, nil
}

// fieldRow is a line of fields.json. Its rules hold on every type that has the field.
type fieldRow struct {
	Field
	Rules []string
}

func (d *systemData) loadFields(files fs.FS) error {
	var rows []fieldRow
	if err := decodeFile(files, "fields", &rows); err != nil {
		return err
	}
	ids := make(map[FieldID]bool, len(rows))
	for i := range rows {
		f := &rows[i].Field
		if ids[f.ID] {
			return fmt.Errorf("id %d is used twice", f.ID)
		}
		ids[f.ID] = true
		for _, name := range [...]string{f.ReferenceName, f.Name} {
			key := strings.ToLower(name)
			if d.byName[key] != nil {
				return fmt.Errorf("%q names two fields", name)
			}
			d.byName[key] = f
		}
		d.byName[f.ReferenceName] = f
		d.fields = append(d.fields, f)
	}
	for i := range rows {
		rules, err := d.ruleList(rows[i].Rules)
		if err != nil {
			return fmt.Errorf("field %s: %w", rows[i].ReferenceName, err)
		}
		if rows[i].Core {
			d.core = append(d.core, TypeField{Field: &rows[i].Field, Rules: rules})
		}
	}
	return nil
}

// processRow is the content of a process file.
type processRow struct {
	Name, ID, ReferenceName, Description string
	Default                              bool
	BugsBehavior                         BugsBehavior
	HiddenBacklogs                       []string
	Weekends                             []string
	DefaultIterations                    []string
	BacklogFields                        map[string]string
	Categories                           []Category
	Backlogs                             []backlogRow
	WorkItemTypes                        []typeRow
}

type backlogRow struct {
	ID       string
	Type     BacklogType
	Rank     int
	Parent   string
	Name     string
	Singular string
	Limit    int
	AddPanel []string
	Columns  []struct {
		Field string
		Width int
	}
	States []BacklogState
}

// process builds a process. Types given by sameAs are left nil until all processes are there.
func (d *systemData) process(row *processRow) (*Process, error) {
	p := &Process{
		Name: row.Name, ID: row.ID, ReferenceName: row.ReferenceName, Description: row.Description,
		Default: row.Default, Categories: row.Categories, BugsBehavior: row.BugsBehavior,
		HiddenBacklogs: row.HiddenBacklogs, DefaultIterations: row.DefaultIterations,
		BacklogFields: make(map[string]*Field, len(row.BacklogFields)),
		Types:         make([]*WorkItemType, len(row.WorkItemTypes)),
	}
	for _, name := range row.Weekends {
		day, ok := parseWeekday(name)
		if !ok {
			return nil, fmt.Errorf("unknown weekday %q", name)
		}
		p.Weekends = append(p.Weekends, day)
	}
	for role, ref := range row.BacklogFields {
		if p.BacklogFields[role] = d.field(ref); p.BacklogFields[role] == nil {
			return nil, fmt.Errorf("backlog field %s: unknown field %q", role, ref)
		}
	}
	for i := range row.Backlogs {
		b, err := d.backlog(&row.Backlogs[i])
		if err != nil {
			return nil, fmt.Errorf("backlog %s: %w", row.Backlogs[i].Name, err)
		}
		p.Backlogs = append(p.Backlogs, b)
	}
	for i := range row.WorkItemTypes {
		if row.WorkItemTypes[i].SameAs != "" {
			continue
		}
		t, err := d.workItemType(&row.WorkItemTypes[i])
		if err != nil {
			return nil, fmt.Errorf("type %s: %w", row.WorkItemTypes[i].Name, err)
		}
		p.Types[i] = t
	}
	return p, nil
}

func parseWeekday(name string) (time.Weekday, bool) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if day.String() == name {
			return day, true
		}
	}
	return 0, false
}

func (d *systemData) backlog(row *backlogRow) (Backlog, error) {
	b := Backlog{
		ID: row.ID, Type: row.Type, Rank: row.Rank, Parent: row.Parent,
		Name: row.Name, Singular: row.Singular, Limit: row.Limit, States: row.States,
	}
	var err error
	if b.AddPanel, err = d.fieldList(row.AddPanel); err != nil {
		return Backlog{}, err
	}
	for _, c := range row.Columns {
		f := d.field(c.Field)
		if f == nil {
			return Backlog{}, fmt.Errorf("unknown field %q", c.Field)
		}
		b.Columns = append(b.Columns, BacklogColumn{Field: f, Width: c.Width})
	}
	return b, nil
}

// finish takes over the types of other processes and ties types, categories and backlogs together.
func (d *systemData) finish(p *Process, row *processRow) error {
	for i, t := range row.WorkItemTypes {
		if t.SameAs == "" {
			continue
		}
		original := find(d.processes, func(o *Process) bool { return o.Name == t.SameAs })
		if original == nil {
			return fmt.Errorf("type %s: no process %s", t.Name, t.SameAs)
		}
		for _, o := range original.Types {
			if o != nil && o.Name == t.Name {
				c := *o
				c.Categories = nil
				p.Types[i] = &c
			}
		}
		if p.Types[i] == nil {
			return fmt.Errorf("type %s: %s does not define it", t.Name, t.SameAs)
		}
	}
	for _, c := range p.Categories {
		for _, name := range c.Types {
			t := find(p.Types, func(t *WorkItemType) bool { return t.Name == name })
			if t == nil {
				return fmt.Errorf("category %s: unknown type %q", c.Name, name)
			}
			t.Categories = append(t.Categories, c.ReferenceName)
		}
		if !slices.Contains(c.Types, c.Default) {
			return fmt.Errorf("category %s: default %q is not one of its types", c.Name, c.Default)
		}
	}
	for _, b := range p.Backlogs {
		if p.Category(b.ID) == nil {
			return fmt.Errorf("backlog %s: no category %s", b.Name, b.ID)
		}
	}
	p.Behaviors = p.behaviors()
	return nil
}
