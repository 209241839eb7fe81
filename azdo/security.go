package azdo

// SecurityNamespace is a family of permissions.
type SecurityNamespace struct {
	NamespaceID        string             `json:"namespaceId"`
	Name               string             `json:"name"`
	DisplayName        *string            `json:"displayName"`
	SeparatorValue     string             `json:"separatorValue"` // between the parts of tokens; U+0000 in flat namespaces
	ElementLength      int                `json:"elementLength"`
	WritePermission    int64              `json:"writePermission"`
	ReadPermission     int64              `json:"readPermission"`
	DataspaceCategory  string             `json:"dataspaceCategory"`
	Actions            []ActionDefinition `json:"actions"`
	StructureValue     int                `json:"structureValue"` // 1 for namespaces whose tokens have parts
	ExtensionType      *string            `json:"extensionType"`
	IsRemotable        bool               `json:"isRemotable"`
	UseTokenTranslator bool               `json:"useTokenTranslator"`
	SystemBitMask      int64              `json:"systemBitMask"`
}

// ActionDefinition is a permission of a namespace.
type ActionDefinition struct {
	Bit         int64   `json:"bit"`
	Name        string  `json:"name"`
	DisplayName *string `json:"displayName"`
	NamespaceID string  `json:"namespaceId"`
}

// AccessControlList is what is set for a token.
type AccessControlList struct {
	InheritPermissions  bool                          `json:"inheritPermissions"`
	Token               string                        `json:"token"`
	AcesDictionary      map[string]AccessControlEntry `json:"acesDictionary"` // by identity descriptor
	IncludeExtendedInfo bool                          `json:"includeExtendedInfo"`
}

// AccessControlEntry is the permissions that are allowed and denied to an identity.
type AccessControlEntry struct {
	Descriptor   string           `json:"descriptor"`
	Allow        int64            `json:"allow"`
	Deny         int64            `json:"deny"`
	ExtendedInfo *AceExtendedInfo `json:"extendedInfo,omitempty"`
}

// AceExtendedInfo is what an identity may do in effect, and what of that comes from elsewhere. Zeros are left out.
type AceExtendedInfo struct {
	EffectiveAllow int64 `json:"effectiveAllow,omitempty"`
	EffectiveDeny  int64 `json:"effectiveDeny,omitempty"`
	InheritedAllow int64 `json:"inheritedAllow,omitempty"`
	InheritedDeny  int64 `json:"inheritedDeny,omitempty"`
}

// PermissionEvaluationBatch asks whether the caller has permissions.
type PermissionEvaluationBatch struct {
	AlwaysAllowAdministrators bool                   `json:"alwaysAllowAdministrators"`
	Evaluations               []PermissionEvaluation `json:"evaluations"`
}

// PermissionEvaluation is a question of a batch, with its answer.
type PermissionEvaluation struct {
	SecurityNamespaceID string `json:"securityNamespaceId"`
	Token               string `json:"token"`
	Permissions         int64  `json:"permissions"`
	Value               bool   `json:"value"`
}
