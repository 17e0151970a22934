package search

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Query is what is looked for. Of several filters all must hold; of several values of one, any.
type Query struct {
	// Text is words, all of which must be there; "phrases in quotation marks"; field:word and
	// field:"phrase" with a field of [Fields]; -word and the like for what must not be there. What is
	// none of these is a word. A text without any mark finds words with and without marks; one with
	// marks finds the words as they are typed or, where nothing is found, whatever their marks.
	// What must not be there is always as it is typed where it has marks.
	Text string
	// Ever finds also what earlier versions said and the present one does not.
	Ever     bool
	Sites    []string  // newspapers; none: all
	Langs    []string  // languages, as [archive.PageInfo] has them
	States   []string  // states of pages, as [archive.PageInfo] has them
	Sections []string  // names of sections as the newspaper writes them
	From, To time.Time // published from From on, before To; zero is open
	Sort     Sort
	Limit    int // how many hits, 1 to [MostHits]; 0: 10
	Offset   int // how many to leave out before, at most [MostOffset]
	Facets   bool
}

// Sort is the order of hits.
type Sort string

// The orders.
const (
	Relevance Sort = ""       // the best first; of a query without words, the newest
	Newest    Sort = "newest" // by when they were published
	Oldest    Sort = "oldest"
)

const (
	// MostHits is how many hits are given at once.
	MostHits = 50
	// MostOffset is how many may come before them.
	MostOffset = 10_000
	// MostText is how many bytes of a query's text are read.
	MostText = 1000
	// MostWords is how many words of it are.
	MostWords = 32
)

// zone is the part of an article in which a word stands.
type zone uint8

const (
	inTitle zone = iota
	inLead
	inBody
	inCaption
	inByline
	inTag
	inSection
	allZones zone = iota
)

// Fields are the names of fields in a query and in snippets.
var Fields = []string{"title", "lead", "body", "caption", "byline", "tag", "section"}

func (z zone) String() string { return Fields[z] }

// zones is some of them.
type zones uint8

const everywhere zones = 1<<allZones - 1

func (s zones) has(z zone) bool { return s&(1<<z) != 0 }

// clause is one part of a query: a word, or several that stand one behind the other.
type clause struct {
	words []word
	in    zones
	not   bool
}

// simple reports whether a page fits by having the word, wherever it stands.
func (c clause) simple() bool { return len(c.words) == 1 && c.in == everywhere }

// exact reports whether a word of the clause is as it is typed, which all are where exact is: one that
// must not be there is where it has marks, or "nghe -nghề" would find nothing.
func (c clause) exact(w word, exact bool) bool { return exact || c.not && w.marked() }

// parsed is a query's text.
type parsed struct {
	clauses []clause
	marked  bool // a word that is looked for has marks
	cut     bool // it is longer than is read
}

// parse reads a query's text. Whatever is in it, it is one.
func parse(text string) (p parsed) {
	if len(text) > MostText {
		text, p.cut = strings.ToValidUTF8(text[:MostText], ""), true
	}
	known, n := words{}, 0
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		if text == "" {
			return p
		}
		c := clause{in: everywhere}
		if rest := strings.TrimPrefix(text, "-"); rest != text && startsWord(rest) {
			text, c.not = rest, true
		}
		if z, rest, ok := field(text); ok {
			text, c.in = rest, 1<<z
		}
		var chunk string
		chunk, text = cutChunk(text)
		eachWord(chunk, func(start, end int) {
			if n++; n > MostWords {
				p.cut = true
				return
			}
			w := known.of(chunk[start:end])
			c.words = append(c.words, w)
			p.marked = p.marked || w.marked() && !c.not
		})
		if len(c.words) > 0 {
			p.clauses = append(p.clauses, c)
		}
	}
}

// startsWord reports whether what follows a minus is what it is to exclude.
func startsWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return text != "" && !unicode.IsSpace(r) && r != '-'
}

// field reads the name of a field and a colon, where something follows.
func field(text string) (z zone, rest string, ok bool) {
	name, rest, ok := strings.Cut(text, ":")
	if !ok || !startsWord(rest) {
		return 0, text, false
	}
	for i, f := range Fields {
		if strings.EqualFold(name, f) {
			return zone(i), rest, true
		}
	}
	return 0, text, false
}

// quotes are marks that begin a phrase, each with the one that ends it.
var quotes = map[rune]string{'"': `"”`, '“': `”"`, '„': `“”"`, '«': `»`}

// cutChunk cuts a phrase in quotation marks, or what comes before the next blank or phrase.
func cutChunk(text string) (chunk, rest string) {
	r, n := utf8.DecodeRuneInString(text)
	if ends, ok := quotes[r]; ok {
		inside := text[n:]
		end := strings.IndexAny(inside, ends)
		if end < 0 {
			return inside, ""
		}
		_, n := utf8.DecodeRuneInString(inside[end:])
		return inside[:end], inside[end+n:]
	}
	end := strings.IndexFunc(text, func(r rune) bool {
		_, begins := quotes[r]
		return begins || unicode.IsSpace(r)
	})
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}
