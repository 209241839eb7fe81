package edm

import "fmt"

// entityTypes lists every entity type in the order of the published document, which is also the order of the entity
// sets. The literals leave out what New can tell by itself: Since of a member as old as its type, RefKey of a
// navigation (the key of its target) and NotNull of a navigation (its foreign key's).
var entityTypes = []*EntityType{
	workItemRevisionEntity,
	workItemEntity,
	tagEntity,
	workItemSnapshotEntity,
	workItemBoardSnapshotEntity,
	workItemLinkEntity,
	calendarDateEntity,
	projectEntity,
	iterationEntity,
	areaEntity,
	teamEntity,
	boardLocationEntity,
	userEntity,
	workItemTypeFieldEntity,
	testRunEntity,
	testResultEntity,
	testEntity,
	testConfigurationEntity,
	testSuiteEntity,
	testPointEntity,
	testPointHistorySnapshotEntity,
	pipelineRunEntity,
	branchEntity,
	processEntity,
	testResultDailyEntity,
	pipelineEntity,
	pipelineTaskEntity,
	pipelineRunActivityResultEntity,
	pipelineJobEntity,
	taskAgentRequestSnapshotEntity,
	taskAgentPoolSizeSnapshotEntity,
	parallelPipelineJobsSnapshotEntity,
}

// Short names for the types of properties; see enums.go for the others.
var (
	boolean = Type{Kind: Boolean}
	octet   = Type{Kind: Byte}
	integer = Type{Kind: Int32}
	long    = Type{Kind: Int64}
	double  = Type{Kind: Double}
	decimal = Type{Kind: Decimal}
	text    = Type{Kind: String}
	guid    = Type{Kind: Guid}
	moment  = Type{Kind: DateTimeOffset}
)

// perProcess marks properties that exist only where a process in scope has their field.
func perProcess(properties ...Property) []Property {
	for i := range properties {
		properties[i].ProcessField = true
	}
	return properties
}

// levels repeats the templates for each flattened level of a tree, with the level's number in name and display name.
func levels(templates ...Property) []Property {
	const deepest = 14
	var properties []Property
	for level := 1; level <= deepest; level++ {
		for _, p := range templates {
			p.Name, p.Display = fmt.Sprintf(p.Name, level), fmt.Sprintf(p.Display, level)
			properties = append(properties, p)
		}
	}
	return properties
}
