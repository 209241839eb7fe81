package boardwalk_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module   = "boardwalk"
	maxLines = 800
)

// goPackage is what "go list" tells about a package.
type goPackage struct {
	ImportPath, Name, Doc              string
	GoFiles, CgoFiles                  []string
	Imports, TestImports, XTestImports []string
}

// TestLayout holds the tree to ARCHITECTURE.md.
func TestLayout(t *testing.T) {
	architecture, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := parseRules(string(architecture))
	if err != nil {
		t.Fatal(err)
	}
	for _, tags := range []string{"", "compat"} {
		packages, err := listPackages(tags)
		if err != nil {
			t.Fatal(err)
		}
		if len(packages) < 15 {
			t.Errorf("go list -tags=%s found %d packages", tags, len(packages))
		}
		for _, p := range packages {
			for _, problem := range rules.check(p) {
				t.Errorf("%s: %s", p.ImportPath, problem)
			}
		}
	}
	files := 0
	err = walkFiles(".", func(name string, content []byte) {
		files++
		for _, problem := range checkFile(name, content) {
			t.Errorf("%s: %s", name, problem)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("only %d files were looked at", files)
	}
}

// rules are the edges ARCHITECTURE.md allows, by the importing package; paths are below the module. "*" stands for all
// internal packages but cli.
type rules map[string][]string

// parseRules reads the table of who may import whom.
func parseRules(architecture string) (rules, error) {
	_, table, found := strings.Cut(architecture, "| Package | May import |")
	if !found {
		return nil, errors.New("ARCHITECTURE.md has no table headed | Package | May import |")
	}
	quoted := regexp.MustCompile("`([^`]+)`")
	r := rules{}
	for line := range strings.Lines(strings.TrimPrefix(table, "\n")) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != 4 {
			break
		}
		var targets []string
		for _, m := range quoted.FindAllStringSubmatch(cells[2], -1) {
			targets = append(targets, m[1])
		}
		for _, m := range quoted.FindAllStringSubmatch(cells[1], -1) {
			if _, twice := r[m[1]]; twice {
				return nil, fmt.Errorf("ARCHITECTURE.md has two rows for %s", m[1])
			}
			r[m[1]] = targets
		}
	}
	for from, targets := range r {
		for _, to := range targets {
			if _, ok := r[to]; !ok && to != "*" {
				return nil, fmt.Errorf("ARCHITECTURE.md lets %s import %s, which has no row", from, to)
			}
		}
	}
	return r, nil
}

// check lists what is wrong with a package.
func (r rules) check(p goPackage) (problems []string) {
	name := below(p.ImportPath)
	for _, element := range strings.Split(name, "/") {
		if slices.Contains(forbiddenNames(), element) {
			problems = append(problems, fmt.Sprintf("a package named %s says nothing: name it after what it does", element))
		}
	}
	testsOnly := len(p.GoFiles)+len(p.CgoFiles) == 0
	if p.Doc == "" && !testsOnly {
		problems = append(problems, "it has no package comment")
	}
	allowed, known := r[name]
	if !known && !(name == "" && testsOnly) {
		return append(problems, "it is not in the table of ARCHITECTURE.md that says who may import whom")
	}
	for _, imported := range p.Imports {
		if target, ours := ourPackage(imported); ours && !permits(allowed, target) {
			problems = append(problems, "it must not import "+target)
		}
		if isDriver(imported) && name != "internal/db" {
			problems = append(problems, "only internal/db may import the database driver "+imported)
		}
		mayServe := []string{"internal/api", "internal/signin", "internal/server", "internal/hooks"}
		if imported == "net/http" && !slices.Contains(mayServe, name) && !strings.HasPrefix(name, "internal/oidc") {
			problems = append(problems, "only internal/api, internal/signin, internal/server, internal/hooks and internal/oidc may import net/http")
		}
	}
	for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
		target, ours := ourPackage(imported)
		if ours && target != name && !permits(allowed, target) && (name == "compat" || !slices.Contains(forTests(), target)) {
			problems = append(problems, "its tests must not import "+target)
		}
	}
	return problems
}

func forbiddenNames() []string {
	return []string{"util", "utils", "common", "misc", "shared", "models", "types", "base", "manager"}
}

// forTests are packages that the tests of every package may import: stores, what fills them, and errors.
func forTests() []string {
	return []string{"internal/db", "internal/db/dbtest", "internal/access", "internal/project", "internal/work", "internal/delivery",
		"internal/analytics/ingest",
		"internal/sample", "internal/server", "internal/fault", "internal/oidc/oidctest"}
}

func isDriver(imported string) bool {
	if imported == "database/sql" {
		return true
	}
	for _, prefix := range []string{"github.com/mattn/go-sqlite3", "github.com/jackc/", "github.com/duckdb/", "modernc.org/sqlite"} {
		if strings.HasPrefix(imported, prefix) {
			return true
		}
	}
	return false
}

func permits(allowed []string, target string) bool {
	if slices.Contains(allowed, target) {
		return true
	}
	return slices.Contains(allowed, "*") && strings.HasPrefix(target, "internal/") && target != "internal/cli" && target != "internal/db/dbtest"
}

// below is an import path without the module.
func below(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

func ourPackage(importPath string) (string, bool) {
	return below(importPath), importPath == module || strings.HasPrefix(importPath, module+"/")
}

func listPackages(tags string) ([]goPackage, error) {
	var out, problems bytes.Buffer
	c := exec.Command("go", "list", "-tags="+tags, "-json=ImportPath,Name,Doc,GoFiles,CgoFiles,Imports,TestImports,XTestImports", "./...")
	c.Stdout, c.Stderr = &out, &problems
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, problems.String())
	}
	var all []goPackage
	for d := json.NewDecoder(&out); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// walkFiles visits the files of the tree that people write. Hidden folders, installed packages and build results are
// not among them.
func walkFiles(root string, visit func(name string, content []byte)) error {
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			skip := d.Name() == "node_modules" || d.Name() == "bin" || strings.HasPrefix(d.Name(), ".") && name != root && d.Name() != ".ci"
			if skip {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || d.Name() == ".git" { // a file in a worktree
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.ContainsRune(content, 0) { // else it is no text
			visit(filepath.ToSlash(name), content)
		}
		return nil
	})
}

var (
	generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	// Places where checkouts and homes usually are. What stands in front keeps parts of URLs and of other paths out.
	machinePath = regexp.MustCompile(`(?:^|[^\w}./-])(?:/(?:home|Users|root|work|workspaces?|builds)/[\w.]+|[A-Z]:\\Users\\\w+)`)
)

// checkFile lists what is wrong with a file.
func checkFile(name string, content []byte) (problems []string) {
	written := slices.Contains([]string{".go", ".sql", ".md", ".py", ".js", ".mjs", ".css", ".html", ".sh"}, path.Ext(name)) &&
		!strings.Contains(name, "testdata/") && !generated.Match(content)
	if lines := bytes.Count(content, []byte("\n")); written && lines > maxLines {
		problems = append(problems, fmt.Sprintf("its %d lines are more than %d", lines, maxLines))
	}
	for number, line := range strings.Split(string(content), "\n") {
		if found := machinePath.FindString(line); found != "" && name != "layout_test.go" {
			problems = append(problems, fmt.Sprintf("line %d names a place on somebody's machine: %s", number+1, strings.TrimSpace(found)))
		}
	}
	return problems
}

// TestLayout_RulesFail proves on made-up packages that each rule can be broken.
func TestLayout_RulesFail(t *testing.T) {
	r, err := parseRules("# Text\n\n| Package | May import |\n|---|---|\n| `leaf`, `internal/sqlgen` | nothing |\n| `internal/db` | `internal/sqlgen` |\n" +
		"| `internal/api` | `leaf` |\n| `internal/cli`, `compat` | |\n| `internal/server` | `*` |\n\n| `internal/other` | `nothing` |\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(slices.Sorted(maps.Keys(r)), " "); got != "compat internal/api internal/cli internal/db internal/server internal/sqlgen leaf" {
		t.Errorf("rows %s", got)
	}
	code := []string{"x.go"}
	for _, c := range []struct {
		name string
		p    goPackage
		want string // "" when nothing is wrong
	}{
		{"allowed edge", goPackage{ImportPath: "boardwalk/internal/db", Doc: "d", GoFiles: code, Imports: []string{"boardwalk/internal/sqlgen", "fmt"}}, ""},
		{"edge that is not in the table", goPackage{ImportPath: "boardwalk/leaf", Doc: "d", GoFiles: code, Imports: []string{"boardwalk/internal/db"}}, "must not import internal/db"},
		{"edge the other way", goPackage{ImportPath: "boardwalk/internal/sqlgen", Doc: "d", GoFiles: code, Imports: []string{"boardwalk/internal/db"}}, "must not import internal/db"},
		{"everything internal", goPackage{ImportPath: "boardwalk/internal/server", Doc: "d", GoFiles: code, Imports: []string{"boardwalk/internal/db", "net/http"}}, ""},
		{"but not the commands", goPackage{ImportPath: "boardwalk/internal/server", Doc: "d", GoFiles: code, Imports: []string{"boardwalk/internal/cli"}}, "must not import internal/cli"},
		{"package without a row", goPackage{ImportPath: "boardwalk/internal/new", Doc: "d", GoFiles: code}, "not in the table"},
		{"no comment", goPackage{ImportPath: "boardwalk/leaf", GoFiles: code}, "no package comment"},
		{"empty name", goPackage{ImportPath: "boardwalk/internal/util", Doc: "d", GoFiles: code}, "named util"},
		{"driver in db", goPackage{ImportPath: "boardwalk/internal/db", Doc: "d", GoFiles: code, Imports: []string{"github.com/jackc/pgx/v5"}}, ""},
		{"driver elsewhere", goPackage{ImportPath: "boardwalk/internal/api", Doc: "d", GoFiles: code, Imports: []string{"github.com/jackc/pgx/v5"}}, "only internal/db"},
		{"handler elsewhere", goPackage{ImportPath: "boardwalk/internal/db", Doc: "d", GoFiles: code, Imports: []string{"net/http"}}, "net/http"},
		{"test on a store", goPackage{ImportPath: "boardwalk/internal/api", Doc: "d", GoFiles: code, TestImports: []string{"boardwalk/internal/db", "boardwalk/internal/api"}}, ""},
		{"test beyond its package", goPackage{ImportPath: "boardwalk/leaf", Doc: "d", GoFiles: code, XTestImports: []string{"boardwalk/internal/api"}}, "tests must not import"},
		{"test of the binary", goPackage{ImportPath: "boardwalk/compat", XTestImports: []string{"boardwalk/internal/server"}}, "tests must not import"},
		{"tests of the root", goPackage{ImportPath: "boardwalk", XTestImports: []string{"fmt"}}, ""},
	} {
		problems := strings.Join(r.check(c.p), "; ")
		if c.want == "" && problems != "" || !strings.Contains(problems, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, problems, c.want)
		}
	}
	if _, err := parseRules("| Package | May import |\n|---|---|\n| `a` | `b` |\n"); err == nil {
		t.Error("a target without a row is accepted")
	}
	if _, err := parseRules("no table"); err == nil {
		t.Error("a text without a table is accepted")
	}
}

// TestLayout_FilesFail proves on made-up files that each rule can be broken.
func TestLayout_FilesFail(t *testing.T) {
	long := strings.Repeat("x\n", maxLines+1)
	home := "/ho" + "me/ann/src" // in two parts, for this file is looked at too
	for _, c := range []struct{ name, content, want string }{
		{"a.go", strings.Repeat("x\n", maxLines), ""},
		{"a.go", long, "801 lines"},
		{"a.go", "// Code generated by a tool. DO NOT EDIT.\n" + long, ""},
		{"testdata/a.sql", long, ""},
		{"a.txt", "see " + home, "line 1 names a place"},
		{"a.txt", "first\npath=" + home, "line 2 names a place"},
		{"a.txt", "https://dev.azure.com/fabrikam/_apis/work/processes /var/lib/boardwalk/records.db", ""},
	} {
		problems := strings.Join(checkFile(c.name, []byte(c.content)), "; ")
		if c.want == "" && problems != "" || !strings.Contains(problems, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, problems, c.want)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"a.txt", "node_modules/b.txt", ".git/c.txt", ".ci/run", "sub/d.txt"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("text"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	if err := walkFiles(dir, func(name string, _ []byte) { seen = append(seen, filepath.Base(name)) }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(seen, " "); got != "run a.txt d.txt" {
		t.Errorf("looked at %s", got)
	}
}

// TestLayout_Requirement keeps README.md at the version of Go that go.mod asks for.
func TestLayout_Requirement(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (1\.\d+)`).FindSubmatch(mod)
	if version == nil {
		t.Fatal("go.mod names no version of Go")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "Go "+string(version[1])) {
		t.Errorf("README.md does not ask for Go %s", version[1])
	}
}

// TestCompatibility holds the pages of differences to their form: numbers without gaps, each with tests that exist.
func TestCompatibility(t *testing.T) {
	var text strings.Builder
	for _, page := range []string{"compat.md", "compat-analytics.md"} {
		content, err := os.ReadFile(filepath.Join("docs", page))
		if err != nil {
			t.Fatal(err)
		}
		text.Write(content)
	}
	for _, problem := range checkCompatibility(text.String(), os.ReadFile) {
		t.Error(problem)
	}
}

// TestSecurity holds docs/security.md to what it says: each section but the threats names tests, and all of them exist.
func TestSecurity(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range checkSecurity(string(text), os.ReadFile) {
		t.Error(problem)
	}
}

var (
	namedFile = regexp.MustCompile("`((?:internal|compat)/[^`]+)`(?:\\s+\\(([^()]+)\\))?")
	testName  = regexp.MustCompile(`\bTest[A-Z]\w*`)
)

// checkSecurity lists the sections of the page that promise something without a test, and the tests that are not there.
func checkSecurity(text string, read func(string) ([]byte, error)) (problems []string) {
	for i, section := range strings.Split(text, "\n## ") {
		title, _, _ := strings.Cut(section, "\n")
		if i > 1 && !strings.Contains(section, "\nTest: ") { // behind the head of the page and the threats
			problems = append(problems, fmt.Sprintf("%q names no test", title))
		}
		for _, m := range namedFile.FindAllStringSubmatch(section, -1) {
			content, err := read(m[1])
			if err != nil && !strings.Contains(filepath.Base(m[1]), ".") {
				continue // a package
			}
			if err != nil {
				problems = append(problems, fmt.Sprintf("%q: %v", title, err))
			}
			for _, name := range testName.FindAllString(m[2], -1) {
				if !strings.Contains(string(content), "func "+name+"(") {
					problems = append(problems, fmt.Sprintf("%q: %s has no %s", title, m[1], name))
				}
			}
		}
	}
	return problems
}

// TestSecurity_Fails proves on made-up pages that each rule can be broken.
func TestSecurity_Fails(t *testing.T) {
	read := func(name string) ([]byte, error) {
		if name != "internal/a_test.go" {
			return nil, fs.ErrNotExist
		}
		return []byte("func TestA(t *testing.T)"), nil
	}
	for page, want := range map[string]int{
		"# Page\n\n## Threats\n\n## Tokens\nTest: `internal/a_test.go` (TestA), `internal/a`\n": 0,
		"# Page\n\n## Threats\n\n## Tokens\nare safe\n":                                         1,
		"# Page\n\n## Threats\n\n## Tokens\nTest: `internal/b_test.go` (TestA)\n":               2,
		"# Page\n\n## Threats\n\n## Tokens\nTest: `internal/a_test.go`\n(TestA, TestB)\n":       1,
	} {
		if got := checkSecurity(page, read); len(got) != want {
			t.Errorf("%q: %v", page, got)
		}
	}
}

var (
	difference = regexp.MustCompile(`(?m)^\*\*(\d+)\. `)
	namedTest  = regexp.MustCompile("`([^`]+)` \\(((?:[^()]|\\([^()]*\\))+)\\)")
)

// checkCompatibility lists what is wrong with the list of differences.
func checkCompatibility(text string, read func(string) ([]byte, error)) (problems []string) {
	starts := difference.FindAllStringSubmatchIndex(text, -1)
	if len(starts) == 0 {
		return []string{"there is no numbered difference"}
	}
	numbers := make([]int, len(starts))
	for i, at := range starts {
		entry := text[at[0]:]
		if i+1 < len(starts) {
			entry = text[at[0]:starts[i+1][0]]
		}
		numbers[i], _ = strconv.Atoi(text[at[2]:at[3]]) // digits, says the expression
		_, tests, _ := strings.Cut(entry, "\nTest: ")
		tests, _, _ = strings.Cut(tests, "\n")
		named := namedTest.FindAllStringSubmatch(tests, -1)
		if len(named) == 0 {
			problems = append(problems, fmt.Sprintf("difference %d names no test", numbers[i]))
		}
		for _, m := range named {
			if content, err := read(m[1]); err != nil {
				problems = append(problems, fmt.Sprintf("difference %d: %v", numbers[i], err))
			} else if !strings.Contains(string(content), m[2]) {
				problems = append(problems, fmt.Sprintf("difference %d: %s has no %q", numbers[i], m[1], m[2]))
			}
		}
	}
	slices.Sort(numbers)
	for i, number := range numbers {
		if number != i+1 {
			return append(problems, fmt.Sprintf("number %d stands where %d belongs", number, i+1))
		}
	}
	return problems
}

// TestCompatibility_Fails proves on made-up lists that each rule can be broken.
func TestCompatibility_Fails(t *testing.T) {
	read := func(name string) ([]byte, error) {
		if name != "a_test.go" {
			return nil, fs.ErrNotExist
		}
		return []byte("func TestA(t *testing.T) { // what (in brackets) it is"), nil
	}
	for _, c := range []struct{ text, want string }{
		{"**1. One.** Text.\nTest: `a_test.go` (TestA)\n\n**2. Two.**\nTest: `a_test.go` (what (in brackets) it is)\n", ""},
		{"nothing", "no numbered difference"},
		{"**1. One.**\nTest: `a_test.go` (TestA)\n**3. Three.**\nTest: `a_test.go` (TestA)\n", "number 3 stands where 2 belongs"},
		{"**1. One.** `a_test.go` (TestA)\n", "names no test"},
		{"**1. One.**\nTest: `a_test.go` (TestB)\n", `has no "TestB"`},
		{"**1. One.**\nTest: `a_test.go` (TestA), `b_test.go` (TestB)\n", "not exist"},
	} {
		problems := strings.Join(checkCompatibility(c.text, read), "; ")
		if c.want == "" && problems != "" || !strings.Contains(problems, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, problems, c.want)
		}
	}
}
