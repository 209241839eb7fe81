package sample

import (
	"fmt"
	"strings"
	"time"

	"boardwalk/internal/access"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// organization is everything in an organization but its work items. GUIDs that are not given follow from names.
type organization struct {
	name      string
	zone      string
	created   time.Time
	people    []person
	processes []process
	fields    []customField
	projects  []projectSpec
}

// person is an identity. Only those with an account can sign in.
type person struct {
	name, mail    string
	zone          string // where the person works; the organization's when empty
	account       string // key of the account, see accounts
	level         access.Level
	administrator bool
	reads         []string  // projects the person is a reader of; "*" is all
	left          time.Time // when the person left, or zero
	silent        bool      // changes no work items: a service, or someone who only looks
}

// process is derived from a system process.
type process struct {
	name, parent, description string
	states                    []customState
}

type customState struct {
	kind     string // work item type
	name     string
	category project.StateCategory
}

// customField is a field of the organization and the types that have it, by process.
type customField struct {
	ref, name, description string
	kind                   project.FieldType
	identity               bool
	values                 []string // what is written into it, for text
	on                     map[string][]string
}

type projectSpec struct {
	name, guid, description string
	process                 string
	visibility              project.Visibility
	revision                int64
	created, updated        time.Time
	areas, iterations       []node // parents before their children
	teams                   []team // the first is the default
	tags                    []string
	weight                  int // share of the items written in the project
}

// node is an area or iteration below the root: path without the project's name.
type node struct {
	path, guid    string
	number        int64 // 0: the next one
	start, finish string
}

type team struct {
	name, description string
	areas             []string // "" is the root
	children          bool     // with the areas below
	iterations        string   // the team works in iterations below this one
}

// namespace makes GUIDs out of names.
var namespace = uuid.MustParse("7f3c1a52-6e0d-4c55-9d0b-3a1f2b8e4d61")

func guid(parts ...string) uuid.UUID {
	return uuid.NewSHA1(namespace, []byte(strings.Join(parts, "\x00")))
}

// guidOr is the GUID that is given, or one made of names.
func guidOr(text string, parts ...string) (uuid.UUID, error) {
	if text == "" {
		return guid(parts...), nil
	}
	return uuid.Parse(text)
}

// datedNode parses the days of an iteration.
func datedNode(n node) (start, finish time.Time, err error) {
	if start, err = time.Parse(time.DateOnly, n.start); err != nil {
		return start, finish, err
	}
	finish, err = time.Parse(time.DateOnly, n.finish)
	return start, finish, err
}

// sprints are count iterations of so many weeks below a path, from a Monday to a Friday, numbered from first on.
func sprints(below string, first, count int, start string, weeks int) []node {
	monday := day(start)
	var nodes []node
	for i := range count {
		at := monday.AddDate(0, 0, 7*weeks*i)
		nodes = append(nodes, node{path: below + fmt.Sprintf("Sprint %d", first+i), start: at.Format(time.DateOnly),
			finish: at.AddDate(0, 0, 7*weeks-3).Format(time.DateOnly)})
	}
	return nodes
}

// day is midnight UTC of a date written in a table of this package.
func day(text string) time.Time { return instant(text + "T00:00:00Z") }

// instant is a date and time written in a table of this package.
func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err) // a mistake in a table, found by every test
	}
	return t.UTC()
}
