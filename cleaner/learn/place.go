package learn

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"baoluu/sites"
)

// place is an address, taken apart.
type place struct {
	url   string // as [sites.Address] spells it
	host  string
	path  string // decoded, as forms match it
	query string
	dirs  []string // folders of the path
	last  string   // its last segment, without ending
	end   string   // ".html"; "" of a folder
}

// endings are what the last segment of a path ends with.
var endings = regexp.MustCompile(`\.[A-Za-z]{2,5}$`)

// mostFolders bounds the folders of an address that are looked at; one with more, or with one that has no name,
// is no article's.
const mostFolders = 10

// nobody owns no host: it understands any address.
var nobody sites.Site

// placeOf takes an absolute address apart; false for what is none.
func placeOf(raw string) (place, bool) {
	a, err := nobody.Address(raw)
	if err != nil {
		return place{}, false
	}
	u, err := url.Parse(a.URL)
	if err != nil {
		return place{}, false
	}
	p := place{url: a.URL, host: u.Hostname(), path: u.Path, query: u.RawQuery}
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(segments) > mostFolders || strings.Contains(u.Path, "//") {
		return place{}, false
	}
	p.dirs, p.last = segments[:len(segments)-1], segments[len(segments)-1]
	if !strings.HasSuffix(u.Path, "/") {
		p.end = endings.FindString(p.last)
		p.last = strings.TrimSuffix(p.last, p.end)
	}
	return p, true
}

// isFront reports whether it is the address of a front page, of an edition's too.
func (p *place) isFront() bool {
	return p.query == "" && len(p.dirs) == 0 && (p.last == "" || isLanguage(p.last) && p.end == "")
}

// edition is the language that the first folder names, "" where it names none.
func (p *place) edition() string {
	if len(p.dirs) > 0 && isLanguage(p.dirs[0]) {
		return p.dirs[0]
	}
	if len(p.dirs) == 0 && p.end == "" && isLanguage(p.last) {
		return p.last
	}
	return ""
}

// languages are those in which newspapers of Vietnam have editions.
var languages = []string{"vi", "en", "fr", "zh", "ru", "es", "ja", "ko", "lo", "km", "de", "th"}

func isLanguage(s string) bool { return slices.Contains(languages, s) }

// A token is what an address numbers an article by: letters and digits at the end of its last
// segment, or at its beginning. Its pattern has # for each run of digits: "post#", "#ca#".
var (
	behind = regexp.MustCompile(`(?:^|[-_.,])([A-Za-z]{0,6}\d{1,20}(?:[A-Za-z]{1,3}\d{1,20})?)$`)
	before = regexp.MustCompile(`^([A-Za-z]{0,2}\d{3,20})[-_.]`)
	runs   = regexp.MustCompile(`\d+`)
	folder = regexp.MustCompile(`^(?:\d{1,20}|[a-z]{1,3}\d{1,20}(?:-\d{1,20})?)$`)
)

// spot says where in an address of its kind the number stands.
type spot int

const (
	nowhere  spot = iota // a slug is all that names it
	atEnd                // /slug-123.html
	atStart              // /123-slug.html
	inFolder             // /123/slug.html
	inQuery              // ?id=123
)

// shape is what addresses of one form have in common. Two of one shape may be of two forms, by how
// long their numbers are.
type shape struct {
	spot  spot
	token string // pattern of the number: "#", "post#"
	param string // of a number in the query, and the last segment before that
	page  string
	// folders are the patterns of the folders from the first on that is a number, "" for a word: "4 2" is
	// /2024/05/.
	folders string
	ending  string
	bare    bool // the number is all of the last segment
}

// numbered is an address with its shape and number.
type numbered struct {
	place
	shape
	id    string // the token as printed; the slug where there is none
	size  int    // digits of the longest run in it
	words int    // of the slug
	depth int    // folders before the first that is a number, without the edition's
}

// minNumber is how many digits at the end of a slug may be an article's number.
const minNumber = 2

// idQueries are the parameters by which systems without paths number their articles.
var idQueries = []string{"id", "p", "newsid", "news_id", "articleid", "article_id", "nid", "aid", "itemid", "post"}

// number finds the shape of an address.
func (p place) number() numbered {
	n := p.numbered()
	n.size = digits(n.id)
	return n
}

// key is what tells an address from others: the query where that numbers it.
func (n *numbered) key() string {
	if n.spot == inQuery {
		return n.path + "?" + n.param + "=" + n.id
	}
	return n.path
}

func (p place) numbered() numbered {
	n := numbered{place: p, shape: shape{ending: p.end}}
	dirs := p.dirs
	if len(dirs) > 0 && isLanguage(dirs[0]) {
		dirs = dirs[1:]
	}
	first := len(dirs)
	var patterns []string
	for i, d := range dirs {
		if folder.MatchString(d) {
			first = min(first, i)
		}
		if i >= first {
			patterns = append(patterns, folderPattern(d))
		}
	}
	n.depth, n.folders = first, strings.Join(patterns, " ")
	n.words = words(p.last)
	if m := behind.FindStringSubmatch(p.last); m != nil && digits(m[1]) >= minNumber {
		n.spot, n.id, n.token, n.bare = atEnd, m[1], runs.ReplaceAllString(m[1], "#"), m[1] == p.last
		n.words = words(strings.TrimSuffix(p.last, m[1]))
		return n
	}
	if m := before.FindStringSubmatch(p.last); m != nil {
		n.spot, n.id, n.token = atStart, m[1], runs.ReplaceAllString(m[1], "#")
		n.words--
		return n
	}
	if n.numberInFolder() {
		return n
	}
	if p.query != "" {
		if param, id := queryNumber(p.query); id != "" {
			n.spot, n.param, n.page, n.id, n.token = inQuery, param, p.last, id, "#"
			return n
		}
	}
	n.id = p.last
	return n
}

// numberInFolder takes a folder for the number, if there is one that may be it.
func (n *numbered) numberInFolder() bool {
	id := numberFolder(n.dirs)
	if id != "" {
		n.spot, n.id, n.token, n.bare = inFolder, id, runs.ReplaceAllString(id, "#"), false
		n.size, n.words = digits(id), words(n.last)
	}
	return id != ""
}

// queryNumber is the parameter of a query that numbers a page.
func queryNumber(query string) (param, id string) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", ""
	}
	for _, name := range idQueries {
		for param := range values {
			if v := values.Get(param); strings.EqualFold(param, name) && isDigits(v) {
				return param, v
			}
		}
	}
	return "", ""
}

// numberFolder is the folder that is an article's number and no day.
func numberFolder(dirs []string) string {
	for i := len(dirs) - 1; i >= 0; i-- {
		if d := dirs[i]; folder.MatchString(d) && !isDay(dirs, i) && digits(d) >= 3 {
			return d
		}
	}
	return ""
}

// isDay reports whether a folder is a year, a month or a day: 2024, 05, 202405, 20240511.
func isDay(dirs []string, i int) bool {
	d := dirs[i]
	if !isDigits(d) {
		return false
	}
	year := func(s string) bool { return s >= "1997" && s <= "2099" }
	switch len(d) {
	case 4:
		return year(d)
	case 6, 8:
		return year(d[:4]) && d[4:6] >= "01" && d[4:6] <= "12"
	case 1, 2:
		return i > 0 && isDigits(dirs[i-1])
	}
	return false
}

// folderPattern is a folder as a shape has it: how many digits a day has, # for other numbers.
func folderPattern(d string) string {
	switch {
	case !folder.MatchString(d):
		return "w"
	case isDigits(d) && slices.Contains([]int{4, 6, 8}, len(d)) && isDay([]string{d}, 0):
		return strconv.Itoa(len(d))
	case isDigits(d) && len(d) <= 2:
		return "2"
	}
	return runs.ReplaceAllString(d, "#")
}

func isDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// digits is how many digits the longest run of a token has.
func digits(token string) int {
	n := 0
	for _, run := range runs.FindAllString(token, -1) {
		n = max(n, len(run))
	}
	return n
}

// words is how many words a slug has.
func words(slug string) int {
	return len(strings.FieldsFunc(slug, func(r rune) bool { return strings.ContainsRune("-_ +.,", r) }))
}
