package corpus

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// Selection says which articles are wanted. The zero value is all of them.
type Selection struct {
	From, To  time.Time     // published from, and before, these moments; an article without a date counts by its first capture
	Languages []string      // ISO 639-1; none is all
	Sections  []string      // as [InSection] reads them; none is all
	State     capture.State // of the page as the View tells it; "" is any
}

// Record is one article of a corpus: the newest version of its page that could be
// read. That the newspaper took it down later is no reason to leave it out: State
// says so.
type Record struct {
	Site      string
	Page      archive.PageInfo
	State     capture.State // of the page
	FirstSeen time.Time     // of the page: see [archive.Seen]; when it was last seen its Version tells
	Version   archive.Version
	Article   cleaner.Article
	Day       time.Time // published, else first seen; in [sites.Zone]
}

// Sink takes the records of a corpus, in order.
type Sink interface {
	// Put takes the next record. Its error ends [Write].
	Put(Record) error
}

// Day is the moment by which a page is chosen and filed: when it was published, else
// first seen, else first captured; in [sites.Zone].
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

// InSection reports whether an article stands in one of the sections, one of its own
// being written like that. Case, and how a letter with marks is encoded, do not matter;
// the marks do.
func InSection(a cleaner.Article, sections []string) bool {
	same := func(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }
	for _, own := range a.Section {
		for _, want := range sections {
			if strings.EqualFold(same(own), same(want)) {
				return true
			}
		}
	}
	return false
}

// Write hands every wanted article of a newspaper to the sink and returns how
// many there were.
func Write(ctx context.Context, view *archive.View, site string, want Selection, to Sink) (int, error) {
	written := 0
	err := view.Histories(ctx, func(p archive.PageInfo, versions []archive.Version) error {
		newest, ok := archive.NewestLive(versions)
		if !ok || want.State != "" && p.State != want.State {
			return nil
		}
		r := Record{Site: site, Page: p, State: p.State, Version: newest, Day: Day(p, versions)}
		r.FirstSeen, _ = archive.Seen(versions)
		if r.Day.Before(want.From) || !want.To.IsZero() && !r.Day.Before(want.To) {
			return nil
		}
		var err error
		if r.Article, err = view.Article(ctx, r.Version.Capture); err != nil {
			return err
		}
		if len(want.Languages) > 0 && !slices.Contains(want.Languages, string(r.Article.Language)) {
			return nil
		}
		if len(want.Sections) > 0 && !InSection(r.Article, want.Sections) {
			return nil
		}
		written++
		return to.Put(r)
	})
	return written, err
}

// Files takes the files of a corpus, one after another.
type Files interface {
	// Create begins a file. The one before is complete.
	Create(path string) (io.Writer, error)
}

// Text writes one plain-text file an article: SITE/YYYY/MM/PAGE.txt, the month being
// that of [Record].Day. A file holds the article text and one newline. Its path is safe on
// any system, whatever a page's key holds.
type Text struct{ to Files }

// NewText writes to files.
func NewText(files Files) *Text { return &Text{files} }

// Put writes the article's file.
func (t *Text) Put(r Record) error {
	w, err := t.to.Create(path.Join(r.Site, r.Day.Format("2006"), r.Day.Format("01"), fileName(r.Page.Page)+".txt"))
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, r.Article.Text+"\n")
	return err
}

// maxName leaves room for ".txt" under the 255 bytes that file systems allow a name.
const maxName = 200

// reserved are names that Windows keeps for devices, whatever ending follows.
var reserved = regexp.MustCompile(`^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)`)

// fileName is a page's key as a file name on any system: small letters, digits, dot,
// hyphen and underscore stay, any other byte is %XX, as is a leading dot; a capital
// letter, too, for many systems do not tell it from a small one. A name that would be too
// long is cut, and its SHA-256 added.
func fileName(key string) string {
	var b strings.Builder
	device := reserved.MatchString(key)
	for i := range len(key) {
		c := key[i]
		if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') && (i > 0 || c != '.' && !device) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	if b.Len() <= maxName {
		return b.String()
	}
	sum := sha256.Sum256([]byte(key))
	return fmt.Sprintf("%s~%x", b.String()[:maxName-1-2*len(sum)], sum)
}

// JSONLines writes one JSON object a line, a [Line]. Its fields are documented in
// docs/corpus.md.
type JSONLines struct{ e *json.Encoder }

// NewJSONLines writes to w.
func NewJSONLines(w io.Writer) *JSONLines {
	e := json.NewEncoder(plain.JSONWriter(w))
	e.SetEscapeHTML(false)
	return &JSONLines{e}
}

// Line is one snapshot as JSON: the article, and what the archive knows of it.
type Line struct {
	Type string `json:"type"`
	cleaner.Article
	Page      string        `json:"page"` // SITE/KEY
	Version   int           `json:"version"`
	Captured  cleaner.Time  `json:"captured"` // when this version was first seen
	Digest    string        `json:"digest"`
	State     capture.State `json:"state"`      // of the page
	FirstSeen cleaner.Time  `json:"first_seen"` // of the page
	LastSeen  cleaner.Time  `json:"last_seen"`  // of this version; of the newest it is that of the page
}

// NewLine makes the JSON form of a snapshot.
func NewLine(r Record) Line {
	at := func(t time.Time) cleaner.Time { return cleaner.Time{Time: t.In(sites.Zone)} }
	return Line{
		"article", r.Article, r.Site + "/" + r.Page.Page, r.Version.Number, at(r.Version.Captured), r.Version.Digest,
		r.State, at(r.FirstSeen), at(r.Version.LastSeen),
	}
}

// Put writes the record's line.
func (j *JSONLines) Put(r Record) error {
	return j.e.Encode(NewLine(r))
}
