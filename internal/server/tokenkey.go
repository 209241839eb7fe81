package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"boardwalk/internal/access"
)

// tokenKeyFile has the keys of the hashes of personal access tokens, one behind the other, the newest first: a copy of the
// database alone lets nobody guess at tokens. secretKeyFile keys what must outlive them, such as the secrets of service hooks.
const (
	tokenKeyFile   = "token.key"
	secretKeyFile  = "secret.key"
	tokenKeyLength = 32
)

// tokenKeyPath is where the keys of tokens are.
func (s *Store) tokenKeyPath() string {
	return cmp.Or(s.TokenKeyFile, filepath.Join(s.Data, tokenKeyFile))
}

// tokenKeys reads the keys of tokens, making one for a new data directory. The file appears whole or not at all.
func (s *Store) tokenKeys() ([][]byte, error) {
	path := s.tokenKeyPath()
	content, err := os.ReadFile(path)
	switch {
	case err == nil && len(content) > 0 && len(content)%tokenKeyLength == 0:
		return slices.Collect(slices.Chunk(content, tokenKeyLength)), nil
	case err == nil:
		return nil, fmt.Errorf("%s is damaged: it has %d bytes, not a multiple of %d; restore it from a backup, no token works without it",
			path, len(content), tokenKeyLength)
	case !errors.Is(err, fs.ErrNotExist) || s.TokenKeyFile != "":
		return nil, fmt.Errorf("cannot read the token key: %w", err)
	}
	key, err := newTokenKey()
	if err != nil {
		return nil, err
	}
	return [][]byte{key}, s.writeTokenKeys([][]byte{key})
}

func newTokenKey() ([]byte, error) {
	key := make([]byte, tokenKeyLength)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make a token key: %w", err)
	}
	return key, nil
}

func (s *Store) writeTokenKeys(keys [][]byte) error {
	if err := writeFile(s.tokenKeyPath(), slices.Concat(keys...)); err != nil {
		return fmt.Errorf("cannot store the token key: %w", err)
	}
	return nil
}

// secretKey reads the key of other secrets. There was but one key once, so it begins as the oldest of the tokens'.
func (s *Store) secretKey(keys [][]byte) ([]byte, error) {
	path := filepath.Join(s.Data, secretKeyFile)
	key, err := os.ReadFile(path)
	switch {
	case err == nil && len(key) == tokenKeyLength:
		return key, nil
	case err == nil:
		return nil, fmt.Errorf("%s is damaged: it has %d bytes, not %d; restore it from a backup", path, len(key), tokenKeyLength)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot read the key of secrets: %w", err)
	}
	key = keys[len(keys)-1]
	if err := writeFile(path, key); err != nil {
		return nil, fmt.Errorf("cannot store the key of secrets: %w", err)
	}
	return key, nil
}

// RotateTokenKey puts a new key in front of those of tokens. Servers may run: they use it from their next start on. What
// the former keys know works on, and changes to the new key as it is used.
func RotateTokenKey(_ context.Context, c AdminConfig, out io.Writer) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("cannot create the data directory: %w", err)
	}
	keys, err := c.tokenKeys()
	if err != nil {
		return err
	}
	if _, err := c.secretKey(keys); err != nil {
		return err
	}
	key, err := newTokenKey()
	if err != nil {
		return err
	}
	if err := c.writeTokenKeys(append([][]byte{key}, keys...)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s has %d keys. Start the server again: tokens change to the new key as they are used. Then boardwalk admin retire-token-keys removes the others.\n",
		c.tokenKeyPath(), len(keys)+1)
	return err
}

// RetireTokenKeys removes all keys of tokens but the newest. It is refused while tokens need a former one, unless c says
// that those are to end.
func RetireTokenKeys(ctx context.Context, c AdminConfig, out io.Writer) error {
	return c.offline(ctx, func(s *stores) error {
		keys, err := c.tokenKeys()
		if err != nil {
			return err
		}
		left, err := s.access.FormerTokens(ctx)
		if err != nil {
			return fmt.Errorf("look for tokens of former keys: %w", err)
		}
		if len(keys) > 1 && left > 0 && !c.Yes {
			return fmt.Errorf("%d tokens and secrets were not used since the new key is there, and would end; add --yes if you mean it", left)
		}
		if len(keys) == 1 { // what is not named after it was made before keys had names
			left = 0
		}
		done := access.Event{Action: access.AdminCommand, Data: map[string]any{"Command": "boardwalk admin retire-token-keys", "Keys": len(keys) - 1, "Ended": left}}
		if err := s.access.Record(ctx, access.Console(0), done); err != nil { // first: what ends tokens is never done without
			return fmt.Errorf("record the command: %w%s", err, advice(err))
		}
		if err := c.writeTokenKeys(keys[:1]); err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "Removed %d keys.\n", len(keys)-1)
		return err
	})
}

// writeFile stores a secret durably: after a crash the file is there whole, or not at all.
func writeFile(path string, content []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // what failed matters more
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path)) // the name is durable only once the directory is
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
