package azdo

// BacklogLevelConfiguration is a backlog level of a team.
type BacklogLevelConfiguration struct {
	ID                  string                   `json:"id"`
	Name                string                   `json:"name"`
	Rank                int                      `json:"rank"`
	WorkItemCountLimit  int                      `json:"workItemCountLimit"`
	AddPanelFields      []WorkItemFieldReference `json:"addPanelFields"`
	ColumnFields        []BacklogColumn          `json:"columnFields"`
	WorkItemTypes       []WorkItemTypeReference  `json:"workItemTypes"`
	DefaultWorkItemType WorkItemTypeReference    `json:"defaultWorkItemType"`
	Color               string                   `json:"color"`
	IsHidden            bool                     `json:"isHidden"`
	Type                string                   `json:"type"` // portfolio, requirement or task
}

// BacklogColumn is a column that a backlog shows at first.
type BacklogColumn struct {
	ColumnFieldReference WorkItemFieldReference `json:"columnFieldReference"`
	Width                int                    `json:"width"`
}

// BacklogConfiguration is how a team works with backlogs.
type BacklogConfiguration struct {
	TaskBacklog              BacklogLevelConfiguration   `json:"taskBacklog"`
	RequirementBacklog       BacklogLevelConfiguration   `json:"requirementBacklog"`
	PortfolioBacklogs        []BacklogLevelConfiguration `json:"portfolioBacklogs"`
	WorkItemTypeMappedStates []WorkItemTypeStateInfo     `json:"workItemTypeMappedStates"`
	BacklogFields            BacklogFields               `json:"backlogFields"`
	BugsBehavior             string                      `json:"bugsBehavior"`
	HiddenBacklogs           []string                    `json:"hiddenBacklogs"`
	IsBugsBehaviorConfigured bool                        `json:"isBugsBehaviorConfigured"`
	URL                      string                      `json:"url"`
}

// WorkItemTypeStateInfo tells the categories of a type's states.
type WorkItemTypeStateInfo struct {
	WorkItemTypeName string            `json:"workItemTypeName"`
	States           map[string]string `json:"states"`
}

// BacklogFields names the fields by the part they play.
type BacklogFields struct {
	TypeFields map[string]string `json:"typeFields"`
}

// ProcessConfiguration is how backlogs are made up in a project.
type ProcessConfiguration struct {
	BugWorkItems       CategoryConfiguration     `json:"bugWorkItems"`
	PortfolioBacklogs  []CategoryConfiguration   `json:"portfolioBacklogs"`
	RequirementBacklog CategoryConfiguration     `json:"requirementBacklog"`
	TaskBacklog        CategoryConfiguration     `json:"taskBacklog"`
	TypeFields         map[string]FieldReference `json:"typeFields"`
	URL                string                    `json:"url"`
}

// CategoryConfiguration is a category of types as backlogs use it.
type CategoryConfiguration struct {
	Name          string                  `json:"name"`
	ReferenceName string                  `json:"referenceName"`
	WorkItemTypes []WorkItemTypeReference `json:"workItemTypes"`
}

// BacklogLevelWorkItems are the work items on a backlog level.
type BacklogLevelWorkItems struct {
	WorkItems []WorkItemLink `json:"workItems"`
}

// IterationWorkItems are the work items of an iteration.
type IterationWorkItems struct {
	WorkItemRelations []WorkItemLink `json:"workItemRelations"`
	URL               string         `json:"url"`
	Links             Links          `json:"_links"`
}

// WorkItemLink is a work item in a tree; those at the top have neither rel nor source.
type WorkItemLink struct {
	Rel    *string            `json:"rel"`
	Source *WorkItemReference `json:"source"`
	Target WorkItemReference  `json:"target"`
}

// ReorderResult is the order a work item has got.
type ReorderResult struct {
	ID    int64  `json:"id"`
	Order Double `json:"order"`
}
