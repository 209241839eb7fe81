package project

import "strings"

// Icons lists the ids of the pictures work item types can have. documented: Work Item Icons - List.
func Icons() []string {
	return []string{"icon_airplane", "icon_asterisk", "icon_book", "icon_broken_lightbulb", "icon_car", "icon_chart",
		"icon_chat_bubble", "icon_check_box", "icon_clipboard", "icon_code_response", "icon_code_review", "icon_crown",
		"icon_database_storage", "icon_diamond", "icon_flame", "icon_gavel", "icon_gear", "icon_gift", "icon_government",
		"icon_headphone", "icon_insect", "icon_key", "icon_list", "icon_megaphone", "icon_palette", "icon_parachute",
		"icon_response", "icon_review", "icon_ribbon", "icon_sign", "icon_star", "icon_sticky_note", "icon_test_beaker",
		"icon_test_case", "icon_test_parameter", "icon_test_plan", "icon_test_step", "icon_test_suite", "icon_traffic_cone",
		"icon_trophy"}
}

// FindAction finds the reference name of an action that causes state changes by that name or its last part, "" when
// there is none.
func FindAction(name string) string {
	const checkin = "Microsoft.VSTS.Actions.Checkin"
	if strings.EqualFold(name, checkin) || strings.EqualFold(name, "checkin") {
		return checkin
	}
	return ""
}
