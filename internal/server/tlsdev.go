package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// servedCertificate is what HTTPS is served with.
type servedCertificate struct {
	config    *tls.Config
	authority string // path of the certificate to trust; "" for one that clients trust anyway
}

// How long certificates are valid. Clients of Apple refuse certificates of servers valid for longer than 825 days.
const (
	authorityValidity = 10 * 365 * 24 * time.Hour
	serverValidity    = 397 * 24 * time.Hour
	renewBefore       = 7 * 24 * time.Hour
)

// devHosts are the names under which clients know the hosted service, besides the loopback names.
func devHosts() []string {
	return []string{
		"localhost", "dev.azure.com", "*.dev.azure.com", "visualstudio.com", "*.visualstudio.com", "*.analytics.visualstudio.com",
		"*.vssps.visualstudio.com", "*.vsaex.visualstudio.com", "*.almsearch.visualstudio.com",
	}
}

func devAddresses() []net.IP { return []net.IP{net.IPv4(127, 0, 0, 1).To4(), net.IPv6loopback} }

// devTLS returns a certificate for the names of the hosted service, signed by an authority of this data directory. Both
// are kept there and made again when they expire.
func devTLS(data string, now time.Time) (*servedCertificate, error) {
	dir := filepath.Join(data, "tls")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot store certificates: %w", err)
	}
	ca, err := keptPair(dir, "ca", now, func() (*pair, error) { return newAuthority(now) })
	if err != nil {
		return nil, err
	}
	leaf, err := keptPair(dir, "server", now, func() (*pair, error) { return newServerPair(ca, now) })
	if err == nil && (leaf.certificate.CheckSignatureFrom(ca.certificate) != nil || !slices.Equal(leaf.certificate.DNSNames, devHosts())) {
		if leaf, err = newServerPair(ca, now); err == nil { // the authority is new, or the names are
			err = leaf.write(dir, "server")
		}
	}
	if err != nil {
		return nil, err
	}
	return &servedCertificate{
		config: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{
			Certificate: [][]byte{leaf.certificate.Raw, ca.certificate.Raw}, PrivateKey: leaf.key, Leaf: leaf.certificate,
		}}},
		authority: filepath.Join(dir, "ca.pem"),
	}, nil
}

// pair is a certificate with its key.
type pair struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// keptPair reads a pair from its files. It makes one when there is none that will do.
func keptPair(dir, name string, now time.Time, create func() (*pair, error)) (*pair, error) {
	p, err := readPair(dir, name)
	if err == nil && now.After(p.certificate.NotBefore) && now.Add(renewBefore).Before(p.certificate.NotAfter) {
		return p, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w; remove %s to have new certificates made", err, dir)
	}
	if p, err = create(); err != nil {
		return nil, fmt.Errorf("make the %s certificate: %w", name, err)
	}
	return p, p.write(dir, name)
}

func readPair(dir, name string) (*pair, error) {
	certificate, key := filepath.Join(dir, name+".pem"), filepath.Join(dir, name+"-key.pem")
	both, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, fmt.Errorf("cannot read the certificate %s: %w", certificate, err)
	}
	signer, ok := both.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("cannot read the certificate %s: its key is of another kind", certificate)
	}
	return &pair{both.Leaf, signer}, nil
}

func (p *pair) write(dir, name string) error {
	key, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, name+"-key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})); err != nil {
		return fmt.Errorf("cannot store the key of a certificate: %w", err)
	}
	path := filepath.Join(dir, name+".pem")
	if err := writeFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.certificate.Raw})); err != nil {
		return fmt.Errorf("cannot store a certificate: %w", err)
	}
	return nil
}

// newAuthority makes an authority that can vouch for the names of the service and the loopback addresses only, so that
// whoever trusts it risks no other site.
func newAuthority(now time.Time) (*pair, error) {
	return issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Boardwalk development authority", Organization: []string{"Boardwalk"}},
		IsCA:    true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(authorityValidity),
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: []string{"localhost", "dev.azure.com", "visualstudio.com"},
		PermittedIPRanges: []*net.IPNet{
			{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}, {IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
		},
	}, nil)
}

func newServerPair(ca *pair, now time.Time) (*pair, error) {
	return issue(&x509.Certificate{
		Subject:   pkix.Name{CommonName: "localhost", Organization: []string{"Boardwalk"}},
		KeyUsage:  x509.KeyUsageDigitalSignature,
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(serverValidity),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    devHosts(), IPAddresses: devAddresses(),
	}, ca)
}

// issue makes a key and a certificate signed by ca, or by itself without one.
func issue(template *x509.Certificate, ca *pair) (*pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, err
	}
	if ca == nil {
		ca = &pair{template, key}
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, ca.certificate, &key.PublicKey, ca.key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(raw)
	return &pair{certificate, key}, err
}
