//go:build ignore

// Command provider is an OpenID Connect provider for tests, built on github.com/zitadel/oidc, a certified library. It is
// built with a module file of its own, provider.mod, so that the product does not depend on that. Beside the protocol it lets tests say who is in which
// groups, replace its key, and have any claims signed, by its key or by another. Start reading at main.
package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address")
	redirect := flag.String("redirect", "http://127.0.0.1/callback", "where browsers are sent back to")
	flag.Parse()
	if err := run(*listen, strings.Split(*redirect, ",")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(listen string, redirects []string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	issuer := "http://" + l.Addr().String()
	storage.RegisterClients(storage.WebClient("boardwalk", "a secret/with+signs", redirects...), storage.WebClient("another", "secret", redirects...))
	s := &store{Storage: storage.NewStorage(storage.NewUserStore(issuer)), groups: map[string][]string{}}
	if err := s.rotate(); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /test/groups/{user}", s.setGroups)
	mux.HandleFunc("POST /test/rotate", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.rotate(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("POST /test/sign", s.sign)
	mux.Handle("/", exampleop.SetupServer(issuer, s, slog.New(slog.DiscardHandler), false, op.WithAllowInsecure()))
	fmt.Println(issuer) // tests wait for it
	// The test that started it holds its input open: without it nobody needs it any more.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.Serve(l, mux)
}

// store has a key that can be replaced, tells groups, and makes access tokens that can be read.
type store struct {
	*storage.Storage
	mu     sync.Mutex
	key    *rsa.PrivateKey
	number int
	groups map[string][]string
}

func (s *store) rotate() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key, s.number = key, s.number+1
	return err
}

func (s *store) setGroups(w http.ResponseWriter, r *http.Request) {
	var groups []string
	if err := json.NewDecoder(r.Body).Decode(&groups); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[r.PathValue("user")] = groups
}

func (s *store) groupsOf(user string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.groups[user]
}

// sign answers with a token of any claims: by the provider's key, by one that only has its id, with its public half as the
// secret of an HMAC, or not signed at all.
func (s *store) sign(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Claims json.RawMessage `json:"claims"`
		By     string          `json:"by"`
		Kid    *string         `json:"kid"`
	}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	token, err := s.forge(ask.Claims, ask.By, ask.Kid)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprint(w, token)
}

func (s *store) forge(claims []byte, by string, kid *string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.kid()
	if kid != nil {
		id = *kid
	}
	key := jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: s.key, KeyID: id}}
	switch by {
	case "provider":
	case "other":
		other, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return "", err
		}
		key.Key = jose.JSONWebKey{Key: other, KeyID: id}
	case "public key":
		public, err := x509.MarshalPKIXPublicKey(&s.key.PublicKey)
		if err != nil {
			return "", err
		}
		key = jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: public, KeyID: id}}
	case "nobody":
		return encode([]byte(`{"alg":"none","kid":"`+id+`"}`)) + "." + encode(claims) + ".", nil
	default:
		return "", fmt.Errorf("%q cannot sign", by)
	}
	signer, err := jose.NewSigner(key, nil)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

func (s *store) kid() string { return fmt.Sprintf("key-%d", s.number) }

type key struct {
	id      string
	private *rsa.PrivateKey
}

func (k key) ID() string                                  { return k.id }
func (k key) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k key) Algorithm() jose.SignatureAlgorithm          { return jose.RS256 }
func (k key) Use() string                                 { return "sig" }
func (k key) Key() any                                    { return k.private }

type publicKey struct{ key }

func (k publicKey) Key() any { return &k.private.PublicKey }

func (s *store) current() key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return key{s.kid(), s.key}
}

func (s *store) SigningKey(context.Context) (op.SigningKey, error) { return s.current(), nil }

func (s *store) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publicKey{s.current()}}, nil
}

// readable is a client whose access tokens are signed, not opaque.
type readable struct{ op.Client }

func (readable) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeJWT }

func (readable) PostLogoutRedirectURIs() []string { return nil }

func (s *store) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := s.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return readable{c}, nil
}

// GetPrivateClaimsFromScopes is what access tokens tell beside the usual.
func (s *store) GetPrivateClaimsFromScopes(_ context.Context, user, _ string, _ []string) (map[string]any, error) {
	return map[string]any{"groups": s.groupsOf(user)}, nil
}

func (s *store) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	err := s.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
	info.AppendClaims("groups", s.groupsOf(subject))
	return err
}

func encode(content []byte) string { return base64.RawURLEncoding.EncodeToString(content) }
