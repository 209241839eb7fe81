package sample

import (
	"context"
	"fmt"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/work"
)

// GenerateConfig says what Generate makes.
type GenerateConfig struct {
	Items        int64                        // how many work items; one in a hundred ends in the recycle bin
	Seed         uint64                       // another seed gives other data of the same kind
	Organization string                       // name of the organization; "generated" when empty
	TimeZone     string                       // of the organization; "America/Los_Angeles" when empty
	Progress     func(items, revisions int64) // told the totals now and then; may be nil
}

// linkBatch is how many links are stored at once.
const linkBatch = 4096

// Generate stores an organization with three years of work in it: about six revisions an item, and projects, areas,
// iterations, people and tags in numbers that fit. The same seed and number of items give the same data. It works in
// constant memory and creates the accounts and tokens of Tokens. It returns ErrNotEmpty, having changed nothing, when the
// store has an organization already. One that fails midway leaves a store that is of no use.
func Generate(ctx context.Context, c Config, g GenerateConfig) error {
	if g.Items < 1 {
		return fmt.Errorf("generate: the number of work items is %d; it must be 1 or more", g.Items)
	}
	if g.Organization == "" {
		g.Organization = "generated"
	}
	if g.TimeZone == "" {
		g.TimeZone = losAngeles
	}
	if err := c.requireEmpty(ctx); err != nil {
		return err
	}
	spec := outline(g)
	var org int64
	err := c.DB.Update(ctx, func(tx *db.Tx) error {
		ids, err := c.addAccounts(tx)
		if err != nil {
			return err
		}
		if org, err = c.build(tx, spec, ids); err != nil {
			return err
		}
		return c.addTokens(tx, ids, org)
	})
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	w, err := c.open(ctx, org, spec)
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	if err := c.stream(ctx, org, newAuthor(g.Seed, w, present()), g); err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}

// stream makes up items on one goroutine while another stores those before.
func (c Config) stream(ctx context.Context, org int64, a *author, g GenerateConfig) error {
	a.prose = 250 // long texts are most of the size of a store
	ctx, cancel := context.WithCancel(ctx)
	made := make(chan *history, 256)
	go func() {
		defer close(made)
		id := int64(0)
		for s := range a.schedule(firstDay(), lastDay(), g.Items, g.Items/100) {
			id++
			select {
			case made <- a.item(id, s):
			case <-ctx.Done():
				return
			}
		}
	}()
	defer func() {
		cancel()
		for range made { // until the goroutine has ended
		}
	}()
	var links []work.Link
	flush := func() error {
		err := c.DB.Update(ctx, func(tx *db.Tx) error { return work.LoadLinks(tx, org, links) })
		links = links[:0]
		return err
	}
	next := func() (*work.History, error) {
		h, ok := <-made
		if !ok {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return nil, flush()
		}
		if links = append(links, h.links...); len(links) >= linkBatch {
			if err := flush(); err != nil {
				return nil, err
			}
		}
		return h.item, nil
	}
	return c.Items.Load(ctx, org, next, g.Progress)
}

// firstDay and lastDay are when the first and the last items are created.
func firstDay() time.Time { return day("2023-11-06") }
func lastDay() time.Time  { return day("2026-11-18") }
