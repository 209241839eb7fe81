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

// listQueries have collections, which CSV has no place for.
var listQueries = []struct{ role, project, query string }{
	{"administrator", "", "WorkItems?$select=WorkItemId,Title&$expand=Tags,Area($select=AreaPath)&$orderby=WorkItemId"},
	{"administrator", "", "WorkItems?$select=WorkItemId&$expand=Children($select=Title,Effort,ChangedDate,AreaSK;$expand=Tags($select=TagName),Parent($select=WorkItemId);$orderby=WorkItemId)&$orderby=WorkItemId"},
	{"reader", "Fabrikam Fiber", "WorkItems?$select=WorkItemId&$expand=Children($select=WorkItemId;$levels=3;$orderby=WorkItemId desc)&$orderby=Title,WorkItemId desc"},
	{"administrator", "", "WorkItems?$select=WorkItemId&$expand=Children($select=WorkItemId;$count=true;$top=1;$filter=Effort gt 3;$orderby=WorkItemId),Tags/$count&$orderby=Effort desc&$top=5000&$skip=3"},
	{"administrator", "", "WorkItems?$select=WorkItemId&$expand=Children($apply=groupby((State,Area/AreaPath),aggregate($count as N,Effort with average as Mean));$orderby=State,Area/AreaPath)&$orderby=WorkItemId desc"},
	{"administrator", "", "WorkItems?$select=WorkItemId&$expand=Children($apply=aggregate($count as N,Effort with sum as Sum))&$orderby=ChangedDate,WorkItemId&$top=777"},
	{"administrator", "", "WorkItems?$select=WorkItemId&$expand=Parent($select=Title;$expand=Children($select=WorkItemId,Day,Long;$compute=date(ChangedDate) as Day,length(Title) gt 20 as Long;$orderby=WorkItemId))&$orderby=WorkItemId"},
	{"administrator", "", "WorkItemSnapshot?$select=WorkItemId,DateSK&$expand=Tags($select=TagName;$orderby=TagName)&$filter=WorkItemId le 480 and DateSK ge 20260101&$orderby=DateSK,WorkItemId&$top=500"},
	{"administrator", "", "WorkItems?$select=WorkItemId&$expand=Tags&$filter=false&$orderby=WorkItemId"},
}

// TestTables compares every format with the pages of JSON.
func TestTables(t *testing.T) {
	read := map[string]func(t *testing.T, body []byte) ([]string, [][]any){"csv": readCSV, "arrow": readArrow, "parquet": readParquet}
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		f := newFixture(t, b)
		config := f.service.config
		config.PageSize = 2000 // less than some answers have
		f.service = New(config)
		for i, q := range slices.Concat(tableQueries, listQueries) {
			if i == len(tableQueries) {
				config.PageSize = 500 // collections are read for so many rows at a time
				f.service = New(config)
			}
			rows := f.pages(t, q.role, q.project, q.query)
			for format, read := range read {
				if format == "csv" && i >= len(tableQueries) {
					continue
				}
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
		} else if list, ok := value.([]any); ok {
			rows := make([]any, len(list))
			for i := range list {
				inner := map[string]any{}
				flatten(list[i].(map[string]any), "", inner)
				rows[i] = inner
			}
			into[path+name] = rows
		} else if !strings.HasPrefix(name, "@") {
			into[path+name] = value
		}
	}
}

// sameRows compares the rows of a collection. Absent members of either side are null.
func sameRows(want, got []any) bool {
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		want, got := want[i].(map[string]any), got[i].(map[string]any)
		for name := range want {
			if want[name] != nil && got[name] == nil {
				return false
			}
		}
		for name := range got {
			if !sameCell(want[name], got[name]) {
				return false
			}
		}
	}
	return true
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
	case []any:
		rows, ok := want.([]any)
		return ok && sameRows(rows, got)
	case *[]any:
		return sameCell(want, *got)
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
	case *array.List:
		start, end := a.ValueOffsets(i)
		element, rows := a.ListValues().(*array.Struct), []any{}
		for k := start; k < end; k++ {
			row := map[string]any{}
			for f := range element.NumField() {
				row[element.DataType().(*arrow.StructType).Field(f).Name] = arrowCell(t, element.Field(f), int(k))
			}
			rows = append(rows, row)
		}
		return rows
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
		if name, _, _ := strings.Cut(r.MetaData().Schema.Column(k).Path(), ".list.element."); len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	for g := range r.NumRowGroups() {
		group := r.RowGroup(g)
		n, first := group.NumRows(), len(rows)
		for range n {
			rows = append(rows, make([]any, len(names)))
		}
		for k := range columns {
			column, err := group.Column(k)
			if err != nil {
				t.Fatal(err)
			}
			path := strings.Split(column.Descriptor().Path(), ".list.element.")
			at := slices.Index(names, path[0])
			if len(path) > 1 {
				parquetLists(t, column, path, rows[first:], at)
				continue
			}
			for i, cell := range parquetCells(t, column, n) {
				rows[first+i][at] = cell
			}
		}
	}
	return names, rows
}

// parquetLists puts the values of a column inside collections where its levels say: those of definition tell how far the
// path to a value exists, those of repetition which collection has another row.
func parquetLists(t *testing.T, column file.ColumnChunkReader, path []string, rows [][]any, at int) {
	t.Helper()
	const most = 1 << 20
	defs, reps := make([]int16, most), make([]int16, most)
	var n int64
	var err error
	var value func(i int) any
	switch r := column.(type) {
	case *file.Int64ColumnChunkReader:
		values := make([]int64, most)
		n, _, err = r.ReadBatch(most, values, defs, reps)
		moments := strings.HasPrefix(column.Descriptor().LogicalType().String(), "Timestamp")
		value = func(i int) any {
			if moments {
				return time.UnixMicro(values[i])
			}
			return values[i]
		}
	case *file.Int32ColumnChunkReader:
		values := make([]int32, most)
		n, _, err = r.ReadBatch(most, values, defs, reps)
		value = func(i int) any { return time.Unix(int64(values[i])*86400, 0) }
	case *file.Float64ColumnChunkReader:
		values := make([]float64, most)
		n, _, err = r.ReadBatch(most, values, defs, reps)
		value = func(i int) any { return values[i] }
	case *file.BooleanColumnChunkReader:
		values := make([]bool, most)
		n, _, err = r.ReadBatch(most, values, defs, reps)
		value = func(i int) any { return values[i] }
	case *file.ByteArrayColumnChunkReader:
		values := make([]parquet.ByteArray, most)
		n, _, err = r.ReadBatch(most, values, defs, reps)
		value = func(i int) any { return string(values[i]) }
	}
	if err != nil || n == most {
		t.Fatal("read a column of a collection", err)
	}
	row, read, place := -1, 0, make([]int, len(path))
	for i := range n {
		if reps[i] == 0 {
			row++
		} else {
			place[reps[i]-1]++
		}
		clear(place[reps[i]:])
		holder, hold := rows[row][at], func(x any) { rows[row][at] = x }
		for depth, left := 0, defs[i]; left > 0; depth++ {
			list, _ := holder.(*[]any)
			if list == nil {
				list = &[]any{}
				hold(list)
			}
			if left -= 2; left < 0 {
				break
			}
			if place[depth] == len(*list) {
				*list = append(*list, map[string]any{})
			}
			element, name := (*list)[place[depth]].(map[string]any), path[depth+1]
			if depth+2 == len(path) {
				if left == 1 {
					element[name] = value(read)
					read++
				}
				break
			}
			holder, hold = element[name], func(x any) { element[name] = x }
		}
	}
	if row != len(rows)-1 {
		t.Fatalf("%d rows of a column, want %d", row+1, len(rows))
	}
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
