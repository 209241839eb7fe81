package azdo

// TeamSetting is what a team has set about how it works.
type TeamSetting struct {
	BacklogIteration      TeamSettingsIteration  `json:"backlogIteration"`
	BugsBehavior          string                 `json:"bugsBehavior"` // off, asRequirements or asTasks
	WorkingDays           []string               `json:"workingDays"`  // monday …
	BacklogVisibilities   map[string]bool        `json:"backlogVisibilities"`
	DefaultIteration      *TeamSettingsIteration `json:"defaultIteration,omitempty"`
	DefaultIterationMacro string                 `json:"defaultIterationMacro,omitempty"`
	URL                   string                 `json:"url"`
	Links                 Links                  `json:"_links"`
}

// TeamSettingsIteration is an iteration in the settings of a team, or in the list of those it works in. The path in
// settings begins with a backslash and lacks the project; that of the root is empty.
type TeamSettingsIteration struct {
	ID         string                   `json:"id"`
	Name       string                   `json:"name,omitempty"`
	Path       *string                  `json:"path,omitempty"`
	Attributes *TeamIterationAttributes `json:"attributes,omitempty"`
	URL        string                   `json:"url,omitempty"`
	Links      Links                    `json:"_links,omitempty"`
}

// TeamIterationAttributes tell when an iteration is; without days it has null.
type TeamIterationAttributes struct {
	StartDate  *Time  `json:"startDate"`
	FinishDate *Time  `json:"finishDate"`
	TimeFrame  string `json:"timeFrame"` // past, current or future
}

// TeamFieldValues are the areas of a team.
type TeamFieldValues struct {
	Field        FieldReference   `json:"field"`
	DefaultValue *string          `json:"defaultValue"`
	Values       []TeamFieldValue `json:"values"`
	URL          string           `json:"url"`
	Links        Links            `json:"_links"`
}

// TeamFieldValue is an area of a team.
type TeamFieldValue struct {
	Value           string `json:"value"`
	IncludeChildren bool   `json:"includeChildren"`
}
