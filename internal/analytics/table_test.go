package analytics

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"boardwalk/internal/db/dbtest"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	gocmp "github.com/google/go-cmp/cmp"
)

// tableQueries are answered in every format. Each has an order, so that rows can be compared.
var tableQueries = []struct{ role, project, query string }{
	{"administrator", "", "WorkItems?$orderby=WorkItemId"},
	{"administrator", "", "WorkItems?$select=WorkItemId,Title,Effort,ChangedDate,AreaSK,TagNames&$orderby=Effort desc,Title"},
	{"administrator", "Fabrikam Fiber", "WorkItems?$select=WorkItemId&$expand=Area($select=AreaPath;$expand=Project($select=ProjectName)),AssignedTo($select=UserName,UserSK)&$orderby=WorkItemId desc&$top=300&$skip=7"},
	{"administrator", "", "WorkItems?$select=WorkItemId&$expand=Parent($select=Title,Effort;$expand=Parent($select=Title);$filter=State ne 'Closed')&$orderby=WorkItemId"},
	{"reader", "Fabrikam Fiber", "WorkItems?$select=Title&$expand=Parent($select=WorkItemId,Count)&$orderby=WorkItemId"},
	{"administrator", "", "WorkItemRevisions?$select=WorkItemId,Revision,IsCurrent,IsLastRevisionOfPeriod,RevisedDate,AnalyticsUpdatedDate&$orderby=WorkItemId,Revision"},
	{"administrator", "", "WorkItems?$apply=groupby((State,Area/AreaPath,Iteration/StartDate),aggregate($count as Count,Effort with average as Mean,ChangedDate with max as Last))&$orderby=Count desc,State,Area/AreaPath"},
	{"administrator", "", "WorkItems?$select=WorkItemId,Day,Clock,Long&$compute=date(ChangedDate) as Day,time(ChangedDate) as Clock,length(Title) gt 20 as Long&$orderby=WorkItemId"},
	{"administrator", "", "WorkItems?$select=WorkItemId,Age&$compute=ChangedDate sub CreatedDate as Age&$orderby=WorkItemId"},
	{"administrator", "", "WorkItems?$select=Title&$filter=false&$orderby=WorkItemId"},
	{"administrator", "", "WorkItems?$select=Title&$top=0&$orderby=WorkItemId"},
	{"administrator", "", "WorkItemSnapshot?$select=WorkItemId,DateSK,DateValue,State&$filter=WorkItemId in (480,10000) and DateSK ge 20260101&$orderby=WorkItemId,DateSK"},
	{"administrator", "", "WorkItemLinks?$orderby=WorkItemLinkSK"},
	{"administrator", "", "Dates?$orderby=DateSK"},
	{"administrator", "", "Tags?$orderby=TagSK"},
}

// TestTables compares every format with the pages of JSON.
func TestTables(t *testing.T) {
	read := map[string]func(t *testing.T, body []byte) ([]string, [][]any){"csv": readCSV, "arrow": readArrow, "parquet": readParquet}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		config := f.service.config
		config.PageSize = 2000 // less than some answers have
		f.service = New(config)
		for _, q := range tableQueries {
			rows := f.pages(t, q.role, q.project, q.query)
			for format, read := range read {
				t.Run(format+"/"+q.query, func(t *testing.T) {
					body, answer := f.body(t, q.role, q.project, q.query+"&$format="+format)
					if name := `attachment; filename="` + q.query[:strings.IndexByte(q.query, '?')] + "."; !strings.HasPrefix(answer.Header["Content-Disposition"], name) {
						t.Errorf("Content-Disposition: %s, want %s", answer.Header["Content-Disposition"], name)
					}
					names, got := read(t, body)
					compareTable(t, names, got, rows)
				})
			}
		}
	})
}

// body is the answer to a query as it would be sent.
func (f *fixture) body(t *testing.T, role, project, query string) ([]byte, *Answer) {
	t.Helper()
	set, options, _ := strings.Cut(query, "?")
	r := Request{Base: base, Project: project, Path: "v4.0-preview/" + set, Query: strings.ReplaceAll(url.PathEscape(options), "%26", "&")}
	answer, err := f.service.Serve(t.Context(), f.callers[role], f.org, r)
	if err != nil {
		t.Fatal(describe(err))
	}
	var body bytes.Buffer
	if err := answer.Body(&body); err != nil {
		t.Fatal(describe(err))
	}
	return body.Bytes(), answer
}

// pages are the rows of all pages of a query in JSON.
func (f *fixture) pages(t *testing.T, role, project, query string) (rows []map[string]any) {
	t.Helper()
	for query != "" {
		body, _ := f.body(t, role, project, query)
		var page struct {
			Value []map[string]any
			Next  string `json:"@odata.nextLink"`
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&page); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page.Value...)
		next, err := url.PathUnescape(page.Next)
		if err != nil {
			t.Fatal(err)
		}
		_, query, _ = strings.Cut(next, "v4.0-preview/")
		if strings.HasPrefix(query, "WorkItemSnapshot") {
			t.Fatal("a snapshot has one page only")
		}
	}
	return rows
}

// compareTable compares a table with rows of JSON, member by member.
func compareTable(t *testing.T, names []string, got [][]any, rows []map[string]any) {
	t.Helper()
	if len(got) != len(rows) {
		t.Fatalf("%d rows, want %d", len(got), len(rows))
	}
	for i, row := range rows {
		flat := map[string]any{}
		flatten(row, "", flat)
		for k, name := range names {
			if want := flat[name]; !sameCell(want, got[i][k]) {
				t.Fatalf("row %d, column %s: %#v, want %#v", i, name, got[i][k], want)
			}
			delete(flat, name)
		}
		for name, value := range flat {
			if value != nil {
				t.Fatalf("row %d: no column for %s", i, name)
			}
		}
	}
}

func flatten(row map[string]any, path string, into map[string]any) {
	for name, value := range row {
		if nested, ok := value.(map[string]any); ok {
			flatten(nested, path+name+"/", into)
		} else if !strings.HasPrefix(name, "@") {
			into[path+name] = value
		}
	}
}

// clockTime is a time of day in microseconds.
type clockTime int64

// sameCell compares a value of JSON with one of a table. Texts of CSV are compared as they are.
func sameCell(want, got any) bool {
	if want == nil {
		return got == nil || got == ""
	}
	text, _ := want.(string)
	switch got := got.(type) {
	case nil:
		return false
	case string:
		switch want := want.(type) {
		case json.Number:
			return want.String() == got
		case bool:
			return strconv.FormatBool(want) == got
		}
		return text == got
	case int64:
		if strings.HasPrefix(text, "P") { // a duration in microseconds
			return text == string(appendDuration(nil, got))
		}
		n, ok := want.(json.Number)
		return ok && n.String() == strconv.FormatInt(got, 10)
	case float64:
		n, ok := want.(json.Number)
		if !ok {
			return false
		}
		x, err := n.Float64()
		return err == nil && x == got && strings.ContainsAny(n.String(), ".e")
	case bool:
		return want == got
	case time.Time:
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			at, err = time.Parse(time.DateOnly, text)
		}
		return err == nil && at.Equal(got)
	case clockTime:
		at, err := time.Parse("15:04:05.000000", text)
		return err == nil && at.Sub(at.Truncate(24*time.Hour)).Microseconds() == int64(got)
	}
	return false
}

func readCSV(t *testing.T, body []byte) (names []string, rows [][]any) {
	if !bytes.HasSuffix(body, []byte("\r\n")) || bytes.Count(body, []byte("\r\n")) < 1 {
		t.Fatal("lines do not end with CR LF")
	}
	r := csv.NewReader(bytes.NewReader(body))
	names, err := r.Read()
	for err == nil {
		var record []string
		if record, err = r.Read(); err == nil {
			row := make([]any, len(record))
			for i, cell := range record {
				row[i] = cell
			}
			rows = append(rows, row)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return names, rows
}

func readArrow(t *testing.T, body []byte) (names []string, rows [][]any) {
	r, err := ipc.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	for _, field := range r.Schema().Fields() {
		names = append(names, field.Name)
	}
	for r.Next() {
		batch := r.RecordBatch()
		for i := range int(batch.NumRows()) {
			row := make([]any, len(names))
			for k := range row {
				row[k] = arrowCell(t, batch.Column(k), i)
			}
			rows = append(rows, row)
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	return names, rows
}

func arrowCell(t *testing.T, a arrow.Array, i int) any {
	t.Helper()
	if a.IsNull(i) {
		return nil
	}
	switch a := a.(type) {
	case *array.String:
		return a.Value(i)
	case *array.Int64:
		return a.Value(i)
	case *array.Float64:
		return a.Value(i)
	case *array.Boolean:
		return a.Value(i)
	case *array.Timestamp:
		return time.UnixMicro(int64(a.Value(i)))
	case *array.Date32:
		return a.Value(i).ToTime()
	case *array.Duration:
		return int64(a.Value(i))
	case *array.Time64:
		return clockTime(a.Value(i))
	}
	t.Fatalf("a column of type %s", a.DataType())
	return nil
}

func readParquet(t *testing.T, body []byte) (names []string, rows [][]any) {
	r, err := file.NewParquetReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	columns := r.MetaData().Schema.NumColumns()
	for k := range columns {
		names = append(names, r.MetaData().Schema.Column(k).Name())
	}
	for g := range r.NumRowGroups() {
		group := r.RowGroup(g)
		n, first := group.NumRows(), len(rows)
		for range n {
			rows = append(rows, make([]any, columns))
		}
		for k := range columns {
			column, err := group.Column(k)
			if err != nil {
				t.Fatal(err)
			}
			for i, cell := range parquetCells(t, column, n) {
				rows[first+i][k] = cell
			}
		}
	}
	return names, rows
}

func parquetCells(t *testing.T, column file.ColumnChunkReader, n int64) []any {
	t.Helper()
	levels, cells := make([]int16, n), make([]any, n)
	var err error
	var at func(i int) any
	switch r := column.(type) {
	case *file.Int64ColumnChunkReader:
		values := make([]int64, n)
		for read := int64(0); read < n && err == nil; {
			var rows int64
			rows, _, err = r.ReadBatch(n-read, values[read:], levels[read:], nil)
			spread(levels[read:read+rows], values[read:])
			read += rows
		}
		logical := column.Descriptor().LogicalType().String()
		at = func(i int) any {
			switch {
			case strings.HasPrefix(logical, "Timestamp"):
				return time.UnixMicro(values[i])
			case strings.HasPrefix(logical, "Time"):
				return clockTime(values[i])
			}
			return values[i]
		}
	case *file.Int32ColumnChunkReader:
		values := make([]int32, n)
		_, _, err = r.ReadBatch(n, values, levels, nil)
		spread(levels, values)
		at = func(i int) any { return time.Unix(int64(values[i])*86400, 0) }
	case *file.Float64ColumnChunkReader:
		values := make([]float64, n)
		_, _, err = r.ReadBatch(n, values, levels, nil)
		spread(levels, values)
		at = func(i int) any { return values[i] }
	case *file.BooleanColumnChunkReader:
		values := make([]bool, n)
		_, _, err = r.ReadBatch(n, values, levels, nil)
		spread(levels, values)
		at = func(i int) any { return values[i] }
	case *file.ByteArrayColumnChunkReader:
		values := make([]parquet.ByteArray, n)
		_, _, err = r.ReadBatch(n, values, levels, nil)
		spread(levels, values)
		at = func(i int) any { return string(values[i]) }
	default:
		t.Fatalf("a column of type %T", r)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i := range cells {
		if levels[i] == 1 {
			cells[i] = at(i)
		}
	}
	return cells
}

// spread moves values, which come without the absent ones, to their rows.
func spread[T any](levels []int16, values []T) {
	present := 0
	for _, l := range levels {
		present += int(l)
	}
	for i := len(levels) - 1; i >= 0; i-- {
		if levels[i] == 1 {
			present--
			values[i] = values[present]
		}
	}
}

// TestTables_Types looks at the types that readers see.
func TestTables_Types(t *testing.T) {
	f := newFixture(t, dbtest.New(t, "sqlite"))
	query := "WorkItemRevisions?$top=1&$select=WorkItemId,Effort,IsCurrent,Title,AreaSK,IsLastRevisionOfPeriod,ChangedDate,AnalyticsUpdatedDate,Day,Clock&$compute=date(ChangedDate) as Day,time(ChangedDate) as Clock&$expand=Area($select=AreaPath)"
	want := []string{"WorkItemId: int64", "IsCurrent: bool", "IsLastRevisionOfPeriod: utf8", "AnalyticsUpdatedDate: timestamp[us, tz=UTC]", "AreaSK: utf8", "Title: utf8", "ChangedDate: timestamp[us, tz=America/Los_Angeles]",
		"Effort: float64", "Day: date32", "Clock: time64[us]", "Area/AreaPath: utf8"}
	body, answer := f.body(t, "administrator", "", query+"&$format=application/vnd.apache.arrow.stream")
	if answer.ContentType != "application/vnd.apache.arrow.stream" {
		t.Error(answer.ContentType)
	}
	r, err := ipc.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	var got []string
	for _, field := range r.Schema().Fields() {
		got = append(got, field.Name+": "+field.Type.String())
	}
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("Arrow (-want +got):\n%s", d)
	}
}

// TestTables_Unordered reads a table that nothing orders: the same rows, in some order.
func TestTables_Unordered(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		body, _ := f.body(t, "administrator", "", "WorkItems?$select=WorkItemId,Title&$format=arrow")
		_, got := readArrow(t, body)
		slices.SortFunc(got, func(x, y []any) int { return cmp.Compare(x[0].(int64), y[0].(int64)) })
		compareTable(t, []string{"WorkItemId", "Title"}, got, f.pages(t, "administrator", "", "WorkItems?$select=WorkItemId,Title&$orderby=WorkItemId"))
	})
}

func TestAppendCSV(t *testing.T) {
	for text, want := range map[string]string{"": `""`, "a": "a", "a b": "a b", " a": `" a"`, "a ": `"a "`, "a,b": `"a,b"`, `say "a"`: `"say ""a"""`, `"`: `""""`,
		"a\nb": "\"a\nb\"", "a\rb": "\"a\rb\"", "=1+1": "=1+1", "한": "한"} {
		if got := string(appendCSV(nil, []byte(text))); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
