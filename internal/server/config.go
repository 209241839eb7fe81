package server

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"boardwalk/internal/work"
)

// Version of the program.
const Version = "0.1.0"

// Config says what a server stores where, and how it is reached. DefaultConfig has values that work; ParseServe reads
// the others from flags and environment.
type Config struct {
	Store
	OIDC

	Listen            string        // address of the REST API and Analytics; port 0 picks one that is free
	Admin             string        // address of metrics, health and profiles; "" for none
	TLSCert, TLSKey   string        // files to serve HTTPS with; "" for plain HTTP
	TLSDev            bool          // serve HTTPS with certificates of a local authority
	TrustForwarded    bool          // believe X-Forwarded-Proto and X-Forwarded-Host
	TrustedProxy      string        // addresses and networks of proxies whose X-Forwarded-For is believed
	Shutdown          time.Duration // how long requests may take to finish when the server stops
	RateLimit         int           // requests that one person may make to one organization in five minutes; 0 for any number
	RateLimitDelay    time.Duration // of requests beyond that; 0 refuses them at once
	Faults            string        // file with rules for answers that are wrong on purpose; "" for none
	HooksAllowPrivate bool          // let service hooks call this machine and private networks
	QueryResults      int           // most work items that a query in WIQL may find
	LogFormat         string        // "text" or "json"
	LogLevel          slog.Level

	// Sample fills an empty store with the sample and accepts its tokens, which everybody knows. AllowRemoteSample
	// permits that on an address that other machines reach.
	Sample            bool
	AllowRemoteSample bool
}

// Store says where records and analytics tables are.
type Store struct {
	Data      string // directory for everything kept in files; created when missing
	DB        string // record store: "" for SQLite in Data, "sqlite:PATH" or "postgres://…"
	Schema    string // PostgreSQL schema of the records; those of analytics tables begin with its name
	Analytics string // "duckdb" for files in Data, "postgres://…", or "" for the same as DB

	AnalyticsMemory  string // bounds DuckDB's buffers, for each organization
	AnalyticsThreads int    // bounds the parallelism of a query; 0 for all cores

	TokenKeyFile string // keys of the hashes of tokens; "" for token.key in Data
	MaxTokenDays int    // how long tokens that people make are good at most; 0 for a year
}

// DefaultConfig serves plain HTTP on the loopback address from the directory "data".
func DefaultConfig() Config {
	return Config{
		Store:  Store{Data: "data", Schema: "boardwalk", AnalyticsMemory: "1GB", MaxTokenDays: 365},
		OIDC:   OIDC{NameClaim: "email", Scopes: "openid profile email", GroupsClaim: "groups"},
		Listen: "127.0.0.1:8080", Shutdown: 20 * time.Second, LogFormat: "text", QueryResults: work.MaxResults,
	}
}

// check returns what is wrong with the values themselves, before anything is touched.
func (c *Config) check() error {
	if err := c.Store.check(); err != nil {
		return err
	}
	if err := c.OIDC.check(); err != nil {
		return err
	}
	host, err := splitAddress("--listen", c.Listen)
	if err != nil {
		return err
	}
	if c.Admin != "" {
		if _, err := splitAddress("--admin", c.Admin); err != nil {
			return err
		}
	}
	if c.QueryResults < 1 {
		return fmt.Errorf("--query-results is %d; use a number of at least 1", c.QueryResults)
	}
	if c.RateLimit < 0 || c.RateLimitDelay < 0 || c.RateLimitDelay > 30*time.Second {
		return errors.New("--rate-limit is a number of at least 0, and --rate-limit-delay a duration of up to 30s")
	}
	if c.RateLimitDelay > 0 && c.RateLimit == 0 {
		return errors.New("--rate-limit-delay delays requests beyond --rate-limit, which is missing")
	}
	if _, err := parseNetworks(c.TrustedProxy); err != nil {
		return fmt.Errorf("--trusted-proxy: %w", err)
	}
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("--tls-cert and --tls-key belong together: one is missing")
	case c.TLSCert != "" && c.TLSDev:
		return errors.New("--tls-dev makes a certificate, and --tls-cert names one: use one of them")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		return fmt.Errorf("--log-format is %q; use text or json", c.LogFormat)
	}
	if c.Sample && !c.AllowRemoteSample && !isLoopback(host) {
		return fmt.Errorf("--sample accepts tokens that everybody knows, and %s can be reached from other machines; "+
			"listen on 127.0.0.1, or add --allow-remote-sample", c.Listen)
	}
	return nil
}

func (s *Store) check() error {
	if s.Data == "" {
		return errors.New("--data is empty; name a directory")
	}
	if s.Schema == "" {
		return errors.New("--db-schema is empty; name a PostgreSQL schema")
	}
	if s.AnalyticsThreads < 0 {
		return fmt.Errorf("--analytics-threads is %d; use 0 for all cores or a positive number", s.AnalyticsThreads)
	}
	if s.MaxTokenDays < 0 || s.MaxTokenDays > 3650 {
		return fmt.Errorf("--max-token-days is %d; use 1 to 3650", s.MaxTokenDays)
	}
	for _, u := range []struct{ flag, url string }{{"--db", s.DB}, {"--analytics", s.Analytics}} {
		if !isPostgres(u.url) {
			continue
		}
		if _, err := url.Parse(u.url); err != nil { // the error's text could hold the password
			return fmt.Errorf("%s is malformed; expected postgres://USER@HOST/DATABASE", u.flag)
		}
	}
	if scheme, _, ok := strings.Cut(s.DB, "://"); ok && scheme != "sqlite" && !isPostgres(s.DB) {
		return fmt.Errorf("--db has the scheme %q; use sqlite:PATH or postgres://USER@HOST/DATABASE", scheme)
	}
	if a := s.Analytics; a != "" && a != "duckdb" && !isPostgres(a) {
		return errors.New(`--analytics is neither "duckdb" nor postgres://USER@HOST/DATABASE`)
	}
	return nil
}

// logger makes the log.
func (c *Config) logger(out io.Writer) *slog.Logger {
	settings := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out, settings))
	}
	return slog.New(slog.NewTextHandler(out, settings))
}

// records is the URL of the record store.
func (s *Store) records() string {
	if s.DB == "" {
		return "sqlite:" + filepath.Join(s.Data, recordsFile)
	}
	return s.DB
}

// analyticsURL is the PostgreSQL server of the analytics tables, "" when they are in files.
func (s *Store) analyticsURL() string {
	switch {
	case s.Analytics == "duckdb", s.Analytics == "" && !isPostgres(s.DB):
		return ""
	case s.Analytics == "":
		return s.DB
	}
	return s.Analytics
}

// place names the record store for people, without a password.
func (s *Store) place() string {
	if !isPostgres(s.records()) {
		return strings.TrimPrefix(s.records(), "sqlite:")
	}
	u, err := url.Parse(s.DB)
	if err != nil {
		return "PostgreSQL"
	}
	return "PostgreSQL at " + u.Host + u.Path + ", schema " + s.Schema
}

// strict reports whether browsers are told to use HTTPS alone from now on. With the certificates of --tls-dev they are not:
// that would concern every program on localhost.
func (c *Config) strict(r *http.Request) bool {
	if c.TLSDev {
		return false
	}
	return r.TLS != nil || c.TrustForwarded && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func isPostgres(target string) bool {
	return strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://")
}

// defaultURL is where a server is reached that is started without flags.
const defaultURL = "http://127.0.0.1:8080"

// checkURL refuses what is not the address of a server, and takes a slash from the end of what is.
func checkURL(text *string) error {
	*text = strings.TrimRight(*text, "/")
	if u, err := url.Parse(*text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return errors.New("--url is not the address of a server; write it like https://boards.example.com")
	}
	return nil
}

// splitAddress returns the host of an address to listen on.
func splitAddress(flag, address string) (host string, err error) {
	host, _, err = net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("%s %q is no address; expected HOST:PORT such as 127.0.0.1:8080", flag, address)
	}
	return host, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
