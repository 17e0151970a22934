package schema

import (
	"unicode/utf8"

	"baoluu/archive/capture"
)

// What is kept of a capture, but for its body and its article.

// Capture is a capture as it is written: a header line that is not UTF-8
// is kept in base64, for JSON would replace its bytes.
type Capture struct {
	capture.Capture
	Header  []field  `json:"header,omitempty"`
	Request *Request `json:"request,omitempty"`
}

// repeat is what a capture's record says of its body; it takes as long as unpacking to read
// all else.
type repeat struct {
	Kind      capture.Kind `json:"kind"`
	Digest    string       `json:"digest"`
	RevisitOf uint64       `json:"revisit_of"`
}

// field is a line of a capture's header.
type field struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Base64 []byte `json:"value_base64,omitempty"` // instead of Value
}

// NewCapture is a capture as it is written, with what [SplitRequest] or [OwnRequest] made of
// its request.
func NewCapture(c capture.Capture, request *Request) Capture {
	s := Capture{Capture: c, Request: request}
	for _, f := range c.Header {
		if utf8.ValidString(f.Value) {
			s.Header = append(s.Header, field{Name: f.Name, Value: f.Value})
		} else {
			s.Header = append(s.Header, field{Name: f.Name, Base64: []byte(f.Value)})
		}
	}
	return s
}

// Plain is the capture as it was given, but for a request that shares its form with others:
// see [Forms.Request].
func (s Capture) Plain() capture.Capture {
	c := s.Capture
	c.Request = s.Request.plain()
	for _, f := range s.Header {
		if f.Base64 != nil {
			f.Value = string(f.Base64)
		}
		c.Header = append(c.Header, capture.Field{Name: f.Name, Value: f.Value})
	}
	return c
}

// LoadCapture is [LoadStored] as [Capture.Plain].
func LoadCapture(r Reader, n uint64) (capture.Capture, error) {
	s, err := LoadStored(r, n)
	return s.Plain(), err
}

// LoadStored reads a capture as it is stored; that it is missing is [ErrNoPage].
func LoadStored(r Reader, n uint64) (Capture, error) {
	s, ok, err := Captures.Load(r, n)
	if err == nil && !ok {
		err = NoCapture(n)
	}
	return s, err
}

// Source is the number of the capture whose body c has, 0 where it has none.
func Source(c capture.Capture) uint64 {
	if c.Kind == capture.Revisit {
		return c.RevisitOf
	}
	if c.Digest == "" {
		return 0
	}
	return c.Number
}

// RepeatsNothing reports whether a capture repeats what nobody found when it came.
func RepeatsNothing(c capture.Capture) bool {
	return c.Kind == capture.Revisit && c.RevisitOf == 0 && c.Digest != ""
}

// Twin finds the capture that c is, stored before: of the page, at the time of m, with its
// address and digest.
func Twin(r Reader, page string, m Position, c capture.Capture) (twin capture.Capture, known bool, err error) {
	for o, err := range Times(page).From(Position{At: m.At}).Keys(r) {
		if err != nil || o.At != m.At {
			return capture.Capture{}, false, err
		}
		other, err := LoadCapture(r, o.Number)
		if err != nil {
			return capture.Capture{}, false, err
		}
		if other.URL == c.URL && other.Digest == c.Digest {
			return other, true, nil
		}
	}
	return capture.Capture{}, false, nil
}

// TwinHere is [Twin] of a capture of another archive.
func TwinHere(r Reader, c capture.Capture) (twinned capture.Capture, known bool, err error) {
	page, err := LoadAlias(r, c.Page)
	if err != nil {
		return capture.Capture{}, false, err
	}
	return Twin(r, page, Position{At: c.Time.UnixMilli()}, c)
}
