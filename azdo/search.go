package azdo

// WorkItemSearchRequest asks for work items by words in them.
type WorkItemSearchRequest struct {
	SearchText    string              `json:"searchText"`
	Skip          int                 `json:"$skip"`
	Top           int                 `json:"$top"`
	Filters       map[string][]string `json:"filters,omitempty"` // by reference name
	OrderBy       []SearchSortOption  `json:"$orderBy,omitempty"`
	IncludeFacets bool                `json:"includeFacets"`
}

// SearchSortOption is a key of the order of results.
type SearchSortOption struct {
	Field     string `json:"field"`
	SortOrder string `json:"sortOrder"` // ASC or DESC
}

// WorkItemSearchResponse is a page of the work items that were found. Count is how many there are in all.
type WorkItemSearchResponse struct {
	Count    int                       `json:"count"`
	Results  []WorkItemSearchResult    `json:"results"`
	InfoCode int                       `json:"infoCode"`
	Facets   map[string][]SearchFilter `json:"facets"`
}

// WorkItemSearchResult is a work item that was found. The names of Fields are in lower case.
type WorkItemSearchResult struct {
	Project SearchProject     `json:"project"`
	Fields  map[string]string `json:"fields"`
	Hits    []WorkItemHit     `json:"hits"`
	URL     string            `json:"url"`
}

// SearchProject is the project of a result.
type SearchProject struct {
	Name string `json:"name"`
	ID   string `json:"id"`
}

// WorkItemHit is where in a field the words are: each between <highlighthit> and </highlighthit>.
type WorkItemHit struct {
	FieldReferenceName string   `json:"fieldReferenceName"`
	Highlights         []string `json:"highlights"`
}

// SearchFilter is a value by which results can be narrowed down, and how many have it.
type SearchFilter struct {
	Name        string `json:"name"`
	ID          string `json:"id"`
	ResultCount int    `json:"resultCount"`
}
