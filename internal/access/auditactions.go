package access

import "strings"

// AuditAction is something that the audit log records. Values are stored and told to clients.
type AuditAction string

// The actions. documented: auditing events.
const (
	AuditAccessed   AuditAction = "AuditLog.AccessLog"
	AuditDownloaded AuditAction = "AuditLog.DownloadLog"

	TokenCreated AuditAction = "Token.PatCreateEvent"
	TokenUpdated AuditAction = "Token.PatUpdateEvent"
	TokenRevoked AuditAction = "Token.PatRevokeEvent"

	GroupCreated  AuditAction = "Group.CreateGroups"
	GroupUpdated  AuditAction = "Group.UpdateGroups.Modify"
	GroupDeleted  AuditAction = "Group.UpdateGroups.Delete"
	MemberAdded   AuditAction = "Group.UpdateGroupMembership.Add"
	MemberRemoved AuditAction = "Group.UpdateGroupMembership.Remove"

	PermissionModified AuditAction = "Security.ModifyPermission"
	PermissionRemoved  AuditAction = "Security.RemovePermission"
	ListsModified      AuditAction = "Security.ModifyAccessControlLists"
	ListsRemoved       AuditAction = "Security.RemoveAccessControlLists"
	EntriesRemoved     AuditAction = "Security.RemoveIdentityACEs"

	LevelAssigned AuditAction = "Licensing.Assigned"
	LevelModified AuditAction = "Licensing.Modified"
	LevelRemoved  AuditAction = "Licensing.Removed"

	GroupLevelCreated  AuditAction = "Licensing.GroupRuleCreated"
	GroupLevelModified AuditAction = "Licensing.GroupRuleModified"
	GroupLevelDeleted  AuditAction = "Licensing.GroupRuleDeleted"

	ProjectCreated     AuditAction = "Project.CreateCompleted"
	ProjectDeleted     AuditAction = "Project.SoftDeleteCompleted"
	ProjectRestored    AuditAction = "Project.RestoreCompleted"
	ProjectRenamed     AuditAction = "Project.RenameCompleted"
	ProjectVisibility  AuditAction = "Project.UpdateVisibilityCompleted"
	ProjectProcess     AuditAction = "Project.Process.Modify"
	AreaCreated        AuditAction = "Project.AreaPath.Create"
	AreaUpdated        AuditAction = "Project.AreaPath.Update"
	AreaDeleted        AuditAction = "Project.AreaPath.Delete"
	IterationCreated   AuditAction = "Project.IterationPath.Create"
	IterationUpdated   AuditAction = "Project.IterationPath.Update"
	IterationDeleted   AuditAction = "Project.IterationPath.Delete"
	ProcessCreated     AuditAction = "Process.Process.Create"
	ProcessEdited      AuditAction = "Process.Process.Edit"
	ProcessDeleted     AuditAction = "Process.Process.Delete"
	FieldCreated       AuditAction = "Process.Field.Create"
	FieldUpdated       AuditAction = "Process.Field.Update"
	ListCreated        AuditAction = "Process.List.Create"
	ListUpdated        AuditAction = "Process.List.Update"
	ListDeleted        AuditAction = "Process.List.Delete"
	OrganizationMade   AuditAction = "Organization.Create"
	OrganizationChange AuditAction = "Organization.Update"

	// Sign-ins, exports and others that the hosted service does not record, or by no documented name.
	SignedIn           AuditAction = "SignIn.Succeeded"
	SignInFailed       AuditAction = "SignIn.Failed"
	SignedOut          AuditAction = "SignIn.SignedOut"
	PasswordChanged    AuditAction = "SignIn.PasswordChanged"
	UserRenamed        AuditAction = "User.Rename"
	PasswordLinkMade   AuditAction = "SignIn.PasswordLinkMade"
	SecretCreated      AuditAction = "ServicePrincipal.SecretCreated"
	SecretRevoked      AuditAction = "ServicePrincipal.SecretRevoked"
	ProcessPartChanged AuditAction = "Process.Part.Change"
	WorkItemDestroyed  AuditAction = "WorkItem.Destroy"
	FileDestroyed      AuditAction = "WorkItem.DestroyAttachment"
	AnalyticsExported  AuditAction = "Analytics.Export"
	HookCreated        AuditAction = "ServiceHooks.SubscriptionCreated"
	HookUpdated        AuditAction = "ServiceHooks.SubscriptionUpdated"
	HookDeleted        AuditAction = "ServiceHooks.SubscriptionDeleted"
	AdminCommand       AuditAction = "Server.AdminCommand"
	AuditDiscarded     AuditAction = "AuditLog.Discard"
)

// AuditActionInfo describes an action. Message is the sentence of an entry; names in braces stand for its data.
type AuditActionInfo struct {
	Action   AuditAction
	Category string
	Message  string
}

// Area is the part of the service that an action belongs to.
func (a AuditAction) Area() string {
	area, _, _ := strings.Cut(string(a), ".")
	switch area {
	case "AuditLog":
		return "Auditing"
	case "Security":
		return "Permissions"
	}
	return area
}

// The categories of actions.
const (
	modifies = "modify"
	removes  = "remove"
	creates  = "create"
	accesses = "access"
	executes = "execute"
)

// AuditActions lists all actions, in the order in which clients are told them.
func AuditActions() []AuditActionInfo {
	return []AuditActionInfo{
		{AuditAccessed, accesses, "Accessed the audit log"},
		{AuditDownloaded, accesses, "Downloaded the audit log as {Format}"},
		{AuditDiscarded, removes, "Discarded {Count} entries of the audit log from before {Before}"},
		{GroupCreated, creates, "Created the group {GroupName}"},
		{GroupUpdated, modifies, "Changed the group {GroupName}"},
		{GroupDeleted, removes, "Deleted the group {GroupName}"},
		{MemberAdded, modifies, "Added {MemberDisplayName} to the group {GroupName}"},
		{MemberRemoved, modifies, "Removed {MemberDisplayName} from the group {GroupName}"},
		{LevelAssigned, creates, "Let {UserDisplayName} in with the access level {AccessLevel}"},
		{LevelModified, modifies, "Changed the access level of {UserDisplayName} from {PreviousAccessLevel} to {AccessLevel}"},
		{LevelRemoved, removes, "Removed {UserDisplayName} from the organization"},
		{UserRenamed, modifies, "Changed the display name of {UserUniqueName} from {PreviousDisplayName} to {UserDisplayName}"},
		{GroupLevelCreated, creates, "Gave members of {GroupName} the access level {AccessLevel}"},
		{GroupLevelModified, modifies, "Changed the access level of members of {GroupName} from {PreviousAccessLevel} to {AccessLevel}"},
		{GroupLevelDeleted, removes, "Ended the access level {PreviousAccessLevel} of members of {GroupName}"},
		{OrganizationMade, creates, "Made the organization"},
		{OrganizationChange, modifies, "Changed {Setting} of the organization"},
		{PermissionModified, modifies, "Set permissions of {SubjectDisplayName} in {NamespaceName} at {Token}: allowed {Allowed}, denied {Denied}"},
		{PermissionRemoved, removes, "Took permissions from {SubjectDisplayName} in {NamespaceName} at {Token}: {Permissions}"},
		{ListsModified, modifies, "Replaced the permissions in {NamespaceName} at {Token}"},
		{ListsRemoved, removes, "Removed the permissions in {NamespaceName} at {Token}"},
		{EntriesRemoved, removes, "Removed all permissions of {SubjectDisplayName} in {NamespaceName} at {Token}"},
		{ProcessCreated, creates, "Created the process {ProcessName}"},
		{ProcessEdited, modifies, "Changed the process {ProcessName}"},
		{ProcessDeleted, removes, "Deleted the process {ProcessName}"},
		{FieldCreated, creates, "Created the field {FieldName}"},
		{FieldUpdated, modifies, "Changed the field {FieldName}: deleted {Deleted}, locked {Locked}"},
		{ListCreated, creates, "Created the picklist {ListName}"},
		{ListUpdated, modifies, "Changed the picklist {ListName}"},
		{ListDeleted, removes, "Deleted the picklist {ListName}"},
		{ProcessPartChanged, modifies, "Changed the process {ProcessName}: {Change}"},
		{AreaCreated, creates, "Created the area {Path}"},
		{AreaUpdated, modifies, "Changed the area {Path}"},
		{AreaDeleted, removes, "Deleted the area {Path}"},
		{ProjectCreated, creates, "Created the project {ProjectName}"},
		{IterationCreated, creates, "Created the iteration {Path}"},
		{IterationUpdated, modifies, "Changed the iteration {Path}"},
		{IterationDeleted, removes, "Deleted the iteration {Path}"},
		{ProjectProcess, modifies, "Moved the project {ProjectName} from the process {OldProcess} to {NewProcess}"},
		{ProjectRenamed, modifies, "Renamed the project {PreviousProjectName} to {ProjectName}"},
		{ProjectRestored, modifies, "Restored the project {ProjectName}"},
		{ProjectDeleted, removes, "Deleted the project {ProjectName}"},
		{ProjectVisibility, modifies, "Changed the visibility of the project {ProjectName} to {ProjectVisibility}"},
		{TokenCreated, creates, "Created the personal access token {DisplayName}"},
		{TokenRevoked, removes, "Revoked the personal access token {DisplayName}"},
		{TokenUpdated, modifies, "Changed the personal access token {DisplayName}"},
		{SignInFailed, accesses, "A sign-in as {UniqueName} failed: {Reason}"},
		{SignedOut, accesses, "Signed out {Where}"},
		{PasswordLinkMade, creates, "Made a link with which {UniqueName} sets a password"},
		{PasswordChanged, modifies, "Changed the password of {UniqueName}"},
		{SignedIn, accesses, "Signed in with {Method}"},
		{SecretCreated, creates, "Made a secret for the service principal {DisplayName}"},
		{SecretRevoked, removes, "Revoked a secret of the service principal {DisplayName}"},
		{WorkItemDestroyed, removes, "Destroyed the work item {WorkItemId}"},
		{FileDestroyed, removes, "Destroyed the attachment {AttachmentId}"},
		{AnalyticsExported, accesses, "Exported {EntitySet} from Analytics as {Format}"},
		{HookCreated, creates, "Created the service hooks subscription {SubscriptionId} of {EventType}"},
		{HookUpdated, modifies, "Changed the service hooks subscription {SubscriptionId} of {EventType}"},
		{HookDeleted, removes, "Deleted the service hooks subscription {SubscriptionId} of {EventType}"},
		{AdminCommand, executes, "Ran {Command} on the server"},
	}
}

// info is what is known of an action.
func (a AuditAction) info() (AuditActionInfo, bool) {
	for _, i := range AuditActions() {
		if i.Action == a {
			return i, true
		}
	}
	return AuditActionInfo{Action: a, Category: "unknown"}, false
}
