package corpus

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Parts are the parts of a split.
var Parts = []string{"train", "validation", "test"}

// Split is how many in a hundred articles stand in each part; the zero value is no split.
type Split struct{ Train, Validation, Test int }

// ParseSplit reads TRAIN/VALIDATION/TEST, three whole numbers that make 100; "" is no split.
func ParseSplit(text string) (s Split, err error) {
	if text == "" {
		return s, nil
	}
	fields := strings.Split(text, "/")
	if len(fields) != len(Parts) {
		return s, fmt.Errorf("%q is not three numbers, as in 90/5/5", text)
	}
	for i, to := range []*int{&s.Train, &s.Validation, &s.Test} {
		if *to, err = strconv.Atoi(fields[i]); err != nil || *to < 0 {
			return Split{}, fmt.Errorf("%q in %s is no whole number", fields[i], text)
		}
	}
	if s.Train+s.Validation+s.Test != 100 {
		return Split{}, fmt.Errorf("%s does not make 100", text)
	}
	return s, nil
}

// String is what [ParseSplit] reads.
func (s Split) String() string {
	if s == (Split{}) {
		return ""
	}
	return fmt.Sprintf("%d/%d/%d", s.Train, s.Validation, s.Test)
}

// Of is the part of a record. It goes by the name of its cluster, or by its page where that is
// not known, and by nothing else: articles that are the same stand in one part, and none
// changes its part when others come.
func (s Split) Of(c Chosen) string {
	name := c.Cluster
	if name == "" {
		name = c.Page
	}
	sum := sha256.Sum256([]byte(name))
	at := binary.BigEndian.Uint64(sum[:]) / (1 << 32) * 100 >> 32 // from 0 to 99
	switch {
	case at < uint64(s.Test):
		return "test"
	case at < uint64(s.Test+s.Validation):
		return "validation"
	}
	return "train"
}

// splitting is a [Writer] to one writer for each part.
type splitting struct {
	split Split
	to    map[string]Writer
}

func (s splitting) Put(r Record) error { return s.to[s.split.Of(r.Chosen)].Put(r) }

func (s splitting) Close() (err error) {
	for _, part := range Parts {
		err = errors.Join(err, s.to[part].Close())
	}
	return err
}
