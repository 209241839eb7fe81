package azdo

// IdentityRef is a person or group where another thing refers to it, such as a field of a work item.
type IdentityRef struct {
	DisplayName string `json:"displayName"`
	URL         string `json:"url"`
	Links       Links  `json:"_links,omitempty"` // avatar
	ID          string `json:"id"`
	UniqueName  string `json:"uniqueName"`
	ImageURL    string `json:"imageUrl"`
	Descriptor  string `json:"descriptor"`
	IsContainer bool   `json:"isContainer,omitempty"` // a group
}

// IdentityReference is who changed a work item, in its updates.
type IdentityReference struct {
	*IdentityRef
	Name string `json:"name"` // Display Name <unique name>
}

// Identity is a person or group as the identity service describes it.
type Identity struct {
	ID                  string              `json:"id"`
	Descriptor          string              `json:"descriptor"`
	SubjectDescriptor   string              `json:"subjectDescriptor"`
	ProviderDisplayName string              `json:"providerDisplayName"`
	CustomDisplayName   string              `json:"customDisplayName,omitempty"`
	IsActive            bool                `json:"isActive"`
	IsContainer         bool                `json:"isContainer,omitempty"`
	Members             []string            `json:"members,omitzero"` // descriptors
	MemberOf            []string            `json:"memberOf,omitzero"`
	MemberIDs           []string            `json:"memberIds,omitzero"`
	MasterID            string              `json:"masterId,omitempty"`
	Properties          map[string]Property `json:"properties"`
	ResourceVersion     int                 `json:"resourceVersion"`
	MetaTypeID          int                 `json:"metaTypeId"`
}

// IdentityScope is what groups are in: an organization or a project.
type IdentityScope struct {
	ID                string `json:"id"`
	LocalScopeID      string `json:"localScopeId"` // the id of the project itself
	ParentID          string `json:"parentId"`
	ScopeType         string `json:"scopeType"` // serviceHost or teamProject
	Name              string `json:"name"`
	Administrators    string `json:"administrators"` // descriptor of the group
	IsGlobal          bool   `json:"isGlobal"`
	SecuringHostID    string `json:"securingHostId"`
	IsActive          bool   `json:"isActive"`
	SubjectDescriptor string `json:"subjectDescriptor"`
}

// IdentitySelf is the identity of who asks, in short.
type IdentitySelf struct {
	ID          string   `json:"id"`
	DisplayName string   `json:"displayName"`
	AccountName string   `json:"accountName"`
	Origin      string   `json:"origin"`
	OriginID    string   `json:"originId"`
	Domain      string   `json:"domain"`
	Tenants     []string `json:"tenants"`
}

// IdentityUpdate tells what became of one of several identities that were written.
type IdentityUpdate struct {
	ID      string `json:"id"`
	Index   int    `json:"index"`
	Updated bool   `json:"updated"`
}

// Profile is a person, apart from organizations.
type Profile struct {
	DisplayName  string `json:"displayName"`
	PublicAlias  string `json:"publicAlias"`
	EmailAddress string `json:"emailAddress"`
	CoreRevision int64  `json:"coreRevision"`
	TimeStamp    Time   `json:"timeStamp"`
	ID           string `json:"id"`
	Revision     int64  `json:"revision"`
}

// TeamMember is somebody in a team.
type TeamMember struct {
	IsTeamAdmin bool        `json:"isTeamAdmin,omitempty"`
	Identity    IdentityRef `json:"identity"`
}

// Property is a value that names its .NET type.
type Property struct {
	Type  string `json:"$type"`
	Value any    `json:"$value"`
}

// StringProperty is a property of type System.String.
func StringProperty(value string) Property { return Property{"System.String", value} }
