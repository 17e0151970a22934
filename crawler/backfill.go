package crawler

import (
	"cmp"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler/listing"
	"baoluu/sites"
)

// A backfill goes through sitemaps and lists for the articles of some days. What
// it asks for is bounded by what is known of when an article was published, before
// it is fetched: the day that its number begins with, a sitemap's lastmod, and,
// where a newspaper's numbers grow with the time, the articles fetched that have
// numbers beside its own. Of a listing with articles that none of these tell, one
// is fetched as a probe, then another, until the rest are placed by those.
//
// A list goes back in time, page by page: it ends where pages have nothing but
// articles from before the first day.

const (
	// dayTolerance is how far a number's day, or an article with the number
	// beside it, may be from an article's own day.
	dayTolerance = 24 * time.Hour
	// oldPages in a row end a list, where the dates are those of the articles
	// themselves: one may be kept at the head of a page for long. Where the
	// addresses tell, one page does.
	oldPages = 3
	// fewUnknown articles of a listing are fetched without another probe.
	fewUnknown = 4
	// maxProbes bounds the probes of one listing: halving finds both ends of the
	// days among the addresses of the largest sitemap.
	maxProbes = 40
)

// days are those of a backfill, from midnight to midnight; a zero end has none.
type days struct{ since, end time.Time }

func daysOf(e capture.Entry) days {
	d := days{since: e.Since}
	if !e.Until.IsZero() {
		d.end = e.Until.AddDate(0, 0, 1)
	}
	return d
}

// meet reports whether a time, from one to another, may have any of the days;
// what is not known is zero.
func (d days) meet(from, to time.Time) bool {
	begins := from.IsZero() || d.end.IsZero() || from.Before(d.end)
	return begins && (to.IsZero() || !to.Before(d.since.Add(-dayTolerance)))
}

// hold reports whether a time is wholly among the days.
func (d days) hold(from, to time.Time) bool {
	return !from.IsZero() && !from.Before(d.since) && (d.end.IsZero() || to.Before(d.end))
}

// standing is where an article lies, seen from the days of a backfill.
type standing int

const (
	unknown standing = iota
	inside
	older
	newer
)

// of gives the standing of an article that was published at a time.
func (d days) of(t time.Time) standing {
	switch {
	case t.IsZero():
		return unknown
	case t.Before(d.since.Add(-dayTolerance)):
		return older
	case !d.end.IsZero() && !t.Before(d.end.Add(dayTolerance)):
		return newer
	}
	return inside
}

var dayInID = regexp.MustCompile(`^((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:\d{6,9}(?:\.|$)|-)`)

// dayOfID is the day that a newspaper's number for an article begins with, where
// it does: the form of many newsrooms' systems, fourteen digits and more, or a day
// and a name.
func dayOfID(page string) (time.Time, bool) {
	m := dayInID.FindStringSubmatch(page)
	if m == nil {
		return time.Time{}, false
	}
	day, err := time.ParseInLocation("20060102", m[1], sites.Zone)
	return day, err == nil
}

// idDates are what a run learnt of when the articles with each number were
// published, for each form of numbers: "post#7" has seven digits.
type idDates map[string]*series

// series is articles of one form, by number.
type series struct {
	known []numbered
	grows bool
}

type numbered struct {
	n  uint64
	at time.Time
}

const (
	// maxSeries bounds the articles remembered of one form: half of them are
	// dropped then, each second one.
	maxSeries = 4096
	// growthProof articles are needed to tell that numbers grow with the time.
	growthProof = 16
)

var numberInID = regexp.MustCompile(`^([^\d]{0,20})(\d{2,12})(\.[a-z]{2})?$`)

// numberOf is a page's number, and the form that it is of.
func numberOf(page string) (form string, n uint64, ok bool) {
	m := numberInID.FindStringSubmatch(page)
	if m == nil {
		return "", 0, false
	}
	n, err := strconv.ParseUint(m[2], 10, 64)
	return fmt.Sprintf("%s#%d%s", m[1], len(m[2]), m[3]), n, err == nil
}

// learn notes when an article was published.
func (a idDates) learn(page string, at time.Time) {
	form, n, ok := numberOf(page)
	if !ok || at.IsZero() {
		return
	}
	s := a[form]
	if s == nil {
		s = &series{}
		a[form] = s
	}
	i, known := s.find(n)
	if known {
		s.known[i].at = at
	} else {
		s.known = slices.Insert(s.known, i, numbered{n, at})
	}
	if len(s.known) > maxSeries {
		kept := s.known[:0]
		for i := 0; i < len(s.known); i += 2 {
			kept = append(kept, s.known[i])
		}
		s.known = kept
	}
	s.grows = s.growing()
}

func (s *series) find(n uint64) (int, bool) {
	return slices.BinarySearchFunc(s.known, n, func(k numbered, n uint64) int { return cmp.Compare(k.n, n) })
}

// growing reports whether numbers grow with the time: of the articles that lie half
// the series apart, nine in ten are in the order of their numbers. Neighbours need
// not be: what is written first may be published last.
func (s *series) growing() bool {
	half := len(s.known) / 2
	if 2*half < growthProof {
		return false
	}
	rising := 0
	for i := range half {
		if s.known[i].at.Before(s.known[i+half].at) {
			rising++
		}
	}
	return rising*10 >= half*9
}

// place gives the standing of an article by its number, between the two that are
// known beside it. Where these contradict each other, one was dated wrongly.
func (a idDates) place(page string, d days) standing {
	form, n, ok := numberOf(page)
	s := a[form]
	if !ok || s == nil || !s.grows {
		return unknown
	}
	i, known := s.find(n)
	if known {
		return d.of(s.known[i].at)
	}
	var below, above time.Time
	if i > 0 {
		below = s.known[i-1].at
	}
	if i < len(s.known) {
		above = s.known[i].at
	}
	switch under, over := d.of(below), d.of(above); {
	case under != unknown && over != unknown && below.After(above.Add(dayTolerance)):
		return unknown
	case under == newer, over == older:
		return max(under, over) // the other one lies farther out, or is not known
	case under == inside && over == inside:
		return inside
	}
	return unknown
}

// tells whether they can place a page once its neighbours are fetched.
func (a idDates) tells(page string) bool {
	form, _, ok := numberOf(page)
	return ok && a[form] != nil && a[form].grows
}

// standing is what is known of an article that a listing of a backfill names,
// before it is fetched.
func (a idDates) standing(d days, page string, found listing.Item) standing {
	day, ok := dayOfID(page)
	switch {
	case ok && !d.end.IsZero() && !day.Before(d.end): // it is not published before it is written
		return newer
	case ok:
		return d.of(day)
	case found.Modified && found.Time.Before(d.since):
		return older // it was published before it was changed
	case !found.Modified && !found.Time.IsZero():
		return d.of(found.Time)
	}
	return a.place(page, d)
}

// pager is the way of a backfill through one list.
type pager struct {
	seen *seenPages
	last [][]string // the articles of its last pages
}

// add notes a page of the list and tells whether it showed anything that those
// before it did not: some newspapers show the last page for ever.
func (t *pager) add(pages []string) (unseen bool) {
	for _, page := range pages {
		if _, before, _ := t.seen.add(page); !before {
			unseen = true
		}
	}
	// Those of the newest pages are often still to be fetched.
	if t.last = append(t.last, pages); len(t.last) > 2*oldPages {
		t.last = t.last[1:]
	}
	return unseen
}

// backfill is what a run knows of the days that it goes back to.
type backfill struct {
	site *sites.Site
	// known is what is known of a page, stored or about to be.
	known func(page string) (capture.Entry, bool, error)
	// fetched lists some articles that earlier runs fetched.
	fetched func() ([]capture.Entry, error)

	dates    idDates
	recalled bool                      // dates have what earlier runs fetched
	pagers   map[string]*pager         // of its lists, by the address of the first page
	probes   map[string]*probedListing // that wait for a probe, by its page
}

func newBackfill(site *sites.Site, known func(string) (capture.Entry, bool, error), fetched func() ([]capture.Entry, error)) *backfill {
	return &backfill{
		site: site, known: known, fetched: fetched,
		dates: make(idDates), pagers: make(map[string]*pager), probes: make(map[string]*probedListing),
	}
}

// probedListing is a listing of which probes tell what is asked for. While one is under way the
// listing is still due in the store: a run that ends here leaves it to the next one.
type probedListing struct {
	res    result
	last   capture.Entry
	open   []sites.Address // articles of it that nothing tells of, by number
	probed int
}

// recall learns from articles that earlier runs fetched: a run that goes on with a
// backfill may find no news to learn from.
func (b *backfill) recall() error {
	if b.recalled {
		return nil
	}
	b.recalled = true
	es, err := b.fetched()
	if err != nil {
		return err
	}
	for _, e := range es {
		b.dates.learn(e.Page, published(e))
	}
	return nil
}

// open gives a listing with the articles that its probes may be: none but of a backfill's.
func (b *backfill) open(res result, last capture.Entry) (*probedListing, error) {
	l := &probedListing{res: res, last: last}
	if !res.listing || !res.live || last.Class != capture.Backlog || last.Since.IsZero() {
		return l, nil
	}
	d := daysOf(last)
	if from, to := (listing.Item{URL: last.URL}).Months(); last.Kind == sites.SitemapPage && d.hold(from, to) {
		return l, nil
	}
	if err := b.recall(); err != nil {
		return l, err
	}
	for _, found := range res.found {
		a, err := b.site.Address(found.URL)
		if err == nil && b.dates.tells(a.Page) && b.dates.standing(d, a.Page, found) == unknown {
			l.open = append(l.open, a)
		}
	}
	byNumber := func(a, b sites.Address) int {
		return cmp.Or(cmp.Compare(len(a.Page), len(b.Page)), strings.Compare(a.Page, b.Page))
	}
	slices.SortFunc(l.open, byNumber)
	l.open = slices.CompactFunc(l.open, func(a, b sites.Address) bool { return a.Page == b.Page })
	return l, nil
}

// probe gives the page of the next probe of a listing, "" where none is worth while. The
// listing waits for it until [backfill.release].
func (b *backfill) probe(l *probedListing) (page string, err error) {
	d := daysOf(l.last)
	for ; l.probed < maxProbes; l.probed++ {
		l.open = slices.DeleteFunc(l.open, func(a sites.Address) bool { return b.dates.place(a.Page, d) != unknown })
		if len(l.open) <= fewUnknown {
			return "", nil
		}
		// The ends first, then halving: a listing that is outside altogether, as most
		// pages of a list are, shows so by one of its ends.
		i := len(l.open) / 2
		switch l.probed {
		case 0:
			i = 0
		case 1:
			i = len(l.open) - 1
		}
		page := l.open[i].Page
		l.open = slices.Delete(l.open, i, i+1)
		e, known, err := b.known(page)
		if err != nil {
			return "", err
		}
		if known {
			b.dates.learn(page, published(e))
			continue
		}
		l.probed++
		b.probes[page] = l
		return page, nil
	}
	return "", nil
}

// release gives the listing that waited for a page.
func (b *backfill) release(page string) (l *probedListing, ok bool) {
	l, ok = b.probes[page]
	delete(b.probes, page)
	return l, ok
}

// published is when a page that was fetched was published, as far as it says.
func published(e capture.Entry) time.Time {
	if e.Fetched.IsZero() {
		return time.Time{}
	}
	return e.Published
}

// firstPage is the address of a list's first page.
func firstPage(e capture.Entry) string {
	if e.Hops > 0 {
		return e.ListedBy
	}
	return e.URL
}

// goesOn reports whether a backfill's list goes on behind a page of it.
func (b *backfill) goesOn(e capture.Entry, found []listing.Item) bool {
	t := b.pagers[firstPage(e)]
	if t == nil {
		t = &pager{seen: newSeenPages()}
		b.pagers[firstPage(e)] = t
	}
	var pages []string
	for _, l := range found {
		if a, err := b.site.Address(l.URL); err == nil {
			pages = append(pages, a.Page)
		}
	}
	return t.add(pages)
}

// behind reports whether a page of a backfill's list lies behind its days: the pages
// before it do.
func (b *backfill) behind(e capture.Entry) (bool, error) {
	t := b.pagers[firstPage(e)]
	if e.Kind != sites.List || e.Since.IsZero() || e.Hops == 0 || t == nil {
		return false, nil
	}
	d, old := daysOf(e), 0
	for _, pages := range slices.Backward(t.last) {
		at, byAddress, err := b.pageStanding(d, pages)
		switch {
		case err != nil:
			return false, err
		case at == inside:
			return false, nil
		case at == older && byAddress:
			return true, nil
		case at == older:
			if old++; old == oldPages {
				return true, nil
			}
		}
	}
	return false, nil
}

// pageStanding is how the articles of one page of a list lie to the days: older
// where all are that are dated, unknown while some are still to be fetched;
// byAddress where none had to be.
func (b *backfill) pageStanding(d days, pages []string) (at standing, byAddress bool, err error) {
	waits := false
	byAddress = true
	for _, page := range pages {
		one := b.dates.standing(d, page, listing.Item{})
		if one == unknown {
			byAddress = false
			e, _, err := b.known(page)
			if err != nil {
				return unknown, false, err
			}
			waits = waits || e.Fetched.IsZero()
			one = d.of(published(e))
		}
		switch one {
		case inside, newer:
			return inside, byAddress, nil
		case older:
			at = older
		}
	}
	if waits {
		at = unknown
	}
	return at, byAddress, nil
}

// backlogDue is when what a listing of a backfill leads to is due: the articles of
// each page before the next page, so that their dates are known by then.
func (r *run) backlogDue(hops int, article bool) time.Time {
	step := 2 * hops
	if article {
		step++
	}
	return r.started.Add(-time.Hour + time.Duration(min(step, 4*maxBackfillPages))*time.Millisecond)
}

// pagerLink is the link to page n of the list at first that a page of it shows, for
// newspapers whose own way of paging is not known: the list's address with that
// number, and no other, behind it.
func pagerLink(first *url.URL, links []string, n int) string {
	base := strings.TrimSuffix(first.Path, "/")
	base = strings.TrimSuffix(base, path.Ext(base))
	for _, link := range links {
		u, err := url.Parse(link)
		if err != nil || u.Host != first.Host || len(base) < 2 {
			continue
		}
		behind, ok := strings.CutPrefix(u.Path, base)
		if m := pageNumber.FindStringSubmatch(behind + "?" + u.RawQuery); ok && m != nil && cmp.Or(m[1], m[2]) == strconv.Itoa(n) {
			return link
		}
	}
	return ""
}

// pageNumber matches what stands behind a list's address for one of its pages:
// "?page=2", "/trang-2.htm?", "/page/2/?", "/p2?".
var pageNumber = regexp.MustCompile(`^(?:/?(?:\.[a-z]{2,5})?\?(?:page|p|trang|pageindex)=(\d{1,4})|[/-](?:page|trang|p)[/-]?(\d{1,4})/?(?:\.[a-z]{2,5})?\?)$`)
