package azdo

// TaskboardColumns are the columns in which a team sees the tasks of an iteration.
type TaskboardColumns struct {
	Columns           []TaskboardColumn `json:"columns"`
	IsCustomized      bool              `json:"isCustomized"`
	IsValid           bool              `json:"isValid"`
	ValidationMessage string            `json:"validationMesssage,omitempty"` // the name is that of the service
}

// TaskboardColumn is a column of a taskboard.
type TaskboardColumn struct {
	ID       string                   `json:"id"`
	Name     string                   `json:"name"`
	Order    int                      `json:"order"`
	Mappings []TaskboardColumnMapping `json:"mappings"`
}

// TaskboardColumnMapping says which state of a type a column stands for.
type TaskboardColumnMapping struct {
	WorkItemType string `json:"workItemType"`
	State        string `json:"state"`
}

// TaskboardWorkItemColumn tells the column of a task.
type TaskboardWorkItemColumn struct {
	WorkItemID int64  `json:"workItemId"`
	State      string `json:"state"`
	Column     string `json:"column"`
	ColumnID   string `json:"columnId"`
}
