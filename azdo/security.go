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
	IncludeExtendedInfo bool                          `json:"includeExtendedInfo,omitempty"`
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

// ExplainedPermissions is an answer about permissions with the reasons, an extension.
type ExplainedPermissions struct {
	Count        int                     `json:"count"`
	Value        []bool                  `json:"value"` // by token
	Explanations []PermissionExplanation `json:"boardwalk.explanations"`
}

// PermissionExplanation says why somebody has a permission at a token, or has it not.
type PermissionExplanation struct {
	Token      string          `json:"token"`
	Permission int64           `json:"permission"`
	Name       string          `json:"displayName"`
	Allowed    bool            `json:"allowed"`
	DecidedAt  *string         `json:"decidedAt"` // the token; "" for the top of the namespace, null where nothing is set
	Entries    []DecisiveEntry `json:"entries"`
	Text       string          `json:"text"`
}

// DecisiveEntry is an entry that decided about a permission.
type DecisiveEntry struct {
	Descriptor string   `json:"descriptor"` // of its identity
	Name       string   `json:"displayName"`
	Denied     bool     `json:"denied"`
	Standard   bool     `json:"standard"` // nobody set it: it is what the built-in group begins with
	Through    []string `json:"through"`  // the groups that lead from the person to the identity
}
