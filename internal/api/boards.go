package api

import (
	"context"
	"strconv"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/project"
)

// listBoards lists the boards that the team shows.
func (a *API) listBoards(ctx context.Context, r *request) (any, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	shown := []azdo.BoardReference{}
	for _, b := range t.Boards {
		if b.Visible() {
			shown = append(shown, azdo.BoardReference{ID: b.GUID.String(), URL: r.boardURL(b), Name: b.Backlog.Name})
		}
	}
	return azdo.NewList(shown), nil
}

func (a *API) showBoard(ctx context.Context, r *request) (any, error) {
	b, err := a.board(ctx, r, r.params["id"])
	if err != nil {
		return nil, err
	}
	field := func(part project.BoardPart) azdo.FieldReference {
		name := b.FieldName(part)
		return azdo.FieldReference{ReferenceName: name, URL: r.base + "/_apis/wit/fields/" + name}
	}
	url, p := r.boardURL(b), b.Team.Project
	return azdo.Board{
		ID: b.GUID.String(), URL: url, Name: b.Backlog.Name, Revision: b.Revision, Columns: wireColumns(b), Rows: wireRows(b),
		IsValid: b.Complete(), AllowedMappings: allowedMappings(b), CanEdit: r.caller.CanWrite(p.ID),
		Fields: azdo.BoardFields{ColumnField: field(project.ColumnPart), RowField: field(project.LanePart), DoneField: field(project.DonePart)},
		Links: azdo.Links{{Name: "self", Href: url}, {Name: "project", Href: r.projectURL(p)}, {Name: "team", Href: r.teamRef(b.Team).URL},
			{Name: "charts", Href: url + "/charts"}, {Name: "columns", Href: url + "/columns"}, {Name: "rows", Href: url + "/rows"}},
	}, nil
}

func (a *API) listBoardColumns(ctx context.Context, r *request) (any, error) {
	b, err := a.board(ctx, r, r.params["board"])
	if err != nil {
		return nil, err
	}
	return azdo.NewList(wireColumns(b)), nil
}

func (a *API) listBoardRows(ctx context.Context, r *request) (any, error) {
	b, err := a.board(ctx, r, r.params["board"])
	if err != nil {
		return nil, err
	}
	return azdo.NewList(wireRows(b)), nil
}

// team is the team of the path, or the project's default team.
func (a *API) team(ctx context.Context, r *request) (*project.Team, error) {
	catalog, err := a.config.Projects.Snapshot(ctx, r.org.ID)
	if err != nil {
		return nil, err
	}
	p, err := r.findProject(catalog, r.target.project)
	if err != nil {
		return nil, err
	}
	t := catalog.Team(p.DefaultTeam)
	if r.target.team != "" {
		t = p.FindTeam(r.target.team)
	}
	if t == nil {
		return nil, fault.TeamNotFound(r.target.team)
	}
	return t, nil
}

// board is a board of the team of the path.
func (a *API) board(ctx context.Context, r *request, nameOrID string) (*project.Board, error) {
	t, err := a.team(ctx, r)
	if err != nil {
		return nil, err
	}
	if b := t.FindBoard(nameOrID); b != nil {
		return b, nil
	}
	return nil, fault.BoardNotFound(nameOrID)
}

func (r *request) boardURL(b *project.Board) string {
	return r.base + "/" + b.Team.Project.GUID.String() + "/" + b.Team.GUID.String() + "/_apis/work/boards/" + b.GUID.String()
}

func wireColumns(b *project.Board) []azdo.BoardColumn {
	shown := make([]azdo.BoardColumn, len(b.Columns))
	for i, c := range b.Columns {
		shown[i] = azdo.BoardColumn{ID: c.ID.String(), Name: c.Name, ItemLimit: c.ItemLimit, StateMappings: map[string]string{}, ColumnType: string(c.Type)}
		for _, t := range b.Types() {
			if state := c.States[t.Name]; state != "" {
				shown[i].StateMappings[t.Name] = state
			}
		}
		if c.Type == project.InProgressColumn {
			shown[i].IsSplit, shown[i].Description = &c.Split, &c.Description
		}
	}
	return shown
}

func wireRows(b *project.Board) []azdo.BoardRow {
	shown := make([]azdo.BoardRow, len(b.Rows))
	for i, row := range b.Rows {
		shown[i] = azdo.BoardRow{ID: row.ID.String(), Color: row.Color}
		if row.Name != "" {
			shown[i].Name = &row.Name
		}
	}
	return shown
}

// allowedMappings tells which states the columns of a type can stand for.
func allowedMappings(b *project.Board) map[string]map[string][]string {
	all := map[string]map[string][]string{"Incoming": {}, "InProgress": {}, "Outgoing": {}}
	add := func(column, kind, state string) { all[column][kind] = append(all[column][kind], state) }
	for _, t := range b.Types() {
		for _, s := range t.States {
			switch s.Category {
			case project.Proposed:
				add("Incoming", t.Name, s.Name)
				add("InProgress", t.Name, s.Name)
			case project.InProgress, project.Resolved:
				add("InProgress", t.Name, s.Name)
			case project.Completed:
				add("Outgoing", t.Name, s.Name)
			}
		}
	}
	return all
}

// listBoardParents tells what the cards that are asked about are parts of.
func (a *API) listBoardParents(ctx context.Context, r *request) (any, error) {
	var ids []int64
	for _, text := range r.query.list("workitemIds") {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fault.InvalidArgument("The id %q of a work item is no number.", text)
		}
		ids = append(ids, id)
	}
	all, err := a.config.Items.BoardParents(ctx, r.caller, r.target.project, r.target.team, r.query.text("childBacklogContextCategoryRefName"), ids)
	if err != nil {
		return nil, err
	}
	shown := make([]azdo.ParentChildWIMap, len(all))
	for i, p := range all {
		shown[i] = azdo.ParentChildWIMap{ID: p.ID, Title: p.Title, WorkItemTypeName: p.Type, ChildWorkItemIDs: p.Children}
	}
	return azdo.NewList(shown), nil
}
