package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binding knows which of our ids stands for which recorded one.
type binding struct {
	root    string
	ours    map[string]string // by recorded text
	trimmed bool              // the recording keeps some rows of a list only
	running bool              // an operation that takes its time at the hosted service
	url     string            // of the recorded request
	links   map[string][]int  // by the number in a work item's recorded URL: where its links are in our order
}

func newBinding(root string) *binding {
	return &binding{root: root, ours: map[string]string{}, links: map[string][]int{}}
}

// varying finds the parts of a text that differ from server to server.
var varying = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}` +
	`|\b(?:aad|vssgp|scp|svc)\.[A-Za-z0-9_-]+` +
	`|S-1-9-[0-9-]+` +
	`|[A-Za-z0-9.]+@[a-z.]+\.(?:example|com)\b` +
	`|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z` +
	`|\b[0-9]{3,7}\b`)

// kind of a name: a name may only stand for one of its kind.
func kind(name string) string {
	switch {
	case strings.Contains(name, "@"):
		return "person"
	case len(name) == 36 && strings.Count(name, "-") == 4:
		return "guid"
	case strings.HasPrefix(name, "S-1-9-"):
		return "sid"
	case strings.HasSuffix(name, "Z") && strings.Contains(name, "T"):
		return "time"
	case strings.Contains(name, "."):
		return name[:strings.Index(name, ".")]
	}
	return "number"
}

// hosts are the addresses of the hosted service; on the last of them the organization has a number.
var hosts = regexp.MustCompile(`https://[a-z.]+\.azure\.com|https://[a-z0-9]+\.vssps\.visualstudio\.com/A[0-9a-f-]{36}`)

func (b *binding) rooted(text string) string {
	text = hosts.ReplaceAllStringFunc(text, func(host string) string {
		if strings.Contains(host, "/A") {
			return "ROOT/fabrikam"
		}
		return "ROOT"
	})
	return strings.ReplaceAll(text, b.root, "ROOT")
}

// put writes our names in place of the recorded ones.
func (b *binding) put(text string) string {
	return varying.ReplaceAllStringFunc(text, func(name string) string {
		if ours, ok := b.ours[name]; ok {
			return ours
		}
		return name
	})
}

func (b *binding) address(recorded string) string {
	text := hosts.ReplaceAllString(recorded, "")
	path, query, asked := strings.Cut(text, "?")
	path = b.put(path)
	if !asked {
		return b.root + path
	}
	parts := strings.Split(query, "&")
	for i, p := range parts {
		name, value, _ := strings.Cut(p, "=")
		if plain, err := url.QueryUnescape(value); err == nil && b.put(plain) != plain {
			value = url.QueryEscape(b.put(plain))
		}
		parts[i] = name + "=" + value
	}
	return b.root + path + "?" + strings.Join(parts, "&")
}

var (
	itemURL  = regexp.MustCompile(`/workItems/(\d+)`)
	linkPath = regexp.MustCompile(`^/relations/(\d+)$`)
)

// item is the recorded number of the work item that a request is about.
func item(url string) string {
	if m := itemURL.FindStringSubmatch(url); m != nil {
		return m[1]
	}
	return ""
}

// request puts our names into a recorded body.
func (b *binding) request(url string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			out[b.put(name)] = b.request(url, value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = b.request(url, v[i])
		}
		return out
	case string:
		if m := linkPath.FindStringSubmatch(v); m != nil {
			place, err := strconv.Atoi(m[1])
			if places := b.links[item(url)]; err == nil && place < len(places) {
				return fmt.Sprintf("/relations/%d", places[place]) // the order of links is not stable at the hosted service
			}
		}
		return b.put(hosts.ReplaceAllString(v, b.root))
	case json.Number:
		if ours, ok := b.ours[v.String()]; ok {
			return json.Number(ours)
		}
	}
	return v
}

// text compares two texts and binds the names in them.
func (b *binding) text(recorded, got string) string {
	recorded, got = b.rooted(recorded), b.rooted(got)
	if recorded == got {
		return ""
	}
	wants, gots := varying.FindAllString(recorded, -1), varying.FindAllString(got, -1)
	if len(wants) != len(gots) || varying.ReplaceAllString(recorded, "…") != varying.ReplaceAllString(got, "…") {
		return fmt.Sprintf("%q, recorded %q", got, recorded)
	}
	for i, want := range wants {
		if kind(want) != kind(gots[i]) {
			return fmt.Sprintf("%q, recorded %q", got, recorded)
		}
		if kind(want) == "time" {
			continue
		}
		if ours, ok := b.ours[want]; !ok {
			b.ours[want] = gots[i]
		} else if ours != gots[i] {
			return fmt.Sprintf("%q, recorded %q, where %s has been %s", got, recorded, want, ours)
		}
	}
	return ""
}

// compare says where an answer differs from the recorded one.
func (b *binding) compare(path string, want, got any) (problems []string) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, recorded an object", path, got)}
		}
		return b.members(path, want, object)
	case []any:
		list, ok := got.([]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, recorded a list", path, got)}
		}
		return b.elements(path, want, list)
	case string:
		text, ok := got.(string)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, recorded %q", path, got, want)}
		}
		if p := b.text(want, text); p != "" {
			return []string{path + " is " + p}
		}
	case json.Number:
		number, ok := got.(json.Number)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, recorded %s", path, got, want)}
		}
		if p := b.text(string(want), string(number)); p != "" {
			return []string{path + " is " + p}
		}
	default:
		if got != want {
			return []string{fmt.Sprintf("%s is %v, recorded %v", path, got, want)}
		}
	}
	return nil
}

func (b *binding) members(path string, want, got map[string]any) (problems []string) {
	known := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		ours := b.put(name)
		known[ours] = true
		value, ok := got[ours]
		switch {
		case !ok:
			problems = append(problems, fmt.Sprintf("%s.%s is missing, recorded %v", path, name, want[name]))
		case name == "displayName" && want["uniqueName"] != nil: // people have other names here
			b.ours[fmt.Sprint(want[name])] = fmt.Sprint(value)
		case name == "System.PersonId": // no other number has so few digits
		case b.running && name == "status" || b.trimmed && path == "" && name == "count":
		default:
			problems = append(problems, b.compare(path+"."+name, want[name], value)...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if !known[name] {
			problems = append(problems, fmt.Sprintf("%s.%s is %v, not recorded", path, name, got[name]))
		}
	}
	return problems
}

// elements pairs lists by what their elements are called, or else by their places.
func (b *binding) elements(path string, want, got []any) (problems []string) {
	pairs := b.paired(want, got)
	if path == ".relations" {
		b.links[item(b.url)] = pairs
	}
	taken := map[int]bool{}
	for i, j := range pairs {
		if j < 0 {
			problems = append(problems, fmt.Sprintf("%s lacks the recorded %v", path, want[i]))
			continue
		}
		taken[j] = true
		problems = append(problems, b.compare(fmt.Sprintf("%s[%d]", path, i), want[i], got[j])...)
	}
	for j := range got {
		if !taken[j] && !b.trimmed {
			problems = append(problems, fmt.Sprintf("%s has %v, not recorded", path, got[j]))
		}
	}
	return problems
}

// paired returns for each element of want the place of its counterpart in got, or -1. Objects are known by the member
// that finds the most counterparts; where none finds any they are taken in order, as everything else is.
func (b *binding) paired(want, got []any) (places []int) {
	best := 0
	for _, name := range []string{"id", "principalName", "name", "displayName", "url", "namespaceId", "memberDescriptor", "containerDescriptor", "descriptor"} {
		at := map[string]int{}
		for i, v := range got {
			if object, ok := v.(map[string]any); ok && object[name] != nil {
				at[b.rooted(fmt.Sprint(object[name]))] = i
			}
		}
		if len(at) != len(got) {
			continue
		}
		found, tried := 0, make([]int, len(want))
		for i, v := range want {
			object, _ := v.(map[string]any)
			place, ok := at[b.put(b.rooted(fmt.Sprint(object[name])))]
			if !ok {
				place = -1
			} else {
				found++
			}
			tried[i] = place
		}
		if found > best {
			best, places = found, tried
		}
	}
	if places == nil {
		for i := range want {
			if i < len(got) {
				places = append(places, i)
			} else {
				places = append(places, -1)
			}
		}
	}
	return places
}
