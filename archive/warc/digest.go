package warc

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/hex"
	"hash"
	"strings"
)

// A digest in a WARC is "ALGORITHM:VALUE", the value in base32 or hex, whatever
// the case: SHA-1 in base32 mostly, SHA-256 in hex as written here.

var algorithms = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha-1": sha1.New, "sha256": sha256.New, "sha-256": sha256.New, "sha512": sha512.New, "sha-512": sha512.New,
}

// parseDigest gives the algorithm's function and the sum; ok is false for what is
// no digest that can be checked.
func parseDigest(s string) (newHash func() hash.Hash, sum []byte, ok bool) {
	algorithm, value, found := strings.Cut(strings.TrimSpace(s), ":")
	newHash = algorithms[strings.ToLower(algorithm)]
	if !found || newHash == nil {
		return nil, nil, false
	}
	size := newHash().Size()
	if sum, err := hex.DecodeString(value); err == nil && len(sum) == size {
		return newHash, sum, true
	}
	sum, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(strings.ToUpper(value), "="))
	return newHash, sum, err == nil && len(sum) == size
}

// digestIs reports whether a digest is that of b; one that cannot be checked is
// not.
func digestIs(digest string, b []byte) bool {
	newHash, sum, ok := parseDigest(digest)
	if !ok {
		return false
	}
	h := newHash()
	h.Write(b)
	return bytes.Equal(h.Sum(nil), sum)
}

// isDigestOf reports whether a digest is that of one of several; one that cannot be
// checked is believed.
func isDigestOf(digest string, list [][]byte) bool {
	if _, _, known := parseDigest(digest); !known {
		return true
	}
	for i, b := range list {
		if again := i > 0 && bytes.Equal(b, list[i-1]); !again && digestIs(digest, b) {
			return true
		}
	}
	return false
}

// archiveDigest is a digest in the archive's own form, "sha256:" and hex; "" where
// it is of another kind.
func archiveDigest(s string) string {
	_, sum, ok := parseDigest(s)
	if !ok || !strings.HasPrefix(strings.ToLower(s), "sha256:") && !strings.HasPrefix(strings.ToLower(s), "sha-256:") {
		return ""
	}
	return "sha256:" + hex.EncodeToString(sum)
}

func sha256Of(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
