package azdo

import "encoding/json"

// BoardReference is a board in lists.
type BoardReference struct {
	ID   string `json:"id"`
	URL  string `json:"url"`
	Name string `json:"name"`
}

// Board is a team's board for a backlog level.
type Board struct {
	ID              string                         `json:"id"`
	URL             string                         `json:"url"`
	Name            string                         `json:"name"`
	Revision        int64                          `json:"revision"`
	Columns         []BoardColumn                  `json:"columns"`
	Rows            []BoardRow                     `json:"rows"`
	IsValid         bool                           `json:"isValid"`
	AllowedMappings map[string]map[string][]string `json:"allowedMappings"` // by column type and work item type
	CanEdit         bool                           `json:"canEdit"`
	Fields          BoardFields                    `json:"fields"`
	Links           Links                          `json:"_links"`
}

// BoardColumn is a column of a board.
type BoardColumn struct {
	ID            string            `json:"id"`
	Name          string            `json:"name"`
	ItemLimit     int64             `json:"itemLimit"`
	StateMappings map[string]string `json:"stateMappings"`     // by work item type
	IsSplit       *bool             `json:"isSplit,omitempty"` // of columns in progress
	Description   *string           `json:"description,omitempty"`
	ColumnType    string            `json:"columnType"` // incoming, inProgress or outgoing
}

// BoardRow is a row of a board.
type BoardRow struct {
	ID    string  `json:"id"`
	Name  *string `json:"name"` // nil for the default row
	Color string  `json:"color,omitempty"`
}

// BoardFields are the fields that say where on the board an item is.
type BoardFields struct {
	ColumnField FieldReference `json:"columnField"`
	RowField    FieldReference `json:"rowField"`
	DoneField   FieldReference `json:"doneField"`
}

// FieldReference names a field.
type FieldReference struct {
	ReferenceName string `json:"referenceName"`
	URL           string `json:"url"`
}

// BoardCardSettings tell which fields cards show, by work item type. Clients decide what a field is described by.
type BoardCardSettings struct {
	Cards map[string]json.RawMessage `json:"cards"`
}

// BoardCardRuleSettings tell how cards are colored, by kind of rule: fill and tagStyle.
type BoardCardRuleSettings struct {
	URL   string                     `json:"url"`
	Rules map[string]json.RawMessage `json:"rules"`
	Links Links                      `json:"_links"`
}

// BoardChartReference is a chart of a board in lists.
type BoardChartReference struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// BoardChart is a chart of a board with what clients have set for it.
type BoardChart struct {
	Name     string                     `json:"name"`
	URL      string                     `json:"url"`
	Settings map[string]json.RawMessage `json:"settings"`
	Links    Links                      `json:"_links"`
}

// ParentChildWIMap is a work item with those of its children that were asked about.
type ParentChildWIMap struct {
	ID               int64   `json:"id"`
	Title            string  `json:"title"`
	WorkItemTypeName string  `json:"workItemTypeName"`
	ChildWorkItemIDs []int64 `json:"childWorkItemIds"`
}

// BoardSuggestedValue is the name of a column or row that some board has.
type BoardSuggestedValue struct {
	Name string `json:"name"`
}
