package azdo

import "encoding/json"

// TeamProjectReference is a project in lists.
type TeamProjectReference struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Description    string `json:"description,omitempty"`
	URL            string `json:"url"`
	State          string `json:"state"`
	Revision       int64  `json:"revision"`
	Visibility     string `json:"visibility"` // private, public or organization
	LastUpdateTime Time   `json:"lastUpdateTime"`

	DefaultTeamImageURL string `json:"defaultTeamImageUrl,omitempty"` // when asked for
}

// ProjectInfo is a project as it was in one of its revisions.
type ProjectInfo struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Description    string `json:"description,omitempty"`
	URI            string `json:"uri"`
	State          string `json:"state"`
	Revision       int64  `json:"revision"`
	Visibility     string `json:"visibility"`
	LastUpdateTime Time   `json:"lastUpdateTime"`
}

// TeamProject is a project asked for by name or id.
type TeamProject struct {
	ID             string                       `json:"id"`
	Name           string                       `json:"name"`
	Description    string                       `json:"description,omitempty"`
	URL            string                       `json:"url"`
	State          string                       `json:"state"`
	Capabilities   map[string]map[string]string `json:"capabilities,omitempty"` // when asked for
	Revision       int64                        `json:"revision"`
	Links          Links                        `json:"_links"`
	Visibility     string                       `json:"visibility"`
	DefaultTeam    *WebAPITeamRef               `json:"defaultTeam,omitempty"`
	LastUpdateTime Time                         `json:"lastUpdateTime"`
}

// ProjectProperties is what is noted about one of several projects.
type ProjectProperties struct {
	ProjectID  string            `json:"projectId"`
	Properties []ProjectProperty `json:"properties"`
}

// CategorizedWebAPITeams is the teams of a project apart by whether the caller is in them.
type CategorizedWebAPITeams struct {
	MyTeams            []WebAPITeam `json:"myTeams"`
	OtherReadableTeams []WebAPITeam `json:"otherReadableTeams"`
}

// ProjectProperty is something noted about a project.
type ProjectProperty struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// TeamProjectCollectionReference is an organization in a list of one.
type TeamProjectCollectionReference struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// TeamProjectCollection is an organization, which older servers call a collection of projects.
type TeamProjectCollection struct {
	TeamProjectCollectionReference
	State string `json:"state"` // Started
	Links Links  `json:"_links"`
}

// WebAPITeamRef refers to a team.
type WebAPITeamRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// WebAPITeam is a team.
type WebAPITeam struct {
	WebAPITeamRef
	Description string    `json:"description"`
	IdentityURL string    `json:"identityUrl"`
	ProjectName string    `json:"projectName"`
	ProjectID   string    `json:"projectId"`
	Identity    *Identity `json:"identity,omitempty"` // when asked for
}

// Process is a process in the list from which new projects choose.
type Process struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	IsDefault   bool   `json:"isDefault"`
	Type        string `json:"type"`             // system, inherited or custom
	Links       Links  `json:"_links,omitempty"` // of one that is asked for by id
	URL         string `json:"url"`
	Name        string `json:"name"`
}

// OperationReference is what starting something long answers.
type OperationReference struct {
	ID     string `json:"id"`
	Status string `json:"status"` // notSet, queued, inProgress, succeeded, failed or cancelled
	URL    string `json:"url"`
}

// Operation is the state of something long.
type Operation struct {
	OperationReference
	Links           Links  `json:"_links,omitempty"`
	ResultMessage   string `json:"resultMessage,omitempty"`
	DetailedMessage string `json:"detailedMessage,omitempty"`
}
