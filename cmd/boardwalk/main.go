// Command boardwalk serves the Azure DevOps work item API and the Analytics OData feed from one binary. Start reading at
// run, which knows the commands; internal/server does the work.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	_ "time/tzdata" // machines without a time zone database are served, too

	"boardwalk/internal/server"
)

// The exit codes.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

// streams are what a command reads from and writes to.
type streams struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) string
}

func main() {
	syscall.Umask(0o077) // what is stored is for the server's user alone
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, os.Getenv}))
}

const usage = `Boardwalk serves the Azure DevOps work item API and the Analytics OData feed.

Usage: boardwalk COMMAND [options]

  serve               serve both; with --sample, something to look at
  sample              load the sample or a generated organization into an empty store
  ingest              send records of pipelines and tests to a server
  organization create make an organization, and a token for its first administrator
  organization list   list the organizations of a store
  organization delete delete an organization for good
  admin list          list who can sign in to the organizations of a store
  admin create-token  make a token for somebody who has none that works
  admin grant         make somebody administrator of an organization
  admin invite        let somebody in, with a link to set a password
  admin reset-password
                      make a link to set a password
  admin revoke-tokens revoke all tokens of somebody, and sign them out
  admin unlink        take an account from a person of the identity provider
  admin why           say why somebody has a permission, or has it not
  audit export        write an audit log as lines of JSON
  audit discard       discard old entries of an audit log for good
  admin rotate-token-key
                      make a new key for the hashes of tokens
  admin retire-token-keys
                      remove the former keys
  analytics rebuild   build the analytics tables from the records anew
  explain             tell how a running server understands an Analytics query
  version             tell the version
  help [COMMAND]      this text, or the options of a command

Try: boardwalk serve --sample
`

// run executes a command and returns the exit code.
func run(ctx context.Context, args []string, s streams) int {
	if len(args) == 0 {
		fmt.Fprint(s.err, usage)
		return exitUsage
	}
	command, rest := args[0], args[1:]
	if (command == "analytics" || command == "organization" || command == "admin" || command == "audit") && len(rest) > 0 {
		command, rest = command+" "+rest[0], rest[1:]
	}
	switch command {
	case "serve":
		c, err := server.ParseServe(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.Run(ctx, c, server.Streams{Out: s.out, Log: s.err}) })
	case "sample":
		c, err := server.ParseSample(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.LoadSample(ctx, c, s.out) })
	case "analytics rebuild":
		c, err := server.ParseRebuild(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.RebuildAnalytics(ctx, c, s.out) })
	case "organization create":
		c, err := server.ParseCreateOrganization(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.CreateOrganization(ctx, c, s.out) })
	case "organization list":
		c, err := server.ParseListOrganizations(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.ListOrganizations(ctx, c, s.out) })
	case "organization delete":
		c, err := server.ParseDeleteOrganization(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.DeleteOrganization(ctx, c, s.out) })
	case "audit export":
		c, err := server.ParseExportAudit(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.ExportAudit(ctx, c, s.out) })
	case "audit discard":
		c, err := server.ParseDiscardAudit(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.DiscardAudit(ctx, c, s.out) })
	case "admin list", "admin create-token", "admin grant", "admin invite", "admin reset-password", "admin revoke-tokens", "admin unlink", "admin why",
		"admin rotate-token-key", "admin retire-token-keys":
		command = strings.TrimPrefix(command, "admin ")
		c, err := server.ParseAdmin(command, rest, s.env, s.out, s.err)
		return s.end(err, func() error {
			return map[string]func(context.Context, server.AdminConfig, io.Writer) error{
				"list": server.ListPeople, "create-token": server.CreateToken, "grant": server.GrantAdministration, "revoke-tokens": server.RevokeTokens,
				"invite": server.Invite, "reset-password": server.ResetPassword, "unlink": server.UnlinkProvider, "why": server.ExplainPermission,
				"rotate-token-key": server.RotateTokenKey, "retire-token-keys": server.RetireTokenKeys,
			}[command](ctx, c, s.out)
		})
	case "explain":
		c, err := server.ParseExplain(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.Explain(ctx, c, s.out) })
	case "ingest":
		c, err := server.ParseIngest(rest, s.env, s.out, s.err)
		return s.end(err, func() error { return server.SendRecords(ctx, c, s.in, s.out) })
	case "version", "--version":
		fmt.Fprintf(s.out, "boardwalk %s %s/%s %s\n", server.Version, runtime.GOOS, runtime.GOARCH, runtime.Version())
		return exitOK
	case "help", "-h", "--help":
		if len(rest) > 0 && rest[0] != "help" {
			return run(ctx, append(rest, "-h"), s)
		}
		fmt.Fprint(s.out, usage)
		return exitOK
	}
	fmt.Fprintf(s.err, "boardwalk: unknown command %q; boardwalk help lists them\n", command)
	return exitUsage
}

// end runs a command whose options were read and turns errors into an exit code with one line that names the cause.
func (s streams) end(err error, command func() error) int {
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	if err := command(); err != nil {
		fmt.Fprintf(s.err, "boardwalk: %s\n", oneLine(err))
		return exitError
	}
	return exitOK
}

// oneLine writes an error in one line: those of some libraries have several.
func oneLine(err error) string {
	var b strings.Builder
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSpace(line)
		switch text := b.String(); {
		case line == "" || text == "":
		case strings.HasSuffix(text, ":"):
			b.WriteString(" ")
		default:
			b.WriteString("; ")
		}
		b.WriteString(line)
	}
	return b.String()
}
