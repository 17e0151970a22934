package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/redline"
)

func (s *Server) compareRoutes() {
	s.handle("GET /p/{site}/{id}/diff", s.chooseVersions)
	s.handle("GET /p/{site}/{id}/diff/{versions}", s.compare)
}

// change is what became of a page from one version to another, as lists show it.
type change struct {
	Cause   compare.Cause
	StandIn compare.StandIn
	Fields  []string // as [compare.Difference.Changed] has them
	Size    redline.Size
	Field   string // of the excerpt
	Kind    redline.Kind
	Excerpt []redline.Span // the first place that changed
}

// changesKept are the changes that were compared, for readers who come next: what two captures
// say never changes. The zero value is ready.
type changesKept struct {
	mu   sync.Mutex
	list map[changeKey]change
}

// changeKey names what was compared: a re-clean gives versions other digests or cleaners.
type changeKey struct {
	site                   string
	old, now               uint64 // captures
	oldDigest, nowDigest   string
	oldCleaner, nowCleaner string
}

// maxChangesKept bounds them: about a kilobyte each.
const maxChangesKept = 4096

func (k *changesKept) get(key changeKey) (change, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.list[key]
	return c, ok
}

func (k *changesKept) put(key changeKey, c change) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.list == nil || len(k.list) >= maxChangesKept {
		k.list = map[changeKey]change{}
	}
	k.list[key] = c
}

const (
	besideExcerpt = 8  // words on either side
	mostExcerpt   = 24 // words that went or came in one place
)

// changed compares two versions that can be read, or remembers it.
func (s *Server) changed(ctx context.Context, f found, old, now archive.Version) (change, error) {
	key := changeKey{f.Site, old.Capture, now.Capture, old.Digest, now.Digest, old.Cleaner, now.Cleaner}
	if c, ok := s.compared.get(key); ok {
		return c, nil
	}
	d, was, is, err := f.difference(ctx, old, now)
	if err != nil {
		return change{}, err
	}
	r := redline.Of(d, was, is)
	c := change{Cause: d.Cause, StandIn: d.StandIn, Fields: d.Changed, Size: r.Size}
	if row, ok := telling(r); ok {
		c.Field, c.Kind, c.Excerpt = row.Field, row.Kind, row.Excerpt(besideExcerpt, mostExcerpt)
	}
	s.compared.put(key, c)
	return c, nil
}

// difference is [archive.View.Difference], without its price where that is not needed: an edit
// between articles of one cleaner and one layout, of words alone. Then fields are held against fields, and no
// page has to be read again. A list shows some more of an edit, if the markup changed with it.
func (f found) difference(ctx context.Context, old, now archive.Version) (d compare.Difference, was, is cleaner.Article, err error) {
	if now.Cause == compare.Edited && !slices.Contains(now.Changed, compare.FieldImages) && old.Cleaner == now.Cleaner && old.Number < now.Number {
		if was, err = f.view.Article(ctx, old.Capture); err != nil {
			return d, was, is, err
		}
		if is, err = f.view.Article(ctx, now.Capture); err != nil {
			return d, was, is, err
		}
		if was.Layout == is.Layout {
			return compare.Difference{Cause: compare.Edited, Changed: compare.Changed(was, is)}, was, is, nil
		}
	}
	return f.view.Difference(ctx, old, now)
}

// telling is the row to show of a redline where there is room for one: the first that the newsroom
// changed, and one with a number in it before others of the body.
func telling(r redline.Redline) (best redline.Row, ok bool) {
	rank := func(row redline.Row) int {
		switch row.Field {
		case "published":
			return 0 // its list has the times
		case "section", "tags":
			return 1
		case "title":
			return 5
		}
		for _, s := range row.Spans {
			if row.Kind == redline.Edited && s.Class == redline.Number && s.Op != redline.Stays {
				return 4
			}
		}
		if row.Kind == redline.Moved && !row.Edited {
			return 2
		}
		return 3
	}
	most := 0
	for _, row := range r.Rows {
		if n := rank(row); row.Changed() && n > most {
			best, most = row, n
		}
	}
	return best, most > 0
}

// chooseVersions leads from the form on an article's page to the permanent link of a comparison.
func (s *Server) chooseVersions(w http.ResponseWriter, r *http.Request) error {
	f, err := s.findPage(r)
	if err != nil {
		return sent(w, r, err)
	}
	from, ok1 := parseVersion(r.URL.Query().Get("from"))
	to, ok2 := parseVersion(r.URL.Query().Get("to"))
	if !ok1 || !ok2 {
		return badRequest("compare.versions")
	}
	http.Redirect(w, r, f.ComparePath(min(from, to), max(from, to)), http.StatusSeeOther)
	return nil
}

// parseVersions reads two versions as links have them: "1..3".
func parseVersions(text string) (from, to int, ok bool) {
	a, b, _ := strings.Cut(text, "..")
	from, ok1 := parseVersion(a)
	to, ok2 := parseVersion(b)
	return from, to, ok1 && ok2
}

// comparePage is two versions set side by side.
type comparePage struct {
	found
	From, To archive.Version
	Side     bool // side by side, rather than in line
	Cause    compare.Cause
	StandIn  compare.StandIn
	redline.Redline
	Parts      []part
	Exchanged  []picturePair
	Lang       string // of the article
	Impossible bool   // this program cannot compare them
	Prev, Next string // links to the comparisons before and after; "" for none
}

// Gone reports whether the page was gone in one of the versions.
func (p comparePage) Gone() bool {
	return p.From.State == capture.Gone || p.To.State == capture.Gone
}

// OtherCleaner reports whether two cleaners had read them.
func (p comparePage) OtherCleaner() bool { return p.From.Cleaner != p.To.Cleaner }

// part is rows that are shown together: one that changed, or several that did not.
type part struct {
	Rows   []redline.Row
	Folded bool
	Words  int
}

// compare shows what became of a page from one version to another.
func (s *Server) compare(w http.ResponseWriter, r *http.Request) error {
	f, err := s.findPage(r)
	if err != nil {
		return sent(w, r, err)
	}
	from, to, ok := parseVersions(r.PathValue("versions"))
	switch {
	case !ok || max(from, to) > len(f.Versions):
		return notFound("article.noversion")
	case from == to:
		return sent(w, r, &elsewhere{f.VersionPath(from)})
	case from > to:
		return sent(w, r, &elsewhere{f.ComparePath(to, from)})
	}
	p := comparePage{found: f, From: f.Versions[from-1], To: f.Versions[to-1], Side: r.URL.Query().Get("view") != "inline", Lang: htmlLang(f.Info.Language)}
	p.Prev, p.Next = f.beside(from, to)
	if p.Gone() {
		return s.render(w, r, "compare", p)
	}
	d, old, now, err := f.view.Difference(r.Context(), p.From, p.To)
	switch {
	case err == nil:
		p.Cause, p.StandIn = d.Cause, d.StandIn
		p.Redline = redline.Of(d, old, now)
		p.Exchanged = pairsOf(r.Context(), f.view, d.Pictures, p.From, p.To)
		s.texts[chosen(r)].writeTimes(p.Rows)
		p.Parts = partsOf(p.Rows)
		p.Lang = htmlLang(cmp.Or(string(now.Language), f.Info.Language))
	case r.Context().Err() == nil && uncomparable(err):
		p.Impossible = true
	default:
		return err
	}
	return s.render(w, r, "compare", p)
}

// beside are the comparisons of one version with the next before and after this one.
func (f found) beside(from, to int) (prev, next string) {
	first, _ := archive.NewestLive(f.Versions[:from])
	if before, ok := archive.NewestLive(f.Versions[:max(first.Number-1, 0)]); ok {
		prev = f.ComparePath(before.Number, first.Number)
	}
	last, ok := archive.NewestLive(f.Versions[:to])
	for _, v := range f.Versions[to:] {
		if ok && v.State == capture.Live {
			return prev, f.ComparePath(last.Number, v.Number)
		}
	}
	return prev, ""
}

// partsOf folds what did not change, but for the title and a short passage between changes.
func partsOf(rows []redline.Row) (list []part) {
	const short = 60 // words
	for _, row := range rows {
		same := !row.Changed() && row.Field != "title"
		if n := len(list); !same || n == 0 || !list[n-1].Folded {
			list = append(list, part{Folded: same})
		}
		p := &list[len(list)-1]
		p.Rows = append(p.Rows, row)
		for _, span := range row.Spans {
			p.Words += len(strings.Fields(span.Text))
		}
	}
	for i := range list {
		if p := &list[i]; len(p.Rows) == 1 && p.Words <= short && i > 0 && i+1 < len(list) {
			p.Folded = false
		}
	}
	return list
}

// writeTimes writes the published time in a redline as the language does.
func (t *texts) writeTimes(rows []redline.Row) {
	for i, row := range rows {
		if row.Field != "published" {
			continue
		}
		rows[i].Spans = nil
		for _, op := range []redline.Op{redline.Old, redline.New} {
			at, err := time.Parse(time.RFC3339, row.Text(op))
			if err != nil {
				continue
			}
			span := redline.Span{Text: t.moment(at), Op: op, Class: redline.Number}
			if !row.Changed() {
				rows[i].Spans = []redline.Span{{Text: span.Text, Op: redline.Stays}}
				break
			}
			if len(rows[i].Spans) > 0 {
				span.Gap = " "
			}
			rows[i].Spans = append(rows[i].Spans, span)
		}
	}
}

// rowName is what a row is called: a key of the words, and its numbers.
func rowName(r redline.Row) string { return "field." + r.Field }

// numbersOf writes the numbers of paragraphs: "3", "3–4".
func numbersOf(list []int) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return strconv.Itoa(list[0])
	}
	return strconv.Itoa(list[0]) + "–" + strconv.Itoa(list[len(list)-1])
}

// side gives the spans of one side.
func side(spans []redline.Span, op string) (list []redline.Span) {
	for _, s := range spans {
		if s.Op == redline.Stays || s.Op == redline.Op(op) {
			list = append(list, s)
		}
	}
	return list
}
