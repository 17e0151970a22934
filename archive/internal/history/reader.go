package history

import (
	"cmp"

	"baoluu/archive/capture"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Reader reads and compares the articles of one newspaper in one generation. It lives as
// long as the [schema.Reader] that it reads from, and serves one goroutine.
type Reader struct {
	Within schema.Bounds // captures beyond are not looked at
	Known  Known
	Cache  *Cache // of commits before; nil: nothing is kept

	file       schema.Reader
	bodies     body.Store
	cleaner    Cleaner
	generation uint32
	again      map[uint64]*cleaner.Article // read by the present cleaner; nil where it refuses
	words      map[uint64]compare.Words    // of pages that were read to be compared
	prints     map[string]seen             // by digest, of pictures that were looked at
	needs      *bool                       // any are noted; nil: nobody asked
	compared   int                         // [Reader.Compared]
	bodiless   bool                        // a page was asked for whose body is not there
}

// Known is what need not be read from the file, or is not stored there yet, by the numbers
// of captures.
type Known struct {
	// Heads are used in place of the stored ones, while a re-clean tries articles that are not
	// stored.
	Heads    map[uint64]schema.ArticleHead
	Articles map[uint64]cleaner.Article
	Words    map[uint64]compare.Words // of their pages
}

// New gives a Reader of all captures in a newspaper's file.
func New(file schema.Reader, bodies body.Store, present Cleaner, generation uint32) *Reader {
	return &Reader{
		Within: schema.Unbounded(), Known: Known{Articles: map[uint64]cleaner.Article{}, Words: map[uint64]compare.Words{}},
		file: file, bodies: bodies, cleaner: present, generation: generation,
		again: map[uint64]*cleaner.Article{}, words: map[uint64]compare.Words{}, prints: map[string]seen{},
	}
}

// Compared is how many articles had to be read so far to be compared with another.
func (r *Reader) Compared() int { return r.compared }

// ArticleOf gives the number of the article that a capture has, with its head; 0 for none,
// with the head that says why, where one does.
func (r *Reader) ArticleOf(c capture.Capture) (n uint64, head schema.ArticleHead, err error) {
	for _, n := range []uint64{c.Number, c.RevisitOf} {
		if n == 0 {
			continue
		}
		found, ok, err := r.head(n)
		if err != nil {
			return 0, schema.ArticleHead{}, err
		}
		if ok && found.Refused == "" {
			return n, found.ArticleHead, nil
		}
		head.Refused = cmp.Or(head.Refused, found.Refused)
	}
	return 0, head, nil
}

// head reads the beginning of an article's record.
func (r *Reader) head(n uint64) (rec schema.Article, ok bool, err error) {
	if head, ok := r.Known.Heads[n]; ok {
		return schema.Article{ArticleHead: head}, true, nil
	}
	return schema.Articles(r.generation).Load(r.file, n)
}

// article reads article n.
func (r *Reader) article(n uint64) (cleaner.Article, error) {
	if a, ok := r.Known.Articles[n]; ok {
		return a, nil
	}
	rec, ok, err := r.head(n)
	switch {
	case err != nil:
		return cleaner.Article{}, err
	case !ok:
		return cleaner.Article{}, schema.Articles(r.generation).Damaged(n, "missing")
	case rec.Refused != "":
		return cleaner.Article{}, &cleaner.NotArticleError{Reason: rec.Refused}
	}
	var body []byte
	if rec.Dict != 0 {
		if body, err = r.bodies.Get(r.file, rec.Dict); err != nil {
			return cleaner.Article{}, schema.Articles(0).Name(n, err)
		}
	}
	return r.bodies.Pool.Article(n, rec, body)
}

// page reads the page of which article n was made.
func (r *Reader) page(n uint64) (capture.Capture, []byte, error) {
	c, err := schema.LoadCapture(r.file, n)
	if err != nil || c.Digest == "" {
		r.bodiless = true
		return c, nil, err
	}
	number, err := schema.BodyNumber(r.file, c.Digest)
	if err != nil || number == 0 {
		r.bodiless = true
		return c, nil, err
	}
	body, err := r.bodies.Get(r.file, number)
	return c, body, err
}

// reread reads the body of capture n again with the present cleaner; nil where
// that refuses it.
func (r *Reader) reread(n uint64) (*cleaner.Article, error) {
	if art, ok := r.again[n]; ok {
		return art, nil
	}
	c, body, err := r.page(n)
	if err != nil {
		return nil, err
	}
	r.again[n], _ = r.cleaner.Read(r.bodies.Site, c, body)
	return r.again[n], nil
}

// byPresent gives article n to be compared with one that the cleaner named other made: as it is
// stored where that is the same cleaner or the present one, else read again by the present one.
func (r *Reader) byPresent(n uint64, head schema.Article, other string) (*cleaner.Article, error) {
	if head.Cleaner == other || head.Cleaner == r.cleaner.Name(r.bodies.Site) {
		art, err := r.article(n)
		return &art, err
	}
	return r.reread(n)
}
