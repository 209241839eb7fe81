package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// settingsPlace is where the path keeps settings.
func (r *request) settingsPlace() (at project.Place, err error) {
	switch strings.ToLower(r.params["userScope"]) {
	case "me":
		at.Mine = true
	case "host":
	default:
		return at, fault.InvalidArgument("The user scope %q is not valid. Valid values are: me, host.", r.params["userScope"])
	}
	if scope := r.params["scopeName"]; scope != "" && !strings.EqualFold(scope, "project") {
		return at, fault.InvalidArgument("The scope %q is not valid: settings are kept in a project.", scope)
	}
	at.Project = r.params["scopeValue"]
	return at, nil
}

// listSettings answers with the settings below a name, whose rest names them. observed: az devops banners.
func (a *API) listSettings(ctx context.Context, r *request) (any, error) {
	at, err := r.settingsPlace()
	if err != nil {
		return nil, err
	}
	kept, err := a.config.Projects.Settings(ctx, r.caller, at)
	if err != nil {
		return nil, err
	}
	under := strings.Trim(r.params["key"], "/")
	answer := azdo.Settings{Value: map[string]any{}}
	for name, value := range kept {
		switch {
		case under == "" || strings.EqualFold(name, under):
			answer.Value[name] = value
		case len(name) > len(under) && strings.EqualFold(name[:len(under)+1], under+"/"):
			answer.Value[name[len(under)+1:]] = value
		}
	}
	answer.Count = len(answer.Value)
	return answer, nil
}

func (a *API) updateSettings(ctx context.Context, r *request) (any, error) {
	at, err := r.settingsPlace()
	if err != nil {
		return nil, err
	}
	var values map[string]json.RawMessage
	if err := r.decode(&values); err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.ChangeSettings(ctx, r.caller, at, values, false)
}

func (a *API) deleteSettings(ctx context.Context, r *request) (any, error) {
	at, err := r.settingsPlace()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Projects.ChangeSettings(ctx, r.caller, at, map[string]json.RawMessage{r.params["key"]: nil}, true)
}
