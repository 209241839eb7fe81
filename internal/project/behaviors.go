package project

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/fault"
)

// BehaviorDraft is a portfolio level to add to a derived process, or what to change of a level, where nil leaves what is
// there.
type BehaviorDraft struct {
	ReferenceName, Inherits string // only for new ones
	Name, Color             *string
}

// The bodies of edits of levels.
type (
	behaviorBody struct {
		Name, Color string
		Rank        int    `json:",omitempty"` // of an added one, else 0
		Default     string `json:",omitempty"` // name of the type that is made when only the level is known
	}
	levelBody struct{ Behavior string }
)

// maxPortfolioLevels is how many portfolio levels a process may have. documented: process limits.
const maxPortfolioLevels = 5

// Behavior finds a backlog level by reference name, whatever the case, or returns nil.
func (p *Process) Behavior(ref string) *Behavior {
	for i := range p.Behaviors {
		if strings.EqualFold(p.Behaviors[i].ReferenceName, ref) {
			return &p.Behaviors[i]
		}
	}
	return nil
}

// BehaviorOf is the backlog level that a type is on, or nil; of bugs too, whose level each team chooses.
func (p *Process) BehaviorOf(t *WorkItemType) *Behavior {
	for i := range p.Behaviors {
		if c := p.Category(p.Behaviors[i].Category); c != nil && slices.Contains(c.Types, t.Name) {
			return &p.Behaviors[i]
		}
	}
	return nil
}

// applyBehavior adds a level, or changes how one is called.
func (p *Process) applyBehavior(ref string, b behaviorBody) {
	at := p.Behavior(ref)
	if at == nil {
		p.Behaviors = append(p.Behaviors, Behavior{ReferenceName: ref, Name: b.Name, Rank: b.Rank, Inherits: portfolioBehavior, Category: ref, Custom: true})
		slices.SortStableFunc(p.Behaviors, func(a, b Behavior) int { return a.Rank - b.Rank })
		at = p.Behavior(ref)
	}
	at.Name, at.Color, at.standard, at.Edited = cmp.Or(b.Name, at.Name), b.Color, b.Default, true
	if level := p.Backlog(at.Category); level != nil && b.Name != "" {
		level.Name = b.Name
	}
}

// applyLevel puts a type of the organization's own on a level.
func (p *Process) applyLevel(t *WorkItemType, b levelBody) {
	at := p.Behavior(b.Behavior)
	if at == nil {
		return
	}
	c := p.Category(at.Category)
	if c == nil {
		p.Categories = append(p.Categories, Category{ReferenceName: at.Category, Name: at.Name + " Category", Default: t.Name})
		c = &p.Categories[len(p.Categories)-1]
	}
	c.Types, t.Categories = append(c.Types, t.Name), append(t.Categories, c.ReferenceName)
}

// finishLevels makes backlogs of the added levels that have types, and settles which types are the defaults.
func (p *Process) finishLevels() {
	for i := range p.Behaviors {
		b := &p.Behaviors[i]
		c := p.Category(b.Category)
		if c == nil {
			continue
		}
		if slices.Contains(c.Types, b.standard) {
			c.Default = b.standard
		}
		if !b.Custom || len(p.Backlogs) == 0 {
			continue
		}
		level := p.Backlogs[0] // looks like the level below
		level.ID, level.Name, level.Singular, level.Parent, level.Rank = b.Category, b.Name, b.Name, "", b.Rank/10
		level.States = nil
		for _, name := range c.Types {
			for _, s := range p.Type(name).States {
				if s.Category == Removed || slices.ContainsFunc(level.States, func(known BacklogState) bool { return known.Name == s.Name }) {
					continue
				}
				if s.Category == Resolved {
					s.Category = InProgress
				}
				level.States = append(level.States, BacklogState{Name: s.Name, Category: s.Category})
			}
		}
		slices.SortStableFunc(level.States, func(a, b BacklogState) int { return int(a.Category) - int(b.Category) })
		p.Backlogs[0].Parent = level.ID
		p.Backlogs = slices.Insert(p.Backlogs, 0, level)
	}
}

// check reports what is wrong with the draft's name and color, and puts them into the body.
func (d *BehaviorDraft) check(p *Process, at *Behavior, b *behaviorBody) error {
	if d.Name != nil {
		b.Name = strings.TrimSpace(*d.Name)
		if b.Name == "" || len([]rune(b.Name)) > maxTypeName || strings.ContainsAny(b.Name, `.,;'\:*?"&%$!+=()[]{}<>/|~`+"`") || strings.ContainsFunc(b.Name, isControl) {
			return fault.BehaviorInvalid("the name is not valid")
		}
		for i := range p.Behaviors {
			if o := &p.Behaviors[i]; o != at && (strings.EqualFold(o.Name, b.Name) || strings.EqualFold(o.ReferenceName, b.Name)) {
				return fault.BehaviorInvalid("the process has a level named " + o.Name)
			}
		}
	}
	if d.Color != nil && *d.Color != "" {
		color, ok := validColor(*d.Color)
		if !ok {
			return fault.BehaviorInvalid("the color must be six hex digits")
		}
		b.Color = color
	}
	return nil
}

// CreateBehavior adds a portfolio level above all others and returns its reference name. It becomes a backlog once a type
// is on it.
func (s *Store) CreateBehavior(ctx context.Context, c *access.Caller, process string, d BehaviorDraft) (ref string, err error) {
	err = s.changeType(ctx, c, process, "", func(t *typeChange) error {
		p := t.process
		body := behaviorBody{}
		levels := 0
		for _, b := range p.Behaviors {
			body.Rank = max(body.Rank, b.Rank+10)
			if b.Inherits == portfolioBehavior {
				levels++
			}
		}
		ref = d.ReferenceName
		if ref == "" {
			ref = customPrefix + newGUID()
		}
		switch {
		case d.Name == nil:
			return fault.BehaviorInvalid("a level needs a name")
		case d.Inherits != "" && !strings.EqualFold(d.Inherits, portfolioBehavior):
			return fault.BehaviorInvalid("levels that are added inherit from " + portfolioBehavior)
		case levels == maxPortfolioLevels:
			return fault.BehaviorInvalid("a process has at most five portfolio levels")
		case !referenceForm.MatchString(ref) || len(ref) > 70 || strings.HasPrefix(strings.ToLower(ref), "system.") || strings.HasPrefix(strings.ToLower(ref), "microsoft."):
			return fault.BehaviorInvalid("the reference name is not valid")
		case p.Behavior(ref) != nil:
			return fault.BehaviorInvalid("the process has a level with the reference name " + ref)
		}
		if err := d.check(p, nil, &body); err != nil {
			return err
		}
		return t.put(editBehavior, ref, body)
	})
	return ref, err
}

// changeBehavior runs a change of a level of a derived process.
func (s *Store) changeBehavior(ctx context.Context, c *access.Caller, process, typeName, ref string, change func(t *typeChange, at *Behavior) error) error {
	return s.changeType(ctx, c, process, typeName, func(t *typeChange) error {
		at := t.process.Behavior(ref)
		switch {
		case at == nil:
			return fault.BehaviorNotFound(ref)
		case at.Abstract:
			return fault.BehaviorInvalid("others inherit from it, and it has no types itself")
		}
		t.boards = true
		return change(t, at)
	})
}

// body is what is stored of a level.
func (at *Behavior) body() behaviorBody {
	b := behaviorBody{Color: at.Color, Default: at.standard}
	if at.Edited {
		b.Name = at.Name
	}
	if at.Custom {
		b.Rank = at.Rank
	}
	return b
}

// UpdateBehavior changes the name and the color of a level.
func (s *Store) UpdateBehavior(ctx context.Context, c *access.Caller, process, ref string, d BehaviorDraft) error {
	return s.changeBehavior(ctx, c, process, "", ref, func(t *typeChange, at *Behavior) error {
		body := at.body()
		if err := d.check(t.process, at, &body); err != nil {
			return err
		}
		return t.put(editBehavior, at.ReferenceName, body)
	})
}

// DeleteBehavior deletes a level that the organization added and that has no types.
func (s *Store) DeleteBehavior(ctx context.Context, c *access.Caller, process, ref string) error {
	return s.changeBehavior(ctx, c, process, "", ref, func(t *typeChange, at *Behavior) error {
		if !at.Custom {
			return fault.BehaviorInvalid("it belongs to the system")
		}
		if c := t.process.Category(at.Category); c != nil {
			return fault.BehaviorInvalid("work item types are on it: " + strings.Join(c.Types, ", "))
		}
		return t.drop(editBehavior, at.ReferenceName)
	})
}

// AddTypeBehavior puts a type of the organization's own on a level, with the fields that backlogs need of its types.
func (s *Store) AddTypeBehavior(ctx context.Context, c *access.Caller, process, typeName, ref string, standard bool) error {
	return s.changeBehavior(ctx, c, process, typeName, ref, func(t *typeChange, at *Behavior) error {
		if !t.kind.Custom {
			return fault.BehaviorInvalid("types of the system stay on their level")
		}
		if on := t.process.BehaviorOf(t.kind); on != nil {
			return fault.BehaviorInvalid("the type is on the level " + on.Name)
		}
		needed := []string{"Order", "Effort"}
		if at.ReferenceName == taskBehavior {
			needed = []string{"Order", "RemainingWork", "Activity"}
		}
		for _, part := range needed {
			f := t.process.BacklogFields[part]
			if f == nil || t.kind.Field(f.ID) != nil {
				continue
			}
			if err := s.AttachField(t.tx, t.org, t.process.ID, t.kind.Name, f.ID); err != nil {
				return err
			}
		}
		if standard {
			if err := t.setDefault(at); err != nil {
				return err
			}
		}
		return t.put(editLevel, "", levelBody{Behavior: at.ReferenceName})
	})
}

// setDefault makes the type the one that is made when only the level is known.
func (t *typeChange) setDefault(at *Behavior) error {
	body := at.body()
	body.Default = t.kind.Name
	return t.put(editBehavior, at.ReferenceName, body)
}

// UpdateTypeBehavior makes a type the default of its level.
func (s *Store) UpdateTypeBehavior(ctx context.Context, c *access.Caller, process, typeName, ref string, standard bool) error {
	return s.changeBehavior(ctx, c, process, typeName, ref, func(t *typeChange, at *Behavior) error {
		category := t.process.Category(at.Category)
		switch {
		case category == nil || !slices.Contains(category.Types, t.kind.Name):
			return fault.BehaviorNotFound(ref)
		case standard:
			return t.setDefault(at)
		case category.Default == t.kind.Name:
			return fault.BehaviorInvalid("a level has a default type. Make another type the default instead")
		}
		return nil
	})
}

// RemoveTypeBehavior takes a type of the organization's own from its level.
func (s *Store) RemoveTypeBehavior(ctx context.Context, c *access.Caller, process, typeName, ref string) error {
	return s.changeBehavior(ctx, c, process, typeName, ref, func(t *typeChange, at *Behavior) error {
		if on := t.process.BehaviorOf(t.kind); on != at {
			return fault.BehaviorNotFound(ref)
		}
		if !t.kind.Custom {
			return fault.BehaviorInvalid("types of the system stay on their level")
		}
		return t.drop(editLevel, "")
	})
}
