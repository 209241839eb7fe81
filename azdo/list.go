package azdo

// List is the envelope of lists.
type List[T any] struct {
	Count int `json:"count"`
	Value []T `json:"value"`
}

// NewList wraps values. A nil slice travels as an empty list.
func NewList[T any](values []T) List[T] {
	if values == nil {
		values = []T{}
	}
	return List[T]{Count: len(values), Value: values}
}
