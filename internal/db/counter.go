package db

var reserveIDs = SQL("db.reserveIDs", `
	INSERT INTO counters (org_id, name, value) VALUES ($1, $2, $3)
	ON CONFLICT (org_id, name) DO UPDATE SET value = counters.value + excluded.value RETURNING value`)

// Reserve allocates n consecutive ids of an organization's named counter and returns the first; counters start at 1.
// Ids of a transaction that fails may be given out again.
func (t *Tx) Reserve(org int64, counter string, n int64) (int64, error) {
	var last int64
	if err := t.Row(reserveIDs, []any{org, counter, n}, &last); err != nil {
		return 0, err
	}
	return last - n + 1, nil
}

var raiseCounter = SQL("db.raiseCounter", `
	INSERT INTO counters (org_id, name, value) VALUES ($1, $2, $3)
	ON CONFLICT (org_id, name) DO UPDATE
	SET value = CASE WHEN excluded.value > counters.value THEN excluded.value ELSE counters.value END`)

// Raise makes sure that a counter gives out only ids above value from now on; for loading records that bring their ids.
func (t *Tx) Raise(org int64, counter string, value int64) error {
	_, err := t.Exec(raiseCounter, org, counter, value)
	return err
}
