package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"boardwalk/internal/db"
)

// Documents are what teams keep beside their settings. Only their owners look inside, so they are stored as JSON.
var (
	selectDocuments = db.SQL("project.selectDocuments",
		`SELECT user_id, body FROM team_documents WHERE org_id = $1 AND team_id = $2 AND name = $3 ORDER BY user_id`)
	selectDocument = db.SQL("project.selectDocument",
		`SELECT body FROM team_documents WHERE org_id = $1 AND team_id = $2 AND name = $3 AND user_id = $4`)
	deleteDocument = db.SQL("project.deleteDocument",
		`DELETE FROM team_documents WHERE org_id = $1 AND team_id = $2 AND name = $3 AND user_id = $4`)
	deleteDocuments = db.SQL("project.deleteDocuments",
		`DELETE FROM team_documents WHERE org_id = $1 AND team_id = $2 AND name = $3`)
	insertDocument = db.SQL("project.insertDocument",
		`INSERT INTO team_documents (org_id, team_id, name, user_id, body) VALUES ($1, $2, $3, $4, $5)`)
)

// readDocument reads what a team, or a user with it, keeps under a name; into stays as it is when there is nothing.
func readDocument(tx *db.Tx, org, team int64, name string, user int64, into any) error {
	var body string
	err := tx.Row(selectDocument, []any{org, team, name, user}, &body)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		return fmt.Errorf("document %s of team %d: %w", name, team, err)
	}
	return nil
}

// eachDocument passes what the users of a team keep under a name, by user.
func eachDocument(tx *db.Tx, org, team int64, name string, fn func(user int64, body []byte) error) error {
	_, err := db.Collect(tx, selectDocuments, []any{org, team, name}, func(r *db.Rows) (struct{}, error) {
		var user int64
		var body string
		if err := r.Scan(&user, &body); err != nil {
			return struct{}{}, err
		}
		if err := fn(user, []byte(body)); err != nil {
			return struct{}{}, fmt.Errorf("document %s of team %d: %w", name, team, err)
		}
		return struct{}{}, nil
	})
	return err
}

// writeDocument keeps a value in place of the one there was.
func writeDocument(tx *db.Tx, org, team int64, name string, user int64, value any) error {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false) // what clients wrote is given back as they wrote it
	if err := e.Encode(value); err != nil {
		return err
	}
	if _, err := tx.Exec(deleteDocument, org, team, name, user); err != nil {
		return err
	}
	_, err := tx.Exec(insertDocument, org, team, name, user, body.String())
	return err
}
