package server

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
)

// ExplainPermission tells out why somebody has a permission, or has it not.
func ExplainPermission(ctx context.Context, c AdminConfig, out io.Writer) error {
	all := access.Namespaces()
	i := slices.IndexFunc(all, func(n *access.Namespace) bool {
		return strings.EqualFold(n.Name, c.Namespace) || strings.EqualFold(n.ID, c.Namespace)
	})
	if i < 0 {
		return fmt.Errorf("there is no security namespace %q", c.Namespace)
	}
	n := all[i]
	permission, err := findPermission(n, c.Permission)
	if err != nil {
		return err
	}
	return c.offline(ctx, func(s *stores) error {
		o, err := s.organization(ctx, c.Organization)
		if err != nil {
			return err
		}
		return s.db.View(ctx, func(tx *db.Tx) error {
			u, err := s.person(tx, o, c.User)
			if err != nil {
				return err
			}
			d, err := s.access.Directory(tx, o.ID)
			if err != nil {
				return err
			}
			catalog, err := s.projects.Catalog(tx, o.ID)
			if err != nil {
				return err
			}
			names := map[access.Subject]string{}
			for _, g := range catalog.Groups(d) {
				scope := o.Name
				if g.Project != nil {
					scope = g.Project.Name
				}
				names[g.Subject] = "[" + scope + `]\` + g.Name
			}
			name := func(s access.Subject) string {
				if u := d.User(s.ID); s.Kind == access.UserKind && u != nil {
					return u.DisplayName
				}
				return names[s]
			}
			_, err = fmt.Fprintln(out, d.Text(n, d.Explain(u.Subject(), n, c.Token, permission), name))
			return err
		})
	})
}

func findPermission(n *access.Namespace, text string) (int64, error) {
	bit, err := strconv.ParseInt(text, 10, 64)
	var names []string
	for _, a := range n.Actions {
		if strings.EqualFold(a.Name, text) || err == nil && a.Bit == bit {
			return a.Bit, nil
		}
		names = append(names, a.Name)
	}
	return 0, fmt.Errorf("the namespace %s has no permission %q; it has %s", n.Name, text, strings.Join(names, ", "))
}
