package corpus

import (
	"encoding/json"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus/quality"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// Record is one article of a corpus.
type Record struct {
	Chosen
	Article cleaner.Article
	quality *quality.Quality // nil until it is asked for
}

// Chosen is what a corpus says of an article beside the article itself. It is all that is
// needed to make the same record again, and names no number that another archive of the same
// captures has otherwise.
type Chosen struct {
	Page      string        `json:"page"` // SITE/KEY
	Version   int           `json:"version"`
	Captured  Moment        `json:"captured"`   // when this version was captured first
	FirstSeen Moment        `json:"first_seen"` // of the page: see [archive.Seen]
	LastSeen  Moment        `json:"last_seen"`  // of this version; of the newest it is that of the page
	State     capture.State `json:"state"`      // of the page
	Capture   Source        `json:"capture"`    // of which the article was made
	Cleaner   string        `json:"cleaner"`    // that made it
	Digest    string        `json:"digest"`     // [cleaner.Article.Digest]

	// Cluster is the page whose article was printed again here, its own where it is the first;
	// "" where duplicates were not looked for. ClusterSize counts the pages.
	Cluster     string `json:"cluster,omitempty"`
	ClusterSize int    `json:"cluster_size,omitempty"`
}

// Source is a capture as every archive knows it: with its page, that is.
type Source struct {
	Time   Moment `json:"time"`
	URL    string `json:"url"`
	Digest string `json:"body"` // "sha256:" and 64 hex digits
}

// Moment is a time to the millisecond. In JSON it is RFC 3339 in [sites.Zone].
type Moment struct{ time.Time }

const millis = "2006-01-02T15:04:05.000Z07:00"

// MarshalJSON writes three digits of the second's fraction.
func (m Moment) MarshalJSON() ([]byte, error) {
	return json.Marshal(m.In(sites.Zone).Format(millis))
}

// MarshalJSON writes what acts on no terminal.
func (c Chosen) MarshalJSON() ([]byte, error) {
	type fields Chosen
	b, err := json.Marshal(fields(c))
	return plain.JSON(b), err
}

// NewRecord makes a record of a page's version; from is the capture of which its article was
// made, and versions are all that the page has.
func NewRecord(site string, p archive.PageInfo, versions []archive.Version, v archive.Version, from capture.Capture, article cleaner.Article) Record {
	first, _ := archive.Seen(versions)
	return Record{Article: article, Chosen: Chosen{
		Page: site + "/" + p.Page, Version: v.Number, Captured: Moment{v.Captured}, FirstSeen: Moment{first}, LastSeen: Moment{v.LastSeen}, State: p.State,
		Capture: Source{Moment{from.Time}, from.URL, from.Digest}, Cleaner: article.Cleaner, Digest: v.Digest,
	}}
}

// Quality is what is doubtful about the article.
func (r *Record) Quality() quality.Quality {
	if r.quality == nil {
		q := quality.Of(&r.Article)
		r.quality = &q
	}
	return *r.quality
}

// Topic is what the article is about, by its sections and its address; "" where they do not say.
func (r *Record) Topic() sites.Topic {
	return sites.TopicOf(r.Article.Site, r.Article.Section, r.Article.URL)
}

// Site is the newspaper that the page is of.
func (c Chosen) Site() string {
	site, _, _ := strings.Cut(c.Page, "/")
	return site
}

// Key is the page's key.
func (c Chosen) Key() string {
	_, key, _ := strings.Cut(c.Page, "/")
	return key
}

// Day is the moment by which a record is filed: when it was published, else when its page was
// first seen; in [sites.Zone].
func (r Record) Day() time.Time {
	day := r.Article.Published.Time
	if day.IsZero() {
		day = r.FirstSeen.Time
	}
	return day.In(sites.Zone)
}

// Day is the moment by which a page is chosen: when it was published, else first seen, else
// first captured; in [sites.Zone].
func Day(p archive.PageInfo, versions []archive.Version) time.Time {
	day := p.Published
	if day.IsZero() {
		day, _ = archive.Seen(versions)
	}
	if day.IsZero() {
		day = p.First
	}
	return day.In(sites.Zone)
}
