package work

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// QueryDraft is a query or folder to be saved.
type QueryDraft struct {
	Name   string
	Folder bool
	Text   string // of a query
	Check  bool   // only see whether it could be saved
}

// SaveQuery saves a query or makes a folder, in a folder that is named by path or GUID. Faults: project or folder not
// found, access denied, a name that is taken or not valid, a statement that cannot be read.
func (s *Items) SaveQuery(ctx context.Context, c *access.Caller, projectName, folder string, d QueryDraft) (q *SavedQuery, err error) {
	err = s.changeQueries(ctx, c, projectName, func(l *library) error {
		parent, err := l.folder(folder)
		if err != nil {
			return err
		}
		if err := l.admit(parent, nil, d.Name); err != nil {
			return err
		}
		if !d.Folder {
			if err := l.check(d.Text); err != nil {
				return err
			}
		}
		now := l.tx.Now()
		q = &SavedQuery{GUID: uuid.New(), Project: l.project, Name: d.Name, Path: parent.Path + "/" + d.Name, Folder: d.Folder, Public: parent.Public,
			CreatedBy: c.User, CreatedAt: now, ModifiedBy: c.User, ModifiedAt: now, Parent: parent, owner: parent.owner}
		if !d.Folder {
			q.Text = d.Text
		}
		l.describe(q)
		if d.Check {
			return nil
		}
		if q.id, err = l.tx.Reserve(c.Org, "query", 1); err != nil {
			return err
		}
		_, err = l.tx.Exec(insertQuery, c.Org, q.id, l.project.ID, q.GUID, q.owner, parent.id, q.Name, q.Folder, q.Text, c.User.ID, now)
		if err != nil {
			return err
		}
		return l.moved(q)
	})
	return q, err
}

// MoveQuery moves a query or folder, with all in it, into another folder. Faults: as SaveQuery.
func (s *Items) MoveQuery(ctx context.Context, c *access.Caller, projectName, folder, name string) (q *SavedQuery, err error) {
	err = s.changeQueries(ctx, c, projectName, func(l *library) error {
		parent, err := l.folder(folder)
		if err != nil {
			return err
		}
		if q, err = l.changeable(name); err != nil {
			return err
		}
		for at := parent; at != nil; at = at.Parent {
			if at == q {
				return fault.InvalidArgument("The folder %s cannot be moved into itself.", q.Path)
			}
		}
		if err := l.admit(parent, q, q.Name); err != nil {
			return err
		}
		if q.Public && !parent.Public && !l.mayAll(q, access.DeleteQueries) {
			return l.denied(access.DeleteQueries)
		}
		wasPublic := q.Public
		q.Parent = parent
		if err := l.own(q, parent.owner); err != nil {
			return err
		}
		if wasPublic || q.Public {
			if err := l.moved(nil); err != nil {
				return err
			}
		}
		q.Path = parent.Path + "/" + q.Name
		l.place(q)
		l.describe(q)
		return nil
	})
	return q, err
}

// own gives a query or folder, with all in it, to a user or, with 0, to everybody, and stores it.
func (l *library) own(q *SavedQuery, owner int64) error {
	q.owner, q.Public = owner, owner == 0
	for _, child := range q.Children {
		if err := l.own(child, owner); err != nil {
			return err
		}
	}
	return l.store(q)
}

// QueryChange is what changes about a saved query; nil leaves it.
type QueryChange struct {
	Name        *string
	Text        *string
	Deleted     *bool
	Descendants bool // of a folder that is restored, restore what is in it
}

// ChangeQuery renames a query or folder, gives it another statement, deletes or restores it. Faults: as SaveQuery.
func (s *Items) ChangeQuery(ctx context.Context, c *access.Caller, projectName, name string, change QueryChange) (q *SavedQuery, err error) {
	err = s.changeQueries(ctx, c, projectName, func(l *library) error {
		if q, err = l.find(name); err != nil {
			return err
		}
		if deletes := change.Deleted != nil && *change.Deleted; deletes && !l.mayAll(q, access.DeleteQueries) {
			return l.denied(access.DeleteQueries)
		} else if !deletes || change.Text != nil || change.Name != nil {
			if q, err = l.changeable(name); err != nil {
				return err
			}
		} else if q.Parent == nil {
			return fault.InvalidArgument("%s cannot be changed.", q.Path)
		}
		if change.Text != nil {
			if q.Folder {
				return fault.InvalidArgument("%s is a folder, which has no statement.", q.Path)
			}
			if err := l.check(*change.Text); err != nil {
				return err
			}
			q.Text = *change.Text
		}
		if change.Name != nil {
			q.Name = *change.Name
		}
		restores := change.Deleted != nil && !*change.Deleted && q.Deleted
		if change.Deleted != nil && *change.Deleted {
			if err := l.mark(q, true); err != nil {
				return err
			}
		} else if change.Name != nil || restores {
			if q.Parent.Deleted {
				return fault.InvalidArgument("The folder %s is deleted. Restore it first.", q.Parent.Path)
			}
			if err := l.admit(q.Parent, q, q.Name); err != nil {
				return err
			}
		}
		if restores && change.Descendants {
			if err := l.mark(q, false); err != nil {
				return err
			}
		}
		q.Deleted = q.Deleted && !restores
		q.ModifiedBy, q.ModifiedAt = c.User, l.tx.Now()
		q.Path = q.Parent.Path + "/" + q.Name
		l.place(q)
		l.describe(q)
		return l.store(q)
	})
	return q, err
}

// mark deletes or restores a query or folder with all in it. Of several that had one name after the other, one comes back.
func (l *library) mark(q *SavedQuery, deleted bool) error {
	q.Deleted = deleted
	for _, child := range q.Children {
		if !deleted && l.admit(q, child, child.Name) != nil {
			continue
		}
		if err := l.mark(child, deleted); err != nil {
			return err
		}
	}
	return l.store(q)
}

func (l *library) store(q *SavedQuery) error {
	var by int64
	if q.ModifiedBy != nil {
		by = q.ModifiedBy.ID
	}
	_, err := l.tx.Exec(updateQuery, l.c.Org, q.id, q.owner, q.Parent.id, q.Name, q.Text, q.Deleted, by, q.ModifiedAt)
	return err
}

func (s *Items) changeQueries(ctx context.Context, c *access.Caller, projectName string, change func(*library) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		l, err := s.library(tx, c, projectName)
		if err != nil {
			return err
		}
		return change(l)
	})
}

// permit checks that the caller may change a query, or what is in a folder.
func (l *library) permit(q *SavedQuery) error {
	if !l.may(q, access.ContributeQueries) {
		return l.denied(access.ContributeQueries)
	}
	return nil
}

func (l *library) denied(permission int64) error {
	return fault.AccessDenied(l.c.User.DisplayName, map[int64]string{access.ContributeQueries: "Contribute to shared queries", access.DeleteQueries: "Delete shared queries"}[permission])
}

// moved tells that the tree of shared queries, which permissions follow, has changed; by q unless that is nobody else's.
func (l *library) moved(q *SavedQuery) error {
	if q != nil && !q.Public {
		return nil
	}
	_, err := l.tx.Append(l.c.Org, db.Change{Kind: db.AccessChanged})
	return err
}

// folder finds a folder that things can be put into.
func (l *library) folder(name string) (*SavedQuery, error) {
	q, err := l.find(name)
	if err != nil {
		return nil, err
	}
	if !q.Folder || q.Deleted {
		return nil, fault.InvalidArgument("%s is no folder.", q.Path)
	}
	return q, l.permit(q)
}

// changeable finds a query or folder that the caller may change.
func (l *library) changeable(name string) (*SavedQuery, error) {
	q, err := l.find(name)
	if err != nil {
		return nil, err
	}
	if q.Parent == nil {
		return nil, fault.InvalidArgument("%s cannot be changed.", q.Path)
	}
	return q, l.permit(q)
}

// maxQueryName is how long the name of a query may be.
const maxQueryName = 255

// admit checks that a folder can take a name; q is who has it now, nil for nobody.
func (l *library) admit(folder, q *SavedQuery, name string) error {
	if strings.TrimSpace(name) != name || name == "" || utf8.RuneCountInString(name) > maxQueryName || !utf8.ValidString(name) ||
		strings.ContainsAny(name, `/\:*?"<>|`) || strings.ContainsFunc(name, unicode.IsControl) {
		return fault.InvalidArgument(`The name %q is not valid: a query or folder has up to %d characters, none of / \ : * ? " < > | among them, and no space at its ends.`, name, maxQueryName)
	}
	for _, other := range slices.Concat(folder.Children, folder.hidden) {
		if other != q && !other.Deleted && strings.EqualFold(other.Name, name) {
			return fault.QueryExists(name)
		}
	}
	return nil
}
