package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificateFiles serves HTTPS with a certificate and a key that others put there. A renewed one is used from the next
// connection on; while the files do not fit each other, the one before is.
type certificateFiles struct {
	certificate, key string
	log              *slog.Logger

	mu     sync.Mutex
	loaded *tls.Certificate
	at     time.Time // when the file of the loaded one was written
}

// fileTLS reads certificate and key, which have to be good at the start.
func fileTLS(certificate, key string, log *slog.Logger) (*servedCertificate, error) {
	f := &certificateFiles{certificate: certificate, key: key, log: log}
	if err := f.load(); err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return &servedCertificate{config: &tls.Config{GetCertificate: f.get, MinVersion: tls.VersionTLS12}}, nil
}

func (f *certificateFiles) load() error {
	info, err := os.Stat(f.certificate)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	if f.loaded != nil && info.ModTime().Equal(f.at) {
		return nil
	}
	loaded, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		return fmt.Errorf("read certificate and key: %w", err)
	}
	f.loaded, f.at = &loaded, info.ModTime()
	return nil
}

func (f *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(); err != nil {
		f.log.Warn("the certificate cannot be renewed", "error", err)
	}
	return f.loaded, nil
}
