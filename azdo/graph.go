package azdo

// GraphSubject is a user or a group of the graph.
type GraphSubject struct {
	SubjectKind    string  `json:"subjectKind"`             // user, group or servicePrincipal
	MetaType       string  `json:"metaType,omitempty"`      // of users: member; of service principals: application
	ApplicationID  string  `json:"applicationId,omitempty"` // of service principals
	Description    *string `json:"description,omitempty"`   // of groups
	DirectoryAlias string  `json:"directoryAlias,omitempty"`
	Domain         string  `json:"domain"`
	PrincipalName  string  `json:"principalName"`
	MailAddress    *string `json:"mailAddress"`
	Origin         string  `json:"origin"`
	OriginID       string  `json:"originId"`
	DisplayName    string  `json:"displayName"`
	Links          Links   `json:"_links"`
	URL            string  `json:"url"`
	Descriptor     string  `json:"descriptor"`
}

// GraphMembership says that a subject is in a container.
type GraphMembership struct {
	ContainerDescriptor string `json:"containerDescriptor"`
	MemberDescriptor    string `json:"memberDescriptor"`
	Links               Links  `json:"_links"`
}

// GraphValue is a descriptor or a storage key.
type GraphValue struct {
	Value string `json:"value"`
	Links Links  `json:"_links"`
}

// GraphMembershipState tells whether a subject is active in the organization.
type GraphMembershipState struct {
	Active bool  `json:"active"`
	Links  Links `json:"_links"`
}

// GraphSubjectLookup is subjects by descriptor; those that are unknown are missing.
type GraphSubjectLookup struct {
	Count int                     `json:"count"`
	Value map[string]GraphSubject `json:"value"`
}
