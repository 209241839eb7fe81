package fault

// Queries for work items. documented: the codes TF51005, TF51006, TF51011, TF401243, VS402337 and VS402612; the other texts and
// the keys of types, but that of VS402337, are our choice.
var (
	querySyntax = kind{400, "WorkItemTrackingQueryException", tracking, `%s`}
	queryField  = kind{400, "WorkItemTrackingQueryException", tracking,
		`TF51005: The query references a field that does not exist. The error is caused by «[%s]».`}
	queryPath = kind{400, "WorkItemTrackingQueryException", tracking,
		`TF51011: The specified %s path does not exist. The error is caused by «'%s'».`}
	querySize = kind{400, "WorkItemTrackingQueryResultSizeLimitExceededException", tracking,
		`VS402337: The number of work items returned exceeds the size limit of %d. Change the query to return fewer items.`}
	queryTime = kind{400, "WorkItemTrackingQueryException", tracking,
		`You cannot supply a time with the date when running a query using date precision.`}
	queryMissing = kind{404, "QueryItemNotFoundException", tracking,
		`TF401243: The query %s does not exist, or you do not have permission to read it.`}
	queryName = kind{409, "QueryItemNameConflictException", tracking,
		`TF237018: The item "%s" already exists in the folder. Choose another name.`}
)

// QueryInvalid: a statement that cannot be read or answered; the text says what causes it.
func QueryInvalid(text string) *Fault { return querySyntax.new(text) }

// QueryField: a statement names a field that does not exist.
func QueryField(name string) *Fault { return queryField.new(name) }

// QueryPath: a statement names an area or iteration that does not exist or cannot be read.
func QueryPath(kind, path string) *Fault { return queryPath.new(kind, path) }

// QuerySize: more results than are given at once.
func QuerySize(limit int) *Fault { return querySize.new(limit) }

// QueryTime: a date with a time where days are compared.
func QueryTime() *Fault { return queryTime.new() }

// QueryNotFound: no saved query or folder of that path or GUID that the caller can read.
func QueryNotFound(name string) *Fault { return queryMissing.new(name) }

// QueryExists: the folder has a query or folder of that name.
func QueryExists(name string) *Fault { return queryName.new(name) }
