package azdo

// ProcessInfo is a process as the process editing API shows it.
type ProcessInfo struct {
	TypeID              string             `json:"typeId"`
	Name                string             `json:"name"`
	ReferenceName       string             `json:"referenceName"`
	Description         string             `json:"description"`
	ParentProcessTypeID string             `json:"parentProcessTypeId"`
	IsEnabled           bool               `json:"isEnabled"`
	IsDefault           bool               `json:"isDefault"`
	CustomizationType   string             `json:"customizationType"` // system or inherited
	Projects            []ProjectReference `json:"projects,omitzero"`
}

// ProjectReference is a project in the list of those of a process.
type ProjectReference struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	URL         string `json:"url"`
}

// ProcessWorkItemType is a type of a process.
type ProcessWorkItemType struct {
	ReferenceName string                 `json:"referenceName"`
	Name          string                 `json:"name"`
	Description   string                 `json:"description"`
	URL           string                 `json:"url"`
	Customization string                 `json:"customization"` // system, inherited or custom
	Inherits      *string                `json:"inherits"`      // reference name
	Color         string                 `json:"color"`
	Icon          string                 `json:"icon"`
	IsDisabled    bool                   `json:"isDisabled"`
	States        []WorkItemStateResult  `json:"states,omitzero"`
	Behaviors     []WorkItemTypeBehavior `json:"behaviors,omitzero"`
	Layout        *FormLayout            `json:"layout,omitempty"`
}

// WorkItemStateResult is a state of a type of a process.
type WorkItemStateResult struct {
	ID                string `json:"id"`
	Name              string `json:"name"`
	Color             string `json:"color"`
	StateCategory     string `json:"stateCategory"`
	Order             int    `json:"order"`
	Hidden            bool   `json:"hidden,omitempty"`
	URL               string `json:"url"`
	CustomizationType string `json:"customizationType"`
}

// ProcessWorkItemTypeField is a field of a type of a process.
type ProcessWorkItemTypeField struct {
	ReferenceName string `json:"referenceName"`
	Name          string `json:"name"`
	Type          string `json:"type"` // that of the field, identity, or picklistString and the like
	Description   string `json:"description,omitempty"`
	URL           string `json:"url"`
	Required      bool   `json:"required"`
	ReadOnly      bool   `json:"readOnly"`
	DefaultValue  any    `json:"defaultValue,omitempty"`
	AllowedValues []any  `json:"allowedValues,omitzero"`
	IsLocked      bool   `json:"isLocked"`
	Customization string `json:"customization"`
}

// ProcessRule is a rule of a type of a process.
type ProcessRule struct {
	ID                string          `json:"id"`
	Name              string          `json:"name"`
	Conditions        []RuleCondition `json:"conditions"`
	Actions           []RuleAction    `json:"actions"`
	IsDisabled        bool            `json:"isDisabled"`
	CustomizationType string          `json:"customizationType"`
	URL               string          `json:"url"`
}

// RuleCondition is a condition of a rule.
type RuleCondition struct {
	ConditionType string `json:"conditionType"`
	Field         string `json:"field,omitempty"`
	Value         string `json:"value,omitempty"`
}

// RuleAction is what a rule does to a field.
type RuleAction struct {
	ActionType  string `json:"actionType"`
	TargetField string `json:"targetField"`
	Value       string `json:"value,omitempty"`
}

// PickList is a list of values for fields. Lists of lists lack the items.
type PickList struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	IsSuggested bool     `json:"isSuggested"`
	URL         string   `json:"url"`
	Items       []string `json:"items,omitzero"`
}

// ProcessBehavior is a backlog level of a process.
type ProcessBehavior struct {
	ReferenceName string                    `json:"referenceName"`
	Name          string                    `json:"name"`
	Rank          int                       `json:"rank"`
	Color         string                    `json:"color,omitempty"`
	Inherits      *ProcessBehaviorReference `json:"inherits,omitempty"`
	Customization string                    `json:"customization"`
	Fields        []WorkItemFieldReference  `json:"fields,omitzero"`
	URL           string                    `json:"url"`
}

// ProcessBehaviorReference refers to the backlog level that another one comes from.
type ProcessBehaviorReference struct {
	BehaviorRefName string `json:"behaviorRefName"`
	URL             string `json:"url"`
}

// WorkItemTypeBehavior says that a type is on a backlog level.
type WorkItemTypeBehavior struct {
	Behavior  WorkItemBehaviorReference `json:"behavior"`
	IsDefault bool                      `json:"isDefault"`
	URL       string                    `json:"url"`
}

// WorkItemBehaviorReference refers to a backlog level.
type WorkItemBehaviorReference struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// ProcessMigration says which process a project was moved to.
type ProcessMigration struct {
	ProcessID string `json:"processId"`
	ProjectID string `json:"projectId"`
}
