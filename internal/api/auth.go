package api

import (
	"encoding/base64"
	"strings"

	"boardwalk/internal/fault"
)

// tokenOf returns the personal access token in an Authorization header. Clients send it as password behind any user
// name, as user name with an empty password, or as bearer. It returns a 401 fault when there is none.
func tokenOf(header string) (string, error) {
	scheme, value, _ := strings.Cut(strings.TrimSpace(header), " ")
	value = strings.TrimSpace(value)
	switch {
	case header == "":
		return "", fault.Anonymous().WithHint("send a personal access token: curl -u :TOKEN …")
	case strings.EqualFold(scheme, "Bearer") && value != "":
		return value, nil
	case strings.EqualFold(scheme, "Basic"):
		if token := basicToken(value); token != "" {
			return token, nil
		}
		return "", fault.Unauthorized("").WithHint("the Basic credentials are not base64 of user:token with a token")
	}
	return "", fault.Unauthorized("").WithHint("use the scheme Basic (any user, the token as password) or Bearer")
}

func basicToken(value string) string {
	value = strings.TrimRight(value, "=")
	pair, err := base64.RawStdEncoding.DecodeString(value)
	if err != nil {
		if pair, err = base64.RawURLEncoding.DecodeString(value); err != nil {
			return ""
		}
	}
	user, password, ok := strings.Cut(string(pair), ":")
	switch {
	case !ok:
		return ""
	case password != "":
		return password
	}
	return user
}
