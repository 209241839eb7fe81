package azdo

// WorkItemTemplate is a template of a team. Lists leave its fields out.
type WorkItemTemplate struct {
	ID               string            `json:"id"`
	Name             string            `json:"name"`
	Description      string            `json:"description"`
	WorkItemTypeName string            `json:"workItemTypeName"`
	Fields           map[string]string `json:"fields,omitempty"`
	Links            Links             `json:"_links,omitempty"`
	URL              string            `json:"url"`
}
