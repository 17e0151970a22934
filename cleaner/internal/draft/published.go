package draft

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// When an article was published is said in up to four places: JSON-LD, metas,
// the element that shows the time, the line printed there. Each may be wrong in
// its own way: a Z behind local time, the American order, a day alone, another
// article's. What most of them say is taken; of as many the first.

// Said is one place where a page says a time.
type Said struct {
	from article.Text // json-ld, meta, time or text
	raw  string
	At   dates.Date
}

// how is in which way a time is read.
type how int

const (
	asWritten how = iota
	otherOrder
	asLocal // a Z that is none
	dayOnly // midnight, for want of a time
	asUTC   // local time that is none
	halfDay // of a clock of twelve hours, without saying so
)

// ways are those that may be tried.
var ways = []how{asWritten, otherOrder, asLocal, dayOnly, asUTC, halfDay}

// read is the date read in a way; false where it cannot be.
func (s *Said) read(w how) (dates.Date, bool) {
	at := s.At
	machine := s.from != "text"
	switch w {
	case asWritten:
		return at, true
	case otherOrder:
		if !at.Either || at.Sure {
			return dates.Date{}, false
		}
		return at.Swapped(), true
	case asLocal:
		if !at.Clock || !at.Zoned || isOffset(at.Wall, 7) {
			return dates.Date{}, false
		}
		return at.ReadIn(sites.Zone), isOffset(at.Wall, 0)
	case dayOnly:
		if !at.Clock || at.Wall.Hour() != 0 || at.Wall.Minute() != 0 || at.Wall.Second() != 0 || !machine {
			return dates.Date{}, false
		}
		at = at.ReadIn(sites.Zone)
		at.Clock = false
		return at, true
	case asUTC:
		if !at.Clock || !machine || at.Zoned && !isOffset(at.Wall, 7) {
			return dates.Date{}, false
		}
		return at.ReadIn(time.UTC), true
	case halfDay:
		if !at.Clock || !machine || at.Half || at.Wall.Hour() < 1 || at.Wall.Hour() > 12 {
			return dates.Date{}, false
		}
		return at.At(at.Wall.Add(12 * time.Hour)), true
	}
	return dates.Date{}, false
}

func isOffset(t time.Time, hours int) bool {
	_, east := t.Zone()
	return east == hours*3600
}

// agree tells two dates of one meaning: printed times have no seconds, and
// what is printed may be a minute behind.
func agree(a, b dates.Date) bool {
	if a.Clock && b.Clock {
		return a.Sub(b.Time).Abs() < 2*time.Minute
	}
	return sameDay(a, b)
}

func sameDay(a, b dates.Date) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

// mostSaid bounds what is compared with each other.
const mostSaid = 16

// readings are the ways of a place that do not lead beyond the day of capture.
type readings struct {
	*Said
	at [halfDay + 1]dates.Date
	ok [halfDay + 1]bool
}

// agreed is what most places of a page say, and in which way it is read. field
// is named in the notes.
func (d *Draft) agreed(list []Said, field string) (best Said, way how, ok bool) {
	all := make([]readings, 0, min(len(list), mostSaid))
	for i := range list[:min(len(list), mostSaid)] {
		r := readings{Said: &list[i]}
		any := false
		for _, w := range ways {
			if r.at[w], r.ok[w] = r.read(w); r.ok[w] {
				r.ok[w] = !d.isAhead(r.at[w])
			}
			any = any || r.ok[w]
		}
		if !any || !r.ok[asWritten] && !r.ok[otherOrder] && !r.ok[asLocal] {
			d.Note(field + ": " + string(r.from) + " says " + short(r.raw) + ", after the page was saved")
			d.ahead = true
			continue
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return Said{}, asWritten, false
	}
	// The day first: a day alone agrees with any time of it.
	day, _ := choose(all, func(a, b dates.Date) bool { return sameDay(a, b) }, func(dates.Date) bool { return true })
	onDay := func(at dates.Date) bool { return sameDay(at, day) }
	at, found := choose(all, agree, func(at dates.Date) bool { return at.Clock && onDay(at) })
	if !found {
		at = day
	}
	// Of those that say so the first, as it is written or not.
	i := slices.IndexFunc(all, func(r readings) bool { _, ok := r.saying(at); return ok })
	best = *all[i].Said
	way, _ = all[i].saying(at)
	best.At = all[i].at[way]
	d.noteReadings(all, i, way, best.At, field)
	return best, way, true
}

// saying is the way in which a place says a date, time of day and all.
func (r *readings) saying(at dates.Date) (how, bool) {
	for _, w := range ways {
		if r.ok[w] && r.at[w].Clock == at.Clock && agree(r.at[w], at) {
			return w, true
		}
	}
	return asWritten, false
}

// agrees is the way in which a place agrees with a date.
func (r *readings) agrees(at dates.Date, same func(a, b dates.Date) bool) (how, bool) {
	for _, w := range ways {
		if r.ok[w] && same(r.at[w], at) {
			return w, true
		}
	}
	return asWritten, false
}

// choose is the date that most kinds of places agree on; of as many that
// which most of them have as it is written; then the first.
func choose(all []readings, same func(a, b dates.Date) bool, may func(dates.Date) bool) (best dates.Date, found bool) {
	most, least := 0, 0
	for i := range all {
		for _, w := range ways {
			at := all[i].at[w]
			if !all[i].ok[w] || !may(at) {
				continue
			}
			votes, cost := count(all, at, same)
			if votes > most || votes == most && cost < least {
				best, found, most, least = at, true, votes, cost
			}
		}
	}
	return best, found
}

// count is how many kinds of places agree with a date, and how much must be
// wrong with what they say.
func count(all []readings, at dates.Date, same func(a, b dates.Date) bool) (votes, cost int) {
	kinds := [4]article.Text{"json-ld", "meta", "time", "text"}
	for _, kind := range kinds {
		cheapest := -1
		for i := range all {
			if all[i].from != kind {
				continue
			}
			w, ok := all[i].agrees(at, same)
			price := int(w)
			if kind == "text" && w == otherOrder {
				price++ // what readers see is in their order, what machines read in any
			}
			if ok && (cheapest < 0 || price < cheapest) {
				cheapest = price
			}
		}
		if cheapest >= 0 {
			votes++
			cost += cheapest
		}
	}
	return votes, cost
}

// wrong says what is wrong with a time that is not read as it is written.
var wrong = map[how]string{
	otherOrder: "the American order",
	asLocal:    "local time",
	asUTC:      "UTC",
	halfDay:    "a time of the afternoon",
}

func (d *Draft) noteReadings(all []readings, best int, way how, at dates.Date, field string) {
	b := &all[best]
	if as := wrong[way]; as != "" {
		d.Note(field + ": " + string(b.from) + " says " + short(b.raw) + ", taken as " + as)
	}
	for i := range all {
		r := &all[i]
		if i == best {
			continue
		}
		w, ok := r.agrees(at, agree)
		switch {
		case !ok:
			d.Note(field + ": " + string(b.from) + " says " + short(b.raw) + ", " + string(r.from) + " says " + short(r.raw))
		case wrong[w] != "":
			d.Note(field + ": " + string(r.from) + " says " + short(r.raw) + ", taken as " + wrong[w])
		}
	}
}

// short is what a page says, for a note.
func short(raw string) string {
	const longest = 60
	if raw = prose.Clean(raw); utf8.RuneCountInString(raw) > longest {
		raw = string([]rune(raw)[:longest]) + "…"
	}
	return raw
}

// isAhead tells a date after the page was captured, by more than clocks and
// zones explain.
func (d *Draft) isAhead(at dates.Date) bool {
	captured := d.Doc.Page.Captured
	return !captured.IsZero() && at.Sub(captured) > 24*time.Hour
}

// The names of metas that say when a page was published, those of one meaning
// first, and when it was changed.
var (
	publishedMetas = []string{"article:published_time", "datepublished", "pubdate", "og:article:published_time", "og:published_time", "publishdate",
		"publish_date", "publish-date", "published_time", "published_date", "publication_date", "article.published", "parsely-pub-date", "sailthru.date",
		"dc.date.issued", "dcterms.issued", "originalpublicationdate", "publishedtime", "article_publishtime", "publishtime", "publish_time"}
	otherMetas    = []string{"date", "dc.date", "dc.date.created", "dcterms.created", "its_publication", "datecreated", "created"}
	modifiedMetas = []string{"article:modified_time", "datemodified", "og:updated_time", "og:article:modified_time", "lastmod", "last-modified", "modified_time",
		"updated_time", "dcterms.modified", "dc.date.modified", "article_updatetime"}
)

// SetTimes finds when the article was published and changed. shown is what the page shows
// near its title, which the reader hands over.
func (d *Draft) SetTimes(shown []Said) {
	h := &d.Doc.Head
	var published, modified []Said
	add := func(list *[]Said, field string, from article.Text, raw string) {
		if raw = strings.TrimSpace(raw); raw == "" {
			return
		}
		if at, ok := dates.ParseValue(raw); ok {
			*list = append(*list, Said{from, raw, at})
		} else if strings.ContainsAny(raw, "0123456789") && len(raw) <= 2*LongestLine {
			d.Note(field + ": " + string(from) + " says " + short(raw) + ", which is no time")
		}
	}
	add(&published, "published", "json-ld", h.Linked.Published)
	before := len(published)
	for _, names := range [][]string{publishedMetas, otherMetas} {
		for _, name := range names {
			const most = 4 // of one name: microdata of other articles stand on the page, too
			for _, value := range h.Metas[name][:min(len(h.Metas[name]), most)] {
				if len(published) < mostSaid/2 {
					add(&published, "published", "meta", value)
				}
			}
		}
		if len(published) > before {
			break
		}
	}
	add(&modified, "modified", "json-ld", h.Linked.Modified)
	for _, name := range modifiedMetas {
		if len(modified) < mostSaid/2 {
			add(&modified, "modified", "meta", h.First(name))
		}
	}
	var updates []Said
	tellApart(shown)
	for _, s := range shown {
		if s.At.Updated {
			updates = append(updates, s)
		} else {
			published = append(published, s)
		}
	}
	d.decideOrder(published, modified, updates)
	if len(published) == 0 && len(updates) > 0 {
		// Newspapers print "Cập nhật" before the one time that they show.
		d.Note("published: the page says only when it was updated")
		published = updates
	} else {
		modified = append(modified, updates...)
	}
	best, way, ok := d.agreed(published, "published")
	if ok {
		d.setPublished(best.At, best.from, best.raw)
	}
	// What is wrong with one time of a place is wrong with the other.
	for i := range modified {
		if s := &modified[i]; ok && s.from == best.from && (way == otherOrder || way == asLocal || way == asUTC) {
			if at, ok := s.read(way); ok {
				s.At = at
			}
		}
	}
	if changed, _, ok := d.agreed(modified, "modified"); ok {
		d.Modified = article.Time{Time: changed.At.Time}
		d.Say("modified", modifiedRules[changed.from], changed.raw)
	}
}

// tellApart takes an attribute for the time of a change where the line printed
// beside it says so of the same time, and prints another.
func tellApart(shown []Said) {
	for i := range shown {
		s := &shown[i]
		if s.from != "time" || s.At.Updated {
			continue
		}
		change, publication := false, false
		for _, other := range shown {
			if other.from == "text" {
				same := agree(s.At, other.At)
				change = change || same && other.At.Updated
				publication = publication || same && !other.At.Updated
			}
		}
		s.At.Updated = change && !publication && slices.ContainsFunc(shown, func(o Said) bool { return o.from == "text" && !o.At.Updated })
	}
}

// LongestLine is how long a line may be that shows a time, in bytes.
const LongestLine = 120

// The origins of a date, in words.
var (
	dateRules = map[article.Text]string{
		"json-ld": "datePublished in the page's JSON-LD",
		"meta":    "a meta element's time of publication",
		"time":    "the datetime attribute that the page shows its time with",
		"text":    "a date printed on the page",
	}
	modifiedRules = map[article.Text]string{
		"json-ld": "dateModified in the page's JSON-LD",
		"meta":    "a meta element's time of modification",
		"time":    "an attribute of the time that the page shows as that of a change",
		"text":    "the time of a change printed on the page",
	}
)

func (d *Draft) setPublished(at dates.Date, from article.Text, raw string) {
	d.Published, d.PublishedFrom = article.Time{Time: at.Time}, from
	if !at.Clock {
		d.Note("published: a day without a time, taken as midnight")
	}
	d.Say("published", dateRules[from], raw)
}

// decideOrder reads numbers in the American order where all that the page says
// is for it: 3/7/2026 8:01:53 AM in what is meant for machines is as .NET and
// JavaScript write it in America; a page in English with AM and PM; one that
// says that it is in the English of America; and one that has a month beyond
// the twelfth elsewhere.
func (d *Draft) decideOrder(lists ...[]Said) {
	asked, american := false, false
	for _, list := range lists {
		for i := range list {
			s := &list[i]
			if !s.At.Either || s.At.Sure {
				continue
			}
			if !asked {
				asked, american = true, d.isAmerican(lists)
			}
			machines := s.from != "text" && s.At.Half && s.At.Seconds && s.At.Bare
			if machines || american || s.At.Half && d.isEnglish() {
				s.At = s.At.Swapped()
			}
		}
	}
}

// isAmerican tells a page that writes the month before the day.
func (d *Draft) isAmerican(lists [][]Said) bool {
	if lang := strings.ToLower(strings.TrimSpace(d.Doc.Head.Lang)); strings.ReplaceAll(lang, "_", "-") == "en-us" && d.isEnglish() {
		return true
	}
	american, other := 0, 0
	text := d.Doc.Text
	if d.Doc.Root != nil {
		text = ""
		for _, list := range lists {
			for _, s := range list {
				text += s.raw + "\n"
			}
		}
		a, o := ordersOnPage(d.Doc.Root)
		american, other = a, o
	}
	a, o := ordersIn(text)
	return american+a > other+o
}

// ordersOnPage counts the dates of a page that can be read in one order only.
func ordersOnPage(root *html.Node) (american, other int) {
	dom.Walk(root, func(n *html.Node) bool {
		switch {
		case n.Type == html.TextNode:
			a, o := ordersIn(n.Data)
			american, other = american+a, other+o
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style:
			return false
		}
		return true
	}, nil)
	return american, other
}

// ordersIn counts the dates of a text that can be read in one order only.
func ordersIn(text string) (american, other int) {
	two := func(i int) (n, digits int) {
		for i+digits < len(text) && digits < 3 && '0' <= text[i+digits] && text[i+digits] <= '9' {
			n = n*10 + int(text[i+digits]-'0')
			digits++
		}
		return n, digits
	}
	for i := 0; i < len(text); i++ {
		k := strings.IndexByte(text[i:], '/')
		if k < 0 {
			break
		}
		i += k
		start := i
		for start > 0 && '0' <= text[start-1] && text[start-1] <= '9' && i-start < 3 {
			start--
		}
		a, n := two(start)
		b, d := two(i + 1)
		if n < 1 || n > 2 || d < 1 || d > 2 || i+1+d+5 > len(text) || text[i+1+d] != '/' {
			continue
		}
		year := prose.Number(text[i+2+d : i+2+d+4])
		switch {
		case !dates.IsYear(year):
		case a <= 12 && b > 12 && b <= 31:
			american++
		case b <= 12 && a > 12 && a <= 31:
			other++
		}
	}
	return american, other
}

// isEnglish tells a page in English. Its letters decide: templates say that
// they are English where the newspaper is not.
func (d *Draft) isEnglish() bool {
	if d.Doc.Root == nil {
		return prose.Language(d.Doc.Text) == "en"
	}
	text := string(d.Title) + " " + string(d.Lead)
	for i := 0; i < len(d.Body) && i < 3; i++ {
		text += " " + d.Body[i].Text
	}
	return language(text, d.Doc.Head.Lang, d.Addr.Language) == "en"
}

// ShownIn reads an element that shows a time: the attributes of it and of what
// is in it, and the line that it prints.
func ShownIn(n *html.Node) (list []Said) {
	const most = 60 // elements that are looked at
	left := most
	list = AttributesOf(n)
	dom.Each(n, func(c *html.Node) bool {
		if left--; left < 0 {
			return false
		}
		list = append(list, AttributesOf(c)...)
		return true
	})
	return append(list, PrintedIn(dom.Text(n), SaysUpdated(n))...)
}

// AttributesOf reads the attributes of an element that say a time to machines.
func AttributesOf(n *html.Node) (list []Said) {
	const longest, most = 80, 64 // bytes, attributes that are looked at
	for i := range n.Attr[:min(len(n.Attr), most)] {
		a := &n.Attr[i]
		if !dom.SaysTime(a.Key) || len(a.Val) > longest || a.Key == "content" && dom.Attr(n, "itemprop") == "" {
			continue
		}
		if at, ok := dates.ParseValue(a.Val); ok && at.Year() >= dates.FirstYear {
			at.Updated = at.Updated || SaysUpdated(n)
			list = append(list, Said{"time", a.Val, at})
		}
	}
	return list
}

// PrintedIn reads a line that shows a time. updated is what its element says of
// it, where the line itself does not tell one time from another.
func PrintedIn(line string, updated bool) (list []Said) {
	l := dates.ReadLine(line)
	for _, at := range l.Dates {
		updated = updated && !at.Updated && !at.Posted
	}
	for _, at := range l.Dates {
		at.Updated = at.Updated || updated
		list = append(list, Said{"text", prose.Clean(line[:min(len(line), dates.LongestLine)]), at})
	}
	return list
}

// SaysUpdated tells an element that calls itself the time of a change. WordPress
// has both words on the one time that it shows.
func SaysUpdated(n *html.Node) bool {
	words := strings.ToLower(dom.Attr(n, "class") + " " + dom.Attr(n, "itemprop"))
	return (strings.Contains(words, "updated") || strings.Contains(words, "modified")) && !strings.Contains(words, "publi")
}

// FirstShown keeps, of what is shown, the first time of publication of each
// kind and the first of a change.
func FirstShown(list []Said) (kept []Said) {
	type key struct {
		from    article.Text
		updated bool
	}
	seen := map[key]bool{}
	for _, s := range list {
		if k := (key{s.from, s.At.Updated}); !seen[k] {
			seen[k] = true
			kept = append(kept, s)
		}
	}
	return kept
}
