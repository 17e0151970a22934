package warc

import (
	"bytes"
	"fmt"
	"strings"

	"baoluu/archive/capture"
)

// The named fields of WARC 1.1 that are read or written here.
const (
	fieldType        = "WARC-Type"
	fieldID          = "WARC-Record-ID"
	fieldDate        = "WARC-Date"
	fieldURL         = "WARC-Target-URI"
	fieldLength      = "Content-Length"
	fieldContentType = "Content-Type"
	fieldBlock       = "WARC-Block-Digest"
	fieldPayload     = "WARC-Payload-Digest"
	fieldProfile     = "WARC-Profile"
	fieldRefersTo    = "WARC-Refers-To"
	fieldRefersURL   = "WARC-Refers-To-Target-URI"
	fieldRefersDate  = "WARC-Refers-To-Date"
	fieldConcurrent  = "WARC-Concurrent-To"
	fieldFilename    = "WARC-Filename"
	fieldInfo        = "WARC-Warcinfo-ID"
	fieldTruncated   = "WARC-Truncated"
	fieldSegment     = "WARC-Segment-Number"
)

// The types of record.
const (
	typeInfo       = "warcinfo"
	typeResponse   = "response"
	typeRevisit    = "revisit"
	typeResource   = "resource"
	typeConversion = "conversion"
	typeRequest    = "request"
	typeMetadata   = "metadata"
)

// The profiles of revisit records, as written; WARC 1.0's are read too.
const (
	profileBase        = "http://netpreserve.org/warc/1.1/revisit/"
	profileSamePayload = profileBase + "identical-payload-digest"
	profileNotModified = profileBase + "server-not-modified"
)

const (
	mediaResponse = "application/http; msgtype=response"
	mediaRequest  = "application/http; msgtype=request"
	mediaFields   = "application/warc-fields"
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

// all gives every value of a field that may be there more than once.
func (h Header) all(name string) []string {
	var values []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

func (h *Header) add(name, value string) {
	*h = append(*h, capture.Field{Name: name, Value: value})
}

// lines are fields as a block of their own.
func (h Header) lines() []byte {
	var b bytes.Buffer
	for _, f := range h {
		if f.Value != "" && writableLine(f.Value) {
			fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
		}
	}
	return b.Bytes()
}

func writableLine(s string) bool {
	return !strings.ContainsAny(s, "\r\n") && strings.Trim(s, " \t") == s
}
