package spool

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAnEventIsClaimedOnceAndComesBackWhenItIsDue(t *testing.T) {
	root, now := t.TempDir(), time.Unix(1_700_000_000, 0)
	queue, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	file := []byte(`{"url":"https://example.org/hook","body":"e30="}`)
	if err := os.WriteFile(filepath.Join(root, "new", "a.json"), file, 0o600); err != nil {
		t.Fatal(err)
	}

	event, err := queue.Claim(now)
	if err != nil || event == nil || event.Attempt != 1 {
		t.Fatalf("first claim: %+v, %v", event, err)
	}
	if second, _ := queue.Claim(now); second != nil {
		t.Error("claimed twice")
	}
	if err := queue.Retry(event, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if early, _ := queue.Claim(now); early != nil {
		t.Error("claimed before it was due")
	}
	if again, _ := queue.Claim(now.Add(2 * time.Minute)); again == nil || again.Attempt != 2 {
		t.Errorf("second attempt: %+v", again)
	}
}

func TestAFileThatIsNotAnEventIsBuriedAndNotInTheWay(t *testing.T) {
	root := t.TempDir()
	queue, _ := Open(root)
	_ = os.WriteFile(filepath.Join(root, "new", "a.json"), []byte("not json"), 0o600)
	if _, err := queue.Claim(time.Now()); err == nil {
		t.Error("must be reported")
	}
	if _, err := os.Stat(filepath.Join(root, "dead", "a.json")); err != nil {
		t.Error(err)
	}
}
