package analytics

import (
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/fault"
)

// target is what the path behind "_odata/" names.
type target struct {
	version  edm.Version
	segment  string // the version as written
	set      string // "" for the service document
	metadata bool
	count    bool // …/$count
}

// parseTarget reads a path. Doubled slashes are forgiven: documented samples have them.
func parseTarget(path string) (target, error) {
	var t target
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(parts) == 0 || !looksLikeVersion(parts[0]) {
		return t, fault.NoODataVersion().WithHint("write .../_odata/v4.0-preview/WorkItems")
	}
	t.segment = parts[0]
	var ok bool
	if t.version, ok = edm.ParseVersion(parts[0]); !ok {
		return t, fault.UnsupportedVersion(parts[0]).WithHint("served are v1.0, v2.0, v3.0-preview and v4.0-preview")
	}
	switch parts = parts[1:]; {
	case len(parts) == 0:
		return t, nil
	case len(parts) == 1 && strings.EqualFold(parts[0], "$metadata"):
		t.metadata = true
		return t, nil
	case strings.Contains(parts[0], "("):
		return t, fault.KeyNavigation().WithHint("filter by the key: WorkItems?$filter=WorkItemId eq 1")
	case len(parts) == 2 && strings.EqualFold(parts[1], "$count"):
		t.set, t.count = parts[0], true
		return t, nil
	case len(parts) > 1:
		return t, fault.KeyNavigation().WithHint("expand the navigation: %s?$expand=%s", parts[0], parts[1])
	}
	t.set = parts[0]
	return t, nil
}

// looksLikeVersion tells an unsupported version, "v3.0", from a path without one.
func looksLikeVersion(s string) bool {
	return len(s) > 1 && (s[0] == 'v' || s[0] == 'V') && s[1] >= '0' && s[1] <= '9' && strings.Contains(s, ".")
}
