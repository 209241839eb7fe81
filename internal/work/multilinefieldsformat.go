package work

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// markdownFields is where a revision keeps which of its long texts are written in Markdown: the ids of their fields, in
// order, separated by commas. It is in no catalog, so that no client can name it and Analytics passes it by.
const markdownFields project.FieldID = -1

// formatPath returns the field whose format a path is about.
func (o Op) formatPath() (name string, ok bool) {
	const prefix = "/multilineFieldsFormat/"
	if len(o.Path) > len(prefix) && strings.EqualFold(o.Path[:len(prefix)], prefix) {
		return o.Path[len(prefix):], true
	}
	return "", false
}

// setFormat says what a long text is written in. A field stays in Markdown once it is, whatever text it gets later.
// documented: it cannot be turned back.
func (r *revision) setFormat(f *project.Field, op Op) error {
	var format string
	if err := json.Unmarshal(op.Value, &format); err != nil || op.Op == "remove" {
		format = ""
	}
	refuse := func(hint string) error {
		return fault.InvalidPatch().WithHint(`%s: write {"op":"add","path":"/multilineFieldsFormat/System.Description","value":"Markdown"}`, hint)
	}
	if f.Type != project.HTML {
		return refuse(f.ReferenceName + " is no long text, which alone have a format")
	}
	list := r.fields.markdown()
	already := slices.Contains(list, f.ID)
	switch {
	case strings.EqualFold(format, "Markdown"):
		if op.Op == "test" && !already {
			return fault.PatchTestFailed(op.Path)
		}
	case strings.EqualFold(format, "Html"):
		if op.Op == "test" && already {
			return fault.PatchTestFailed(op.Path)
		}
		if already {
			return refuse(f.ReferenceName + " is written in Markdown, which cannot be turned back")
		}
		return nil
	default:
		return refuse("the formats are Html and Markdown")
	}
	if op.Op == "test" || already {
		return nil
	}
	r.touched[markdownFields] = true
	list = append(list, f.ID)
	slices.Sort(list)
	var text []byte
	for i, id := range list {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(id), 10)
	}
	r.fields[markdownFields] = string(text)
	return nil
}

// markdown lists the fields that are written in Markdown.
func (f Fields) markdown() (list []project.FieldID) {
	for part := range strings.SplitSeq(f.String(markdownFields), ",") {
		if id, err := strconv.ParseInt(part, 10, 32); err == nil {
			list = append(list, project.FieldID(id))
		}
	}
	return list
}
