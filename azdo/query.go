package azdo

// WIQL is a query in the work item query language.
type WIQL struct {
	Query string `json:"query"`
}

// WorkItemQueryResult is which work items answer a query: WorkItems of a flat one, else WorkItemRelations.
type WorkItemQueryResult struct {
	QueryType         string                    `json:"queryType"`       // flat, oneHop or tree
	QueryResultType   string                    `json:"queryResultType"` // workItem or workItemLink
	AsOf              Time                      `json:"asOf"`
	Columns           []WorkItemFieldReference  `json:"columns"`
	SortColumns       []WorkItemQuerySortColumn `json:"sortColumns,omitempty"`
	WorkItems         []WorkItemReference       `json:"workItems,omitzero"`
	WorkItemRelations []WorkItemQueryLink       `json:"workItemRelations,omitzero"`
}

// WorkItemQuerySortColumn is a key of the order of a query.
type WorkItemQuerySortColumn struct {
	Field      WorkItemFieldReference `json:"field"`
	Descending bool                   `json:"descending"`
}

// WorkItemQueryLink is a link between two work items in a result, or a work item at its top, which has only a target.
type WorkItemQueryLink struct {
	Rel    string             `json:"rel,omitempty"`
	Source *WorkItemReference `json:"source,omitempty"`
	Target WorkItemReference  `json:"target"`
}
