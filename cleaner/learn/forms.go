package learn

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/sites"
)

const (
	// mostForms bounds the forms of an article's address. Of the newspapers known, none has more than five.
	mostForms = 12
	// eraGap is how many digits two numbers of one shape differ by that were not counted in one row.
	eraGap = 4
	// namingWords is how many words a slug has to have to be taken for an article's where no number is.
	namingWords = 4
	// unreadForm is how many addresses of a form, of which no page was read, make it one; of those that
	// can hardly be anything else, fewUnread do.
	unreadForm, fewUnread = 10, 2
)

// sample is an address that may be an article's.
type sample struct {
	numbered
	read bool // its page is an article
	year int  // of the page, 0 for unknown
}

// era is the addresses of one form.
type era struct {
	shape
	samples []sample
	read    int // how many of them, the first, have a page
}

// form is what was learnt of one form of address.
type form struct {
	era
	path    string
	re      *regexp.Regexp
	newest  int // year
	oldest  int
	idTimed bool
}

// looksNamed reports whether an address has what names one article: a number, a day or a long slug.
func (n *numbered) looksNamed() bool {
	switch n.spot {
	case nowhere:
		return n.words >= namingWords || strings.ContainsAny(n.folders, "2468") && n.last != ""
	case atEnd:
		return n.size >= 5 || n.words >= 3 || n.folders != "" && n.words > 0
	}
	return true
}

// articleForms learns the forms of an article's address, newest first, of those whose pages were read and of
// others that look like them. editions are first folders that say a language, known otherwise.
func articleForms(samples []sample, editions ...string) []form {
	var forms []form
	for _, s := range samples {
		if lang := s.edition(); s.read && len(s.dirs) > 0 && lang != "" && !slices.Contains(editions, lang) {
			editions = append(editions, lang)
		}
	}
	slices.Sort(editions)
	for _, e := range eras(samples) {
		f, ok := e.form(editions)
		if !ok {
			continue
		}
		// A broken address among them is none of the form.
		f.samples = slices.DeleteFunc(f.samples, func(s sample) bool {
			_, id := fitting([]form{f}, &s.place)
			return s.looksNamed() && id == ""
		})
		if len(f.samples) > 0 {
			forms = append(forms, f)
		}
	}
	slices.SortStableFunc(forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(b.read, a.read), cmp.Compare(len(b.samples), len(a.samples)), cmp.Compare(a.path, b.path))
	})
	forms = forms[:min(len(forms), mostForms)]
	slices.SortStableFunc(forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(b.newest, a.newest), cmp.Compare(b.read, a.read), cmp.Compare(len(b.samples), len(a.samples)), cmp.Compare(a.path, b.path))
	})
	return slices.CompactFunc(forms, func(a, b form) bool { return a.path == b.path })
}

// Forms finds the forms of articles' addresses among addresses that feeds, sitemaps or lists name, before any
// page is read; nil where they have nothing in common.
func Forms(listed []string) []sites.AddressForm {
	n := &newspaper{}
	domains := votes{}
	listed = slices.Clone(listed)
	slices.Sort(listed)
	listed = slices.Compact(listed)
	listed = listed[:min(len(listed), mostListed)]
	for _, address := range listed {
		if p, ok := placeOf(address); ok {
			domains[domainOf(p.host)]++
		}
	}
	n.domain, n.m.Listed = domains.first(), listed
	n.listed()
	const share, least = 10, 3 // of one shape: a tenth of all, and three
	byShape := map[shape]int{}
	for _, s := range n.others {
		s.bare = false
		byShape[s.shape]++
	}
	for i := range n.others {
		s := &n.others[i]
		key := s.shape
		key.bare = false
		s.read = byShape[key] >= least && share*byShape[key] >= len(n.others)
	}
	d := sites.Description{
		Name: "unnamed", Title: n.domain, Home: "https://" + n.domain + "/", Hosts: []string{n.domain}, Languages: []string{"vi"},
		Sources: []sites.Source{{Kind: sites.FrontPage, URL: "https://" + n.domain + "/"}},
	}
	for _, f := range articleForms(n.others) {
		d.Articles = append(d.Articles, f.description(false))
	}
	site, err := d.Site()
	if err != nil {
		return nil
	}
	return site.Articles
}

// eras parts the samples by shape and by the length of their numbers: those that were read first, then the others
// join them.
func eras(samples []sample) []era {
	read, unread := map[shape][]sample{}, map[shape][]sample{}
	for _, s := range samples {
		s.bare = false // a number alone is of the form that others have behind a slug
		if s.read {
			read[s.shape] = append(read[s.shape], s)
		} else {
			unread[s.shape] = append(unread[s.shape], s)
		}
	}
	mergeSlugs(read)
	var list []era
	for _, sh := range slices.SortedFunc(maps.Keys(read), compareShapes) {
		for _, part := range byLength(read[sh]) {
			e := era{shape: sh, samples: part, read: len(part)}
			unread[sh] = e.join(unread[sh])
			list = append(list, e)
		}
	}
	for _, sh := range slices.SortedFunc(maps.Keys(unread), compareShapes) {
		for _, part := range byLength(unread[sh]) {
			if e := (era{shape: sh, samples: withoutRare(part)}); e.isSureUnread() {
				list = append(list, e)
			}
		}
	}
	return list
}

// join takes in the addresses whose pages nobody read and whose numbers are about as long, or as long as several
// others'; it gives back the rest.
func (e *era) join(others []sample) (rest []sample) {
	const several = 3
	byLength := map[int]int{}
	for _, s := range others {
		if s.words >= namingWords {
			byLength[s.size]++
		}
	}
	lo, hi := e.samples[0].size, e.samples[len(e.samples)-1].size
	for byLength[lo-1] >= several && lo > 2 {
		lo--
	}
	for byLength[hi+1] >= several {
		hi++
	}
	joined := e.samples[:len(e.samples):len(e.samples)]
	for _, s := range others {
		if n := s.size; e.spot != nowhere && n >= lo && n <= hi && (s.words >= namingWords || n >= 5) {
			joined = append(joined, s)
		} else {
			rest = append(rest, s)
		}
	}
	e.samples = joined
	return rest
}

func compareShapes(a, b shape) int {
	return cmp.Or(cmp.Compare(a.spot, b.spot), cmp.Compare(a.token, b.token), cmp.Compare(a.param, b.param), cmp.Compare(a.page, b.page), cmp.Compare(a.folders, b.folders), cmp.Compare(a.ending, b.ending))
}

// mergeSlugs takes what only views like a number at the end of a slug ("world-cup-2026") for a part of the
// slug, where most addresses around have no number; and drops the slugs without a number where nearly all
// have one: they are lists that read like articles.
func mergeSlugs(byShape map[shape][]sample) {
	for _, sh := range slices.SortedFunc(maps.Keys(byShape), compareShapes) { // "/648281/…-nam-1978.html"
		if sh.spot != atEnd && sh.spot != atStart {
			continue
		}
		var moved []sample
		for _, s := range byShape[sh] {
			if s.numberInFolder() {
				moved = append(moved, s)
			}
		}
		if len(moved) == len(byShape[sh]) && len(byShape[moved[0].shape]) > len(moved) {
			byShape[moved[0].shape] = append(byShape[moved[0].shape], moved...)
			delete(byShape, sh)
		}
	}
	for _, sh := range slices.SortedFunc(maps.Keys(byShape), compareShapes) {
		if sh.spot != nowhere {
			continue
		}
		slugs := len(byShape[sh])
		var like []shape
		most := 0
		for other := range byShape {
			if other.ending == sh.ending && other.folders == sh.folders && (other.spot == atEnd || other.spot == atStart) {
				like = append(like, other)
				most = max(most, len(byShape[other]))
			}
		}
		if most >= 3*slugs {
			if most > 0 {
				delete(byShape, sh)
			}
			continue
		}
		slices.SortFunc(like, compareShapes)
		for _, other := range like {
			if 3*len(byShape[other]) > slugs || other.spot == atEnd && byShape[other][0].size > 4 {
				continue
			}
			for _, s := range byShape[other] {
				s.shape, s.id, s.size, s.words = sh, s.last, 0, words(s.last)
				byShape[sh] = append(byShape[sh], s)
			}
			delete(byShape, other)
		}
	}
}

// byLength parts samples where the lengths of their numbers leave a gap.
func byLength(list []sample) [][]sample {
	slices.SortFunc(list, func(a, b sample) int {
		return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(a.url, b.url))
	})
	if len(list) > 0 && list[0].spot == nowhere {
		return [][]sample{list}
	}
	var parts [][]sample
	from := 0
	for i := 1; i <= len(list); i++ {
		if i == len(list) || list[i].size-list[i-1].size >= eraGap {
			parts = append(parts, list[from:i])
			from = i
		}
	}
	return parts
}

// isSureUnread reports whether addresses, of which no page was read, are articles' by themselves: many, with long
// slugs, each with a number of its own.
func (e *era) isSureUnread() bool {
	if len(e.samples) < fewUnread || e.spot == nowhere || e.spot == inQuery {
		return false
	}
	ids, long, sure := map[string]bool{}, 0, 0
	for _, s := range e.samples {
		ids[s.id] = true
		if s.words >= namingWords && s.size >= 5 {
			long++
		}
		if s.words > namingWords && s.size >= 6 {
			sure++
		}
	}
	return 20*len(ids) >= 19*len(e.samples) && (10*long >= 9*len(e.samples) && len(e.samples) >= unreadForm || sure == len(e.samples))
}

// withoutRare leaves out the samples whose numbers are of a length that few have.
func withoutRare(list []sample) []sample {
	byLength, most := map[int]int{}, 0
	for _, s := range list {
		n := s.size
		byLength[n]++
		most = max(most, byLength[n])
	}
	return slices.DeleteFunc(list, func(s sample) bool { return 10*byLength[s.size] < most })
}

// form writes the era's pattern.
func (e era) form(editions []string) (form, bool) {
	f := form{era: e}
	for _, s := range e.samples {
		if s.year > 0 && s.read {
			f.newest = max(f.newest, s.year)
			if f.oldest == 0 || s.year < f.oldest {
				f.oldest = s.year
			}
		}
	}
	var b strings.Builder
	b.WriteByte('/')
	if len(editions) > 0 {
		b.WriteString(`(?:` + either(editions) + `/)?`)
	}
	b.WriteString(e.depths())
	f.idTimed = e.timed()
	b.WriteString(e.folderForm())
	b.WriteString(e.lastForm())
	if b.WriteString(regexp.QuoteMeta(e.ending)); e.ending == "" {
		b.WriteString(`/?`)
	}
	f.path = b.String()
	var err error
	f.re, err = regexp.Compile(`^(?:` + f.path + `)$`)
	return f, err == nil
}

// depths is the folders before the first that is a number: as many as were seen, one more for
// a section of a section.
func (e *era) depths() string {
	lo, hi := mostFolders, 0
	var at [mostFolders + 1]int
	for _, s := range e.samples {
		at[s.depth]++
	}
	for _, s := range e.samples {
		if s.read || 20*at[s.depth] >= len(e.samples) {
			lo, hi = min(lo, s.depth), max(hi, s.depth)
		}
	}
	switch {
	case hi == 0:
		return ""
	case lo > 0 && e.spot != nowhere && len(e.samples) < 50:
		lo-- // few addresses: an article may stand in no section
	}
	return strings.ReplaceAll(fmt.Sprintf(`(?:[^/]+/){%d,%d}`, lo, hi+1), "{0,1}", "?")
}

func (e *era) folderForm() string {
	if e.folders == "" {
		return ""
	}
	var b strings.Builder
	patterns := strings.Split(e.folders, " ")
	at := len(patterns) // of the folder that is the number
	if e.spot == inFolder {
		at = slices.Index(patterns, e.token)
	}
	for i, p := range patterns {
		switch {
		case i == at:
			b.WriteString(e.tokenForm())
		case p == "w":
			b.WriteString(`[^/]+`)
		case p == "2":
			b.WriteString(`\d{1,2}`)
		case isDigits(p):
			b.WriteString(`\d{` + p + `}`)
		default:
			b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(p), "#", `\d+`))
		}
		b.WriteByte('/')
	}
	return b.String()
}

func (e *era) lastForm() string {
	switch e.spot {
	case atEnd:
		bare, marks := 0, ""
		for _, s := range e.samples {
			if slug := strings.TrimSuffix(s.last, s.id); slug == "" {
				bare++
			} else if m := slug[len(slug)-1:]; !strings.Contains(marks, m) {
				marks += m
			}
		}
		mark := "-"
		if marks != "" && marks != "-" {
			mark = "[" + strings.Join(slices.Sorted(strings.SplitSeq(strings.ReplaceAll(marks, "-", ""), "")), "")
			if strings.Contains(marks, "-") {
				mark += "-"
			}
			mark += "]"
		}
		switch bare {
		case 0:
			return `[^/]+` + mark + e.tokenForm()
		case len(e.samples):
			return e.tokenForm()
		}
		return `(?:[^/]+` + mark + `)?` + e.tokenForm()
	case atStart:
		return e.tokenForm() + `[-_.][^/]*`
	case nowhere:
		return e.slugForm()
	case inQuery:
		return regexp.QuoteMeta(e.page)
	}
	return `[^/]+`
}

// slugForm is a slug that names the article by itself: with as many words as the shortest has, one less
// for those unseen, but where a day stands before it.
func (e *era) slugForm() string {
	if strings.ContainsAny(e.folders, "2468") {
		return `(?P<id>[^/]+)`
	}
	least := 0
	plain := true
	for i, s := range e.samples {
		if i == 0 || s.words < least {
			least = s.words
		}
		plain = plain && plainSlug.MatchString(s.last)
	}
	least = max(least-1, namingWords-1)
	if !plain {
		return fmt.Sprintf(`(?P<id>[^/-]*(?:-[^/-]*){%d,})`, least-1)
	}
	return fmt.Sprintf(`(?P<id>[a-z0-9]+(?:-[a-z0-9]+){%d,})`, least-1)
}

var plainSlug = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// tokenForm is the number's pattern, with the group. Letters before it are a part of it, as the newspaper prints
// it; but not before a time, where they only tell views of one article apart.
func (e *era) tokenForm() string {
	letters := strings.Split(e.token, "#") // around the runs
	if len(letters) == 2 {
		number := e.run(func(id string) string { return id })
		if letters[0] != "" && e.timed() {
			return letters[0] + `(?P<id>` + number + `)`
		}
		return `(?P<id>` + letters[0] + number + `)`
	}
	// Two runs: the longer one is the number, the other a section's.
	first := func(id string) string { return runs.FindString(id) }
	second := func(id string) string { return lastRun(id) }
	n1, n2 := e.run(first), e.run(second)
	if e.longest(second) > e.longest(first) {
		return letters[0] + n1 + letters[1] + `(?P<id>` + n2 + `)`
	}
	return letters[0] + `(?P<id>` + n1 + `)` + letters[1] + n2
}

func lastRun(id string) string {
	all := runs.FindAllString(id, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

func (e *era) longest(part func(string) string) int {
	n := 0
	for _, s := range e.samples {
		n = max(n, len(part(s.id)))
	}
	return n
}

// run is the pattern of a run of digits: of the lengths that were seen and one on either side; serial numbers
// were shorter once.
func (e *era) run(part func(string) string) string {
	lo, hi := 0, 0
	lead := ""
	for i, s := range e.samples {
		run := runs.FindString(part(s.id))
		if n := len(run); i == 0 || n < lo {
			lo = n
		}
		hi = max(hi, len(run))
		if len(run) >= vccorpLength && yearless(run[vccorpLead:]) && (i == 0 || lead == run[:vccorpLead]) {
			lead = run[:vccorpLead]
		} else {
			lead = "-"
		}
	}
	if len(lead) == vccorpLead && len(e.samples) >= 3 && !e.timed() {
		return fmt.Sprintf(`%s\d{%d,%d}`, lead, lo-vccorpLead-1, hi-vccorpLead+1)
	}
	return fmt.Sprintf(`\d{%d,%d}`, max(lo-1, 1), hi+1)
}

// VCCorp's system numbers the articles of a newspaper by three digits of its own and a time: 188260306224841….
const (
	vccorpLead   = 3
	vccorpLength = 15
)

// yearless reports whether a text begins with a time whose year has two digits.
func yearless(s string) bool {
	const layout = "060102"
	if len(s) < len(layout) {
		return false
	}
	t, err := time.Parse(layout, s[:len(layout)])
	return err == nil && t.Year() >= 1997 && t.Year() < 2060
}

// timed reports whether the era's numbers begin with a time.
func (e *era) timed() bool {
	for _, s := range e.samples {
		if _, ok := timeIn(runs.FindString(s.id)); !ok {
			return false
		}
	}
	return e.spot != nowhere && len(e.samples) > 0
}

// timeIn is the time that a number begins with.
func timeIn(id string) (time.Time, bool) {
	const layout = "20060102150405"
	if len(id) < len(layout) {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(layout, id[:len(layout)], sites.Zone)
	return t, err == nil && t.Year() >= 1997 && t.Year() < 2100
}

// either is a pattern of one of some words.
func either(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return `(?:` + strings.Join(words, "|") + `)`
}

// fitting is the form that matches a path, and the id there.
func fitting(forms []form, p *place) (f *form, id string) {
	for i := range forms {
		f := &forms[i]
		m := f.re.FindStringSubmatch(p.path)
		switch {
		case m == nil:
		case f.spot != inQuery:
			return f, m[f.re.SubexpIndex("id")]
		default:
			if param, id := queryNumber(p.query); param == f.param {
				return f, id
			}
		}
	}
	return nil, ""
}

// description is the form as a file says it; dated with the year of the oldest page that has it.
func (f *form) description(dated bool) sites.Form {
	d := sites.Form{Path: f.path, Query: f.param}
	if f.oldest > 0 && dated {
		d.Since = strconv.Itoa(f.oldest)
	}
	return d
}
