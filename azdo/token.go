package azdo

// PATToken is a personal access token. The last three members are told on request (boardwalk.extensions=true).
type PATToken struct {
	DisplayName     string   `json:"displayName"`
	ValidTo         Time     `json:"validTo"`
	Scope           string   `json:"scope"`
	TargetAccounts  []string `json:"targetAccounts"` // null for all organizations
	ValidFrom       Time     `json:"validFrom"`
	AuthorizationID string   `json:"authorizationId"`
	Token           *string  `json:"token"` // its text, in the answer that made it

	LastUsed     *Time   `json:"boardwalk.lastUsed,omitempty"`
	LastUsedFrom *string `json:"boardwalk.lastUsedFrom,omitempty"`
	ExpiresSoon  *bool   `json:"boardwalk.expiresSoon,omitempty"`
}

// PATTokenResult is a token, or why there is none.
type PATTokenResult struct {
	PATToken      *PATToken `json:"patToken"`
	PATTokenError string    `json:"patTokenError"`
	Hint          string    `json:"hint,omitempty"` // what is wrong, for people
}

// PagedPATTokens is a page of somebody's tokens. The continuation token is "" on the last one.
type PagedPATTokens struct {
	ContinuationToken string     `json:"continuationToken"`
	PATTokens         []PATToken `json:"patTokens"`
}

// SessionToken is a personal access token as administrators see it.
type SessionToken struct {
	ClientID            string   `json:"clientId"`
	AccessID            string   `json:"accessId"`
	AuthorizationID     string   `json:"authorizationId"`
	HostAuthorizationID string   `json:"hostAuthorizationId"`
	UserID              string   `json:"userId"`
	ValidFrom           Time     `json:"validFrom"`
	ValidTo             Time     `json:"validTo"`
	DisplayName         string   `json:"displayName"`
	Scope               string   `json:"scope"`
	TargetAccounts      []string `json:"targetAccounts"`
	Token               *string  `json:"token"`
	AlternateToken      *string  `json:"alternateToken"`
	IsValid             bool     `json:"isValid"`
	IsPublic            bool     `json:"isPublic"`
	PublicData          *string  `json:"publicData"`
	Source              *string  `json:"source"`
	Claims              *string  `json:"claims"`
}

// SessionTokens is a page of somebody's tokens as administrators see them.
type SessionTokens struct {
	Value             []SessionToken `json:"value"`
	ContinuationToken *string        `json:"continuationToken"` // an id, null on the last page
}

// TokenRevocation names a token that is to end.
type TokenRevocation struct {
	AuthorizationID string `json:"authorizationId"`
}

// TokenRevocationRule says which tokens are to end: those made before a moment that have one of the scopes.
type TokenRevocationRule struct {
	CreatedBefore *Time  `json:"createdBefore"`
	Scopes        string `json:"scopes"`
}
