package edm

// The tables of pipelines, tests and agents. Their columns are the properties of the entity type they are of; some have
// columns beside them, see HiddenColumns.
const (
	PipelinesTable          = "pipelines"
	PipelineRunsTable       = "pipeline_runs"
	PipelineActivitiesTable = "pipeline_activities"
	PipelineJobsTable       = "pipeline_jobs"
	PipelineTasksTable      = "pipeline_tasks"
	BranchesTable           = "branches"
	AgentRequestsTable      = "agent_requests"
	AgentPoolsTable         = "agent_pools"
	ParallelJobsTable       = "parallel_jobs"
	TestsTable              = "tests"
	TestRunsTable           = "test_runs"
	TestResultsTable        = "test_results"
	TestDaysTable           = "test_days"
	TestConfigurationsTable = "test_configurations"
	TestSuitesTable         = "test_suites"
	TestPointsTable         = "test_points"
	TestPointHistoryTable   = "test_point_history"
)

// deliveryTables is where the rows of each type are, in the order in which one refers to others.
var deliveryTables = []struct{ entity, table string }{
	{"Pipeline", PipelinesTable}, {"Branch", BranchesTable}, {"PipelineJob", PipelineJobsTable}, {"PipelineTask", PipelineTasksTable},
	{"PipelineRun", PipelineRunsTable}, {"PipelineRunActivityResult", PipelineActivitiesTable},
	{"Test", TestsTable}, {"TestRun", TestRunsTable}, {"TestResult", TestResultsTable}, {"TestResultDaily", TestDaysTable},
	{"TestConfiguration", TestConfigurationsTable}, {"TestSuite", TestSuitesTable}, {"TestPoint", TestPointsTable},
	{"TestPointHistorySnapshot", TestPointHistoryTable},
	{"TaskAgentRequestSnapshot", AgentRequestsTable}, {"TaskAgentPoolSizeSnapshot", AgentPoolsTable},
	{"ParallelPipelineJobsSnapshot", ParallelJobsTable},
}

// DeliveryTypes lists the types of pipelines, tests and agents.
func (m *Model) DeliveryTypes() []*EntityType {
	var all []*EntityType
	for _, d := range deliveryTables {
		if t := m.Type(d.entity); t != nil {
			all = append(all, t)
		}
	}
	return all
}

func deliveryTable(entity string) string {
	for _, d := range deliveryTables {
		if d.entity == entity {
			return d.table
		}
	}
	return ""
}

// HiddenColumns are columns of whole numbers that the table of a type has beside those of its properties: what the rows
// are replaced by and, of a history, on which days its rows hold.
func (t *EntityType) HiddenColumns() []string {
	switch t.Table() {
	case PipelineActivitiesTable:
		return []string{"PipelineRunSK"}
	case TestPointHistoryTable:
		return []string{"ChangedDateSK", "RevisedDateSK"}
	case AgentRequestsTable, AgentPoolsTable, ParallelJobsTable:
		return []string{"RecordSK"}
	}
	return nil
}

// Daily reports whether the rows of a snapshot are those of a history on each day, which are too many to be read one by
// one. The snapshots of agents are samples: few, and read as they are.
func (t *EntityType) Daily() bool {
	switch t.Table() {
	case AgentRequestsTable, AgentPoolsTable, ParallelJobsTable:
		return false
	}
	return t.Snapshot
}

// Order is the properties that tell the rows of a type apart: the key, and what published keys lack.
func (t *EntityType) Order() []string {
	switch t.Table() {
	case AgentRequestsTable:
		return append(t.Key[:len(t.Key):len(t.Key)], "ProjectSK", "RequestId")
	case AgentPoolsTable:
		return append(t.Key[:len(t.Key):len(t.Key)], "PoolId")
	}
	return t.Key
}
