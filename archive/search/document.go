package search

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
	"golang.org/x/text/unicode/norm"
)

// The fields of bleve's documents. Words are kept folded, without positions and counts: the page's
// words in their order have all that.
const (
	fieldWord    = "w" // folded forms of the words of the present version
	fieldEver    = "e" // of the words of what only earlier versions say
	fieldKey     = "k" // keyLang and so on, each with a value
	fieldForward = "f" // forward
)

// Kinds of keys.
const (
	keyLang    = "lang:"
	keyState   = "state:"
	keySection = "section:"
)

// passage is a text of an article with its place there.
type passage struct {
	zone zone
	text string
}

// passages are the texts of an article that are searched, in their order.
func passages(a *cleaner.Article) (list []passage) {
	add := func(z zone, texts ...string) {
		for _, t := range texts {
			if t != "" {
				list = append(list, passage{z, t})
			}
		}
	}
	add(inTitle, string(a.Title))
	add(inLead, string(a.Lead))
	for _, b := range a.Body {
		add(inBody, b.Text)
	}
	add(inCaption, a.Captions...)
	add(inByline, string(a.Byline))
	add(inTag, a.Tags...)
	add(inSection, a.Section...)
	return list
}

// gone are the passages of earlier versions that a later one has not.
func gone(now []passage, earlier [][]passage) (list []passage) {
	there := map[passage]bool{}
	for _, p := range now {
		there[p] = true
	}
	for _, version := range slices.Backward(earlier) {
		for _, p := range version {
			if !there[p] {
				there[p] = true
				list = append(list, p)
			}
		}
	}
	return list
}

// history is a page as the archive has it.
type history struct {
	page     archive.PageInfo
	versions []archive.Version
}

// readable reports whether there is anything to find it by.
func (h history) readable() bool {
	_, ok := archive.NewestLive(h.versions)
	return ok
}

// stamp is of what the archive says of the page.
func (h history) stamp() (stamp, error) {
	b, err := json.Marshal([]any{analyzer, h.page, h.versions})
	return stampOf(b), err
}

// texts are what the page's versions that can be read say: the newest, and the earlier ones.
type texts struct {
	now     cleaner.Article
	earlier [][]passage // the oldest first
}

// maxEarlier bounds how many earlier versions are looked at: the newest of them.
const maxEarlier = 64

func read(ctx context.Context, v *archive.View, h history) (t texts, err error) {
	live := slices.DeleteFunc(slices.Clone(h.versions), func(v archive.Version) bool { return v.State != capture.Live })
	live = live[max(0, len(live)-1-maxEarlier):]
	for i, version := range live {
		a, err := v.Article(ctx, version.Capture)
		if refused := (*cleaner.NotArticleError)(nil); errors.As(err, &refused) || errors.Is(err, archive.ErrNoPage) {
			continue // cleaned again since
		} else if err != nil {
			return texts{}, err
		}
		if i == len(live)-1 {
			t.now = a
		} else {
			t.earlier = append(t.earlier, passages(&a))
		}
	}
	return t, nil
}

// maker makes documents. It is for one goroutine.
type maker struct{ known words }

// document is a page as it is indexed.
func (m *maker) document(h history, t texts) (*document.Document, error) {
	s, err := h.stamp()
	if err != nil {
		return nil, err
	}
	now := passages(&t.now)
	words, ever := terms{}, terms{}
	codes := make([]byte, 0, len(t.now.Text))
	n := m.add(&codes, now, false, words)
	m.add(&codes, gone(now, t.earlier), true, ever)
	w := make(forward, 0, headSize)
	w = append(w, s[:]...)
	w = appendNumber(w, minutesOf(h.page.Published), lengthAt-publishedAt)
	w = appendNumber(w, uint64(n), tieAt-lengthAt)
	w = appendNumber(w, hashOf(h.page.Page), hintsAt-tieAt)
	w = appendWords(w, codes)
	keys := terms{}
	keys.add(keyLang + h.page.Language)
	keys.add(keyState + string(h.page.State))
	for _, section := range t.now.Section {
		keys.add(keySection + sectionName(section))
	}
	d := document.NewDocument(h.page.Page)
	for _, f := range []struct {
		name  string
		terms terms
	}{{fieldWord, words}, {fieldEver, ever}, {fieldKey, keys}} {
		if len(f.terms) > 0 {
			d.AddField(&termField{f.name, f.terms})
		}
	}
	d.AddField(&forwardField{termField{fieldForward, terms{".": &here}}, w})
	d.AddIDField()
	d.VisitFields(func(f index.Field) { f.Analyze() })
	return d, nil
}

// add adds passages' words, and tells how many they are.
func (m *maker) add(codes *[]byte, list []passage, ever bool, folded terms) (n int) {
	for _, p := range list {
		*codes = appendCode(*codes, block(p.zone, ever))
		eachWord(p.text, func(start, end int) {
			if len(*codes) >= maxWords*codeSize {
				return
			}
			w := m.known.of(p.text[start:end])
			folded.add(w.fold)
			*codes = appendCode(*codes, w.code)
			n++
		})
	}
	return n
}

// sectionName is a section's name as it is kept and asked for.
func sectionName(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

// terms are the terms of a field.
type terms index.TokenFrequencies

// here says of a term that it is there, and no more.
var here index.TokenFreq

func (t terms) add(s string) {
	if s != "" {
		t[s] = &here
	}
}

// termField has terms that are found, without positions and counts.
type termField struct {
	name  string
	terms terms
}

func (f *termField) Name() string             { return f.name }
func (f *termField) ArrayPositions() []uint64 { return nil }
func (f *termField) Options() index.FieldIndexingOptions {
	return index.IndexField | index.SkipFreqNorm
}
func (f *termField) Analyze()                  {}
func (f *termField) Value() []byte             { return nil }
func (f *termField) NumPlainTextBytes() uint64 { return 0 }
func (f *termField) Size() int                 { return len(f.terms) }
func (f *termField) EncodedFieldType() byte    { return 't' }
func (f *termField) AnalyzedLength() int       { return 0 }
func (f *termField) AnalyzedTokenFrequencies() index.TokenFrequencies {
	return index.TokenFrequencies(f.terms)
}

// forwardField is a value of bytes that is kept with a document, uncompressed and by itself, so that
// it is read where it lies. bleve takes one from fields that are shapes on a map, and keeps it, through
// merges, too, if the field has a term.
type forwardField struct {
	termField
	value []byte
}

func (f *forwardField) Options() index.FieldIndexingOptions {
	return index.IndexField | index.SkipFreqNorm | index.DocValues | index.SkipDVChunking | index.SkipDVCompression
}
func (f *forwardField) GeoShape() (index.GeoJSON, error) { return nil, nil }
func (f *forwardField) EncodedShape() []byte             { return f.value }
