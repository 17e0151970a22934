package archive

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"unicode/utf8"

	"baoluu/cleaner/capture"
)

// A record's value is the CRC-32C of bucket name, zero byte, key and payload
// (four bytes, big-endian), then the payload. So a record that a hurt file shows
// under another key or in another bucket is found out, and one found on a loose
// page still tells which bucket it is of.
//
// The payload is JSON; in bodies and articles a newline and a zstd frame follow.
// An index has an empty payload.

const sumSize = 4

func sumOf(b bucket, key, payload []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	sum := crc32.Update(0, table, []byte(b))
	sum = crc32.Update(sum, table, []byte{0})
	sum = crc32.Update(sum, table, key)
	return crc32.Update(sum, table, payload)
}

// seal makes a record's value.
func seal(b bucket, key, payload []byte) []byte {
	v := make([]byte, sumSize, sumSize+len(payload))
	binary.BigEndian.PutUint32(v, sumOf(b, key, payload))
	return append(v, payload...)
}

// unseal gives a record's payload, checked. It is part of value.
func unseal(b bucket, key, value []byte) ([]byte, error) {
	if len(value) < sumSize {
		return nil, recordError(b, key, "it is cut off")
	}
	payload := value[sumSize:]
	if binary.BigEndian.Uint32(value) != sumOf(b, key, payload) {
		return nil, recordError(b, key, "its checksum does not hold")
	}
	return payload, nil
}

func recordError(b bucket, key []byte, what string) error {
	return &hurtRecord{bucket: b, key: bytes.Clone(key), what: what}
}

// keyText shows a key to a person: text as text, the rest in hex.
func keyText(key []byte) string {
	if len(key) > 0 && utf8.Valid(key) && bytes.IndexFunc(key, func(r rune) bool { return r < ' ' }) < 0 {
		return fmt.Sprintf("%.80s", key)
	}
	return fmt.Sprintf("%.80x", key)
}

// encode is JSON for people: no escapes that HTML would need.
func encode(v any) ([]byte, error) {
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, say(ErrInvalid, "it cannot be written as JSON: %w", err)
	}
	return bytes.TrimSuffix(w.Bytes(), []byte("\n")), nil
}

// blob is a payload of a JSON head and a zstd frame.
func blob(head any, frame []byte) ([]byte, error) {
	h, err := encode(head)
	if err != nil {
		return nil, err
	}
	return append(append(h, '\n'), frame...), nil
}

// splitBlob reads a blob's head into head and gives its frame.
func splitBlob(payload []byte, head any) (frame []byte, err error) {
	h, frame, ok := bytes.Cut(payload, []byte("\n"))
	if !ok {
		return nil, amiss("it is cut off")
	}
	if q, ok := head.(quick); ok && q.quick(h) {
		return frame, nil
	}
	if json.Unmarshal(h, head) != nil {
		return nil, amiss(unreadable)
	}
	return frame, nil
}

// storedCapture is a capture as it is written: a header line that is not UTF-8
// is kept in base64, for JSON would replace its bytes.
type storedCapture struct {
	capture.Capture
	Header  []storedField  `json:"header,omitempty"`
	Request *storedRequest `json:"request,omitempty"`
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
