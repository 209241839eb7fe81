package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"boardwalk/internal/fault"
)

// word is a value of an enumeration in a body: a word or a number.
type word string

func (w *word) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err == nil {
		if text != nil {
			*w = word(*text)
		}
		return nil
	}
	var number json.Number
	err := json.Unmarshal(data, &number)
	*w = word(number)
	return err
}

// decode reads a JSON body.
func (r *request) decode(into any) error {
	body, err := r.jsonBody()
	if err != nil {
		return err
	}
	return readJSON(body, into)
}

// readJSON reads what a client sent. What is wrong with it is the client's mistake, and is told in words of JSON.
func readJSON(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	if _, misfit := errors.AsType[*json.UnmarshalTypeError](err); misfit {
		err = json.Unmarshal(fitted(data, reflect.TypeOf(into)), into)
	}
	if _, told := errors.AsType[*fault.Fault](err); told || err == nil {
		return err
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		article := "a"
		if strings.HasPrefix(wrong.Value, "array") || strings.HasPrefix(wrong.Value, "object") {
			article = "an"
		}
		return fault.InvalidArgument("The request body is not valid: %q holds %s %s, which does not belong there.", wrong.Field, article, wrong.Value)
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fault.InvalidArgument("The request body is not valid JSON: at byte %d: %s.", wrong.Offset, wrong)
	}
	return fault.InvalidArgument("The request body is not valid: it has a value that cannot be read, such as a date that is none.")
}

// jsonBody reads a body of JSON. It may be called a patch: the service's refusals of other media types name both.
func (r *request) jsonBody() ([]byte, error) {
	return r.body("application/json", "application/json-patch+json")
}

// body reads the request's body, which must be of one of the media types.
func (r *request) body(types ...string) ([]byte, error) {
	given := r.http.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(given)
	if err != nil {
		media, _, _ = strings.Cut(given, ";")
	}
	if !slices.Contains(types, strings.ToLower(strings.TrimSpace(media))) {
		return nil, fault.ContentType(media, r.method, types...)
	}
	if r.http.ContentLength > r.config.Limits.Body {
		return nil, fault.TooLarge("request body", r.config.Limits.Body)
	}
	body, err := io.ReadAll(http.MaxBytesReader(r.out, r.http.Body, r.config.Limits.Body))
	if err != nil {
		return nil, fmt.Errorf("read the request body: %w", err)
	}
	return []byte(strings.TrimPrefix(string(body), "\ufeff")), nil
}
