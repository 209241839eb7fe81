package server

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/pprof"
	"sync/atomic"
	"time"
)

// gate lets requests through once the server is ready, and answers /healthz: 200 when requests are answered and the
// record store works, else 503.
type gate struct{ ready atomic.Pointer[readiness] }

// readiness is what is behind an open gate.
type readiness struct {
	api     http.Handler
	metrics *metrics
	stores  *stores
}

func (g *gate) open(api http.Handler, m *metrics, s *stores) { g.ready.Store(&readiness{api, m, s}) }

// close makes /healthz tell load balancers to go elsewhere. Requests that arrive meanwhile are still answered.
func (g *gate) close() {
	if r := g.ready.Load(); r != nil {
		g.ready.Store(&readiness{api: r.api, metrics: r.metrics})
	}
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ready := g.ready.Load()
	switch {
	case r.URL.Path == "/healthz":
		g.health(w, r)
	case ready == nil:
		w.Header().Set("Retry-After", "1")
		answerJSON(w, http.StatusServiceUnavailable, map[string]string{"message": "the server is starting"})
	default:
		ready.api.ServeHTTP(w, r)
	}
}

func (g *gate) health(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		answerJSON(w, http.StatusMethodNotAllowed, map[string]string{"message": "ask /healthz with GET"})
		return
	}
	ready := g.ready.Load()
	switch {
	case ready == nil:
		answerJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "starting"})
	case ready.stores == nil:
		answerJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "stopping"})
	case !ready.stores.alive(r.Context()):
		answerJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "the record store does not answer"})
	default:
		answerJSON(w, http.StatusOK, map[string]string{"status": "ok", "version": Version})
	}
}

// alive reports whether the record store answers.
func (s *stores) alive(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := s.projects.Organizations(ctx)
	return err == nil
}

// adminHandler serves what operators need and clients must not reach.
func (g *gate) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", g.health)
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		ready := g.ready.Load()
		if ready == nil {
			answerJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "starting"})
			return
		}
		ready.metrics.ServeHTTP(w, r)
	})
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

func answerJSON(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // nobody is left to tell when the connection is gone
}
