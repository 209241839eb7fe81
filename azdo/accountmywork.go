package azdo

// AccountMyWorkResult is the work of the one who asks, in all projects.
type AccountMyWorkResult struct {
	QuerySizeLimitExceeded bool                       `json:"querySizeLimitExceeded"`
	WorkItemDetails        []AccountWorkWorkItemModel `json:"workItemDetails"`
}

// AccountWorkWorkItemModel is a work item in a list of somebody's work.
type AccountWorkWorkItemModel struct {
	AssignedTo   string `json:"assignedTo"`
	ChangedDate  Time   `json:"changedDate"`
	ID           int64  `json:"id"`
	State        string `json:"state"`
	TeamProject  string `json:"teamProject"`
	Title        string `json:"title"`
	WorkItemType string `json:"workItemType"`
}

// AccountRecentActivityWorkItemModel is a work item that somebody worked at. AssignedTo is an IdentityRef, in versions up to
// 4.1 text.
type AccountRecentActivityWorkItemModel struct {
	ActivityDate Time   `json:"activityDate"`
	ActivityType string `json:"activityType"` // visited, edited, deleted or restored
	AssignedTo   any    `json:"assignedTo,omitempty"`
	ChangedDate  Time   `json:"changedDate"`
	ID           int64  `json:"id"`
	IdentityID   string `json:"identityId"`
	State        string `json:"state"`
	TeamProject  string `json:"teamProject"`
	Title        string `json:"title"`
	WorkItemType string `json:"workItemType"`
}

// AccountRecentMentionWorkItemModel is a work item that somebody was mentioned in.
type AccountRecentMentionWorkItemModel struct {
	AssignedTo         string `json:"assignedTo"`
	ID                 int64  `json:"id"`
	MentionedDateField Time   `json:"mentionedDateField"`
	State              string `json:"state"`
	TeamProject        string `json:"teamProject"`
	Title              string `json:"title"`
	WorkItemType       string `json:"workItemType"`
}
