package generic

import (
	"slices"
	"strings"

	"baoluu/cleaner/internal/outline"
	"baoluu/cleaner/internal/phrases"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hint is what the class, id, role and itemprop of an element say of its
// content, in the words that page builders everywhere share. No word is here
// for the sake of one site.
type hint uint16

const (
	hintNav hint = 1 << iota
	hintShare
	hintRelated
	hintComment
	hintSignup
	hintAuthor
	hintCaption
	hintPopup
	hintForm
	hintTags
	hintNotes
	hintWall
	hintPoll
	hintOther   // another article, by its structure
	hintImprint // who publishes the newspaper, by its lines
	hintBody    // the article's own element
)

// hintsAgainst rule an element out. Each kind was taken away in turn on both
// halves of the tuning pages: without comments the score falls by 0.004,
// without author boxes and related boxes by 0.002, without popups and sign-up
// boxes by 0.001; the others cost nothing and save a little elsewhere. Words
// for tables of contents, headers, asides, dates and advertisements were tried
// and did not pay: they stand on wrappers of whole articles as often.
const hintsAgainst = hintNav | hintShare | hintRelated | hintComment | hintSignup | hintAuthor | hintCaption | hintPopup |
	hintForm | hintTags | hintNotes | hintWall | hintPoll | hintOther | hintImprint

// maxIDHint is the longest id that is read: a longer one is the slug of a
// heading, whose words are the article's.
const maxIDHint = 24

// hintOf reads the words of an element's attributes.
func hintOf(n *html.Node) hint {
	var h hint
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "id":
			if len(a.Val) <= maxIDHint {
				h |= hintOfWords(a.Val)
				if phrases.IsNoteID(a.Val) {
					h |= hintNotes
				}
			}
		case "class", "role", "itemprop":
			h |= hintOfWords(a.Val)
		case "type": // of boxes that editors' tools put in
			if n.DataAtom == atom.Div {
				h |= hintOfWords(a.Val)
			}
		}
	}
	return h
}

// hintsOf reads the words of all elements; not of those whose words say what
// the text in them is about.
func (o *survey) hintsOf() []hint {
	hints := make([]hint, len(o.Elems))
	within := make([]bool, len(o.Elems)) // or what calls itself so lies round it
	for i := range o.Elems {
		e := &o.Elems[i]
		h := hintOf(e.Node)
		within[i] = h&hintBody != 0 || e.In&outline.InMain != 0 || e.Node.DataAtom == atom.Article || e.Parent >= 0 && within[e.Parent]
		if h&hintsAgainst != 0 && o.Blocks[e.First].In&outline.InHeading != 0 {
			h &^= o.subject(e, h, within[i])
		}
		if h&hintPoll != 0 && !o.asks(e) {
			h &^= hintPoll
		}
		hints[i] = h
	}
	return hints
}

// asks tells a box in which readers vote: a few lines, none of them long. An
// article on a poll of voters has more to say.
func (o *survey) asks(e *outline.Element) bool {
	const most, longest = 12, 500
	return e.Last-e.First <= most && o.Blocks[e.Last-1].End-o.Blocks[e.First].Start <= longest
}

// subject gives those of an element's hints that come from the words of its
// heading. The id of "What is a cookie?" is "what-is-a-cookie", in whatever
// language: it names what the section is about, and what stands under such a
// heading is text like any other. Headings that everywhere begin something
// else ("Related articles") are named after themselves too. So are banners on
// cookies, which do not stand in the article.
func (o *survey) subject(e *outline.Element, h hint, article bool) hint {
	const longest = 200 // of a heading
	b := &o.Blocks[e.First]
	if !article && h&hintPopup != 0 || b.Size() > longest || phrases.IsEnding(o.Bytes(b)) {
		return 0
	}
	if e.Last > e.First+1 && !slices.ContainsFunc(o.Blocks[e.First+1:min(e.Last, e.First+4)], func(b outline.Block) bool { return b.Sentence() }) {
		return 0 // a box of links
	}
	words := strings.Fields(phrases.Slug(string(o.Bytes(b))))
	var about hint
	for _, a := range e.Node.Attr {
		if a.Key != "id" && a.Key != "class" {
			continue
		}
		for name := range strings.FieldsSeq(a.Val) {
			parts := strings.Fields(phrases.Slug(name))
			// A single word is as a rule the name of a box, also over a heading
			// that has it ("34 comments"); menus and banners have no headings of
			// three words, and do not stand in articles.
			named := len(parts) > 1 || article && len(words) > 2 && h&hintsAgainst&^(hintNav|hintPopup|hintForm|hintWall) == 0
			for _, part := range parts {
				named = named && slices.Contains(words, part)
			}
			if named {
				about |= hintOfWords(name)
			}
		}
	}
	return about & hintsAgainst
}

// leading is what a word says of the word behind it.
type leading uint8

const (
	leadingNothing leading = iota
	leadingArticle
	leadingPicture
	leadingLien // "liên quan", related
	leadingHas  // "has-caption" says what is in it, or is not
	leadingChu  // "chú thích", a caption
	leadingWord // a class that Word gives a paragraph for its style
)

// hintOfWords splits s into words, at whatever is no letter and where a small
// letter meets a capital, and joins what they say. "article-body" and the like
// count as one word.
func hintOfWords(s string) hint {
	var r hintReader
	lower := false // the letter before was small
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z':
			lower = true
		case 'A' <= c && c <= 'Z':
			if lower {
				r.end()
			}
			lower = false
			c += 'a' - 'A'
		default:
			r.end()
			lower = false
			if c == ' ' {
				r.before = leadingNothing
			}
			continue
		}
		if r.n < len(r.word) {
			r.word[r.n] = c
			r.n++
		}
	}
	r.end()
	return r.hint
}

// hintReader is what the words of a class said so far, and the word being read.
type hintReader struct {
	hint
	word   [24]byte // longer words say nothing
	n      int
	before leading // what the word before was
}

// end takes in the word that ends here.
func (r *hintReader) end() {
	if r.n == 0 {
		return
	}
	w, before := r.word[:r.n], r.before
	r.n = 0
	switch {
	case before == leadingWord && string(w) != "caption":
		return // the name of a style, to its end
	case before == leadingHas, len(w) == len(r.word):
		r.before = leadingNothing
		return
	}
	if r.before = leadingOf(w); r.before == leadingNothing {
		r.hint |= hintBehind(before, w)
	}
}

// leadingOf is what a word says of the one behind it.
func leadingOf(w []byte) leading {
	switch string(w) {
	case "article", "post", "entry", "story", "blog", "news":
		return leadingArticle
	case "image", "img", "photo", "picture", "pic", "media":
		return leadingPicture
	case "has", "without", "no":
		return leadingHas
	case "mso":
		return leadingWord
	case "lien":
		return leadingLien
	case "chu":
		return leadingChu
	}
	return leadingNothing
}

// hintBehind is what a word says behind another.
func hintBehind(before leading, w []byte) hint {
	switch string(w) {
	case "body", "content", "text":
		if before == leadingArticle {
			return hintBody
		}
	case "description", "desc", "legend", "copyright", "meta", "metadata", "info", "source":
		if before == leadingPicture {
			return hintCaption
		}
	case "thich":
		if before == leadingChu {
			return hintCaption
		}
	case "quan":
		if before == leadingLien {
			return hintRelated
		}
	default:
		return hintOfWord(w)
	}
	return 0
}

// hintOfWord knows single words.
func hintOfWord(w []byte) hint {
	switch string(w) {
	case "nav", "navbar", "navigation", "menu", "menus", "breadcrumb", "breadcrumbs", "crumbs", "pagination", "pager", "paging":
		return hintNav
	case "share", "shares", "sharing", "sharebar", "sharethis", "addtoany", "addthis", "social", "socials":
		return hintShare
	case "related", "relate", "recommend", "recommended", "recommendation", "recommendations", "recirc", "recirculation", "trending", "popular",
		"suggested", "similar", "upnext", "readmore", "promo", "promos", "promotion", "carousel", "slider", "cards", "lienquan":
		return hintRelated
	case "comment", "comments", "disqus", "respond", "replies", "binhluan", "tweet":
		return hintComment
	case "newsletter", "newsletters", "subscribe", "subscription", "signup", "optin", "cta":
		return hintSignup
	case "author", "authors", "bio", "byline", "contributor", "biography", "signature":
		return hintAuthor
	case "caption", "captions", "figcaption", "credit", "credits", "icaption", "imagecaption", "imagedescription", "imagetext", "chuthich":
		return hintCaption
	case "popup", "modal", "overlay", "lightbox", "cookie", "cookies", "consent", "gdpr", "dialog":
		return hintPopup
	case "paywall", "login", "tooltip":
		return hintWall
	case "form", "checkbox":
		return hintForm
	case "poll", "polls":
		return hintPoll
	case "tags":
		return hintTags
	case "references", "footnotes", "footnote", "disclaimer":
		return hintNotes
	case "articlebody":
		return hintBody
	}
	return 0
}
