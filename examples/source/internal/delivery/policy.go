// Package delivery posts events and decides what an answer means.
package delivery

import (
	"math/rand"
	"time"
)

// attemptsMax is the retry limit: after so many attempts an event is buried. With the
// waits below the last attempt comes about 26 hours after the first, so a subscriber may
// be down for a whole day. It is a constant on purpose: two hosts that disagree
// about it would bury the same event at different times.
const attemptsMax = 14

const (
	firstWait = 30 * time.Second
	longest   = 6 * time.Hour
	// jitter spreads retries by +-20 %, or a recovering subscriber would meet all
	// of its backlog in the same second.
	jitter = 0.2
)

// Outcome is what one attempt came to.
type Outcome struct {
	Delivered bool
	// Final means that trying again cannot help.
	Final bool
	// RetryAfter is the subscriber's own wish; zero when it had none.
	RetryAfter time.Duration
	Reason     string
}

// Next says how long to wait after attempt (counted from 1), and whether to try at all.
func Next(attempt int, outcome Outcome) (time.Duration, bool) {
	if outcome.Delivered || outcome.Final || attempt >= attemptsMax {
		return 0, false
	}
	wait := longest
	if shift := attempt - 1; shift < 20 && firstWait<<shift < longest {
		wait = firstWait << shift
	}
	if outcome.RetryAfter > wait {
		wait = min(outcome.RetryAfter, longest)
	}
	return time.Duration(float64(wait) * (1 + jitter*(2*rand.Float64()-1))), true
}

// classify turns a status code into an outcome.
func classify(status int) Outcome {
	switch {
	case status >= 200 && status < 300:
		return Outcome{Delivered: true}
	case status == 410:
		return Outcome{Final: true, Reason: "subscriber is gone (410)"}
	case status == 408 || status == 425 || status == 429 || status >= 500:
		return Outcome{Reason: "subscriber asks for patience"}
	default:
		// Other 4xx, and redirects, which we do not follow: a signed body must not
		// travel to an address that nobody registered.
		return Outcome{Final: true, Reason: "subscriber refuses this event"}
	}
}
