package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// exchange is a request of a recording with the answer of the hosted service.
type exchange struct {
	Method          string
	URL             string
	RequestHeaders  map[string]string
	RequestBody     any
	Status          int
	ResponseHeaders map[string]string
	ResponseBody    any
	Notes           []string
}

// recording is what one run of a client did.
type recording struct {
	name      string
	Exchanges []exchange
}

// TestExchanges sends what the command-line client sent to the hosted service, in its order, and compares each answer
// with the recorded one: the status, the headers clients read, every member and every value. Ids, descriptors and
// people differ from server to server, so the first answer that shows one binds it to ours, and from then on it has to
// stay the same wherever it appears.
func TestExchanges(t *testing.T) {
	var recordings []recording
	for _, name := range []string{"areas", "groups-and-members", "invoke", "options-and-settings", "security-permissions",
		"team-unavailable", "work-item-create", "work-item-relations"} {
		r := recording{name: name}
		corpusFile(t, "rest-exchanges/"+name+".json", &r)
		recordings = append(recordings, r)
	}
	x := startSample(t)
	known := differences()
	seen := make([]bool, len(known))
	for _, recording := range recordings {
		t.Run(recording.name, func(t *testing.T) {
			gap := false // an operation that is missing here: what follows may depend on it
			b := newBinding(x.url)
			for i, e := range recording.Exchanges {
				what := fmt.Sprintf("%s: %d %s %s", recording.name, i, e.Method, e.URL)
				for _, p := range replay(t, x, b, e) {
					d := slices.IndexFunc(known, func(d *regexp.Regexp) bool { return d.MatchString(what + ": " + p) })
					gap = gap || strings.HasPrefix(p, "status 501,")
					switch {
					case d >= 0:
						seen[d] = true
					case gap:
						t.Logf("%s: %s", what, p)
					default:
						t.Errorf("%s: %s", what, p)
					}
				}
			}
		})
	}
	for i, d := range known {
		if !seen[i] {
			t.Errorf("nothing differs any more in %s: the entry can go", d)
		}
	}
}

// differences are those that docs/compat.md numbers, as they are reported. Each has to occur.
func differences() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`/process/processes: \.value\[\d\]\.description is `),                                                            // our own words
		regexp.MustCompile(`/process/processes: \.(?:count is "6"|value has .*name:Fabrikam )`),                                             // the sample's two
		regexp.MustCompile(`/_apis/projects(?:\?\S*)?: \.(?:count is|value has|value\[\d+\]\.(?:name|revision|visibility|description) is)`), // the sample's
		regexp.MustCompile(`/ResourceAreas: \.(?:count is "233"|value has .*name:(?:profile|gallery|Contribution)\])`),
		regexp.MustCompile(`OPTIONS \S+: \.value lacks the recorded map\[area:(?:Favorite|policy) `),                        // other products
		regexp.MustCompile(`/UserEntitlements\S*: \S+\.accessLevel\.(?:accountLicenseType|licenseDisplayName|status) is `),  // what was asked for
		regexp.MustCompile(`[dD]irectoryAlias\S* is "jordan", recorded "jordan_contoso\.example#EXT#"`),                     // no directory
		regexp.MustCompile(`/AccessControlLists/[0-9a-f-]+\?descriptors=\S+: \.(?:count is|value lacks|value has|value\[)`), // of projects that are not here
		regexp.MustCompile(`: 16 GET \S+/AccessControlLists/\S+: \.value\[0\]\.acesDictionary\.`),                           // what was just set shows
		regexp.MustCompile(`/Settings/Entries/host\S*: status 204, recorded 401: `),                                         // the recorded caller may not
		regexp.MustCompile(`OPTIONS \S+/contoso/_apis: status 404, recorded 503: `),                                         // organizations are not stopped
	}
}

// replay sends a request with what is bound put in, and says how the answer differs from the recorded one.
func replay(t *testing.T, x *client, b *binding, e exchange) (problems []string) {
	t.Helper()
	var content io.Reader
	if e.RequestBody != nil {
		text, err := json.Marshal(b.request(e.URL, e.RequestBody))
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(t.Context(), e.Method, b.address(e.URL), content)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range e.RequestHeaders {
		r.Header.Set(name, value)
	}
	r.SetBasicAuth("", x.tokens["administrator"])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != e.Status {
		return []string{fmt.Sprintf("status %d, recorded %d: %s", answer.StatusCode, e.Status, cut(text))}
	}
	for _, name := range []string{"Content-Type", "Location", "X-TFS-ServiceError"} {
		got, want := answer.Header.Get(name), e.ResponseHeaders[name]
		if want == "" && (name != "Location" || got == "") {
			continue
		}
		if p := b.text(spaced(want), spaced(got)); p != "" {
			problems = append(problems, name+": "+p)
		}
	}
	var got any
	if strings.HasPrefix(e.ResponseHeaders["Content-Type"], "application/json") {
		d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
		d.UseNumber()
		if err := d.Decode(&got); err != nil {
			return append(problems, fmt.Sprintf("no JSON: %v in %s", err, cut(text)))
		}
	} else if len(text) > 0 {
		got = string(text)
	}
	b.trimmed = slices.ContainsFunc(e.Notes, func(n string) bool { return strings.HasPrefix(n, "trimmed") })
	b.url = e.URL
	b.running = strings.Contains(e.URL, "/_apis/operations/") || e.Status == http.StatusAccepted
	return append(problems, b.compare("", e.ResponseBody, got)...)
}

// spaced writes a header's parameters in one way.
func spaced(header string) string { return strings.ReplaceAll(header, "; ", ";") }
