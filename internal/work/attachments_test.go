package work

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"boardwalk/internal/db/dbtest"

	"github.com/google/uuid"
)

// kept lists the files there are.
func (x *fixture) kept(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(x.items.files, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func (x *fixture) content(t *testing.T, guid uuid.UUID) []byte {
	t.Helper()
	_, f, err := x.items.Download(t.Context(), x.caller(t, "Ada"), guid)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // read only
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// An upload that breaks off or is too large leaves nothing; what a crash leaves is swept away.
func TestUpload_Cut(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		broken := errors.New("cut")
		if _, err := x.items.Upload(t.Context(), ada, "Agile", "a", io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Error(err)
		}
		if _, err := x.items.Upload(t.Context(), ada, "Agile", "a", zeros{}); says(t, err) != "AttachmentTooLargeException" {
			t.Error(err)
		}
		if names := x.kept(t); len(names) > 0 {
			t.Fatalf("left behind: %v", names)
		}
		whole, err := x.items.Upload(t.Context(), ada, "Agile", "a", strings.NewReader("abc"))
		if err != nil {
			t.Fatal(err)
		}
		began, err := x.items.BeginUpload(t.Context(), ada, "Agile", "b")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.items.UploadChunk(t.Context(), ada, began.GUID, 0, 1, 4, strings.NewReader("ab")); err != nil {
			t.Fatal(err)
		}
		stray := x.items.file(x.org, uuid.New())
		for _, path := range []string{stray + partial, stray + incoming} {
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		sweep := func(want int) {
			t.Helper()
			if err := x.items.SweepAttachments(t.Context()); err != nil {
				t.Fatal(err)
			}
			if names := x.kept(t); len(names) != want {
				t.Errorf("kept %v, want %d", names, want)
			}
		}
		sweep(2)
		x.now.Add(int64(25 * time.Hour / time.Microsecond))
		sweep(1)
		if got := x.content(t, whole.GUID); string(got) != "abc" {
			t.Errorf("content %q", got)
		}
	})
}

// Chunks of any size that break off, come twice or too early: the file is what was sent.
func TestUploadChunk(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		rnd := rand.New(rand.NewPCG(3, 4))
		data := make([]byte, 50_000)
		for i := range data {
			data[i] = byte(rnd.Uint32())
		}
		total := int64(len(data))
		a, err := x.items.BeginUpload(t.Context(), ada, "Agile", "data.bin")
		if err != nil {
			t.Fatal(err)
		}
		send := func(first, last int64, body io.Reader) error {
			_, err := x.items.UploadChunk(t.Context(), ada, a.GUID, first, last, total, body)
			return err
		}
		for at := int64(0); at < total; {
			last := min(at+rnd.Int64N(9000), total-1)
			switch part := data[at : last+1]; rnd.IntN(5) {
			case 0: // it breaks off
				if err := send(at, last, io.MultiReader(bytes.NewReader(part[:len(part)/2]), iotest.ErrReader(io.ErrUnexpectedEOF))); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Fatal(err)
				}
			case 1: // too early, too short, too long
				if at+1 <= last {
					if err := send(at+1, last, bytes.NewReader(part[1:])); says(t, err) != "AttachmentChunkRangeException" {
						t.Fatal(err)
					}
				}
				for _, wrong := range [][]byte{part[1:], append(bytes.Clone(part), 'x')} {
					if err := send(at, last, bytes.NewReader(wrong)); says(t, err) != "AttachmentChunkRangeException" {
						t.Fatal(err)
					}
				}
			case 2: // again, from before
				first := rnd.Int64N(at + 1)
				if err := send(first, last, bytes.NewReader(data[first:last+1])); err != nil {
					t.Fatal(err)
				}
				at = last + 1
			default:
				if err := send(at, last, bytes.NewReader(part)); err != nil {
					t.Fatal(err)
				}
				if at = last + 1; rnd.IntN(2) == 0 {
					if err := send(0, last, bytes.NewReader(data[:last+1])); err != nil {
						t.Fatal(err)
					}
				}
			}
			if _, _, err := x.items.Download(t.Context(), ada, a.GUID); (err == nil) != (at == total) {
				t.Fatalf("after %d of %d bytes: %v", at, total, err)
			}
		}
		sum := sha256.Sum256(data)
		of, f, err := x.items.Download(t.Context(), ada, a.GUID)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // read only
		if !bytes.Equal(x.content(t, a.GUID), data) || of.SHA256 != hex.EncodeToString(sum[:]) || of.Size != total {
			t.Error("the file is not what was sent")
		}
		if names := x.kept(t); len(names) != 1 {
			t.Errorf("kept %v", names)
		}
	})
}

// A file goes with the work item it belongs to, unless another one has it, too.
func TestDestroy_Attachments(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, b dbtest.Backend) {
		x := newFixture(t, b)
		ada := x.caller(t, "Ada")
		var items []int64
		for range 2 {
			item, err := x.items.Create(t.Context(), ada, "Agile", "Task", ops(t, `add System.Title "t"`), Options{})
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, item.ID)
		}
		attach := func(item int64, guid uuid.UUID) error {
			_, err := x.items.Update(t.Context(), ada, "", item, ops(t, `add /relations/- {"rel":"AttachedFile","url":"https://x/_apis/wit/attachments/`+guid.String()+`?fileName=a"}`), Options{})
			return err
		}
		if err := attach(items[0], uuid.New()); says(t, err) != "AttachmentNotFoundException" {
			t.Error(err)
		}
		for n := range 2 {
			a, err := x.items.Upload(t.Context(), ada, "Agile", "a", strings.NewReader("abc"))
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range items[:n+1] {
				if err := attach(item, a.GUID); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i, want := range []int{1, 0} {
			if err := x.items.Destroy(t.Context(), ada, "", items[i], false); err != nil {
				t.Fatal(err)
			}
			if names := x.kept(t); len(names) != want {
				t.Errorf("kept %v, want %d", names, want)
			}
		}
	})
}
