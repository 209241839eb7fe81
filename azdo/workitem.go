package azdo

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// WorkItem is a revision of a work item.
type WorkItem struct {
	ID                    int64                      `json:"id"`
	Rev                   int64                      `json:"rev"`
	Fields                Fields                     `json:"fields"`
	MultilineFieldsFormat map[string]string          `json:"multilineFieldsFormat"` // nil travels as absent
	Relations             []WorkItemRelation         `json:"relations,omitempty"`
	CommentVersionRef     *WorkItemCommentVersionRef `json:"commentVersionRef,omitempty"`
	Links                 Links                      `json:"_links,omitempty"`
	URL                   string                     `json:"url"`
}

// MarshalJSON writes the work item.
func (w WorkItem) MarshalJSON() ([]byte, error) { return w.AppendJSON(nil) }

// AppendJSON appends the work item as MarshalJSON writes it. Long lists of work items are many times faster this way
// than through encoding/json.
func (w WorkItem) AppendJSON(dst []byte) (_ []byte, err error) {
	dst = strconv.AppendInt(append(dst, `{"id":`...), w.ID, 10)
	dst = strconv.AppendInt(append(dst, `,"rev":`...), w.Rev, 10)
	if dst, err = w.Fields.append(append(dst, `,"fields":`...)); err != nil {
		return nil, fmt.Errorf("work item %d: %w", w.ID, err)
	}
	if w.MultilineFieldsFormat != nil {
		if dst, err = appendAny(append(dst, `,"multilineFieldsFormat":`...), w.MultilineFieldsFormat); err != nil {
			return nil, err
		}
	}
	if len(w.Relations) > 0 {
		if dst, err = appendAny(append(dst, `,"relations":`...), w.Relations); err != nil {
			return nil, err
		}
	}
	if w.CommentVersionRef != nil {
		if dst, err = appendAny(append(dst, `,"commentVersionRef":`...), w.CommentVersionRef); err != nil {
			return nil, err
		}
	}
	if len(w.Links) > 0 {
		dst = w.Links.append(append(dst, `,"_links":`...))
	}
	return append(appendString(append(dst, `,"url":`...), w.URL), '}'), nil
}

// WorkItemDefaults is what a new work item of a type begins with; it has no id yet.
type WorkItemDefaults struct {
	Fields Fields `json:"fields"`
	Links  Links  `json:"_links,omitempty"`
	URL    string `json:"url"`
}

// WorkItemReference refers to a work item.
type WorkItemReference struct {
	ID  int64  `json:"id"`
	URL string `json:"url"`
}

// WorkItemRelation is a link as seen from one of its ends.
type WorkItemRelation struct {
	Rel        string             `json:"rel"`
	URL        string             `json:"url"`
	Attributes RelationAttributes `json:"attributes"`
}

// RelationAttributes describe a link. IsLocked is of links between work items; ids and dates are of links to other
// things.
type RelationAttributes struct {
	AuthorizedDate       *Time  `json:"authorizedDate,omitempty"`
	ID                   int64  `json:"id,omitempty"`
	ResourceCreatedDate  *Time  `json:"resourceCreatedDate,omitempty"`
	ResourceModifiedDate *Time  `json:"resourceModifiedDate,omitempty"`
	RevisedDate          *Time  `json:"revisedDate,omitempty"`
	ResourceSize         int64  `json:"resourceSize,omitempty"`
	IsLocked             *bool  `json:"isLocked,omitempty"`
	Name                 string `json:"name,omitempty"`
	Comment              string `json:"comment,omitempty"`
}

// WorkItemBatchGetRequest asks for many work items.
type WorkItemBatchGetRequest struct {
	IDs         []int64  `json:"ids"`
	Fields      []string `json:"fields,omitempty"`
	AsOf        string   `json:"asOf,omitempty"`
	Expand      string   `json:"$expand,omitempty"`     // none, relations, fields, links or all
	ErrorPolicy string   `json:"errorPolicy,omitempty"` // fail or omit
}

// JSONPatchOperation is one step of a change to a work item.
type JSONPatchOperation struct {
	Op    string `json:"op"` // add, replace, remove or test
	Path  string `json:"path"`
	From  string `json:"from,omitempty"`
	Value any    `json:"value,omitempty"`
}

// Fields are the fields of a work item by reference name, in the order in which they travel.
type Fields []Field

// Field is a field with its value. The server writes string, int64, float64, bool, [Time] and identities, the latter as
// [*IdentityRef] or already encoded as [json.RawMessage]; reading
// yields what encoding/json makes of a value, and int64 for numbers without a fraction.
type Field struct {
	Name  string
	Value any
}

// Value returns the value of the field with that reference name, or nil.
func (f Fields) Value(name string) any {
	for _, at := range f {
		if at.Name == name {
			return at.Value
		}
	}
	return nil
}

// MarshalJSON writes an object with one member a field.
func (f Fields) MarshalJSON() ([]byte, error) { return f.append(nil) }

func (f Fields) append(dst []byte) (_ []byte, err error) {
	dst = append(dst, '{')
	for i, at := range f {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, at.Name), ':')
		if dst, err = appendValue(dst, at.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", at.Name, err)
		}
	}
	return append(dst, '}'), nil
}

// UnmarshalJSON reads the object in its order.
func (f *Fields) UnmarshalJSON(data []byte) error {
	*f = nil
	return unmarshalObject(data, func(name string, raw json.RawMessage) error {
		var value any
		err := json.Unmarshal(raw, &value)
		if n, e := strconv.ParseInt(string(raw), 10, 64); e == nil {
			value = n
		}
		*f = append(*f, Field{name, value})
		return err
	})
}
