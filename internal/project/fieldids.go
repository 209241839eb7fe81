package project

// Ids of the fields the code itself reads or writes; fields.json holds all of them. Fields of the
// work item store that are publicly known by number keep that number.
const (
	FieldIsDeleted         FieldID = -404
	FieldIterationPath     FieldID = -105
	FieldIterationID       FieldID = -104
	FieldExternalLinkCount FieldID = -57
	FieldTeamProject       FieldID = -42
	FieldParent            FieldID = -35
	FieldHyperLinkCount    FieldID = -32
	FieldAttachedFileCount FieldID = -31
	FieldNodeName          FieldID = -12
	FieldAreaPath          FieldID = -7
	FieldPersonID          FieldID = -6
	FieldRevisedDate       FieldID = -5
	FieldChangedDate       FieldID = -4
	FieldWorkItemID        FieldID = -3 // System.Id
	FieldAreaID            FieldID = -2
	FieldAuthorizedAs      FieldID = -1
	FieldTitle             FieldID = 1
	FieldState             FieldID = 2
	FieldAuthorizedDate    FieldID = 3
	FieldWatermark         FieldID = 7
	FieldRev               FieldID = 8
	FieldChangedBy         FieldID = 9
	FieldReason            FieldID = 22
	FieldAssignedTo        FieldID = 24
	FieldWorkItemType      FieldID = 25
	FieldCreatedDate       FieldID = 32
	FieldCreatedBy         FieldID = 33
	FieldDescription       FieldID = 52
	FieldHistory           FieldID = 54
	FieldRelatedLinkCount  FieldID = 75
	FieldTags              FieldID = 80
	FieldBoardColumn       FieldID = 90
	FieldBoardColumnDone   FieldID = 91
	FieldBoardLane         FieldID = 92
	FieldCommentCount      FieldID = 100
	FieldRemoteLinkCount   FieldID = 101
	FieldAreaLevel1        FieldID = 111 // levels 2 to 7 follow
	FieldIterationLevel1   FieldID = 121 // levels 2 to 7 follow
)

// Ids of fields that workflow, ordering and the analytics feed treat specially.
const (
	FieldActivatedBy      FieldID = 10073
	FieldActivatedDate    FieldID = 10074
	FieldActivity         FieldID = 10075
	FieldBacklogPriority  FieldID = 10076
	FieldClosedBy         FieldID = 10078
	FieldClosedDate       FieldID = 10079
	FieldDiscipline       FieldID = 10080
	FieldPriority         FieldID = 10082
	FieldResolvedBy       FieldID = 10085
	FieldResolvedDate     FieldID = 10086
	FieldResolvedReason   FieldID = 10087
	FieldStackRank        FieldID = 10091
	FieldStateChangeDate  FieldID = 10092
	FieldCompletedWork    FieldID = 10100
	FieldDueDate          FieldID = 10101
	FieldEffort           FieldID = 10102
	FieldFinishDate       FieldID = 10103
	FieldOriginalEstimate FieldID = 10104
	FieldRemainingWork    FieldID = 10105
	FieldSize             FieldID = 10106
	FieldStartDate        FieldID = 10107
	FieldStoryPoints      FieldID = 10108
	FieldTargetDate       FieldID = 10109
)
