package server

import (
	"fmt"
	"os"

	"boardwalk/internal/api"
)

// readFaults reads the rules for answers that are wrong on purpose; none without a file.
func readFaults(path string) (*api.Faults, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no rules
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--faults: %w", err)
	}
	rules, err := api.ParseFaults(text)
	if err != nil {
		return nil, fmt.Errorf("--faults %s: %w", path, err)
	}
	return rules, nil
}

// reloadFaults reads the rules again. With a mistake in the file the old ones stay.
func (s *Server) reloadFaults() {
	rules, err := readFaults(s.config.Faults)
	if err != nil {
		s.log.Error("the rules of --faults stay as they were", "error", err)
		return
	}
	s.api.SetFaults(rules)
	s.log.Info("the rules of --faults were read again")
}
