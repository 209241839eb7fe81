package edm

import (
	"slices"
	"strings"
)

// The tables of an organization's analytics database. Inside, rows refer to each other by the record store's integer
// ids; GUIDs are only in the dimension tables and are looked up when a result is written.
const (
	ItemsTable          = "items"               // the current revision of every live work item
	RevisionsTable      = "revisions"           // superseded revisions; rows are only ever added
	RevisionsView       = "work_item_revisions" // both
	ProjectsTable       = "projects"
	AreasTable          = "areas"
	IterationsTable     = "iterations"
	TeamsTable          = "teams"
	UsersTable          = "users"
	TagsTable           = "tags"
	DatesTable          = "dates"
	LinksTable          = "links"
	ItemTagsTable       = "item_tags"       // WorkItemId, TagSK: of current revisions
	RevisionTagsTable   = "revision_tags"   // WorkItemRevisionSK, TagSK, WorkItemId: of all revisions
	TeamAreasTable      = "team_areas"      // TeamSK, AreaSK: every area a team owns, with those below
	TeamIterationsTable = "team_iterations" // TeamSK, IterationSK
	ProjectUsersTable   = "project_users"   // ProjectSK, UserSK: who appears in a project's data
	DescendantsTable    = "descendants"     // AncestorId, WorkItemId, Depth: the hierarchy of current revisions, at every distance
	ProcessesTable      = "processes"
	ProcessFieldsTable  = "process_fields"     // the fields of the types of a process
	TypeFieldsView      = "type_fields"        // the same for each project
	ItemProcessesView   = "item_processes"     // WorkItemId, ProcessSK: the item's type, for each team that owns its area
	RevisionProcesses   = "revision_processes" // WorkItemRevisionSK, ProcessSK: the same of all revisions
	BoardLocationsTable = "board_locations"    // every version of every cell of every board
	BoardStatesTable    = "board_states"       // BoardLocationSK, TeamSK, WorkItemType, State: which items a cell takes
	BoardChoicesTable   = "board_choices"      // WorkItemRevisionSK, WorkItemId, BoardSK, Choice: where somebody put a revision
	BoardOptionsTable   = "board_options"      // in which cells items with a choice are, by type and state, and when
	BoardView           = "board_revisions"    // revisions with each cell they were in, between FromDateSK and ToDateSK
	ItemLocationsView   = "item_locations"     // WorkItemId, BoardLocationSK: the cells that items are in now
	RevisionLocations   = "revision_locations" // WorkItemRevisionSK, BoardLocationSK: those that revisions were in
)

var tables = map[string]string{
	"WorkItem": ItemsTable, "WorkItemRevision": RevisionsView, "Project": ProjectsTable, "Area": AreasTable,
	"Iteration": IterationsTable, "Team": TeamsTable, "User": UsersTable, "Tag": TagsTable, "CalendarDate": DatesTable,
	"WorkItemLink": LinksTable, "Process": ProcessesTable, "WorkItemTypeField": TypeFieldsView,
	"WorkItemSnapshot": RevisionsView, "BoardLocation": BoardLocationsTable, "WorkItemBoardSnapshot": BoardView,
}

// Table is the table or view that holds the rows of the type, or "" when no rows are kept.
func (t *EntityType) Table() string {
	if table, ok := tables[t.Name]; ok {
		return table
	}
	return deliveryTable(t.Name)
}

// View reports whether the rows of the type come from a view, which has no row numbers.
func (t *EntityType) View() bool {
	return t.Table() == RevisionsView || t.Table() == TypeFieldsView || t.Table() == BoardView
}

// Dimension is a table that maps integer keys to GUIDs.
type Dimension struct{ Table, Key, GUID string }

var dimensions = map[string]*Dimension{
	"ProjectSK":   {ProjectsTable, "ProjectSK", "ProjectId"},
	"AreaSK":      {AreasTable, "AreaSK", "AreaId"},
	"IterationSK": {IterationsTable, "IterationSK", "IterationId"},
	"TeamSK":      {TeamsTable, "TeamSK", "TeamId"},
	"UserSK":      {UsersTable, "UserSK", "UserId"},
}

// Dimension is the table whose integer key the property's column holds in place of the GUID, or nil for a column that
// holds the value itself. The GUID keys are called …SK; keys of people have many names.
func (p *Property) Dimension() *Dimension {
	if p.Type.Kind != Guid || !strings.HasSuffix(p.Name, "SK") {
		return nil
	}
	if d := dimensions[p.Name]; d != nil {
		return d
	}
	return dimensions["UserSK"]
}

// Column is the name of the property's column. Names of custom properties depend on what else is in scope, so their
// columns are named after the field.
func (p *Property) Column() string {
	if p.Custom {
		return p.Ref
	}
	return p.Name
}

// Stored is the kind of the property's column: an integer for keys of dimensions and for enums, else the property's own.
func (p *Property) Stored() Kind {
	if p.Dimension() != nil || p.Type.Kind == Enum {
		return Int32
	}
	return p.Type.Kind
}

// SnapshotDay is the column of the table of dates that a property of a snapshot shows in place of the revision's own, ""
// for the others: a snapshot is every revision on every day on which it was the last one.
func SnapshotDay(property string) string {
	switch property {
	case "DateSK", "IsLastDayOfPeriod":
		return property
	case "DateValue":
		return "Date"
	}
	return ""
}

// SnapshotDays are the columns of a snapshot's table with the first day on which the row is what the snapshot shows, and
// the first on which it is no longer, null for never.
func SnapshotDays(table string) (from, until string) {
	if table == BoardView {
		return "FromDateSK", "ToDateSK"
	}
	return "ChangedDateSK", "RevisedDateSK"
}

// Join tells how the rows behind a navigation are found: rows of the target whose To equals From of the source, or that
// a bridge table connects with it.
type Join struct {
	From       string // column of the source
	Bridge     string // table between both, "" for none
	BridgeFrom string // its columns
	BridgeTo   string
	To         string // column of the target
}

var collections = map[string]Join{
	"WorkItem.Tags":          {From: "WorkItemId", Bridge: ItemTagsTable, BridgeFrom: "WorkItemId", BridgeTo: "TagSK", To: "TagSK"},
	"WorkItemRevision.Tags":  {From: "WorkItemRevisionSK", Bridge: RevisionTagsTable, BridgeFrom: "WorkItemRevisionSK", BridgeTo: "TagSK", To: "TagSK"},
	"WorkItem.Teams":         {From: "AreaSK", Bridge: TeamAreasTable, BridgeFrom: "AreaSK", BridgeTo: "TeamSK", To: "TeamSK"},
	"WorkItemSnapshot.Teams": {From: "AreaSK", Bridge: TeamAreasTable, BridgeFrom: "AreaSK", BridgeTo: "TeamSK", To: "TeamSK"},
	"WorkItemSnapshot.Tags":  {From: "WorkItemRevisionSK", Bridge: RevisionTagsTable, BridgeFrom: "WorkItemRevisionSK", BridgeTo: "TagSK", To: "TagSK"},
	"WorkItemRevision.Teams": {From: "AreaSK", Bridge: TeamAreasTable, BridgeFrom: "AreaSK", BridgeTo: "TeamSK", To: "TeamSK"},
	"WorkItem.Revisions":     {From: "WorkItemId", To: "WorkItemId"},
	"WorkItem.Links":         {From: "WorkItemId", To: "SourceWorkItemId"},
	"WorkItem.Children":      {From: "WorkItemId", To: "ParentWorkItemId"},
	"WorkItem.Descendants":   {From: "WorkItemId", Bridge: DescendantsTable, BridgeFrom: "AncestorId", BridgeTo: "WorkItemId", To: "WorkItemId"},
	"WorkItem.Processes":     {From: "WorkItemId", Bridge: ItemProcessesView, BridgeFrom: "WorkItemId", BridgeTo: "ProcessSK", To: "ProcessSK"},

	"WorkItemRevision.Processes": {From: "WorkItemRevisionSK", Bridge: RevisionProcesses, BridgeFrom: "WorkItemRevisionSK", BridgeTo: "ProcessSK", To: "ProcessSK"},
	"WorkItemSnapshot.Processes": {From: "WorkItemRevisionSK", Bridge: RevisionProcesses, BridgeFrom: "WorkItemRevisionSK", BridgeTo: "ProcessSK", To: "ProcessSK"},

	"WorkItem.BoardLocations":         {"WorkItemId", ItemLocationsView, "WorkItemId", "BoardLocationSK", "BoardLocationSK"},
	"WorkItemRevision.BoardLocations": {"WorkItemRevisionSK", RevisionLocations, "WorkItemRevisionSK", "BoardLocationSK", "BoardLocationSK"},
	"BoardLocation.WorkItems":         {"BoardLocationSK", ItemLocationsView, "BoardLocationSK", "WorkItemId", "WorkItemId"},
	"WorkItemBoardSnapshot.Tags":      {"WorkItemRevisionSK", RevisionTagsTable, "WorkItemRevisionSK", "TagSK", "TagSK"},

	"Project.Areas":      {From: "ProjectSK", To: "ProjectSK"},
	"Project.Iterations": {From: "ProjectSK", To: "ProjectSK"},
	"Project.Teams":      {From: "ProjectSK", To: "ProjectSK"},
	"Area.Teams":         {From: "AreaSK", Bridge: TeamAreasTable, BridgeFrom: "AreaSK", BridgeTo: "TeamSK", To: "TeamSK"},
	"Iteration.Teams":    {From: "IterationSK", Bridge: TeamIterationsTable, BridgeFrom: "IterationSK", BridgeTo: "TeamSK", To: "TeamSK"},
	"Team.Areas":         {From: "TeamSK", Bridge: TeamAreasTable, BridgeFrom: "TeamSK", BridgeTo: "AreaSK", To: "AreaSK"},
	"Team.Iterations":    {From: "TeamSK", Bridge: TeamIterationsTable, BridgeFrom: "TeamSK", BridgeTo: "IterationSK", To: "IterationSK"},
}

// Join returns how a navigation is joined; false when no rows are kept for it.
func (m *Model) Join(t *EntityType, n *Navigation) (Join, bool) {
	target := m.Target(n)
	if target == nil || target.Table() == "" || t.Table() == "" {
		return Join{}, false
	}
	if n.Collection {
		j, ok := collections[t.Name+"."+n.Name]
		return j, ok
	}
	fk, key := t.Property(n.FK), target.Property(n.RefKey)
	if fk == nil || key == nil {
		return Join{}, false
	}
	return Join{From: fk.Column(), To: key.Column()}, true
}

// Moves reports whether a navigation leads from a work item to its own revisions or links, or back from a revision. They
// lie in the same project unless the item has moved: what is over stays in the project it happened in. Tests name work
// items by number, which says even less of where those lie.
func (n *Navigation) Moves() bool {
	switch n.Target {
	case "WorkItemRevision", "WorkItemLink":
		return true
	case "WorkItem":
		return slices.Contains([]string{"WorkItemId", "TestCaseId", "TestSuiteId", "TestPlanId", "RequirementWorkItemId"}, n.FK)
	}
	return false
}

// Constant tells which properties of work item tables are no columns because every row has the same value.
func Constant(table, property string) (value int64, ok bool) {
	switch property {
	case "Count":
		return 1, true
	case "IsCurrent":
		switch table {
		case ItemsTable:
			return 1, true
		case RevisionsTable:
			return 0, true
		}
	case "IsLastRevisionOfDay":
		return 1, table == ItemsTable
	case "IsLastRevisionOfPeriod":
		return AllPeriods, table == ItemsTable
	}
	return 0, false
}

// AllPeriods is the value of the enum Period that names every period.
const AllPeriods = 2047

var placed = map[string][]string{
	ProjectsTable: {"ProjectName"}, UsersTable: {"UserName"},
	AreasTable: {"AreaName", "AreaPath"}, IterationsTable: {"IterationName", "IterationPath"},
}

// Placed lists the columns of a table whose texts have their places in a column beside them.
func Placed(table string) []string { return placed[table] }

// Place is the column with the places of a column's texts, "" where there is none: equal numbers for texts that differ in
// letter case only, in the order of the texts, null for null. Numbers are grouped and ordered faster than texts.
func Place(table, column string) string {
	if slices.Contains(placed[table], column) {
		return column + "Place"
	}
	return ""
}
