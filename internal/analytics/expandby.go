package analytics

import (
	"fmt"
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// expandBy adds the navigation of the transformation expand(...) to what is expanded of the block's rows: the rows behind
// it are shown as those of $expand are, restricted by its filters.
func (b *binder) expandBy(k *block, step *odata.ExpandBy) error {
	if k.root.typ == nil {
		return fault.QueryNotValid("expand cannot be applied to the grouped result of $apply").
			WithHint("group by the properties you need: groupby((Area/AreaPath),...)")
	}
	item, err := expandItem(step)
	if err != nil {
		return err
	}
	k.expands = append(k.expands[:len(k.expands):len(k.expands)], item)
	return nil
}

// expandItem is the member of $expand that says the same.
func expandItem(step *odata.ExpandBy) (odata.ExpandItem, error) {
	item := odata.ExpandItem{Path: step.Path, Options: &odata.Query{}, Pos: step.Pos}
	for _, inner := range step.Apply {
		switch inner := inner.(type) {
		case *odata.FilterBy:
			if item.Options.Filter != nil {
				item.Options.Filter = &odata.Binary{Op: "and", Left: item.Options.Filter, Right: inner.Expr, Pos: inner.Pos}
			} else {
				item.Options.Filter = inner.Expr
			}
		case *odata.ExpandBy:
			nested, err := expandItem(inner)
			if err != nil {
				return item, err
			}
			item.Options.Expand = append(item.Options.Expand, nested)
		default:
			return item, fault.QueryNotValid("expand takes filter(...) and expand(...) behind its navigation property; found '%s'", inner.String()).
				WithHint("$expand has more options: $expand=%s($orderby=...;$top=...)", step.Path.String())
		}
	}
	return item, nil
}

// unrestricted refuses to look again at a navigation whose rows expand(...) restricted: whether the rest would count is for
// nobody to guess.
func (k *block) unrestricted(user fmt.Stringer) error {
	if len(k.expands) == 0 {
		return nil
	}
	names := map[string]bool{}
	text := user.String()
	mentionedIn(text, names)
	for _, item := range k.expands {
		if item.Options.Filter != nil && names[strings.ToLower(item.Path.String())] {
			return fault.QueryNotValid("'%s' cannot be used behind expand(%s,filter(...))", item.Path.String(), item.Path.String()).
				WithHint("write what uses it before expand, which shows fewer rows of it: %s", shorten(text))
		}
	}
	return nil
}

// expanding is the query with what expand(...) expanded of the block's rows.
func (k *block) expanding(q *odata.Query) (*odata.Query, error) {
	if len(k.expands) == 0 {
		return q, nil
	}
	c := *q
	c.Expand = append(k.expands[:len(k.expands):len(k.expands)], q.Expand...)
	for _, item := range q.Compute {
		if err := k.unrestricted(item.Expr); err != nil {
			return nil, err
		}
	}
	for _, item := range q.OrderBy {
		if err := k.unrestricted(item.Expr); err != nil {
			return nil, err
		}
	}
	if q.Filter != nil {
		return &c, k.unrestricted(q.Filter)
	}
	return &c, nil
}
