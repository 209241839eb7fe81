package analytics

import (
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
	"boardwalk/internal/sqlgen"
)

// search keeps the work items that a search expression matches. A term matches an item whose title has it as a part, or
// one of whose tags does, whatever the letter case.
func (b *binder) search(k *block, text, option string) error {
	if !b.extensions.language {
		return b.extension(option, "contains(...) in $filter finds text, too")
	}
	t := k.root.typ
	if t == nil || t.Property("Title") == nil || t.Nav("Tags") == nil {
		return fault.QueryNotValid("%s looks into titles and tags of work items, which rows here do not have", option).
			WithHint("search before grouping, and use contains(...) in $filter for other sets")
	}
	tree, err := odata.ParseSearch(text)
	if err != nil {
		return syntaxFault(err)
	}
	found, err := b.searched(k, tree)
	if err != nil {
		return err
	}
	k.where = append(k.where, found)
	return nil
}

// searched is the condition of a search expression; it is never unknown.
func (b *binder) searched(k *block, s *odata.Search) (sqlgen.Expr, error) {
	if s.Op == "" {
		return b.matched(k, s.Text)
	}
	left, err := b.searched(k, s.Left)
	if err != nil || s.Op == "not" {
		return sqlgen.Not{X: left}, err
	}
	right, err := b.searched(k, s.Right)
	if s.Op == "or" {
		return sqlgen.Any{left, right}, err
	}
	return sqlgen.All{left, right}, err
}

// matched is written in the query language itself: it goes the way every condition goes.
func (b *binder) matched(k *block, term string) (sqlgen.Expr, error) {
	const tag = "tag"
	literal := &odata.Literal{Kind: odata.StringLit, Value: term}
	has := func(x odata.Expr) odata.Expr { return &odata.Call{Name: "contains", Args: []odata.Expr{x, literal}} }
	v, err := b.bind(&odata.Binary{Op: "or", Left: has(&odata.Member{Name: "Title"}),
		Right: &odata.Lambda{Source: &odata.Member{Name: "Tags"}, Var: tag,
			Body: has(&odata.Member{Source: &odata.Member{Name: tag}, Name: "TagName"})}}, env{row: k.root})
	if err != nil {
		return nil, err
	}
	return sqlgen.IsTrue{X: v.sql}, nil
}

// extension refuses what the original refuses and only Boardwalk answers when it is asked to. instead is what works
// without, or "".
func (b *binder) extension(what, instead string) error {
	hint := "'" + strings.TrimSuffix(what, " option") + "' is an extension of Boardwalk: add &boardwalk.extensions=true"
	if instead != "" {
		hint += "; " + instead
	}
	return fault.QueryNotValid("VS403511: The specified query is not supported by Analytics").WithHint("%s", hint)
}
