package project

import (
	"slices"
	"strings"
	"testing"
)

// TestAnalyticsModel_StateCategories compares with the documented table of state categories. Its
// entries read "State", or "State (Type, Type)" when the state has that category in some types only.
func TestAnalyticsModel_StateCategories(t *testing.T) {
	var model struct {
		StateCategories map[string]any `yaml:"state_categories"`
	}
	readReference(t, "analytics-model.yaml", &model)

	// The documentation says Resolved, the recorded definitions InProgress; we follow the records.
	differences := map[string]bool{"Agile Epic Resolved": true, "Agile Feature Resolved": true, "Agile User Story Resolved": true}
	compared := 0
	for _, p := range SystemProcesses() {
		for _, wit := range p.Types {
			table := model.StateCategories[p.Name]
			if strings.HasPrefix(wit.Name, "Test ") {
				table = model.StateCategories["test_types"]
			} else if wit.Hidden() {
				continue
			}
			for _, s := range wit.States {
				want := documentedCategory(t, table, wit.Name, s.Name)
				if want == "" {
					continue
				}
				compared++
				key := p.Name + " " + wit.Name + " " + s.Name
				if differs := s.Category.String() != want; differs != differences[key] {
					t.Errorf("%s: category %s, documented %s", key, s.Category, want)
				}
			}
		}
	}
	if compared < 100 {
		t.Errorf("only %d states are in the table", compared)
	}
}

// documentedCategory finds the category of a state; an entry that names the type comes first.
func documentedCategory(t *testing.T, table any, wit, state string) string {
	t.Helper()
	categories, ok := table.(map[string]any)
	if !ok {
		t.Fatalf("the table is %v", table)
	}
	general := ""
	for category, states := range categories {
		for _, s := range states.([]any) {
			name, types, limited := strings.Cut(s.(string), " (")
			switch {
			case name != state:
			case !limited:
				general = category
			case strings.Contains(types, wit):
				return category
			}
		}
	}
	return general
}

// TestAnalyticsModel_Fields checks the remarks of the entity model about which processes and
// types have a field, and that the property has a type the field's values fit in.
func TestAnalyticsModel_Fields(t *testing.T) {
	var model struct {
		Types []struct {
			Type       string
			Properties []struct{ Name, Type, Ref, Process string }
		} `yaml:"entity_types"`
	}
	readReference(t, "analytics-model.yaml", &model)

	edmTypes := map[FieldType]string{
		String: "Edm.String", PlainText: "Edm.String", Integer: "Edm.Int32", Double: "Edm.Double", DateTime: "Edm.DateTimeOffset",
	}
	remarks := 0
	for _, entity := range model.Types {
		if entity.Type != "WorkItem" {
			continue
		}
		for _, property := range entity.Properties {
			if property.Ref == "" {
				continue
			}
			f := SystemField(property.Ref)
			if f == nil {
				t.Errorf("%s: no field %s", property.Name, property.Ref)
				continue
			}
			if edmTypes[f.Type] != property.Type {
				t.Errorf("%s: %s property for a %s field", property.Name, property.Type, f.Type)
			}
			if property.Process != "" {
				remarks++
				checkRemark(t, f, property.Process)
			}
		}
	}
	if remarks < 40 {
		t.Errorf("only %d remarks", remarks)
	}
}

func checkRemark(t *testing.T, f *Field, remark string) {
	t.Helper()
	// The processes named have the field, "all" means each of them.
	var processes []*Process
	for _, p := range SystemProcesses() {
		if remark == "all" || strings.Contains(remark, p.Name) {
			processes = append(processes, p)
			if !slices.Contains(p.Fields(), f) {
				t.Errorf("%s lacks %s (%s)", p.Name, f.ReferenceName, remark)
			}
		}
	}
	if len(processes) == 0 {
		processes = SystemProcesses()
	}
	if strings.Contains(remark, "portfolio types") {
		for _, p := range processes {
			if p.Type("Epic").Field(f.ID) == nil {
				t.Errorf("epics of %s lack %s (%s)", p.Name, f.ReferenceName, remark)
			}
		}
	}
	// A type named has the field in some process.
	has := make(map[string]bool)
	for _, p := range processes {
		for _, wit := range p.Types {
			if containsWord(remark, wit.Name) {
				has[wit.Name] = has[wit.Name] || wit.Field(f.ID) != nil
			}
		}
	}
	for name, ok := range has {
		if !ok {
			t.Errorf("%s lacks %s (%s)", name, f.ReferenceName, remark)
		}
	}
}

func containsWord(text, word string) bool {
	return strings.Contains(" "+strings.NewReplacer(",", " ", ";", " ", "/", " ", "(", " ", ")", " ").Replace(strings.ToLower(text))+" ",
		" "+strings.ToLower(word)+" ")
}
