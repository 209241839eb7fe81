package project

import (
	"regexp"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Founding is a new organization with its first administrator.
type Founding struct {
	Name          string
	Location      *time.Location
	Administrator string // sign-in name, usually a mail address
	DisplayName   string // the sign-in name when empty
}

// organizationName is what names look like. documented: naming restrictions, organizations.
var organizationName = regexp.MustCompile(`^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$`)

// CheckOrganizationName returns a 400 fault for a name that organizations cannot have.
func CheckOrganizationName(name string) error {
	if !organizationName.MatchString(name) {
		return fault.InvalidArgument("%q cannot be the name of an organization: it has up to 50 Latin letters, digits and hyphens, with no hyphen at either end", name)
	}
	return nil
}

// Found makes an organization and its first administrator, and returns the ids of both the organization and the account.
// Somebody of that sign-in name who has an account keeps it. It returns a 400 fault for a name that is not valid, and
// db.ErrExists for one that is taken.
func (s *Store) Found(tx *db.Tx, people *access.Store, f Founding) (org, account int64, err error) {
	if err := CheckOrganizationName(f.Name); err != nil {
		return 0, 0, err
	}
	name, display := strings.TrimSpace(f.Administrator), strings.TrimSpace(f.DisplayName)
	if display == "" {
		display = name
	}
	if err := access.CheckUniqueName(name); err != nil {
		return 0, 0, err
	}
	if org, err = s.AddOrganization(tx, Organization{GUID: uuid.New(), Name: f.Name, Location: f.Location}); err != nil {
		return 0, 0, err
	}
	if account, err = people.AccountOf(tx, access.Account{GUID: uuid.New(), UniqueName: name, DisplayName: display}); err != nil {
		return 0, 0, err
	}
	u := access.User{GUID: uuid.New(), DisplayName: display, UniqueName: name, Account: account, Level: access.Basic, Administrator: true, Active: true}
	if strings.Contains(name, "@") {
		u.Email = name
	}
	_, err = people.AddUser(tx, org, u)
	return org, account, err
}
