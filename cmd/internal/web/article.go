package web

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/cmd/internal/redline"
)

func (s *Server) articleRoutes() {
	s.handle("GET /p/{site}/{id}", s.article)
	s.handle("GET /p/{site}/{id}/v/{version}", s.article)
}

// found is a page that a request named, as the archive has it now.
type found struct {
	Site     string
	Info     archive.PageInfo
	Versions []archive.Version // the oldest first
	view     *archive.View
}

// Path is a permanent link below that of the page.
func (f found) Path(more ...string) string { return pagePath(f.Site, f.Info.Page, more...) }

// VersionPath is the permanent link of a version.
func (f found) VersionPath(n int) string { return f.Path("v", strconv.Itoa(n)) }

// ComparePath is that of two versions set side by side.
func (f found) ComparePath(from, to int) string {
	return f.Path("diff", strconv.Itoa(from)+".."+strconv.Itoa(to))
}

// Count is how many versions there are.
func (f found) Count() int { return len(f.Versions) }

// Name is what the page is called, in brief: its title, or its address where it has none.
func (f found) Name() string {
	if f.Info.Title != "" {
		return brief(f.Info.Title, mostTitle)
	}
	return f.Info.URL
}

// GoneSince is since when the page is gone; zero where it is not.
func (f found) GoneSince() time.Time {
	if n := len(f.Versions); n > 0 && f.Versions[n-1].State == capture.Gone {
		return f.Versions[n-1].Captured
	}
	return time.Time{}
}

// Seen is when the page was there to be read.
func (f found) Seen() map[string]time.Time {
	first, last := archive.Seen(f.Versions)
	return map[string]time.Time{"First": first, "Last": last}
}

// version is the one of a number as an address has it; "" is the newest that can be read.
func (f found) version(number string) (archive.Version, error) {
	if number == "" {
		v, _ := archive.NewestLive(f.Versions)
		return v, nil
	}
	n, ok := parseVersion(number)
	if !ok || n > len(f.Versions) {
		return archive.Version{}, notFound("article.noversion")
	}
	return f.Versions[n-1], nil
}

// parseVersion reads the number of a version, as links have it: from 1, no sign, no zero before it.
func parseVersion(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && strconv.Itoa(n) == text
}

// findPage finds the page of a request. Of one that was named otherwise (by an address, by a
// name it had before) the error sends to its permanent link.
func (s *Server) findPage(r *http.Request) (f found, err error) {
	f.Site = r.PathValue("site")
	if f.view, err = s.Archive.View(r.Context(), f.Site); err != nil {
		return f, err
	}
	id := r.PathValue("id")
	if f.Info, err = f.view.Page(r.Context(), id); err != nil {
		return f, err
	}
	if f.Info.Page != id {
		rest := strings.TrimPrefix(r.URL.EscapedPath(), pagePath(f.Site, id))
		if !strings.HasPrefix(rest, "/") {
			rest = ""
		}
		to := f.Path() + rest
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		return f, &elsewhere{to}
	}
	f.Versions, err = f.view.Versions(r.Context(), f.Info.Page)
	return f, err
}

// elsewhere is the error of an address that leads to another one here.
type elsewhere struct{ path string }

func (e *elsewhere) Error() string { return "at " + e.path }

// sent sends a request to where it leads, if that is what an error says.
func sent(w http.ResponseWriter, r *http.Request, err error) error {
	var to *elsewhere
	if errors.As(err, &to) {
		http.Redirect(w, r, to.path, http.StatusSeeOther)
		return nil
	}
	return err
}

// articlePage is a page with the version that is shown.
type articlePage struct {
	found
	Shown      archive.Version // its number is 0 where no version can be read
	Chosen     bool            // by the address: the newest is shown to who names none
	Capture    capture.Capture // that stands for it
	Sum, AsWas string          // as in [captureRow]
	Article    cleaner.Article
	Lang       string // of the article, as HTML has it
	Groups     []blockGroup
	Captions   []caption
	Timeline   []entry
	NewestLive int  // the newest version that can be read
	More       int  // versions that are not in the timeline
	All        bool // the whole timeline is shown
	Again      []regrouped
	Captures   captureList
	Link       string // the permanent link of what is shown, with scheme and host
}

// Readable reports whether there is a text to be read.
func (p articlePage) Readable() bool { return p.Article.Cleaner != "" }

// Older reports whether another version than the newest is shown.
func (p articlePage) Older() bool {
	return p.Shown.Number > 0 && p.Shown.Number < len(p.Versions) && p.Shown.State == capture.Live && (p.Chosen || p.GoneSince().IsZero())
}

// ShownTitle is the title of the version that is shown, in brief, else what the page is called.
func (p articlePage) ShownTitle() string {
	if p.Readable() && p.Article.Title != "" {
		return brief(string(p.Article.Title), mostTitle)
	}
	return p.Name()
}

// Until is when the next version came; zero for the newest.
func (p articlePage) Until() time.Time {
	if n := p.Shown.Number; n > 0 && n < len(p.Versions) {
		return p.Versions[n].Captured
	}
	return time.Time{}
}

// article shows a page.
func (s *Server) article(w http.ResponseWriter, r *http.Request) error {
	f, err := s.findPage(r)
	if err != nil {
		return sent(w, r, err)
	}
	p := articlePage{found: f, Chosen: r.PathValue("version") != "", All: r.URL.Query().Get("versions") == "all"}
	if p.Shown, err = f.version(r.PathValue("version")); err != nil {
		return err
	}
	ctx := r.Context()
	if p.Shown.State == capture.Live {
		p.Capture, p.Article, err = f.view.Cleaned(ctx, p.Shown.Capture)
	} else if p.Shown.Number > 0 {
		p.Capture, err = f.view.Capture(ctx, p.Shown.Capture)
	}
	if err != nil {
		return err
	}
	if p.Capture.Number != 0 {
		row := f.captureRow(p.Capture)
		p.Sum, p.AsWas = row.Sum, row.AsWas
	}
	p.Lang = htmlLang(string(p.Article.Language))
	p.Groups = groupsOf(p.Article.Body)
	if p.Captions, err = illustrations(ctx, f.view, p.Shown.Capture, p.Shown.Captured, p.Article); err != nil {
		return err
	}
	if p.Captures, err = f.captures(ctx, r.URL.Query().Get("captures"), p.Capture.Number); err != nil {
		return err
	}
	if err := s.timeline(ctx, &p); err != nil {
		return err
	}
	if p.Again, err = cleanedAgain(ctx, f); err != nil {
		return err
	}
	p.Link = origin(r) + f.Path()
	if p.Shown.Number > 0 {
		p.Link = origin(r) + f.VersionPath(p.Shown.Number)
	}
	return s.render(w, r, "article", p)
}

// origin is the scheme and host of this server, as the request names it: the guard knows the
// host, and the scheme is believed of a proxy on this machine.
func origin(r *http.Request) string {
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	if r.TLS != nil || from.Addr().Unmap().IsLoopback() && r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// htmlLang is a language as an attribute: an article's own is what its page says.
func htmlLang(language string) string {
	if len(language) < 2 || len(language) > 12 || strings.ContainsFunc(language, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return "vi"
	}
	return language
}

// outside is an address of the web that may be linked to: "" for any other scheme.
func outside(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// blockGroup is blocks of a body that are shown as one: a list, a table, a paragraph.
type blockGroup struct {
	Kind   cleaner.BlockKind
	Blocks []cleaner.Block
	Rows   [][]string // of a table
}

func groupsOf(body []cleaner.Block) (list []blockGroup) {
	for _, b := range body {
		n := len(list)
		if joins := b.Kind == cleaner.Item || b.Kind == cleaner.Row; !joins || n == 0 || list[n-1].Kind != b.Kind {
			list = append(list, blockGroup{Kind: b.Kind})
			n++
		}
		g := &list[n-1]
		g.Blocks = append(g.Blocks, b)
		if b.Kind == cleaner.Row {
			g.Rows = append(g.Rows, strings.Split(b.Text, "\t"))
		}
	}
	return list
}

// caption is what stands under a picture.
type caption struct {
	Text, Credit string
	Picture      *shownPicture // nil where the archive has none
}

func captionsOf(a cleaner.Article) (list []caption) {
	for _, text := range a.Captions {
		c := caption{Text: text}
		for _, i := range a.Images {
			if string(i.Caption) == text {
				c.Credit = creditApart(text, i.Credit)
			}
		}
		list = append(list, c)
	}
	return list
}

// entry is one version in a timeline.
type entry struct {
	Number                 int
	Captured               time.Time
	Why                    string        // a key of the words below "why."
	Gone                   bool          // the page was gone
	Newest                 bool          // no version came after it
	Stood                  time.Duration // until the next one came, or as far as it was seen
	Fields                 []string      // what differs from the version before, the page's state apart
	Size                   *redline.Size // of the change; nil where there is none, or it is not known
	Relaid                 []archive.Reading
	Current                bool   // it is the one that is shown
	Link, Rel              string // Rel: "prev" or "next" to the one that is shown
	Before                 int    // the version that can be read before it; 0 for none
	WithBefore, WithNewest string // links to compare it; "" where there is nothing to compare with
}

// whyOf says why a version came to be, as a key of the words below "why.".
func whyOf(v archive.Version) string {
	switch {
	case v.State == capture.Gone:
		return "gone"
	case v.Number == 1:
		return "first"
	case v.Cause == compare.Edited:
		return "edit"
	case v.Cause == compare.Doubtful:
		return "unsure"
	}
	return "back"
}

// shownVersions is how many versions a timeline has that nobody asked to see whole.
const shownVersions = 8

// timeline lists the versions, the newest first, each with the size of its change.
func (s *Server) timeline(ctx context.Context, p *articlePage) error {
	newest, _ := archive.NewestLive(p.Versions)
	p.NewestLive = newest.Number
	least := max(0, len(p.Versions)-maxTimeline)
	if !p.All {
		least = max(least, min(len(p.Versions)-shownVersions, max(p.Shown.Number, 2)-2))
	}
	p.More = least
	for i := len(p.Versions) - 1; i >= least; i-- {
		e := p.entry(i)
		if before, ok := archive.NewestLive(p.Versions[:i]); ok && !e.Gone {
			e.Before, e.WithBefore = before.Number, p.ComparePath(before.Number, e.Number)
			c, err := s.changed(ctx, p.found, before, p.Versions[i])
			switch {
			case err == nil:
				e.Size = &c.Size
			case ctx.Err() != nil || !uncomparable(err) && !errors.Is(err, archive.ErrCorrupt):
				return err // a damaged version hides no other
			}
		}
		p.Timeline = append(p.Timeline, e)
	}
	return nil
}

// entry is the version at a place in the list, the size of its change apart.
func (p articlePage) entry(i int) entry {
	v := p.Versions[i]
	e := entry{
		Number: v.Number, Captured: v.Captured, Why: whyOf(v), Gone: v.State == capture.Gone, Newest: i+1 == len(p.Versions),
		Stood: v.LastSeen.Sub(v.Captured), Current: v.Number == p.Shown.Number, Link: p.VersionPath(v.Number),
	}
	if !e.Newest {
		e.Stood = p.Versions[i+1].Captured.Sub(v.Captured)
	}
	if i > 0 {
		e.Fields = slices.DeleteFunc(slices.Clone(v.Changed), func(f string) bool { return f == "state" })
	}
	switch v.Number {
	case p.Shown.Number - 1:
		e.Rel = "prev"
	case p.Shown.Number + 1:
		e.Rel = "next"
	}
	if len(v.Readings) > 1 {
		e.Relaid = v.Readings[1:]
	}
	if !e.Gone && v.Number < p.NewestLive {
		e.WithNewest = p.ComparePath(v.Number, p.NewestLive)
	}
	return e
}

// maxTimeline bounds the versions on one page.
const maxTimeline = 200

// uncomparable reports whether an error says that two versions cannot be compared by this
// program, rather than that the archive could not be read.
func uncomparable(err error) bool {
	var no *cleaner.NotArticleError
	return errors.As(err, &no) || errors.Is(err, archive.ErrNoPage) || errors.Is(err, archive.ErrOtherCleaner)
}

// regrouped is an accepted re-clean of the newspaper that made other versions of the page's.
type regrouped struct {
	archive.Cleaning
	Changes []archive.Regroup
}

// cleanedAgain lists the re-cleans of the newspaper that touched a page's versions.
func cleanedAgain(ctx context.Context, f found) (list []regrouped, err error) {
	changes, err := f.view.Recleaned(ctx, f.Info.Page)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	all, err := f.view.Cleanings(ctx)
	for _, c := range all {
		for _, r := range changes {
			if r.Generation == c.Generation {
				list = append(list, regrouped{c, r.Changes})
			}
		}
	}
	return list, err
}

// capturesShown is how many captures an article's page has.
const capturesShown = 20

// captureList is a page of a list of captures, the newest first.
type captureList struct {
	List      []captureRow
	Addresses []archive.AddressSeen // all of the page's, as they were first seen
	At, Last  int                   // this page of the list, and the last, from 1
	Total     int
}

// Newer and Further are the pages of the list beside this one; 0 for none.
func (l captureList) Newer() int { return l.At - 1 }

// Further is the page with older captures.
func (l captureList) Further() int {
	if l.At < l.Last {
		return l.At + 1
	}
	return 0
}

// captureRow is one capture in a list.
type captureRow struct {
	Time    time.Time
	Status  int // 0 where no answer of a server is known
	State   capture.State
	Kind    capture.Kind
	Size    int64
	Sum     string // SHA-256 of the body, in hex; "" where there is none
	AsWas   string // where the page is shown as it was; "" where it cannot be
	Text    string // where its text is
	Current bool   // it stands for the version that is shown
}

// captures lists a page's captures, and its addresses by the way.
func (f found) captures(ctx context.Context, number string, current uint64) (l captureList, err error) {
	l.Total = f.Info.Captures
	l.At, l.Last = 1, max(1, (l.Total+capturesShown-1)/capturesShown)
	if number != "" {
		var ok bool
		if l.At, ok = parseVersion(number); !ok || l.At > l.Last {
			return l, notFound("article.nocaptures")
		}
	}
	to := l.Total - (l.At-1)*capturesShown // of the list with the oldest first
	from := max(0, to-capturesShown)
	n, place := 0, map[string]int{}
	err = f.view.Captures(ctx, f.Info.Page, func(c capture.Capture) error {
		if n >= from && n < to {
			row := f.captureRow(c)
			row.Current = c.Number == current
			l.List = append(l.List, row)
		}
		n++
		i, ok := place[c.URL]
		if !ok {
			i = len(l.Addresses)
			place[c.URL] = i
			l.Addresses = append(l.Addresses, archive.AddressSeen{URL: c.URL, First: c.Time})
		}
		l.Addresses[i].Last = c.Time
		l.Addresses[i].Captures++
		return nil
	})
	slices.Reverse(l.List)
	return l, err
}

// captureRow makes a row of a capture.
func (f found) captureRow(c capture.Capture) captureRow {
	row := captureRow{Time: c.Time, Status: c.Status, State: c.State, Kind: c.Kind, Size: c.Size}
	if row.Sum = strings.TrimPrefix(c.Digest, "sha256:"); row.Sum != "" {
		row.AsWas = atPath(c.Time, c.URL)
		row.Text = f.Path("text") + "?capture=" + strconv.FormatUint(c.Number, 10)
	}
	return row
}

// lasted is how long something stood, in the largest unit of which there is more than one.
func (t *texts) lasted(d time.Duration) (string, error) {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return t.t("lasted.moment")
	case d < 2*time.Hour:
		return t.n("lasted.minutes", int(d/time.Minute))
	case d < 2*day:
		return t.n("lasted.hours", int(d/time.Hour))
	case d < 2*365*day:
		return t.n("lasted.days", int(d/day))
	}
	return t.n("lasted.years", int(d/(365*day)))
}
