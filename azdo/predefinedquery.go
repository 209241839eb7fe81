package azdo

// PredefinedQuery is a query that everybody has. Of its results only ids are told.
type PredefinedQuery struct {
	ID      string               `json:"id"`
	Name    string               `json:"name"`
	URL     string               `json:"url"`
	WebURL  string               `json:"webUrl"`
	Results *[]WorkItemReference `json:"results,omitempty"` // nil in lists of queries
	HasMore bool                 `json:"hasMore"`
}
