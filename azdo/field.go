package azdo

// WorkItemField is a field as the list of fields shows it.
type WorkItemField struct {
	Name                string                   `json:"name"`
	ReferenceName       string                   `json:"referenceName"`
	Description         string                   `json:"description,omitempty"`
	Type                string                   `json:"type"`
	Usage               string                   `json:"usage"`
	ReadOnly            bool                     `json:"readOnly"`
	CanSortBy           bool                     `json:"canSortBy"`
	IsQueryable         bool                     `json:"isQueryable"`
	SupportedOperations []WorkItemFieldOperation `json:"supportedOperations"`
	IsIdentity          bool                     `json:"isIdentity"`
	IsPicklist          bool                     `json:"isPicklist"`
	IsPicklistSuggested bool                     `json:"isPicklistSuggested"`
	PicklistID          string                   `json:"picklistId,omitempty"`
	IsDeleted           bool                     `json:"isDeleted,omitempty"`
	IsLocked            bool                     `json:"isLocked,omitempty"`
	URL                 string                   `json:"url"`
}

// WorkItemFieldOperation is an operator queries may use on a field.
type WorkItemFieldOperation struct {
	ReferenceName string `json:"referenceName"`
	Name          string `json:"name"`
}

// WorkItemFieldReference refers to a field.
type WorkItemFieldReference struct {
	ReferenceName string `json:"referenceName"`
	Name          string `json:"name"`
	URL           string `json:"url"`
}
