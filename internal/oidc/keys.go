package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// How long keys count. A key that the provider withdraws is not accepted for much longer, and nobody makes this server ask
// for keys more often than now and then by naming keys that do not exist.
const (
	keysFresh = 10 * time.Minute
	keysStale = time.Hour // when the provider does not answer
	keysPause = 5 * time.Second
)

// keySet is the keys of a provider. It is safe for concurrent use.
type keySet struct {
	url    string
	client *http.Client
	clock  func() time.Time

	mu    sync.Mutex
	keys  []jose.JSONWebKey
	read  time.Time
	tried time.Time
}

// algorithms are those that tokens may be signed with: with keys of which the provider shows a half only.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// parse takes a signed token apart without believing it.
func parse(token string) (*jose.JSONWebSignature, error) {
	var accepted []jose.SignatureAlgorithm
	for _, a := range algorithms() {
		accepted = append(accepted, jose.SignatureAlgorithm(a))
	}
	signed, err := jose.ParseSignedCompact(token, accepted)
	if err == nil && len(signed.Signatures) != 1 {
		err = errors.New("it is not signed once")
	}
	return signed, err
}

// candidates returns the keys that can have signed with an id, "" for all. An error means that nobody can tell now.
func (k *keySet) candidates(ctx context.Context, id string) (signers, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.clock()
	found := k.with(id)
	if len(found) > 0 && now.Before(k.read.Add(keysFresh)) {
		return found, nil
	}
	if !now.Before(k.tried.Add(keysPause)) {
		k.tried = now
		if err := k.fetch(ctx); err == nil {
			k.read = now
			return k.with(id), nil
		} else if !now.Before(k.read.Add(keysStale)) {
			return nil, err
		}
		return found, nil
	}
	if !now.Before(k.read.Add(keysStale)) {
		return nil, errors.New("the keys could not be read a moment ago")
	}
	return found, nil
}

func (k *keySet) with(id string) (found signers) {
	for _, key := range k.keys {
		if id == "" || key.KeyID == id {
			found = append(found, key)
		}
	}
	return found
}

func (k *keySet) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	answer, err := k.client.Do(request)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	defer answer.Body.Close()
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("keys: the provider answers %s", answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(&document); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	var keys []jose.JSONWebKey
	for _, raw := range document.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) != nil { // of a kind that is not known here
			continue
		}
		if key.Valid() && key.IsPublic() && (key.Use == "" || key.Use == "sig") && (key.Algorithm == "" || slices.Contains(algorithms(), key.Algorithm)) {
			keys = append(keys, key)
		}
	}
	k.keys = keys
	return nil
}

// signers are keys of which one has to have signed.
type signers []jose.JSONWebKey

var _ oidc.KeySet = signers{}

// VerifySignature returns what was signed.
func (s signers) VerifySignature(_ context.Context, token string) ([]byte, error) {
	signed, err := parse(token)
	if err != nil {
		return nil, err
	}
	for _, key := range s {
		if key.Algorithm != "" && key.Algorithm != signed.Signatures[0].Header.Algorithm {
			continue
		}
		if content, err := signed.Verify(key.Key); err == nil {
			return content, nil
		}
	}
	return nil, errors.New("none of the provider's keys has signed it")
}
