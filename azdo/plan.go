package azdo

import "encoding/json"

// Plan is a delivery plan: backlogs of teams side by side.
type Plan struct {
	ID                 string          `json:"id"`
	Revision           int64           `json:"revision"`
	Name               string          `json:"name"`
	Type               string          `json:"type"` // deliveryTimelineView
	Properties         json.RawMessage `json:"properties,omitempty"`
	CreatedDate        Time            `json:"createdDate"`
	CreatedByIdentity  *IdentityRef    `json:"createdByIdentity,omitempty"`
	ModifiedDate       Time            `json:"modifiedDate"`
	ModifiedByIdentity *IdentityRef    `json:"modifiedByIdentity,omitempty"`
	UserPermissions    string          `json:"userPermissions"`
	Description        string          `json:"description,omitempty"`
	URL                string          `json:"url"`
}

// DeliveryViewData is what a delivery plan shows of a stretch of time.
type DeliveryViewData struct {
	ID                   string                 `json:"id"` // of the plan
	Revision             int64                  `json:"revision"`
	StartDate            Time                   `json:"startDate"`
	EndDate              Time                   `json:"endDate"`
	Teams                []TimelineTeamData     `json:"teams"`
	ChildIDToParentIDMap map[string]int64       `json:"childIdToParentIdMap"`
	ParentItemMaps       []ParentChildWIMap     `json:"parentItemMaps"`
	CriteriaStatus       TimelineCriteriaStatus `json:"criteriaStatus"`
	MaxExpandedTeams     int                    `json:"maxExpandedTeams"`
}

// TimelineCriteriaStatus says whether the criteria of a plan can be followed.
type TimelineCriteriaStatus struct {
	Type    string `json:"type"` // ok
	Message string `json:"message"`
}

// TimelineTeamData is a backlog of a team in a timeline. Work items are lists of values, one for each of the fields.
type TimelineTeamData struct {
	ID                                string                  `json:"id"`
	Name                              string                  `json:"name,omitempty"`
	ProjectID                         string                  `json:"projectId,omitempty"`
	IsExpanded                        bool                    `json:"isExpanded"` // there is data of it
	Status                            TimelineTeamStatus      `json:"status"`
	Backlog                           *TimelineBacklog        `json:"backlog,omitempty"`
	FieldReferenceNames               []string                `json:"fieldReferenceNames,omitempty"`
	PartiallyPagedFieldReferenceNames []string                `json:"partiallyPagedFieldReferenceNames,omitempty"`
	Iterations                        []TimelineTeamIteration `json:"iterations"`
	PartiallyPagedWorkItems           [][]any                 `json:"partiallyPagedWorkItems"` // under none of the team's iterations
	WorkItems                         [][]any                 `json:"workItems"`
	OrderByField                      string                  `json:"orderByField,omitempty"`
	TeamFieldName                     string                  `json:"teamFieldName,omitempty"`
	TeamFieldDefaultValue             string                  `json:"teamFieldDefaultValue,omitempty"`
	TeamFieldValues                   []TeamFieldValue        `json:"teamFieldValues,omitempty"`
	WorkItemTypeColors                []WorkItemTypeColor     `json:"workItemTypeColors,omitempty"`
}

// TimelineTeamStatus says why there is no data of a team.
type TimelineTeamStatus struct {
	Type    string `json:"type"` // ok, doesntExistOrAccessDenied, …
	Message string `json:"message"`
}

// TimelineBacklog is the backlog level of a team that a plan shows.
type TimelineBacklog struct {
	CategoryReferenceName string   `json:"categoryReferenceName"`
	PluralName            string   `json:"pluralName"`
	WorkItemStates        []string `json:"workItemStates"`
	WorkItemTypes         []string `json:"workItemTypes"`
}

// TimelineTeamIteration is an iteration of a team in a timeline.
type TimelineTeamIteration struct {
	CSSNodeID               string             `json:"cssNodeId"`
	Name                    string             `json:"name"`
	Path                    string             `json:"path"`
	StartDate               Time               `json:"startDate"`
	FinishDate              Time               `json:"finishDate"`
	Status                  TimelineTeamStatus `json:"status"` // ok or isOverlapping
	PartiallyPagedWorkItems [][]any            `json:"partiallyPagedWorkItems"`
	WorkItems               [][]any            `json:"workItems"`
}
