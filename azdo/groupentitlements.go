package azdo

// GroupEntitlement is what a group gives its members: an access level, and its own places in projects.
type GroupEntitlement struct {
	Group               GraphSubject         `json:"group"`
	ID                  string               `json:"id"`
	LicenseRule         AccessLevel          `json:"licenseRule"`
	ExtensionRules      []struct{}           `json:"extensionRules"`
	ProjectEntitlements []ProjectEntitlement `json:"projectEntitlements"`
	Status              string               `json:"status"`
	LastExecuted        Time                 `json:"lastExecuted"`
}

// GroupEntitlementOperations is the answer to changes of what a group gives.
type GroupEntitlementOperations struct {
	ID                   string                      `json:"id"`
	Status               string                      `json:"status"`
	HaveResultsSucceeded bool                        `json:"haveResultsSucceeded"`
	Completed            bool                        `json:"completed"`
	Results              []GroupEntitlementOperation `json:"results"`
}

// GroupEntitlementOperation is the result of one change.
type GroupEntitlementOperation struct {
	GroupID   string             `json:"groupId,omitempty"`
	IsSuccess bool               `json:"isSuccess"`
	Errors    []EntitlementError `json:"errors"`
	Result    *GroupEntitlement  `json:"result"`
}
