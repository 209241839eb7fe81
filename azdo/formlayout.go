package azdo

// FormLayout is the form of a work item type.
type FormLayout struct {
	Pages          []FormPage      `json:"pages"`
	SystemControls []FormControl   `json:"systemControls"`
	Extensions     []FormExtension `json:"extensions"`
}

// FormExtension is an extension that a form shows something of.
type FormExtension struct {
	ID string `json:"id"`
}

// FormPage is a tab of a form.
type FormPage struct {
	ID             string           `json:"id"`
	Inherited      bool             `json:"inherited,omitempty"`
	Overridden     bool             `json:"overridden,omitempty"`
	Label          string           `json:"label"`
	PageType       string           `json:"pageType"` // custom, history, links or attachments
	Locked         bool             `json:"locked,omitempty"`
	Order          *int             `json:"order,omitempty"`
	Visible        bool             `json:"visible"`
	IsContribution bool             `json:"isContribution"`
	Contribution   *WitContribution `json:"contribution,omitempty"`
	Sections       []FormSection    `json:"sections"`
}

// FormSection is a column of a page.
type FormSection struct {
	ID     string      `json:"id"`
	Groups []FormGroup `json:"groups"`
}

// FormGroup is a box with a heading.
type FormGroup struct {
	ID             string           `json:"id"`
	Inherited      bool             `json:"inherited,omitempty"`
	Overridden     bool             `json:"overridden,omitempty"`
	Label          string           `json:"label"`
	Order          *int             `json:"order,omitempty"`
	Height         int              `json:"height,omitempty"`
	Visible        bool             `json:"visible"`
	IsContribution bool             `json:"isContribution"`
	Contribution   *WitContribution `json:"contribution,omitempty"`
	Controls       []FormControl    `json:"controls"`
}

// FormControl shows a field, whose reference name is its id, or something that is none.
type FormControl struct {
	ID             string           `json:"id"`
	Inherited      bool             `json:"inherited,omitempty"`
	Overridden     bool             `json:"overridden,omitempty"`
	Label          string           `json:"label"`
	ControlType    string           `json:"controlType,omitempty"`
	ReadOnly       bool             `json:"readOnly"`
	Order          *int             `json:"order,omitempty"`
	Height         int              `json:"height,omitempty"`
	Metadata       string           `json:"metadata,omitempty"`
	Watermark      string           `json:"watermark,omitempty"`
	Visible        bool             `json:"visible"`
	IsContribution bool             `json:"isContribution"`
	Contribution   *WitContribution `json:"contribution,omitempty"`
}

// WitContribution is the part of an extension that a form shows.
type WitContribution struct {
	ContributionID        string         `json:"contributionId"`
	Height                int            `json:"height,omitempty"`
	Inputs                map[string]any `json:"inputs,omitempty"`
	ShowOnDeletedWorkItem bool           `json:"showOnDeletedWorkItem"`
}
