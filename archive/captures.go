package archive

import (
	"encoding/json"
	"unicode/utf8"

	"baoluu/archive/capture"
)

// What is kept of a capture, but for its body and its article.

// storedCapture is a capture as it is written: a header line that is not UTF-8
// is kept in base64, for JSON would replace its bytes.
type storedCapture struct {
	capture.Capture
	Header  []storedField  `json:"header,omitempty"`
	Request *storedRequest `json:"request,omitempty"`
}

// repeat is what a capture's record says of its body; it takes as long as unpacking to read
// all else.
type repeat struct {
	Kind      capture.Kind `json:"kind"`
	Digest    string       `json:"digest"`
	RevisitOf uint64       `json:"revisit_of"`
}

type storedField struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Base64 []byte `json:"value_base64,omitempty"` // instead of Value
}

// encodeCapture writes a capture; its request shares nothing.
func encodeCapture(c capture.Capture) ([]byte, error) {
	return encodeStored(c, wholeRequest(c.Request))
}

func encodeStored(c capture.Capture, request *storedRequest) ([]byte, error) {
	s := storedCapture{Capture: c, Request: request}
	for _, f := range c.Header {
		if utf8.ValidString(f.Value) {
			s.Header = append(s.Header, storedField{Name: f.Name, Value: f.Value})
		} else {
			s.Header = append(s.Header, storedField{Name: f.Name, Base64: []byte(f.Value)})
		}
	}
	return encode(s)
}

// decodeCapture reads a capture, without a request that shares its form: see [forms.request].
func decodeCapture(payload []byte) (capture.Capture, error) {
	s, err := decodeStored(payload)
	return s.capture(), err
}

func decodeStored(payload []byte) (s storedCapture, err error) {
	if json.Unmarshal(payload, &s) != nil {
		return storedCapture{}, amiss(unreadable)
	}
	return s, nil
}

func (s storedCapture) capture() capture.Capture {
	c := s.Capture
	c.Request = s.Request.whole()
	for _, f := range s.Header {
		if f.Base64 != nil {
			f.Value = string(f.Base64)
		}
		c.Header = append(c.Header, capture.Field{Name: f.Name, Value: f.Value})
	}
	return c
}

// loadCapture reads a capture; that it is missing is [ErrNoPage].
func loadCapture(r reader, n uint64) (capture.Capture, error) {
	s, err := loadStored(r, n)
	return s.capture(), err
}

// loadStored reads a capture as it is stored; that it is missing is [ErrNoPage].
func loadStored(r reader, n uint64) (storedCapture, error) {
	s, ok, err := capturesTable.load(r, n)
	if err == nil && !ok {
		err = noCapture(n)
	}
	return s, err
}

// source is the capture whose body c has.
func source(c capture.Capture) uint64 {
	if c.Kind == capture.Revisit {
		return c.RevisitOf
	}
	if c.Digest == "" {
		return 0
	}
	return c.Number
}

// repeatsNothing tells whether a capture repeats what nobody found when it came.
func repeatsNothing(c capture.Capture) bool {
	return c.Kind == capture.Revisit && c.RevisitOf == 0 && c.Digest != ""
}

// twin finds the capture that c is, stored before.
func twin(r reader, page string, m moment, c capture.Capture) (twin capture.Capture, known bool, err error) {
	for o, err := range timesTable(page).from(moment{At: m.At}).keys(r) {
		if err != nil || o.At != m.At {
			return capture.Capture{}, false, err
		}
		other, err := loadCapture(r, o.Number)
		if err != nil {
			return capture.Capture{}, false, err
		}
		if other.URL == c.URL && other.Digest == c.Digest {
			return other, true, nil
		}
	}
	return capture.Capture{}, false, nil
}

// twinHere is the capture in r that one of another archive is.
func twinHere(r reader, c capture.Capture) (twinned capture.Capture, known bool, err error) {
	page, err := loadAlias(r, c.Page)
	if err != nil {
		return capture.Capture{}, false, err
	}
	return twin(r, page, moment{At: c.Time.UnixMilli()}, c)
}
