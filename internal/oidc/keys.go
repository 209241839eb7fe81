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

	mu      sync.Mutex
	keys    []jose.JSONWebKey
	read    time.Time
	tried   time.Time     // when the last attempt to read them ended
	failure error         // of that attempt
	asking  chan struct{} // closed when the attempt under way ends; nil when there is none
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

// candidates returns the keys that can have signed with an id, "" for all. An error means that nobody can tell now. While
// one caller asks the provider, which can take its time, others go on with the keys that still count.
func (k *keySet) candidates(ctx context.Context, id string) (signers, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		now, found := k.clock(), k.with(id)
		counts := now.Before(k.read.Add(keysStale))
		switch {
		case len(found) > 0 && (now.Before(k.read.Add(keysFresh)) || counts && k.asking != nil):
			return found, nil
		case k.asking != nil:
			if err := k.wait(ctx); err != nil {
				return nil, err
			}
		case !now.Before(k.tried.Add(keysPause)):
			k.ask(ctx)
		case !counts:
			return nil, k.failure
		default:
			return found, nil
		}
	}
}

// wait returns when the attempt under way has ended. It is called, and returns, with the lock held.
func (k *keySet) wait(ctx context.Context) error {
	asking := k.asking
	k.mu.Unlock()
	defer k.mu.Lock()
	select {
	case <-asking:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ask reads the keys anew. It is called, and returns, with the lock held, whatever happens.
func (k *keySet) ask(ctx context.Context) {
	keys, err := []jose.JSONWebKey(nil), errors.New("keys: they could not be read")
	k.asking = make(chan struct{})
	k.mu.Unlock()
	defer func() {
		k.mu.Lock()
		close(k.asking)
		k.asking, k.tried, k.failure = nil, k.clock(), err
		if err == nil {
			k.keys, k.read = keys, k.tried
		}
	}()
	keys, err = k.fetch(ctx)
}

func (k *keySet) with(id string) (found signers) {
	for _, key := range k.keys {
		if id == "" || key.KeyID == id {
			found = append(found, key)
		}
	}
	return found
}

func (k *keySet) fetch(ctx context.Context) (keys []jose.JSONWebKey, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	answer, err := k.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	defer answer.Body.Close()
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("keys: the provider answers %s", answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(&document); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	for _, raw := range document.Keys {
		var key jose.JSONWebKey
		if json.Unmarshal(raw, &key) != nil { // of a kind that is not known here
			continue
		}
		if key.Valid() && key.IsPublic() && (key.Use == "" || key.Use == "sig") && (key.Algorithm == "" || slices.Contains(algorithms(), key.Algorithm)) {
			keys = append(keys, key)
		}
	}
	return keys, nil
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
