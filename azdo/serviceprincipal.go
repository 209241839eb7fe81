package azdo

// ServicePrincipalEntitlement is a service principal of an organization with its access level and its places in projects.
type ServicePrincipalEntitlement struct {
	ServicePrincipal    GraphSubject         `json:"servicePrincipal"`
	Extensions          []struct{}           `json:"extensions"`
	ID                  string               `json:"id"`
	AccessLevel         AccessLevel          `json:"accessLevel"`
	LastAccessedDate    string               `json:"lastAccessedDate"`
	DateCreated         string               `json:"dateCreated"`
	ProjectEntitlements []ProjectEntitlement `json:"projectEntitlements"`
	GroupAssignments    []GroupEntitlement   `json:"groupAssignments"`
}

// ServicePrincipalOperation is the result of one change of the entitlement of a service principal.
type ServicePrincipalOperation struct {
	ServicePrincipalID string                       `json:"servicePrincipalId,omitempty"`
	IsSuccess          bool                         `json:"isSuccess"`
	Errors             []EntitlementError           `json:"errors"`
	Result             *ServicePrincipalEntitlement `json:"result"`
}

// ServicePrincipalOperations is the answer to a list of changes.
type ServicePrincipalOperations struct {
	ID                   string                      `json:"id"`
	Status               string                      `json:"status"`
	HaveResultsSucceeded bool                        `json:"haveResultsSucceeded"`
	Completed            bool                        `json:"completed"`
	Results              []ServicePrincipalOperation `json:"results"`
}

// ServicePrincipalAdded is the answer to adding a service principal.
type ServicePrincipalAdded struct {
	IsSuccess                   bool                         `json:"isSuccess"`
	ServicePrincipalEntitlement *ServicePrincipalEntitlement `json:"servicePrincipalEntitlement"`
	OperationResult             ServicePrincipalOperation    `json:"operationResult"`
}

// ServicePrincipalChanged is the answer to changing a service principal.
type ServicePrincipalChanged struct {
	IsSuccess                   bool                         `json:"isSuccess"`
	ServicePrincipalEntitlement *ServicePrincipalEntitlement `json:"servicePrincipalEntitlement"`
	OperationResults            []ServicePrincipalOperation  `json:"operationResults"`
}

// ServicePrincipalSecret is a secret of a service principal; Text is told once, when it is made.
type ServicePrincipalSecret struct {
	ID        string `json:"id"`
	Name      string `json:"displayName"`
	Text      string `json:"secret,omitempty"`
	ValidFrom Time   `json:"validFrom"`
	ValidTo   Time   `json:"validTo"`
}
