package edm

import (
	"encoding/xml"
	"slices"
	"testing"
)

// The document as an OData client declares it, written from the OData CSDL specification and not from the writer.
type (
	csdl struct {
		XMLName  xml.Name `xml:"http://docs.oasis-open.org/odata/ns/edmx Edmx"`
		Version  string   `xml:",attr"`
		Services struct {
			Schemas []csdlSchema `xml:"http://docs.oasis-open.org/odata/ns/edm Schema"`
		} `xml:"http://docs.oasis-open.org/odata/ns/edmx DataServices"`
	}
	csdlSchema struct {
		Namespace   string         `xml:",attr"`
		EntityTypes []csdlType     `xml:"EntityType"`
		EnumTypes   []csdlEnum     `xml:"EnumType"`
		Functions   []csdlFunction `xml:"Function"`
		Container   *csdlContainer `xml:"EntityContainer"`
	}
	csdlType struct {
		Name       string       `xml:",attr"`
		Key        []csdlID     `xml:"Key>PropertyRef"`
		Navigation []csdlMember `xml:"NavigationProperty"`
		Property   []csdlMember `xml:"Property"`
	}
	csdlID struct {
		Name string `xml:",attr"`
	}
	csdlMember struct {
		Name        string           `xml:",attr"`
		Type        string           `xml:",attr"`
		Nullable    string           `xml:",attr"`
		Constraints []csdlConstraint `xml:"ReferentialConstraint"`
		Annotations []csdlAnnotation `xml:"Annotation"`
		Other       []xml.Attr       `xml:",any,attr"`
	}
	csdlConstraint struct {
		Property           string `xml:",attr"`
		ReferencedProperty string `xml:",attr"`
	}
	csdlAnnotation struct {
		Term   string   `xml:",attr"`
		String string   `xml:",attr"`
		Bool   string   `xml:",attr"`
		Texts  []string `xml:"Collection>String"`
		Record []struct {
			Property string   `xml:",attr"`
			Bool     string   `xml:",attr"`
			Texts    []string `xml:"Collection>String"`
			Paths    []string `xml:"Collection>NavigationPropertyPath"`
		} `xml:"Record>PropertyValue"`
	}
	csdlEnum struct {
		Name           string `xml:",attr"`
		UnderlyingType string `xml:",attr"`
		IsFlags        string `xml:",attr"`
		Members        []struct {
			Name  string `xml:",attr"`
			Value string `xml:",attr"`
		} `xml:"Member"`
	}
	csdlFunction struct {
		Name       string       `xml:",attr"`
		IsBound    string       `xml:",attr"`
		Parameters []csdlMember `xml:"Parameter"`
		Return     csdlMember   `xml:"ReturnType"`
	}
	csdlContainer struct {
		Name        string           `xml:",attr"`
		Sets        []csdlSet        `xml:"EntitySet"`
		Annotations []csdlAnnotation `xml:"Annotation"`
	}
	csdlSet struct {
		Name       string `xml:",attr"`
		EntityType string `xml:",attr"`
		Bindings   []struct {
			Path   string `xml:",attr"`
			Target string `xml:",attr"`
		} `xml:"NavigationPropertyBinding"`
		Annotations []csdlAnnotation `xml:"Annotation"`
	}
)

func (t csdlType) property(name string) *csdlMember {
	if i := slices.IndexFunc(t.Property, func(p csdlMember) bool { return p.Name == name }); i >= 0 {
		return &t.Property[i]
	}
	return nil
}

// readMetadata is the schemas of a document, of which the first holds the types and the last the container.
func readMetadata(t *testing.T, v Version, f Fields) []csdlSchema {
	t.Helper()
	var document csdl
	if err := xml.Unmarshal(writeMetadata(t, v, f), &document); err != nil {
		t.Fatal(err)
	}
	want := []string{"Microsoft.VisualStudio.Services.Analytics.Model", "Default"}
	if v >= V3Preview {
		want = slices.Insert(want, 1, "Microsoft.VisualStudio.Services.Analytics")
	}
	var got []string
	for _, s := range document.Services.Schemas {
		got = append(got, s.Namespace)
	}
	if !slices.Equal(got, want) || document.Version != "4.0" {
		t.Fatalf("schemas %v of version %q, want %v", got, document.Version, want)
	}
	return document.Services.Schemas
}
