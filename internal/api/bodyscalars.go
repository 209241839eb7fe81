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
	data = bytes.TrimSpace(data)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if len(data) == 0 || readsItself(t) {
		return data
	}
	switch text, quoted := scalar(data); t.Kind() {
	case reflect.Struct:
		return fittedMembers(data, func(name string) reflect.Type { return memberType(t, name) })
	case reflect.Map:
		return fittedMembers(data, func(string) reflect.Type { return t.Elem() })
	case reflect.Slice, reflect.Array:
		return fittedElements(data, t.Elem())
	case reflect.String:
		if text != "" && !quoted {
			return strconv.AppendQuote(nil, text)
		}
	case reflect.Bool:
		if truth := strings.ToLower(text); truth == "true" || truth == "1" {
			return json.RawMessage("true")
		} else if truth == "false" || truth == "0" {
			return json.RawMessage("false")
		}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float64:
		if text = strings.TrimSpace(text); quoted && text != "null" && text != "true" && text != "false" && json.Valid([]byte(text)) && !strings.ContainsAny(text, `"[{`) {
			return json.RawMessage(text)
		}
	}
	return data
}

// readsItself reports whether a type decides how it is read.
func readsItself(t reflect.Type) bool {
	pointer := reflect.PointerTo(t)
	return pointer.Implements(reflect.TypeFor[json.Unmarshaler]()) || pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// scalar is the text of a JSON string, number or truth value; "" for everything else.
func scalar(data []byte) (text string, quoted bool) {
	switch data[0] {
	case '{', '[', 'n':
		return "", false
	case '"':
		return text, json.Unmarshal(data, &text) == nil
	}
	return string(data), false
}

// memberType is the type that a struct has for a member, matched as encoding/json does: by letters of any case.
func memberType(t reflect.Type, name string) reflect.Type {
	fields := reflect.VisibleFields(t)
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

// fittedMembers fits the values of an object, in their order.
func fittedMembers(data json.RawMessage, of func(name string) reflect.Type) json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(data))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return data
	}
	out := []byte{'{'}
	for d.More() {
		name, err := d.Token()
		text, ok := name.(string)
		var value json.RawMessage
		if err != nil || !ok || d.Decode(&value) != nil {
			return data
		}
		key, err := json.Marshal(text)
		if err != nil {
			return data
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, key...), ':'), fitted(value, of(text))...)
	}
	return append(out, '}')
}

// fittedElements fits the values of a list.
func fittedElements(data json.RawMessage, t reflect.Type) json.RawMessage {
	var all []json.RawMessage
	if data[0] != '[' || json.Unmarshal(data, &all) != nil {
		return data
	}
	out := []byte{'['}
	for i, value := range all {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, fitted(value, t)...)
	}
	return append(out, ']')
}
