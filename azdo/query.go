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

// QueryHierarchyItem is a saved query, or a folder of such.
type QueryHierarchyItem struct {
	ID                   string                    `json:"id"`
	Name                 string                    `json:"name"`
	Path                 string                    `json:"path"`
	CreatedBy            *IdentityRef              `json:"createdBy,omitempty"`
	CreatedDate          *Time                     `json:"createdDate,omitempty"`
	LastModifiedBy       *IdentityRef              `json:"lastModifiedBy,omitempty"`
	LastModifiedDate     *Time                     `json:"lastModifiedDate,omitempty"`
	IsFolder             bool                      `json:"isFolder,omitempty"`
	HasChildren          bool                      `json:"hasChildren,omitempty"`
	Children             []*QueryHierarchyItem     `json:"children,omitempty"`
	QueryType            string                    `json:"queryType,omitempty"` // flat, oneHop or tree
	Columns              []WorkItemFieldReference  `json:"columns,omitempty"`
	SortColumns          []WorkItemQuerySortColumn `json:"sortColumns,omitempty"`
	WIQL                 string                    `json:"wiql,omitempty"`
	IsDeleted            bool                      `json:"isDeleted,omitempty"`
	IsPublic             bool                      `json:"isPublic"`
	Clauses              *WorkItemQueryClause      `json:"clauses,omitempty"`
	LinkClauses          *WorkItemQueryClause      `json:"linkClauses,omitempty"`
	SourceClauses        *WorkItemQueryClause      `json:"sourceClauses,omitempty"`
	TargetClauses        *WorkItemQueryClause      `json:"targetClauses,omitempty"`
	FilterOptions        string                    `json:"filterOptions,omitempty"`
	QueryRecursionOption string                    `json:"queryRecursionOption,omitempty"`
	Links                Links                     `json:"_links,omitempty"`
	URL                  string                    `json:"url"`
}

// WorkItemQueryClause is a condition of a query, or several of them joined.
type WorkItemQueryClause struct {
	LogicalOperator string                  `json:"logicalOperator,omitempty"` // AND or OR
	Clauses         []WorkItemQueryClause   `json:"clauses,omitempty"`
	Field           *WorkItemFieldReference `json:"field,omitempty"`
	Operator        *WorkItemFieldOperation `json:"operator,omitempty"`
	IsFieldValue    bool                    `json:"isFieldValue,omitempty"`
	FieldValue      *WorkItemFieldReference `json:"fieldValue,omitempty"`
	Value           string                  `json:"value,omitempty"`
}

// QueryHierarchyItemsResult is a search for saved queries.
type QueryHierarchyItemsResult struct {
	Count   int                   `json:"count"`
	HasMore bool                  `json:"hasMore"`
	Value   []*QueryHierarchyItem `json:"value"`
}

// TemporaryQueryRequest keeps a query for a while.
type TemporaryQueryRequest struct {
	WIQL string `json:"wiql"`
}

// TemporaryQueryResponse is the id by which a temporary query can be run.
type TemporaryQueryResponse struct {
	ID string `json:"id"`
}
