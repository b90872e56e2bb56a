// Package config reads the settings file: one "key = value" a line, # for comments.
package config

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Settings are what an operator may choose. How often a delivery is tried is not
// among them: see package delivery for why.
type Settings struct {
	SpoolDir string
	Secret   []byte
	Workers  int
	Timeout  time.Duration
}

// Read parses the file at path. An unknown key is an error: a typo must not pass silently.
func Read(path string) (Settings, error) {
	settings := Settings{Workers: 8, Timeout: 10 * time.Second}
	file, err := os.Open(path)
	if err != nil {
		return settings, err
	}
	defer file.Close()

	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		key, value, found := strings.Cut(text, "=")
		if !found {
			return settings, fmt.Errorf("%s:%d: no '=' in %q", path, number, text)
		}
		if err := settings.set(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return settings, fmt.Errorf("%s:%d: %w", path, number, err)
		}
	}
	if settings.SpoolDir == "" || len(settings.Secret) == 0 {
		return settings, fmt.Errorf("%s: spool_dir and secret_file must be set", path)
	}
	return settings, lines.Err()
}

func (s *Settings) set(key, value string) (err error) {
	switch key {
	case "spool_dir":
		s.SpoolDir = value
	case "secret_file":
		s.Secret, err = os.ReadFile(value)
	case "workers":
		s.Workers, err = strconv.Atoi(value)
		if err == nil && (s.Workers < 1 || s.Workers > 256) {
			err = fmt.Errorf("workers is %d, must be 1 to 256", s.Workers)
		}
	case "timeout":
		s.Timeout, err = time.ParseDuration(value)
	default:
		err = fmt.Errorf("unknown key %q", key)
	}
	return err
}
