package edm

// calendarDateEntity is the calendar; a DateSK is its key.
var calendarDateEntity = &EntityType{
	Name: "CalendarDate", Set: "Dates", SetDisplay: "Dates", Since: V1,
	Key: []string{"DateSK"},
	Properties: []Property{
		{Name: "Date", Type: moment, NotNull: true, Display: "Date"},
		{Name: "DateSK", Type: integer, NotNull: true},
		{Name: "DayName", Type: text, NotNull: true, Display: "Day Name"},
		{Name: "DayShortName", Type: text, NotNull: true, Display: "Day Short Name"},
		{Name: "DayOfWeek", Type: integer, NotNull: true, Display: "Day Of Week"},
		{Name: "DayOfMonth", Type: integer, NotNull: true, Display: "Day Of Month"},
		{Name: "DayOfYear", Type: integer, NotNull: true, Display: "Day Of Year"},
		{Name: "WeekStartingDate", Type: moment, NotNull: true, Display: "Week Starting Date"},
		{Name: "WeekEndingDate", Type: moment, NotNull: true, Display: "Week Ending Date"},
		{Name: "Month", Type: text, NotNull: true, Display: "Month"},
		{Name: "MonthName", Type: text, NotNull: true, Display: "Month Name"},
		{Name: "MonthShortName", Type: text, NotNull: true, Display: "Month Short Name"},
		{Name: "MonthOfYear", Type: integer, NotNull: true, Display: "Month Of Year"},
		{Name: "YearMonth", Type: integer, NotNull: true, Display: "Year Month"},
		{Name: "Year", Type: integer, NotNull: true, Display: "Year"},
		{Name: "IsLastDayOfPeriod", Type: period, NotNull: true},
	},
}
