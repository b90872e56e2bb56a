// Package spool is a queue of files. A directory is a state, a rename is a transition:
//
//	new -> busy -> (removed) | new, later | dead
//
// rename(2) is atomic within one file system, so an event is always in exactly one state,
// and two workers can never claim the same one.
package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// bodyMax keeps one careless producer from filling the memory of every worker.
const bodyMax = 1 << 20

// Event is one file of JSON; the body is base64 in it, so that it may be any bytes.
type Event struct {
	ID      string    `json:"id"`
	URL     string    `json:"url"`
	Body    []byte    `json:"body"`
	Attempt int       `json:"attempt"`
	NotYet  time.Time `json:"not_before"`
}

// Spool is a directory with one subdirectory a state.
type Spool struct{ root string }

// Open makes the directories that are missing.
func Open(root string) (*Spool, error) {
	for _, state := range []string{"new", "busy", "dead"} {
		if err := os.MkdirAll(filepath.Join(root, state), 0o750); err != nil {
			return nil, err
		}
	}
	return &Spool{root}, nil
}

// Recover queues again what a dead process had claimed. The subscriber may see such
// an event twice: delivery is at least once, and Courier-Event lets it notice.
func (s *Spool) Recover() (int, error) {
	files, err := os.ReadDir(filepath.Join(s.root, "busy"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		if err := s.move(file.Name(), "busy", "new"); err != nil {
			return 0, err
		}
	}
	return len(files), nil
}

// Claim takes the first event that is due, or returns nil when there is none. Claiming counts as an attempt.
func (s *Spool) Claim(now time.Time) (*Event, error) {
	files, err := os.ReadDir(filepath.Join(s.root, "new"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		name := file.Name()
		// A producer writes to a dotted name and renames when it is done.
		if strings.HasPrefix(name, ".") {
			continue
		}
		event, err := s.read(filepath.Join(s.root, "new", name))
		if err == nil && event.NotYet.After(now) {
			continue
		}
		if err != nil && !os.IsNotExist(err) {
			// It would stand in everybody's way for ever.
			return nil, errors.Join(fmt.Errorf("%s cannot be read, buried: %w", name, err), s.move(name, "new", "dead"))
		}
		if err := s.move(name, "new", "busy"); err != nil {
			if os.IsNotExist(err) {
				continue // another worker was faster
			}
			return nil, err
		}
		// Once more, now that it is ours: it may have been tried in between.
		if event, err = s.read(filepath.Join(s.root, "busy", name)); err != nil {
			return nil, err
		}
		event.ID = strings.TrimSuffix(name, ".json")
		event.Attempt++
		return event, nil
	}
	return nil, nil
}

// Done forgets a delivered event.
func (s *Spool) Done(event *Event) error {
	return os.Remove(filepath.Join(s.root, "busy", event.ID+".json"))
}

// Retry puts the event back, not to be claimed before due.
func (s *Spool) Retry(event *Event, due time.Time) error {
	event.NotYet = due
	return s.rewrite(event, "new")
}

// Bury moves the event to dead, with its attempt count for the record.
func (s *Spool) Bury(event *Event) error { return s.rewrite(event, "dead") }

func (s *Spool) rewrite(event *Event, state string) error {
	data, err := json.Marshal(event)
	if err != nil {
		return err
	}
	name := event.ID + ".json"
	draft := filepath.Join(s.root, "new", "."+event.ID)
	if err := os.WriteFile(draft, data, 0o640); err != nil {
		return err
	}
	if err := os.Rename(draft, filepath.Join(s.root, "busy", name)); err != nil {
		return err
	}
	return s.move(name, "busy", state)
}

func (s *Spool) read(path string) (*Event, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > 2*bodyMax {
		return nil, fmt.Errorf("%d bytes, at most %d are read", info.Size(), 2*bodyMax)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	event := new(Event)
	return event, json.Unmarshal(data, event)
}

func (s *Spool) move(name, from, to string) error {
	return os.Rename(filepath.Join(s.root, from, name), filepath.Join(s.root, to, name))
}
