package delivery

import (
	"testing"
	"time"
)

func TestTheFourteenthAttemptIsTheLast(t *testing.T) {
	if _, again := Next(13, Outcome{}); !again {
		t.Error("attempt 13 must be followed by another")
	}
	if _, again := Next(14, Outcome{}); again {
		t.Error("attempt 14 must be the last")
	}
}

func TestWaitsDoubleUpToSixHours(t *testing.T) {
	total := time.Duration(0)
	for attempt := 1; attempt < attemptsMax; attempt++ {
		wait, again := Next(attempt, Outcome{})
		if !again || wait > longest*12/10 {
			t.Fatalf("attempt %d: wait %v, again %v", attempt, wait, again)
		}
		total += wait
	}
	if total < 21*time.Hour || total > 32*time.Hour {
		t.Errorf("all waits together are %v", total)
	}
}

func TestASubscriberThatIsGoneIsNotAskedAgain(t *testing.T) {
	if _, again := Next(1, classify(410)); again {
		t.Error("410 must be final")
	}
}

func TestALongRetryAfterIsHonouredOnlyUpToTheLongestWait(t *testing.T) {
	wait, _ := Next(1, Outcome{RetryAfter: 72 * time.Hour})
	if wait > longest*12/10 {
		t.Errorf("waits %v", wait)
	}
}
