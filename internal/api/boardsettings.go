package api

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"

	"github.com/google/uuid"
)

// columnTypes are the parts columns play. Numbers are those of the Node SDK.
func columnTypes() enum {
	return enum{{"incoming", "0"}, {"inProgress", "1"}, {"outgoing", "2"}}
}

func (a *API) replaceBoardColumns(ctx context.Context, r *request) (any, error) {
	var body []struct {
		ID            string            `json:"id"`
		Name          string            `json:"name"`
		ItemLimit     int64             `json:"itemLimit"`
		StateMappings map[string]string `json:"stateMappings"`
		IsSplit       bool              `json:"isSplit"`
		Description   string            `json:"description"`
		ColumnType    word              `json:"columnType"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	columns := make([]project.BoardColumn, len(body))
	for i, c := range body {
		id, err := optionalID(c.ID)
		if err != nil {
			return nil, err
		}
		kind, err := columnTypes().parse("columnType", string(c.ColumnType))
		if err != nil {
			return nil, err
		}
		columns[i] = project.BoardColumn{ID: id, Name: c.Name, Type: project.ColumnType(kind), ItemLimit: c.ItemLimit, Split: c.IsSplit,
			Description: c.Description, States: c.StateMappings}
	}
	if err := a.config.Projects.ReplaceColumns(ctx, r.caller, r.target.project, r.target.team, r.params["board"], columns); err != nil {
		return nil, err
	}
	return a.listBoardColumns(ctx, r)
}

func (a *API) replaceBoardRows(ctx context.Context, r *request) (any, error) {
	var body []struct {
		ID    string  `json:"id"`
		Name  *string `json:"name"`
		Color *string `json:"color"`
	}
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	rows := make([]project.BoardRow, len(body))
	for i, row := range body {
		id, err := optionalID(row.ID)
		if err != nil {
			return nil, err
		}
		rows[i].ID = id
		if row.Name != nil {
			rows[i].Name = *row.Name
		}
		if row.Color != nil {
			rows[i].Color = *row.Color
		}
	}
	if err := a.config.Projects.ReplaceRows(ctx, r.caller, r.target.project, r.target.team, r.params["board"], rows); err != nil {
		return nil, err
	}
	return a.listBoardRows(ctx, r)
}

// optionalID is an id of a part of a board; new parts have none.
func optionalID(text string) (uuid.UUID, error) {
	if text == "" {
		return uuid.Nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, fault.InvalidArgument("The id %q is not a GUID.", text)
	}
	return id, nil
}

// updateBoardOptions stores options of a board and answers with them.
func (a *API) updateBoardOptions(ctx context.Context, r *request) (any, error) {
	var body map[string]string
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	values := map[string]json.RawMessage{}
	for name, value := range body {
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		values[name] = text
	}
	if err := a.config.Projects.SetBoardSetting(ctx, r.caller, r.target.project, r.target.team, r.params["id"], project.BoardOptions, values, true); err != nil {
		return nil, err
	}
	return azdo.NewDictionary(body), nil
}

func (a *API) showCardSettings(ctx context.Context, r *request) (any, error) {
	b, values, err := a.boardSetting(ctx, r, project.CardFields)
	if err != nil {
		return nil, err
	}
	if values == nil {
		values = usualCards(b)
	}
	return azdo.BoardCardSettings{Cards: values}, nil
}

// usualCards is what cards show to begin with: who works on it, how much it is, and tags. documented: customize cards.
func usualCards(b *project.Board) map[string]json.RawMessage {
	fields := `[{"fieldIdentifier":"System.AssignedTo","displayFormat":"AvatarAndFullName"},{"fieldIdentifier":"System.Tags"}`
	if effort := b.Team.Project.Process.BacklogFields["Effort"]; effort != nil {
		fields += `,{"fieldIdentifier":"` + effort.ReferenceName + `"}`
	}
	cards := map[string]json.RawMessage{}
	for _, t := range b.Types() {
		cards[t.Name] = json.RawMessage(fields + "]")
	}
	return cards
}

func (a *API) replaceCardSettings(ctx context.Context, r *request) (any, error) {
	b, err := a.board(ctx, r, r.params["board"])
	if err != nil {
		return nil, err
	}
	raw, err := a.givenCards(ctx, r, b.Team, b.Holds)
	if err != nil {
		return nil, err
	}
	if err := a.config.Projects.SetBoardSetting(ctx, r.caller, r.target.project, r.target.team, r.params["board"], project.CardFields, raw, false); err != nil {
		return nil, err
	}
	return a.showCardSettings(ctx, r)
}

// givenCards reads which fields cards shall show, for types whose items are on a board of a team.
func (a *API) givenCards(ctx context.Context, r *request, t *project.Team, holds func(*project.WorkItemType) bool) (map[string]json.RawMessage, error) {
	var body struct {
		Cards map[string][]struct {
			FieldIdentifier string `json:"fieldIdentifier"`
			ShowEmptyFields any    `json:"showEmptyFields"`
		} `json:"cards"`
	}
	raw, err := r.rawMembers("cards", &body)
	if err != nil {
		return nil, err
	}
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	for name, fields := range body.Cards {
		kind := t.Project.Process.Type(name)
		if kind == nil || kind.Name != name || !holds(kind) {
			return nil, fault.InvalidArgument("There are no cards of '%s' on the board.", name)
		}
		for _, f := range fields {
			if f.FieldIdentifier == "" && f.ShowEmptyFields != nil { // documented: an entry of its own, for the card
				continue
			}
			known := catalog.FindField(f.FieldIdentifier)
			if known == nil || !known.Core && kind.Field(known.ID) == nil {
				return nil, fault.FieldNotFound(f.FieldIdentifier)
			}
		}
	}
	return raw, nil
}

func (a *API) showCardRules(ctx context.Context, r *request) (any, error) {
	b, values, err := a.boardSetting(ctx, r, project.CardRules)
	if err != nil {
		return nil, err
	}
	if values == nil {
		values = map[string]json.RawMessage{}
	}
	self := r.boardURL(b) + "/cardrulesettings"
	return azdo.BoardCardRuleSettings{URL: self, Rules: values, Links: azdo.Links{{Name: "self", Href: self}, {Name: "project", Href: r.projectURL(b.Team.Project)},
		{Name: "team", Href: r.teamRef(b.Team).URL}, {Name: "board", Href: r.boardURL(b)}}}, nil
}

func (a *API) updateCardRules(ctx context.Context, r *request) (any, error) {
	raw, err := r.givenCardRules()
	if err != nil {
		return nil, err
	}
	if err := a.config.Projects.SetBoardSetting(ctx, r.caller, r.target.project, r.target.team, r.params["board"], project.CardRules, raw, true); err != nil {
		return nil, err
	}
	return a.showCardRules(ctx, r)
}

// givenCardRules reads how cards shall be colored.
func (r *request) givenCardRules() (map[string]json.RawMessage, error) {
	var body struct {
		Rules map[string][]struct {
			Name string `json:"name"`
		} `json:"rules"`
	}
	raw, err := r.rawMembers("rules", &body)
	if err != nil {
		return nil, err
	}
	for kind, rules := range body.Rules {
		if kind != "fill" && kind != "tagStyle" {
			return nil, fault.InvalidArgument("There are no card rules of the kind %q; write fill or tagStyle.", kind)
		}
		for _, rule := range rules {
			if strings.TrimSpace(rule.Name) == "" {
				return nil, fault.InvalidArgument("A card rule has no name.")
			}
		}
	}
	return raw, nil
}

func (a *API) showBoardUserSettings(ctx context.Context, r *request) (any, error) {
	_, values, err := a.boardSetting(ctx, r, project.BoardPersonal)
	if err != nil {
		return nil, err
	}
	return map[string]bool{"autoRefreshState": string(values["autoRefreshState"]) == "true"}, nil
}

func (a *API) updateBoardUserSettings(ctx context.Context, r *request) (any, error) {
	var body map[string]json.RawMessage
	if err := r.decode(&body); err != nil {
		return nil, err
	}
	values := map[string]json.RawMessage{}
	for name, value := range body {
		on, err := enum{{"false", "0"}, {"true", "1"}}.parse(name, strings.Trim(string(value), `"`))
		if !strings.EqualFold(name, "autoRefreshState") || err != nil {
			return nil, fault.InvalidArgument("The setting %s=%s of a board is not known.", name, value)
		}
		values["autoRefreshState"] = json.RawMessage(on)
	}
	if err := a.config.Projects.SetBoardSetting(ctx, r.caller, r.target.project, r.target.team, r.params["board"], project.BoardPersonal, values, true); err != nil {
		return nil, err
	}
	return a.showBoardUserSettings(ctx, r)
}

// boardSetting reads a setting of the board of the path.
func (a *API) boardSetting(ctx context.Context, r *request, setting project.BoardSetting) (*project.Board, map[string]json.RawMessage, error) {
	b, err := a.board(ctx, r, r.params["board"])
	if err != nil {
		return nil, nil, err
	}
	values, err := a.config.Projects.BoardSetting(ctx, r.caller, b, setting)
	return b, values, err
}

// rawMembers decodes a body and returns the members of one of its objects as they were written.
func (r *request) rawMembers(name string, into any) (map[string]json.RawMessage, error) {
	var whole json.RawMessage
	if err := r.decode(&whole); err != nil {
		return nil, err
	}
	if err := readJSON(whole, into); err != nil {
		return nil, err
	}
	var object, members map[string]json.RawMessage
	if json.Unmarshal(whole, &object) != nil || json.Unmarshal(object[name], &members) != nil || members == nil {
		return nil, fault.InvalidArgument("The request body has no object %s.", name)
	}
	return members, nil
}

// listBoardColumnNames suggests the names of columns that the boards of a project have.
func (a *API) listBoardColumnNames(ctx context.Context, r *request) (any, error) {
	return a.suggested(ctx, r, func(b *project.Board, add func(string)) {
		for _, c := range b.Columns {
			add(c.Name)
		}
	})
}

// listBoardRowNames suggests the names of rows.
func (a *API) listBoardRowNames(ctx context.Context, r *request) (any, error) {
	return a.suggested(ctx, r, func(b *project.Board, add func(string)) {
		for _, row := range b.Rows {
			if row.Name != "" {
				add(row.Name)
			}
		}
	})
}

func (a *API) suggested(ctx context.Context, r *request, names func(b *project.Board, add func(string))) (any, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.target.project)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, t := range p.Teams {
		for _, b := range t.Boards {
			names(b, func(name string) { found[name] = true })
		}
	}
	shown := []azdo.BoardSuggestedValue{}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		shown = append(shown, azdo.BoardSuggestedValue{Name: name})
	}
	return azdo.NewList(shown), nil
}
