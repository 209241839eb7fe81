package fault

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Requests. documented: rest-api reference of Azure DevOps, api-version negotiation and error handling.
var (
	versionNotSpecified = kind{400, "VssVersionNotSpecifiedException", platform,
		`No api-version was supplied for the "%s" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`}
	invalidPreviewVersion = kind{400, "VssInvalidPreviewVersionException", platform,
		`The requested version "%s" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "%s-preview"`}
	versionOutOfRange = kind{400, "VssVersionOutOfRangeException", platform,
		`The requested REST API version of %s is out of range for this server. The latest REST API version this server supports is %s.`}
	versionTooOld = kind{400, "VssVersionOutOfRangeException", platform,
		`The requested REST API version of %s is out of range for this resource. The earliest REST API version it supports is %s.`}
	invalidVersion = kind{400, "VssInvalidApiResourceVersionException", platform,
		`The api-version "%s" is not valid. Write a version such as "7.1", "7.1-preview" or "7.1-preview.3".`}
	contentType = kind{400, "VssRequestContentTypeNotSupportedException", platform,
		`The request indicated a Content-Type of "%s" for method type "%s" which is not supported. Valid content types for this method are: %s.`}
	invalidArgument = kind{400, "VssPropertyValidationException", common, `%s`}
	invalidPatch    = kind{400, "VssPropertyValidationException", common,
		`You must pass a valid patch document in the body of the request.`}
	unauthorized = kind{401, "UnauthorizedRequestException", framework,
		`TF400813: The user '%s' is not authorized to access this resource.`}
	anonymous = kind{401, "UnauthorizedRequestException", framework,
		`TF400813: Resource not available for anonymous access. Client authentication required.`}
	tokenExpired   = kind{401, "UnauthorizedRequestException", framework, `Access Denied: The Personal Access Token used has expired.`}
	tokenScope     = kind{403, "AccessCheckException", security, `Access Denied: The token used does not have the scope %s, which %s needs. It has: %s.`}
	accessDenied   = kind{403, "AccessCheckException", security, `TF50309: The following account does not have sufficient permissions to complete the operation: %s. The following permissions are needed to perform this operation: %s.`}
	crossOrigin    = kind{403, "AccessCheckException", security, `The request would be made with the sign-in of a browser, and nothing says that a page of this server sent it. Send a personal access token in the Authorization header instead.`}
	methodNotHere  = kind{405, "", platform, `The requested resource does not support http method '%s'.`}
	unrouted       = kind{404, "", platform, `The controller for path '%s' was not found or does not implement IController.`}
	unknownPath    = kind{404, "VssResourceNotFoundException", platform, `The resource '%s' does not exist on this server.`}
	notImplemented = kind{501, "VssNotImplementedException", platform, `%s is part of Azure DevOps but not yet of this server. docs/compat.md lists what is served.`}
	tooLarge       = kind{413, "VssRequestTooLargeException", platform, `The %s is larger than this server accepts (%d bytes).`}
	urlTooLong     = kind{414, "VssRequestTooLargeException", platform, `The URL is longer than this server accepts (%d bytes).`}
	organization   = kind{404, "HostDoesNotExistException", platform, `TF200033: The organization '%s' does not exist on this server, or you do not have access to it.`}
	internalError  = kind{500, "VssServiceException", common, `An unexpected error occurred. The server's log has the details under activity id %s.`}
	storage        = kind{503, "ServiceUnavailableException", platform, `The server cannot store or read data at the moment: %s. Nothing was changed.`}
	provider       = kind{503, "ServiceUnavailableException", platform, `The identity provider cannot be asked at the moment, so nobody can tell whether the token is good. Try again, or use a personal access token.`}
	outcome        = kind{503, "ServiceUnavailableException", platform, `The connection to the database broke while the change was being stored. It is unknown whether it was: read before you repeat the request.`}
	throttled      = kind{429, "RequestBlockedException", platform, `TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource %s in namespace %s.`}
	injected       = kind{500, "VssServiceException", common, `This answer was made up by the rule %q of --faults.`}
	timeout        = kind{503, "RequestCanceledException", platform, `TF400733: The request has been canceled: The request has exceeded request timeout, please try again.`}
)

// VersionNotSpecified: a writing request without api-version.
func VersionNotSpecified(method string) *Fault { return versionNotSpecified.new(method) }

// InvalidPreviewVersion: a released number for a resource that exists only as preview.
func InvalidPreviewVersion(version string) *Fault { return invalidPreviewVersion.new(version, version) }

// VersionOutOfRange: a version newer than the newest served.
func VersionOutOfRange(version, newest string) *Fault { return versionOutOfRange.new(version, newest) }

// VersionTooOld: a version from before the resource existed.
func VersionTooOld(version, oldest string) *Fault { return versionTooOld.new(version, oldest) }

// InvalidVersion: text that is no version.
func InvalidVersion(text string) *Fault { return invalidVersion.new(text) }

// ContentType: a body of a type the operation does not take.
func ContentType(got, method string, want ...string) *Fault {
	return contentType.new(got, method, strings.Join(want, ", "))
}

// InvalidArgument: a parameter or body that is not valid; the text says which and why.
func InvalidArgument(format string, args ...any) *Fault {
	return invalidArgument.new(fmt.Sprintf(format, args...))
}

// InvalidPatch: no JSON patch document; the hint says what is wrong with it.
func InvalidPatch() *Fault { return invalidPatch.new() }

// Unauthorized: credentials that are not accepted.
func Unauthorized(user string) *Fault { return unauthorized.new(user) }

// Anonymous: no credentials.
func Anonymous() *Fault { return anonymous.new() }

// TokenExpired: a token of somebody that was good until some time ago.
func TokenExpired() *Fault { return tokenExpired.new() }

// TokenScope: a token that may do other things than the one asked for.
func TokenScope(missing, operation, has string) *Fault {
	return tokenScope.new(missing, operation, has)
}

// AccessDenied: a caller who may see the thing but not do this to it.
func AccessDenied(user, permission string) *Fault { return accessDenied.new(user, permission) }

// CrossOrigin: a change with the cookie of a browser that another site may have caused.
func CrossOrigin() *Fault { return crossOrigin.new() }

// MethodNotAllowed: a path that exists, with another method. It has no type: the service answers with the message alone.
func MethodNotAllowed(method string) *Fault { return methodNotHere.new(method) }

// Unrouted: no route within an organization. It has no type: the service answers it as plain text.
func Unrouted(path string) *Fault { return unrouted.new(path) }

// UnknownPath: no route, where no organization is named or there is more to tell.
func UnknownPath(path string) *Fault { return unknownPath.new(path) }

// NotImplemented: a route clients know that this server does not serve yet.
func NotImplemented(what string) *Fault { return notImplemented.new(what) }

// TooLarge: a URL, header or body beyond the limit, in bytes.
func TooLarge(what string, limit int64) *Fault { return tooLarge.new(what, limit) }

// URLTooLong: a URL beyond the limit, in bytes.
func URLTooLong(limit int) *Fault { return urlTooLong.new(limit) }

// OrganizationNotFound: the first path segment names none.
func OrganizationNotFound(name string) *Fault { return organization.new(name) }

// Internal: anything unexpected; the log line with the activity id has the cause.
func Internal(activity string) *Fault { return internalError.new(activity) }

// Storage: the database cannot be written or read now.
func Storage(reason string) *Fault { return storage.new(reason) }

// ProviderUnavailable: credentials that only the identity provider could vouch for, which does not answer.
func ProviderUnavailable() *Fault { return provider.new() }

// OutcomeUnknown: the database went away during a commit.
func OutcomeUnknown() *Fault { return outcome.new() }

// Timeout: the request's deadline passed.
func Timeout() *Fault { return timeout.new() }

// Projects.
var (
	projectName = kind{404, "ProjectDoesNotExistWithNameException", core,
		`TF200016: The following project does not exist: %s. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`}
	projectID = kind{404, "ProjectDoesNotExistException", core,
		`VS800075: The project with id 'vstfs:///Classification/TeamProject/%s' does not exist, or you do not have permission to access it.`}
	projectExists = kind{409, "ProjectAlreadyExistsException", core,
		`TF200019: The following project already exists on the Azure DevOps Server: %s. You cannot create a new project with the same name as an existing project. Provide a different name.`}
	badProjectName = kind{400, "InvalidProjectNameException", core,
		`The following project name is not valid: %s. It must have 1 to 64 characters, none of / : \ ~ & %% ; @ ' " ? < > | # $ * } { , + = [ ], must not begin with an underscore or a period, must not end with a period, and must not be a word reserved by the system.`} // text: our choice
	noOperation = kind{404, "OperationNotFoundException", operations,
		`The operation '%s' does not exist, or you do not have permission to access it.`} // text: our choice
	team = kind{404, "TeamNotFoundException", core,
		`The team with id '%s' does not exist.`}
	teamExists = kind{409, "TeamAlreadyExistsException", core,
		`The team '%s' exists in the project already.`} // text: our choice
	badTeamName = kind{400, "InvalidTeamNameException", core,
		`The team name '%s' is not valid. It must have 1 to 64 characters, none of / : \ ~ & %% ; @ ' " ? < > | # $ * } { , + = [ ], must not begin with an underscore or a period and must not end with a period.`} // text: our choice
	defaultTeam = kind{400, "DefaultTeamException", core,
		`The team '%s' is the default team of its project and cannot be deleted.`} // text: our choice
	namespace   = kind{404, "InvalidSecurityNamespaceException", security, `The security namespace '%s' does not exist.`} // status and text: our choice
	groupExists = kind{409, "GraphGroupAlreadyExistsException", graph,
		`TF50208: A group with the name '%s' exists already.`} // status and text: our choice
	subject = kind{404, "GraphSubjectNotFoundException", graph,
		`VS403325: The graph subject with descriptor '%s' could not be found.`}
	identity = kind{404, "IdentityNotFoundException", identities,
		`TF14045: The identity with type '%s' and identifier '%s' could not be found.`}
	identityID = kind{404, "IdentityNotFoundException", identities,
		`TF14045: The identity with TeamFoundationId %s could not be found.`}
	membership = kind{404, "GraphMembershipNotFoundException", graph,
		`VS403328: The graph membership for member descriptor '%s' and container descriptor '%s' could not be found.`}
	cyclic = kind{400, "AddMemberCyclicMembershipException", identities,
		`TF50233: A cyclic group containment error occurred when adding a group member. The group %s already has the group %s as a contained member.`}
	storageKey = kind{404, "StorageKeyNotFoundException", graph,
		`VS403369: The storage key for descriptor '%s' could not be found.`}
	descriptor = kind{404, "SubjectDescriptorNotFoundException", graph,
		`VS403368: The subject descriptor for storage key '%s' could not be found.`}
	serviceDefinition = kind{404, "ServiceDefinitionDoesNotExistException", locations,
		`The service definition with service type '%s' and identifier '%s' does not exist.`} // text: our choice
	board = kind{404, "BoardDoesNotExistException", agile,
		`The board '%s' does not exist, or the team has none of that name.`}
	chart = kind{404, "BoardChartNotFoundException", agile,
		`Boards have no chart '%s'.`} // our choice
	nodeName = kind{409, "ClassificationNodeDuplicateNameException", tracking,
		`VS402371: Classification node name %s is already in use by a different child node of parent classification node %s. Choose a different name and try again.`}
	node = kind{404, "WorkItemTrackingTreeNodeNotFoundException", tracking,
		`VS402485: The Area/Iteration name is not recognized: %s.`}
	nodeDates = kind{400, "ClassificationNodeDatesNotIncreasingException", tracking,
		`VS402625: Dates must be increasing: the iteration starts on %s, after its end on %s.`}
	backlogIteration = kind{400, "InvalidTeamSettingsException", agile,
		`TF400497: The backlog iteration path that you specified is no longer valid.`}
	teamSettings = kind{400, "InvalidTeamSettingsException", agile, `%s`}
	iteration    = kind{404, "IterationNotFoundException", agile,
		`The iteration with id '%s' does not exist, or it is none of the team's.`}
	teamFieldNotSet = kind{400, "InvalidTeamSettingsException", agile, `TF400499: You have not set your team field.`}
	backlog         = kind{404, "BacklogDoesNotExistException", agile, `The backlog level '%s' does not exist.`}
	notOnBacklog    = kind{400, "BacklogReorderException", agile, `Work item %d is not on this backlog of the team.`}
	memberCapacity  = kind{404, "TeamMemberCapacityNotFoundException", agile,
		`There is no capacity of team member '%s', or nobody of that id.`}
	nodeInvalid = kind{400, "InvalidClassificationNodeException", tracking, `%s`}
	process     = kind{404, "ProcessNotFoundException", core,
		`The process with id '%s' does not exist.`}
)

// ProjectNotFound: no readable project of that name.
func ProjectNotFound(name string) *Fault { return projectName.new(name) }

// ProjectIDNotFound: no readable project with that GUID.
func ProjectIDNotFound(guid string) *Fault { return projectID.new(guid) }

// ProjectExists: a project with a name that another one has.
func ProjectExists(name string) *Fault { return projectExists.new(name) }

// ProjectNameInvalid: a name that no project can have.
func ProjectNameInvalid(name string) *Fault { return badProjectName.new(name) }

// OperationNotFound: no operation with that id that the caller may see.
func OperationNotFound(id string) *Fault { return noOperation.new(id) }

// BoardNotFound: no board of the team has that name or GUID.
func BoardNotFound(name string) *Fault { return board.new(name) }

// ChartNotFound: boards have no chart of that name.
func ChartNotFound(name string) *Fault { return chart.new(name) }

// TeamNotFound: no readable team of that name or GUID.
func TeamNotFound(name string) *Fault { return team.new(name) }

// TeamExists: a team with a name that another one of the project has.
func TeamExists(name string) *Fault { return teamExists.new(name) }

// TeamNameInvalid: a name that no team can have.
func TeamNameInvalid(name string) *Fault { return badTeamName.new(name) }

// DefaultTeam: a project would be without its default team.
func DefaultTeam(name string) *Fault { return defaultTeam.new(name) }

// NamespaceNotFound: no security namespace with that id.
func NamespaceNotFound(id string) *Fault { return namespace.new(id) }

// GroupExists: a group with a name that another one of its project or organization has.
func GroupExists(name string) *Fault { return groupExists.new(name) }

// SubjectNotFound: no user or group that the caller may see has that id: a descriptor of the graph or of identities,
// or a GUID. The service has an error for each.
func SubjectNotFound(id string) *Fault {
	if kind, identifier, ok := strings.Cut(id, ";"); ok {
		return identity.new(kind, identifier)
	}
	if uuid.Validate(id) == nil {
		return identityID.new(id)
	}
	return subject.new(id)
}

// MembershipNotFound: somebody or a group is not in that group, or the group is not there.
func MembershipNotFound(member, container string) *Fault { return membership.new(member, container) }

// CyclicMembership: a group would be in itself, or in a group that is in it.
func CyclicMembership(member, container string) *Fault { return cyclic.new(member, container) }

// StorageKeyNotFound: nobody and no group has that descriptor of the graph.
func StorageKeyNotFound(of string) *Fault { return storageKey.new(of) }

// DescriptorNotFound: no user, group or project has that GUID.
func DescriptorNotFound(key string) *Fault { return descriptor.new(key) }

// ServiceDefinitionNotFound: no service of that type was registered under that identifier.
func ServiceDefinitionNotFound(kind, id string) *Fault { return serviceDefinition.new(kind, id) }

// ProcessNotFound: no process with that GUID.
func ProcessNotFound(id string) *Fault { return process.new(id) }

// NodeNameTaken: another child of the parent has that name.
func NodeNameTaken(name, parent string) *Fault { return nodeName.new(name, parent) }

// NodeNotFound: no area or iteration of that path or id.
func NodeNotFound(path string) *Fault { return node.new(path) }

// NodeDates: an iteration that starts after it ends.
func NodeDates(start, finish string) *Fault { return nodeDates.new(start, finish) }

// BacklogIterationInvalid: a team that has no backlog iteration, or is given one that does not exist.
func BacklogIterationInvalid() *Fault { return backlogIteration.new() }

// TeamSettings: settings a team cannot have; the text says why.
func TeamSettings(format string, args ...any) *Fault {
	return teamSettings.new(fmt.Sprintf(format, args...))
}

// IterationNotFound: no iteration with that GUID, or none of the team's.
func IterationNotFound(id string) *Fault { return iteration.new(id) }

// TeamFieldMissing: team field values without one of their members. observed: its event id is 0.
func TeamFieldMissing(name string) *Fault {
	f := kind{400, "TeamFieldArgumentNullException", teamwork, "%s"}.new(name)
	f.EventID = 0
	return f
}

// MemberCapacityNotFound: nobody with that id, or nothing known of what they can do.
func MemberCapacityNotFound(id string) *Fault { return memberCapacity.new(id) }

// TeamFieldNotSet: a team without areas, whose backlogs cannot tell what is on them.
func TeamFieldNotSet() *Fault { return teamFieldNotSet.new() }

// BacklogNotFound: no backlog level of that id or name.
func BacklogNotFound(name string) *Fault { return backlog.new(name) }

// NotOnBacklog: a work item that is not on the backlog a request reorders.
func NotOnBacklog(id int64) *Fault { return notOnBacklog.new(id) }

// InvalidNode: an area or iteration that cannot be what a request makes of it; the text says why.
func InvalidNode(format string, args ...any) *Fault {
	return nodeInvalid.new(fmt.Sprintf(format, args...))
}

// Work items.
var (
	workItem = kind{404, "WorkItemUnauthorizedAccessException", tracking,
		`TF401232: Work item %d does not exist, or you do not have permissions to read it.`}
	workItemType = kind{404, "WorkItemTypeNotFoundException", tracking,
		`VS402323: Work item type %s does not exist in project %s or you do not have permission to access it.`}
	workItemSave = kind{403, "WorkItemUnauthorizedSaveException", tracking,
		`TF237111: The current user does not have permissions to save work items under the specified area path.`}
	field = kind{400, "WorkItemTrackingFieldDefinitionNotFoundException", metadata,
		`TF51535: Cannot find field %s.`}
	treeName = kind{400, "WorkItemFieldInvalidTreeNameException", tracking,
		`TF401347: Invalid tree name given for work item %d, field '%s'.`}
	tooMany = kind{400, "VssPropertyValidationException", common,
		`VS403474: You requested %d work items which exceeds the limit of %d.`}
	revision = kind{412, "WorkItemRevisionMismatchException", tracking,
		`TF26071: This work item has been changed by someone else since you opened it. You will need to refresh it and discard your changes.`}
	fieldsAndExpand = kind{400, "VssPropertyValidationException", common,
		`The expand parameter can not be used with the fields parameter.`}
	testFailed = kind{412, "WorkItemPatchTestFailedException", tracking,
		`VS403351: Test Operation for path %s failed.`}
	ruleError = kind{400, "RuleValidationException", tracking,
		`TF401320: Rule Error for field %s. Error code: %s.`}
	dates = kind{400, "WorkItemDatesNotIncreasingException", tracking,
		`VS402625: Dates must be increasing with each revision.`}
	secondParent = kind{400, "WorkItemLinkAddExtraParentException", tracking,
		`TF201036: You cannot add a %s link between work items %d and %d because a work item can have only one %s link.`}
	circularLink = kind{400, "WorkItemLinkCircularException", tracking,
		`TF201035: You cannot add a %s link between work items %d and %d because it would make a circular relationship.`}
	selfLink = kind{400, "WorkItemLinkInvalidEndsException", tracking,
		`You cannot link work item %d to itself.`}
	relationExists   = kind{400, "VssPropertyValidationException", common, `Relation already exists.`}
	relationType     = kind{400, "VssPropertyValidationException", common, `The relation type %s does not exist.`}
	resourceLink     = kind{400, "WorkItemResourceLinkException", tracking, `Unrecognized Resource link. Verify LinkType is valid and the Name attribute is set appropriately.`}
	noRelationType   = kind{404, "WorkItemLinkTypeNotFoundException", tracking, `The relation type %s does not exist.`} // our choice
	relationIndex    = kind{400, "VssPropertyValidationException", common, `The work item has no relation with the index %d.`}
	revisionNotFound = kind{404, "WorkItemRevisionNotFoundException", tracking,
		`Revision %d of work item %d does not exist, or you do not have permissions to read it.`}
	updateNotFound = kind{404, "WorkItemUpdateNotFoundException", tracking,
		`Update %d of work item %d does not exist, or you do not have permissions to read it.`}
	testItem = kind{400, "WorkItemTestArtifactException", tracking,
		`Work item %d is a %s. Test work items cannot be deleted this way.`}
	notInBin = kind{404, "WorkItemNotInRecycleBinException", tracking,
		`Work item %d is not in the recycle bin, or you do not have permissions to read it.`}
	comment = kind{404, "CommentNotFoundException", tracking,
		`Comment %d of work item %d does not exist, or you do not have permissions to read it.`}
	commentVersion = kind{404, "CommentVersionNotFoundException", tracking,
		`Version %s of comment %d of work item %d does not exist.`}
	attachment = kind{404, "AttachmentNotFoundException", tracking,
		`Attachment %s does not exist, or you do not have permissions to read it.`}
	attachmentTooLarge = kind{413, "AttachmentTooLargeException", tracking,
		`TF237082: The file you are trying to upload exceeds the supported file upload size.`}
	chunkOrder = kind{400, "AttachmentChunkRangeException", tracking,
		`The chunk of the attachment cannot be stored: %s.`}
	tag = kind{404, "TagNotFoundException", tracking,
		`The tag '%s' does not exist, or you do not have permissions to read it.`}
	tagExists = kind{409, "TagAlreadyExistsException", tracking, `A tag with the name '%s' exists already.`}
	tagName   = kind{400, "InvalidTagNameException", tracking,
		`The tag name '%s' is not valid: it has 1 to 400 characters, without commas, semicolons and control characters.`}
	template = kind{404, "WorkItemTemplateNotFoundException", tracking,
		`The work item template '%s' does not exist, or the team has none of that id.`}
	emptyComment  = kind{400, "VssPropertyValidationException", common, `The text of a comment must not be empty.`}
	readOnlyField = kind{400, "WorkItemFieldReadOnlyException", tracking,
		`TF401326: Invalid field status 'ReadOnly' for field '%s'.`}
)

// WorkItemNotFound: no readable work item with that id.
func WorkItemNotFound(id int64) *Fault { return workItem.new(id) }

// WorkItemSave: a change of a work item in an area, or into one, where the caller may not edit work items.
func WorkItemSave() *Fault { return workItemSave.new() }

// WorkItemTypeNotFound: the project's process has no such type.
func WorkItemTypeNotFound(name, project string) *Fault { return workItemType.new(name, project) }

// FieldNotFound: no field of that reference name or name.
func FieldNotFound(name string) *Fault { return field.new(name) }

// InvalidTreeName: an area or iteration path that does not exist. id is -1 for an item being created.
func InvalidTreeName(id int64, field string) *Fault { return treeName.new(id, field) }

// TooManyWorkItems: more ids than one request may name.
func TooManyWorkItems(n, limit int) *Fault { return tooMany.new(n, limit) }

// RevisionMismatch: a patch's test of /rev failed.
func RevisionMismatch() *Fault { return revision.new() }

// FieldsAndExpand: both parameters at once.
func FieldsAndExpand() *Fault { return fieldsAndExpand.new() }

// PatchTestFailed: a patch's test of another path failed.
func PatchTestFailed(path string) *Fault { return testFailed.new(path) }

// ReadOnlyField: a patch writes a field that only the server sets.
func ReadOnlyField(name string) *Fault { return readOnlyField.new(name) }

// DatesNotIncreasing: a change that claims to be older than the revision it changes.
func DatesNotIncreasing() *Fault { return dates.new() }

// SecondParent: a link of a tree to a work item that has a parent there.
func SecondParent(link string, from, to int64, parent string) *Fault {
	return secondParent.new(link, from, to, parent)
}

// CircularLink: a link that would lead back to where it began.
func CircularLink(link string, from, to int64) *Fault { return circularLink.new(link, from, to) }

// LinkToSelf: both ends of a link are the same work item.
func LinkToSelf(id int64) *Fault { return selfLink.new(id) }

// RelationExists: the work item has that relation.
func RelationExists() *Fault { return relationExists.new() }

// RelationTypeNotFound: a patch or query names no link type.
func RelationTypeNotFound(name string) *Fault { return relationType.new(name) }

// ResourceLink: a link to an artifact that does not say of which kind it is, or leads to no artifact.
func ResourceLink() *Fault { return resourceLink.new() }

// NoRelationType: a request for a link type that there is not.
func NoRelationType(name string) *Fault { return noRelationType.new(name) }

// RelationIndex: a patch names a relation that is not there.
func RelationIndex(n int) *Fault { return relationIndex.new(n) }

// RevisionNotFound: the work item has no such revision that the caller can read.
func RevisionNotFound(id, rev int64) *Fault { return revisionNotFound.new(rev, id) }

// UpdateNotFound: the work item has no such update.
func UpdateNotFound(id, update int64) *Fault { return updateNotFound.new(update, id) }

// CommentNotFound: the work item has no such comment that the caller can read.
func CommentNotFound(item, id int64) *Fault { return comment.new(id, item) }

// CommentVersionNotFound: the comment has no such version.
func CommentVersionNotFound(item, id int64, version string) *Fault {
	return commentVersion.new(version, id, item)
}

// AttachmentNotFound: no file of that GUID that the caller can read.
func AttachmentNotFound(guid string) *Fault { return attachment.new(guid) }

// AttachmentTooLarge: a file beyond the limit.
func AttachmentTooLarge() *Fault { return attachmentTooLarge.new() }

// ChunkOutOfOrder: a part of a file that does not fit behind those that are there.
func ChunkOutOfOrder(why string) *Fault { return chunkOrder.new(why) }

// TagNotFound: the project has no such tag.
func TagNotFound(name string) *Fault { return tag.new(name) }

// TagExists: another tag of the project has that name.
func TagExists(name string) *Fault { return tagExists.new(name) }

// InvalidTagName: a name that no tag can have.
func InvalidTagName(name string) *Fault { return tagName.new(name) }

// TemplateNotFound: the team has no such template.
func TemplateNotFound(id string) *Fault { return template.new(id) }

// EmptyComment: a comment that says nothing.
func EmptyComment() *Fault { return emptyComment.new() }

// TestItem: an item of test management, which has operations of its own.
func TestItem(id int64, typeName string) *Fault { return testItem.new(id, typeName) }

// NotInRecycleBin: no deleted work item with that id.
func NotInRecycleBin(id int64) *Fault { return notInBin.new(id) }

// Broken is a rule a field's value breaks. Flags are the wire's words, "Required, InvalidEmpty".
type Broken struct {
	ReferenceName string
	Name          string
	Flags         string
}

// Flags of a broken rule.
const (
	RequiredEmpty   = "Required, InvalidEmpty"
	InvalidListItem = "HasValues, LimitedToValues, InvalidListValue"
	InvalidType     = "InvalidType"
	InvalidOldValue = "InvalidNotOldValue"
	InvalidTooLong  = "InvalidTooLong"
	InvalidDate     = "InvalidDate"
	ReadOnlyFlag    = "ReadOnly"
	InvalidUser     = "InvalidValidUser"
)

// RuleValidation: field values that the work item type does not allow; the first one gives the message.
func RuleValidation(broken ...Broken) *Fault {
	errors := make([]map[string]any, len(broken))
	for i, b := range broken {
		flags := camel(b.Flags)
		errors[i] = map[string]any{
			"fieldReferenceName": b.ReferenceName, "fieldStatusFlags": flags,
			"errorMessage": ruleError.new(b.Name, b.Flags).Message, "fieldStatusCode": statusCode(b.Flags), "ruleValidationErrors": nil,
		}
	}
	first := broken[0]
	f := ruleError.new(first.Name, first.Flags)
	f.Properties = map[string]any{
		"FieldReferenceName": first.ReferenceName, "FieldStatusFlags": errors[0]["fieldStatusFlags"],
		"ErrorMessage": f.Message, "FieldStatusCode": statusCode(first.Flags), "ExtraErrorMessage": nil, "RuleValidationErrors": errors,
	}
	return f
}

// camel writes flags as they are written in JSON.
func camel(flags string) string {
	words := strings.Split(flags, ", ")
	for i, w := range words {
		words[i] = strings.ToLower(w[:1]) + w[1:]
	}
	return strings.Join(words, ", ")
}

// statusCode is the number of a flag set. observed: "required, invalidEmpty" is 524289; the other bits are our choice.
func statusCode(flags string) int {
	bits := map[string]int{
		"Required": 1, "ReadOnly": 2, "HasValues": 1 << 4, "LimitedToValues": 1 << 5, "InvalidEmpty": 1 << 19,
		"InvalidType": 1 << 20, "InvalidListValue": 1 << 21, "InvalidNotOldValue": 1 << 22, "InvalidTooLong": 1 << 23,
		"InvalidDate": 1 << 24, "InvalidValidUser": 1 << 25,
	}
	code := 0
	for f := range strings.SplitSeq(flags, ", ") {
		code |= bits[f]
	}
	return code
}

// Throttled: somebody asked too much. namespace is who.
func Throttled(resource, namespace string) *Fault { return throttled.new(resource, namespace) }

// Injected: an error that a rule asks for.
func Injected(status int, rule string) *Fault {
	f := injected.new(rule)
	f.Status = status
	return f
}
