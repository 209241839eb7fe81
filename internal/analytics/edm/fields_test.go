package edm

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestPropertyName(t *testing.T) {
	for reference, want := range map[string]string{
		"Custom.RiskOpportunity":                      "Custom_RiskOpportunity",
		"Custom.TFSID":                                "Custom_TFSID",
		"Microsoft.VSTS.CodeReview.AcceptedDate":      "Microsoft_VSTS_CodeReview_AcceptedDate",
		"Microsoft.VSTS.TCM.TestSuiteTypeId":          "Microsoft_VSTS_TCM_TestSuiteTypeId",
		"Custom.719f69f1-f7d0-4baa-b6ce-e77ad5dfcdf3": "Custom_719f69f1__002Df7d0__002D4baa__002Db6ce__002De77ad5dfcdf3",
		"Agile_Gandalf.Additionalclarification":       "Agile_Gandalf_Additionalclarification",
		"3Com.Port":                                   "__0033Com_Port",
		"Custom.Größe":                                "Custom_Gr__00F6__00DFe",
		"Custom.a b":                                  "Custom_a__0020b",
		"Custom.\U0001F600":                           "Custom___D83D__DE00",
	} {
		if got := PropertyName(reference); got != want {
			t.Errorf("PropertyName(%q) = %q, want %q", reference, got, want)
		}
	}
}

func TestNew_CustomFields(t *testing.T) {
	m := New(V1, sampleFields)
	wantProperties := []Property{
		{Name: "Custom_719f69f1__002Df7d0__002D4baa__002Db6ce__002De77ad5dfcdf3", Type: Type{Kind: Double},
			Ref: "Custom.719f69f1-f7d0-4baa-b6ce-e77ad5dfcdf3", Display: "Größe <&\"'>\x01", Description: "line\nbreak"},
		{Name: "Custom_Approved", Type: Type{Kind: Boolean}, Ref: "Custom.Approved", Display: "Approved",
			Description: "By the board"},
		{Name: "Custom_TFSID", Type: Type{Kind: String}, Ref: "Custom.TFSID", Display: "TFS ID"},
		{Name: "Microsoft_VSTS_CodeReview_AcceptedBySK", Type: Type{Kind: Guid},
			Ref: "Microsoft.VSTS.CodeReview.AcceptedBy"},
		{Name: "Microsoft_VSTS_Common_StateCode", Type: Type{Kind: Int64}, Ref: "Microsoft.VSTS.Common.StateCode",
			Display: "State Code"},
	}
	wantNavigation := []Navigation{
		{Name: "Microsoft_VSTS_CodeReview_AcceptedBy", Target: "User", FK: "Microsoft_VSTS_CodeReview_AcceptedBySK",
			RefKey: "UserSK", Ref: "Microsoft.VSTS.CodeReview.AcceptedBy", Display: "Accepted By"},
	}
	for i := range wantProperties {
		wantProperties[i].Since, wantProperties[i].Custom = V1, true
	}
	wantNavigation[0].Since, wantNavigation[0].Custom = V1, true

	for _, e := range m.EntitySets() {
		var properties []Property
		for i, p := range e.Properties {
			if p.Custom {
				properties = append(properties, p)
			} else if properties != nil {
				t.Errorf("%s: property %d %s follows a custom one", e.Name, i, p.Name)
			}
		}
		var navigation []Navigation
		for _, n := range e.Navigation {
			if n.Custom {
				navigation = append(navigation, n)
			}
		}
		switch e.Name {
		case "WorkItem", "WorkItemRevision", "WorkItemSnapshot", "WorkItemBoardSnapshot":
			if diff := cmp.Diff(wantProperties, properties); diff != "" {
				t.Errorf("%s (-want +got):\n%s", e.Name, diff)
			}
			if diff := cmp.Diff(wantNavigation, navigation); diff != "" {
				t.Errorf("%s (-want +got):\n%s", e.Name, diff)
			}
		default:
			if properties != nil || navigation != nil {
				t.Errorf("%s has custom members", e.Name)
			}
		}
	}
}

func TestNew_CustomFieldTypes(t *testing.T) {
	kinds := map[FieldType]Kind{
		FieldString: String, FieldTreePath: String, FieldPicklistString: String,
		FieldInteger: Int64, FieldPicklistInteger: Int64,
		FieldDouble: Double, FieldPicklistDouble: Double,
		FieldDateTime: DateTimeOffset, FieldBoolean: Boolean, FieldGuid: Guid,
		"html": Invalid, "plainText": Invalid, "history": Invalid, "": Invalid,
	}
	for fieldType, want := range kinds {
		f := Fields{Custom: []CustomField{{ReferenceName: "Custom.X", Name: "X", Type: fieldType}}}
		p := New(V4Preview, f).Type("WorkItem").Property("Custom_X")
		switch {
		case want == Invalid && p != nil:
			t.Errorf("%s has a property", fieldType)
		case want != Invalid && (p == nil || p.Type.Kind != want):
			t.Errorf("%s: %+v, want kind %v", fieldType, p, want)
		}
	}
}

// Names must be unique in any letter case, and must not depend on the order in which a caller lists the fields.
func TestNew_CustomNameCollisions(t *testing.T) {
	custom := []CustomField{
		{ReferenceName: "A.B.C", Name: "dots", Type: FieldString},
		{ReferenceName: "A.B_C", Name: "underscore", Type: FieldString},
		{ReferenceName: "A.b_c", Name: "same field in other case", Type: FieldString},
		{ReferenceName: "A_B.C", Name: "other underscore", Type: FieldString},
		{ReferenceName: "Own.er", Name: "identity", Type: FieldIdentity},
		{ReferenceName: "Own.erSK", Name: "like its key", Type: FieldString},
		{ReferenceName: "Own_erSK", Name: "like its key too", Type: FieldIdentity},
		{ReferenceName: "P.Q.xSK", Name: "like the key of the next", Type: FieldString},
		{ReferenceName: "P.Q_x", Name: "identity whose key is taken", Type: FieldIdentity},
		{ReferenceName: "State", Name: "like a predefined property", Type: FieldString},
		{ReferenceName: "Area", Name: "like a predefined navigation", Type: FieldString},
		{ReferenceName: "Size", Name: "like a property the scope lacks", Type: FieldString},
	}
	want := map[string]string{
		"A_B_C":         "A.B.C",
		"A_B_C_2":       "A.B_C",
		"A_B_C_3":       "A_B.C",
		"Own_erSK":      "Own.er",
		"Own_erSK_2":    "Own.erSK",
		"Own_erSK_3SK":  "Own_erSK",
		"P_Q_xSK":       "P.Q.xSK",
		"P_Q_x_2SK":     "P.Q_x",
		"State_2":       "State",
		"Area_2":        "Area",
		"Size_2":        "Size",
		"Own_er":        "Own.er",   // navigation
		"Own_erSK_3":    "Own_erSK", // navigation
		"P_Q_x_2":       "P.Q_x",    // navigation
		"Title":         "",
		"WorkItemId":    "",
		"Own_er_2":      "",
		"A_B_C_4":       "",
		"Own_erSK_2SK":  "",
		"Custom_Absent": "",
	}
	for range len(custom) {
		custom = append(custom[1:], custom[0])
		e := New(V4Preview, Fields{Custom: custom}).Type("WorkItem")
		for name, reference := range want {
			var got string
			if p := e.Property(name); p != nil && p.Custom {
				got = p.Ref
			} else if n := e.Nav(name); n != nil {
				got = n.Ref
			}
			if got != reference {
				t.Errorf("%s comes from field %q, want %q", name, got, reference)
			}
		}
		if got := e.Property("Size"); got != nil {
			t.Errorf("the name Size went to %q", got.Ref)
		}
	}
}

func TestPredefined(t *testing.T) {
	for reference, want := range map[string]bool{
		"System.Title":                           true,
		"System.AssignedTo":                      true,
		"System.BoardColumn":                     true,
		"system.Id":                              true,
		"System.RevisedDate":                     true,
		"Microsoft.VSTS.Common.Priority":         true,
		"microsoft.vsts.common.priority":         true,
		"Microsoft.VSTS.Common.ClosedBy":         true,
		"Microsoft.VSTS.CodeReview.AcceptedDate": false,
		"Custom.TFSID":                           false,
		"":                                       true,
	} {
		if got := Predefined(reference); got != want {
			t.Errorf("Predefined(%q) = %v, want %v", reference, got, want)
		}
	}
	for _, e := range entityTypes {
		for _, p := range e.Properties {
			if p.Ref != "" && !Predefined(p.Ref) {
				t.Errorf("Predefined(%q) = false, though %s.%s shows it", p.Ref, e.Name, p.Name)
			}
		}
	}

	priority := CustomField{ReferenceName: "Microsoft.VSTS.Common.Priority", Name: "Priority", Type: FieldInteger}
	f := Fields{Custom: []CustomField{priority}}
	plain, listed := New(V4Preview, Fields{}).Type("WorkItem"), New(V4Preview, f).Type("WorkItem")
	if diff := cmp.Diff(plain, listed, cmpopts.IgnoreUnexported(EntityType{})); diff != "" {
		t.Errorf("a predefined field became a custom one:\n%s", diff)
	}
}
