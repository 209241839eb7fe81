package azdo

// AccessLevel is what somebody's license lets them use.
type AccessLevel struct {
	LicensingSource    string `json:"licensingSource"`
	AccountLicenseType string `json:"accountLicenseType"`
	MSDNLicenseType    string `json:"msdnLicenseType"`
	GitHubLicenseType  string `json:"gitHubLicenseType"`
	LicenseDisplayName string `json:"licenseDisplayName"`
	Status             string `json:"status"`
	StatusMessage      string `json:"statusMessage"`
	AssignmentSource   string `json:"assignmentSource"`
}

// UserEntitlement is somebody of an organization with their access level and their places in projects.
type UserEntitlement struct {
	User                GraphSubject         `json:"user"`
	Extensions          []struct{}           `json:"extensions"`
	ID                  string               `json:"id"`
	AccessLevel         AccessLevel          `json:"accessLevel"`
	LastAccessedDate    string               `json:"lastAccessedDate"`
	DateCreated         string               `json:"dateCreated"`
	ProjectEntitlements []ProjectEntitlement `json:"projectEntitlements"`
	GroupAssignments    []GroupEntitlement   `json:"groupAssignments"`
}

// ProjectEntitlement is somebody's place in a project.
type ProjectEntitlement struct {
	Group                      EntitlementGroup `json:"group"`
	ProjectRef                 ProjectRef       `json:"projectRef"`
	AssignmentSource           string           `json:"assignmentSource"`
	ProjectPermissionInherited string           `json:"projectPermissionInherited"`
	TeamRefs                   []struct{}       `json:"teamRefs"`
}

// EntitlementGroup is a built-in group of a project.
type EntitlementGroup struct {
	GroupType   string `json:"groupType"`
	DisplayName string `json:"displayName"`
}

// ProjectRef names a project.
type ProjectRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// UserEntitlements is a page of an organization's people. Items are the members again, for newer clients.
type UserEntitlements struct {
	Members           []UserEntitlement `json:"members"`
	ContinuationToken *string           `json:"continuationToken"`
	TotalCount        int               `json:"totalCount"`
	Items             []UserEntitlement `json:"items,omitempty"`
}

// MemberEntitlement is a person or a service principal with their access level and their places in projects.
type MemberEntitlement struct {
	Member              GraphSubject         `json:"member"`
	Extensions          []struct{}           `json:"extensions"`
	ID                  string               `json:"id"`
	AccessLevel         AccessLevel          `json:"accessLevel"`
	LastAccessedDate    string               `json:"lastAccessedDate"`
	DateCreated         string               `json:"dateCreated"`
	ProjectEntitlements []ProjectEntitlement `json:"projectEntitlements"`
	GroupAssignments    []GroupEntitlement   `json:"groupAssignments"`
}

// MemberEntitlements is a page of people and service principals.
type MemberEntitlements struct {
	Members           []MemberEntitlement `json:"members"`
	ContinuationToken *string             `json:"continuationToken"`
	TotalCount        int                 `json:"totalCount"`
	Items             []MemberEntitlement `json:"items"`
}

// EntitlementOperation is the result of one change of somebody's entitlement.
type EntitlementOperation struct {
	UserID    string             `json:"userId,omitempty"`
	IsSuccess bool               `json:"isSuccess"`
	Errors    []EntitlementError `json:"errors"`
	Result    *UserEntitlement   `json:"result"`
}

// EntitlementError says why a change was refused.
type EntitlementError struct {
	Key   int    `json:"key"`
	Value string `json:"value"`
}

// EntitlementOperations is the answer to a list of changes.
type EntitlementOperations struct {
	ID                   string                 `json:"id"`
	Status               string                 `json:"status"`
	HaveResultsSucceeded bool                   `json:"haveResultsSucceeded"`
	Completed            bool                   `json:"completed"`
	Results              []EntitlementOperation `json:"results"`
}

// UserEntitlementAdded is the answer to adding one person.
type UserEntitlementAdded struct {
	IsSuccess       bool                 `json:"isSuccess"`
	UserEntitlement *UserEntitlement     `json:"userEntitlement"`
	OperationResult EntitlementOperation `json:"operationResult"`
}

// UserEntitlementChanged is the answer to changing one person.
type UserEntitlementChanged struct {
	IsSuccess        bool                   `json:"isSuccess"`
	UserEntitlement  *UserEntitlement       `json:"userEntitlement"`
	OperationResults []EntitlementOperation `json:"operationResults"`
}

// UserEntitlementSummary counts an organization's licenses.
type UserEntitlementSummary struct {
	Licenses              []LicenseSummary `json:"licenses"`
	Extensions            []struct{}       `json:"extensions"`
	GroupOptions          []GroupOption    `json:"groupOptions"`
	ProjectRefs           []ProjectRef     `json:"projectRefs"`
	AvailableAccessLevels []AccessLevel    `json:"availableAccessLevels"`
	DefaultAccessLevel    AccessLevel      `json:"defaultAccessLevel"`
}

// LicenseSummary counts the people with a license.
type LicenseSummary struct {
	LicensingSource    string `json:"licensingSource"`
	AccountLicenseType string `json:"accountLicenseType"`
	LicenseName        string `json:"licenseName"`
	Assigned           int    `json:"assigned"`
	Total              int    `json:"total"`
}

// GroupOption is a group of projects that people can be put into.
type GroupOption struct {
	Group EntitlementGroup `json:"group"`
}
