package corpus

import (
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"baoluu/cleaner"
)

// row is a [Line] as Parquet has it: the same fields in the same order, null where the line has
// null. Times are moments in UTC, to the millisecond.
type row struct {
	Type          string    `parquet:"type,dict"`
	Site          string    `parquet:"site,dict"`
	URL           string    `parquet:"url"`
	ID            *string   `parquet:"id"`
	Language      *string   `parquet:"language,dict"`
	Title         *string   `parquet:"title"`
	Kicker        *string   `parquet:"kicker"`
	Lead          *string   `parquet:"lead"`
	Dateline      *string   `parquet:"dateline,dict"`
	Byline        *string   `parquet:"byline"`
	Source        *string   `parquet:"source,dict"`
	Published     *int64    `parquet:"published,timestamp(millisecond)"`
	PublishedFrom *string   `parquet:"published_from,dict"`
	Modified      *int64    `parquet:"modified,timestamp(millisecond)"`
	Section       []string  `parquet:"section,list"`
	Tags          []string  `parquet:"tags,list"`
	Captions      []string  `parquet:"captions,list"`
	Images        []image   `parquet:"images,list"`
	Body          []block   `parquet:"body,list"`
	Related       []related `parquet:"related,list"`
	Text          string    `parquet:"text"`
	Layout        string    `parquet:"layout,dict"`
	Cleaner       string    `parquet:"cleaner,dict"`
	Notes         []string  `parquet:"notes,list"`
	Page          string    `parquet:"page"`
	Version       int32     `parquet:"version"`
	Captured      int64     `parquet:"captured,timestamp(millisecond)"`
	Digest        string    `parquet:"digest"`
	State         string    `parquet:"state,dict"`
	FirstSeen     int64     `parquet:"first_seen,timestamp(millisecond)"`
	LastSeen      int64     `parquet:"last_seen,timestamp(millisecond)"`
	Topic         *string   `parquet:"topic,dict"`
	TextLanguage  *string   `parquet:"text_language,dict"`
	Chars         int32     `parquet:"chars"`
	Words         int32     `parquet:"words"`
	Boilerplate   int32     `parquet:"boilerplate"`
	Repeated      int32     `parquet:"repeated"`
	Labels        []string  `parquet:"labels,list"`
	Cluster       *string   `parquet:"cluster"`
	ClusterSize   *int32    `parquet:"cluster_size"`
}

type image struct {
	URL     string  `parquet:"url"`
	Caption *string `parquet:"caption"`
	Credit  *string `parquet:"credit"`
}

type block struct {
	Kind    string  `parquet:"kind,dict"`
	Time    *string `parquet:"time"`
	Speaker *string `parquet:"speaker"`
	Text    string  `parquet:"text"`
}

type related struct {
	URL   string `parquet:"url"`
	Title string `parquet:"title"`
}

// rowOf is a line as a row.
func rowOf(l Line) row {
	r := row{
		Type: l.Type, Site: l.Site, URL: l.URL, ID: nullable(l.ID), Language: nullable(l.Language), Title: nullable(l.Title), Kicker: nullable(l.Kicker),
		Lead: nullable(l.Lead), Dateline: nullable(l.Dateline), Byline: nullable(l.Byline), Source: nullable(l.Source),
		Published: nullableTime(l.Published), PublishedFrom: nullable(l.PublishedFrom), Modified: nullableTime(l.Modified),
		Section: l.Section, Tags: l.Tags, Captions: l.Captions, Text: l.Text, Layout: l.Layout, Cleaner: l.Cleaner, Notes: l.Notes,
		Page: l.Page, Version: int32(l.Version), Captured: l.Captured.UnixMilli(), Digest: l.Digest, State: string(l.State),
		FirstSeen: l.FirstSeen.UnixMilli(), LastSeen: l.LastSeen.UnixMilli(),
		Topic: nullable(l.Topic), TextLanguage: nullable(l.TextLanguage), Chars: int32(l.Chars), Words: int32(l.Words),
		Boilerplate: int32(l.Boilerplate), Repeated: int32(l.Repeated), Cluster: nullable(l.Cluster),
	}
	if l.ClusterSize != nil {
		size := int32(*l.ClusterSize)
		r.ClusterSize = &size
	}
	for _, label := range l.Labels {
		r.Labels = append(r.Labels, string(label))
	}
	for _, i := range l.Images {
		r.Images = append(r.Images, image{i.URL, nullable(i.Caption), nullable(i.Credit)})
	}
	for _, b := range l.Body {
		r.Body = append(r.Body, block{string(b.Kind), nullable(b.Time), nullable(b.Speaker), b.Text})
	}
	for _, to := range l.Related {
		r.Related = append(r.Related, related(to))
	}
	return r
}

func nullable[T ~string](t T) *string {
	if t == "" {
		return nil
	}
	s := string(t)
	return &s
}

func nullableTime(t cleaner.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}

// A row group is closed at so many bytes of text, or rows: as much is held in memory.
const (
	groupBytes = 32 << 20
	groupRows  = 50_000
)

// table writes Parquet.
type table struct {
	w     *parquet.GenericWriter[row]
	row   [1]row
	bytes int
	rows  int
}

// bounded are the columns whose least and greatest values stand beside their pages, so that a
// reader can pass over pages. Of texts these would be texts, of whatever length.
var bounded = []string{"site", "page", "version", "published", "modified", "captured", "first_seen", "last_seen"}

func newTable(w io.Writer) *table {
	options := []parquet.WriterOption{parquet.Compression(&parquet.Zstd), parquet.CreatedBy("baoluu", "1", ""), parquet.DataPageStatistics(false)}
	for _, column := range parquet.SchemaOf(row{}).Columns() {
		if !slices.Contains(bounded, column[0]) {
			options = append(options, parquet.SkipPageBounds(column...))
		}
	}
	return &table{w: parquet.NewGenericWriter[row](w, options...)}
}

func (t *table) put(l Line) error {
	t.row[0] = rowOf(l)
	if _, err := t.w.Write(t.row[:]); err != nil {
		return err
	}
	t.rows++
	t.bytes += textBytes(l)
	if t.bytes < groupBytes && t.rows < groupRows {
		return nil
	}
	t.bytes, t.rows = 0, 0
	return t.w.Flush()
}

// textBytes is how many bytes of text a row has, near enough: the text stands in its blocks again,
// and a page may be all captions or links.
func textBytes(l Line) int {
	n := len(l.Text)
	for _, text := range l.Texts() {
		n += len(*text)
	}
	for _, i := range l.Images {
		n += len(i.URL)
	}
	for _, to := range l.Related {
		n += len(to.URL)
	}
	return n
}

func (t *table) close() error { return t.w.Close() }
