package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"boardwalk/internal/analytics"
)

// ExplainConfig says which query Explain asks a running server about.
type ExplainConfig struct {
	Query string // URL, or its path behind that of the server
	URL   string // of the server
	Token string // personal access token
}

// ParseExplain reads the configuration of Explain; errors are those of ParseServe.
func ParseExplain(args []string, env func(string) string, out, errOut io.Writer) (ExplainConfig, error) {
	c := ExplainConfig{URL: "http://" + DefaultConfig().Listen}
	o := newOptions("explain", "Tell how a running server understands an Analytics query: what it reads, why that is allowed or what would be.", env, out, errOut)
	o.argument, o.argumentName = &c.Query, "QUERY"
	o.set.StringVar(&c.URL, "url", c.URL, "`URL` of the server, if QUERY is only a path such as fabrikam/_odata/v4.0-preview/WorkItems?$top=1")
	o.set.StringVar(&c.Token, "token", c.Token, "personal access `TOKEN` of the one who asks")
	return c, o.parse(args, c.check)
}

func (c *ExplainConfig) check() error {
	switch {
	case c.Query == "":
		return errors.New("which QUERY? Put its URL in quotes")
	case c.Token == "":
		return errors.New("--token is missing: a personal access token")
	case !strings.Contains(c.address(), "/_odata/"):
		return fmt.Errorf("%q is no Analytics query: its path has no /_odata/", c.Query)
	}
	return nil
}

// address is the URL that is asked.
func (c *ExplainConfig) address() string {
	query := c.Query
	if !strings.Contains(query, "://") {
		query = strings.TrimRight(c.URL, "/") + "/" + strings.TrimLeft(query, "/")
	}
	var b strings.Builder
	for i := range len(query) {
		if c := query[i]; c <= ' ' || c > '~' || c == '"' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	separator := "?"
	if strings.Contains(query, "?") {
		separator = "&"
	}
	return b.String() + separator + "boardwalk.explain=true"
}

// Explain asks a running server how it understands a query and writes that for people.
func Explain(ctx context.Context, c ExplainConfig, out io.Writer) (err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.address(), nil)
	if err != nil {
		return fmt.Errorf("read the URL of the query: %w", err)
	}
	r.SetBasicAuth("", c.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<20))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return refusedBy(answer.StatusCode, body)
	}
	var x analytics.Explanation
	if err := json.Unmarshal(body, &x); err != nil {
		return fmt.Errorf("the server does not know boardwalk.explain: %w", err)
	}
	_, err = io.WriteString(out, readable(&x))
	return err
}

// refusedBy words an error of the server, which comes in one of two forms.
func refusedBy(status int, body []byte) error {
	var answer struct {
		Message string // of the platform
		Error   struct {
			Message string
			Hint    string `json:"@boardwalk.hint"`
		} // of OData
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("the server answers %d", status)
	}
	text := answer.Message + answer.Error.Message
	if answer.Error.Hint != "" {
		text += " (" + answer.Error.Hint + ")"
	}
	return fmt.Errorf("%d %s", status, text)
}

// readable is an explanation as text.
func readable(x *analytics.Explanation) string {
	var b strings.Builder
	section := func(title string, lines ...string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s\n", title)
		}
		for _, line := range lines {
			fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(line, "\n", "\n  "))
		}
	}
	scope := "organization"
	if x.Project != "" {
		scope = "project " + x.Project
	}
	section("Query", x.Query, "scope: "+scope+", days of "+x.TimeZone)
	var relations []string
	for _, r := range x.Relations {
		where := strings.Join(r.Projects, ", ")
		switch {
		case r.Refused:
			where = "REFUSED"
		case r.EveryProject:
			where = "every project"
		case where == "":
			where = "-"
		}
		name := r.Name
		if name != r.EntitySet {
			name += " (" + r.EntitySet + ")"
		}
		relations = append(relations, fmt.Sprintf("%-28s %-12s %s: %s", name, r.Use, where, strings.Join(r.Because, "; ")))
	}
	section("Reads", relations...)
	if r := x.Refused; r != nil {
		section("Refused", r.Message, r.Hint)
		if r.SuggestedQuery != "" {
			section("Ask instead", r.SuggestedQuery)
		}
	}
	section("Form", x.Form...)
	section("Constants", x.Parameters...)
	section("Warnings", x.Warnings...)
	for _, s := range x.Statements {
		section("SQL of "+s.For, s.SQL, "parameters: "+strings.Join(s.Parameters, ", "), s.Plan)
	}
	return b.String()
}
