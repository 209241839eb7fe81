package server

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// ErrUsage says that the command line is wrong; why has been written already.
var ErrUsage = errors.New("usage")

// options is a command's flags. Each flag can be given as BOARDWALK_NAME in the environment, too; a flag wins.
type options struct {
	set     *flag.FlagSet
	command string
	about   string
	env     func(string) string
	out     io.Writer
	errOut  io.Writer

	argument     *string // what the command takes beside its flags, before or behind them; nil for nothing
	argumentName string
	operands     string // what may stand behind the flags, "" for nothing
}

// ParseServe reads the configuration of a server. It returns flag.ErrHelp after help was asked for and written to out,
// and ErrUsage after telling errOut what is wrong.
func ParseServe(args []string, env func(string) string, out, errOut io.Writer) (Config, error) {
	c := DefaultConfig()
	o := newOptions("serve", "Serve the REST API and Analytics.", env, out, errOut)
	o.set.StringVar(&c.Listen, "listen", c.Listen, "`ADDRESS` of the REST API and Analytics; port 0 picks a free one")
	o.set.StringVar(&c.Admin, "admin", c.Admin, "`ADDRESS` of metrics, health and profiles; none when empty")
	o.set.BoolVar(&c.Sample, "sample", c.Sample, "load the sample organizations into an empty store and accept their public tokens")
	o.set.BoolVar(&c.AllowRemoteSample, "allow-remote-sample", c.AllowRemoteSample, "permit --sample on an address that other machines reach")
	o.set.StringVar(&c.TLSCert, "tls-cert", c.TLSCert, "PEM `FILE` with the certificate to serve HTTPS with, and those that vouch for it; read again when it changes")
	o.set.StringVar(&c.TLSKey, "tls-key", c.TLSKey, "PEM `FILE` with the key of --tls-cert")
	o.set.BoolVar(&c.TLSDev, "tls-dev", c.TLSDev, "serve HTTPS for localhost and the names of the hosted service, with a local authority")
	o.set.BoolVar(&c.TrustForwarded, "trust-forwarded", c.TrustForwarded, "believe X-Forwarded-Proto and X-Forwarded-Host; only behind a proxy that sets both")
	o.set.StringVar(&c.TrustedProxy, "trusted-proxy", c.TrustedProxy, "`NETWORKS` of proxies whose X-Forwarded-For is believed, separated by commas")
	o.set.DurationVar(&c.Shutdown, "shutdown", c.Shutdown, "how long requests may take to finish when the server stops")
	o.set.IntVar(&c.RateLimit, "rate-limit", c.RateLimit, "`NUMBER` of requests that one person may make to one organization in five minutes; 0 for any number")
	o.set.DurationVar(&c.RateLimitDelay, "rate-limit-delay", c.RateLimitDelay, "delay requests beyond the limit, up to twice as many, before any is refused")
	o.set.StringVar(&c.Faults, "faults", c.Faults, "JSON `FILE` with rules for answers that are wrong on purpose, to test scripts; read again at SIGHUP")
	o.set.BoolVar(&c.HooksAllowPrivate, "hooks-allow-private", c.HooksAllowPrivate, "let service hooks call addresses of this machine and of private networks")
	o.set.IntVar(&c.MaxTokenDays, "max-token-days", c.MaxTokenDays, "`DAYS` that personal access tokens are good at most, of those made from now on")
	o.set.IntVar(&c.QueryResults, "query-results", c.QueryResults, "`NUMBER` of work items that a query in WIQL may find")
	o.oidc(&c.OIDC)
	o.store(&c.Store)
	o.set.StringVar(&c.LogFormat, "log-format", c.LogFormat, "`FORMAT` of the log: text or json")
	o.set.TextVar(&c.LogLevel, "log-level", c.LogLevel, "least `LEVEL` that is logged: DEBUG, INFO, WARN or ERROR")
	return c, o.parse(args, c.check)
}

// ParseSample reads the configuration of LoadSample; errors are those of ParseServe.
func ParseSample(args []string, env func(string) string, out, errOut io.Writer) (SampleConfig, error) {
	c := SampleConfig{Store: DefaultConfig().Store, Seed: 1}
	o := newOptions("sample", "Load the sample organizations, or a generated one, into an empty store.", env, out, errOut)
	o.set.Int64Var(&c.Size, "size", c.Size, "generate one organization with `N` work items; 0 loads the sample organizations")
	o.set.Uint64Var(&c.Seed, "seed", c.Seed, "another `NUMBER` generates other data of the same kind")
	o.set.StringVar(&c.Organization, "organization", c.Organization, "`NAME` of the generated organization (default generated)")
	o.store(&c.Store)
	return c, o.parse(args, c.check)
}

// ParseRebuild reads the configuration of RebuildAnalytics; errors are those of ParseServe.
func ParseRebuild(args []string, env func(string) string, out, errOut io.Writer) (RebuildConfig, error) {
	c := RebuildConfig{Store: DefaultConfig().Store}
	o := newOptions("analytics rebuild", "Build the analytics tables from the records anew. Stop the server first.", env, out, errOut)
	o.set.StringVar(&c.Organization, "organization", c.Organization, "`NAME` of the only organization to build; all when empty")
	o.store(&c.Store)
	return c, o.parse(args, c.check)
}

// ParseIngest reads the configuration of SendRecords; errors are those of ParseServe.
func ParseIngest(args []string, env func(string) string, out, errOut io.Writer) (IngestConfig, error) {
	c := IngestConfig{FromLine: 1, Pause: time.Second}
	o := newOptions("ingest", "Send records of pipelines, tests and agents to a project of a server. See docs/ingestion.md for what a line holds.", env, out, errOut)
	o.set.StringVar(&c.URL, "url", c.URL, "`ADDRESS` of the project: http://HOST/ORGANIZATION/PROJECT")
	o.set.StringVar(&c.Token, "token", c.Token, "personal access `TOKEN` of somebody who may write to the project; the environment keeps it out of lists of processes")
	o.set.IntVar(&c.FromLine, "from-line", c.FromLine, "`NUMBER` of the first line to send, to go on where an earlier run ended")
	o.operands = "[FILE...]"
	err := o.parse(args, c.check)
	c.Files = o.set.Args()
	return c, err
}

func newOptions(command, about string, env func(string) string, out, errOut io.Writer) *options {
	o := &options{set: flag.NewFlagSet(command, flag.ContinueOnError), command: command, about: about, env: env, out: out, errOut: errOut}
	o.set.SetOutput(io.Discard) // usage and errors are written below
	o.set.Usage = func() {}
	return o
}

func (o *options) store(s *Store) {
	o.set.StringVar(&s.Data, "data", s.Data, "`DIRECTORY` for everything kept in files; created when missing")
	o.set.StringVar(&s.DB, "db", s.DB, "`URL` of the record store: sqlite:PATH or postgres://USER@HOST/DATABASE (default SQLite in the data directory)")
	o.set.StringVar(&s.TokenKeyFile, "token-key-file", s.TokenKeyFile, "`FILE` with the keys of tokens (default token.key in the data directory)")
	o.set.StringVar(&s.Schema, "db-schema", s.Schema, "PostgreSQL `SCHEMA` of the records; those of analytics tables begin with its name")
	o.set.StringVar(&s.Analytics, "analytics", s.Analytics, "`WHERE` analytics tables are: duckdb or postgres://… (default PostgreSQL if --db is, else DuckDB)")
	o.set.StringVar(&s.AnalyticsMemory, "analytics-memory", s.AnalyticsMemory, "most memory DuckDB may take for the queries of an organization, a `SIZE` such as 512MB")
	o.set.IntVar(&s.AnalyticsThreads, "analytics-threads", s.AnalyticsThreads, "most `CORES` DuckDB may use for the queries of an organization; 0 for all")
}

// parse reads environment and flags, and lets check look at what came out.
func (o *options) parse(args []string, check func() error) error {
	var wrong error
	o.set.VisitAll(func(f *flag.Flag) {
		if value := o.env(variable(f.Name)); value != "" && wrong == nil {
			if err := o.set.Set(f.Name, value); err != nil {
				wrong = fmt.Errorf("environment variable %s: invalid value %q", variable(f.Name), value)
			}
		}
	})
	if o.argument != nil && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		*o.argument, args = args[0], args[1:]
	}
	err := o.set.Parse(args)
	left := o.set.Args()
	if o.argument != nil && *o.argument == "" && len(left) > 0 {
		*o.argument, left = left[0], left[1:]
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		o.usage()
		return flag.ErrHelp
	case err != nil:
		return o.wrong(errors.New(strings.ReplaceAll(err.Error(), "defined: -", "defined: --")))
	case wrong != nil:
		return o.wrong(wrong)
	case len(left) > 0 && o.operands == "":
		return o.wrong(fmt.Errorf("unexpected argument %q", left[0]))
	}
	if err := check(); err != nil {
		return o.wrong(err)
	}
	return nil
}

func (o *options) wrong(err error) error {
	fmt.Fprintf(o.errOut, "boardwalk %s: %v\nRun boardwalk %s -h for its options.\n", o.command, err, o.command)
	return ErrUsage
}

func variable(flagName string) string {
	return "BOARDWALK_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

func (o *options) usage() {
	usage := o.command
	if o.argument != nil {
		usage += " " + o.argumentName
	}
	fmt.Fprintf(o.out, "%s\n\nUsage: boardwalk %s\n\nEach option can be set in the environment, too: --data as BOARDWALK_DATA. The option wins.\n\n", o.about, strings.TrimSpace(usage+" [options] "+o.operands))
	o.set.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		if value != "" {
			value = " " + strings.ToUpper(value)
		}
		fmt.Fprintf(o.out, "  --%s%s\n        %s", f.Name, value, text)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			fmt.Fprintf(o.out, " (default %s)", f.DefValue)
		}
		fmt.Fprintln(o.out)
	})
}
