package fault

// Delivery plans. The types are those of the service, the texts our choice.
var (
	planAbsent     = kind{404, "ViewNotFoundException", teamwork, `The plan '%s' does not exist, or you do not have permission to access it.`}
	planRevision   = kind{409, "ViewRevisionMismatchException", teamwork, `The plan is at revision %d by now, not at %d: somebody has changed it since it was read.`}
	planProperties = kind{400, "ViewPropertiesFormatException", teamwork, `The properties of the plan are not valid: %s.`}
	planType       = kind{400, "ViewTypeDoesNotExistException", teamwork, `There are no plans of the type '%s'.`}
)

// PlanNotFound: no plan of the project has that id.
func PlanNotFound(id string) *Fault { return planAbsent.new(id) }

// PlanRevisionMismatch: a change of a plan that starts from another revision than the present one.
func PlanRevisionMismatch(have, given int64) *Fault { return planRevision.new(have, given) }

// PlanProperties: properties that a plan cannot have.
func PlanProperties(reason string) *Fault { return planProperties.new(reason) }

// PlanType: a type that plans cannot have.
func PlanType(name string) *Fault { return planType.new(name) }
