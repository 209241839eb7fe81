package ingest

import (
	"strings"

	"boardwalk/internal/analytics/edm"
	"boardwalk/internal/db"
	"boardwalk/internal/project"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// Revisions that somebody put somewhere on a board are few kinds: the places are worked out once for each choice on a
// board, type and state, with the times at which they held, and joined with the revisions that have the choice. Such a
// revision may be on other boards, too, on which nobody put it: that is a choice with an empty text.

// boardChoice is a choice on a board as the tables hold it.
type boardChoice struct {
	board  int64
	choice string // ids of column and row, and whether it is done
}

func choiceText(c project.Choice) string {
	done := "0"
	if c.Done {
		done = "1"
	}
	return c.Column.String() + " " + c.Lane.String() + " " + done
}

func parseChoice(text string) (c project.Choice, err error) {
	if text == "" {
		return c, nil
	}
	parts := strings.Split(text, " ")
	if c.Column, err = uuid.Parse(parts[0]); err == nil {
		c.Lane, err = uuid.Parse(parts[1])
	}
	c.Done = parts[2] == "1"
	return c, err
}

// place notes a field of a board.
func (r *rowValues) place(id project.FieldID, v work.Raw) error {
	if r.places == nil {
		r.places = map[int64]project.Choice{}
	}
	at := int64(id - project.FirstBoardFieldID)
	c, part := r.places[at/4], project.BoardPart(at%4)
	if part == project.DonePart {
		c.Done = v.Bool()
		r.places[at/4] = c
		return nil
	}
	text, err := v.Text()
	if err != nil {
		return err
	}
	chosen, err := uuid.Parse(text)
	if part == project.ColumnPart {
		c.Column = chosen
	} else {
		c.Lane = chosen
	}
	r.places[at/4] = c
	return err
}

// putChoices writes the choices of a revision.
func (t *itemTables) putChoices(r *work.RevisionRow, places map[int64]project.Choice) error {
	for board, c := range places {
		text := choiceText(c)
		t.choices.Int(0, r.Watermark)
		t.choices.Int(1, r.ID)
		t.choices.Int(2, board)
		t.choices.Text(3, text)
		if err := t.choices.EndRow(); err != nil {
			return err
		}
		t.b.addChoice(boardChoice{board, text})
	}
	return nil
}

func (b *builder) addChoice(c boardChoice) {
	if !b.choices[c] {
		b.choices[c] = true
		b.newChoices = append(b.newChoices, c)
	}
}

// resumeChoices notes which choices the revisions in the tables have.
func (b *builder) resumeChoices(s *db.Session) error {
	r, err := s.Query(`SELECT DISTINCT "BoardSK", "Choice" FROM ` + edm.BoardChoicesTable)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		for i := range r.Rows {
			b.choices[boardChoice{r.Vectors[0].Int(i), string(r.Vectors[1].Text(i))}] = true
		}
	}
	return r.Err()
}

// rewriteOptions works out all places anew, for boards have changed.
func (b *builder) rewriteOptions(s *db.Session) error {
	b.newChoices = nil
	for c := range b.choices {
		b.newChoices = append(b.newChoices, c)
	}
	err := b.eachTeam(func(t *project.Team) error {
		for _, board := range t.Boards {
			b.newChoices = append(b.newChoices, boardChoice{board: board.ID})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.Exec(`DELETE FROM ` + edm.BoardOptionsTable); err != nil {
		return err
	}
	return b.addOptions(s)
}

// addOptions works out the places of choices that are new.
func (b *builder) addOptions(s *db.Session) error {
	if len(b.newChoices) == 0 {
		return nil
	}
	boards := map[int64]*project.Board{}
	err := b.eachTeam(func(t *project.Team) error {
		for _, board := range t.Boards {
			boards[board.ID] = board
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = appendRows(s, edm.BoardOptionsTable, func(put func(...any) error) error {
		for _, c := range b.newChoices {
			board := boards[c.board]
			if board == nil {
				continue // of a team that is gone
			}
			chosen, err := parseChoice(c.choice)
			if err != nil {
				return err
			}
			for _, kind := range board.Types() {
				for _, state := range kind.States {
					for _, stay := range board.Stays(kind.Name, state.Name, chosen) {
						until, untilSK := never, any(nil)
						if stay.Until != nil {
							until, untilSK = *stay.Until, b.calendar.sk(stay.Until.UnixMicro())
						}
						if err := put(stay.Cell.ID, c.board, c.choice, board.Team.ID, kind.Name, state.Name, stay.From, until,
							b.calendar.sk(stay.From.UnixMicro()), untilSK); err != nil {
							return err
						}
					}
				}
			}
		}
		return nil
	})
	b.newChoices = nil
	return err
}
