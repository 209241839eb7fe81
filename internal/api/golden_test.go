package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"boardwalk/internal/db/dbtest"

	"github.com/google/go-cmp/cmp"
)

var rewrite = flag.Bool("rewrite", false, "write what the server answers into the golden files")

// shown are the headers golden files show. The others are the same in every answer.
var shown = []string{"Content-Type", "Location", "Allow", "WWW-Authenticate", "X-MS-ContinuationToken", "X-TFS-ServiceError",
	"X-VSS-ResourceTenant", "OData-Version", "X-Total-Count", "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"}

// TestGolden sends the requests of testdata and compares the answers. A block is "as NAME", "as TOKEN" or "as nobody", the request
// with its headers and a JSON body, "----", the answer with its headers and body. Each file starts with the same data.
func TestGolden(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		files, err := filepath.Glob("testdata/*.txt")
		if err != nil || len(files) == 0 {
			t.Fatalf("no golden files: %v", err)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { replay(t, b, file) })
		}
	})
}

func replay(t *testing.T, b dbtest.Backend, file string) {
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := fixture(t, b, nil)
	var out []string
	made := &ids{file: string(content)}
	line := 1
	for block := range strings.SplitSeq(strings.TrimSuffix(string(content), "\n"), "\n\n") {
		at := line
		line += strings.Count(block, "\n") + 2
		command, rest, _ := strings.Cut(block, "\n")
		for strings.HasPrefix(command, "#") {
			out = append(out, command)
			command, rest, _ = strings.Cut(rest, "\n")
		}
		input, want, ok := strings.Cut(rest+"\n", "----\n")
		who, named := strings.CutPrefix(command, "as ")
		if !ok || !named {
			t.Fatalf("%s:%d: expected as NAME, a request and ----", file, at)
		}
		if who == "nobody" {
			who = ""
		}
		got := made.hide(answer(t, call(t, a, made.show(who), made.show(withBody(input)))))
		if diff := cmp.Diff(want, got); diff != "" && !*rewrite {
			t.Errorf("%s:%d: %s (-want +got):\n%s", file, at, strings.SplitN(input, "\n", 2)[0], diff)
		}
		out = append(out, command+"\n"+input+"----\n"+got)
	}
	if *rewrite && b.Name == "sqlite" {
		text := strings.Join(out, "\n")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// ids gives names to the GUIDs and tokens that the server made up, and to descriptors and fields of boards made of them, which are
// those its file does not have: the first one is {id1}, in requests as in answers.
type ids struct {
	file string
	made []string
}

var anyGUID = regexp.MustCompile(`WEF_[0-9A-F]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|S-1-9-[0-9-]+|vssgp\.[0-9A-Za-z_-]+|aad\.[0-9A-Za-z_-]{40,}|\b[a-z2-7]{52}\b`)

func (d *ids) hide(text string) string {
	text = anyGUID.ReplaceAllStringFunc(text, func(guid string) string {
		if strings.HasPrefix(guid, "00000000-") || strings.HasPrefix(guid, "aad.MDAwMDAwMDAt") || strings.Contains(d.file, guid) {
			return guid
		}
		if !slices.Contains(d.made, guid) {
			d.made = append(d.made, guid)
		}
		return fmt.Sprintf("{id%d}", slices.Index(d.made, guid)+1)
	})
	for i, guid := range d.made { // reference names of processes hold them without dashes
		text = strings.ReplaceAll(text, strings.ReplaceAll(guid, "-", ""), fmt.Sprintf("{hex%d}", i+1))
	}
	return text
}

func (d *ids) show(text string) string {
	for i, guid := range d.made {
		text = strings.ReplaceAll(text, fmt.Sprintf("{id%d}", i+1), guid)
	}
	return text
}

// withBody puts an empty line in front of the body, which golden files cannot hold.
func withBody(input string) string {
	head, body := strings.TrimSuffix(input, "\n"), ""
	for _, start := range []string{"\n{", "\n["} {
		if i := strings.Index(head, start); i >= 0 {
			head, body = head[:i], head[i+1:]
		}
	}
	return head + "\n\n" + body
}

func answer(t *testing.T, r *http.Response) string {
	t.Helper()
	var out bytes.Buffer
	fmt.Fprintf(&out, "%d\n", r.StatusCode)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range shown {
		if name == "Access-Control-Allow-Origin" && r.Header.Get("Access-Control-Allow-Methods") == "" {
			continue
		}
		for key, values := range r.Header {
			if strings.EqualFold(key, name) {
				fmt.Fprintf(&out, "%s: %s\n", name, strings.Join(values, ", "))
			}
		}
	}
	if !json.Valid(body) {
		out.Write(body)
		if len(body) > 0 && body[len(body)-1] != '\n' {
			out.WriteByte('\n') // or the next block would belong to this one
		}
		return out.String()
	}
	if err := json.Indent(&out, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	return out.String() + "\n"
}
