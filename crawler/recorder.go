package crawler

import (
	"context"
	"errors"
	"io"
	"net/http"

	"baoluu/cleaner"
	"baoluu/cleaner/challenge"
	"baoluu/cleaner/charset"
	"baoluu/cleaner/contentcoding"
	"baoluu/cleaner/turn"
	"baoluu/crawler/listing"
	"baoluu/crawler/transport"
)

// visit is one request of a worker's and what came of it.
type visit struct {
	transport.Exchange
	charset []string // notes on the charset of a page
	reading *reading // of the worker, to have it parsed
}

type visitKey struct{}

// reading is a worker's turn to read what is large, within its run: to wait for others is no
// fault of the server.
type reading struct {
	turn.Turn
	run context.Context
}

func (r *reading) take(weight int) error {
	if r == nil { // a request of no run
		return nil
	}
	return r.Take(r.run, weight)
}

// recorder is the RoundTripper below Colly. It keeps what the newspaper sent, and hands
// Colly what is safe for it: a body in UTF-8, not coded and no trap for a parser,
// and no Location to run after.
type recorder struct{ client *transport.Client }

// RoundTrip needs a [visit] in the request's context. Every failure is in the
// visit too.
func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	v := req.Context().Value(visitKey{}).(*visit)
	v.Exchange = *r.client.Do(req)
	if v.Err != nil && v.Status == 0 {
		return nil, v.Err
	}
	res := &http.Response{
		Status: http.StatusText(v.Status), StatusCode: v.Status, Request: req,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:       http.Header{"Content-Type": {"application/octet-stream"}},
		Body:         http.NoBody,
		Uncompressed: true, // or Colly would decode it again
	}
	if err := v.reading.take(turn.Weight(v.Body)); err != nil {
		v.Err = err
		return res, nil
	}
	if errors.Is(v.Err, contentcoding.ErrCoding) {
		return res, nil // the body is no text
	}
	if v.Status == http.StatusOK && challenge.IsHTML(v.Header.Get("Content-Type"), v.Body) {
		var text []byte
		text, _, v.charset = charset.UTF8(v.Body, v.Header.Get("Content-Type"))
		markup, refused := cleaner.Markup(text)
		if refused != nil || listing.HasLongBase(text) {
			return res, nil // Colly parses whatever it is given: the cleaner will name the reason
		}
		res.Header.Set("Content-Type", "text/html; charset=utf-8")
		res.Body, res.ContentLength = io.NopCloser(markup), -1
	}
	return res, nil
}
