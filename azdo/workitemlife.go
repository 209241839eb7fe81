package azdo

// WorkItemUpdate is one step in the life of a work item.
type WorkItemUpdate struct {
	ID          int64              `json:"id"`
	WorkItemID  int64              `json:"workItemId"`
	Rev         int64              `json:"rev"`
	RevisedBy   *IdentityReference `json:"revisedBy,omitempty"`
	RevisedDate Time               `json:"revisedDate"`
	Fields      Fields             `json:"fields,omitempty"` // values are FieldUpdate
	Relations   *WorkItemRelations `json:"relations,omitempty"`
	Links       Links              `json:"_links,omitempty"`
	URL         string             `json:"url"`
}

// FieldUpdate is what an update did to a field; a nil value is absent.
type FieldUpdate struct{ Old, New any }

// MarshalJSON writes the values that are there.
func (u FieldUpdate) MarshalJSON() (dst []byte, err error) {
	dst = append(dst, '{')
	for _, at := range []Field{{"oldValue", u.Old}, {"newValue", u.New}} {
		if at.Value == nil {
			continue
		}
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		if dst, err = appendValue(append(appendString(dst, at.Name), ':'), at.Value); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// WorkItemRelations is what an update did to the links of a work item.
type WorkItemRelations struct {
	Added   []WorkItemRelation `json:"added,omitempty"`
	Removed []WorkItemRelation `json:"removed,omitempty"`
}

// WorkItemDelete is a work item that went to the recycle bin, was restored from it, or could not be.
type WorkItemDelete struct {
	ID          int64     `json:"id"`
	Code        int       `json:"code"`
	Type        string    `json:"type,omitempty"`
	Name        string    `json:"name,omitempty"`
	Project     string    `json:"project,omitempty"`
	DeletedDate string    `json:"deletedDate,omitempty"`
	DeletedBy   string    `json:"deletedBy,omitempty"`
	Message     string    `json:"message,omitempty"`
	URL         string    `json:"url,omitempty"`
	Resource    *WorkItem `json:"resource,omitempty"`
}

// WorkItemDeleteBatch is the answer to deleting several work items.
type WorkItemDeleteBatch struct {
	Results []*WorkItemDelete `json:"results"`
}

// WorkItemDeleteBatchRequest deletes several work items.
type WorkItemDeleteBatchRequest struct {
	IDs               []int64 `json:"ids"`
	Destroy           bool    `json:"destroy,omitempty"`
	SkipNotifications bool    `json:"skipNotifications,omitempty"`
}

// WitBatchRequest is one request of a batch of changes.
type WitBatchRequest struct {
	Method  string            `json:"method"`
	URI     string            `json:"uri"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    any               `json:"body,omitempty"`
}

// WitBatchResponse is the answer to one request of a batch; the body is JSON in a string.
type WitBatchResponse struct {
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// WorkItemRelationType is one end of a kind of link.
type WorkItemRelationType struct {
	Attributes    Fields `json:"attributes"`
	ReferenceName string `json:"referenceName"`
	Name          string `json:"name"`
	URL           string `json:"url"`
}
