package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"baoluu/archive"
	"baoluu/archive/catalog"
	"baoluu/cleaner/compare"
)

func (s *Server) changesRoutes() {
	s.handle("GET /changes", s.changesPage)
	s.handle("GET /changes.atom", s.changesAtom)
	s.handle("GET /changes.json", s.changesJSON)
	s.handle("GET /p/{site}/{id}/changes.atom", s.pageAtom)
}

const (
	// changesListed is how many changes one page or feed has.
	changesListed = 25
	// changesLooked is how many changes are looked at for those in which a number changed.
	changesLooked = 100
)

// changesQuery chooses among the changes.
type changesQuery struct {
	Site     string // "" for all
	Kind     string // edit, unsure, gone, back; "" for all
	From, To string // days, both included; "" for no bound
	Numbers  bool   // only edits in which a number changed
	Cursor   string // where the list goes on
	from, to time.Time
	kind     catalog.Kind
}

var errChangesQuery = badRequest("changes.query")

// parseChanges reads what an address asks for.
func parseChanges(v url.Values) (q changesQuery, err error) {
	q = changesQuery{Site: v.Get("site"), Kind: v.Get("kind"), From: v.Get("from"), To: v.Get("to"), Numbers: v.Get("numbers") != "", Cursor: v.Get("after")}
	if q.Kind != "" {
		if q.kind, err = catalog.ParseKind(q.Kind); err != nil {
			return q, errChangesQuery
		}
	}
	for _, d := range []struct {
		text string
		day  *time.Time
	}{{q.From, &q.from}, {q.To, &q.to}} {
		if d.text == "" {
			continue
		}
		day, ok := parseDay(d.text)
		if !ok {
			return q, errChangesQuery
		}
		*d.day = day
	}
	if !q.to.IsZero() {
		q.to = q.to.AddDate(0, 0, 1)
	}
	return q, nil
}

// values are the query of an address that asks for the same, from the list's beginning.
func (q changesQuery) values() url.Values {
	v := url.Values{}
	numbers := ""
	if q.Numbers {
		numbers = "1"
	}
	for _, p := range [][2]string{{"site", q.Site}, {"kind", q.Kind}, {"from", q.From}, {"to", q.To}, {"numbers", numbers}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	return v
}

// Path is an address below path that asks for the same; after is where the list goes on.
func (q changesQuery) Path(path, after string) string {
	v := q.values()
	if after != "" {
		v.Set("after", after)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// Filtered reports whether not all changes are asked for.
func (q changesQuery) Filtered() bool { return len(q.values()) > 0 }

func (q changesQuery) filter() catalog.Filter {
	f := catalog.Filter{From: q.from, To: q.to}
	if q.Site != "" {
		f.Sites = []string{q.Site}
	}
	if q.kind != 0 {
		f.Kinds = []catalog.Kind{q.kind}
	} else if q.Numbers {
		f.Kinds = []catalog.Kind{catalog.Edit, catalog.Unsure}
	}
	return f
}

// changeItem is one change in a list: an edit, a takedown, a return.
type changeItem struct {
	Site, Page string
	Title      string
	Language   string
	Own        bool   // the list is its newspaper's own, or the article's
	Kind       string // edit, unsure, gone, back
	Time       time.Time
	From, To   int     // versions; From can be read, 0 for none
	Change     *change // nil where there is nothing to compare
}

// Lang is the language of the title, as HTML has it.
func (c changeItem) Lang() string { return htmlLang(c.Language) }

// Path is where the change is shown: both versions side by side, or the page as it is then.
func (c changeItem) Path() string {
	if c.Change != nil {
		return pagePath(c.Site, c.Page, "diff", strconv.Itoa(c.From)+".."+strconv.Itoa(c.To))
	}
	return pagePath(c.Site, c.Page, "v", strconv.Itoa(c.To))
}

// listChanges reads the changes that a query asks for, and where the next ones begin.
func (s *Server) listChanges(ctx context.Context, q changesQuery) (list []changeItem, next string, err error) {
	r := s.reader()
	next = q.Cursor
	for looked := 0; ; {
		l, err := s.Catalog.Changes(q.filter(), next, changesListed-len(list))
		if errors.Is(err, catalog.ErrCursor) {
			err = errChangesQuery
		}
		if err != nil {
			return nil, "", err
		}
		for _, e := range l.Entries {
			item, ok, err := s.changeOf(ctx, r, e)
			if err != nil {
				return nil, "", err
			}
			if ok && (!q.Numbers || item.Change != nil && item.Change.Size.Numbers > 0) {
				item.Own = q.Site != ""
				list = append(list, item)
			}
		}
		looked += len(l.Entries)
		next = l.Next
		if next == "" || len(list) == changesListed || looked >= changesLooked {
			return list, next, nil
		}
	}
}

// changeOf reads one change; not ok where it is not there any more.
func (s *Server) changeOf(ctx context.Context, r *reader, e catalog.Entry) (item changeItem, ok bool, err error) {
	item = changeItem{Site: e.Site, Page: e.Page, Kind: e.Kind.String(), Time: e.Time, From: e.From, To: e.To}
	view, err := r.view(ctx, e.Site)
	if err == nil {
		err = s.fillChange(ctx, found{Site: e.Site, view: view}, &item)
	}
	switch {
	case err == nil:
		return item, true, nil
	case ctx.Err() != nil:
		return item, false, ctx.Err()
	case errors.Is(err, archive.ErrForgotten), errors.Is(err, archive.ErrNoPage), errors.Is(err, archive.ErrNoNewspaper):
		return item, false, nil
	case errors.Is(err, archive.ErrCorrupt):
		return item, true, nil // one that is damaged hides no other
	}
	return item, false, err
}

// fillChange reads the title of a change's page, and compares its versions.
func (s *Server) fillChange(ctx context.Context, f found, item *changeItem) (err error) {
	if f.Info, err = f.view.Page(ctx, item.Page); err != nil {
		return err
	}
	if f.Info.Page != item.Page { // it was joined to another one
		return archive.ErrNoPage
	}
	item.Title, item.Language = brief(f.Info.Title, mostTitle), f.Info.Language
	if item.Kind != catalog.Edit.String() && item.Kind != catalog.Unsure.String() || item.From == 0 {
		return nil
	}
	if f.Versions, err = f.view.Versions(ctx, item.Page); err != nil {
		return err
	}
	return s.compareItem(ctx, f, item)
}

// compareItem compares the versions of a change, where that can be done.
func (s *Server) compareItem(ctx context.Context, f found, item *changeItem) error {
	n := len(f.Versions)
	if item.From < 1 || item.To < 1 || item.From > n || item.To > n || !f.Versions[item.To-1].Captured.Equal(item.Time) {
		return archive.ErrNoPage // a re-clean has made other versions since
	}
	c, err := s.changed(ctx, f, f.Versions[item.From-1], f.Versions[item.To-1])
	switch {
	case err == nil:
		item.Change = &c
	case ctx.Err() != nil || !uncomparable(err):
		return err
	}
	return nil
}

// Doubtful reports whether it may be no edit.
func (c change) Doubtful() bool { return c.Cause == compare.Doubtful }

// changesList is the page of changes.
type changesList struct {
	changesQuery
	List    []changeItem
	Next    string // the address of the next page; "" after the last
	Sites   []string
	Kinds   []catalog.Kind
	Ready   bool // all newspapers were read
	AsOf    time.Time
	Looked  int // changes are looked at on one page, for those with numbers
	Partial bool
}

// changesPage lists edits and takedowns, the newest first.
func (s *Server) changesPage(w http.ResponseWriter, r *http.Request) error {
	q, err := parseChanges(r.URL.Query())
	if err != nil {
		return err
	}
	p := changesList{changesQuery: q, Kinds: catalog.Kinds, Looked: changesLooked}
	names, err := s.Newspapers()
	if err != nil {
		return err
	}
	for _, n := range names {
		p.Sites = append(p.Sites, n.Site)
	}
	var after string
	if p.List, after, err = s.listChanges(r.Context(), q); err != nil {
		return err
	}
	if after != "" {
		p.Next = q.Path("/changes", after)
	}
	p.Partial = q.Numbers && after != "" && len(p.List) < changesListed
	p.AsOf, p.Ready = s.asOf()
	return s.render(w, r, "changes", p)
}
