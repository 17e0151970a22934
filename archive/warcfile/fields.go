package warcfile

import (
	"bytes"
	"fmt"
	"strings"

	"baoluu/archive/capture"
)

// The named fields of WARC 1.1 that are read or written here.
const (
	FieldType        = "WARC-Type"
	FieldID          = "WARC-Record-ID"
	FieldDate        = "WARC-Date"
	FieldURL         = "WARC-Target-URI"
	fieldLength      = "Content-Length"
	FieldContentType = "Content-Type"
	FieldBlock       = "WARC-Block-Digest"
	FieldPayload     = "WARC-Payload-Digest"
	FieldProfile     = "WARC-Profile"
	FieldRefersTo    = "WARC-Refers-To"
	FieldRefersURL   = "WARC-Refers-To-Target-URI"
	FieldRefersDate  = "WARC-Refers-To-Date"
	FieldConcurrent  = "WARC-Concurrent-To"
	FieldFilename    = "WARC-Filename"
	fieldInfo        = "WARC-Warcinfo-ID"
	FieldTruncated   = "WARC-Truncated"
	FieldSegment     = "WARC-Segment-Number"
)

// The types of record.
const (
	TypeInfo       = "warcinfo"
	TypeResponse   = "response"
	TypeRevisit    = "revisit"
	TypeResource   = "resource"
	TypeConversion = "conversion"
	TypeRequest    = "request"
	TypeMetadata   = "metadata"
)

// The profiles of revisit records, as written; WARC 1.0's are read too.
const (
	profileBase        = "http://netpreserve.org/warc/1.1/revisit/"
	ProfileSamePayload = profileBase + "identical-payload-digest"
	ProfileNotModified = profileBase + "server-not-modified"
)

// The media types of blocks: an HTTP answer, an HTTP request, lines of named fields.
const (
	MediaResponse = "application/http; msgtype=response"
	MediaRequest  = "application/http; msgtype=request"
	MediaFields   = "application/warc-fields"
)

// Header is the named fields of a record, in their order.
type Header []capture.Field

// Get is the value of the first field of that name, in whatever case; "" where
// there is none.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// All gives every value of a field that may be there more than once.
func (h Header) All(name string) []string {
	var values []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// Add appends a field.
func (h *Header) Add(name, value string) {
	*h = append(*h, capture.Field{Name: name, Value: value})
}

// Lines are the fields as a block of media type [MediaFields], a line each. A field
// without a value, or whose value is not one line, is left out.
func (h Header) Lines() []byte {
	var b bytes.Buffer
	for _, f := range h {
		if f.Value != "" && WritableLine(f.Value) {
			fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
		}
	}
	return b.Bytes()
}

// WritableLine reports whether a text can be the value of a field: it is one line, and no
// blank stands at its ends, where a reader would drop it.
func WritableLine(s string) bool {
	return !strings.ContainsAny(s, "\r\n") && strings.Trim(s, " \t") == s
}
