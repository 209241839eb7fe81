package azdo

// FeatureScope is where a feature is switched.
type FeatureScope struct {
	SettingScope string `json:"settingScope"`
	UserScoped   bool   `json:"userScoped"`
}

// Feature is a part of the product that can be switched off.
type Feature struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	DefaultState bool           `json:"defaultState"`
	Scopes       []FeatureScope `json:"scopes"`
}

// FeatureState tells whether a feature is on.
type FeatureState struct {
	FeatureID string       `json:"featureId"`
	Scope     FeatureScope `json:"scope"`
	State     string       `json:"state"`
}

// FeatureStates is the states of several features.
type FeatureStates struct {
	FeatureIDs    []string                `json:"featureIds"`
	FeatureStates map[string]FeatureState `json:"featureStates"`
	ScopeValues   map[string]string       `json:"scopeValues"`
}

// Settings is settings by name.
type Settings struct {
	Count int            `json:"count"`
	Value map[string]any `json:"value"`
}
