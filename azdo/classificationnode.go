package azdo

// WorkItemClassificationNode is an area or an iteration of a project.
type WorkItemClassificationNode struct {
	ID            int64                        `json:"id"`
	Identifier    string                       `json:"identifier"`
	Name          string                       `json:"name"`
	StructureType string                       `json:"structureType"` // area or iteration
	HasChildren   bool                         `json:"hasChildren"`
	Children      []WorkItemClassificationNode `json:"children,omitempty"` // as deep as was asked for
	Attributes    *IterationDates              `json:"attributes,omitempty"`
	Path          string                       `json:"path"` // \Project\Area\Web
	Links         Links                        `json:"_links,omitempty"`
	URL           string                       `json:"url"`
}

// IterationDates are the first and the last day of an iteration, midnight UTC.
type IterationDates struct {
	StartDate  *Time `json:"startDate,omitempty"`
	FinishDate *Time `json:"finishDate,omitempty"`
}
