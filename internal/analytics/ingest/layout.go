package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
)

// layoutVersion changes whenever tables or what is computed into them change, such as places of texts when sqlgen folds
// letters in another way; a database with another one is rebuilt.
const layoutVersion = 9

// layout is the columns of the work item tables for an organization's fields. The order is that of the published
// properties; what only superseded revisions need comes last.
type layout struct {
	columns []itemColumn
	common  int            // columns[:common] are those of the current items as well
	index   map[string]int // by column name

	delivery map[string]*deliveryTable
}

type itemColumn struct {
	db.Column
	property *edm.Property  // nil when it is not published
	field    *project.Field // whose value it shows; nil for computed columns
}

func (c itemColumn) custom() bool { return c.property != nil && c.property.Custom }

// placedColumn is true of revisions that somebody put somewhere on a board, and null of all others.
const placedColumn = "IsPlaced"

// Columns that only the table of superseded revisions has, in the order in which it has them.
var closingColumns = []string{"RevisedDate", "RevisedDateSK", "IsLastRevisionOfDay", "IsLastRevisionOfPeriod"}

func newLayout(catalog *project.Catalog) *layout {
	model := edm.New(edm.V4Preview, allFields(catalog))
	l := &layout{index: map[string]int{}, delivery: deliveryTables(model)}
	revision := model.Type("WorkItemRevision")
	add := func(p *edm.Property) {
		c := itemColumn{Column: db.Column{Name: p.Column(), Kind: kindOf(p)}, property: p}
		if p.Ref != "" {
			c.field = catalog.FindField(p.Ref)
		}
		l.index[c.Name] = len(l.columns)
		l.columns = append(l.columns, c)
	}
	for i := range revision.Properties {
		p := &revision.Properties[i]
		if _, constant := edm.Constant(edm.RevisionsTable, p.Name); constant || slices.Contains(closingColumns, p.Name) {
			continue
		}
		add(p)
	}
	l.index[placedColumn] = len(l.columns)
	l.columns = append(l.columns, itemColumn{Column: db.Column{Name: placedColumn, Kind: db.Bool}})
	l.common = len(l.columns)
	for _, name := range closingColumns {
		add(revision.Property(name))
	}
	return l
}

// allFields is the union over all processes: the tables have a column for every field that any scope can show.
func allFields(catalog *project.Catalog) edm.Fields {
	f := edm.Fields{Predefined: map[string]bool{}}
	for _, field := range catalog.Fields {
		f.Predefined[field.ReferenceName] = true
		f.Custom = append(f.Custom, customField(field))
	}
	return f
}

func customField(f *project.Field) edm.CustomField {
	kind := edm.FieldType(f.Type.String())
	if f.Identity {
		kind = edm.FieldIdentity
	}
	return edm.CustomField{ReferenceName: f.ReferenceName, Name: f.Name, Description: f.Description, Type: kind}
}

func kindOf(p *edm.Property) db.Kind {
	switch p.Stored() {
	case edm.Boolean:
		return db.Bool
	case edm.Int64:
		return db.Int64
	case edm.Double, edm.Single, edm.Decimal:
		return db.Float64
	case edm.String:
		return db.Text
	case edm.Guid:
		return db.UUID
	case edm.DateTimeOffset:
		return db.Timestamp
	default:
		return db.Int32
	}
}

// table lists the columns of one of the two work item tables.
func (l *layout) table(name string) []db.Column {
	n := len(l.columns)
	if name == edm.ItemsTable {
		n = l.common
	}
	columns := make([]db.Column, n)
	for i := range n {
		columns[i] = l.columns[i].Column
	}
	return columns
}

// signature tells layouts apart that need a rebuild: the version, and the kinds of columns both have.
func (l *layout) signature() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d\n", layoutVersion)
	for _, c := range l.columns {
		if c.custom() {
			continue // a new custom field adds a column, see extend
		}
		fmt.Fprintf(h, "%s %d\n", c.Name, c.Kind)
	}
	for _, name := range slices.Sorted(maps.Keys(l.delivery)) {
		fmt.Fprintf(h, "%s %v\n", name, l.delivery[name].columns)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// dimension tables and bridges; the first column is the key.
var plainTables = map[string][]db.Column{
	edm.ProjectsTable: {{Name: "ProjectSK", Kind: db.Int32}, {Name: "ProjectId", Kind: db.UUID}, {Name: "ProjectName", Kind: db.Text},
		{Name: "ProjectVisibility", Kind: db.Int32}, {Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}, {Name: "ProcessKey", Kind: db.Int32}},
	edm.AreasTable: append([]db.Column{{Name: "AreaSK", Kind: db.Int32}, {Name: "ProjectSK", Kind: db.Int32}, {Name: "AreaId", Kind: db.UUID},
		{Name: "AreaName", Kind: db.Text}, {Name: "Number", Kind: db.Int32}, {Name: "AreaPath", Kind: db.Text},
		{Name: "Depth", Kind: db.Int32}, {Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}}, levelColumns("AreaLevel")...),
	edm.IterationsTable: append([]db.Column{{Name: "IterationSK", Kind: db.Int32}, {Name: "ProjectSK", Kind: db.Int32}, {Name: "IterationId", Kind: db.UUID},
		{Name: "IterationName", Kind: db.Text}, {Name: "Number", Kind: db.Int32}, {Name: "IterationPath", Kind: db.Text},
		{Name: "Depth", Kind: db.Int32}, {Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}, {Name: "StartDate", Kind: db.Timestamp},
		{Name: "EndDate", Kind: db.Timestamp}}, levelColumns("IterationLevel")...),
	edm.TeamsTable: {{Name: "TeamSK", Kind: db.Int32}, {Name: "ProjectSK", Kind: db.Int32}, {Name: "TeamId", Kind: db.UUID},
		{Name: "TeamName", Kind: db.Text}, {Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}},
	edm.UsersTable: {{Name: "UserSK", Kind: db.Int32}, {Name: "UserId", Kind: db.UUID}, {Name: "UserName", Kind: db.Text},
		{Name: "UserEmail", Kind: db.Text}, {Name: "GitHubUserId", Kind: db.Text}, {Name: "UserType", Kind: db.Int32},
		{Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}},
	edm.TagsTable: {{Name: "TagSK", Kind: db.Int32}, {Name: "ProjectSK", Kind: db.Int32}, {Name: "TagId", Kind: db.UUID}, {Name: "TagName", Kind: db.Text}},
	edm.DatesTable: {{Name: "DateSK", Kind: db.Int32}, {Name: "Date", Kind: db.Timestamp}, {Name: "DayName", Kind: db.Text},
		{Name: "DayShortName", Kind: db.Text}, {Name: "DayOfWeek", Kind: db.Int32}, {Name: "DayOfMonth", Kind: db.Int32},
		{Name: "DayOfYear", Kind: db.Int32}, {Name: "WeekStartingDate", Kind: db.Timestamp}, {Name: "WeekEndingDate", Kind: db.Timestamp},
		{Name: "Month", Kind: db.Text}, {Name: "MonthName", Kind: db.Text}, {Name: "MonthShortName", Kind: db.Text},
		{Name: "MonthOfYear", Kind: db.Int32}, {Name: "YearMonth", Kind: db.Int32}, {Name: "Year", Kind: db.Int32},
		{Name: "IsLastDayOfPeriod", Kind: db.Int32}},
	edm.LinksTable: {{Name: "WorkItemLinkSK", Kind: db.Int32}, {Name: "ProjectSK", Kind: db.Int32}, {Name: "SourceWorkItemId", Kind: db.Int32},
		{Name: "TargetWorkItemId", Kind: db.Int32}, {Name: "CreatedDate", Kind: db.Timestamp}, {Name: "DeletedDate", Kind: db.Timestamp},
		{Name: "Comment", Kind: db.Text}, {Name: "LinkTypeId", Kind: db.Int32}, {Name: "LinkTypeReferenceName", Kind: db.Text},
		{Name: "LinkTypeName", Kind: db.Text}, {Name: "LinkTypeIsAcyclic", Kind: db.Bool}, {Name: "LinkTypeIsDirectional", Kind: db.Bool},
		{Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}},
	edm.ItemTagsTable:       {{Name: "WorkItemId", Kind: db.Int32}, {Name: "TagSK", Kind: db.Int32}},
	edm.RevisionTagsTable:   {{Name: "WorkItemRevisionSK", Kind: db.Int32}, {Name: "TagSK", Kind: db.Int32}, {Name: "WorkItemId", Kind: db.Int32}},
	edm.TeamAreasTable:      {{Name: "TeamSK", Kind: db.Int32}, {Name: "AreaSK", Kind: db.Int32}},
	edm.TeamIterationsTable: {{Name: "TeamSK", Kind: db.Int32}, {Name: "IterationSK", Kind: db.Int32}},
	edm.ProcessesTable: {{Name: "ProcessSK", Kind: db.Int32}, {Name: "ProjectSK", Kind: db.Int32},
		{Name: "BacklogCategoryReferenceName", Kind: db.Text}, {Name: "BacklogName", Kind: db.Text}, {Name: "BacklogType", Kind: db.Text},
		{Name: "BacklogLevel", Kind: db.Int32}, {Name: "WorkItemType", Kind: db.Text}, {Name: "HasBacklog", Kind: db.Bool},
		{Name: "IsHiddenType", Kind: db.Bool}, {Name: "IsBugType", Kind: db.Bool}, {Name: "TeamSK", Kind: db.Int32},
		{Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}},
	edm.ProcessFieldsTable: {{Name: "ProcessKey", Kind: db.Int32}, {Name: "FieldName", Kind: db.Text}, {Name: "FieldReferenceName", Kind: db.Text},
		{Name: "FieldType", Kind: db.Text}, {Name: "WorkItemType", Kind: db.Text}},
	edm.BoardLocationsTable: {{Name: "BoardLocationSK", Kind: db.Int32}, {Name: "ProjectSK", Kind: db.Int32}, {Name: "TeamSK", Kind: db.Int32},
		{Name: "BoardId", Kind: db.UUID}, {Name: "BoardName", Kind: db.Text}, {Name: "BoardCategoryReferenceName", Kind: db.Text},
		{Name: "BoardLevel", Kind: db.Int32}, {Name: "BacklogType", Kind: db.Text}, {Name: "IsBoardVisible", Kind: db.Bool},
		{Name: "ColumnId", Kind: db.UUID}, {Name: "ColumnName", Kind: db.Text}, {Name: "ColumnOrder", Kind: db.Int32},
		{Name: "ColumnItemLimit", Kind: db.Int32}, {Name: "IsColumnSplit", Kind: db.Bool}, {Name: "LaneId", Kind: db.UUID},
		{Name: "LaneName", Kind: db.Text}, {Name: "LaneOrder", Kind: db.Int32}, {Name: "IsDefaultLane", Kind: db.Bool},
		{Name: "Done", Kind: db.Int32}, {Name: "IsDone", Kind: db.Bool}, {Name: "IsCurrent", Kind: db.Bool},
		{Name: "ChangedDate", Kind: db.Timestamp}, {Name: "RevisedDate", Kind: db.Timestamp}, {Name: "ChangedDateSK", Kind: db.Int32},
		{Name: "RevisedDateSK", Kind: db.Int32}, {Name: "AnalyticsUpdatedDate", Kind: db.Timestamp}},
	edm.BoardStatesTable: {{Name: "BoardLocationSK", Kind: db.Int32}, {Name: "TeamSK", Kind: db.Int32}, {Name: "WorkItemType", Kind: db.Text},
		{Name: "State", Kind: db.Text}},
	edm.BoardChoicesTable: {{Name: "WorkItemRevisionSK", Kind: db.Int32}, {Name: "WorkItemId", Kind: db.Int32}, {Name: "BoardSK", Kind: db.Int32},
		{Name: "Choice", Kind: db.Text}},
	edm.BoardOptionsTable: {{Name: "BoardLocationSK", Kind: db.Int32}, {Name: "BoardSK", Kind: db.Int32}, {Name: "Choice", Kind: db.Text},
		{Name: "TeamSK", Kind: db.Int32}, {Name: "WorkItemType", Kind: db.Text}, {Name: "State", Kind: db.Text}, {Name: "ChangedDate", Kind: db.Timestamp},
		{Name: "RevisedDate", Kind: db.Timestamp}, {Name: "ChangedDateSK", Kind: db.Int32}, {Name: "RevisedDateSK", Kind: db.Int32}},
	edm.DescendantsTable:  {{Name: "AncestorId", Kind: db.Int32}, {Name: "WorkItemId", Kind: db.Int32}, {Name: "Depth", Kind: db.Int32}},
	edm.ProjectUsersTable: {{Name: "ProjectSK", Kind: db.Int32}, {Name: "UserSK", Kind: db.Int32}},
	metaTable:             {{Name: "name", Kind: db.Text}, {Name: "value", Kind: db.Text}},
	// Working tables of a batch, empty between batches.
	closingTable: {{Name: "WorkItemId", Kind: db.Int32}, {Name: "ParentWorkItemId", Kind: db.Int32}, {Name: "RevisedDate", Kind: db.Timestamp}, {Name: "RevisedDateSK", Kind: db.Int32},
		{Name: "IsLastRevisionOfDay", Kind: db.Bool}, {Name: "IsLastRevisionOfPeriod", Kind: db.Int32}},
	parentsTable: {{Name: "WorkItemId", Kind: db.Int32}, {Name: "ParentWorkItemId", Kind: db.Int32}},
}

const (
	metaTable    = "meta"
	closingTable = "batch_closing"
	parentsTable = "batch_parents"
)

func levelColumns(prefix string) []db.Column {
	columns := make([]db.Column, edmLevels)
	for i := range columns {
		columns[i] = db.Column{Name: fmt.Sprintf("%s%d", prefix, i+1), Kind: db.Text}
	}
	return columns
}

// edmLevels is how many levels of a tree are flattened into columns.
const edmLevels = 14

// create makes all tables, views and indexes in an empty database.
func (l *layout) create(s *db.Session) error {
	for _, name := range []string{edm.ItemsTable, edm.RevisionsTable} {
		if err := s.CreateTable(name, l.table(name)); err != nil {
			return fmt.Errorf("create %s: %w", name, err)
		}
	}
	for name, columns := range plainTables {
		columns = slices.Clone(columns)
		for _, column := range edm.Placed(name) {
			columns = append(columns, db.Column{Name: edm.Place(name, column), Kind: db.Int32})
		}
		if err := s.CreateTable(name, columns); err != nil {
			return fmt.Errorf("create %s: %w", name, err)
		}
	}
	for _, t := range l.delivery {
		if err := s.CreateTable(t.name, t.columns); err != nil {
			return fmt.Errorf("create %s: %w", t.name, err)
		}
	}
	return l.createViews(s)
}

// createIndexes makes the indexes; after a bulk load, because building them at once is faster.
func (l *layout) createIndexes(s *db.Session) error {
	for _, x := range append(deliveryIndexes(), [][]string{
		{edm.ItemsTable, "WorkItemId"}, {edm.ItemsTable, "ProjectSK", db.FoldedColumn + "State"}, {edm.ItemsTable, "ProjectSK", "ChangedDate"},
		{edm.ItemsTable, "ParentWorkItemId"}, {edm.ItemsTable, "IterationSK"}, {edm.ItemsTable, "AreaSK", "WorkItemType", "State"},
		{edm.RevisionsTable, "WorkItemId", "Revision"}, {edm.RevisionsTable, "WorkItemRevisionSK"},
		{edm.RevisionsTable, "ProjectSK", "RevisedDateSK", "ChangedDateSK"}, {edm.RevisionsTable, "ProjectSK", "ChangedDate"},
		{edm.RevisionsTable, "AreaSK", "WorkItemType", "State"}, // what boards take
		{edm.ItemTagsTable, "WorkItemId"}, {edm.ItemTagsTable, "TagSK"}, {edm.RevisionTagsTable, "WorkItemRevisionSK"},
		{edm.RevisionTagsTable, "TagSK"}, {edm.LinksTable, "SourceWorkItemId"}, {edm.LinksTable, "TargetWorkItemId"},
		{edm.AreasTable, "AreaSK"}, {edm.IterationsTable, "IterationSK"}, {edm.UsersTable, "UserSK"}, {edm.TeamAreasTable, "AreaSK"}, {edm.TeamAreasTable, "TeamSK"},
		{edm.BoardChoicesTable, "WorkItemRevisionSK"}, {edm.BoardChoicesTable, "WorkItemId"},
		{edm.BoardOptionsTable, "TeamSK"}, {edm.BoardStatesTable, "TeamSK"}, {edm.BoardLocationsTable, "BoardLocationSK"},
		{edm.DescendantsTable, "AncestorId"}, {edm.DescendantsTable, "WorkItemId"}, {edm.ProcessesTable, "TeamSK"},
		{edm.ProjectUsersTable, "ProjectSK", "UserSK"}, {edm.DatesTable, "DateSK"},
	}...) {
		if err := s.CreateIndex(x[0], x[1:]...); err != nil {
			return fmt.Errorf("index %s: %w", x[0], err)
		}
	}
	return nil
}

// createViews defines the union of superseded and current revisions, and which rows of the process show their types.
func (l *layout) createViews(s *db.Session) error {
	var superseded, current strings.Builder
	for i, c := range l.columns {
		name := quote(c.Name)
		superseded.WriteString(name + ", ")
		switch {
		case i < l.common:
			current.WriteString(name + ", ")
		case c.Name == "RevisedDate":
			current.WriteString("TIMESTAMP '9999-01-01', ")
		case c.Name == "RevisedDateSK":
			current.WriteString("CAST(NULL AS integer), ")
		case c.Name == "IsLastRevisionOfDay":
			current.WriteString("true, ")
		case c.Name == "IsLastRevisionOfPeriod":
			fmt.Fprintf(&current, "%d, ", edm.AllPeriods)
		}
	}
	err := s.Exec("CREATE VIEW " + edm.RevisionsView + " AS SELECT " + superseded.String() + "false AS \"IsCurrent\" FROM " +
		edm.RevisionsTable + " UNION ALL SELECT " + current.String() + "true FROM " + edm.ItemsTable)
	if err != nil {
		return err
	}
	for _, v := range [][3]string{
		{edm.ItemProcessesView, "WorkItemId", edm.ItemsTable}, {edm.RevisionProcesses, "WorkItemRevisionSK", edm.RevisionsView},
	} {
		if err := s.Exec(fmt.Sprintf(`CREATE VIEW %s AS SELECT r."%s", p."ProcessSK" FROM %s AS r JOIN %s AS t ON t."AreaSK" = r."AreaSK"
			JOIN %s AS p ON p."TeamSK" = t."TeamSK" AND p."WorkItemType" = r."WorkItemType"`,
			v[0], v[1], v[2], edm.TeamAreasTable, edm.ProcessesTable)); err != nil {
			return err
		}
	}
	if err := l.createBoardViews(s); err != nil {
		return err
	}
	return s.Exec(fmt.Sprintf(`CREATE VIEW %s AS SELECT p."ProjectSK", f."FieldName", f."FieldReferenceName", f."FieldType", f."WorkItemType"
		FROM %s AS p JOIN %s AS f ON f."ProcessKey" = p."ProcessKey"`, edm.TypeFieldsView, edm.ProjectsTable, edm.ProcessFieldsTable))
}

func dropViews(s *db.Session) error {
	for _, view := range []string{edm.TypeFieldsView, edm.ItemProcessesView, edm.RevisionProcesses, edm.BoardView, edm.ItemLocationsView,
		edm.RevisionLocations, edm.RevisionsView} {
		if err := s.Exec("DROP VIEW IF EXISTS " + view); err != nil {
			return err
		}
	}
	return nil
}

// errRebuild says that tables cannot be brought up to date and must be rebuilt.
var errRebuild = errors.New("the analytics tables must be rebuilt")

// extend adds the columns of new custom fields to existing tables. It returns errRebuild when that is not all they lack.
func (l *layout) extend(s *db.Session) error {
	have, err := s.Columns(edm.RevisionsTable)
	if err != nil {
		return err
	}
	var missing []db.Column
	for _, c := range l.columns {
		if !have[c.Name] {
			if !c.custom() {
				return errRebuild
			}
			missing = append(missing, c.Column)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := dropViews(s); err != nil {
		return err
	}
	for _, c := range missing {
		for _, table := range []string{edm.ItemsTable, edm.RevisionsTable} {
			if err := s.AddColumn(table, c); err != nil {
				return err
			}
		}
	}
	return l.createViews(s)
}

// drop removes everything create made.
func (l *layout) drop(s *db.Session) error {
	if err := dropViews(s); err != nil {
		return err
	}
	for _, name := range []string{edm.ItemsTable, edm.RevisionsTable} {
		if err := s.Exec("DROP TABLE IF EXISTS " + name); err != nil {
			return err
		}
	}
	for name := range l.delivery {
		if err := s.Exec("DROP TABLE IF EXISTS " + name); err != nil {
			return err
		}
	}
	for name := range plainTables {
		if err := s.Exec("DROP TABLE IF EXISTS " + name); err != nil {
			return err
		}
	}
	return nil
}

// showsName is the condition that one of the columns that show people by name holds a value, or "" without such columns.
func (l *layout) showsName(value string) string {
	var equal []string
	for _, c := range l.columns {
		if c.field != nil && c.field.Identity && c.Kind == db.Text {
			equal = append(equal, quote(c.Name)+" = "+value)
		}
	}
	return strings.Join(equal, " OR ")
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// copyList is the columns of superseded revisions and where their values come from when a current row (i) is closed (c).
func (l *layout) copyList() (columns, values string) {
	var names, sources []string
	for i, c := range l.columns {
		name := quote(c.Name)
		names = append(names, name)
		if i < l.common && c.Name != "ParentWorkItemId" {
			sources = append(sources, "i."+name)
		} else {
			sources = append(sources, "c."+name)
		}
	}
	return strings.Join(names, ", "), strings.Join(sources, ", ")
}
