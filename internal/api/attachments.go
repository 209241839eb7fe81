package api

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strings"

	"boardwalk/azdo"
	"boardwalk/internal/fault"
	"boardwalk/internal/work"

	"github.com/google/uuid"
)

// download is the value of a handler that answers with a file.
type download struct {
	file *os.File
	of   *work.Attachment
	name string // to save it under; "" to show it
}

// send answers with a file, or with the part of it that was asked for.
func (x *exchange) send(d *download) error {
	defer d.file.Close() //nolint:errcheck // it was only read
	h := x.out.Header()
	h.Set("Content-Type", "application/octet-stream") // whatever it claims to be, it is not to be run
	h.Set("ETag", `"`+d.of.SHA256+`"`)
	if d.name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
	}
	x.out.compress = false // ranges count bytes of the file
	http.ServeContent(x.out, x.http, "", d.of.At, d.file)
	return nil
}

func (r *request) attachmentID() (uuid.UUID, error) {
	id, err := uuid.Parse(r.params["id"])
	if err != nil {
		return id, fault.InvalidArgument("The attachment id %q is not valid: it must be a GUID.", r.params["id"])
	}
	return id, nil
}

// attachmentURL is the address of an attachment below an organization or a project.
func attachmentURL(base, id string) string { return base + "/_apis/wit/attachments/" + id }

// attachment refers to an attachment; base is the address below which it was uploaded.
func attachment(base string, a *work.Attachment) azdo.AttachmentReference {
	id, name := a.GUID.String(), strings.ReplaceAll(url.QueryEscape(a.Name), "+", "%20")
	return azdo.AttachmentReference{ID: id, URL: attachmentURL(base, id) + "?fileName=" + name}
}

func (a *API) uploadAttachment(ctx context.Context, r *request) (any, error) {
	kind, err := enum{{"simple", "0"}, {"chunked", "1"}}.parse("uploadType", r.query.text("uploadType"))
	if err != nil {
		return nil, err
	}
	_, base, err := a.fieldScope(ctx, r)
	if err != nil {
		return nil, err
	}
	if kind == "chunked" {
		made, err := a.config.Items.BeginUpload(ctx, r.caller, r.target.project, r.query.text("fileName"))
		if err != nil {
			return nil, err
		}
		return reply{status: http.StatusAccepted, value: attachment(base, made)}, nil
	}
	if r.http.ContentLength > work.MaxAttachment {
		return nil, fault.AttachmentTooLarge()
	}
	made, err := a.config.Items.Upload(ctx, r.caller, r.target.project, r.query.text("fileName"), r.http.Body)
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusCreated, value: attachment(base, made)}, nil
}

func (a *API) uploadChunk(ctx context.Context, r *request) (any, error) {
	id, err := r.attachmentID()
	if err != nil {
		return nil, err
	}
	_, base, err := a.fieldScope(ctx, r)
	if err != nil {
		return nil, err
	}
	var first, last, total int64
	text := r.http.Header.Get("Content-Range")
	if n, err := fmt.Sscanf(text, "bytes %d-%d/%d", &first, &last, &total); n != 3 || err != nil || first < 0 || last < first || total <= last {
		return nil, fault.InvalidArgument("The header Content-Range %q is not valid. Write it like bytes 0-1023/4096.", text)
	}
	made, err := a.config.Items.UploadChunk(ctx, r.caller, id, first, last, total, r.http.Body)
	if err != nil {
		return nil, err
	}
	return attachment(base, made), nil
}

func (a *API) downloadAttachment(ctx context.Context, r *request) (any, error) {
	id, err := r.attachmentID()
	if err != nil {
		return nil, err
	}
	asked, err := r.query.flag("download")
	if err != nil {
		return nil, err
	}
	of, file, err := a.config.Items.Download(ctx, r.caller, id)
	if err != nil {
		return nil, err
	}
	d := &download{file: file, of: of}
	if asked {
		if d.name = r.query.text("fileName"); d.name == "" {
			d.name = of.Name
		}
	}
	return d, nil
}

func (a *API) deleteAttachment(ctx context.Context, r *request) (any, error) {
	id, err := r.attachmentID()
	if err != nil {
		return nil, err
	}
	return reply{status: http.StatusNoContent}, a.config.Items.DestroyAttachment(ctx, r.caller, id)
}
