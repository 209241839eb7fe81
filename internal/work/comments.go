package work

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// Comment is a version of a comment on a work item. Comments are made by System.History, whoever writes it; every
// comment, new version and deletion is a revision of the work item.
type Comment struct {
	Item       int64
	Project    *project.Project // of the item
	ID         int64            // unique within the organization; later comments have higher ones
	Version    int64            // from 1
	Rev        int64            // the item's revision that made this version
	FirstRev   int64            // the one that made the comment
	Text       string
	Markdown   bool // else HTML
	Deleted    bool
	CreatedAt  time.Time
	CreatedBy  *access.User // nil when nobody knows
	ModifiedAt time.Time
	ModifiedBy *access.User
	Reactions  []Reaction // of the comment, in the order of the first of each
}

// Reaction is how many people reacted to a comment in one way, such as "like".
type Reaction struct {
	Kind  string
	Users []*access.User // in the order in which they did
}

// By reports whether a user is among them.
func (r Reaction) By(u *access.User) bool {
	return slices.ContainsFunc(r.Users, func(o *access.User) bool { return o.ID == u.ID })
}

// ReactionKinds are the ways to react to a comment.
func ReactionKinds() []string {
	return []string{"like", "dislike", "heart", "hooray", "smile", "confused"}
}

var (
	selectSpoken = db.SQL("work.selectSpoken", `
		SELECT r.project_id, r.rev, r.watermark, r.changed_at, r.fields, t.body FROM work_texts t
		JOIN work_revisions r ON r.org_id = t.org_id AND r.id = t.id AND r.rev = t.rev
		WHERE t.org_id = $1 AND t.id = $2 AND t.field_id = $3 ORDER BY t.rev`)
	selectCommentVersions = db.SQL("work.selectCommentVersions", `
		SELECT c.comment_id, c.version, c.project_id, c.rev, c.is_markdown, c.is_deleted, c.made_at, c.made_by, c.body, r.fields FROM work_comments c
		JOIN work_revisions r ON r.org_id = c.org_id AND r.id = c.item_id AND r.rev = c.rev
		WHERE c.org_id = $1 AND c.item_id = $2 ORDER BY c.comment_id, c.version`)
	selectReactions = db.SQL("work.selectReactions", `
		SELECT comment_id, kind, user_id FROM work_reactions WHERE org_id = $1 AND item_id = $2 ORDER BY made_at, user_id`)
	insertComment = db.SQL("work.insertComment", `
		INSERT INTO work_comments (org_id, item_id, comment_id, version, project_id, rev, is_markdown, is_deleted, made_at, made_by, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	insertReaction = db.SQL("work.insertReaction", `
		INSERT INTO work_reactions (org_id, item_id, comment_id, kind, user_id, project_id, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	deleteReaction = db.SQL("work.deleteReaction", `
		DELETE FROM work_reactions WHERE org_id = $1 AND item_id = $2 AND comment_id = $3 AND kind = $4 AND user_id = $5`)
)

// thread is a comment with its versions, oldest first.
type thread []*Comment

func (t thread) last() *Comment { return t[len(t)-1] }

// discussion reads the comments of a live work item the caller sees, oldest first. Those with a version made in a
// project or area the caller does not see are left out.
func (s *Items) discussion(tx *db.Tx, c *access.Caller, projectName string, id int64) (*environment, *revision, []thread, error) {
	e, err := s.environment(tx, c)
	if err != nil {
		return nil, nil, nil, err
	}
	current, err := s.current(tx, e, c, projectName, id, false)
	if err != nil {
		return nil, nil, nil, err
	}
	hidden := map[int64]bool{}
	hide := func(comment, at int64, fields string) error {
		seen, err := e.seesStored(at, fields)
		if !seen {
			hidden[comment] = true
		}
		return err
	}
	all, err := db.Collect(tx, selectSpoken, []any{c.Org, id, int64(project.FieldHistory)}, func(rows *db.Rows) (thread, error) {
		var at RevisionRow
		v := &Comment{Item: id, Project: e.project, Version: 1}
		if err := rows.Scan(&at.Project, &v.Rev, &v.ID, &v.CreatedAt, &at.fields, &v.Text); err != nil {
			return nil, err
		}
		if err := hide(v.ID, at.Project, at.fields); err != nil {
			return nil, err
		}
		v.FirstRev = v.Rev
		err := at.Each(func(field project.FieldID, value Raw) {
			if field == project.FieldChangedBy {
				user, _ := value.Int() // nobody has the id 0
				v.CreatedBy = e.directory.User(user)
			}
		})
		v.ModifiedAt, v.ModifiedBy = v.CreatedAt, v.CreatedBy
		return thread{v}, err
	})
	if err != nil {
		return nil, nil, nil, err
	}
	find := func(comment int64) *thread {
		i := slices.IndexFunc(all, func(t thread) bool { return t[0].ID == comment })
		if i < 0 {
			return &thread{{}} // nobody sees it
		}
		return &all[i]
	}
	_, err = db.Collect(tx, selectCommentVersions, []any{c.Org, id}, func(rows *db.Rows) (_ struct{}, err error) {
		var v Comment
		var at, by int64
		var fields string
		if err := rows.Scan(&v.ID, &v.Version, &at, &v.Rev, &v.Markdown, &v.Deleted, &v.ModifiedAt, &by, &v.Text, &fields); err != nil {
			return struct{}{}, err
		}
		if err := hide(v.ID, at, fields); err != nil {
			return struct{}{}, err
		}
		t := find(v.ID)
		if v.Version == 1 {
			(*t)[0].Markdown = v.Markdown
			return struct{}{}, nil
		}
		first := (*t)[0]
		v.Item, v.Project, v.FirstRev, v.ModifiedBy = id, e.project, first.Rev, e.directory.User(by)
		v.CreatedAt, v.CreatedBy = first.CreatedAt, first.CreatedBy
		*t = append(*t, &v)
		return struct{}{}, nil
	})
	if err != nil {
		return nil, nil, nil, err
	}
	_, err = db.Collect(tx, selectReactions, []any{c.Org, id}, func(rows *db.Rows) (_ struct{}, err error) {
		var comment, by int64
		var kind string
		if err := rows.Scan(&comment, &kind, &by); err != nil {
			return struct{}{}, err
		}
		if u := e.directory.User(by); u != nil {
			find(comment).last().react(kind, u)
		}
		return struct{}{}, nil
	})
	all = slices.DeleteFunc(all, func(t thread) bool { return hidden[t[0].ID] })
	slices.SortFunc(all, func(a, b thread) int { return cmp.Compare(a[0].ID, b[0].ID) })
	return e, current, all, err
}

func (v *Comment) react(kind string, u *access.User) {
	i := slices.IndexFunc(v.Reactions, func(r Reaction) bool { return r.Kind == kind })
	if i < 0 {
		i = len(v.Reactions)
		v.Reactions = append(v.Reactions, Reaction{Kind: kind})
	}
	v.Reactions[i].Users = append(v.Reactions[i].Users, u)
}

// Comments lists the comments of a work item in their last versions, oldest first, deleted ones included. Fault: item
// not found.
func (s *Items) Comments(ctx context.Context, c *access.Caller, projectName string, id int64) (all []*Comment, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		all = nil
		_, _, threads, err := s.discussion(tx, c, projectName, id)
		for _, t := range threads {
			all = append(all, t.last())
		}
		return err
	})
	return all, err
}

// CommentVersions lists all versions of a comment, oldest first. Faults: item or comment not found.
func (s *Items) CommentVersions(ctx context.Context, c *access.Caller, projectName string, id, comment int64) (all []*Comment, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		_, _, threads, err := s.discussion(tx, c, projectName, id)
		if err != nil {
			return err
		}
		all, err = findComment(threads, id, comment)
		return err
	})
	return all, err
}

func findComment(threads []thread, item, comment int64) (thread, error) {
	for _, t := range threads {
		if t[0].ID == comment {
			return t, nil
		}
	}
	return nil, fault.CommentNotFound(item, comment)
}

// openComment finds a comment that is not deleted, of a work item on which the caller may comment.
func (s *Items) openComment(tx *db.Tx, c *access.Caller, projectName string, id, comment int64) (e *environment, current *revision, t thread, err error) {
	e, current, threads, err := s.discussion(tx, c, projectName, id)
	if err != nil {
		return nil, nil, nil, err
	}
	if t, err = findComment(threads, id, comment); err != nil {
		return nil, nil, nil, err
	}
	if t.last().Deleted {
		return nil, nil, nil, fault.CommentNotFound(id, comment)
	}
	return e, current, t, e.mayComment(current.area)
}

// AddComment comments on a work item. Faults: item not found, access denied, a broken rule, an empty text.
func (s *Items) AddComment(ctx context.Context, c *access.Caller, projectName string, id int64, text string, markdown bool) (*Comment, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fault.EmptyComment()
	}
	value, err := json.Marshal(text)
	if err != nil {
		return nil, err
	}
	ops := []Op{{Op: "add", Path: "/fields/System.History", Value: value}}
	var ch *change
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		previous, err := s.current(tx, e, c, projectName, id, false)
		if err != nil {
			return err
		}
		if ch, err = s.plan(tx, c, e, previous, ops, Options{comment: true}); err != nil {
			return err
		}
		if err := ch.store(tx); err != nil || !markdown {
			return err
		}
		_, err = tx.Exec(insertComment, c.Org, id, ch.watermark, 1, e.project.ID, ch.next.rev, true, false, ch.at(), int64(e.user), "")
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Comment{Item: id, Project: ch.e.project, ID: ch.watermark, Version: 1, Rev: ch.next.rev, FirstRev: ch.next.rev, Text: text, Markdown: markdown,
		CreatedAt: ch.at(), CreatedBy: c.User, ModifiedAt: ch.at(), ModifiedBy: c.User}, nil
}

// EditComment gives a comment another text. Its authors and administrators of the project may. Faults: item or comment
// not found, access denied, an empty text.
func (s *Items) EditComment(ctx context.Context, c *access.Caller, projectName string, id, comment int64, text string, markdown *bool) (*Comment, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fault.EmptyComment()
	}
	value, err := json.Marshal(text)
	if err != nil {
		return nil, err
	}
	return s.reviseComment(ctx, c, projectName, id, comment, func(e *environment, next *Comment, _ Fields) error {
		if _, broken := e.convert(e.catalog.Field(project.FieldHistory), value); broken != nil {
			return fault.RuleValidation(*broken)
		}
		if next.Text = text; markdown != nil {
			next.Markdown = *markdown
		}
		return nil
	})
}

// DeleteComment removes a comment from the discussion; its versions stay. Faults are those of EditComment.
func (s *Items) DeleteComment(ctx context.Context, c *access.Caller, projectName string, id, comment int64) error {
	_, err := s.reviseComment(ctx, c, projectName, id, comment, func(_ *environment, next *Comment, fields Fields) error {
		next.Deleted = true
		fields[project.FieldCommentCount] = max(0, fields.Int(project.FieldCommentCount)-1)
		return nil
	})
	return err
}

// reviseComment stores the next version of a comment, and the revision of the item that makes it.
func (s *Items) reviseComment(ctx context.Context, c *access.Caller, projectName string, id, comment int64, alter func(*environment, *Comment, Fields) error) (*Comment, error) {
	var next Comment
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		e, previous, t, err := s.openComment(tx, c, projectName, id, comment)
		if err != nil {
			return err
		}
		if by := t[0].CreatedBy; (by == nil || by.ID != c.User.ID) && !c.CanManage(e.project.ID) {
			return fault.AccessDenied(c.User.DisplayName, "Edit comments of others")
		}
		next = *t.last()
		fields := previous.fields.clone()
		if err := alter(e, &next, fields); err != nil {
			return err
		}
		ch, err := e.touch(tx, c, previous, fields)
		if err != nil {
			return err
		}
		next.Version, next.Rev, next.ModifiedAt, next.ModifiedBy = next.Version+1, ch.next.rev, ch.at(), c.User
		_, err = tx.Exec(insertComment, c.Org, id, comment, next.Version, e.project.ID, next.Rev, next.Markdown, next.Deleted,
			next.ModifiedAt, int64(e.user), next.Text)
		return err
	})
	return &next, err
}

// React makes the caller's reaction of a kind be there or not, and returns all of that kind. It is no revision of the
// item. Faults: item or comment not found, access denied, no such kind.
func (s *Items) React(ctx context.Context, c *access.Caller, projectName string, id, comment int64, kind string, on bool) (after Reaction, err error) {
	if !slices.Contains(ReactionKinds(), kind) {
		return after, fault.InvalidArgument("The reaction %q is not valid. Valid reactions are: %s.", kind, strings.Join(ReactionKinds(), ", "))
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		after = Reaction{Kind: kind}
		e, _, t, err := s.openComment(tx, c, projectName, id, comment)
		if err != nil {
			return err
		}
		for _, r := range t.last().Reactions {
			if r.Kind == kind {
				after = r
			}
		}
		switch already := after.By(c.User); {
		case on && !already:
			after.Users = append(slices.Clone(after.Users), c.User)
			_, err = tx.Exec(insertReaction, c.Org, id, comment, kind, int64(e.user), e.project.ID, tx.Now())
		case !on && already:
			after.Users = slices.DeleteFunc(slices.Clone(after.Users), func(u *access.User) bool { return u.ID == c.User.ID })
			_, err = tx.Exec(deleteReaction, c.Org, id, comment, kind, int64(e.user))
		}
		return err
	})
	return after, err
}
