package main

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/accounts"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/audit"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/core"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/dashboard"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/featuremanagement"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/graph"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/identity"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/location"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/memberentitlementmanagement"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/operations"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/profile"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/search"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/security"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/servicehooks"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/settings"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/tokenadmin"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/webapi"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/work"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/workitemtracking"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/workitemtrackingprocess"
)

// scripts call every method of the clients below. A call is a method with its arguments in JSON; what follows tells how it
// ends:
//
//	core.GetTeam {"teamId": "Crew"}
//	= {"name": "Crew", "id": "$team"}
//
// The answer has at least those members (=), has them within ten seconds or on a later page (~), or is an error with that
// key (!). Null stands for a member that is missing, a list that ends with "..." for one that has those elements among
// others. A word that begins with $ is any value at first and the same value from then on, within longer words too. "with"
// names arguments of all calls that take them.
//
//go:embed clients/*.txt
var scripts embed.FS

// player runs scripts.
type player struct {
	clients  map[string]reflect.Value
	values   map[string]any // of words that begin with $
	with     map[string]any
	served   map[string]bool
	refused  map[string]bool
	problems int
}

func runScripts(ctx context.Context, c *azuredevops.Connection) error {
	var errs []error
	or := func(client any, err error) any {
		errs = append(errs, err)
		return client
	}
	p := player{clients: map[string]reflect.Value{}, values: map[string]any{}, served: map[string]bool{}, refused: map[string]bool{}}
	for name, client := range map[string]any{
		"accounts": or(accounts.NewClient(ctx, c)), "audit": or(audit.NewClient(ctx, c)), "core": or(core.NewClient(ctx, c)),
		"dashboard": or(dashboard.NewClient(ctx, c)), "features": featuremanagement.NewClient(ctx, c), "graph": or(graph.NewClient(ctx, c)),
		"identity": or(identity.NewClient(ctx, c)), "location": location.NewClient(ctx, c), "members": or(memberentitlementmanagement.NewClient(ctx, c)),
		"operations": operations.NewClient(ctx, c), "process": or(workitemtrackingprocess.NewClient(ctx, c)), "profile": or(profile.NewClient(ctx, c)),
		"search": or(search.NewClient(ctx, c)), "security": security.NewClient(ctx, c), "hooks": servicehooks.NewClient(ctx, c),
		"settings": settings.NewClient(ctx, c), "tokenadmin": or(tokenadmin.NewClient(ctx, c)), "wit": or(workitemtracking.NewClient(ctx, c)),
		"work": or(work.NewClient(ctx, c)),
	} {
		p.clients[name] = reflect.ValueOf(client)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	files, err := scripts.ReadDir("clients")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := scripts.ReadFile("clients/" + file.Name())
		if err != nil {
			return err
		}
		p.play(ctx, file.Name(), string(text))
	}
	p.report()
	if p.problems > 0 {
		return fmt.Errorf("%d problems", p.problems)
	}
	return nil
}

func (p *player) play(ctx context.Context, name, text string) {
	text = strings.ReplaceAll(text, "\n  ", "  ") // a line that goes on
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := 0; i < len(lines); i++ {
		what, rest, _ := strings.Cut(lines[i], " ")
		switch {
		case what == "" || what == "#":
			continue
		case what == "with":
			p.with = p.parse(rest)
			continue
		}
		end := ""
		if i+1 < len(lines) && strings.ContainsAny(lines[i+1][:min(1, len(lines[i+1]))], "=~!") {
			i++
			end = lines[i]
		}
		if err := p.step(ctx, what, rest, end); err != nil {
			p.problems++
			fmt.Printf("%s: %s %s\n    %v\n", name, what, rest, err)
		}
	}
}

// step makes a call and compares its end with the one that is wanted.
func (p *player) step(ctx context.Context, what, arguments, end string) error {
	more := ""
	for tries := 0; ; tries++ {
		got, err := p.call(ctx, what, arguments, more)
		if strings.HasPrefix(end, "!") {
			if key := key(err); key != strings.TrimSpace(end[1:]) {
				return fmt.Errorf("ends with %s %w", key, err)
			}
			p.refused[what] = true
			return nil
		}
		if err == nil && end != "" {
			var want any
			if err := decode([]byte(end[1:]), &want); err != nil {
				return err
			}
			err = p.try("answer", want, got)
		}
		if err == nil {
			p.served[what] = true
			return nil
		}
		if !strings.HasPrefix(end, "~") || tries == 200 {
			return err
		}
		if page, ok := got.(map[string]any); ok && page["continuationToken"] != nil {
			more = fmt.Sprint(page["continuationToken"])
			continue
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// key is the name of the kind of an error.
func key(err error) string {
	var wrapped azuredevops.WrappedError
	if errors.As(err, &wrapped) && wrapped.TypeKey != nil {
		return *wrapped.TypeKey
	}
	return fmt.Sprintf("%T", err)
}

// call makes a call, the one for the next page if there is a token.
func (p *player) call(ctx context.Context, what, arguments, more string) (any, error) {
	client, name, _ := strings.Cut(what, ".")
	if !p.clients[client].IsValid() || !p.clients[client].MethodByName(name).IsValid() {
		return nil, errors.New("there is no such method")
	}
	method := p.clients[client].MethodByName(name)
	args := reflect.New(method.Type().In(1))
	given := p.parse(cmp.Or(arguments, "{}"))
	if more != "" {
		given["continuationToken"] = more
	}
	if err := p.fill(args, given); err != nil {
		return nil, err
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(ctx), args.Elem()})
	if err, _ := out[len(out)-1].Interface().(error); err != nil || len(out) == 1 {
		return nil, err
	}
	if body, ok := out[0].Interface().(io.ReadCloser); ok {
		defer body.Close()
		text, err := io.ReadAll(body)
		return string(text), err
	}
	text, err := json.Marshal(out[0].Interface())
	if err != nil {
		return nil, err
	}
	var answer any
	return answer, decode(text, &answer)
}

// fill sets arguments, those of "with" where the method has them, and refuses what it has not.
func (p *player) fill(args reflect.Value, given map[string]any) error {
	patches := reflect.TypeFor[*[]webapi.JsonPatchOperation]()
	for name, value := range p.with {
		if _, ok := given[name]; !ok && args.Elem().FieldByNameFunc(func(f string) bool { return strings.EqualFold(f, name) }).IsValid() {
			given[name] = value
		}
	}
	for name, value := range maps.Clone(given) {
		field := args.Elem().FieldByNameFunc(func(f string) bool { return strings.EqualFold(f, name) })
		fields, isMap := value.(map[string]any)
		switch {
		case field.IsValid() && field.Type() == reflect.TypeFor[io.Reader]():
			field.Set(reflect.ValueOf(strings.NewReader(value.(string))))
			delete(given, name)
		case field.IsValid() && field.Type() == patches && isMap: // what is added, by path
			added := []any{}
			for _, path := range slices.Sorted(maps.Keys(fields)) {
				added = append(added, map[string]any{"op": "add", "path": path, "value": fields[path]})
			}
			given[name] = added
		}
	}
	text, err := json.Marshal(given)
	if err != nil {
		return err
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	return in.Decode(args.Interface())
}

// parse reads an object and puts in the values of words.
func (p *player) parse(text string) map[string]any {
	var object map[string]any
	if err := decode([]byte(text), &object); err != nil {
		p.problems++
		fmt.Printf("%s: %v\n", text, err)
		return map[string]any{}
	}
	return p.expand(object).(map[string]any)
}

func (p *player) expand(v any) any {
	switch v := v.(type) {
	case map[string]any:
		made := map[string]any{}
		for name, value := range v {
			made[p.expand(name).(string)] = p.expand(value)
		}
		return made
	case []any:
		made := make([]any, len(v))
		for i := range v {
			made[i] = p.expand(v[i])
		}
		return made
	case string:
		if value, ok := p.values[v]; ok {
			return value
		}
		for _, word := range slices.Backward(slices.Sorted(maps.Keys(p.values))) { // $name2 before $name
			v = strings.ReplaceAll(v, word, fmt.Sprint(p.values[word]))
		}
		return v
	}
	return v
}

// try is match that keeps no values of what does not match.
func (p *player) try(at string, want, got any) error {
	before := maps.Clone(p.values)
	err := p.match(at, want, got)
	if err != nil {
		p.values = before
	}
	return err
}

// match compares an answer, or the part of it at a place, with what is wanted.
func (p *player) match(at string, want, got any) error {
	switch want := want.(type) {
	case map[string]any:
		have, ok := got.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is %v", at, show(got))
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			member := p.expand(name).(string)
			if err := p.match(at+"."+member, want[name], have[member]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		return p.matchList(at, want, got)
	case string:
		if _, known := p.values[want]; strings.HasPrefix(want, "$") && !known {
			if got == nil {
				return fmt.Errorf("%s is missing", at)
			}
			if want != "$" {
				p.values[want] = got
			}
			return nil
		}
	}
	if want = p.expand(want); !reflect.DeepEqual(want, got) {
		return fmt.Errorf("%s is %v, want %v", at, show(got), show(want))
	}
	return nil
}

func (p *player) matchList(at string, want []any, got any) error {
	have, ok := got.([]any)
	if !ok && (got != nil || len(want) > 0) { // an empty list may be left out
		return fmt.Errorf("%s is %v", at, show(got))
	}
	if n := len(want); n > 0 && want[n-1] == "..." {
		for i, w := range want[:n-1] {
			if !slices.ContainsFunc(have, func(h any) bool { return p.try(at, w, h) == nil }) {
				return fmt.Errorf("%s[%d] %v is not among %v", at, i, show(w), show(have))
			}
		}
		return nil
	}
	if len(have) != len(want) {
		return fmt.Errorf("%s has %d elements: %v", at, len(have), show(have))
	}
	for i := range want {
		if err := p.match(fmt.Sprintf("%s[%d]", at, i), want[i], have[i]); err != nil {
			return err
		}
	}
	return nil
}

// report prints how many methods of each client were answered and refused, and fails on those that were not called.
func (p *player) report() {
	for _, name := range slices.Sorted(maps.Keys(p.clients)) {
		served, refused, forgotten := 0, 0, []string{}
		for method := range p.clients[name].Type().Methods() {
			what := name + "." + method.Name
			switch {
			case method.Type.NumIn() != 3 || !strings.HasSuffix(method.Type.In(2).Name(), "Args"):
			case p.served[what]:
				served++
			case p.refused[what]:
				refused++
			default:
				forgotten = append(forgotten, what)
			}
		}
		fmt.Printf("%s: %d served, %d refused\n", name, served, refused)
		if len(forgotten) > 0 {
			p.problems++
			fmt.Println("not called:", strings.Join(forgotten, " "))
		}
	}
}

func decode(text []byte, into any) error {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if err := in.Decode(into); err != nil {
		return fmt.Errorf("%w in %s", err, text)
	}
	return nil
}

func show(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text[:min(len(text), 600)])
}
