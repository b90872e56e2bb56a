package delivery

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"example.org/courier/internal/signature"
	"example.org/courier/internal/spool"
)

// answerMax bounds what we read of an answer; only its status matters to us.
const answerMax = 4 << 10

// Sender posts events with one shared connection pool.
type Sender struct {
	client *http.Client
	secret []byte
}

// NewSender makes a sender. timeout covers the whole exchange, the handshake included.
func NewSender(secret []byte, timeout time.Duration) *Sender {
	return &Sender{
		secret: secret,
		client: &http.Client{
			Timeout: timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
	}
}

// Send makes one attempt. It never returns an error: every failure is an Outcome.
func (s *Sender) Send(ctx context.Context, event *spool.Event) Outcome {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, event.URL, bytes.NewReader(event.Body))
	if err != nil {
		return Outcome{Final: true, Reason: err.Error()}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Courier-Event", event.ID)
	request.Header.Set("Courier-Attempt", strconv.Itoa(event.Attempt))
	request.Header.Set(signature.Header, signature.Sign(s.secret, time.Now(), event.Body))

	response, err := s.client.Do(request)
	if err != nil {
		return Outcome{Reason: err.Error()}
	}
	defer response.Body.Close()
	// Drained so that the connection can be used again.
	_, _ = io.CopyN(io.Discard, response.Body, answerMax)

	outcome := classify(response.StatusCode)
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		outcome.RetryAfter = time.Duration(min(seconds, 7*24*3600)) * time.Second
	}
	return outcome
}
