package azdo

import "encoding/json"

// Plan is a delivery plan: backlogs of teams side by side.
type Plan struct {
	ID                 string          `json:"id"`
	Revision           int64           `json:"revision"`
	Name               string          `json:"name"`
	Type               string          `json:"type"` // deliveryTimelineView
	Properties         json.RawMessage `json:"properties,omitempty"`
	CreatedDate        Time            `json:"createdDate"`
	CreatedByIdentity  *IdentityRef    `json:"createdByIdentity,omitempty"`
	ModifiedDate       Time            `json:"modifiedDate"`
	ModifiedByIdentity *IdentityRef    `json:"modifiedByIdentity,omitempty"`
	UserPermissions    string          `json:"userPermissions"`
	Description        string          `json:"description,omitempty"`
	URL                string          `json:"url"`
}
