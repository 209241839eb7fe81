package azdo

// WorkItemTagDefinition is a tag of a project.
type WorkItemTagDefinition struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	URL         string `json:"url"`
	LastUpdated *Time  `json:"lastUpdated,omitempty"`
}
