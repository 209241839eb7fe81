package azdo

// AttachmentReference refers to an uploaded file.
type AttachmentReference struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}
