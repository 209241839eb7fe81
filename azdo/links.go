package azdo

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Links are the named addresses of related resources, the member "_links". They keep their order.
type Links []Link

// Link is one of them.
type Link struct {
	Name string
	Href string
}

type href struct {
	Href string `json:"href"`
}

// Href returns the address of that name, or "".
func (l Links) Href(name string) string {
	for _, at := range l {
		if at.Name == name {
			return at.Href
		}
	}
	return ""
}

// MarshalJSON writes an object with one member a link.
func (l Links) MarshalJSON() ([]byte, error) { return l.append(nil), nil }

func (l Links) append(dst []byte) []byte {
	dst = append(dst, '{')
	for i, at := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, at.Name)
		dst = append(dst, `:{"href":`...)
		dst = appendString(dst, at.Href)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// UnmarshalJSON reads the object. Where a name carries several addresses the first is kept.
func (l *Links) UnmarshalJSON(data []byte) error {
	*l = nil
	return unmarshalObject(data, func(name string, value json.RawMessage) error {
		var one href
		if len(value) > 0 && value[0] == '[' {
			var many []href
			if err := json.Unmarshal(value, &many); err != nil || len(many) == 0 {
				return err
			}
			one = many[0]
		} else if err := json.Unmarshal(value, &one); err != nil {
			return err
		}
		*l = append(*l, Link{name, one.Href})
		return nil
	})
}

// unmarshalObject calls member for each member of an object in its order. null has none.
func unmarshalObject(data []byte, member func(name string, value json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(data))
	start, err := d.Token()
	if err != nil || start == nil {
		return err
	}
	if start != json.Delim('{') {
		return fmt.Errorf("expected an object, found %v", start)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := member(name.(string), value); err != nil {
			return fmt.Errorf("%v: %w", name, err)
		}
	}
	_, err = d.Token()
	return err
}
