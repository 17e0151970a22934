package web

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/catalog"
	"baoluu/archive/corpus"
	"baoluu/archive/search"
	"baoluu/cmd/internal/lines"
	"baoluu/sites"
)

type apiNewspaper struct {
	Type      string   `json:"type"`
	Site      string   `json:"site"`
	Title     string   `json:"title"`
	Home      *string  `json:"home"`
	Languages []string `json:"languages"`
	Enabled   bool     `json:"enabled"` // it is crawled by schedule
	archive.Stats
}

func (s *Server) apiNewspapers(r *http.Request, _ url.Values) (any, error) {
	status, _, err := s.status.get(r.Context())
	if err != nil {
		return nil, err
	}
	list := []apiNewspaper{}
	for _, one := range status.Newspapers {
		n := apiNewspaper{Type: "newspaper", Site: one.Site, Title: one.Title, Languages: []string{}, Enabled: one.Enabled, Stats: one.Held}
		n.Articles = s.Catalog.Totals(one.Site).Pages
		if site, ok := sites.ByName(one.Site); ok {
			n.Home, n.Languages = &site.Home, site.Languages
		}
		list = append(list, n)
	}
	return struct {
		Newspapers []apiNewspaper `json:"newspapers"`
	}{list}, nil
}

type apiTrouble struct {
	Site  *string `json:"site"` // null where it is the whole archive's
	Kind  string  `json:"kind"`
	Since *string `json:"since"`
	Text  string  `json:"text"`
}

type apiSiteStatus struct {
	Site     string       `json:"site"`
	Enabled  bool         `json:"enabled"`
	NextDue  *string      `json:"next_due"`
	Due      bool         `json:"due"`
	Complete *float64     `json:"complete"` // of the last days, as the ledger counts it
	LastRun  *lines.Run   `json:"last_run"`
	LastGood *string      `json:"last_good"` // when the last good run began
	Troubles []apiTrouble `json:"troubles"`
}

func (s *Server) apiStatus(r *http.Request, _ url.Values) (any, error) {
	status, made, err := s.status.get(r.Context())
	if err != nil {
		return nil, err
	}
	answer := struct {
		Type       string          `json:"type"`
		AsOf       string          `json:"as_of"`
		Free       int64           `json:"free_bytes"`
		MinFree    int64           `json:"min_free_bytes"`
		Troubles   []apiTrouble    `json:"troubles"` // of all
		Newspapers []apiSiteStatus `json:"newspapers"`
	}{"status", lines.Local(made), status.Disk.Free, status.Disk.Want, nil, []apiSiteStatus{}}
	if answer.Troubles, err = s.apiTroubles(status.Troubles); err != nil {
		return nil, err
	}
	for _, one := range status.Newspapers {
		n := apiSiteStatus{Site: one.Site, Enabled: one.Enabled, NextDue: lines.OptionalTime(one.Next), Due: one.Due, LastGood: lines.OptionalTime(one.Good.Started)}
		if share, ok := one.Recent.Complete(); ok {
			n.Complete = &share
		}
		if one.Ran {
			run := lines.NewRun(one.Site, one.Run)
			n.LastRun = &run
		}
		if n.Troubles, err = s.apiTroubles(one.Troubles); err != nil {
			return nil, err
		}
		answer.Newspapers = append(answer.Newspapers, n)
	}
	return answer, nil
}

func (s *Server) apiTroubles(troubles []Trouble) ([]apiTrouble, error) {
	list := []apiTrouble{}
	for _, t := range troubles {
		text, err := s.texts["en"].trouble(t)
		if err != nil {
			return nil, err
		}
		list = append(list, apiTrouble{lines.Optional(t.Site), t.Kind, lines.OptionalTime(t.Since), text})
	}
	return list, nil
}

// apiList is how a list goes on, and whether it is all there is.
type apiList struct {
	Next  *string `json:"next"`  // the cursor of the next page; null after the last
	Ready bool    `json:"ready"` // the archive was read; until then something may be missing
}

func (s *Server) apiListOf(next string, names []string) apiList {
	_, ready := s.asOf(names...)
	return apiList{lines.Optional(next), ready}
}

func (s *Server) apiArticles(r *http.Request, q url.Values) (any, error) {
	var f catalog.Filter
	var err error
	if f.Sites, err = s.apiSites(q); err != nil {
		return nil, err
	}
	limit, err := apiLimit(q)
	if err != nil {
		return nil, err
	}
	state, err := apiOneOf(q, "state", soughtStates...)
	if err != nil {
		return nil, err
	}
	if state != "" {
		f.States = []capture.State{capture.State(state)}
	}
	order, err := apiOneOf(q, "order", "published", "seen")
	if err != nil {
		return nil, err
	}
	list := s.Catalog.Published
	if order == "seen" {
		list = s.Catalog.New
	}
	if q.Has("day") {
		day, ok := parseDay(q.Get("day"))
		if !ok {
			return nil, badRequest("api.query")
		}
		f.From, f.To = day, day.AddDate(0, 0, 1)
	}
	found, err := list(f, q.Get("cursor"), limit)
	if err != nil {
		return nil, badCursor(err)
	}
	answer := struct {
		Articles []lines.Page `json:"articles"`
		apiList
	}{[]lines.Page{}, s.apiListOf(found.Next, f.Sites)}
	err = s.eachListed(r, found.Entries, func(view *archive.View, e catalog.Entry, info archive.PageInfo) error {
		versions, err := view.Versions(r.Context(), e.Page)
		if err == nil {
			answer.Articles = append(answer.Articles, lines.NewPage(e.Site, info, versions))
		}
		return err
	})
	return answer, err
}

func (s *Server) apiChanges(r *http.Request, q url.Values) (any, error) {
	var f catalog.Filter
	var err error
	if f.Sites, err = s.apiSites(q); err != nil {
		return nil, err
	}
	limit, err := apiLimit(q)
	if err != nil {
		return nil, err
	}
	if q.Has("kind") {
		kind, err := catalog.ParseKind(q.Get("kind"))
		if err != nil {
			return nil, badRequest("api.query")
		}
		f.Kinds = []catalog.Kind{kind}
	}
	if f.From, f.To, err = apiDays(q); err != nil {
		return nil, err
	}
	found, err := s.Catalog.Changes(f, q.Get("cursor"), limit)
	if err != nil {
		return nil, badCursor(err)
	}
	answer := struct {
		Changes []lines.Change `json:"changes"`
		apiList
	}{[]lines.Change{}, s.apiListOf(found.Next, f.Sites)}
	err = s.eachListed(r, found.Entries, func(_ *archive.View, e catalog.Entry, info archive.PageInfo) error {
		answer.Changes = append(answer.Changes, lines.NewChange(e, info))
		return nil
	})
	return answer, err
}

func badCursor(err error) error {
	if errors.Is(err, catalog.ErrCursor) {
		return badRequest("api.query")
	}
	return err
}

// eachListed reads the pages of a list; one that was forgotten or joined to another meanwhile
// is left out. Titles are in brief, as on the pages: an article's own answer has them whole.
func (s *Server) eachListed(r *http.Request, entries []catalog.Entry, do func(*archive.View, catalog.Entry, archive.PageInfo) error) error {
	reading := s.reader()
	for _, e := range entries {
		view, err := reading.view(r.Context(), e.Site)
		if err != nil {
			return err
		}
		info, err := view.Page(r.Context(), e.Page)
		if err == nil && info.Page == e.Page {
			info.Title = brief(info.Title, mostTitle)
			err = do(view, e, info)
		}
		if err != nil && !errors.Is(err, archive.ErrNoPage) && !errors.Is(err, archive.ErrForgotten) {
			return err
		}
	}
	return nil
}

func (s *Server) apiArticle(r *http.Request, _ url.Values) (any, error) {
	view, site, info, err := s.apiPage(r)
	if err != nil {
		return nil, err
	}
	versions, err := view.Versions(r.Context(), info.Page)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Page     lines.Page      `json:"page"`
		Versions []lines.Version `json:"versions"`
		Readings []lines.Reading `json:"readings"` // other layouts that read a version
	}{lines.NewPage(site, info, versions), []lines.Version{}, []lines.Reading{}}
	for _, v := range versions {
		answer.Versions = append(answer.Versions, lines.NewVersion(site, info.Page, v))
		for _, reading := range v.Readings {
			answer.Readings = append(answer.Readings, lines.NewReading(site, info.Page, v, reading))
		}
	}
	return answer, nil
}

func (s *Server) apiVersion(r *http.Request, _ url.Values) (any, error) {
	view, site, info, err := s.apiPage(r)
	if err != nil {
		return nil, err
	}
	all, chosen, err := apiVersions(r.Context(), view, info.Page, r.PathValue("version"))
	if err != nil {
		return nil, err
	}
	article, err := view.Article(r.Context(), chosen[0].Capture)
	if err != nil {
		return nil, notRead(err)
	}
	record := corpus.NewRecord(site, info, all, chosen[0], capture.Capture{}, article)
	record.State = chosen[0].State // of its time
	return corpus.NewLine(record), nil
}

// apiCapture is a capture with what it is known by.
type apiCapture struct {
	lines.Capture
	Number      uint64  `json:"capture"`
	Kind        string  `json:"kind"`
	ContentType *string `json:"content_type"`
	RevisitOf   *uint64 `json:"revisit_of"` // the capture whose body it repeats
	Body        *string `json:"body"`       // where its body is
}

func (s *Server) apiCaptures(r *http.Request, q url.Values) (any, error) {
	view, site, info, err := s.apiPage(r)
	if err != nil {
		return nil, err
	}
	limit, err := apiLimit(q)
	if err != nil {
		return nil, err
	}
	skip, err := apiOffset(q, math.MaxInt)
	if err != nil {
		return nil, err
	}
	answer := struct {
		Captures []apiCapture `json:"captures"`
		Next     *string      `json:"next"`
	}{Captures: []apiCapture{}}
	errEnough := errors.New("enough")
	seen := 0
	err = view.Captures(r.Context(), info.Page, func(c capture.Capture) error {
		if seen++; seen <= skip {
			return nil
		}
		if len(answer.Captures) == limit {
			answer.Next = lines.Optional(strconv.Itoa(seen - 1))
			return errEnough
		}
		line := apiCapture{Capture: lines.NewCapture(site, info.Page, c), Number: c.Number, Kind: string(c.Kind), ContentType: lines.Optional(c.ContentType)}
		if c.RevisitOf != 0 {
			line.RevisitOf = &c.RevisitOf
		}
		if c.Digest != "" {
			line.Body = lines.Optional("/raw/" + site + "/" + strconv.FormatUint(c.Number, 10) + "/body")
		}
		answer.Captures = append(answer.Captures, line)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return answer, nil
}

func (s *Server) apiSearch(r *http.Request, q url.Values) (any, error) {
	asked := search.Query{Text: q.Get("q"), Ever: q.Get("ever") == "true", Facets: true}
	if len(q) == 0 || len(asked.Text) > search.MostText {
		return nil, badRequest("api.query")
	}
	var lang, state, sort, ever string
	for _, one := range []struct {
		to     *string
		name   string
		values []string
	}{{&lang, "lang", soughtLanguages}, {&state, "state", soughtStates}, {&sort, "sort", append([]string{"relevance"}, soughtSorts...)}, {&ever, "ever", []string{"true", "false"}}} {
		var err error
		if *one.to, err = apiOneOf(q, one.name, one.values...); err != nil {
			return nil, err
		}
	}
	if lang != "" {
		asked.Langs = []string{lang}
	}
	if state != "" {
		asked.States = []string{state}
	}
	if section := q.Get("section"); section != "" {
		asked.Sections = []string{section}
	}
	if sort != "relevance" {
		asked.Sort = search.Sort(sort)
	}
	var err error
	if asked.Sites, err = s.apiSites(q); err != nil {
		return nil, err
	}
	if asked.From, asked.To, err = apiDays(q); err != nil {
		return nil, err
	}
	if asked.Limit, err = apiLimit(q); err != nil {
		return nil, err
	}
	if asked.Offset, err = apiOffset(q, search.MostOffset); err != nil {
		return nil, err
	}
	found, err := s.Search.Search(r.Context(), asked)
	if errors.Is(err, search.ErrNone) {
		return nil, &failure{http.StatusServiceUnavailable, "api.noindex"}
	}
	if err != nil {
		return nil, err
	}
	answer := struct {
		lines.Search
		Hits []lines.Hit `json:"hits"`
		Next *string     `json:"next"`
	}{lines.NewSearch(asked.Text, found), []lines.Hit{}, nil}
	for _, h := range found.Hits {
		answer.Hits = append(answer.Hits, lines.NewHit(briefHit(h)))
	}
	if next := asked.Offset + asked.Limit; len(found.Hits) > 0 && next < found.Total && next <= search.MostOffset {
		answer.Next = lines.Optional(strconv.Itoa(next))
	}
	return answer, nil
}

func (s *Server) apiDiff(r *http.Request, _ url.Values) (any, error) {
	from, to, ok := strings.Cut(r.PathValue("versions"), "..")
	if !ok || from == to {
		return nil, archive.ErrNoPage
	}
	view, site, info, err := s.apiPage(r)
	if err != nil {
		return nil, err
	}
	_, chosen, err := apiVersions(r.Context(), view, info.Page, from, to)
	if err != nil {
		return nil, err
	}
	d, before, after, err := view.Difference(r.Context(), chosen[0], chosen[1])
	if err != nil {
		return nil, notRead(err)
	}
	answer := struct {
		Page  string       `json:"page"`
		From  int          `json:"from"`
		To    int          `json:"to"`
		Cause *string      `json:"cause"` // edit, unsure; layout or null: no word was changed
		Edits []lines.Edit `json:"edits"`
	}{site + "/" + info.Page, chosen[0].Number, chosen[1].Number, lines.Optional(string(d.Cause)), []lines.Edit{}}
	for _, e := range d.Edits(before, after) {
		answer.Edits = append(answer.Edits, lines.NewEdit(site, info.Page, chosen[0].Number, chosen[1].Number, e, d.Cause))
	}
	return answer, nil
}
