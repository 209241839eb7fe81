package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// fitted is a JSON text with its numbers, words and truth values written as a type wants them: the JSON library of the
// service reads "5" as a number, 5 as text and "true" as true, and scripts count on it. What does not fit either way
// stays as it is.
func fitted(data json.RawMessage, t reflect.Type) json.RawMessage {
	f := fitter{d: json.NewDecoder(bytes.NewReader(data)), members: map[reflect.Type][]reflect.StructField{}}
	f.d.UseNumber()
	if f.value(t) != nil { // which whoever reads the text tells better
		return data
	}
	return f.out
}

// fitter writes a text while it reads it once: bodies are long, and some of their types are nested without end.
type fitter struct {
	d       *json.Decoder
	out     []byte
	members map[reflect.Type][]reflect.StructField
}

// value fits the next value.
func (f *fitter) value(t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Interface || readsItself(t) {
		var kept json.RawMessage
		err := f.d.Decode(&kept)
		f.out = append(f.out, kept...)
		return err
	}
	token, err := f.d.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return f.object(t)
	case json.Delim('['):
		return f.list(t)
	}
	return f.write(fittedScalar(token, t.Kind()))
}

func (f *fitter) write(value any) (err error) {
	f.out, err = encode(f.out, value)
	return err
}

// object fits the values of an object, in their order.
func (f *fitter) object(t reflect.Type) error {
	f.out = append(f.out, '{')
	for i := 0; f.d.More(); i++ {
		if i > 0 {
			f.out = append(f.out, ',')
		}
		name, err := f.d.Token()
		if err != nil {
			return err
		}
		of := reflect.TypeFor[any]()
		switch text, _ := name.(string); t.Kind() {
		case reflect.Struct:
			of = f.memberType(t, text)
		case reflect.Map:
			of = t.Elem()
		}
		if err := f.write(name); err != nil {
			return err
		}
		f.out = append(f.out, ':')
		if err := f.value(of); err != nil {
			return err
		}
	}
	f.out = append(f.out, '}')
	_, err := f.d.Token()
	return err
}

// list fits the values of a list.
func (f *fitter) list(t reflect.Type) error {
	of := reflect.TypeFor[any]()
	if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		of = t.Elem()
	}
	f.out = append(f.out, '[')
	for i := 0; f.d.More(); i++ {
		if i > 0 {
			f.out = append(f.out, ',')
		}
		if err := f.value(of); err != nil {
			return err
		}
	}
	f.out = append(f.out, ']')
	_, err := f.d.Token()
	return err
}

// fittedScalar is what a kind of type wants a value to be.
func fittedScalar(token json.Token, kind reflect.Kind) any {
	text, quoted := token.(string)
	if number, ok := token.(json.Number); ok {
		text = number.String()
	} else if truth, ok := token.(bool); ok {
		text = strconv.FormatBool(truth)
	}
	switch kind {
	case reflect.String:
		if token != nil {
			return text
		}
	case reflect.Bool:
		if truth := strings.ToLower(text); truth == "true" || truth == "1" {
			return true
		} else if truth == "false" || truth == "0" {
			return false
		}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64:
		var number json.Number
		if text = strings.TrimSpace(text); quoted && !strings.HasPrefix(text, `"`) && json.Unmarshal([]byte(text), &number) == nil && number != "" {
			return number
		}
	}
	return token
}

// readsItself reports whether a type decides how it is read.
func readsItself(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// memberType is the type that a struct has for a member, matched as encoding/json does: by letters of any case.
func (f *fitter) memberType(t reflect.Type, name string) reflect.Type {
	fields, ok := f.members[t]
	if !ok {
		fields = reflect.VisibleFields(t)
		f.members[t] = fields
	}
	i := slices.IndexFunc(fields, func(f reflect.StructField) bool {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == "" {
			tag = f.Name
		}
		return f.IsExported() && !f.Anonymous && tag != "-" && strings.EqualFold(tag, name)
	})
	if i < 0 {
		return reflect.TypeFor[any]()
	}
	return fields[i].Type
}
