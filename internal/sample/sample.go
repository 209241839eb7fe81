package sample

import (
	"context"
	"errors"
	"fmt"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"
)

// Config is the store to fill. All four work on the same database.
type Config struct {
	DB       *db.DB
	Projects *project.Store
	Access   *access.Store
	Items    *work.Items
}

// ErrNotEmpty says that the store has an organization already.
var ErrNotEmpty = errors.New("the store is not empty")

// Load stores the sample organizations fabrikam and youngbinhan with the accounts and tokens of Tokens. What it stores is
// the same at any time and on any machine. It returns ErrNotEmpty, having changed nothing, when there is an organization
// already. A load that fails midway leaves a store that is of no use.
func Load(ctx context.Context, c Config) error {
	if err := c.requireEmpty(ctx); err != nil {
		return err
	}
	orgs := [...]struct {
		spec  *organization
		items func(*world) []*history
		id    int64
	}{
		{spec: fabrikam(), items: fabrikamItems},
		{spec: youngbinhan(), items: youngbinhanItems},
	}
	err := c.DB.Update(ctx, func(tx *db.Tx) error {
		ids, err := c.addAccounts(tx)
		if err != nil {
			return err
		}
		for i := range orgs {
			if orgs[i].id, err = c.build(tx, orgs[i].spec, ids); err != nil {
				return err
			}
		}
		return c.addTokens(tx, ids, orgs[0].id)
	})
	if err != nil {
		return fmt.Errorf("load the sample: %w", err)
	}
	for _, o := range orgs {
		w, err := c.open(ctx, o.id, o.spec)
		if err != nil {
			return fmt.Errorf("load the sample: %w", err)
		}
		all := o.items(w)
		if err := c.load(ctx, o.id, all); err != nil {
			return fmt.Errorf("load the sample: organization %s: %w", o.spec.name, err)
		}
		if o.spec.name != "fabrikam" {
			continue
		}
		if err := c.loadDelivery(ctx, o.id, w, all); err != nil {
			return fmt.Errorf("load the sample: organization %s: %w", o.spec.name, err)
		}
	}
	return nil
}

func (c Config) requireEmpty(ctx context.Context) error {
	all, err := c.Projects.Organizations(ctx)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		return fmt.Errorf("%w: it has the organization %s", ErrNotEmpty, all[0].Name)
	}
	return nil
}

// load stores items with their links. Watermarks continue behind that of the first item.
func (c Config) load(ctx context.Context, org int64, all []*history) error {
	err := c.DB.Update(ctx, func(tx *db.Tx) error {
		var links []work.Link
		for _, h := range all {
			links = append(links, h.links...)
		}
		if err := work.LoadLinks(tx, org, links); err != nil {
			return err
		}
		if all[0].watermark == 0 {
			return nil
		}
		position, _, err := tx.Head(org)
		if err != nil {
			return err
		}
		_, err = tx.Skip(org, all[0].watermark-int64(len(all[0].item.Revisions))-position)
		return err
	})
	if err != nil {
		return err
	}
	next := func() (*work.History, error) {
		if len(all) == 0 {
			return nil, nil
		}
		h := all[0]
		all = all[1:]
		return h.item, nil
	}
	return c.Items.Load(ctx, org, next, nil)
}
