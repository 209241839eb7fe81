package access

import (
	"time"

	"boardwalk/internal/db"
)

// GroupLevel is the access level that a group gives everybody who is in it, through other groups, too. Somebody has the
// highest of what groups give and what was given to themselves.
type GroupLevel struct {
	Group     Subject
	Level     Level
	ChangedAt time.Time
}

// rank orders levels; what is no level is the lowest.
func (l Level) rank() int {
	for i, other := range []Level{Stakeholder, Basic, Professional, TestPlans, EarlyAdopter} {
		if l == other {
			return i + 1
		}
	}
	return 0
}

// GroupLevel returns what a group gives its members, or nil.
func (d *Directory) GroupLevel(group Subject) *GroupLevel { return d.levels[group] }

// LevelsOf lists what groups give a user, in the order in which the groups are reached.
func (d *Directory) LevelsOf(u *User) (all []*GroupLevel) {
	if len(d.levels) == 0 {
		return nil
	}
	for _, g := range d.Containers(u.Subject()) {
		if l := d.levels[g]; l != nil {
			all = append(all, l)
		}
	}
	return all
}

// readLevels reads what groups give, and works out what people have.
func (d *Directory) readLevels(tx *db.Tx, org int64) error {
	all, err := db.Collect(tx, selectGroupLevels, []any{org}, func(r *db.Rows) (*GroupLevel, error) {
		l := &GroupLevel{}
		var kind, level string
		err := r.Scan(&kind, &l.Group.ID, &level, &l.ChangedAt)
		l.Group.Kind, l.Level = Kind(kind), Level(level)
		return l, err
	})
	if err != nil {
		return err
	}
	for _, l := range all {
		if _, ok := d.scope(l.Group); ok {
			d.levels[l.Group] = l
		}
	}
	for _, u := range d.users {
		for _, l := range d.LevelsOf(u) {
			if l.Level.rank() > u.Level.rank() {
				u.Level = l.Level
			}
		}
	}
	return nil
}

// SetGroupLevel lets a group give its members a level; an empty one ends that. Whoever calls it has checked that the caller
// may.
func SetGroupLevel(tx *db.Tx, c *Caller, group Subject, level Level) error {
	var previous string
	before, err := db.Collect(tx, selectGroupLevel, []any{c.Org, string(group.Kind), group.ID}, func(r *db.Rows) (l string, err error) {
		return l, r.Scan(&l)
	})
	if err != nil {
		return err
	}
	if len(before) > 0 {
		previous = before[0]
	}
	if previous == string(level) {
		return nil
	}
	action := GroupLevelModified
	switch {
	case previous == "":
		action = GroupLevelCreated
	case level == "":
		action = GroupLevelDeleted
	}
	g, err := nameSubject(tx, c.Org, group)
	if err != nil {
		return err
	}
	err = Audit(tx, c, g.event(action, map[string]any{"GroupName": g.name, "GroupId": g.id, "AccessLevel": string(level), "PreviousAccessLevel": previous}))
	if err != nil {
		return err
	}
	if level == "" {
		_, err = tx.Exec(deleteGroupLevel, c.Org, string(group.Kind), group.ID)
	} else {
		_, err = tx.Exec(setGroupLevel, c.Org, string(group.Kind), group.ID, string(level), tx.Now())
	}
	if err != nil {
		return err
	}
	_, err = tx.Append(c.Org, db.Change{Kind: db.AccessChanged})
	return err
}

var (
	selectGroupLevels = db.SQL("access.selectGroupLevels", `
		SELECT group_kind, group_id, access_level, changed_at FROM group_levels WHERE org_id = $1 ORDER BY group_kind, group_id`)
	selectGroupLevel = db.SQL("access.selectGroupLevel", `
		SELECT access_level FROM group_levels WHERE org_id = $1 AND group_kind = $2 AND group_id = $3`)
	setGroupLevel = db.SQL("access.setGroupLevel", `
		INSERT INTO group_levels (org_id, group_kind, group_id, access_level, changed_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org_id, group_kind, group_id) DO UPDATE SET access_level = excluded.access_level, changed_at = excluded.changed_at`)
	deleteGroupLevel = db.SQL("access.deleteGroupLevel", `
		DELETE FROM group_levels WHERE org_id = $1 AND group_kind = $2 AND group_id = $3`)
)
