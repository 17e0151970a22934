package web

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/plain"
)

// feed is a list of changes for programs that follow it.
type feed struct {
	Title, Lang      string
	ID               string // never changes
	Self, Home, Next string // addresses with scheme and host; Next may be ""
	Updated          time.Time
	Items            []feedItem
}

// feedItem is one change in a feed.
type feedItem struct {
	changeItem
	ID, Link string
	Heading  string
	Content  string // HTML
}

// feedSpace is the name space of the ids in feeds: they name a change of an article, whichever
// archive tells it.
var feedSpace = uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://baoluu.invalid/changes"))

func feedID(parts ...string) string {
	return "urn:uuid:" + uuid.NewSHA1(feedSpace, []byte(strings.Join(parts, "\n"))).String()
}

// feedOf makes a feed of changes.
func (s *Server) feedOf(r *http.Request, list []changeItem) (feed, error) {
	f := feed{Lang: chosen(r), Self: origin(r) + r.URL.RequestURI(), Updated: s.Now()}
	t := s.texts[f.Lang]
	for _, c := range list {
		item := feedItem{changeItem: c, Link: origin(r) + c.Path()}
		item.ID = feedID(c.Site, c.Page, c.Kind, c.Time.UTC().Format(time.RFC3339Nano))
		word, err := t.t("badge." + c.Kind)
		if err != nil {
			return f, err
		}
		item.Heading = plain.Line(word + ": " + c.Title)
		var b strings.Builder
		if err := t.pages["changes"].ExecuteTemplate(plain.Writer(&b), "feedcontent", c); err != nil {
			return f, err
		}
		item.Content = strings.TrimSpace(b.String())
		f.Items = append(f.Items, item)
	}
	if len(f.Items) > 0 {
		f.Updated = f.Items[0].Time
	}
	return f, nil
}

// changesFeed is the feed of the changes that a request asks for.
func (s *Server) changesFeed(r *http.Request) (f feed, err error) {
	q, err := parseChanges(r.URL.Query())
	if err != nil {
		return f, err
	}
	list, next, err := s.listChanges(r.Context(), q)
	if err != nil {
		return f, err
	}
	if f, err = s.feedOf(r, list); err != nil {
		return f, err
	}
	f.ID = feedID("changes", q.values().Encode())
	f.Home = origin(r) + q.Path("/changes", "")
	if next != "" {
		f.Next = origin(r) + q.Path(r.URL.Path, next)
	}
	t := s.texts[f.Lang]
	if f.Title, err = t.t("changes.title"); err == nil && q.Site != "" {
		f.Title = siteTitle(q.Site) + ": " + f.Title
	}
	return f, err
}

func (s *Server) changesAtom(w http.ResponseWriter, r *http.Request) error {
	f, err := s.changesFeed(r)
	if err != nil {
		return err
	}
	return s.sendAtom(w, r, f)
}

func (s *Server) changesJSON(w http.ResponseWriter, r *http.Request) error {
	f, err := s.changesFeed(r)
	if err != nil {
		return err
	}
	return s.sendJSONFeed(w, r, f)
}

// pageAtom is the feed of one article's changes.
func (s *Server) pageAtom(w http.ResponseWriter, r *http.Request) error {
	found, err := s.findPage(r)
	if err != nil {
		return sent(w, r, err)
	}
	var list []changeItem
	for i, v := range slices.Backward(found.Versions) {
		if i == 0 || len(list) == changesListed {
			break
		}
		item := changeItem{Site: found.Site, Page: found.Info.Page, Title: brief(found.Info.Title, mostTitle), Language: found.Info.Language, Own: true, Kind: whyOf(v), Time: v.Captured, To: v.Number}
		if before, ok := archive.NewestLive(found.Versions[:i]); ok && v.State == capture.Live {
			item.From = before.Number
			if err := s.compareItem(r.Context(), found, &item); err != nil && !errors.Is(err, archive.ErrCorrupt) {
				return err // a damaged version hides no other
			}
		}
		list = append(list, item)
	}
	f, err := s.feedOf(r, list)
	if err != nil {
		return err
	}
	f.ID, f.Home = feedID("page", found.Site, found.Info.Page), origin(r)+found.Path()
	f.Title = plain.Line(found.Name())
	return s.sendAtom(w, r, f)
}

// atomFeed is a feed as RFC 4287 has it; further pages as RFC 5005.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title    string     `xml:"title"`
	ID       string     `xml:"id"`
	Updated  string     `xml:"updated"`
	Author   string     `xml:"author>name"`
	Category atomTerm   `xml:"category"`
	Links    []atomLink `xml:"link"`
	Content  atomText   `xml:"content"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

const htmlType = "text/html"

func (s *Server) sendAtom(w http.ResponseWriter, r *http.Request, f feed) error {
	const atomType = "application/atom+xml"
	a := atomFeed{Lang: f.Lang, Title: f.Title, ID: f.ID, Updated: iso(f.Updated), Author: "Bảo Lưu"}
	a.Links = []atomLink{{"self", atomType, f.Self}, {"alternate", htmlType, f.Home}}
	if f.Next != "" {
		a.Links = append(a.Links, atomLink{"next", atomType, f.Next})
	}
	for _, i := range f.Items {
		a.Entries = append(a.Entries, atomEntry{
			Title: i.Heading, ID: i.ID, Updated: iso(i.Time), Author: siteTitle(i.Site), Category: atomTerm{i.Kind},
			Links: []atomLink{{"alternate", htmlType, i.Link}}, Content: atomText{"html", i.Content},
		})
	}
	b, err := xml.MarshalIndent(a, "", " ")
	if err != nil {
		return err
	}
	s.sendFeed(w, r, f, atomType+"; charset=utf-8", append([]byte(xml.Header), b...))
	return nil
}

func (s *Server) sendFeed(w http.ResponseWriter, r *http.Request, f feed, mediaType string, body []byte) {
	w.Header().Add("Vary", "Accept-Language, Cookie")
	w.Header().Set("Content-Language", f.Lang)
	s.send(w, r, mediaType, body)
}

// jsonFeed is a feed as jsonfeed.org has it, version 1.1.
type jsonFeed struct {
	Version  string     `json:"version"`
	Title    string     `json:"title"`
	Home     string     `json:"home_page_url"`
	Self     string     `json:"feed_url"`
	Next     string     `json:"next_url,omitempty"`
	Language string     `json:"language"`
	Items    []jsonItem `json:"items"`
}

type jsonItem struct {
	ID       string     `json:"id"`
	URL      string     `json:"url"`
	Title    string     `json:"title"`
	Content  string     `json:"content_html"`
	At       string     `json:"date_published"`
	Language string     `json:"language,omitempty"`
	Tags     []string   `json:"tags"`
	Baoluu   jsonChange `json:"_baoluu"`
}

// jsonChange is what a change is, in this program's words.
type jsonChange struct {
	About   string   `json:"about"`
	Site    string   `json:"site"`
	Page    string   `json:"page"`
	Title   string   `json:"title"`
	Kind    string   `json:"kind"` // edit, unsure, gone, back
	From    *int     `json:"from"` // versions; null where there is nothing to compare
	To      int      `json:"to"`
	Fields  []string `json:"fields"`
	Gone    int      `json:"words_gone"`
	Came    int      `json:"words_came"`
	Moved   int      `json:"paragraphs_moved"`
	Numbers int      `json:"numbers_changed"`
	Names   int      `json:"names_changed"`
}

func (s *Server) sendJSONFeed(w http.ResponseWriter, r *http.Request, f feed) error {
	j := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Home, Self: f.Self, Next: f.Next, Language: f.Lang, Items: []jsonItem{}}
	for _, i := range f.Items {
		one := jsonItem{ID: i.ID, URL: i.Link, Title: i.Heading, Content: i.Content, At: iso(i.Time), Tags: []string{i.Kind}}
		one.Baoluu = jsonChange{About: origin(r) + "/about", Site: i.Site, Page: i.Page, Title: plain.Line(i.Title), Kind: i.Kind, To: i.To, Fields: []string{}}
		if c := i.Change; c != nil {
			from := i.From
			one.Baoluu.From, one.Baoluu.Fields = &from, append(one.Baoluu.Fields, c.Fields...)
			one.Baoluu.Gone, one.Baoluu.Came, one.Baoluu.Moved = c.Size.Gone, c.Size.Came, c.Size.Moved
			one.Baoluu.Numbers, one.Baoluu.Names = c.Size.Numbers, c.Size.Names
		}
		j.Items = append(j.Items, one)
	}
	b, err := json.MarshalIndent(j, "", " ")
	if err != nil {
		return err
	}
	s.sendFeed(w, r, f, "application/feed+json; charset=utf-8", append(b, '\n'))
	return nil
}
