package azdo

// Comment is a comment on a work item in its last version. People are *IdentityRef, or already encoded.
type Comment struct {
	WorkItemID   int64             `json:"workItemId"`
	ID           int64             `json:"id"`
	Version      int64             `json:"version"`
	Text         *string           `json:"text,omitempty"`
	CreatedBy    any               `json:"createdBy,omitempty"`
	CreatedDate  Time              `json:"createdDate"`
	ModifiedBy   any               `json:"modifiedBy,omitempty"`
	ModifiedDate Time              `json:"modifiedDate"`
	IsDeleted    bool              `json:"isDeleted,omitempty"`
	Format       string            `json:"format,omitempty"` // markdown or html
	RenderedText string            `json:"renderedText,omitempty"`
	Reactions    []CommentReaction `json:"reactions,omitempty"`
	URL          string            `json:"url"`
}

// CommentVersion is a comment as it was at some time.
type CommentVersion struct {
	ID           int64  `json:"id"`
	Version      int64  `json:"version"`
	Text         string `json:"text"`
	RenderedText string `json:"renderedText"`
	CreatedBy    any    `json:"createdBy,omitempty"`
	CreatedDate  Time   `json:"createdDate"`
	ModifiedBy   any    `json:"modifiedBy,omitempty"`
	ModifiedDate Time   `json:"modifiedDate"`
	IsDeleted    bool   `json:"isDeleted,omitempty"`
	URL          string `json:"url"`
}

// CommentList is a page of the comments of a work item.
type CommentList struct {
	TotalCount        int       `json:"totalCount"`
	Count             int       `json:"count"`
	Comments          []Comment `json:"comments"`
	NextPage          string    `json:"nextPage,omitempty"`
	ContinuationToken string    `json:"continuationToken,omitempty"`
}

// CommentCreate is a new comment, or another text of one.
type CommentCreate struct {
	Text string `json:"text"`
}

// CommentReaction is how many people reacted to a comment in one way.
type CommentReaction struct {
	Type                 string `json:"type"`
	Count                int    `json:"count"`
	IsCurrentUserEngaged bool   `json:"isCurrentUserEngaged"`
	CommentID            int64  `json:"commentId"`
	URL                  string `json:"url"`
}

// WorkItemCommentVersionRef refers to a version of a comment.
type WorkItemCommentVersionRef struct {
	CommentID int64  `json:"commentId"`
	Version   int64  `json:"version"`
	URL       string `json:"url"`
}

// WorkItemComment is a comment as versions up to 5.0 show it: a revision's history.
type WorkItemComment struct {
	Revision    int64              `json:"revision"`
	Text        string             `json:"text"`
	RevisedBy   *IdentityReference `json:"revisedBy,omitempty"`
	RevisedDate Time               `json:"revisedDate"`
	URL         string             `json:"url"`
}

// WorkItemComments is a page of these.
type WorkItemComments struct {
	TotalCount        int               `json:"totalCount"`
	FromRevisionCount int               `json:"fromRevisionCount"`
	Count             int               `json:"count"`
	Comments          []WorkItemComment `json:"comments"`
}
