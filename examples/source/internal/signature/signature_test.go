package signature

import (
	"testing"
	"time"
)

func TestASignatureHoldsForItsBodyAndItsTimeOnly(t *testing.T) {
	secret, now, body := []byte("secret"), time.Unix(1_700_000_000, 0), []byte(`{"paid":true}`)
	header := Sign(secret, now, body)
	if err := Check(secret, now.Add(4*time.Minute), header, body); err != nil {
		t.Error(err)
	}
	if Check(secret, now, header, []byte(`{"paid":false}`)) == nil {
		t.Error("another body must not pass")
	}
	if Check(secret, now.Add(6*time.Minute), header, body) == nil {
		t.Error("an old signature must not pass")
	}
}
