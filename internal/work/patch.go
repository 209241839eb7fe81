package work

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"boardwalk/internal/fault"
)

// Op is one operation of a JSON patch document as clients of the work item service write it.
type Op struct {
	Op    Verb            `json:"op"`
	Path  string          `json:"path"`
	From  string          `json:"from,omitempty"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Verb is what an operation does, in small letters. Clients also write it in other letters, or as a number.
type Verb string

// UnmarshalJSON takes what is no verb as it is, for the patch to be refused with it.
func (v *Verb) UnmarshalJSON(data []byte) error {
	numbered := [...]Verb{"add", "remove", "replace", "move", "copy", "test"} // those of the Node SDK
	text := strings.Trim(string(data), `"`)
	if n, err := strconv.Atoi(text); err == nil && n >= 0 && n < len(numbered) {
		*v = numbered[n]
	} else {
		*v = Verb(strings.ToLower(text))
	}
	return nil
}

// The limits of a patch document.
const (
	maxOps        = 1000
	maxTextLength = 1 << 20 // bytes of a long text
	maxString     = 255     // characters of a string field
)

// ParsePatch reads a patch document. It returns the fault for an invalid one, with a hint on what is wrong.
func ParsePatch(body []byte) ([]Op, error) {
	if !utf8.Valid(body) {
		return nil, fault.InvalidPatch().WithHint("the body is not valid UTF-8")
	}
	var ops []Op
	if err := json.Unmarshal(body, &ops); err != nil {
		const want = `expected a JSON array of operations such as [{"op":"add","path":"/fields/System.Title","value":"…"}]`
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			where := "the body"
			if kind.Field != "" {
				where = kind.Field
			}
			return nil, fault.InvalidPatch().WithHint("%s; %s, at byte %d, is of type %s", want, where, kind.Offset, kind.Value)
		}
		return nil, fault.InvalidPatch().WithHint("%s: %s", want, err)
	}
	if len(ops) == 0 {
		return nil, fault.InvalidPatch().WithHint("the array of operations is empty")
	}
	if len(ops) > maxOps {
		return nil, fault.InvalidPatch().WithHint("%d operations are more than the %d one document may hold", len(ops), maxOps)
	}
	for i := range ops {
		op := &ops[i]
		switch op.Op {
		case "add", "replace", "remove", "test":
		default:
			return nil, fault.InvalidPatch().WithHint("operation %d: op %q is not supported; use add, replace, remove or test", i+1, op.Op)
		}
		if !strings.HasPrefix(op.Path, "/") {
			return nil, fault.InvalidPatch().WithHint("operation %d: path %q does not begin with a slash; write /fields/{field} or /rev", i+1, op.Path)
		}
	}
	return ops, nil
}

// fieldPath returns the field a path names.
func (o Op) fieldPath() (name string, ok bool) {
	if len(o.Path) > 8 && strings.EqualFold(o.Path[:8], "/fields/") {
		name = o.Path[8:]
		if strings.Contains(name, "~") { // JSON pointer escapes; no field name needs them, but some clients escape anyway
			name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
		}
		return name, true
	}
	return "", false
}

// empty reports whether the operation leaves the field without a value.
func (o Op) empty() bool {
	v := strings.TrimSpace(string(o.Value))
	return o.Op == "remove" || v == "null" || strings.Trim(v, `" `) == "" // blanks are no value
}
