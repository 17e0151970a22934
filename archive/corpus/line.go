package corpus

import (
	"encoding/json"
	"io"

	"baoluu/archive/capture"
	"baoluu/archive/corpus/quality"
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
	Topic     cleaner.Text  `json:"topic"`
	quality.Quality
	Cluster     cleaner.Text `json:"cluster"`
	ClusterSize *int         `json:"cluster_size"`
}

// NewLine makes the JSON form of a record.
func NewLine(r Record) Line {
	at := func(m Moment) cleaner.Time { return cleaner.Time{Time: m.In(sites.Zone)} }
	line := Line{
		"article", r.Article, r.Page, r.Version, at(r.Captured), r.Digest, r.State, at(r.FirstSeen), at(r.LastSeen),
		cleaner.Text(r.Topic()), r.Quality(), cleaner.Text(r.Cluster), nil,
	}
	if r.ClusterSize > 0 {
		line.ClusterSize = &r.ClusterSize
	}
	return line
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
