package fault

const dashboards = "Microsoft.TeamFoundation.Dashboards.WebApi, Microsoft.TeamFoundation.Dashboards.WebApi"

// Dashboards and their widgets. Nothing says what the service calls these, so types and texts are our choice.
var (
	dashboardAbsent  = kind{404, "DashboardDoesNotExistException", dashboards, `The dashboard '%s' does not exist, or you do not have permission to access it.`}
	widgetAbsent     = kind{404, "WidgetDoesNotExistException", dashboards, `The dashboard has no widget '%s'.`}
	widgetTypeAbsent = kind{404, "WidgetTypeDoesNotExistException", dashboards, `There are no widgets of the type '%s'.`}
	dashboardStale   = kind{409, "DashboardETagConflictException", dashboards, `The dashboard '%s' has the eTag %d by now, not %s: somebody has changed it since it was read.`}
	widgetStale      = kind{409, "WidgetETagConflictException", dashboards, `The widget '%s' has the eTag %d by now, not %s: somebody has changed it since it was read.`}
	dashboardLimit   = kind{400, "DashboardLimitExceededException", dashboards, `A team has %d dashboards at most, and so has a project besides its teams.`}
	widgetLimit      = kind{400, "WidgetLimitExceededException", dashboards, `A dashboard has %d widgets at most.`}
)

// DashboardNotFound: no dashboard of the team or project that the caller may read has that id.
func DashboardNotFound(id string) *Fault { return dashboardAbsent.new(id) }

// WidgetNotFound: the dashboard has no widget with that id.
func WidgetNotFound(id string) *Fault { return widgetAbsent.new(id) }

// WidgetTypeNotFound: no type of widgets has that contribution id.
func WidgetTypeNotFound(id string) *Fault { return widgetTypeAbsent.new(id) }

// DashboardStale: a change of a dashboard that starts from another eTag than the present one.
func DashboardStale(id string, have int64, given string) *Fault {
	return dashboardStale.new(id, have, given)
}

// WidgetStale: a change of a widget that starts from another eTag than the present one.
func WidgetStale(id string, have int64, given string) *Fault {
	return widgetStale.new(id, have, given)
}

// DashboardLimit: more dashboards than a team or project can have.
func DashboardLimit(most int) *Fault { return dashboardLimit.new(most) }

// WidgetLimit: more widgets than a dashboard can have.
func WidgetLimit(most int) *Fault { return widgetLimit.new(most) }
