package azdo

// WorkItemType is a type of work item as a project has it.
type WorkItemType struct {
	Name           string                               `json:"name"`
	ReferenceName  string                               `json:"referenceName"`
	Description    string                               `json:"description"`
	Color          string                               `json:"color"`
	Icon           WorkItemIcon                         `json:"icon"`
	IsDisabled     bool                                 `json:"isDisabled"`
	XMLForm        string                               `json:"xmlForm"`
	Fields         []WorkItemTypeField                  `json:"fields"`
	FieldInstances []WorkItemTypeField                  `json:"fieldInstances"`
	Transitions    map[string][]WorkItemStateTransition `json:"transitions"` // by the state they lead out of, "" for new items
	States         []WorkItemStateColor                 `json:"states"`
	Links          Links                                `json:"_links,omitempty"`
	URL            string                               `json:"url"`
}

// WorkItemIcon is the picture of a type.
type WorkItemIcon struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// WorkItemTypeField is a field of a type. The values are there when they are asked for.
type WorkItemTypeField struct {
	DefaultValue    any                      `json:"defaultValue"` // nil travels as null
	HelpText        string                   `json:"helpText,omitempty"`
	AllowedValues   []any                    `json:"allowedValues,omitzero"`
	DependentFields []WorkItemFieldReference `json:"dependentFields,omitzero"`
	AlwaysRequired  bool                     `json:"alwaysRequired"`
	ReferenceName   string                   `json:"referenceName"`
	Name            string                   `json:"name"`
	URL             string                   `json:"url"`
}

// WorkItemStateTransition is a change of state. Actions are nil where nothing but the client causes it.
type WorkItemStateTransition struct {
	To      string   `json:"to"`
	Actions []string `json:"actions"`
}

// WorkItemStateColor is a state of a type.
type WorkItemStateColor struct {
	Name     string `json:"name"`
	Color    string `json:"color"`
	Category string `json:"category"`
}

// WorkItemTypeReference refers to a type of a project.
type WorkItemTypeReference struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// WorkItemTypeCategory groups types that play the same part in different processes.
type WorkItemTypeCategory struct {
	Name                string                  `json:"name"`
	ReferenceName       string                  `json:"referenceName"`
	DefaultWorkItemType WorkItemTypeReference   `json:"defaultWorkItemType"`
	WorkItemTypes       []WorkItemTypeReference `json:"workItemTypes"`
	URL                 string                  `json:"url"`
}

// WorkItemNextState is the state an action leads a work item to, or why it leads to none.
type WorkItemNextState struct {
	ID                int64  `json:"id"`
	StateOnTransition string `json:"stateOnTransition,omitempty"`
	ErrorCode         string `json:"errorCode,omitempty"`
	Message           string `json:"message,omitempty"`
}

// WorkArtifactLink is a kind of thing that work items can be linked to.
type WorkArtifactLink struct {
	ArtifactType string `json:"artifactType"`
	LinkType     string `json:"linkType"`
	ToolType     string `json:"toolType"`
}

// WorkItemTypeTemplate is the definition of a type in XML.
type WorkItemTypeTemplate struct {
	Template string `json:"template"`
}

// ProvisioningResult is what is to be said about a definition in XML: errors and warnings in words.
type ProvisioningResult struct {
	ProvisioningImportEvents []string `json:"provisioningImportEvents"`
}
