package edm

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteServiceDocument writes the list of entity sets that answers a request for the root itself. The context is
// the URL of $metadata, which clients resolve the URLs of the sets against; it may be empty.
func (m *Model) WriteServiceDocument(w io.Writer, context string) error {
	type entry struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
		URL  string `json:"url"`
	}
	document := struct {
		Context string  `json:"@odata.context,omitempty"`
		Value   []entry `json:"value"`
	}{Context: context, Value: []entry{}}
	for _, t := range m.types {
		document.Value = append(document.Value, entry{Name: t.Set, Kind: "EntitySet", URL: t.Set})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // a URL may hold an ampersand
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("write service document: %w", err)
	}
	return nil
}
