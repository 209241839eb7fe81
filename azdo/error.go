package azdo

// Error is the body of an answer that is no success. It implements error for clients.
type Error struct {
	Ref              string         `json:"$id"`
	InnerException   *Error         `json:"innerException"`
	Message          string         `json:"message"`
	TypeName         string         `json:"typeName"`
	TypeKey          string         `json:"typeKey"`
	ErrorCode        int            `json:"errorCode"`
	EventID          int            `json:"eventId"`
	CustomProperties map[string]any `json:"customProperties,omitempty"`

	// Hint says what would be right. The hosted service has no such member.
	Hint string `json:"hint,omitempty"`
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// MessageError is the body when no operation was reached, as with a method that a path does not take.
type MessageError struct {
	Count int          `json:"count"`
	Value ErrorMessage `json:"value"`
}

// ErrorMessage is all that a MessageError tells.
type ErrorMessage struct {
	Message string `json:"Message"`
}

// ODataError is the body of an Analytics answer that is no success.
type ODataError struct {
	Error ODataErrorBody `json:"error"`
}

// ODataErrorBody says what is wrong with a query.
type ODataErrorBody struct {
	Code       string          `json:"code"`
	Message    string          `json:"message"`
	InnerError ODataInnerError `json:"innererror"`

	// Hint says what would be right, SuggestedQuery is a query that would be answered. The hosted service has neither.
	Hint           string `json:"@boardwalk.hint,omitempty"`
	SuggestedQuery string `json:"@boardwalk.suggestedQuery,omitempty"`
}

// ODataInnerError is the message without its wrapper.
type ODataInnerError struct {
	Message    string `json:"message"`
	Type       string `json:"type"`
	StackTrace string `json:"stacktrace"`
}
