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

	*LocationServices
}

// LocationServices are the services there are and the addresses they can be reached at, told to who asks for them.
type LocationServices struct {
	AccessMappings        []AccessMapping             `json:"accessMappings"`
	ClientCacheFresh      bool                        `json:"clientCacheFresh"`
	ClientCacheTimeToLive int                         `json:"clientCacheTimeToLive"` // seconds
	ServiceDefinitions    []LocationServiceDefinition `json:"serviceDefinitions"`
}

// AccessMapping is a way to reach a server.
type AccessMapping struct {
	DisplayName      string `json:"displayName"`
	Moniker          string `json:"moniker"`
	AccessPoint      string `json:"accessPoint"`
	ServiceOwner     string `json:"serviceOwner"`
	VirtualDirectory string `json:"virtualDirectory"`
}

// LocationServiceDefinition is a service and where it is.
type LocationServiceDefinition struct {
	ServiceType       string            `json:"serviceType"`
	Identifier        string            `json:"identifier"`
	DisplayName       string            `json:"displayName"`
	RelativeToSetting string            `json:"relativeToSetting"` // fullyQualified
	ServiceOwner      string            `json:"serviceOwner"`
	LocationMappings  []LocationMapping `json:"locationMappings"`
	Properties        map[string]any    `json:"properties"`
}

// LocationMapping is the address of a service, as one of the ways to reach the server has it.
type LocationMapping struct {
	AccessMappingMoniker string `json:"accessMappingMoniker"`
	Location             string `json:"location"`
}
