package azdo

// Dashboard is a page of widgets, of a team or of a project.
type Dashboard struct {
	ID              string   `json:"id,omitempty"`
	Name            string   `json:"name,omitempty"`
	Description     string   `json:"description,omitempty"`
	Position        int64    `json:"position"`
	RefreshInterval int64    `json:"refreshInterval"` // minutes, 0 for never
	ETag            string   `json:"eTag"`
	DashboardScope  string   `json:"dashboardScope"`    // project_Team or project
	GroupID         string   `json:"groupId,omitempty"` // the team
	OwnerID         string   `json:"ownerId"`           // the team, or who made a dashboard of a project
	ModifiedBy      string   `json:"modifiedBy,omitempty"`
	ModifiedDate    Time     `json:"modifiedDate"`
	Widgets         []Widget `json:"widgets,omitzero"` // none in lists
	Links           Links    `json:"_links"`
	URL             string   `json:"url"`
}

// DashboardGroup is the dashboards of a team or project together.
type DashboardGroup struct {
	DashboardEntries        []Dashboard `json:"dashboardEntries"`
	TeamDashboardPermission string      `json:"teamDashboardPermission"` // what the caller may do with new ones
	Links                   Links       `json:"_links"`
	URL                     string      `json:"url"`
}

// Widget is a part of a dashboard.
type Widget struct {
	ID                                  string           `json:"id"`
	ETag                                string           `json:"eTag"`
	Name                                string           `json:"name"`
	Position                            WidgetPosition   `json:"position"`
	Size                                WidgetSize       `json:"size"`
	Settings                            *string          `json:"settings"` // as it was written
	SettingsVersion                     SemanticVersion  `json:"settingsVersion"`
	ArtifactID                          string           `json:"artifactId"`
	ContributionID                      string           `json:"contributionId"` // its type
	TypeID                              string           `json:"typeId"`
	ConfigurationContributionID         *string          `json:"configurationContributionId"`
	ConfigurationContributionRelativeID *string          `json:"configurationContributionRelativeId"`
	ContentURI                          *string          `json:"contentUri"`
	LoadingImageURL                     *string          `json:"loadingImageUrl"`
	IsEnabled                           bool             `json:"isEnabled"`
	IsNameConfigurable                  bool             `json:"isNameConfigurable"`
	AreSettingsBlockedForUser           bool             `json:"areSettingsBlockedForUser"`
	AllowedSizes                        []WidgetSize     `json:"allowedSizes,omitempty"`
	LightboxOptions                     *LightboxOptions `json:"lightboxOptions"`
	Dashboard                           *WidgetDashboard `json:"dashboard,omitempty"`
	Links                               Links            `json:"_links"`
	URL                                 string           `json:"url"`
}

// WidgetDashboard is what a widget tells of its dashboard.
type WidgetDashboard struct {
	ETag string `json:"eTag"`
}

// WidgetPosition is the upper left cell of a widget.
type WidgetPosition struct {
	Row    int `json:"row"`
	Column int `json:"column"`
}

// WidgetSize is how many cells a widget takes.
type WidgetSize struct {
	RowSpan    int `json:"rowSpan"`
	ColumnSpan int `json:"columnSpan"`
}

// SemanticVersion is the version of the form of a widget's settings.
type SemanticVersion struct {
	Major int `json:"major"`
	Minor int `json:"minor"`
	Patch int `json:"patch"`
}

// LightboxOptions is how a widget opens over the page.
type LightboxOptions struct {
	Height    int  `json:"height,omitempty"`
	Width     int  `json:"width,omitempty"`
	Resizable bool `json:"resizable"`
}

// WidgetMetadata is a type of widgets.
type WidgetMetadata struct {
	Name                 string       `json:"name"`
	ContributionID       string       `json:"contributionId"`
	TypeID               string       `json:"typeId"`
	PublisherName        string       `json:"publisherName"`
	AllowedSizes         []WidgetSize `json:"allowedSizes"`
	IsEnabled            bool         `json:"isEnabled"`
	IsNameConfigurable   bool         `json:"isNameConfigurable"`
	IsVisibleFromCatalog bool         `json:"isVisibleFromCatalog"`
	SupportedScopes      []string     `json:"supportedScopes"`
}

// WidgetMetadataResponse is one type of widgets.
type WidgetMetadataResponse struct {
	URI            string         `json:"uri"`
	WidgetMetadata WidgetMetadata `json:"widgetMetadata"`
}

// WidgetTypesResponse is the types of widgets there are.
type WidgetTypesResponse struct {
	WidgetTypes []WidgetMetadata `json:"widgetTypes"`
	Links       Links            `json:"_links"`
	URI         string           `json:"uri"`
}
