package analytics

import (
	"strconv"
	"strings"

	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// format is the form in which rows are answered.
type format struct {
	table    table
	control  control
	longText bool // IEEE754Compatible=true: 64-bit integers as strings, for clients whose numbers are doubles
}

// table is a form for whole results instead of pages, with a column for each value.
type table uint8

const (
	noTable table = iota // JSON
	csvTable
	arrowTable
	parquetTable
)

// tables are the media types and the names in $format and of files.
var tables = [...]struct{ name, media, suffix string }{
	csvTable:     {"csv", "text/csv", "csv"},
	arrowTable:   {"arrow", "application/vnd.apache.arrow.stream", "arrows"},
	parquetTable: {"parquet", "application/vnd.apache.parquet", "parquet"},
}

// control is how much control information JSON has beside the values.
type control uint8

const (
	minimalControl control = iota
	noControl              // none but links to next pages and counts
	fullControl            // types and links of everything
)

func (c control) String() string { return [...]string{"minimal", "none", "full"}[c] }

// contentType is the media type of an answer in this format.
func (f format) contentType() string {
	switch f.table {
	case noTable:
	case csvTable:
		return tables[csvTable].media + "; charset=utf-8; header=present"
	default:
		return tables[f.table].media
	}
	text := "application/json; odata.metadata=" + f.control.String() + "; odata.streaming=true"
	if f.longText {
		text += "; IEEE754Compatible=true"
	}
	return text
}

// negotiate decides by $format, or else by the Accept header, which is only a wish: an answer in JSON is better than
// none, as browsers and old clients ask for types that were never served.
func negotiate(asked, accept string) (format, error) {
	if asked != "" {
		f, ok := formatOf(mediaType(asked))
		if !ok {
			return f, fault.QueryNotValid("The format '%s' is not supported", asked).
				WithHint("use json, csv, arrow, parquet or application/json;odata.metadata=full, or leave $format out")
		}
		return f, nil
	}
	best, quality := format{}, 0.0
	for text := range strings.SplitSeq(accept, ",") {
		m := mediaType(text)
		f, ok := formatOf(m)
		if ok && !m.general && m.quality > quality {
			best, quality = f, m.quality
		}
	}
	return best, nil
}

// Whole reports whether a request is for a whole result and not for a page, which may take longer.
func Whole(r Request) bool {
	q, err := odata.ParseQuery(r.Query)
	if err != nil {
		return false
	}
	f, err := negotiate(q.Format, r.Accept)
	return err == nil && f.table != noTable
}

// media is a media type, or a range of them, with its parameters.
type media struct {
	name       string
	general    bool // a range such as */*
	parameters map[string]string
	quality    float64
}

func mediaType(text string) media {
	name, rest, _ := strings.Cut(text, ";")
	m := media{name: strings.ToLower(strings.TrimSpace(name)), parameters: map[string]string{}, quality: 1}
	m.general = strings.HasSuffix(m.name, "/*")
	for parameter := range strings.SplitSeq(rest, ";") {
		key, value, _ := strings.Cut(parameter, "=")
		m.parameters[strings.ToLower(strings.TrimSpace(key))] = strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`))
	}
	if q, ok := m.parameters["q"]; ok {
		var err error
		if m.quality, err = strconv.ParseFloat(q, 64); err != nil {
			m.quality = 0
		}
	}
	return m
}

// formatOf is the format that a media type names, and whether it is one that is served.
func formatOf(m media) (f format, ok bool) {
	switch m.name {
	case "json", "application/json", "application/*", "*/*":
	default:
		for t, names := range tables {
			if t > 0 && (m.name == names.name || m.name == names.media) {
				return format{table: table(t)}, true //nolint:gosec // one of three
			}
		}
		return f, false
	}
	f.longText = m.parameters["ieee754compatible"] == "true"
	level, given := m.parameters["odata.metadata"]
	if !given {
		level, given = m.parameters["metadata"] // as in version 4.01
	}
	switch {
	case level == "full":
		f.control = fullControl
	case level == "none":
		f.control = noControl
	case given && level != "minimal":
		return f, false
	}
	switch m.parameters["odata"] { // of the protocol's version 3, which scripts still send; verbose is answered as minimal
	case "fullmetadata":
		f.control = fullControl
	case "nometadata":
		f.control = noControl
	}
	return f, true
}
