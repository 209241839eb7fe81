package access

import (
	"boardwalk/internal/db"
	"boardwalk/internal/fault"
)

// CheckUniqueName returns a 400 fault for a sign-in name that nobody can have.
func CheckUniqueName(name string) error {
	if !validUniqueName(name) {
		return fault.InvalidArgument("The principal name %q is not valid: write the sign-in name of a person, usually a mail address.", name)
	}
	return nil
}

// AccountByID returns the account with an id. It returns db.ErrNotFound when there is none.
func AccountByID(tx *db.Tx, id int64) (a Account, err error) {
	err = tx.Row(selectAccountByID, []any{id}, &a.ID, &a.GUID, &a.UniqueName, &a.DisplayName)
	return a, err
}

// OrganizationsOf lists the organizations that an account belongs to.
func OrganizationsOf(tx *db.Tx, account int64) ([]int64, error) {
	return db.Collect(tx, selectOrganizationsOf, []any{account}, func(r *db.Rows) (id int64, err error) {
		err = r.Scan(&id)
		return id, err
	})
}

// Organizations lists the organizations that the caller belongs to and may be a caller of with the same credential.
func (c *Caller) Organizations(tx *db.Tx) ([]int64, error) {
	if c.User.Account == 0 || c.token != nil && c.token.org != 0 {
		return []int64{c.Org}, nil
	}
	return OrganizationsOf(tx, c.User.Account)
}

var (
	selectAccountByID = db.SQL("access.selectAccountByID",
		`SELECT account_id, guid, unique_name, display_name FROM accounts WHERE account_id = $1`)
	selectOrganizationsOf = db.SQL("access.selectOrganizationsOf",
		`SELECT org_id FROM users WHERE account_id = $1 AND is_active ORDER BY org_id`)
)
