package archive

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
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
	if json.Unmarshal(h, head) != nil {
		return nil, amiss(unreadable)
	}
	return frame, nil
}
