package signin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"boardwalk/internal/access"

	"github.com/google/uuid"
)

// visit is one request for a page.
type visit struct {
	*Service
	w       http.ResponseWriter
	r       *http.Request
	secret  string          // of the session's cookie, whether or not there is such a session
	session *access.Session // nil for strangers
	status  int             // of the answer
	made    string          // the form cookie, when this answer sets it
}

const maxForm = 64 << 10 // bytes

// parseForm reads the form of a POST and refuses one that this server did not give to this very browser.
func (v *visit) parseForm() error {
	if !v.sameOrigin(v.r) {
		return &refusal{http.StatusForbidden, "Refused", "Another site made your browser send this. Nothing was changed."}
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		return &refusal{http.StatusBadRequest, "Not understood", "The form cannot be read."}
	}
	cookie := v.cookie(v.r, formName)
	if cookie == "" || !hmac.Equal([]byte(v.r.PostForm.Get("form")), []byte(v.formToken(cookie, v.sessionCookie(v.r)))) {
		return &refusal{http.StatusForbidden, "The form has expired", "Go back, load the page again and repeat what you did. Cookies must be allowed."}
	}
	return nil
}

// FormToken is what the forms of an answer carry, and the cookie it fits to, which is set when the browser has none. It
// must be called before anything is written.
func (v *visit) FormToken() string {
	cookie := v.cookie(v.r, formName)
	if cookie == "" {
		if v.made == "" {
			v.made = random()
			v.setCookie(v.w, v.r, formName, v.made, time.Time{})
		}
		cookie = v.made
	}
	return v.formToken(cookie, v.secret)
}

func (s *Service) formToken(cookie, session string) string {
	return base64.RawURLEncoding.EncodeToString(s.keyed("form\x00" + cookie + "\x00" + session))
}

// keyed is a hash that only this server can make.
func (s *Service) keyed(text string) []byte {
	h := hmac.New(sha256.New, s.config.Key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// random is a text that nobody can guess: 256 bits.
func random() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // documented: it never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

// field is what somebody wrote into a field of a form, without what no database keeps.
func (v *visit) field(name string) string {
	text := v.r.PostForm.Get(name)
	if !utf8.ValidString(text) {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
}

// leadTo sends the browser to another page of this server.
func (v *visit) leadTo(path string) error {
	v.w.Header().Set("Location", path)
	v.status = http.StatusSeeOther
	v.w.WriteHeader(v.status)
	return nil
}

// caller is whoever sent a request as the audit log names them, with their session if they have one.
func caller(r *http.Request, session *access.Session) access.Caller {
	c := access.Caller{Origin: access.Origin{Address: Address(r), UserAgent: r.UserAgent(), Activity: uuid.New()}}
	if session != nil {
		c.Credential = access.Credential{Kind: access.BySession, ID: session.ID}
	}
	return c
}
