package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/sites"
)

// The CDX server tells other programs which captures there are, in the words of pywb's: what it
// takes and how it answers is as pywb documents it.

func (s *Server) cdxRoutes() { s.handleSlow("GET /cdx", s.cdx) }

const (
	// cdxBlock is how many captures one block of the index is; an answer reads some blocks, and
	// a client asks for the others by page.
	cdxBlock                  = 1000
	cdxBlocks, mostCDXBlocks  = 10, 50
	mostFilters, mostCDXLimit = 16, 100_000
	// mostWhole is the largest limit that is kept over all parts of an answer.
	mostWhole = 10_000
	// mostExpression is how large a filter's expression may be, its repetitions written out: each step
	// through a line costs as much.
	mostExpression = 500
	// mostCDXBytes is the largest answer, and what is read for one.
	mostCDXBytes = 24 << 20
)

// cdxQuery is what a client asks for.
type cdxQuery struct {
	url, match     string
	start, end     string // keys from, and before
	from, to       string // 14 digits, both included; "" is open
	closest        time.Time
	reverse        bool
	resolve        bool // revisits get the type and status of what they repeat
	filters        []cdxFilter
	collapse       int // digits of the time that with address and status tell lines apart; 0 is none
	limit          int
	fields         []string
	output         string
	page, pageSize int // pageSize in blocks
	count          bool
	whole          bool // the lines are the first of the whole answer, in its order, rather than of a part
}

// cdxTakes are the parameters that are read: whatever else is asked for is passed over.
var cdxTakes = []string{
	"url", "matchType", "from", "from_ts", "to", "closest", "sort", "reverse", "limit", "filter", "fl", "fields", "output", "collapseTime", "resolveRevisits",
	"page", "pageSize", "showNumPages", "showPagedIndex",
}

// cdxParameter is the error of a parameter that cannot be read.
func cdxParameter(name string) error { return badRequest("cdx." + name) }

func parseCDX(asked url.Values) (q cdxQuery, err error) {
	values := url.Values{}
	for _, name := range cdxTakes {
		values[name] = asked[name]
	}
	q = cdxQuery{url: values.Get("url"), match: values.Get("matchType"), limit: mostCDXLimit, pageSize: cdxBlocks, output: cmp.Or(values.Get("output"), "cdxj")}
	if err := q.scope(); err != nil {
		return q, err
	}
	if err := q.times(values); err != nil {
		return q, err
	}
	switch sort := values.Get("sort"); {
	case sort == "closest" && q.closest.IsZero(), !slices.Contains([]string{"", "reverse", "closest"}, sort):
		return q, cdxParameter("sort")
	default:
		q.reverse = sort == "reverse" || cdxTrue(values.Get("reverse"))
	}
	for _, n := range []struct {
		name     string
		to       *int
		min, max int
	}{{"limit", &q.limit, 1, 1 << 30}, {"page", &q.page, 0, 1 << 30}, {"pageSize", &q.pageSize, 1, mostCDXBlocks}, {"collapseTime", &q.collapse, 1, 14}} {
		text := values.Get(n.name)
		if text == "" {
			continue
		}
		if *n.to, err = strconv.Atoi(text); err != nil || *n.to < n.min || *n.to > n.max {
			return q, cdxParameter("number")
		}
	}
	if cdxTrue(values.Get("showPagedIndex")) {
		return q, cdxParameter("index")
	}
	q.limit = min(q.limit, mostCDXLimit)
	q.whole = values.Get("limit") != "" && values.Get("page") == "" && q.limit <= mostWhole && q.collapse == 0
	q.count, q.resolve = cdxTrue(values.Get("showNumPages")), cdxTrue(values.Get("resolveRevisits"))
	if names := cmp.Or(values.Get("fields"), values.Get("fl")); names != "" {
		for name := range strings.SplitSeq(names, ",") {
			if !slices.Contains(q.fields, name) {
				q.fields = append(q.fields, name)
			}
		}
	}
	if !slices.Contains([]string{"cdxj", "json", "text", "link"}, q.output) {
		return q, cdxParameter("output")
	}
	if len(values["filter"]) > mostFilters {
		return q, cdxParameter("filter")
	}
	for _, text := range values["filter"] {
		f, err := parseCDXFilter(text)
		if err != nil {
			return q, err
		}
		q.filters = append(q.filters, f)
	}
	return q, nil
}

// times reads the times: of from and to, what is not said is filled up, to the first moment and to
// the last.
func (q *cdxQuery) times(values url.Values) error {
	for _, t := range []struct {
		text, pad string
		to        *string
	}{{cmp.Or(values.Get("from"), values.Get("from_ts")), "10000101000000", &q.from}, {values.Get("to"), "29991231235959", &q.to}} {
		if !isDigits(t.text) {
			return cdxParameter("time")
		}
		if t.text != "" {
			*t.to = t.text + t.pad[len(t.text):]
		}
	}
	if text := values.Get("closest"); text != "" {
		var ok bool
		if q.closest, ok = parseDigits(text); !ok {
			return cdxParameter("time")
		}
	}
	return nil
}

func cdxTrue(text string) bool {
	return text != "" && text != "0" && !strings.EqualFold(text, "false")
}

func isDigits(text string) bool {
	return len(text) <= len(digits) && strings.Trim(text, "0123456789") == ""
}

// parseDigits reads a time of 4 to 14 digits, in UTC, and gives the end of the time that it names,
// to the second.
func parseDigits(text string) (time.Time, bool) {
	if len(text) < 4 || !isDigits(text) || len(text)%2 != 0 {
		return time.Time{}, false
	}
	at, err := time.Parse(digits[:len(text)], text)
	switch len(text) {
	case 4:
		at = at.AddDate(1, 0, 0)
	case 6:
		at = at.AddDate(0, 1, 0)
	case 8:
		at = at.AddDate(0, 0, 1)
	case 10:
		at = at.Add(time.Hour)
	case 12:
		at = at.Add(time.Minute)
	default:
		at = at.Add(time.Second)
	}
	return at.Add(-time.Second), err == nil
}

// scope finds the range of keys that the url stands for.
func (q *cdxQuery) scope() error {
	if q.url == "" {
		return cdxParameter("url")
	}
	if q.match == "" {
		if rest, ok := strings.CutPrefix(q.url, "*."); ok {
			q.url, q.match = rest, "domain"
		} else if rest, ok := strings.CutSuffix(q.url, "*"); ok {
			q.url, q.match = rest, "prefix"
		} else {
			q.match = "exact"
		}
	}
	key := sites.SURT(q.url)
	host, _, _ := strings.Cut(key, ")/")
	if q.match != "exact" && !strings.Contains(key, ")/") {
		return cdxParameter("url")
	}
	switch q.match {
	case "exact":
		q.start, q.end = key, key+"!"
	case "prefix":
		for _, last := range []string{"/", "?"} {
			if strings.HasSuffix(q.url, last) && !strings.HasSuffix(key, last) {
				key += last
			}
		}
		q.start, q.end = key, key[:len(key)-1]+string(key[len(key)-1]+1)
	case "host":
		q.start, q.end = host+")/", host+"*"
	case "domain":
		q.start, q.end = host+")/", host+"-"
		if !strings.Contains(host, ",") {
			q.start = host + ","
		}
	default:
		return cdxParameter("match")
	}
	return nil
}

// cdxFilter holds one field, or all of the line where field is "", against a text.
type cdxFilter struct {
	field, text string
	not, exact  bool
	re          *regexp.Regexp
}

func parseCDXFilter(text string) (f cdxFilter, err error) {
	text, f.not = strings.CutPrefix(text, "!")
	text, f.exact = strings.CutPrefix(text, "=")
	matches := false
	if !f.exact {
		text, matches = strings.CutPrefix(text, "~")
	}
	field, rest, has := strings.Cut(text, ":")
	if !has {
		field, rest = "", text
	}
	f.field, f.text = cdxField(field), rest
	if matches {
		if parsed, err := syntax.Parse(rest, syntax.Perl); err != nil || sizeOf(parsed) > mostExpression {
			return f, cdxParameter("filter")
		}
		if f.re, err = regexp.Compile(`^(?:` + rest + `)`); err != nil {
			return f, cdxParameter("filter")
		}
	}
	return f, nil
}

// sizeOf is how large an expression is when its repetitions are written out.
func sizeOf(re *syntax.Regexp) int {
	size := 1
	if re.Op == syntax.OpLiteral {
		size = len(re.Rune)
	}
	for _, part := range re.Sub {
		size += sizeOf(part)
	}
	if re.Op == syntax.OpRepeat {
		size *= max(1, re.Min, re.Max)
	}
	return size
}

func (f cdxFilter) takes(l cdxEntry) bool {
	value := ""
	if f.field == "" {
		value = string(l.cdxj(nil))
	} else {
		value = l.get(f.field)
	}
	var is bool
	switch {
	case f.re != nil:
		is = f.re.MatchString(value)
	case f.exact:
		is = value == f.text
	default:
		is = strings.Contains(value, f.text)
	}
	return is != f.not
}

// cdxField is a field by pywb's name, where a client uses that of another CDX server.
func cdxField(name string) string {
	switch name {
	case "original", "u":
		return "url"
	case "statuscode":
		return "status"
	case "mimetype", "m":
		return "mime"
	}
	return name
}

// cdxEntry is a line of the index.
type cdxEntry struct {
	key, stamp string
	at         time.Time
	fields     [7]string // by cdxNames
}

// cdxNames are the fields behind key and time. There are no WARC files, so that the last two, and the
// length of a record in them, are always "-".
var cdxNames = [7]string{"url", "mime", "status", "digest", "length", "offset", "filename"}

// cdxOf is the line of a capture.
func cdxOf(c capture.Capture) cdxEntry {
	mime, _, _ := strings.Cut(c.ContentType, ";")
	mime = cmp.Or(strings.Map(visible, strings.ToLower(mime)), "unk")
	status := "-"
	if c.Status != 0 {
		status = strconv.Itoa(c.Status)
	}
	if c.Kind == capture.Revisit {
		mime = "warc/revisit"
	}
	digest := "-"
	if _, sum, ok := strings.Cut(c.Digest, ":"); ok {
		digest = sum
	}
	return cdxEntry{
		key: sites.SURT(c.URL), stamp: c.Time.UTC().Format(digits), at: c.Time,
		fields: [7]string{inLink(c.URL), mime, status, digest, "-", "-", "-"},
	}
}

// size is how many bytes a line holds.
func (l cdxEntry) size() int {
	n := len(l.key) + len(l.stamp)
	for _, f := range l.fields {
		n += len(f)
	}
	return n
}

// visible drops what is no visible letter of ASCII.
func visible(r rune) rune {
	if r <= ' ' || r >= 0x7f {
		return -1
	}
	return r
}

func (l cdxEntry) get(name string) string {
	switch name {
	case "urlkey":
		return l.key
	case "timestamp":
		return l.stamp
	}
	if i := slices.Index(cdxNames[:], name); i >= 0 {
		return l.fields[i]
	}
	return ""
}

// object is the line as JSON of the named fields that it has, in their order.
func (l cdxEntry) object(names []string) []byte {
	b := []byte{'{'}
	for _, name := range names {
		value := l.get(cdxField(name))
		if value == "" || value == "-" && !slices.Contains(cdxNames[4:], name) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ", "...)
		}
		b = append(append(append(b, inQuotes(name)...), ": "...), inQuotes(value)...)
	}
	return append(b, '}')
}

// inQuotes is a text as JSON.
func inQuotes(text string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (l cdxEntry) cdxj(names []string) []byte {
	if names == nil {
		names = cdxNames[:]
	}
	return append([]byte(l.key+" "+l.stamp+" "), l.object(names)...)
}

// line is the line in the form that a query asks for.
func (q cdxQuery) line(r *http.Request, l cdxEntry) []byte {
	names := q.fields
	switch q.output {
	case "json":
		if names == nil {
			names = append([]string{"urlkey", "timestamp"}, cdxNames[:]...)
		}
		return l.object(names)
	case "text":
		if names == nil { // the eleven columns of CDX
			names = []string{"urlkey", "timestamp", "url", "mime", "status", "digest", "redirect", "robotflags", "length", "offset", "filename"}
		}
		values := make([]string, len(names))
		for i, name := range names {
			values[i] = cmp.Or(l.get(cdxField(name)), "-")
		}
		return []byte(strings.Join(values, " "))
	case "link":
		return []byte(link{to: origin(r) + "/at/" + l.at.UTC().Format(exactTime) + "if_/" + l.get("url"), rel: "memento", at: l.at}.String())
	}
	return l.cdxj(names)
}

// within reports whether a key and time are asked for.
func (q cdxQuery) within(key, stamp string) bool {
	return key >= q.start && key < q.end && (q.from == "" || stamp >= q.from) && (q.to == "" || stamp <= q.to)
}

// order puts lines into the order that is asked for.
func (q cdxQuery) order(a, b cdxEntry) int {
	if !q.closest.IsZero() {
		if c := cmp.Compare(q.distance(a.at), q.distance(b.at)); c != 0 {
			return c
		}
	}
	c := cmp.Or(cmp.Compare(a.key, b.key), a.at.Compare(b.at))
	if q.reverse && q.closest.IsZero() {
		return -c
	}
	return c
}

// distance is how many seconds lie between a time and the one that is asked for.
func (q cdxQuery) distance(at time.Time) time.Duration {
	return at.Truncate(time.Second).Sub(q.closest).Abs()
}

// cdx answers a query.
func (s *Server) cdx(w http.ResponseWriter, r *http.Request) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return cdxParameter("url")
	}
	q, err := parseCDX(values)
	if err != nil {
		return err
	}
	source, err := s.cdxSource(r.Context(), q)
	if err != nil {
		return q.late(err)
	}
	pages := (source.blocks + q.pageSize - 1) / q.pageSize
	if q.count {
		body, err := json.Marshal(map[string]int{"blocks": source.blocks, "pages": max(1, pages), "pageSize": q.pageSize})
		s.send(w, r, "application/json", append(body, '\n'))
		return err
	}
	if q.page > 0 && q.page >= pages {
		return cdxParameter("page")
	}
	lines, err := s.cdxLines(r.Context(), q, source)
	if err != nil {
		return q.late(err)
	}
	if q.page+1 < pages && !q.whole {
		next := r.URL.Query()
		next.Set("page", strconv.Itoa(q.page+1))
		w.Header().Set("Link", link{to: origin(r) + "/cdx?" + next.Encode(), rel: "next"}.String())
	}
	var b bytes.Buffer
	for i, l := range lines {
		b.Write(q.line(r, l))
		if q.output == "link" && i+1 < len(lines) {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		if b.Len() > mostCDXBytes {
			return cdxParameter("large")
		}
	}
	s.send(w, r, map[string]string{"cdxj": "text/x-cdxj", "json": "application/x-ndjson", "link": linkFormat, "text": "text/plain; charset=utf-8"}[q.output], b.Bytes())
	return nil
}

// late has whoever asks for too much in one answer told so.
func (q cdxQuery) late(err error) error {
	if q.whole && errors.Is(err, context.DeadlineExceeded) {
		return cdxParameter("slow")
	}
	return err
}

// cdxSource is where a query's captures are: blocks of a number of captures.
type cdxSource struct {
	blocks  int
	ordered bool // they come as they are asked for
	read    func(ctx context.Context, block int, fn func(*archive.View, capture.Capture) error) error
}

// cdxLines reads a page of an answer, or the first lines of the whole: of these no more are held than
// twice as many as are wanted.
func (s *Server) cdxLines(ctx context.Context, q cdxQuery, source cdxSource) (lines []cdxEntry, err error) {
	size := 0
	first, behind := q.page*q.pageSize, min((q.page+1)*q.pageSize, source.blocks)
	if q.whole {
		first, behind = 0, source.blocks
	}
	for block := first; block < behind && !(q.whole && source.ordered && len(lines) >= q.limit); block++ {
		err := source.read(ctx, block, func(view *archive.View, c capture.Capture) error {
			l := cdxOf(c)
			if !q.within(l.key, l.stamp) || q.output == "link" && !tells(c) {
				return nil
			}
			if q.resolve && c.RevisitOf != 0 {
				switch of, err := view.Capture(ctx, c.RevisitOf); {
				case err == nil:
					repeated := cdxOf(of)
					l.fields[1], l.fields[2] = repeated.fields[1], repeated.fields[2]
				case !errors.Is(err, archive.ErrNoPage):
					return err
				}
			}
			for _, f := range q.filters {
				if !f.takes(l) {
					return nil
				}
			}
			if lines = append(lines, l); q.whole && len(lines) >= 2*q.limit {
				lines, size = q.firstOf(lines), 0
				for _, l := range lines {
					size += l.size()
				}
			} else if size += l.size(); size > mostCDXBytes {
				return cdxParameter("large")
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if q.collapse > 0 { // what comes first in time stays
		forward := cdxQuery{}
		slices.SortStableFunc(lines, forward.order)
		lines = slices.CompactFunc(lines, func(a, b cdxEntry) bool {
			return a.key == b.key && a.stamp[:q.collapse] == b.stamp[:q.collapse] && a.fields[2] == b.fields[2]
		})
	}
	return q.firstOf(lines), nil
}

// firstOf are the first of some lines, as many as are asked for, in the order that is.
func (q cdxQuery) firstOf(lines []cdxEntry) []cdxEntry {
	slices.SortStableFunc(lines, q.order)
	behind := min(len(lines), q.limit)
	clear(lines[behind:])
	return lines[:behind]
}

// cdxSource finds where what a query asks for is: of one address among the captures of its pages, of a
// range of addresses among all.
func (s *Server) cdxSource(ctx context.Context, q cdxQuery) (cdxSource, error) {
	names, err := s.Archive.Newspapers()
	if err != nil {
		return cdxSource{}, err
	}
	views := make([]*archive.View, 0, len(names))
	for _, name := range names {
		view, err := s.Archive.View(ctx, name)
		if err != nil {
			return cdxSource{}, err
		}
		views = append(views, view)
	}
	if q.match == "exact" {
		return cdxExact(ctx, q, views)
	}
	return cdxRange(q, views), nil
}

// cdxRange is all captures of the newspapers, one after the other, by their numbers.
func cdxRange(q cdxQuery, views []*archive.View) cdxSource {
	type block struct {
		view  *archive.View
		first uint64
	}
	var all []block
	for _, view := range views {
		for first := uint64(1); first <= view.Last(); first += cdxBlock {
			all = append(all, block{view, first})
		}
	}
	if q.reverse {
		slices.Reverse(all)
	}
	return cdxSource{len(all), false, func(ctx context.Context, n int, fn func(*archive.View, capture.Capture) error) error {
		b := all[n]
		return b.view.Between(ctx, b.first, b.first+cdxBlock-1, func(c capture.Capture) error { return fn(b.view, c) })
	}}
}

// cdxExact is the captures of one address: of the page that it leads to, and of the picture, style
// sheet or font, in the order that is asked for.
func cdxExact(ctx context.Context, q cdxQuery, views []*archive.View) (cdxSource, error) {
	type place struct {
		view *archive.View
		archive.Moment
	}
	var all []place
	for _, view := range views {
		pages := map[string]bool{}
		for _, ref := range append(addressesOf(q.url), q.start, sites.AssetPage(q.url)) {
			info, err := view.Page(ctx, ref)
			if errors.Is(err, archive.ErrNoPage) || errors.Is(err, archive.ErrForgotten) || errors.Is(err, archive.ErrInvalid) {
				continue
			}
			if err != nil {
				return cdxSource{}, err
			}
			if pages[info.Page] {
				continue
			}
			pages[info.Page] = true
			moments, err := view.Moments(ctx, info.Page)
			if err != nil {
				return cdxSource{}, err
			}
			for _, m := range moments {
				if q.within(q.start, m.Time.UTC().Format(digits)) {
					all = append(all, place{view, m})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b place) int { return q.order(cdxEntry{at: a.Time}, cdxEntry{at: b.Time}) })
	return cdxSource{(len(all) + cdxBlock - 1) / cdxBlock, true, func(ctx context.Context, n int, fn func(*archive.View, capture.Capture) error) error {
		for _, p := range all[n*cdxBlock : min((n+1)*cdxBlock, len(all))] {
			c, err := p.view.Capture(ctx, p.Number)
			if err == nil {
				err = fn(p.view, c)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}}, nil
}
