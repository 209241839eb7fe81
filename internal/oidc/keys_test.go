package oidc_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"boardwalk/internal/oidc"
	"boardwalk/internal/oidc/oidctest"
)

// Keys that nobody has are not asked for over and over.
func TestVerify_UnknownKeys(t *testing.T) {
	real := oidctest.Start(t, callback)
	var asked atomic.Int64
	c := config(real.Issuer, &clock{})
	c.Client = &http.Client{Transport: counter{&asked}}
	p := oidc.New(c)
	for range 20 {
		token := real.Sign(t, "other", "made-up", map[string]any{"iss": real.Issuer, "sub": "s1", "aud": audience, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()})
		if status, _, _ := says(t, p, token); status != 401 {
			t.Fatal(status)
		}
	}
	if n := asked.Load(); n != 2 { // the discovery document and the keys
		t.Errorf("%d requests to the provider", n)
	}
}

// A provider that takes its time does not hold up people whose keys are known: nobody waits behind who asks for keys, and
// nobody asks again as soon as that has failed.
func TestVerify_SlowKeys(t *testing.T) {
	real := oidctest.Start(t, callback)
	times := &clock{}
	slow := &slowKeys{clock: times, asked: make(chan struct{}, 10), answer: make(chan struct{})}
	c := config(real.Issuer, times)
	c.Client = &http.Client{Transport: slow}
	p := oidc.New(c)
	token := real.Sign(t, "provider", "", map[string]any{"iss": real.Issuer, "sub": "s1", "aud": audience, "iat": time.Now().Unix(), "exp": time.Now().Add(5 * time.Hour).Unix()})
	if status, hint, _ := says(t, p, token); status != 0 {
		t.Fatal(status, hint)
	}
	times.move(11 * time.Minute)
	slow.hangs.Store(true)
	answered := make(chan error, 2)
	verify := func() {
		_, err := p.Verify(t.Context(), token)
		answered <- err
	}
	go verify()
	<-slow.asked
	go verify()
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("somebody whose key is known waits for the provider")
	}
	close(slow.answer)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	for range 3 {
		if status, hint, _ := says(t, p, token); status != 0 {
			t.Error(status, hint)
		}
	}
	if n := len(slow.asked); n > 0 {
		t.Errorf("asked %d times more within seconds of a failure", n)
	}
}

// slowKeys is the way to a provider that, once it hangs, does not answer within the time it has.
type slowKeys struct {
	clock         *clock
	hangs         atomic.Bool
	asked, answer chan struct{}
}

func (s *slowKeys) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.hangs.Load() {
		return http.DefaultTransport.RoundTrip(r)
	}
	s.asked <- struct{}{}
	<-s.answer
	s.clock.move(10 * time.Second)
	return nil, errors.New("no answer in time")
}

type counter struct{ n *atomic.Int64 }

func (c counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return http.DefaultTransport.RoundTrip(r)
}
