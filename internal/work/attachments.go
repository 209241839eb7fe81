package work

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"boardwalk/internal/access"
	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// The sizes of attachments in bytes. documented: 60 MB in one request, 130 MB in chunks.
const (
	MaxAttachment        = 60 << 20
	MaxChunkedAttachment = 130 << 20
)

// attachedFile is the link type of attachments.
const attachedFile = "AttachedFile"

// Attachment is a file that work items can be linked to.
type Attachment struct {
	GUID   uuid.UUID
	Name   string
	Size   int64
	SHA256 string // in hexadecimal
	At     time.Time

	project, by, received int64
}

func (a *Attachment) complete() bool { return a.SHA256 != "" }

var (
	insertAttachment = db.SQL("work.insertAttachment", `
		INSERT INTO attachments (org_id, guid, project_id, file_name, size, received, sha256, made_at, made_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
	selectAttachment = db.SQL("work.selectAttachment", `
		SELECT guid, project_id, file_name, size, received, sha256, made_at, made_by FROM attachments WHERE org_id = $1 AND guid = $2`)
	selectAttachedItems = db.SQL("work.selectAttachedItems", `
		SELECT DISTINCT i.id, i.project_id, i.fields FROM work_resources l
		JOIN work_items i ON i.org_id = l.org_id AND i.id = l.item_id AND i.project_id = l.project_id AND NOT i.is_deleted
		WHERE l.org_id = $1 AND l.url = $2 AND l.rel = 'AttachedFile' AND l.deleted_at IS NULL`)
	receiveAttachment = db.SQL("work.receiveAttachment", `
		UPDATE attachments SET size = $3, received = $4, sha256 = $5 WHERE org_id = $1 AND guid = $2`)
	deleteAttachment = db.SQL("work.deleteAttachment", `DELETE FROM attachments WHERE org_id = $1 AND guid = $2`)
	unlinkAttachment = db.SQL("work.unlinkAttachment", `
		UPDATE work_resources SET deleted_at = $3, deleted_by = $4 WHERE org_id = $1 AND url = $2 AND rel = 'AttachedFile' AND deleted_at IS NULL`)
	selectItemAttached = db.SQL("work.selectItemAttached", `
		SELECT DISTINCT l.url FROM work_resources l WHERE l.org_id = $1 AND l.item_id = $2 AND l.rel = 'AttachedFile'
		AND NOT EXISTS (SELECT 1 FROM work_resources o WHERE o.org_id = l.org_id AND o.url = l.url AND o.rel = 'AttachedFile' AND o.item_id <> l.item_id)`)
	selectAttachments = db.SQL("work.selectAttachments", `
		SELECT guid, sha256, made_at FROM attachments WHERE org_id = $1`)
)

// uploading checks that the caller may upload to a project, or to any when projectName is "".
func (s *Items) uploading(ctx context.Context, c *access.Caller, projectName, name string) (*Attachment, error) {
	if s.files == "" {
		return nil, fault.NotImplemented("Storing attachments without a directory for them")
	}
	a := &Attachment{GUID: uuid.New(), Name: name, by: c.User.ID}
	if a.Name == "" {
		a.Name = a.GUID.String()
	}
	if utf8.RuneCountInString(name) > maxString || strings.ContainsAny(name, "\x00/\\\r\n") {
		return nil, fault.InvalidArgument("The parameter fileName is not valid: a name has at most %d characters, and no slashes or line ends.", maxString)
	}
	err := s.db.View(ctx, func(tx *db.Tx) error {
		a.At = tx.Now()
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		if projectName == "" {
			for _, p := range e.catalog.Projects {
				if c.CanWrite(p.ID) {
					return nil
				}
			}
			return fault.WorkItemSave()
		}
		p, err := readable(e.catalog, c, projectName)
		if err != nil {
			return err
		}
		if !c.CanWrite(p.ID) {
			return fault.WorkItemSave()
		}
		a.project = p.ID
		return nil
	})
	return a, err
}

// Upload stores a file. What body yields is read to its end; when that fails nothing is kept. Faults: project not found,
// access denied, a name that is not valid, and a file that is too large.
func (s *Items) Upload(ctx context.Context, c *access.Caller, projectName, name string, body io.Reader) (*Attachment, error) {
	a, err := s.uploading(ctx, c, projectName, name)
	if err != nil {
		return nil, err
	}
	path := s.file(c.Org, a.GUID)
	if a.Size, a.SHA256, err = storeFile(path, body, MaxAttachment); err != nil {
		return nil, err
	}
	if err := s.insertAttachment(ctx, c, a); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return a, nil
}

func (s *Items) insertAttachment(ctx context.Context, c *access.Caller, a *Attachment) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		a.At, a.received = tx.Now(), a.Size
		_, err := tx.Exec(insertAttachment, c.Org, a.GUID, a.project, a.Name, a.Size, a.received, a.SHA256, a.At, a.by)
		return err
	})
}

// BeginUpload makes room for a file that arrives in chunks. Faults are those of Upload.
func (s *Items) BeginUpload(ctx context.Context, c *access.Caller, projectName, name string) (*Attachment, error) {
	a, err := s.uploading(ctx, c, projectName, name)
	if err != nil {
		return nil, err
	}
	return a, s.insertAttachment(ctx, c, a)
}

// UploadChunk adds the bytes from first to last of a file of total bytes. Chunks come in order; one that is there
// already may come again, and one that broke off is begun anew. The file exists once the last byte is there. Faults: no
// such upload of the caller, a range that does not follow, a file that is too large.
func (s *Items) UploadChunk(ctx context.Context, c *access.Caller, guid uuid.UUID, first, last, total int64, body io.Reader) (*Attachment, error) {
	if total > MaxChunkedAttachment {
		return nil, fault.AttachmentTooLarge()
	}
	if _, busy := s.busy.LoadOrStore(guid, true); busy {
		return nil, fault.ChunkOutOfOrder("another chunk of the file is just being stored")
	}
	defer s.busy.Delete(guid)
	var a *Attachment
	err := s.db.View(ctx, func(tx *db.Tx) (err error) {
		a, err = readAttachment(tx, c.Org, guid)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case a.by != c.User.ID || a.complete() && a.Size != total:
		return nil, fault.AttachmentNotFound(guid.String())
	case a.received > 0 && a.Size != total:
		return nil, fault.ChunkOutOfOrder("earlier chunks said that the file has another size")
	case last < a.received:
		_, err := io.Copy(io.Discard, body)
		return a, err
	case first > a.received:
		return nil, fault.ChunkOutOfOrder("the next byte is number " + itoa(a.received))
	}
	path := s.file(c.Org, guid)
	if err := os.Rename(path, path+partial); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err // a crash came between the last byte and the record of it
	}
	if err := appendFile(path+partial, first, last-first+1, body); err != nil {
		return nil, err
	}
	a.Size, a.received = total, last+1
	if a.received == total {
		if a.SHA256, err = completeFile(path+partial, path); err != nil {
			return nil, err
		}
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(receiveAttachment, c.Org, guid, a.Size, a.received, a.SHA256)
		return err
	})
	return a, err
}

// Download opens a file. The caller closes it. Fault: attachment not found, also when the caller neither uploaded it nor
// sees a work item it is attached to or all those of the project it was uploaded to.
func (s *Items) Download(ctx context.Context, c *access.Caller, guid uuid.UUID) (*Attachment, *os.File, error) {
	var a *Attachment
	err := s.db.View(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		a, err = e.attachment(tx, guid)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(s.file(c.Org, guid))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, fault.Storage("the file of the attachment is not in this server's data directory")
	}
	return a, f, err
}

// attachment reads a complete attachment the caller may see.
func (e *environment) attachment(tx *db.Tx, guid uuid.UUID) (*Attachment, error) {
	a, err := readAttachment(tx, e.caller.Org, guid)
	if err != nil {
		return nil, err
	}
	if !a.complete() {
		return nil, fault.AttachmentNotFound(guid.String())
	}
	at, err := attachedTo(tx, e.caller.Org, guid)
	if err != nil {
		return nil, err
	}
	seen := a.by == e.caller.User.ID || e.seesAll(a.project)
	for _, item := range at {
		sees, err := e.seesStored(item.project, item.fields)
		if err != nil {
			return nil, err
		}
		seen = seen || sees
	}
	if !seen {
		return nil, fault.AttachmentNotFound(guid.String())
	}
	return a, nil
}

func readAttachment(tx *db.Tx, org int64, guid uuid.UUID) (*Attachment, error) {
	var a Attachment
	err := tx.Row(selectAttachment, []any{org, guid}, &a.GUID, &a.project, &a.Name, &a.Size, &a.received, &a.SHA256, &a.At, &a.by)
	if errors.Is(err, db.ErrNotFound) {
		return nil, fault.AttachmentNotFound(guid.String())
	}
	return &a, err
}

// attachedTo lists the live work items that a file is attached to.
func attachedTo(tx *db.Tx, org int64, guid uuid.UUID) ([]stored, error) {
	return db.Collect(tx, selectAttachedItems, []any{org, guid}, func(r *db.Rows) (at stored, err error) {
		return at, r.Scan(&at.id, &at.project, &at.fields)
	})
}

// DestroyAttachment removes a file for good, and from all work items. It takes the permission to destroy work items in
// every project it belongs to, and to edit those it is attached to. Faults: attachment not found, access denied.
func (s *Items) DestroyAttachment(ctx context.Context, c *access.Caller, guid uuid.UUID) error {
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		e, err := s.environment(tx, c)
		if err != nil {
			return err
		}
		a, err := e.attachment(tx, guid)
		if err != nil {
			return err
		}
		at, err := attachedTo(tx, c.Org, guid)
		if err != nil {
			return err
		}
		if a.project != 0 && !c.CanDestroy(a.project) {
			return fault.AccessDenied(c.User.DisplayName, "Destroy attachments")
		}
		for _, item := range at {
			area, err := areaOf(item.fields)
			if err != nil {
				return err
			}
			if !c.CanDestroy(item.project) || !e.areas.May(area, access.ViewWorkItems|access.EditWorkItems) {
				return fault.AccessDenied(c.User.DisplayName, "Destroy attachments")
			}
		}
		if len(at) == 0 && a.by != c.User.ID {
			return fault.AccessDenied(c.User.DisplayName, "Destroy attachments")
		}
		if _, err := tx.Exec(unlinkAttachment, c.Org, guid, tx.Now(), c.User.ID); err != nil {
			return err
		}
		if err := access.Audit(tx, c, access.Event{Action: access.FileDestroyed, Data: map[string]any{"AttachmentId": guid.String(), "AttachmentName": a.Name}}); err != nil {
			return err
		}
		_, err = tx.Exec(deleteAttachment, c.Org, guid)
		return err
	})
	if err != nil {
		return err
	}
	return removeFile(s.file(c.Org, guid))
}

// attached checks a file that a work item is to be linked to; its name is that of the link unless the client gives one.
func (e *environment) attached(tx *db.Tx, op *linkOp) error {
	guid, err := uuid.Parse(op.url)
	if err != nil {
		return fault.AttachmentNotFound(op.url)
	}
	a, err := e.attachment(tx, guid)
	if err != nil {
		return err
	}
	if op.name == "" {
		op.name = a.Name
	}
	return nil
}

// dropAttached deletes the attachments that belong to nothing but a work item that is destroyed.
func dropAttached(tx *db.Tx, org, item int64) (gone []uuid.UUID, err error) {
	gone, err = db.Collect(tx, selectItemAttached, []any{org, item}, func(r *db.Rows) (g uuid.UUID, err error) { return g, r.Scan(&g) })
	for _, guid := range gone {
		if _, err := tx.Exec(deleteAttachment, org, guid); err != nil {
			return nil, err
		}
	}
	return gone, err
}

// attachmentIn is the GUID in an attachment's address, or the address when there is none.
func attachmentIn(address string) string {
	path, _, _ := strings.Cut(address, "?")
	path = strings.TrimRight(path, "/")
	if guid, err := uuid.Parse(path[strings.LastIndexByte(path, '/')+1:]); err == nil {
		return guid.String()
	}
	return address
}
