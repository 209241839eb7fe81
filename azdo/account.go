package azdo

// Account is an organization as the people in it are told of it. Lists have id, address, name and properties alone.
type Account struct {
	AccountID     string            `json:"accountId"`
	AccountURI    string            `json:"accountUri"`
	AccountName   string            `json:"accountName"`
	AccountType   string            `json:"accountType,omitempty"`
	AccountStatus string            `json:"accountStatus,omitempty"`
	NamespaceID   string            `json:"namespaceId,omitempty"`
	CreatedDate   Time              `json:"createdDate,omitzero"`
	Properties    map[string]string `json:"properties"`
}
