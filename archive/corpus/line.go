package corpus

import (
	"encoding/json"
	"io"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// Line is one record as JSON: the article, and what the archive knows of it. Its fields are
// documented in docs/corpus.md.
type Line struct {
	Type string `json:"type"`
	cleaner.Article
	Page      string        `json:"page"`
	Version   int           `json:"version"`
	Captured  cleaner.Time  `json:"captured"`
	Digest    string        `json:"digest"`
	State     capture.State `json:"state"`
	FirstSeen cleaner.Time  `json:"first_seen"`
	LastSeen  cleaner.Time  `json:"last_seen"`
}

// NewLine makes the JSON form of a record.
func NewLine(r Record) Line {
	at := func(m Moment) cleaner.Time { return cleaner.Time{Time: m.In(sites.Zone)} }
	return Line{"article", r.Article, r.Page, r.Version, at(r.Captured), r.Digest, r.State, at(r.FirstSeen), at(r.LastSeen)}
}

// lines writes one JSON object a line.
type lines struct{ e *json.Encoder }

func newLines(w io.Writer) lines {
	e := json.NewEncoder(plain.JSONWriter(w))
	e.SetEscapeHTML(false)
	return lines{e}
}

func (l lines) put(line Line) error { return l.e.Encode(line) }

func (l lines) close() error { return nil }
