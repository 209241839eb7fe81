package project

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// ReplaceColumns replaces the columns of a board. Columns without an id are new; those with one must be on the board.
// Faults: team or board not found, access denied, columns a board cannot have.
func (s *Store) ReplaceColumns(ctx context.Context, c *access.Caller, projectName, team, board string, columns []BoardColumn) error {
	return s.changeBoard(ctx, c, projectName, team, board, func(tx *db.Tx, b *Board) error {
		for _, column := range columns {
			if column.ID != uuid.Nil && !slices.ContainsFunc(b.Columns, func(have BoardColumn) bool { return have.ID == column.ID }) {
				return fault.InvalidArgument("Board '%s' has no column with the id %s.", b.Backlog.Name, column.ID)
			}
		}
		return s.SetColumns(tx, c.Org, b, columns)
	})
}

// ReplaceRows replaces the rows of a board, the default row among them.
func (s *Store) ReplaceRows(ctx context.Context, c *access.Caller, projectName, team, board string, rows []BoardRow) error {
	return s.changeBoard(ctx, c, projectName, team, board, func(tx *db.Tx, b *Board) error {
		for _, row := range rows {
			if row.ID != uuid.Nil && !slices.ContainsFunc(b.Rows, func(have BoardRow) bool { return have.ID == row.ID }) {
				return fault.InvalidArgument("Board '%s' has no row with the id %s.", b.Backlog.Name, row.ID)
			}
		}
		return s.SetRows(tx, c.Org, b, rows)
	})
}

func (s *Store) changeBoard(ctx context.Context, c *access.Caller, projectName, team, board string, change func(*db.Tx, *Board) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.findTeam(tx, c, projectName, team)
		if err != nil {
			return err
		}
		if err := t.mayManage(c); err != nil {
			return err
		}
		b := t.FindBoard(board)
		if b == nil {
			return fault.BoardNotFound(board)
		}
		return change(tx, b)
	})
}

// BoardSetting is something that is kept about a board as clients write it.
type BoardSetting string

// The settings of boards.
const (
	CardFields    BoardSetting = "cards"     // which fields cards show, by work item type
	CardRules     BoardSetting = "cardrules" // how cards are colored, by kind of rule
	BoardOptions  BoardSetting = "options"
	BoardChart    BoardSetting = "chart"    // what the chart of the board shows
	BoardPersonal BoardSetting = "personal" // what a user has set for the board
)

// BoardSetting reads a setting of a board, nil members when nothing is set.
func (s *Store) BoardSetting(ctx context.Context, c *access.Caller, b *Board, setting BoardSetting) (values map[string]json.RawMessage, err error) {
	err = s.db.View(ctx, func(tx *db.Tx) error {
		values = nil
		return readDocument(tx, c.Org, b.Team.ID, b.document(setting), setting.owner(c), &values)
	})
	return values, err
}

// SetBoardSetting stores a setting; with merge the members that are not named stay. Personal settings are everybody's own,
// the others take an administrator of the team.
func (s *Store) SetBoardSetting(ctx context.Context, c *access.Caller, projectName, team, board string, setting BoardSetting, values map[string]json.RawMessage, merge bool) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		t, err := s.findTeam(tx, c, projectName, team)
		if err != nil {
			return err
		}
		if setting != BoardPersonal {
			if err := t.mayManage(c); err != nil {
				return err
			}
		}
		b := t.FindBoard(board)
		if b == nil {
			return fault.BoardNotFound(board)
		}
		return mergeDocument(tx, c.Org, t.ID, b.document(setting), setting.owner(c), values, merge)
	})
}

// mergeDocument keeps values; with merge those that have no successor among them stay.
func mergeDocument(tx *db.Tx, org, team int64, name string, user int64, values map[string]json.RawMessage, merge bool) error {
	var have map[string]json.RawMessage
	if merge {
		if err := readDocument(tx, org, team, name, user, &have); err != nil {
			return err
		}
	}
	if have == nil {
		have = map[string]json.RawMessage{}
	}
	maps.Copy(have, values)
	return writeDocument(tx, org, team, name, user, have)
}

func (s BoardSetting) owner(c *access.Caller) int64 {
	if s == BoardPersonal {
		return c.User.ID
	}
	return 0
}

func (b *Board) document(s BoardSetting) string {
	return string(s) + "/" + strings.ToLower(b.GUID.String())
}
