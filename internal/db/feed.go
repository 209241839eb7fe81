package db

import "time"

// Change is one entry of an organization's change feed: what changed, never how. Whoever follows the feed reads the
// present rows of the thing named, so that reading an entry twice does no harm.
type Change struct {
	Position int64 // strictly increasing within the organization, without meaning otherwise; assigned by Append
	At       time.Time
	Kind     ChangeKind
	Project  int64 // the project it happened in; 0 for the whole organization
	Ref      int64 // the thing's key
	Rev      int64 // the work item's revision for Revised, the moment for Related, else 0
	Quiet    bool  // whoever made the change asked that nobody be notified of it; set by Append, see Tx.Quiet
}

// ChangeKind tells what a change is about. Numbers are stored: never reuse one.
type ChangeKind int16

// Kinds that concern work items.
const (
	Revised   ChangeKind = 1 // a revision was added; Ref is the work item
	Deleted   ChangeKind = 2 // a work item went to the recycle bin
	Restored  ChangeKind = 3 // and came back
	Destroyed ChangeKind = 4 // for good
	Linked    ChangeKind = 5 // a link was added, changed or removed; Ref is the link
	Related   ChangeKind = 6 // a relation was added or removed; Ref is a work item that has it, Rev when, in microseconds
)

// Delivered says that records of pipelines and tests changed: those that carry the entry's position.
const Delivered ChangeKind = 10

// Kinds that concern what work items are described by. They outdate cached snapshots.
const (
	OrganizationChanged ChangeKind = 20
	ProjectChanged      ChangeKind = 21
	NodeChanged         ChangeKind = 22 // an area or iteration
	TeamChanged         ChangeKind = 23
	UserChanged         ChangeKind = 24
	FieldChanged        ChangeKind = 25
	ProcessChanged      ChangeKind = 26
	TagChanged          ChangeKind = 27 // does not outdate snapshots: tags come with the items that use them
	AccessChanged       ChangeKind = 28
	Loaded              ChangeKind = 29 // many records were added at once: followers start over
)

func (k ChangeKind) metadata() bool { return k >= OrganizationChanged && k != TagChanged }

var (
	moveHead   = SQL("db.moveHead", `UPDATE feed_heads SET position = $2, metadata = $3 WHERE org_id = $1`)
	startFeed  = SQL("db.startFeed", `INSERT INTO feed_heads (org_id, position, metadata) VALUES ($1, 0, 0)`)
	appendFeed = SQL("db.appendFeed", `
		INSERT INTO feed (org_id, position, at, kind, project_id, ref_id, rev, is_quiet) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
	readFeed = SQL("db.readFeed", `
		SELECT position, at, kind, project_id, ref_id, rev, is_quiet FROM feed
		WHERE org_id = $1 AND position > $2 ORDER BY position LIMIT $3`)
	headOfFeed = SQL("db.headOfFeed", `SELECT position, metadata FROM feed_heads WHERE org_id = $1`)
)

// head is how far an organization's feed reaches, and the newest entry that outdates snapshots of metadata.
type head struct {
	position, metadata int64
	moved              bool // by this transaction, which writes it before it commits
}

// heads are those a transaction has read: nobody else can move them while it runs.
type heads map[int64]head

func (t *Tx) head(org int64) (h head, err error) {
	h, ok := t.heads[org]
	if !ok {
		if err = t.Row(headOfFeed, []any{org}, &h.position, &h.metadata); err == nil {
			t.heads[org] = h
		}
	}
	return h, err
}

// StartFeed creates the feed of a new organization.
func (t *Tx) StartFeed(org int64) error {
	_, err := t.Exec(startFeed, org)
	return err
}

// Append adds a change to the feed and returns its position. It becomes visible with the transaction's commit.
func (t *Tx) Append(org int64, c Change) (int64, error) {
	var err error
	if c.Position, err = t.Skip(org, 1); err != nil {
		return 0, err
	}
	_, err = t.Exec(appendFeed, org, c.Position, t.now, int64(c.Kind), c.Project, c.Ref, c.Rev, t.quiet)
	if err != nil {
		return 0, err
	}
	t.batch.appended = true
	if c.Kind.metadata() {
		t.batch.metadata = true
		h := t.heads[org]
		h.metadata = c.Position
		t.heads[org] = h
	}
	return c.Position, nil
}

// Quiet marks what this transaction appends from here on as nothing that people are notified of.
func (t *Tx) Quiet() { t.quiet = true }

// Skip reserves n positions without entries, for records that are loaded in bulk and announced by one Loaded entry
// behind them. It returns the first.
func (t *Tx) Skip(org, n int64) (int64, error) {
	h, err := t.head(org)
	if err != nil {
		return 0, err
	}
	first := h.position + 1
	h.position, h.moved = h.position+n, true
	t.heads[org], t.changed = h, true
	return first, nil
}

// Changes reads up to limit entries after a position, in order.
func (t *Tx) Changes(org, after int64, limit int) ([]Change, error) {
	return Collect(t, readFeed, []any{org, after, limit}, func(r *Rows) (c Change, err error) {
		var kind int64
		err = r.Scan(&c.Position, &c.At, &kind, &c.Project, &c.Ref, &c.Rev, &c.Quiet)
		c.Kind = ChangeKind(kind) //nolint:gosec // written from a ChangeKind
		return c, err
	})
}

// Head returns the position of the newest change and of the newest one that outdates snapshots of metadata.
func (t *Tx) Head(org int64) (position, metadata int64, err error) {
	h, err := t.head(org)
	return h.position, h.metadata, err
}

// Settled reports whether everything this transaction sees about metadata is committed, so that a snapshot read in it
// may be kept under the metadata position of Head.
func (t *Tx) Settled() bool { return t.batch == nil || !t.batch.metadata }
