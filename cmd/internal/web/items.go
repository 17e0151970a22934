package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/catalog"
	"baoluu/cleaner"
)

// Item is an article in a list, or a change of one: what the catalog knows, and what is read
// of the page for it.
type Item struct {
	catalog.Entry
	URL      string // of the newest capture
	Title    string // "" where none is known
	Language string // of the title: "vi", "en"; "" where it is not known
	Lead     string // where it was asked for
	Section  string // the widest one, as Lead
	Own      bool   // the page is its newspaper's: its name is not said again
}

// Day is when the article was published or, where that is not known, first seen.
func (i Item) Day() time.Time {
	if i.Published.IsZero() {
		return i.First
	}
	return i.Published
}

const (
	// mostTitle and mostLead are how many bytes of a title and a lead stand where the
	// article is only named. The newspapers' own are shorter.
	mostTitle, mostLead = 500, 1200
)

// brief is a text of at most so many bytes; of a longer one its beginning, with "…".
func brief(text string, most int) string {
	if len(text) <= most {
		return text
	}
	const more = "…"
	end := letterEnd(text, most-len(more))
	if blank := strings.LastIndexByte(text[:end+1], ' '); blank > most/3 {
		end = blank
	}
	return strings.TrimRight(text[:end], " ") + more
}

// reader reads pages of several newspapers for one answer, each newspaper as of one moment.
type reader struct {
	archive *archive.Archive
	views   map[string]*archive.View
}

func (s *Server) reader() *reader { return &reader{s.Archive, map[string]*archive.View{}} }

func (r *reader) view(ctx context.Context, site string) (*archive.View, error) {
	if v := r.views[site]; v != nil {
		return v, nil
	}
	v, err := r.archive.View(ctx, site)
	if err == nil {
		r.views[site] = v
	}
	return v, err
}

// items reads the titles of entries. A page that was forgotten or joined to another
// meanwhile is left out; one that cannot be read has no title.
func (s *Server) items(ctx context.Context, entries []catalog.Entry) ([]Item, error) {
	return s.itemsWith(ctx, entries, false)
}

// itemsWithLeads is items with what the newest version begins with, which costs more.
func (s *Server) itemsWithLeads(ctx context.Context, entries []catalog.Entry) ([]Item, error) {
	return s.itemsWith(ctx, entries, true)
}

func (s *Server) itemsWith(ctx context.Context, entries []catalog.Entry, leads bool) ([]Item, error) {
	r := s.reader()
	list := make([]Item, 0, len(entries))
	for _, e := range entries {
		item := Item{Entry: e}
		err := r.fill(ctx, &item, leads)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, archive.ErrForgotten), errors.Is(err, archive.ErrNoPage), errors.Is(err, archive.ErrNoNewspaper):
			continue
		case err != nil && !errors.Is(err, archive.ErrCorrupt):
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

// fill reads a page for an item.
func (r *reader) fill(ctx context.Context, item *Item, lead bool) error {
	view, err := r.view(ctx, item.Site)
	if err != nil {
		return err
	}
	info, err := view.Page(ctx, item.Page)
	if err != nil {
		return err
	}
	if info.Page != item.Page { // it was joined to another one
		return archive.ErrNoPage
	}
	item.URL, item.Title, item.Language = info.URL, brief(info.Title, mostTitle), info.Language
	if !lead {
		return nil
	}
	versions, err := view.Versions(ctx, item.Page)
	if err != nil {
		return err
	}
	newest, ok := archive.NewestLive(versions)
	if !ok {
		return nil
	}
	a, err := view.Article(ctx, newest.Capture)
	var none *cleaner.NotArticleError
	if errors.As(err, &none) {
		return nil
	}
	if err != nil {
		return err
	}
	item.Lead = brief(string(a.Lead), mostLead)
	if len(a.Section) > 0 {
		item.Section = brief(a.Section[0], mostTitle)
	}
	return nil
}
