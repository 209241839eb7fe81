package azdo

// Account is an organization as the people in it are told of it.
type Account struct {
	AccountID     string            `json:"accountId"`
	AccountURI    string            `json:"accountUri"`
	AccountName   string            `json:"accountName"`
	AccountType   string            `json:"accountType"`
	AccountStatus string            `json:"accountStatus"`
	NamespaceID   string            `json:"namespaceId"`
	CreatedDate   Time              `json:"createdDate"`
	Properties    map[string]string `json:"properties"`
}
