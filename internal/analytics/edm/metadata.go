package edm

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteMetadata writes the $metadata document. Its bytes depend on nothing but version and fields.
func (m *Model) WriteMetadata(w io.Writer) error {
	const edmNamespace = "http://docs.oasis-open.org/odata/ns/edm"
	schema := func(namespace string, children []element) element {
		return node("Schema", attrs{"Namespace", namespace, "xmlns", edmNamespace}, children...)
	}
	services := []element{schema(ModelNamespace, m.typeElements())}
	if m.version >= V3Preview {
		services = append(services, schema(FunctionNamespace, functionElements()))
	}
	services = append(services, schema("Default", []element{m.container()}))
	root := node("edmx:Edmx", attrs{"Version", "4.0", "xmlns:edmx", "http://docs.oasis-open.org/odata/ns/edmx"},
		node("edmx:DataServices", nil, services...))

	var out bytes.Buffer
	out.WriteString(`<?xml version="1.0" encoding="utf-8"?>` + "\n")
	root.print(&out, 0)
	if _, err := out.WriteTo(w); err != nil {
		return fmt.Errorf("write metadata: %w", err)
	}
	return nil
}

func (m *Model) typeElements() []element {
	var types []element
	for _, t := range m.types {
		types = append(types, t.element())
	}
	for _, e := range m.enums {
		types = append(types, e.element())
	}
	return types
}

func (t *EntityType) element() element {
	key := node("Key", nil)
	for _, name := range t.Key {
		key.children = append(key.children, node("PropertyRef", attrs{"Name", name}))
	}
	members := []element{key}
	for _, p := range t.Properties {
		members = append(members, node("Property",
			notNull(attrs{"Name", p.Name, "Type", p.Type.String()}, p.NotNull), p.annotations()...))
	}
	for _, n := range t.Navigation {
		target := ModelNamespace + "." + n.Target
		if n.Collection {
			target = "Collection(" + target + ")"
		}
		var constraint []element
		if n.FK != "" {
			constraint = []element{node("ReferentialConstraint",
				attrs{"Property", n.FK, "ReferencedProperty", n.RefKey})}
		}
		members = append(members, node("NavigationProperty",
			notNull(attrs{"Name", n.Name, "Type", target}, n.NotNull),
			append(constraint, fieldAnnotations(n.Ref, n.Display, n.Custom)...)...))
	}
	return node("EntityType", attrs{"Name", t.Name}, members...)
}

// notNull adds what the document says of a member that is never null; it says nothing of the others.
func notNull(a attrs, is bool) attrs {
	if is {
		return append(a, "Nullable", "false")
	}
	return a
}

func (p *Property) annotations() []element {
	list := fieldAnnotations(p.Ref, p.Display, p.Custom)
	if p.Description != "" {
		list = append(list, annotation("Display.Description", p.Description))
	}
	if p.PII {
		list = append(list, node("Annotation",
			attrs{"Term", FunctionNamespace + ".IsPersonallyIdentifiableInformation", "Bool", "true"}))
	}
	return list
}

// fieldAnnotations names the field and its label. Custom fields have the two in the other order, and the key of an
// identity, having no label, has neither.
func fieldAnnotations(ref, display string, custom bool) []element {
	if display == "" {
		return nil
	}
	label := annotation("Display.DisplayName", display)
	if ref == "" {
		return []element{label}
	}
	reference := annotation("Ref.ReferenceName", ref)
	if custom {
		return []element{label, reference}
	}
	return []element{reference, label}
}

func (e *EnumType) element() element {
	a := attrs{"Name", e.Name}
	if e.Underlying != Int32 {
		a = append(a, "UnderlyingType", kindNames[e.Underlying])
	}
	if e.Flags {
		a = append(a, "IsFlags", "true")
	}
	var members []element
	for _, m := range e.Members {
		members = append(members, node("Member",
			attrs{"Name", m.Name, "Value", strconv.FormatInt(m.Value, 10)}, fieldAnnotations("", m.Display, false)...))
	}
	return node("EnumType", a, members...)
}

// functionElements declares the two bound functions that reports built into the service call.
func functionElements() []element {
	workItem := node("Parameter", attrs{"Name", "bindingParameter", "Type", ModelNamespace + "." + workItemEntity.Name})
	return []element{
		node("Function", attrs{"Name", "PredictTags", "IsBound", "true"}, workItem,
			node("ReturnType", attrs{"Type", "Collection(" + ModelNamespace + "." + tagEntity.Name + ")"})),
		node("Function", attrs{"Name", "Predict", "IsBound", "true"}, workItem,
			node("Parameter", attrs{"Name", "model", "Type", predictModel.String(), "Nullable", "false"}),
			node("ReturnType", attrs{"Type", kindNames[Double]})),
	}
}

func (m *Model) container() element {
	var members []element
	for _, t := range m.types {
		members = append(members, m.setElement(t))
	}
	capabilities := "Org.OData.Capabilities.V1."
	members = append(members,
		node("Annotation", attrs{"Term", capabilities + "FilterFunctions"}, texts("String",
			"contains", "endswith", "startswith", "length", "indexof", "substring", "tolower", "toupper", "trim",
			"concat", "year", "month", "day", "hour", "minute", "second", "fractionalseconds", "round", "floor",
			"ceiling", "date", "time", "isof", "cast")),
		node("Annotation", attrs{"Term", "Org.OData.Aggregation.V1.ApplySupported"}, node("Record", nil,
			node("PropertyValue", attrs{"Property", "Transformations"},
				texts("String", "aggregate", "filter", "groupby", "compute", "expand")),
			// Observed: the blank is part of the name, in every version.
			node("PropertyValue", attrs{"Property", "CustomAggregationMethods "},
				texts("String", "ax.ApproxCountDistinct", "ax.StandardDeviation", "ax.StandardDeviationP", "ax.Variance",
					"ax.VarianceP")))),
		// Observed: the term is written twice, first as a flag and then as a record.
		node("Annotation", attrs{"Term", capabilities + "BatchSupportType", "Bool", "true"}),
		node("Annotation", attrs{"Term", capabilities + "BatchSupportType"}, node("Record", nil,
			boolProperty("Supported", true),
			boolProperty("ContinueOnErrorSupported", false),
			boolProperty("ReferencesInRequestBodiesSupported", false),
			boolProperty("ReferencesAcrossChangeSetsSupported", false),
			boolProperty("EtagReferencesSupported", false))))
	return node("EntityContainer", attrs{"Name", "Container"}, members...)
}

func (m *Model) setElement(t *EntityType) element {
	var members []element
	var blocked []string
	for i := range t.Navigation {
		n := &t.Navigation[i]
		members = append(members, node("NavigationPropertyBinding", attrs{"Path", n.Name, "Target", m.Target(n).Set}))
		if n.NotExpandable {
			blocked = append(blocked, n.Name)
		}
	}
	if t.SetDisplay != "" {
		members = append(members, annotation("Org.OData.Display.V1.DisplayName", t.SetDisplay))
	}
	if blocked != nil {
		members = append(members, node("Annotation", attrs{"Term", "Org.OData.Capabilities.V1.ExpandRestrictions"},
			node("Record", nil,
				boolProperty("Expandable", true),
				node("PropertyValue", attrs{"Property", "NonExpandableProperties"},
					texts("NavigationPropertyPath", blocked...)))))
	}
	return node("EntitySet", attrs{"Name", t.Set, "EntityType", ModelNamespace + "." + t.Name}, members...)
}

func annotation(term, value string) element {
	return node("Annotation", attrs{"Term", term, "String", value})
}

func boolProperty(property string, value bool) element {
	return node("PropertyValue", attrs{"Property", property, "Bool", strconv.FormatBool(value)})
}

func texts(tag string, values ...string) element {
	collection := node("Collection", nil)
	for _, v := range values {
		collection.children = append(collection.children, element{tag: tag, text: v})
	}
	return collection
}

// element is an XML element with either text or children. encoding/xml would write neither the prefix of the root nor
// empty elements the way the document has them.
type element struct {
	tag      string
	attrs    attrs
	text     string
	children []element
}

// attrs alternates names and values.
type attrs []string

func node(tag string, a attrs, children ...element) element {
	return element{tag: tag, attrs: a, children: children}
}

// print writes the element on lines of its own.
func (e *element) print(w *bytes.Buffer, depth int) {
	indent := strings.Repeat("  ", depth)
	w.WriteString(indent + "<" + e.tag)
	for i := 0; i < len(e.attrs); i += 2 {
		w.WriteString(" " + e.attrs[i] + `="`)
		escape(w, e.attrs[i+1])
		w.WriteByte('"')
	}
	switch {
	case e.text != "":
		w.WriteByte('>')
		escape(w, e.text)
		w.WriteString("</" + e.tag + ">\n")
	case len(e.children) == 0:
		w.WriteString(" />\n")
	default:
		w.WriteString(">\n")
		for i := range e.children {
			e.children[i].print(w, depth+1)
		}
		w.WriteString(indent + "</" + e.tag + ">\n")
	}
}

// escape also replaces the control characters that no XML document may hold.
func escape(w *bytes.Buffer, text string) {
	_ = xml.EscapeText(w, []byte(text)) // a buffer never fails
}
