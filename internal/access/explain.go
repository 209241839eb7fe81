package access

import (
	"fmt"
	"slices"
	"strings"
)

// Explanation says why somebody has a permission at a token, or has it not.
type Explanation struct {
	Permission int64
	Allowed    bool
	Token      string   // at which it was decided, as it is compared; "" for the top of the namespace
	Grounds    []Ground // what was set there: the denials when there are any, else the allowances; none when nothing was set anywhere
	Closed     string   // the token at which inheritance ends, where nothing was found because of it
}

// Ground is an entry that decided.
type Ground struct {
	Subject  Subject
	Denied   bool
	Standard bool      // nobody set it: it is what the built-in group begins with
	Through  []Subject // the groups by which the subject is reached, beginning with one that holds the person; the last one is Subject
}

// Explain says why a subject has one permission of a namespace at a token, or has it not.
func (d *Directory) Explain(of Subject, n *Namespace, token string, permission int64) Explanation {
	x := Explanation{Permission: permission}
	by := d.ways(of)
	for level, ok := n.key(token), true; ok; level, ok = d.parent(n, level) {
		entries, inherits := d.at(n, level)
		var allowances, denials []Ground
		for _, e := range entries {
			if _, holds := by[e.Subject]; !holds {
				continue
			}
			g := Ground{Subject: e.Subject, Standard: !d.isSet(n, level, e.Subject), Through: way(by, of, e.Subject)}
			if e.Deny&permission != 0 {
				g.Denied = true
				denials = append(denials, g)
			} else if e.Allow&permission != 0 {
				allowances = append(allowances, g)
			}
		}
		if len(denials)+len(allowances) > 0 {
			x.Token, x.Allowed, x.Grounds = level, len(denials) == 0, allowances
			if !x.Allowed {
				x.Grounds = denials
			}
			return x
		}
		if !inherits {
			x.Closed = level
			return x
		}
	}
	return x
}

// isSet reports whether somebody set the entry of a subject right at the token with a key.
func (d *Directory) isSet(n *Namespace, key string, of Subject) bool {
	l := d.lists[listKey{n.ID, key}]
	return l != nil && slices.ContainsFunc(l.Entries, func(e Entry) bool { return e.Subject == of })
}

// ways is, for a subject and all groups it is in, what each is reached from; the shortest way.
func (d *Directory) ways(of Subject) map[Subject]Subject {
	from := map[Subject]Subject{of: of}
	for queue := []Subject{of}; len(queue) > 0; queue = queue[1:] {
		for _, s := range d.above(queue[0]) {
			if _, seen := from[s]; !seen {
				from[s] = queue[0]
				queue = append(queue, s)
			}
		}
	}
	return from
}

func way(from map[Subject]Subject, of, to Subject) (list []Subject) {
	for at := to; at != of; at = from[at] {
		list = append(list, at)
	}
	slices.Reverse(list)
	return list
}

// Written is how the token with a key is shown: areas and iterations with all nodes above them.
func (d *Directory) Written(n *Namespace, key string) string {
	if l := d.lists[listKey{n.ID, key}]; l != nil {
		return d.written(n, key, l.Token)
	}
	if project, ok := d.starts[listKey{n.ID, key}]; ok {
		return d.startToken(n, key, project)
	}
	return d.written(n, key, key)
}

// Text says an explanation in words; name is how people and groups are called.
func (d *Directory) Text(n *Namespace, x Explanation, name func(Subject) string) string {
	outcome := map[bool]string{true: "Allowed", false: "Not allowed"}[x.Allowed] + ": " + n.Label(x.Permission)
	at := func(key string) string {
		if key == "" {
			return "the top of the namespace " + n.Name
		}
		return d.Written(n, key)
	}
	if len(x.Grounds) == 0 {
		if x.Closed != "" {
			return fmt.Sprintf("%s. Nothing is set up to %s, which inherits nothing from above.", outcome, at(x.Closed))
		}
		return outcome + ". Nothing is set at the token or above it."
	}
	lines := []string{outcome + " at " + at(x.Token) + "."}
	for _, g := range x.Grounds {
		line := name(g.Subject) + map[bool]string{true: " is denied it", false: " is allowed it"}[g.Denied]
		if g.Standard {
			line += ", as such groups begin with"
		}
		if len(g.Through) > 1 {
			var steps []string
			for _, s := range g.Through[:len(g.Through)-1] {
				steps = append(steps, name(s))
			}
			line += " (by way of " + strings.Join(steps, " in ") + ")"
		}
		lines = append(lines, line+".")
	}
	return strings.Join(lines, " ")
}
