package fault

// Fields, types and processes. Codes and texts that no page shows are our choice.
var (
	fieldMissing = kind{404, "WorkItemTrackingFieldDefinitionNotFoundException", metadata,
		`TF51535: Cannot find field %s.`}
	category = kind{404, "WorkItemTypeCategoryNotFoundException", tracking,
		`VS402324: Work item type category %s does not exist or you do not have permission to access it.`}
	icon = kind{404, "WorkItemIconNotFoundException", tracking, `The work item icon %s does not exist.`}
)

// FieldMissing: the address of a field that does not exist.
func FieldMissing(name string) *Fault { return fieldMissing.new(name) }

// CategoryNotFound: the address of a category that the process does not have.
func CategoryNotFound(name string) *Fault { return category.new(name) }

// IconNotFound: the address of an icon that does not exist.
func IconNotFound(name string) *Fault { return icon.new(name) }

// Process editing.
var (
	picklist        = kind{404, "WorkItemPicklistNotFoundException", tracking, `VS403071: The list %s does not exist.`}
	picklistInUse   = kind{400, "WorkItemPicklistInUseException", tracking, `VS403073: The list %s cannot be deleted because the field %s uses it.`}
	ruleInvalid     = kind{400, "ProcessRuleInvalidException", tracking, `VS403310: The rule is not valid: %s.`}
	ruleMissing     = kind{404, "ProcessRuleDoesNotExistException", tracking, `VS403313: The rule %s does not exist on the work item type.`}
	systemProcess   = kind{403, "ProcessSystemProcessException", tracking, `VS402374: The process %s is a system process and cannot be changed. Derive a process from it.`}
	processName     = kind{400, "ProcessNameInvalidException", tracking, `VS402376: The process name %q is not valid.`}
	processExists   = kind{409, "ProcessNameConflictException", tracking, `VS402375: A process named %s exists already.`}
	processUsed     = kind{400, "ProcessInUseException", tracking, `VS402380: The process %s cannot be deleted or disabled because projects use it, or new projects begin with it.`}
	typeMissing     = kind{404, "ProcessWorkItemTypeDoesNotExistException", tracking, `VS402805: The work item type %s does not exist in the process.`}
	typeExists      = kind{409, "ProcessWorkItemTypeNameConflictException", tracking, `VS402809: A work item type named %s exists already in the process.`}
	typeUsed        = kind{400, "ProcessWorkItemTypeInUseException", tracking, `VS402810: The work item type %s cannot be deleted: it belongs to the system, or work items have it or had it. Disable it instead.`}
	typeDisabled    = kind{400, "WorkItemTypeDisabledException", tracking, `VS403437: The work item type %s is disabled: no work items of it can be created.`}
	fieldExists     = kind{409, "WorkItemTrackingFieldDefinitionAlreadyExistsException", tracking, `TF26190: A field named %s exists already.`}
	fieldUsed       = kind{400, "WorkItemTrackingFieldInUseException", tracking, `VS403093: The field %s cannot be removed: %s.`}
	typeFieldAbsent = kind{404, "ProcessWorkItemTypeFieldDoesNotExistException", tracking, `VS402806: The work item type %s has no field %s.`}
	typeImport      = kind{400, "WorkItemTypeImportNotSupportedException", tracking, `Definitions of work item types cannot be imported into the process %s, only validated. Types of derived processes are changed below _apis/work/processes/{processId}/workItemTypes.`}
	stateMissing    = kind{404, "ProcessWorkItemTypeStateDoesNotExistException", tracking, `VS403071: The state %s does not exist on the work item type.`}
	stateInvalid    = kind{400, "ProcessWorkItemTypeStateInvalidException", tracking, `VS403082: The state cannot be changed like that: %s.`}
)

// PicklistNotFound: no list of values with that id.
func PicklistNotFound(id string) *Fault { return picklist.new(id) }

// PicklistInUse: a list that a field takes its values from.
func PicklistInUse(id, field string) *Fault { return picklistInUse.new(id, field) }

// RuleInvalid: a rule definition that cannot be carried out; the text says why.
func RuleInvalid(why string) *Fault { return ruleInvalid.new(why) }

// RuleNotFound: the type has no such rule.
func RuleNotFound(id string) *Fault { return ruleMissing.new(id) }

// DefinitionImport: a definition in XML that a type of a process shall be made of.
func DefinitionImport(process string) *Fault { return typeImport.new(process) }

// SystemProcess: a change of a process that belongs to the system.
func SystemProcess(name string) *Fault { return systemProcess.new(name) }

// ProcessNameInvalid: a name no process can have.
func ProcessNameInvalid(name string) *Fault { return processName.new(name) }

// ProcessExists: another process has the name.
func ProcessExists(name string) *Fault { return processExists.new(name) }

// ProcessInUse: a process that projects have or begin with.
func ProcessInUse(name string) *Fault { return processUsed.new(name) }

// ProcessTypeNotFound: the process has no such type.
func ProcessTypeNotFound(name string) *Fault { return typeMissing.new(name) }

// ProcessTypeExists: the process has a type of that name.
func ProcessTypeExists(name string) *Fault { return typeExists.new(name) }

// ProcessTypeInUse: a type that cannot go.
func ProcessTypeInUse(name string) *Fault { return typeUsed.new(name) }

// TypeDisabled: a new item of a type without new items.
func TypeDisabled(name string) *Fault { return typeDisabled.new(name) }

// FieldExists: another field has the name.
func FieldExists(name string) *Fault { return fieldExists.new(name) }

// FieldInUse: a field that cannot go; the text says why.
func FieldInUse(name, why string) *Fault { return fieldUsed.new(name, why) }

// TypeFieldNotFound: a type without that field.
func TypeFieldNotFound(typeName, field string) *Fault { return typeFieldAbsent.new(typeName, field) }

// StateNotFound: the type has no such state.
func StateNotFound(id string) *Fault { return stateMissing.new(id) }

// StateInvalid: a change of a state that is not possible; the text says why.
func StateInvalid(why string) *Fault { return stateInvalid.new(why) }

var (
	formMissing = kind{404, "FormLayoutNodeDoesNotExistException", tracking, `VS403111: The form of the work item type %s has no %s %s.`}
	formInvalid = kind{400, "FormLayoutInvalidException", tracking, `VS403112: The form cannot be changed like that: %s.`}
)

// FormNodeNotFound: the form of a type has no such page, section, group or control.
func FormNodeNotFound(typeName, what, id string) *Fault { return formMissing.new(typeName, what, id) }

// FormInvalid: a change of a form that is not possible; the text says why.
func FormInvalid(why string) *Fault { return formInvalid.new(why) }

var (
	behavior        = kind{404, "ProcessBehaviorDoesNotExistException", tracking, `VS403061: The behavior %s does not exist.`}
	behaviorInvalid = kind{400, "ProcessBehaviorInvalidException", tracking, `VS403062: The behavior cannot be changed like that: %s.`}
)

// BehaviorNotFound: no backlog level of that reference name, or the type is not on it.
func BehaviorNotFound(name string) *Fault { return behavior.new(name) }

// BehaviorInvalid: a change of a backlog level that is not possible; the text says why.
func BehaviorInvalid(why string) *Fault { return behaviorInvalid.new(why) }

var migration = kind{400, "ProjectProcessMigrationException", tracking, `VS403420: The project %s cannot be moved to the process %s: %s.`}

// MigrationRefused: a project that another process does not fit; the text says why.
func MigrationRefused(name, process, why string) *Fault { return migration.new(name, process, why) }
