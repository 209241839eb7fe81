package api

import (
	"context"
	"encoding/json"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
)

// featureSettings is below which name of settings states of features are kept.
const featureSettings = "FeatureManagement/"

// features are those that clients ask for. Boards are on; the other ones are of products that are not part of this server.
func features() []azdo.Feature {
	all := []azdo.Feature{
		{ID: "ms.vss-work.agile", Name: "Boards", DefaultState: true}, {ID: "ms.vss-code.version-control", Name: "Repos"},
		{ID: "ms.vss-build.pipelines", Name: "Pipelines"}, {ID: "ms.vss-test-web.test", Name: "Test Plans"}, {ID: "ms.azure-artifacts.feature", Name: "Artifacts"},
	}
	for i := range all {
		all[i].Scopes = []azdo.FeatureScope{{SettingScope: "project"}}
	}
	return all
}

func findFeature(id string) (azdo.Feature, error) {
	for _, f := range features() {
		if strings.EqualFold(f.ID, id) {
			return f, nil
		}
	}
	return azdo.Feature{}, fault.InvalidArgument("The feature %q does not exist.", id)
}

func (a *API) listFeatures(context.Context, *request) (any, error) {
	return azdo.NewList(features()), nil
}

func (a *API) showFeature(_ context.Context, r *request) (any, error) {
	return findFeature(r.params["featureId"])
}

// featureState is the state of a feature at the place of the path: what was set there, or what it begins with.
func (a *API) featureStates(ctx context.Context, r *request) (func(id string) azdo.FeatureState, error) {
	at, err := r.settingsPlace()
	if err != nil {
		return nil, err
	}
	kept, err := a.config.Projects.Settings(ctx, r.caller, at)
	if err != nil {
		return nil, err
	}
	return func(id string) azdo.FeatureState {
		state := azdo.FeatureState{FeatureID: id, State: "undefined", Scope: azdo.FeatureScope{SettingScope: strings.ToLower(r.params["scopeName"]), UserScoped: at.Mine}}
		if f, err := findFeature(id); err == nil {
			if state.State = "disabled"; f.DefaultState {
				state.State = "enabled"
			}
			for name, value := range kept {
				if strings.EqualFold(name, featureSettings+id) && (string(value) == `"enabled"` || string(value) == `"disabled"`) {
					state.State = strings.Trim(string(value), `"`)
				}
			}
		}
		return state
	}, nil
}

func (a *API) showFeatureState(ctx context.Context, r *request) (any, error) {
	state, err := a.featureStates(ctx, r)
	if err != nil {
		return nil, err
	}
	return state(r.params["featureId"]), nil
}

func (a *API) updateFeatureState(ctx context.Context, r *request) (any, error) {
	f, err := findFeature(r.params["featureId"])
	if err != nil {
		return nil, err
	}
	var body struct {
		State word `json:"state"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	states := enum{{"enabled", "1"}, {"disabled", "0"}}
	if body.State == "" {
		return nil, fault.InvalidArgument("The state of a feature is enabled or disabled.")
	}
	state, err := states.parse("state", string(body.State))
	if err != nil {
		return nil, err
	}
	at, err := r.settingsPlace()
	if err != nil {
		return nil, err
	}
	err = a.config.Projects.ChangeSettings(ctx, r.caller, at, map[string]json.RawMessage{featureSettings + f.ID: json.RawMessage(`"` + state + `"`)}, false)
	if err != nil {
		return nil, err
	}
	return a.showFeatureState(ctx, r)
}

func (a *API) queryFeatureStates(ctx context.Context, r *request) (any, error) {
	var body struct {
		FeatureIDs  []string          `json:"featureIds"`
		ScopeValues map[string]string `json:"scopeValues"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	if r.params["userScope"] == "" { // then the place is in the body
		r.params["userScope"] = "host"
		if id := body.ScopeValues["project"]; id != "" {
			r.params["scopeName"], r.params["scopeValue"] = "project", id
		}
	}
	state, err := a.featureStates(ctx, r)
	if err != nil {
		return nil, err
	}
	answer := azdo.FeatureStates{FeatureIDs: body.FeatureIDs, FeatureStates: map[string]azdo.FeatureState{}, ScopeValues: body.ScopeValues}
	for _, id := range body.FeatureIDs {
		answer.FeatureStates[id] = state(id)
	}
	return answer, nil
}
