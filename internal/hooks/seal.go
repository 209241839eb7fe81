package hooks

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"maps"
)

// errUnsealed says that a secret was sealed with another key.
var errUnsealed = errors.New("the secrets of the subscription were sealed with another secret.key: set them anew")

// seal makes the confidential inputs of a subscription unreadable without the key.
func (s *Service) seal(subscription string, inputs map[string]string) (map[string]string, error) {
	sealed := maps.Clone(inputs)
	for _, k := range ConsumerInputs() {
		if !k.Confidential || inputs[k.ID] == "" {
			continue
		}
		box, err := s.box()
		if err != nil {
			return nil, err
		}
		nonce := make([]byte, box.NonceSize())
		if _, err := rand.Read(nonce); err != nil {
			return nil, err
		}
		sealed[k.ID] = base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(inputs[k.ID]), []byte(subscription+k.ID)))
	}
	return sealed, nil
}

// unseal is the opposite of seal; inputs that cannot be opened are removed.
func (s *Service) unseal(subscription string, inputs map[string]string) error {
	box, err := s.box()
	if err != nil {
		return err
	}
	for _, k := range ConsumerInputs() {
		if !k.Confidential || inputs[k.ID] == "" {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(inputs[k.ID])
		delete(inputs, k.ID)
		if err != nil || len(raw) < box.NonceSize() {
			return errUnsealed
		}
		n := box.NonceSize()
		text, err := box.Open(nil, raw[:n], raw[n:], []byte(subscription+k.ID))
		if err != nil {
			return errUnsealed
		}
		inputs[k.ID] = string(text)
	}
	return nil
}

func (s *Service) box() (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
