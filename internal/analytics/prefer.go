package analytics

import (
	"strconv"
	"strings"

	"boardwalk/internal/fault"
)

// preferences are what a client asks for in Prefer headers.
type preferences struct {
	maxPageSize int64 // 0 for none
	maxSize     int64 // 0 for none
	omitNulls   bool
	known       []preference // those understood, in the order given
}

// preference is a preference as it was named, in lower case, and the value it has here.
type preference struct{ name, value string }

// defaultMaxSize is the number of rows that VSTS.Analytics.MaxSize=0 stands for. documented: limits.
const defaultMaxSize = 200_000

const maxSizeName = "VSTS.Analytics.MaxSize"

// parsePrefer reads the headers. Of a preference that is given twice the first counts, as its standard says; unknown
// ones are ignored.
func parsePrefer(headers []string) (p preferences, err error) {
	seen := map[string]bool{}
	for _, item := range splitQuoted(strings.Join(headers, ","), ',') {
		item = splitQuoted(item, ';')[0] // parameters of a preference mean nothing here
		name, value, _ := strings.Cut(item, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.Trim(strings.TrimSpace(value), `"`)
		short := strings.TrimPrefix(name, "odata.")
		if seen[short] {
			continue
		}
		seen[short] = true
		switch short {
		case "maxpagesize":
			if p.maxPageSize, err = strconv.ParseInt(value, 10, 64); err != nil || p.maxPageSize < 1 {
				return p, fault.QueryNotValid("The preference odata.maxpagesize=%s is not a positive number", value)
			}
			p.known = append(p.known, preference{name, value})
		case strings.ToLower(maxSizeName):
			if p.maxSize, err = strconv.ParseInt(value, 10, 64); err != nil || p.maxSize < 0 {
				return p, fault.QueryNotValid("The preference %s=%s is not a number of rows", maxSizeName, value)
			}
			p.known = append(p.known, preference{maxSizeName, value})
			if p.maxSize == 0 {
				p.maxSize = defaultMaxSize
			}
		case "omit-values":
			if strings.EqualFold(value, "nulls") {
				p.omitNulls = true
				p.known = append(p.known, preference{name, "nulls"})
			}
		}
	}
	return p, nil
}

// applied is the header Preference-Applied for an answer of rows whose pages have so many at most. Tables have neither
// pages nor members to leave out.
func (p *preferences) applied(f format, page int64) string {
	list := make([]string, 0, len(p.known))
	for _, k := range p.known {
		switch {
		case f.table != noTable && k.name != maxSizeName:
			continue
		case strings.HasSuffix(k.name, "maxpagesize"):
			k.value = strconv.FormatInt(min(p.maxPageSize, page), 10)
		}
		list = append(list, k.name+"="+k.value)
	}
	return strings.Join(list, ", ")
}

// splitQuoted splits at a separator that does not stand between double quotes.
func splitQuoted(text string, separator byte) []string {
	var parts []string
	quoted, start := false, 0
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == separator && !quoted:
			parts = append(parts, text[start:i])
			start = i + 1
		}
	}
	return append(parts, text[start:])
}
