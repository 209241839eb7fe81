package azdo

// ProjectTypeColors is the colors of the types of a project.
type ProjectTypeColors struct {
	Key   string              `json:"key"` // the project
	Value []WorkItemTypeColor `json:"value"`
}

// WorkItemTypeColor is the colors of a type.
type WorkItemTypeColor struct {
	PrimaryColor     string `json:"primaryColor"`
	SecondaryColor   string `json:"secondaryColor"`
	WorkItemTypeName string `json:"workItemTypeName"`
}

// ProjectTypeIcons is the colors and icons of the types of a project.
type ProjectTypeIcons struct {
	Key   string                     `json:"key"` // the project
	Value []WorkItemTypeColorAndIcon `json:"value"`
}

// WorkItemTypeColorAndIcon is the color and the icon of a type.
type WorkItemTypeColorAndIcon struct {
	Color            string `json:"color"`
	Icon             string `json:"icon"`
	WorkItemTypeName string `json:"workItemTypeName"`
}

// ProjectStateColors is the colors of the states of a project's types.
type ProjectStateColors struct {
	ProjectName             string                    `json:"projectName"`
	WorkItemTypeStateColors []WorkItemTypeStateColors `json:"workItemTypeStateColors"`
}

// WorkItemTypeStateColors is the colors of the states of a type.
type WorkItemTypeStateColors struct {
	StateColors      []WorkItemStateColor `json:"stateColors"`
	WorkItemTypeName string               `json:"workItemTypeName"`
}
