package access

import "strings"

// FullScope is the scope of tokens that may do whatever their owner may.
const FullScope = "app_token"

// impersonation is what access tokens of applications carry that act for somebody: everything, like FullScope.
const impersonation = "user_impersonation"

// includes lists each scope with the scopes that it contains directly. documented: scopes of OAuth 2.0. That of profiles
// is described as one for projects and teams, too, so tokens for work items can list projects.
//
//nolint:gochecknoglobals // a table
var includes = map[string]string{
	"vso.advsec": "", "vso.advsec_write": "vso.advsec", "vso.advsec_manage": "vso.advsec_write",
	"vso.agentpools": "", "vso.agentpools_manage": "vso.agentpools", "vso.environment_manage": "", "vso.machinegroup_manage": "",
	"vso.analytics":        "",
	"vso.auditlog":         "",
	"vso.auditstreams":     "",
	"vso.build":            "vso.hooks_write",
	"vso.build_execute":    "vso.build",
	"vso.code":             "vso.hooks_write",
	"vso.code_write":       "vso.code",
	"vso.code_manage":      "vso.code_write",
	"vso.code_full":        "vso.code_manage",
	"vso.code_status":      "",
	"vso.connected_server": "", "vso.entitlements": "",
	"vso.dashboards": "", "vso.dashboards_manage": "vso.dashboards",
	"vso.extension": "vso.profile", "vso.extension_manage": "vso.extension",
	"vso.extension.data": "vso.profile", "vso.extension.data_write": "vso.extension.data",
	"vso.gallery": "vso.profile", "vso.gallery_acquire": "vso.gallery", "vso.gallery_publish": "vso.gallery", "vso.gallery_manage": "vso.gallery_publish",
	"vso.githubconnections": "", "vso.githubconnections_manage": "vso.githubconnections",
	"vso.graph": "", "vso.graph_manage": "vso.graph",
	"vso.hooks": "vso.profile", "vso.hooks_write": "vso.hooks", "vso.hooks_interact": "vso.hooks_write",
	"vso.identity": "", "vso.identity_manage": "vso.identity",
	"vso.loadtest": "vso.profile", "vso.loadtest_write": "vso.loadtest",
	"vso.memberentitlementmanagement": "", "vso.memberentitlementmanagement_write": "vso.memberentitlementmanagement",
	"vso.notification": "vso.profile", "vso.notification_write": "vso.notification", "vso.notification_manage": "vso.notification_write",
	"vso.notification_diagnostics": "vso.notification",
	"vso.packaging":                "vso.profile", "vso.packaging_write": "vso.packaging", "vso.packaging_manage": "vso.packaging_write",
	"vso.pipelineresources_use": "", "vso.pipelineresources_manage": "vso.pipelineresources_use",
	"vso.profile": "vso.project", "vso.profile_write": "vso.profile",
	"vso.project": "", "vso.project_write": "vso.project", "vso.project_manage": "vso.project_write",
	"vso.release": "vso.profile", "vso.release_execute": "vso.release", "vso.release_manage": "vso.release_execute",
	"vso.securefiles_read": "", "vso.securefiles_write": "vso.securefiles_read", "vso.securefiles_manage": "vso.securefiles_write",
	"vso.security_manage": "",
	"vso.serviceendpoint": "vso.profile", "vso.serviceendpoint_query": "vso.serviceendpoint", "vso.serviceendpoint_manage": "vso.serviceendpoint_query",
	"vso.settings": "", "vso.settings_write": "vso.settings",
	"vso.symbols": "vso.profile", "vso.symbols_write": "vso.symbols", "vso.symbols_manage": "vso.symbols_write",
	"vso.taskgroups_read": "", "vso.taskgroups_write": "vso.taskgroups_read", "vso.taskgroups_manage": "vso.taskgroups_write",
	"vso.test": "vso.profile", "vso.test_write": "vso.test",
	"vso.threads_full":        "",
	"vso.tokenadministration": "",
	"vso.tokens":              "",
	"vso.variablegroups_read": "", "vso.variablegroups_write": "vso.variablegroups_read", "vso.variablegroups_manage": "vso.variablegroups_write",
	"vso.wiki": "", "vso.wiki_write": "vso.wiki",
	"vso.work": "vso.hooks_write", "vso.work_write": "vso.work", "vso.work_full": "vso.work_write",
}

// Covers reports whether a token's scopes contain a scope, by name or through a wider one. Everything contains "".
func Covers(scopes, wanted string) bool {
	if wanted == "" {
		return true
	}
	for scope := range strings.FieldsSeq(scopes) {
		if scope == FullScope || scope == impersonation {
			return true
		}
		for ; scope != ""; scope = includes[scope] {
			if scope == wanted {
				return true
			}
		}
	}
	return false
}

// coversAll reports whether scopes contain every one of some others.
func coversAll(scopes, others string) bool {
	for scope := range strings.FieldsSeq(others) {
		if !Covers(scopes, scope) {
			return false
		}
	}
	return true
}

// ParseScope returns a scope as clients write it in the form in which it is kept, and whether every part of it is known.
func ParseScope(text string) (string, bool) {
	seen := map[string]bool{}
	var parts []string
	for part := range strings.FieldsSeq(strings.ReplaceAll(text, ",", " ")) {
		part = strings.ToLower(part)
		if _, known := includes[part]; !known && part != FullScope {
			return "", false
		}
		if !seen[part] {
			seen[part] = true
			parts = append(parts, part)
		}
	}
	if seen[FullScope] {
		return FullScope, true
	}
	return strings.Join(parts, " "), len(parts) > 0
}
