package project

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
)

// TypeDraft is a work item type to make, or what to change of one, where nil leaves what is there.
type TypeDraft struct {
	Name        string // only for new ones
	Inherits    string // reference name of the system type to derive from; only for new ones
	Description *string
	Color       *string
	Icon        *string
	Disabled    *bool
}

var (
	hexColor = regexp.MustCompile(`^[0-9A-Fa-f]{6}$`)
	notWord  = regexp.MustCompile(`[^\pL\pN]+`)
)

// validColor takes six hex digits, and the two of opacity in front that some clients send.
func validColor(text string) (string, bool) {
	text = strings.TrimPrefix(text, "#")
	if len(text) == 8 {
		text = text[2:]
	}
	return text, hexColor.MatchString(text)
}

const maxTypeName = 128

// validTypeName reports whether a type, or a field, can have a name.
func validTypeName(name string) bool {
	return strings.TrimSpace(name) != "" && len([]rune(name)) <= maxTypeName &&
		!strings.ContainsAny(name, `.,;'\:*?"&%$!+=()[]{}<>/|~`+"`") && !strings.ContainsFunc(name, isControl)
}

// CreateType derives a type of the system for a process, or makes one that comes from none, and returns its reference
// name.
func (s *Store) CreateType(ctx context.Context, c *access.Caller, process string, d TypeDraft) (ref string, err error) {
	err = s.changeType(ctx, c, process, "", func(t *typeChange) error {
		name := strings.TrimSpace(d.Name)
		body := typeBody{Color: "009CCC", Icon: "icon_clipboard"}
		if d.Inherits != "" {
			old := t.process.Type(d.Inherits)
			if old == nil || old.Custom {
				return fault.ProcessTypeNotFound(d.Inherits)
			}
			if old.Inherits != "" || name != "" && !strings.EqualFold(name, old.Name) {
				return fault.ProcessTypeExists(old.Name)
			}
			t.kind, name = old, old.Name
			body = typeBody{Inherits: old.ReferenceName, Description: old.Description, Color: old.Color, Icon: old.Icon}
		} else {
			if !validTypeName(name) {
				return fault.InvalidArgument("The name %q is not valid for a work item type.", name)
			}
			if t.process.Type(name) != nil {
				return fault.ProcessTypeExists(name)
			}
			t.kind = &WorkItemType{Name: name}
		}
		body.ReferenceName = notWord.ReplaceAllString(t.process.Name, "") + "." + notWord.ReplaceAllString(name, "")
		if slices.ContainsFunc(t.process.Types, func(o *WorkItemType) bool { return strings.EqualFold(o.ReferenceName, body.ReferenceName) }) {
			return fault.ProcessTypeExists(name)
		}
		ref = body.ReferenceName
		return t.putType(body, d)
	})
	return ref, err
}

// putType stores a type with what a draft changes of it.
func (t *typeChange) putType(b typeBody, d TypeDraft) error {
	if d.Description != nil {
		b.Description = *d.Description
	}
	if d.Color != nil {
		color, ok := validColor(*d.Color)
		if !ok {
			return fault.InvalidArgument("The color %q is not valid: write six hex digits such as 009ccc.", *d.Color)
		}
		b.Color = color
	}
	if d.Icon != nil {
		i := slices.IndexFunc(Icons(), func(icon string) bool { return strings.EqualFold(icon, *d.Icon) })
		if i < 0 {
			return fault.InvalidArgument("The icon %q is not valid. GET _apis/wit/workItemIcons lists those there are.", *d.Icon)
		}
		b.Icon = Icons()[i]
	}
	if d.Disabled != nil {
		b.Disabled = *d.Disabled
	}
	return t.put(editType, "", b)
}

// UpdateType changes how a type looks and whether there can be new items of it.
func (s *Store) UpdateType(ctx context.Context, c *access.Caller, process, name string, d TypeDraft) error {
	return s.changeType(ctx, c, process, name, func(t *typeChange) error {
		k := t.kind
		return t.putType(typeBody{ReferenceName: k.ReferenceName, Inherits: k.Inherits, Description: k.Description,
			Color: k.Color, Icon: k.Icon, Disabled: k.Disabled}, d)
	})
}

// DeleteType deletes a type that comes from none and that no item ever had.
func (s *Store) DeleteType(ctx context.Context, c *access.Caller, process, name string) error {
	return s.changeType(ctx, c, process, name, func(t *typeChange) error {
		if !t.kind.Custom {
			return fault.ProcessTypeInUse(t.kind.Name)
		}
		var items int64
		if err := t.tx.Row(typeInUse, []any{t.org, t.process.ID, t.kind.Name}, &items); err != nil {
			return err
		}
		if items > 0 {
			return fault.ProcessTypeInUse(t.kind.Name)
		}
		t.boards = t.process.BehaviorOf(t.kind) != nil
		for _, statement := range typeTables() {
			if _, err := t.tx.Exec(statement, t.org, t.process.ID, t.kind.Name); err != nil {
				return err
			}
		}
		return nil
	})
}
