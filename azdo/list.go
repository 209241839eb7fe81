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

// Dictionary is how values with names of the caller's choice travel: wrapped as lists are.
type Dictionary[T any] struct {
	Count int          `json:"count"`
	Value map[string]T `json:"value"`
}

// NewDictionary wraps values.
func NewDictionary[T any](values map[string]T) Dictionary[T] {
	return Dictionary[T]{Count: len(values), Value: values}
}
