package edm

// The enum types, as values to put into Property.Type.
var (
	predictModel = Type{Kind: Enum, Enum: &EnumType{
		Name: "PredictModel", Underlying: Int32, Since: V3Preview,
		Members: []EnumMember{
			{"WorkItemCompletedTime", 0, ""},
		},
	}}
	period = Type{Kind: Enum, Enum: &EnumType{
		Name: "Period", Underlying: Int32, Flags: true, Since: V1,
		Members: []EnumMember{
			{"None", 0, "None"},
			{"Day", 1, "Day"},
			{"WeekEndingOnSunday", 2, "Week Ending On Sunday"},
			{"WeekEndingOnMonday", 4, "Week Ending On Monday"},
			{"WeekEndingOnTuesday", 8, "Week Ending On Tuesday"},
			{"WeekEndingOnWednesday", 16, "Week Ending On Wednesday"},
			{"WeekEndingOnThursday", 32, "Week Ending On Thursday"},
			{"WeekEndingOnFriday", 64, "Week Ending On Friday"},
			{"WeekEndingOnSaturday", 128, "Week Ending On Saturday"},
			{"Month", 256, "Month"},
			{"Quarter", 512, "Quarter"},
			{"Year", 1024, "Year"},
			{"All", 2047, "All"},
		},
	}}
	boardColumnSplit = Type{Kind: Enum, Enum: &EnumType{
		Name: "BoardColumnSplit", Underlying: Byte, Since: V1,
		Members: []EnumMember{
			{"Doing", 0, "Doing"},
			{"Done", 1, "Done"},
			{"Unknown", 2, "Unknown (not split)"},
		},
	}}
	projectVisibility = Type{Kind: Enum, Enum: &EnumType{
		Name: "ProjectVisibility", Underlying: Byte, Since: V1,
		Members: []EnumMember{
			{"Private", 0, "Private"},
			{"Organization", 1, "Organization"},
			{"Public", 2, "Public"},
		},
	}}
	userType = Type{Kind: Enum, Enum: &EnumType{
		Name: "UserType", Underlying: Byte, Since: V1,
		Members: []EnumMember{
			{"Unknown", 0, "Unrecognized"},
			{"Unrecognized", 1, "Unrecognized"},
			{"User", 2, "User"},
			{"Organization", 3, "Organization"},
			{"Bot", 4, "Bot"},
		},
	}}
	testRunType = Type{Kind: Enum, Enum: &EnumType{
		Name: "TestRunType", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"Automated", 1, "Automated"},
			{"Manual", 2, "Manual"},
		},
	}}
	sourceWorkflow = Type{Kind: Enum, Enum: &EnumType{
		Name: "SourceWorkflow", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"Build", 1, "Build"},
			{"Release", 2, "Release"},
			{"Manual", 3, "Manual"},
		},
	}}
	pipelineProcessType = Type{Kind: Enum, Enum: &EnumType{
		Name: "PipelineProcessType", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"Designer", 1, ""},
			{"Yaml", 2, ""},
			{"Docker", 3, ""},
		},
	}}
	pipelineRunReason = Type{Kind: Enum, Enum: &EnumType{
		Name: "PipelineRunReason", Underlying: Int16, Since: V3Preview,
		Members: []EnumMember{
			{"None", 0, "None"},
			{"Manual", 1, "Manual"},
			{"IndividualCI", 2, "Individual CI"},
			{"BatchedCI", 4, "Batched CI"},
			{"Schedule", 8, "Schedule"},
			{"UserCreated", 32, "User Created"},
			{"ValidateShelveset", 64, "Validate Shelveset"},
			{"CheckInShelveset", 128, "Check In Shelvset"}, // observed spelling
			{"PullRequest", 256, "Pull Request"},
			{"PipelineRunCompletion", 512, "Build Completion"},
		},
	}}
	pipelineRunOutcome = Type{Kind: Enum, Enum: &EnumType{
		Name: "PipelineRunOutcome", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"None", 0, "None"},
			{"Succeed", 2, "Succeed"},
			{"PartiallySucceeded", 4, "PartiallySucceeded"},
			{"Failed", 8, "Failed"},
			{"Canceled", 32, "Canceled"},
		},
	}}
	testOutcome = Type{Kind: Enum, Enum: &EnumType{
		Name: "TestOutcome", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"Unspecified", 0, "Unspecified"},
			{"None", 1, "None"},
			{"Passed", 2, "Passed"},
			{"Failed", 3, "Failed"},
			{"Inconclusive", 4, "Inconclusive"},
			{"Timeout", 5, "Timeout"},
			{"Aborted", 6, "Aborted"},
			{"Blocked", 7, "Blocked"},
			{"NotExecuted", 8, "Not Executed"},
			{"Warning", 9, "Warning"},
			{"Error", 10, "Error"},
			{"NotApplicable", 11, "Not Applicable"},
			{"Paused", 12, "Paused"},
			{"InProgress", 13, "In Progress"},
			{"NotImpacted", 14, "Not Impacted"},
		},
	}}
	testSuiteType = Type{Kind: Enum, Enum: &EnumType{
		Name: "TestSuiteType", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"None", 0, "None"},
			{"QueryBased", 1, "Query Based"},
			{"Static", 2, "Static"},
			{"RequirementBased", 3, "Requirement Based"},
		},
	}}
	testResultState = Type{Kind: Enum, Enum: &EnumType{
		Name: "TestResultState", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"Unspecified", 0, "Unspecified"},
			{"Pending", 1, "Pending"},
			{"Queued", 2, "Queued"},
			{"InProgress", 3, "In Progress"},
			{"Paused", 4, "Paused"},
			{"Completed", 5, "Completed"},
		},
	}}
	pipelineRunTaskOutcome = Type{Kind: Enum, Enum: &EnumType{
		Name: "PipelineRunTaskOutcome", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"Succeeded", 0, "Succeeded"},
			{"SucceededWithIssues", 1, "Succeeded With Issues"},
			{"Failed", 2, "Failed"},
			{"Canceled", 3, "Canceled"},
			{"Skipped", 4, "Skipped"},
			{"Abandoned", 5, "Abandoned"},
		},
	}}
	pipelineActivityType = Type{Kind: Enum, Enum: &EnumType{
		Name: "PipelineActivityType", Underlying: Byte, Since: V3Preview,
		Members: []EnumMember{
			{"Task", 0, "Task"},
			{"Approval", 1, "Approval"},
			{"AgentWait", 2, "Agent Wait"},
		},
	}}
)

// enumTypes lists the enum types in the order of the document.
var enumTypes = []*EnumType{
	predictModel.Enum,
	period.Enum,
	boardColumnSplit.Enum,
	projectVisibility.Enum,
	userType.Enum,
	testRunType.Enum,
	sourceWorkflow.Enum,
	pipelineProcessType.Enum,
	pipelineRunReason.Enum,
	pipelineRunOutcome.Enum,
	testOutcome.Enum,
	testSuiteType.Enum,
	testResultState.Enum,
	pipelineRunTaskOutcome.Enum,
	pipelineActivityType.Enum,
}
