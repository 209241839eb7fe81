package work

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"boardwalk/internal/db"
	"boardwalk/internal/fault"

	"github.com/google/uuid"
)

// Attachments lie in a directory for each organization, named by their GUIDs. A file with its final name is whole and on
// the disk before the records know of it; whatever else is found is what crashes have left.
const (
	partial  = ".part" // of a file whose chunks have not all arrived
	incoming = ".new"  // of a file that is being written

	abandoned = 24 * time.Hour // until an unfinished upload is forgotten
)

func (s *Items) file(org int64, guid uuid.UUID) string {
	return filepath.Join(s.files, strconv.FormatInt(org, 10), guid.String())
}

// storeFile writes a file of at most limit bytes durably; when that fails nothing is left.
func storeFile(path string, body io.Reader, limit int64) (size int64, hash string, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, "", full(err)
	}
	f, err := os.OpenFile(path+incoming, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, "", full(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, removeFile(path+incoming))
		}
	}()
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(body, limit+1))
	if err == nil && size > limit {
		err = fault.AttachmentTooLarge()
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, "", full(err)
	}
	return size, hex.EncodeToString(sum.Sum(nil)), full(settleFile(path+incoming, path))
}

// settleFile gives a file its final name durably.
func settleFile(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to)) // the name is durable only once the directory is
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// appendFile writes size bytes from an offset on; whatever was behind the offset, and what did not come whole, is cut off.
func appendFile(path string, offset, size int64, body io.Reader) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return full(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return full(err)
	}
	defer func() { err = full(errors.Join(err, f.Close())) }()
	if at, err := f.Stat(); err != nil || at.Size() < offset {
		return errors.Join(err, fault.ChunkOutOfOrder("what was sent before is not on this server; begin anew"))
	}
	if err := f.Truncate(offset); err != nil {
		return err
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(body, size+1))
	if err == nil && n != size {
		err = fault.ChunkOutOfOrder(fmt.Sprintf("the body has another length than the %d bytes of its range", size))
	}
	if err != nil {
		return errors.Join(err, f.Truncate(offset))
	}
	return f.Sync()
}

// completeFile gives a file whose last chunk arrived its final name.
func completeFile(from, to string) (hash string, err error) {
	f, err := os.Open(from)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), full(settleFile(from, to))
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// full says of a full disk what the databases say of theirs.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: %w", db.ErrFull, err)
	}
	return err
}

// SweepAttachments removes what uploads that were cut short have left, and uploads in chunks that nobody finished within
// a day. Whole files stay even without a record: the records may have been restored from an older backup. It must not
// run while files are uploaded.
func (s *Items) SweepAttachments(ctx context.Context) error {
	dirs, err := os.ReadDir(s.files)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for abandoned uploads: %w", err)
	}
	for _, dir := range dirs {
		org, err := strconv.ParseInt(dir.Name(), 10, 64)
		if err != nil {
			continue
		}
		if err := s.sweep(ctx, org); err != nil {
			return fmt.Errorf("remove abandoned uploads: %w", err)
		}
	}
	return nil
}

func (s *Items) sweep(ctx context.Context, org int64) error {
	known := map[string]bool{}
	err := s.db.Update(ctx, func(tx *db.Tx) error {
		type upload struct {
			guid uuid.UUID
			hash string
			at   time.Time
		}
		all, err := db.Collect(tx, selectAttachments, []any{org}, func(r *db.Rows) (u upload, err error) {
			return u, r.Scan(&u.guid, &u.hash, &u.at)
		})
		if err != nil {
			return err
		}
		for _, u := range all {
			if u.hash == "" && tx.Now().Sub(u.at) > abandoned {
				if _, err := tx.Exec(deleteAttachment, org, u.guid); err != nil {
					return err
				}
				continue
			}
			known[u.guid.String()] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	dir := filepath.Join(s.files, strconv.FormatInt(org, 10))
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		guid, unfinished := strings.CutSuffix(f.Name(), partial)
		if unfinished && !known[guid] || strings.HasSuffix(f.Name(), incoming) {
			if err := removeFile(filepath.Join(dir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
