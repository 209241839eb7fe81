package fault

import "fmt"

// The Analytics service. documented: Analytics OData error list; statuses marked "our choice" are recorded in docs/compat.md.
var (
	queryNotValid = kind{400, "ODataQueryException", feed, `VS403483: The query specified in the URI is not valid: %s.`}
	version       = kind{410, "UnsupportedODataModelVersionException", feed,
		`VS403500: The %s OData endpoint for Analytics is not supported. VS403503: Information on the latest recommended version is available here: https://go.microsoft.com/fwlink/?linkid=856818.`}
	noVersion    = kind{404, "ODataVersionNotFoundException", feed, `VS403504: Could not find OData version in the request URL.`} // status: our choice
	projectScope = kind{403, "AnalyticsAccessCheckException", feed,
		`VS403496: The query results include data in one or more projects for which you do not have access. Add one or more projects filters to specify the project(s) you have access to in '%s' entity. If you are using $expand or navigation properties, project filter is required for those entities. More information can be found here: https://go.microsoft.com/fwlink/?LinkId=786441.`} // status: our choice
	notLicensed = kind{403, "AnalyticsAccessCheckException", feed,
		`VS403527: Access to data from the Analytics OData endpoint is not available for all users. Either you have not been authenticated, or you do not have a paid license or subscription for this account.`}
	keyNavigation = kind{400, "ODataQueryException", feed,
		`VS403489: The Analytics Service doesn't support key or property navigation like WorkItems(Id) or WorkItem(Id)/AssignedTo. If you getting that error in PowerBI, please, rewrite your query to avoid incorrect folding that causes N+1 problem.`}
	countDistinct = kind{400, "ODataQueryException", feed,
		`VS403512: Queries which apply a count distinct with an aggregation are not supported by Analytics.`}
	batchOperations = kind{400, "ODataBatchException", feed,
		`Analytics doesn't support processing of multiple operations which the current batch message contains. Analytics uses OData batch in order to support POST requests, but requires you limit the operation to a single request.`}
	protocolVersion = kind{400, "ODataException", feed, `The header %s asks for version %s of OData, but answers are in version 4.0.`} // our choice
	batchMalformed  = kind{400, "ODataBatchException", feed, `The batch request is not valid: %s.`}
	maxSize         = kind{400, "ODataQueryException", feed,
		`Query result contains %s rows and it exceeds maximum allowed size of %d. Please reduce the number of records by applying additional filters`}
	columns = kind{400, "ODataQueryException", feed,
		`VS403670: The specified query returns '%d' columns which is higher than the allowed limit of %d columns. Please, use explicit $select (including within the $expand) options to limit number of columns.`}
	tooManyQueries = kind{429, "RequestBlockedException", platform,
		`TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource %s in namespace %s.`}
	disabled = kind{503, "AnalyticsNotEnabledException", feed,
		`VS403515: The Analytics feature is currently paused. Details on enabling this feature are available here: https://go.microsoft.com/fwlink/?linkid=2093060.`} // status: our choice
)

// QueryNotValid: the query cannot be understood or answered. inner says why, without a closing dot.
func QueryNotValid(format string, args ...any) *Fault {
	inner := fmt.Sprintf(format, args...)
	f := queryNotValid.new(inner)
	f.Inner = inner
	return f
}

// wrapped puts a query fault with a code of its own into the general one, as the service does.
func wrapped(f *Fault) *Fault {
	w := queryNotValid.new(f.Message)
	w.Inner = f.Message
	return w
}

// PropertyNotAvailable: a property the model of this scope does not have. documented: VS403522.
func PropertyNotAvailable(name string) *Fault {
	return QueryNotValid(`VS403522: The property '%s' is not available on the specified Project(s). Please remove '%s' from your query and try again.`, name, name)
}

// NoOffset: a date-time literal without time zone. documented: VS403494, blanks as there.
func NoOffset() *Fault {
	return QueryNotValid(`VS403494: No datetime offset was specified.  Please use either of these formats YYYY-MM-ddZ to specify everything since midnight or yyyy-MM-ddThh:mm-hh:mm(ISO 8601 standard representation of dates and times) to specify the offset.`)
}

// KeyNavigation: a key or property path behind the entity set.
func KeyNavigation() *Fault { return wrapped(keyNavigation.new()) }

// CountDistinct: the aggregation method the service refuses.
func CountDistinct() *Fault { return wrapped(countDistinct.new()) }

// UnsupportedVersion: a model version that is not or no longer served.
func UnsupportedVersion(segment string) *Fault { return version.new(segment) }

// NoODataVersion: no version segment behind _odata.
func NoODataVersion() *Fault { return noVersion.new() }

// ProjectAccess: rows of the entity set might lie in projects the caller cannot read.
func ProjectAccess(set string) *Fault { return projectScope.new(set) }

// NotLicensed: a caller whose access level has no Analytics.
func NotLicensed() *Fault { return notLicensed.new() }

// ProtocolVersion: a request for a version of OData that is not served.
func ProtocolVersion(header, version string) *Fault { return protocolVersion.new(header, version) }

// BatchOperations: a batch with more than one request. documented.
func BatchOperations() *Fault { return batchOperations.new() }

// BatchMalformed: a batch that cannot be understood.
func BatchMalformed(why string) *Fault { return batchMalformed.new(why) }

// MaxSize: more rows than the client's Prefer header allows. rows is written with thousands separators.
func MaxSize(rows string, limit int64) *Fault { return maxSize.new(rows, limit) }

// TooManyColumns: the result would be wider than allowed.
func TooManyColumns(n, limit int) *Fault { return wrapped(columns.new(n, limit)) }

// AnalyticsPaused: the analytics tables are being rebuilt.
func AnalyticsPaused() *Fault { return disabled.new() }

// TooManyQueries: more queries of one caller wait than may. documented: TF400733.
func TooManyQueries(limit int) *Fault {
	return tooManyQueries.new("WaitingQueries", "User").WithHint("%d of your queries are waiting already; ask again when they are answered", limit)
}
