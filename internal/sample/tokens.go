package sample

import (
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
)

// TokenInfo is a personal access token of the sample. It is public knowledge: a store with it must not hold anything else.
type TokenInfo struct {
	Text          string // 52 characters, as clients expect of a token
	Name          string // of the person it belongs to
	Role          string
	Purpose       string
	Organizations []string // of the sample
	SignIn        string   // the name to sign in with; the token is the password, too
}

// The keys of the sample's accounts.
const (
	adminAccount       = "admin"
	readerAccount      = "reader"
	stakeholderAccount = "stakeholder"
)

// tokenLength is the length of a personal access token.
const tokenLength = 52

func tokenText(prefix string) string { return prefix + strings.Repeat("a", tokenLength-len(prefix)) }

// Tokens lists the tokens Load creates. Generate creates the same ones for its organization: the reader reads its first
// project only.
func Tokens() []TokenInfo {
	return []TokenInfo{
		{tokenText("boardwalksampleadmin"), "Jamal Hartnett", "administrator",
			"reads and changes everything", []string{"fabrikam", "youngbinhan"}, accounts[0].mail},
		{tokenText("boardwalksamplereader"), "Nicole Zamora", "reader",
			"reads the project Fabrikam Fiber and no other, so that queries across projects are refused", []string{"fabrikam"}, accounts[1].mail},
		{tokenText("boardwalksamplestakeholder"), "Adam Barr", "stakeholder",
			"reads all projects, but its access level does not include Analytics", []string{"fabrikam"}, accounts[2].mail},
	}
}

// accounts are the people who can sign in, in the order of Tokens.
var accounts = [...]struct{ key, mail string }{
	{adminAccount, "jamal@fabrikam.com"},
	{readerAccount, "nicole@contoso.com"},
	{stakeholderAccount, "adam@fabrikam.com"},
}

// addAccounts stores the accounts of the sample and returns their ids by key.
func (c Config) addAccounts(tx *db.Tx) (map[string]int64, error) {
	ids := map[string]int64{}
	for i, t := range Tokens() {
		a := accounts[i]
		id, err := c.Access.AddAccount(tx, access.Account{GUID: guid("account", a.mail), UniqueName: a.mail, DisplayName: t.Name})
		if err != nil {
			return nil, err
		}
		ids[a.key] = id
	}
	return ids, nil
}

// addTokens stores the tokens of the accounts. Those of others than the administrator are for one organization.
func (c Config) addTokens(tx *db.Tx, accountIDs map[string]int64, org int64) error {
	for i, t := range Tokens() {
		a := accounts[i]
		token := access.Token{AuthorizationID: guid("token", a.mail), Account: accountIDs[a.key], Name: "Sample " + t.Role,
			Scope: "app_token", ValidFrom: day("2020-01-01"), ValidTo: day("2100-01-01")}
		if a.key != adminAccount {
			token.Org = org
		}
		if _, err := c.Access.CreateToken(tx, token, t.Text); err != nil {
			return err
		}
	}
	return nil
}
