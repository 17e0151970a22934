package crawler

import (
	"crypto/sha256"
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
//     its articles again; one that does not keep it is believed where no other
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

// samePages gathers what a run learns of pages that are one, and gives the aliases that it
// proves.
type samePages struct {
	claims map[string][]claim      // that wait for a proof, by the page that they name
	prints map[string]articlePrint // of the pages so named, once they are fetched
	moves  map[string][]string     // pages that redirects lead from, by the page that they lead to
}

func newSamePages() *samePages {
	return &samePages{make(map[string][]claim), make(map[string]articlePrint), make(map[string][]string)}
}

// identify gives what a result proves.
func (s *samePages) identify(res result) (proven []capture.Alias) {
	e := res.entry
	if claims := s.claims[e.Page]; len(claims) > 0 && res.print != (articlePrint{}) {
		for _, c := range claims {
			if c.print == res.print {
				proven = append(proven, c.alias())
			}
		}
		delete(s.claims, e.Page)
		s.prints[e.Page] = res.print
	}
	if to := res.moved; to.Page != "" {
		if sameSlug(e.URL, to.URL) {
			proven = append(proven, moved(e.Page, to.Page))
		} else if len(s.moves[to.Page]) < maxClaims {
			s.moves[to.Page] = append(s.moves[to.Page], e.Page)
		}
	}
	return proven
}

// weigh reports whether a claim is proven, and what by; and where nothing is known, whether the
// article that it names is wanted for the proof. [samePages.await] then holds the claim.
func (s *samePages) weigh(c claim) (a capture.Alias, proven, wanted bool) {
	if print, ok := s.prints[c.of.Page]; ok {
		return c.alias(), c.print == print, false
	}
	return a, false, len(s.claims[c.of.Page]) < maxClaims
}

// await holds a claim until the article that it names is fetched.
func (s *samePages) await(c claim) { s.claims[c.of.Page] = append(s.claims[c.of.Page], c) }

// awaits reports whether a claim waits for the text of a page.
func (s *samePages) awaits(page string) bool { return len(s.claims[page]) > 0 }

// last gives, at the run's end, the redirects to an article that no other page was sent to.
func (s *samePages) last() (proven []capture.Alias) {
	for of, pages := range s.moves {
		if len(pages) == 1 {
			proven = append(proven, moved(pages[0], of))
		}
	}
	return proven
}

// alias is what a claim proves where the two articles read the same.
func (c claim) alias() capture.Alias {
	return capture.Alias{Page: c.page, Of: c.of.Page, Why: "canonical"}
}

// moved is what a permanent redirect proves.
func moved(page, of string) capture.Alias {
	return capture.Alias{Page: page, Of: of, Why: "moved permanently"}
}

// slugEnd is what follows the words of an article's address: number and ending.
var slugEnd = regexp.MustCompile(`([-/]?(post|n|t)?\d+)?/?(\.[a-z]+)?$`)

// sameSlug reports whether two addresses of articles name them by the same words.
func sameSlug(a, b string) bool {
	slug := func(address string) string {
		_, rest, _ := strings.Cut(address, "://")
		name := path.Base(slugEnd.ReplaceAllString(strings.TrimSuffix(rest, "/"), ""))
		return strings.ToLower(name)
	}
	s := slug(a)
	return strings.Contains(s, "-") && s == slug(b)
}
