package odata

// FormatApply is the canonical text of transformations in sequence, the value of $apply.
func FormatApply(steps []Transformation) string { return printed((*printer).steps, steps) }

func (w *printer) steps(steps []Transformation) {
	for i, step := range steps {
		if i > 0 {
			w.text("/")
		}
		w.step(step)
	}
}

func (w *printer) step(step Transformation) {
	open := func(method string) { w.text(method + "(") }
	switch t := step.(type) {
	case *Identity:
		w.text("identity")
		return
	case *FilterBy:
		open("filter")
		w.expr(t.Expr)
	case *GroupBy:
		open("groupby")
		w.text("(")
		list(w, t.Members, w.groupMember)
		w.text(")")
		if len(t.Apply) > 0 {
			w.text(",")
			w.steps(t.Apply)
		}
	case *Aggregate:
		open("aggregate")
		list(w, t.Items, w.aggregateItem)
	case *ComputeBy:
		open("compute")
		list(w, t.Items, w.computeItem)
	case *ExpandBy:
		open("expand")
		w.expr(t.Path)
		for _, inner := range t.Apply {
			w.text(",")
			w.step(inner)
		}
	case *Concat:
		open("concat")
		list(w, t.Sequences, w.steps)
	case *Ranked:
		open(t.Method)
		list(w, []Expr{t.N, t.By}, w.expr)
	case *SearchBy:
		open("search")
		w.text(t.Text)
	case *SortBy:
		open("orderby")
		list(w, t.Items, w.orderItem)
	case *TopBy:
		open("top")
		w.number(t.N)
	case *SkipBy:
		open("skip")
		w.number(t.N)
	}
	w.text(")")
}

func (w *printer) groupMember(member GroupMember) {
	switch {
	case member.All:
		w.text("$all")
	case member.Rollup != nil:
		w.text("rollup(")
		list(w, member.Rollup, w.groupMember)
		w.text(")")
	default:
		w.expr(member.Expr)
	}
}

func (w *printer) aggregateItem(item AggregateItem) {
	if item.Expr != nil {
		w.expr(item.Expr)
	}
	switch {
	case item.Count && item.Expr != nil:
		w.text("/$count")
	case item.Count:
		w.text("$count")
	case item.Method != "":
		w.text(" with " + item.Method)
	}
	if item.From {
		w.text(" from " + item.FromText)
	}
	if item.As != "" {
		w.text(" as " + item.As)
	}
}

// String is the canonical text.
func (m GroupMember) String() string { return printed((*printer).groupMember, m) }

// String is the canonical text.
func (i AggregateItem) String() string { return printed((*printer).aggregateItem, i) }

// String implements Transformation.
func (t *FilterBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *GroupBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *Aggregate) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *ComputeBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *ExpandBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *Concat) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *Ranked) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *SearchBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *SortBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *TopBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *SkipBy) String() string { return printed((*printer).step, Transformation(t)) }

// String implements Transformation.
func (t *Identity) String() string { return printed((*printer).step, Transformation(t)) }
