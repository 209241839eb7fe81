package azdo

// ResourceLocation tells clients where a resource lives and which versions of it exist. OPTIONS on "_apis" lists them.
// Clients compare ids as text, so they are lower case.
type ResourceLocation struct {
	ID              string `json:"id"`
	Area            string `json:"area"`
	ResourceName    string `json:"resourceName"`
	RouteTemplate   string `json:"routeTemplate"`
	ResourceVersion int    `json:"resourceVersion"`
	MinVersion      string `json:"minVersion"`
	MaxVersion      string `json:"maxVersion"`
	ReleasedVersion string `json:"releasedVersion"` // "0.0" for a resource that exists as preview only
}

// ResourceArea tells clients which base address serves an area.
type ResourceArea struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	LocationURL string `json:"locationUrl"`
}

// ConnectionData tells a client who it is and what it talks to.
type ConnectionData struct {
	AuthenticatedUser   Identity            `json:"authenticatedUser"`
	AuthorizedUser      Identity            `json:"authorizedUser"`
	InstanceID          string              `json:"instanceId"`
	DeploymentID        string              `json:"deploymentId"`
	DeploymentType      string              `json:"deploymentType"` // hosted or onPremises
	LocationServiceData LocationServiceData `json:"locationServiceData"`
}

// LocationServiceData is the state of the table of locations.
type LocationServiceData struct {
	ServiceOwner                string `json:"serviceOwner"`
	DefaultAccessMappingMoniker string `json:"defaultAccessMappingMoniker"`
	LastChangeID                int    `json:"lastChangeId"`
	LastChangeID64              int64  `json:"lastChangeId64"`
}
