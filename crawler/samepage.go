package crawler

import (
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"strings"

	"baoluu/archive/capture"
	"baoluu/cleaner"
)

// An article's id says which page it is, whatever the slug, section and host of
// its address. Two ids are one page only where that is proven, for joining
// cannot be undone:
//
//   - by a permanent redirect that keeps the slug, as when a newspaper numbers
//     its articles anew; one that does not keep it is believed where no other
//     page of the run leads to the same article, for a newspaper also sends the
//     readers of many dead articles to one;
//   - by a canonical link to an article that was fetched after it and reads the
//     same, word for word. A template at fault has many pages name one; and a cache
//     at fault gives the other article's page for once: so a page has to say it on a
//     second look, and the archive not to find that it stands in.

// maxClaims bounds how many pages that name one article are remembered.
const maxClaims = 16

// claim is a page's word that it is another one.
type claim struct {
	page  string
	print articlePrint
	of    capture.Entry // the other one
}

// articlePrint is what two articles that read the same have in common; zero is
// no article.
type articlePrint [sha256.Size]byte

func printOf(a *cleaner.Article) articlePrint { return sha256.Sum256([]byte(a.Text)) }

// identify joins pages that a result shows to be one.
func (r *run) identify(res result) {
	e := res.entry
	if claims := r.claims[e.Page]; len(claims) > 0 && res.print != (articlePrint{}) {
		for _, c := range claims {
			r.compare(c, res.print)
		}
		delete(r.claims, e.Page)
		r.prints[e.Page] = res.print
	}
	if to := res.moved; to.Page != "" {
		if sameSlug(e.URL, to.URL) {
			r.join(e.Page, to.Page, movedForGood)
		} else if len(r.moves[to.Page]) < maxClaims {
			r.moves[to.Page] = append(r.moves[to.Page], e.Page)
		}
	}
}

// weigh believes a claim where it is proven, or has the proof fetched.
func (r *run) weigh(c claim) error {
	if print, ok := r.prints[c.of.Page]; ok {
		r.compare(c, print)
	} else if len(r.claims[c.of.Page]) < maxClaims {
		return r.prove(c)
	}
	return nil
}

// compare believes a claim where the two articles read the same.
func (r *run) compare(c claim, print articlePrint) {
	if c.print == print {
		r.join(c.page, c.of.Page, "canonical")
	}
}

const movedForGood = "moved permanently"

// prove has the article fetched that a page names as canonical, whole, even if
// it is known.
func (r *run) prove(c claim) error {
	of := c.of
	known, ok, err := r.store.Entry(r.ctx, r.site.Name, of.Page)
	if err != nil {
		return fmt.Errorf("look up %s: %w", of.URL, err)
	}
	if ok && known.Page == c.page {
		return nil // joined long ago
	}
	if ok && of.Class == capture.Fresh {
		of.Class = capture.Again
	}
	r.claims[of.Page] = append(r.claims[of.Page], c)
	return r.enqueue(of)
}

// join says that page is of from now on.
func (r *run) join(page, of, why string) {
	r.batch.Aliases = append(r.batch.Aliases, capture.Alias{Page: page, Of: of, Why: why})
	// What is looked after from now on is the page's own address.
	delete(r.batch.entries, page)
}

// joinMoved believes, at the run's end, the redirects to an article that no
// other page was sent to.
func (r *run) joinMoved() {
	for of, pages := range r.moves {
		if len(pages) == 1 {
			r.join(pages[0], of, movedForGood)
		}
	}
}

// slugEnd is what follows the words of an article's address: number and ending.
var slugEnd = regexp.MustCompile(`([-/]?(post|n|t)?\d+)?/?(\.[a-z]+)?$`)

// sameSlug tells whether two addresses of articles name them by the same words.
func sameSlug(a, b string) bool {
	slug := func(address string) string {
		_, rest, _ := strings.Cut(address, "://")
		name := path.Base(slugEnd.ReplaceAllString(strings.TrimSuffix(rest, "/"), ""))
		return strings.ToLower(name)
	}
	s := slug(a)
	return strings.Contains(s, "-") && s == slug(b)
}
