package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// tokenKeyFile keys the hashes of personal access tokens: a copy of the database alone lets nobody guess at tokens.
const (
	tokenKeyFile   = "token.key"
	tokenKeyLength = 32
)

// tokenKey reads the key, making one for a new data directory. The file appears whole or not at all.
func tokenKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, tokenKeyFile)
	key, err := os.ReadFile(path)
	switch {
	case err == nil && len(key) == tokenKeyLength:
		return key, nil
	case err == nil:
		return nil, fmt.Errorf("%s is damaged: it has %d bytes, not %d; restore it from a backup, no token works without it",
			path, len(key), tokenKeyLength)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot read the token key: %w", err)
	}
	key = make([]byte, tokenKeyLength)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make a token key: %w", err)
	}
	if err := writeFile(path, key); err != nil {
		return nil, fmt.Errorf("cannot store the token key: %w", err)
	}
	return key, nil
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
