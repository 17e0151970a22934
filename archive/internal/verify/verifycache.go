package verify

import (
	"hash/maphash"
	"slices"

	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
)

// What verify remembers of records that it found intact, so that whatever refers to them
// need not read and decode them again: beyond unpacking bodies, verify would mostly do
// that. What is not remembered (the rest of a very large newspaper, what was looked at
// before a stop, what a commit brought since) is read from the file, and so is whatever
// does not agree: facts only ever say that something is intact.
type facts struct {
	seed maphash.Seed
	list []fact // by the numbers of captures
}

// fact is what is remembered of one capture. Texts are hashes of 64 bits by a seed of
// this run: damage goes unseen once in 2^64.
type fact struct {
	page    uint64 // the page that it is of, aliases followed
	url     uint64
	at      int64  // milliseconds since 1970
	body    uint64 // digest of the body of its number
	article uint64 // digest of the article of its number
	needs   uint64 // see [facts.note]
	state   uint8  // index in states
	depth   uint8  // of the body
	own     bool   // a live page with a body of its own
	// Which of them were found.
	capture, hasBody, hasArticle bool
}

// maxFacts bounds the memory: 56 MiB.
const maxFacts = 1 << 20

// newFacts has room for captures up to number last, but for no more of them than a file of
// size bytes can hold: a damaged file may give any number as its last.
func newFacts(last uint64, size int64) facts {
	return facts{seed: maphash.MakeSeed(), list: make([]fact, min(last+1, maxFacts, uint64(size)/minCapture+1))}
}

// minCapture is fewer bytes than the records of any capture take.
const minCapture = 64

func (f *facts) hash(s string) uint64 { return maphash.String(f.seed, s) }

// of is what is remembered of a number; nothing, where there is no room for it.
func (f *facts) of(n uint64) *fact {
	if n >= uint64(len(f.list)) {
		return &fact{}
	}
	return &f.list[n]
}

// states that a fact can tell.
func states() []capture.State {
	return []capture.State{capture.Live, capture.Gone, capture.Moved, capture.Blocked, capture.Broken}
}

// addCapture remembers a capture of a page; aliases were followed.
func (f *facts) addCapture(c capture.Capture, page string) {
	state := slices.Index(states(), c.State)
	if state < 0 {
		return
	}
	to := f.of(c.Number)
	to.page, to.url, to.at, to.state = f.hash(page), f.hash(c.URL), c.Time.UnixMilli(), uint8(state)
	to.own, to.capture = ownsBody(c), true
}

func (f *facts) addBody(n uint64, head schema.BodyHead) {
	if head.Depth > schema.MaxSteps {
		return
	}
	to := f.of(n)
	to.body, to.depth, to.hasBody = f.hash(head.Digest), uint8(head.Depth), true
}

func (f *facts) addArticle(n uint64, head schema.ArticleHead) {
	to := f.of(n)
	to.article, to.hasArticle = f.hash(head.Digest), head.Refused == ""
}

// note adds an asset to what a capture is known to need, or takes it out again: once each list of needs
// was added, and each entry of the index taken out, nothing is left of those that agree.
func (f *facts) note(n uint64, asset string, add bool) {
	if h := f.hash(asset); add {
		f.of(n).needs += h
	} else {
		f.of(n).needs -= h
	}
}

// isCapture reports whether a capture is known to be of this page and time.
func (f *facts) isCapture(page string, m schema.Position) bool {
	of := f.of(m.Number)
	return of.capture && of.at == m.At && of.page == f.hash(page)
}

// isBody reports whether a body is known to have this digest.
func (f *facts) isBody(n uint64, digest string) bool {
	of := f.of(n)
	return of.hasBody && of.body == f.hash(digest)
}

// isArticle reports whether an article is known to have this digest.
func (f *facts) isArticle(n uint64, digest string) bool {
	of := f.of(n)
	return of.hasArticle && of.article == f.hash(digest)
}

// depth is how many steps a body is known to be from one that stands alone.
func (f *facts) depth(n uint64) (depth int, known bool) {
	of := f.of(n)
	return int(of.depth), of.hasBody
}

// isPage reports whether a page is known to be what its captures make of it.
func (f *facts) isPage(rec schema.Page, positions []schema.Position) bool {
	counted := schema.Page{ID: rec.ID, Base: rec.Base}
	for _, m := range positions {
		of := f.of(m.Number)
		if !of.capture {
			return false
		}
		c := capture.Capture{Number: m.Number, State: states()[of.state], Kind: capture.Revisit}
		if of.own {
			c.Kind, c.Digest = capture.Response, "some"
		}
		counted.Count(c, m)
	}
	if len(positions) == 0 || f.of(counted.Newest.Number).url != f.hash(rec.URL) {
		return false
	}
	counted.URL = rec.URL
	return counted == rec
}

// ownsBody reports whether a capture is a live page that brought its body.
func ownsBody(c capture.Capture) bool {
	return c.State == capture.Live && c.Kind != capture.Revisit && c.Digest != ""
}
