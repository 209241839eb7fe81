package api

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"boardwalk/internal/fault"
)

// version is an api-version: "7.1", "7.1-preview" or "7.1-preview.3".
type version struct {
	major, minor int
	preview      bool
	revision     int // of a preview; 0 asks for the newest
}

// documented: clients' own reading of versions, with a "v" in front, without the minor number, and with 0 for any revision.
var versionForm = regexp.MustCompile(`^v?(\d{1,3})(?:\.(\d{1,3}))?(?:(?i:-preview)(?:\.(\d{1,3}))?)?$`)

func parseVersion(text string) (version, bool) {
	m := versionForm.FindStringSubmatch(text)
	if m == nil {
		return version{}, false
	}
	number := func(s string) int { n, _ := strconv.Atoi(s); return n } // digits, or "" for none
	return version{number(m[1]), number(m[2]), strings.Contains(text, "-"), number(m[3])}, true
}

func (v version) String() string {
	text := fmt.Sprintf("%d.%d", v.major, v.minor)
	if v.preview {
		text += "-preview"
		if v.revision > 0 {
			text += "." + strconv.Itoa(v.revision)
		}
	}
	return text
}

// compare orders by number; previews are not told apart.
func (v version) compare(o version) int {
	return cmp.Or(cmp.Compare(v.major, o.major), cmp.Compare(v.minor, o.minor))
}

// askedVersion is the text of the api-version a request asks for, "" for none. The query wins over the headers.
func askedVersion(q query, h http.Header) string {
	if v := q.text("api-version"); v != "" {
		return v
	}
	for _, name := range []string{"Accept", "Content-Type"} {
		for media := range strings.SplitSeq(strings.Join(h.Values(name), ","), ",") {
			for parameter := range strings.SplitSeq(media, ";") {
				key, value, _ := strings.Cut(parameter, "=")
				if strings.EqualFold(strings.TrimSpace(key), "api-version") {
					return strings.Trim(strings.TrimSpace(value), `"`)
				}
			}
		}
	}
	return ""
}

// negotiate chooses among locations of the same path, which differ in version, and returns the version of the answer.
func negotiate(all []match, asked, method string) (match, version, error) {
	byMax := func(a, b match) int { return a.max.compare(b.max) }
	newest := slices.MaxFunc(all, byMax)
	if asked == "" {
		if method != http.MethodGet && method != http.MethodHead {
			return match{}, version{}, fault.VersionNotSpecified(method)
		}
		return newest, newest.newest(), nil
	}
	v, ok := parseVersion(asked)
	if !ok {
		return match{}, version{}, fault.InvalidVersion(asked)
	}
	for _, m := range all {
		if v.compare(m.min) >= 0 && v.compare(m.max) <= 0 {
			v, err := m.accept(v)
			return m, v, err
		}
	}
	if v.compare(newest.max) > 0 {
		return match{}, version{}, fault.VersionOutOfRange(v.String(), newest.max.String())
	}
	return match{}, version{}, fault.VersionTooOld(v.String(), slices.MinFunc(all, byMax).min.String())
}

// newest is the version of the answer to a request that names none.
func (l *location) newest() version {
	if l.released != (version{}) {
		return l.released
	}
	return version{l.max.major, l.max.minor, true, l.ResourceVersion}
}

// accept checks a version within the location's range. Previews of released versions stay valid for ever.
func (l *location) accept(v version) (version, error) {
	switch {
	case !v.preview && v.compare(l.released) > 0:
		return v, fault.InvalidPreviewVersion(v.String())
	case v.preview && v.revision > l.ResourceVersion:
		newest := version{l.max.major, l.max.minor, true, l.ResourceVersion}
		return v, fault.VersionOutOfRange(v.String(), newest.String())
	case v.preview && v.revision == 0:
		v.revision = l.ResourceVersion
	}
	return v, nil
}
