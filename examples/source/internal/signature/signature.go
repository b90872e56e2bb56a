// Package signature signs request bodies, and checks such signatures.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Header carries the signature: "t=<unix seconds>,v1=<hex HMAC-SHA256>".
const Header = "Courier-Signature"

// tolerance is how old a signature may be. Without a limit, whoever has recorded one
// request could play it again for ever.
const tolerance = 5 * time.Minute

// Sign binds the body to the time of sending.
func Sign(secret []byte, now time.Time, body []byte) string {
	seconds := now.Unix()
	return fmt.Sprintf("t=%d,v1=%s", seconds, hex.EncodeToString(digest(secret, seconds, body)))
}

// Check is for receivers.
func Check(secret []byte, now time.Time, header string, body []byte) error {
	stamp, sum, found := strings.Cut(strings.TrimPrefix(header, "t="), ",v1=")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if !found || err != nil {
		return errors.New("signature: malformed header")
	}
	given, err := hex.DecodeString(sum)
	// Constant time: an early return would tell how many bytes were right.
	if err != nil || !hmac.Equal(given, digest(secret, seconds, body)) {
		return errors.New("signature: does not match the body")
	}
	if age := now.Sub(time.Unix(seconds, 0)).Abs(); age > tolerance {
		return fmt.Errorf("signature: %v old, at most %v is accepted", age.Round(time.Second), tolerance)
	}
	return nil
}

func digest(secret []byte, seconds int64, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%d.", seconds)
	mac.Write(body)
	return mac.Sum(nil)
}
