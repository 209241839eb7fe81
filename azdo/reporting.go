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
