package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// tokenKeys are the keys of the hashes of tokens, the newest first. New hashes are made with it; the others still find
// what was stored before it was there.
type tokenKeys [][]byte

// hash is the stored form of a token. Tokens are long and random, so a keyed hash resists guessing and needs no salt.
// The database compares hashes as keys of an index; how long that takes depends on bits that nobody can choose or
// foresee without the key, so it tells nothing about a stored token.
func (k tokenKeys) hash(i int, token string) string {
	h := hmac.New(sha256.New, k[i])
	h.Write([]byte(strings.ToLower(token)))
	return hex.EncodeToString(h.Sum(nil))
}

// id names a key in what is stored with it, without telling anything about it.
func (k tokenKeys) id(i int) string {
	h := hmac.New(sha256.New, k[i])
	h.Write([]byte("name of the key"))
	return hex.EncodeToString(h.Sum(nil)[:8])
}
