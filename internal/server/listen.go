package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

// listen opens the addresses. Until the gate opens they answer that the server is starting.
func (s *Server) listen() (err error) {
	var certificate *servedCertificate
	switch {
	case s.config.TLSDev:
		certificate, err = devTLS(s.config.Data, time.Now())
	case s.config.TLSCert != "":
		certificate, err = fileTLS(s.config.TLSCert, s.config.TLSKey, s.log)
	}
	if err != nil {
		return err
	}
	if s.main, err = s.newListener("--listen", s.config.Listen, s.gate, certificate); err != nil {
		return err
	}
	if s.config.Admin != "" {
		s.admin, err = s.newListener("--admin", s.config.Admin, s.gate.adminHandler(), nil)
	}
	return err
}

// listener is an address with what answers there.
type listener struct {
	server *http.Server
	net    net.Listener
	ended  chan struct{}
	cert   *servedCertificate // nil for plain HTTP
}

func (s *Server) newListener(flag, address string, h http.Handler, certificate *servedCertificate) (*listener, error) {
	n, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("cannot listen on %s: another program does; stop it or choose another address with %s", address, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("cannot listen on %s: not permitted; choose a port above 1023 with %s", address, flag)
	case err != nil:
		return nil, fmt.Errorf("cannot listen: %w; choose another address with %s", err, flag)
	}
	l := &listener{net: n, ended: make(chan struct{}), cert: certificate, server: &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 128 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}}
	serve := l.server.Serve
	if certificate != nil {
		l.server.TLSConfig = certificate.config
		serve = func(n net.Listener) error { return l.server.ServeTLS(n, "", "") }
	}
	go func() {
		defer close(l.ended)
		if err := serve(n); !errors.Is(err, http.ErrServerClosed) {
			s.fail(fmt.Errorf("serve %s: %w", address, err))
		}
	}()
	return l, nil
}

func (l *listener) url() string {
	scheme := "http://"
	if l.cert != nil {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(l.net.Addr().String())
	if ip := net.ParseIP(host); err != nil || ip.IsUnspecified() { // listening everywhere
		host = "localhost"
	}
	return scheme + net.JoinHostPort(host, port)
}

// stop finishes requests until ctx ends, then breaks the connections that are left.
func (l *listener) stop(ctx context.Context) error {
	err := l.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = l.server.Close()
	}
	<-l.ended
	return err
}
