package markup

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/net/html"
)

// The budget of one page's markup. A parser of HTML5 makes of a page what the page wants:
// elements that nobody wrote, a copy of an attribute for each of them. What it will cost is
// counted before it sees a byte (see survey), whatever the page is made of. In brackets stands what
// the worst of 712 sound pages has, of 120 newspapers.
const (
	// maxTree is how many bytes the tree may take. (27 MB)
	maxTree = 96 << 20
	// maxCleared bounds tags times attributes of one tag: for each tag the parser clears a
	// table, as large as the tag with the most attributes has made it. (2.6 million)
	maxCleared = 1 << 28
	// maxRepeated bounds how often a tag of html or body comes, times their attributes: each
	// time the parser makes a table of all of them. (52)
	maxRepeated = 1 << 20
	// maxLooked bounds how often the bytes in quotes, comments and scripts are looked at, for
	// tags within tags. (0.9)
	maxLooked = 6
)

// Reader is a page's text, in UTF-8, as it is to be parsed: without code ([stripCode]). It
// is an error, [ErrHostile], where that would take a parser far more time or memory than any
// page does. Asking takes a twentieth of the time of parsing.
func Reader(text []byte) (io.Reader, error) {
	kept := stripCode(text)
	s := survey{mayLook: maxLooked*len(text) + 1<<18}
	for _, piece := range kept {
		if err := s.read(piece, len(piece)); err != nil {
			return nil, err
		}
	}
	return &kept, nil
}

// ErrHostile is returned for a page that would take a parser far more time or memory than
// any page does, by the tags and attributes it has or by formatting left open, and for one
// whose elements are nested deeper than the parser's limit of 512.
var ErrHostile = errors.New("hostile markup")

// Parse builds the tree of a text that is within the budget.
func Parse(text []byte) (*html.Node, error) {
	stripped, err := Reader(text)
	if err != nil {
		return nil, err
	}
	root, err := html.Parse(stripped)
	if err != nil {
		// The parser fails on nothing but its limit: the reader cannot fail.
		return nil, fmt.Errorf("%w: elements nested too deep: %w", ErrHostile, err)
	}
	return root, nil
}

// survey counts what a parser will have to do. It counts more than there is, never less,
// for it does not know what a parser takes for a tag: whatever may be one counts, in
// comments, in scripts and in another tag's quotes.
//
// What makes that hard is formatting. A browser opens every <b> that was left open again in
// each new block, and so does the parser. Of a formatting element it is seen whether it is
// closed for certain, wherever it stands: its own end tag comes, before anything comes
// within which that may be another's, or before so many blocks are opened inside that it
// closes not all that it would. Of all others it is taken that they are open for ever.
type survey struct {
	tags       int
	attributes int // of all tags
	most       int // of one tag
	roots      int // tags of html and body
	rooted     int // their attributes

	pending  []pendingFormat // formatting elements that may still be closed for certain
	blocks   []tagID         // that are open around and in them
	open     int             // bytes of the formatting elements that are open for ever
	reopened int             // bytes of what is made of those that are open
	mayLook  int             // bytes in quotes, comments and scripts
}

type pendingFormat struct {
	name   tagID
	bytes  int // of it, as often as it is opened again
	blocks int // that were open around it
}

// What a node and an attribute take, with their names and values, in bytes.
const (
	nodeBytes      = 128
	attributeBytes = 128 // its tokenizer keeps a table of them, too
)

const (
	// maxPending bounds the formatting elements within one another that are looked at.
	maxPending = 32
	// maxInside is how many blocks an end tag is taken out of: HTML's "adoption agency" goes
	// round eight times.
	maxInside = 8
)

// read counts what begins in the first bytes of a text, so many of them. The text begins
// outside of tags.
func (s *survey) read(text []byte, length int) error {
	var ends map[tagID]int // where the elements of a name, or comments, end next
	checked := s.tags
	for at := 0; ; {
		i := bytes.IndexByte(text[min(at, length):length], '<')
		at += i + 1
		if i < 0 || at == len(text) {
			return s.check()
		}
		switch {
		case text[at] == '!', text[at] == '?':
			at = s.comment(text[:length], at, &ends)
		case IsLetterAt(text, at):
			at = s.start(text, at, length, &ends)
		case text[at] == '/' && IsLetterAt(text, at+1):
			s.end(tagIDOf(text[at+1:]))
			_, length := attributesIn(text[at+1:])
			at += 1 + length
		default:
			continue // text
		}
		if s.tags-checked > 256 || s.mayLook < 0 {
			checked = s.tags
			if err := s.check(); err != nil {
				return err
			}
		}
	}
}

// inside counts what would be tags if what is around them were not as it seems: in quotes,
// in comments, in scripts. The last of them may go on behind it.
func (s *survey) inside(text []byte, length int) {
	if bytes.IndexByte(text[:length], '<') < 0 {
		return
	}
	if s.mayLook -= length; s.mayLook < 0 {
		return
	}
	in := survey{mayLook: s.mayLook}
	in.read(text, length) //nolint:errcheck // the sum is checked
	in.doubt()
	s.tags += in.tags
	s.attributes += in.attributes
	s.most = max(s.most, in.most)
	s.roots += in.roots
	s.rooted += in.rooted
	s.mayLook = in.mayLook
	s.open += in.open
	s.reopened += in.reopened
	s.reopen(in.tags)
}

// comment counts a comment or declaration, and gives where to go on.
func (s *survey) comment(text []byte, at int, ends *map[tagID]int) int {
	s.tags++
	begin := at + len("!--")
	if !bytes.HasPrefix(text[at:], []byte("!--")) {
		s.doubt()
		return at + 1
	}
	if begin == len(text) {
		return begin // what was within is emptied already
	}
	end := nextEnd(ends, 0, begin, func() int { return After(text, begin, "-->") })
	inner := bytes.TrimSuffix(text[begin:end], []byte("-->"))
	if len(inner) == end-begin || len(inner) > 0 && (inner[0] == '>' || inner[0] == '-') || bytes.Contains(inner, []byte("--!>")) {
		s.doubt()
		return begin
	}
	s.inside(text[begin:], len(inner))
	return end
}

// nextEnd is where something ends that was looked for, from one place after the other.
func nextEnd(ends *map[tagID]int, name tagID, from int, find func() int) int {
	end, ok := (*ends)[name]
	if !ok || end < from {
		end = find()
		if *ends == nil {
			*ends = map[tagID]int{}
		}
		(*ends)[name] = end
	}
	return end
}

// start counts a start tag, and gives where to go on. What ends it may lie behind length.
func (s *survey) start(text []byte, at, length int, ends *map[tagID]int) int {
	attributes, size := attributesIn(text[at:])
	s.inside(text[at:], size)
	s.tags++
	s.attributes += attributes
	s.most = max(s.most, attributes)
	behind := at + size
	s.mayLook -= max(0, behind-length)
	name := tagIDOf(text[at:])
	kind := kindOfTag(name)
	if kind == formattingTag {
		if name == tagA || name == tagNobr { // one closes the one before
			s.close(name)
			s.reopen(1)
		}
		if len(s.pending) == maxPending {
			s.giveUp()
		}
		s.pending = append(s.pending, pendingFormat{name, nodeBytes + attributes*attributeBytes, len(s.blocks)})
		return behind
	}
	s.reopen(1)
	switch kind {
	case voidTag:
		return behind
	case rawTag:
		text := text[:max(length, behind)]
		if len(text)-behind <= 1 {
			return behind // what was within is emptied already
		}
		end := nextEnd(ends, name, behind, func() int { return NextTag(text, behind, "</", TagName(text[at:])) })
		if raw := text[behind:end]; len(raw) <= 1 || end < len(text) && (name != tagSVG || isDrawing(raw)) && !bytes.Contains(raw, []byte("<!--")) {
			s.inside(text[behind:], len(raw))
			return end
		}
		s.doubt()
		return behind
	case hedgeTag:
		s.doubt()
	case rootTag:
		if attributes > 0 {
			s.roots++
			s.rooted += attributes
		}
	}
	s.reopened += s.open // an end tag takes them out of this block
	if len(s.pending) > 0 {
		s.blocks = append(s.blocks, name)
		for len(s.pending) > 0 && len(s.blocks)-s.pending[0].blocks > maxInside {
			s.giveUp()
		}
	}
	if len(s.pending) == 0 {
		s.blocks = s.blocks[:0]
	}
	return behind
}

func (s *survey) end(name tagID) {
	s.tags++
	if kindOfTag(name) == formattingTag {
		s.close(name)
		s.reopen(1)
		return
	}
	s.reopen(1)
	if n := len(s.blocks); n > 0 && name != 0 && s.blocks[n-1] == name {
		s.blocks = s.blocks[:n-1]
		for i := len(s.pending) - 1; i >= 0 && s.pending[i].blocks > n-1; i-- {
			s.pending[i].blocks = n - 1
		}
	}
}

// reopen counts what so many tags may take out of formatting, to be opened again behind each.
func (s *survey) reopen(tags int) {
	bytes := s.open
	for _, p := range s.pending {
		bytes += p.bytes
	}
	s.reopened += tags * bytes
}

// close closes the last formatting element of a name.
func (s *survey) close(name tagID) {
	for i := len(s.pending) - 1; i >= 0; i-- {
		if p := s.pending[i]; p.name == name {
			s.reopened += p.bytes * max(0, len(s.blocks)-p.blocks) // once outside of each block, once within
			s.pending = append(s.pending[:i], s.pending[i+1:]...)
			break
		}
	}
	if len(s.pending) == 0 {
		s.blocks = s.blocks[:0]
	}
}

// giveUp takes the outermost formatting element for one that is never closed.
func (s *survey) giveUp() {
	s.open += s.pending[0].bytes
	s.pending = append(s.pending[:0], s.pending[1:]...)
}

// doubt takes all of them for such.
func (s *survey) doubt() {
	for len(s.pending) > 0 {
		s.giveUp()
	}
	s.blocks = s.blocks[:0]
}

func (s *survey) check() error {
	// A tag makes an element, seldom two, and there may be text behind it.
	tree := s.tags*2*nodeBytes + s.attributes*attributeBytes + s.reopened
	switch {
	case tree > maxTree:
		return fmt.Errorf("%w: %d tags, %d attributes, formatting left open (%d MB)", ErrHostile, s.tags, s.attributes, s.reopened>>20)
	case s.most*s.tags > maxCleared:
		return fmt.Errorf("%w: %d attributes in one tag", ErrHostile, s.most)
	case s.mayLook < 0:
		return fmt.Errorf("%w: tags within tags", ErrHostile)
	case s.roots*s.rooted > maxRepeated:
		return fmt.Errorf("%w: html and body %d times", ErrHostile, s.roots)
	}
	return nil
}
