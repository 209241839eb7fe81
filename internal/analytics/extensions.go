package analytics

import (
	"strings"
	"time"

	"boardwalk/internal/fault"
	"boardwalk/internal/odata"
)

// extensions are what a query asks for beyond the original: each has an option of its own that begins with "boardwalk.",
// so that no query means something else here than there.
type extensions struct {
	explain  bool       // boardwalk.explain=true: how the query was understood in place of its rows
	language bool       // boardwalk.extensions=true: transformations and methods that the original refuses
	asOf     *time.Time // boardwalk.asOf=2026-01-31T18:00:00Z: work items as they were then
}

const extensionPrefix = "boardwalk."

// parseExtensions reads the options of extensions. Other options without $ are left alone, as the original does.
func parseExtensions(options []odata.Option) (x extensions, err error) {
	for _, option := range options {
		name, ours := strings.CutPrefix(strings.ToLower(option.Name), extensionPrefix)
		if !ours {
			continue
		}
		switch name {
		case "extensions":
			x.language, err = switchedOn(option)
		case "explain":
			x.explain, err = switchedOn(option)
		case "asof":
			x.asOf, err = parseAsOf(option)
		default:
			err = fault.QueryNotValid("The query option '%s' is not known", option.Name).
				WithHint("options of Boardwalk are boardwalk.asOf, boardwalk.explain and boardwalk.extensions")
		}
		if err != nil {
			return x, err
		}
	}
	return x, nil
}

func switchedOn(option odata.Option) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(option.Value)) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fault.QueryNotValid("The query option '%s' is '%s'", option.Name, option.Value).WithHint("write %s=true, or leave it out", option.Name)
}
