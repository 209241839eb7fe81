package azdo

// WorkItemTypeModel is a type of a process under the older name of process editing.
type WorkItemTypeModel struct {
	ID          string                 `json:"id"` // reference name
	Name        string                 `json:"name"`
	Description string                 `json:"description"`
	URL         string                 `json:"url"`
	Inherits    string                 `json:"inherits,omitempty"`
	Class       string                 `json:"class"` // system, derived or custom
	Color       string                 `json:"color"`
	Icon        string                 `json:"icon"`
	IsDisabled  bool                   `json:"isDisabled"`
	Behaviors   []WorkItemTypeBehavior `json:"behaviors,omitzero"`
	Layout      *FormLayout            `json:"layout,omitempty"`
	States      []WorkItemStateResult  `json:"states,omitzero"`
}

// WorkItemTypeFieldModel is a field of a type.
type WorkItemTypeFieldModel struct {
	ReferenceName string         `json:"referenceName"`
	Name          string         `json:"name"`
	Type          string         `json:"type"`
	Description   string         `json:"description,omitempty"`
	PickList      *PickListModel `json:"pickList"`
	ReadOnly      bool           `json:"readOnly"`
	Required      bool           `json:"required"`
	DefaultValue  any            `json:"defaultValue"` // nil travels as null
	AllowGroups   bool           `json:"allowGroups"`
	URL           string         `json:"url"`
}

// FieldModel is a field of an organization.
type FieldModel struct {
	ID          string         `json:"id"` // reference name
	Name        string         `json:"name"`
	Type        string         `json:"type"`
	Description string         `json:"description"`
	PickList    *PickListModel `json:"pickList"`
	URL         string         `json:"url"`
}

// BehaviorModel is a backlog level of a process.
type BehaviorModel struct {
	ID         string                     `json:"id"` // reference name
	Name       string                     `json:"name"`
	Rank       int                        `json:"rank"`
	Color      string                     `json:"color,omitempty"`
	Inherits   *WorkItemBehaviorReference `json:"inherits,omitempty"`
	Abstract   bool                       `json:"abstract"`
	Overridden bool                       `json:"overridden"`
	URL        string                     `json:"url"`
}

// PickListModel is a list of values; without them it is their metadata.
type PickListModel struct {
	ID          string              `json:"id"`
	Name        string              `json:"name"`
	Type        string              `json:"type"`
	IsSuggested bool                `json:"isSuggested"`
	URL         string              `json:"url"`
	Items       []PickListItemModel `json:"items,omitzero"`
}

// PickListItemModel is a value of a list.
type PickListItemModel struct {
	ID    string `json:"id"`
	Value string `json:"value"`
}

// AdminBehavior is a backlog level as the administration of processes shows it.
type AdminBehavior struct {
	ID          string               `json:"id"` // reference name
	Name        string               `json:"name"`
	Description string               `json:"description"`
	Abstract    bool                 `json:"abstract"`
	Rank        int                  `json:"rank"`
	Color       string               `json:"color,omitempty"`
	Inherits    string               `json:"inherits,omitempty"` // reference name
	Custom      bool                 `json:"custom"`
	Overridden  bool                 `json:"overriden"` //nolint:misspell // as the service spells it
	Fields      []AdminBehaviorField `json:"fields"`
}

// AdminBehaviorField is a field of a backlog level.
type AdminBehaviorField struct {
	ID              string `json:"id"` // reference name
	Name            string `json:"name"`
	BehaviorFieldID string `json:"behaviorFieldId"`
}
