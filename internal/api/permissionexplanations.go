package api

import (
	"context"
	"math/bits"

	"boardwalk/azdo"
	"boardwalk/internal/access"
	"boardwalk/internal/fault"
)

// explainPermissions answers whether the caller, or whom boardwalk.descriptor names, has permissions at tokens, and why: an
// extension. It takes the permission to see what is set at the tokens.
func (a *API) explainPermissions(ctx context.Context, r *request, n *access.Namespace, permissions int64, tokens []string) (any, error) {
	all, err := a.subjects(ctx, r)
	if err != nil {
		return nil, err
	}
	of := r.caller.User.Subject()
	if id := r.query.text("boardwalk.descriptor"); id != "" {
		s := all.find(id)
		if s == nil {
			return nil, fault.SubjectNotFound(id)
		}
		of = s.subject()
	}
	directory, err := a.config.Access.People(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	name := func(s access.Subject) string {
		switch found := all.by(s); {
		case found == nil:
			return "a group of a project you cannot read"
		case found.group != nil:
			return r.principalName(found.group)
		default:
			return found.user.DisplayName
		}
	}
	answer := azdo.ExplainedPermissions{Count: len(tokens), Value: make([]bool, len(tokens)), Explanations: []azdo.PermissionExplanation{}}
	for i, token := range tokens {
		if !r.caller.MaySee(n, token) {
			return nil, fault.AccessDenied(r.caller.User.DisplayName, n.Label(n.Read))
		}
		answer.Value[i] = true
		for left := permissions; left != 0; left &= left - 1 {
			x := directory.Explain(of, n, token, int64(1)<<bits.TrailingZeros64(uint64(left))) //nolint:gosec // bits, whatever their sign
			answer.Value[i] = answer.Value[i] && x.Allowed
			shown := azdo.PermissionExplanation{Token: token, Permission: x.Permission, Name: n.Label(x.Permission), Allowed: x.Allowed,
				Entries: []azdo.DecisiveEntry{}, Text: directory.Text(n, x, name)}
			if len(x.Grounds) > 0 {
				at := ""
				if x.Token != "" {
					at = directory.Written(n, x.Token)
				}
				shown.DecidedAt = &at
			}
			for _, g := range x.Grounds {
				e := azdo.DecisiveEntry{Name: name(g.Subject), Denied: g.Denied, Standard: g.Standard, Through: []string{}}
				if s := all.by(g.Subject); s != nil {
					e.Descriptor = s.identityDescriptor()
				}
				for _, s := range g.Through {
					e.Through = append(e.Through, name(s))
				}
				shown.Entries = append(shown.Entries, e)
			}
			answer.Explanations = append(answer.Explanations, shown)
		}
	}
	return answer, nil
}
