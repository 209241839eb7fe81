// Package signin is how people sign in with a browser: passwords, one-time links, sessions, and the few pages for them. It
// hides cookies, forms, how passwords are kept and how guessing is slowed down; it must not know the REST API, Analytics or
// work items. Start reading at Service.ServeHTTP, which has the table of pages.
package signin

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/oidc"
	"boardwalk/internal/project"
)

// Config is what a Service needs.
type Config struct {
	DB       *db.DB
	Access   *access.Store
	Projects *project.Store
	Key      []byte // keys the hashes of one-time codes, and the tokens of forms

	TrustForwarded bool             // believe X-Forwarded-Proto and X-Forwarded-Host
	Clock          func() time.Time // nil for the real time; that of transactions is the database's
	Log            *slog.Logger     // nil for none
	Version        string           // of the program

	// Observe, when set, is told about each request that was answered. It must be fast and safe for concurrent use.
	Observe func(route, method string, status int, took time.Duration)

	// Sample lets people sign in with the passwords given here, by sign-in name, which everybody knows.
	Sample map[string]string
	// Provider is where people can sign in besides with passwords, nil for nowhere; Issuer is its address.
	Provider *oidc.Provider
	Issuer   string
	// Start answers "/" for strangers in place of the page to sign in at; nil for that.
	Start http.Handler
	// Cost is how much work the check of a password is; zero for DefaultCost.
	Cost Cost
}

// Service answers the requests of people who sign in, and tells whose browser a request comes from. It is safe for
// concurrent use.
type Service struct {
	config    Config
	passwords *passwords
	guesses   guesses
	pages     map[string]page
}

// New returns a service.
func New(c Config) (*Service, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Observe == nil {
		c.Observe = func(string, string, int, time.Duration) {}
	}
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost()
	}
	passwords, err := newPasswords(c.DB, c.Cost)
	if err != nil {
		return nil, err
	}
	s := &Service{config: c, passwords: passwords, guesses: newGuesses()}
	s.pages = s.table()
	return s, nil
}

// page is what is done at an address. A nil method is not allowed there.
type page struct {
	get, post func(context.Context, *visit) error
	signedIn  bool // strangers are sent to the page to sign in at
	program   bool // no browser asks: there are neither cookies nor forms
}

// table has all addresses.
func (s *Service) table() map[string]page {
	all := map[string]page{
		"/":          {get: s.showHome},
		"/_account":  {get: s.showAccount, post: s.changeAccount, signedIn: true},
		"/_tokens":   {get: s.showTokens, post: s.changeTokens, signedIn: true},
		"/_people":   {get: s.showPeople, post: s.changePeople, signedIn: true},
		"/_signin":   {get: s.showSignIn, post: s.signInWithPassword},
		"/_signout":  {get: s.showSignOut, post: s.signOut},
		"/_setup":    {get: s.showSetup, post: s.setUp},
		"/_password": {get: s.showPassword, post: s.setPassword},
		tokenPath:    {post: s.issueServiceToken, program: true},
	}
	if s.config.Provider != nil {
		all[providerPath] = page{get: s.beginWithProvider}
		all[callbackPath] = page{get: s.endWithProvider}
	}
	return all
}

// Serves reports whether a request is for a page of this package.
func (s *Service) Serves(r *http.Request) bool {
	_, ok := s.pages[r.URL.Path]
	return ok && (r.URL.Path != "/" || wantsPage(r))
}

// wantsPage reports whether somebody looks at "/", and not a program.
func wantsPage(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// pageTimeout is how long a page may take.
const pageTimeout = time.Minute

// ServeHTTP answers a request for a page.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy())
	h.Set("Referrer-Policy", "same-origin") // with no-referrer browsers would not say where a form comes from
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	ctx, cancel := context.WithTimeout(r.Context(), pageTimeout)
	defer cancel()
	v := &visit{Service: s, w: w, r: r}
	started := s.config.Clock()
	err := s.serve(ctx, v)
	if err != nil && v.status == 0 {
		err = v.refuse(err)
	}
	took := s.config.Clock().Sub(started)
	attributes := []slog.Attr{slog.String("route", r.URL.Path), slog.String("method", r.Method), slog.Int("status", v.status), slog.Duration("duration", took)}
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelError
		attributes = append(attributes, slog.String("error", err.Error()))
	}
	s.config.Log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attributes...)
	method := r.Method
	if v.status == http.StatusMethodNotAllowed {
		method = "OTHER" // clients can send any word
	}
	s.config.Observe(r.URL.Path, method, v.status, took)
}

// refuse tells a person why not, and returns what the log has to tell besides.
func (v *visit) refuse(err error) error {
	told, ok := errors.AsType[*refusal](err)
	if !ok {
		told = &refusal{http.StatusInternalServerError, "Something went wrong", "The server's log says what. Try again later."}
	}
	if failed := v.render(told.status, "refused.html", told); failed != nil || !ok {
		return errors.Join(err, failed)
	}
	return nil
}

// serve finds the page, whose browser it is, and whether a form may be what it is.
func (s *Service) serve(ctx context.Context, v *visit) (err error) {
	p := s.pages[v.r.URL.Path]
	do := p.get
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		do = p.post
	}
	if do == nil || v.r.Method != http.MethodGet && v.r.Method != http.MethodHead && v.r.Method != http.MethodPost {
		return &refusal{status: http.StatusMethodNotAllowed, Title: "Not possible", Text: "This address does not do that."}
	}
	if p.program {
		return do(ctx, v)
	}
	if v.r.Method == http.MethodPost {
		if err := v.parseForm(); err != nil {
			return err
		}
	}
	if v.secret = s.sessionCookie(v.r); v.secret != "" {
		v.session, err = s.config.Access.Session(ctx, v.secret)
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
	}
	if p.signedIn && v.session == nil {
		return v.leadTo("/_signin?return=" + escape(v.r.URL.RequestURI()))
	}
	return do(ctx, v)
}

// refusal is an error that a person is told about.
type refusal struct {
	status      int
	Title, Text string
}

func (r *refusal) Error() string { return r.Title + ": " + r.Text }
