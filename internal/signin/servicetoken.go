package signin

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"boardwalk/internal/access"
)

// tokenPath is where programs exchange a client secret for an access token. documented: RFC 6749, 4.4.
const tokenPath = "/_oauth/token"

// oauthError is an error as programs read it. documented: RFC 6749, 5.2.
type oauthError struct {
	status int
	Code   string `json:"error"`
	Text   string `json:"error_description"`
}

func (e *oauthError) Error() string { return e.Code + ": " + e.Text }

type tokenAnswer struct {
	Token   string `json:"access_token"`
	Type    string `json:"token_type"`
	Expires int    `json:"expires_in"` // seconds
}

// issueServiceToken answers a service principal that asks for an access token.
func (s *Service) issueServiceToken(ctx context.Context, v *visit) error {
	answer, err := s.serviceToken(ctx, v)
	h := v.w.Header()
	h.Set("Pragma", "no-cache")
	refused, ok := errors.AsType[*oauthError](err)
	wait, waits := errors.AsType[*tooMany](err)
	switch {
	case err == nil:
		return v.writeJSON(http.StatusOK, answer)
	case waits:
		return v.writeJSON(wait.head(v.w), &oauthError{Code: "slow_down", Text: wait.Error()})
	case !ok:
		return errors.Join(err, v.writeJSON(http.StatusInternalServerError, &oauthError{Code: "server_error", Text: "The server's log says what went wrong."}))
	}
	if refused.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Basic realm="`+s.origin(v.r)+`/"`)
	}
	return v.writeJSON(refused.status, refused)
}

func (s *Service) serviceToken(ctx context.Context, v *visit) (answer tokenAnswer, err error) {
	invalid := func(text string) error { return &oauthError{http.StatusBadRequest, "invalid_request", text} }
	if media, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type")); err != nil || media != "application/x-www-form-urlencoded" {
		return answer, invalid("The parameters are sent as application/x-www-form-urlencoded.")
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		return answer, invalid("The parameters cannot be read.")
	}
	for name, values := range v.r.PostForm {
		if len(values) > 1 {
			return answer, invalid("The parameter " + strconv.Quote(name) + " is there more than once.")
		}
	}
	switch grant := v.r.PostForm.Get("grant_type"); grant {
	case "client_credentials":
	case "":
		return answer, invalid("The parameter grant_type is missing.")
	default:
		return answer, &oauthError{http.StatusBadRequest, "unsupported_grant_type", "The grant_type is client_credentials."}
	}
	client, secret, err := clientOf(v.r)
	if err != nil {
		return answer, err
	}
	// documented: clients of Azure name the service followed by "/.default", which is everything they may do.
	if scope := v.r.PostForm.Get("scope"); scope != "" && scope != "app_token" && !strings.HasSuffix(scope, "/.default") {
		return answer, &oauthError{http.StatusBadRequest, "invalid_scope", "An access token of a service principal may do what its groups may: leave the scope out, or end it with /.default."}
	}
	at := access.AddressKey(Address(v.r))
	if at != "" {
		if wait := s.guesses.addresses.Begin(at, s.config.Clock()); wait > 0 {
			return answer, &tooMany{wait}
		}
	}
	token, until, err := s.config.Access.ExchangeSecret(ctx, client, secret, caller(v.r, nil).Origin)
	if errors.Is(err, access.ErrWrongSecret) {
		return answer, &oauthError{http.StatusUnauthorized, "invalid_client", "The client_id and the client_secret do not belong together."}
	}
	if at != "" { // it was no guess, or there was nothing to try it on
		s.guesses.addresses.Succeeded(at, false)
	}
	if err != nil {
		return answer, err
	}
	return tokenAnswer{token, "Bearer", int(until.Sub(s.config.Clock()).Round(time.Second).Seconds())}, nil
}

// clientOf reads who asks: from the header or from the parameters, never both. documented: RFC 6749, 2.3.1.
func clientOf(r *http.Request) (client, secret string, err error) {
	client, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	if r.Header.Get("Authorization") == "" {
		if client == "" || secret == "" {
			err = &oauthError{http.StatusUnauthorized, "invalid_client", "The client_id or the client_secret is missing."}
		}
		return client, secret, err
	}
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", "", &oauthError{http.StatusUnauthorized, "invalid_client", "The Authorization header is not Basic with the client_id and the client_secret."}
	}
	var bad [2]error
	user, bad[0] = url.QueryUnescape(user)
	password, bad[1] = url.QueryUnescape(password)
	if err := errors.Join(bad[0], bad[1]); err != nil {
		return "", "", &oauthError{http.StatusUnauthorized, "invalid_client", "The client_id and the client_secret in the header are to be form-encoded."}
	}
	if secret != "" || client != "" && client != user {
		return "", "", &oauthError{http.StatusBadRequest, "invalid_request", "The client is told in the header or in the parameters, not in both."}
	}
	return user, password, nil
}

func (v *visit) writeJSON(status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.status = status
	v.w.WriteHeader(status)
	_, _ = v.w.Write(body) // whoever left does not read it
	return nil
}
