package azdo

// TeamCapacity is how much a team can do in an iteration.
type TeamCapacity struct {
	TeamMembers         []TeamMemberCapacity `json:"teamMembers"`
	TotalCapacityPerDay Double               `json:"totalCapacityPerDay"`
	TotalDaysOff        int                  `json:"totalDaysOff"`
}

// TeamMemberCapacity is how much somebody can do for a team in an iteration.
type TeamMemberCapacity struct {
	TeamMember IdentityRef `json:"teamMember"`
	Activities []Activity  `json:"activities"`
	DaysOff    []DateRange `json:"daysOff"`
	URL        string      `json:"url"`
	Links      Links       `json:"_links,omitempty"`
}

// Activity is hours a day for a kind of work.
type Activity struct {
	CapacityPerDay Double `json:"capacityPerDay"`
	Name           string `json:"name"`
}

// DateRange is days from one to another, both included.
type DateRange struct {
	Start Time `json:"start"`
	End   Time `json:"end"`
}

// TeamSettingsDaysOff are the days of an iteration on which a whole team is off.
type TeamSettingsDaysOff struct {
	DaysOff []DateRange `json:"daysOff"`
	URL     string      `json:"url"`
	Links   Links       `json:"_links"`
}

// IterationCapacity is how much all teams can do in an iteration.
type IterationCapacity struct {
	Teams                        []TeamCapacityTotals `json:"teams"`
	TotalIterationCapacityPerDay Double               `json:"totalIterationCapacityPerDay"`
	TotalIterationDaysOff        int                  `json:"totalIterationDaysOff"`
}

// TeamCapacityTotals are the totals of one team.
type TeamCapacityTotals struct {
	TeamID             string `json:"teamId"`
	TeamCapacityPerDay Double `json:"teamCapacityPerDay"`
	TeamTotalDaysOff   int    `json:"teamTotalDaysOff"`
}

// Double is a number that is always written with a fraction.
type Double float64

// MarshalJSON writes 5 as 5.0.
func (d Double) MarshalJSON() ([]byte, error) { return appendDouble(nil, float64(d)) }
