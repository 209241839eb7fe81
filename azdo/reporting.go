package azdo

// ReportingWorkItemRevisions is a stretch of the stream of revisions.
type ReportingWorkItemRevisions struct {
	Values            []ReportingWorkItemRevision `json:"values"`
	NextLink          string                      `json:"nextLink"`
	ContinuationToken string                      `json:"continuationToken"`
	IsLastBatch       bool                        `json:"isLastBatch"`
}

// ReportingWorkItemRevision is a revision in the stream.
type ReportingWorkItemRevision struct {
	ID        int64  `json:"id"`
	Rev       int64  `json:"rev"`
	Fields    Fields `json:"fields"`
	IsDeleted bool   `json:"isDeleted,omitempty"`
}

// ReportingWorkItemLinks is a stretch of the stream of link changes.
type ReportingWorkItemLinks struct {
	Values            []ReportingWorkItemLink `json:"values"`
	NextLink          string                  `json:"nextLink"`
	ContinuationToken string                  `json:"continuationToken"`
	IsLastBatch       bool                    `json:"isLastBatch"`
}

// ReportingWorkItemLink is a link between two work items that came to be or ended; Rel is the end its source shows.
type ReportingWorkItemLink struct {
	Rel        string                          `json:"rel"`
	Attributes ReportingWorkItemLinkAttributes `json:"attributes"`
}

// ReportingWorkItemLinkAttributes tells what became of a link. ChangedOperation is create or remove; ChangedBy is an
// IdentityRef.
type ReportingWorkItemLinkAttributes struct {
	SourceID         int64  `json:"sourceId"`
	TargetID         int64  `json:"targetId"`
	IsActive         bool   `json:"isActive"`
	ChangedDate      Time   `json:"changedDate"`
	ChangedBy        any    `json:"changedBy,omitempty"`
	Comment          string `json:"comment"`
	ChangedOperation string `json:"changedOperation"`
	SourceProjectID  string `json:"sourceProjectId,omitempty"`
	TargetProjectID  string `json:"targetProjectId,omitempty"`
}
