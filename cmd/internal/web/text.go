package web

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/archive/capture"
	"baoluu/cleaner"
)

func (s *Server) textRoutes() {
	s.handle("GET /p/{site}/{id}/text", s.text)
	s.handle("GET /p/{site}/{id}/v/{version}/text", s.text)
}

// textPage is all that a reader of a page saw, as text.
type textPage struct {
	found
	Capture  capture.Capture
	Version  int // 0: of a capture that was named
	Text     string
	Lang     string
	At, Last int    // this part of the text, and the last, from 1
	Nothing  string // a key of the words: why there is no text
	base     string
}

// Part is the link of a part of the text.
func (p textPage) Part(n int) string { return p.base + "part=" + strconv.Itoa(n) }

// Before and Behind are the parts beside this one; 0 for none.
func (p textPage) Before() int { return p.At - 1 }

// Behind is the part after this one.
func (p textPage) Behind() int {
	if p.At < p.Last {
		return p.At + 1
	}
	return 0
}

// mostText is about how many bytes of text one page shows.
const mostText = 60_000

// text shows the page text of a version, or of a capture of the page.
func (s *Server) text(w http.ResponseWriter, r *http.Request) error {
	f, err := s.findPage(r)
	if err != nil {
		return sent(w, r, err)
	}
	p := textPage{found: f, Lang: htmlLang(f.Info.Language), base: r.URL.Path + "?"}
	v, err := f.version(r.PathValue("version"))
	if err != nil {
		return err
	}
	number := v.Capture
	p.Version = v.Number
	p.base = f.Path("text") + "?"
	if r.PathValue("version") != "" {
		p.base = f.Path("v", strconv.Itoa(v.Number), "text") + "?"
	}
	if named := r.URL.Query().Get("capture"); named != "" {
		n, err := strconv.ParseUint(named, 10, 64)
		if err != nil {
			return badRequest("article.nocaptures")
		}
		number, p.Version = n, 0
		p.base += "capture=" + strconv.FormatUint(n, 10) + "&"
	}
	if number == 0 {
		return notFound("article.noversion")
	}
	if p.Capture, err = f.view.Capture(r.Context(), number); err != nil {
		return err
	}
	if p.Capture.Page != f.Info.Page && f.otherPage(r, p.Capture.Page) {
		return notFound("article.nocaptures")
	}
	body, err := f.view.Body(r.Context(), number)
	if err != nil {
		return err
	}
	whole := ""
	if body == nil {
		p.Nothing = "text.nobody"
	} else if whole, err = pageText(p.Capture, body); err != nil {
		p.Nothing = "text.unreadable"
	}
	return s.renderText(w, r, p, whole)
}

// otherPage reports whether a capture's page is another one than the one that was found: it may
// have been joined to it.
func (f found) otherPage(r *http.Request, page string) bool {
	info, err := f.view.Page(r.Context(), page)
	return err != nil || info.Page != f.Info.Page
}

// pageText reads a capture as the cleaner does.
func pageText(c capture.Capture, body []byte) (string, error) {
	doc, err := cleaner.Read(cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time})
	if err != nil {
		return "", err
	}
	return doc.PageText(), nil
}

func (s *Server) renderText(w http.ResponseWriter, r *http.Request, p textPage, whole string) error {
	parts := partsOfText(whole)
	p.At, p.Last = 1, len(parts)
	if named := r.URL.Query().Get("part"); named != "" {
		n, ok := parseVersion(named)
		if !ok || n > len(parts) {
			return notFound("text.nopart")
		}
		p.At = n
	}
	p.Text = parts[p.At-1]
	return s.render(w, r, "text", p)
}

// partsOfText cuts a text at ends of lines into parts of about mostText bytes; a line that is
// longer is cut at a blank, or where a letter begins.
func partsOfText(text string) []string {
	var parts []string
	for len(text) > mostText {
		end := strings.LastIndexByte(text[:mostText], '\n') + 1
		if end < mostText/2 {
			end = strings.LastIndexByte(text[:mostText], ' ') + 1
		}
		if end < mostText/2 {
			end = letterEnd(text, mostText)
		}
		parts = append(parts, text[:end])
		text = text[end:]
	}
	return append(parts, text)
}

// letterEnd is where a letter ends, at most so many bytes from the beginning of a longer text, and less
// than half of that before: where no letter ends there, a character does, or else a byte.
func letterEnd(text string, most int) int {
	for _, ends := range []func(string) bool{beginsLetter, beginsCharacter} {
		for end := most; end > most/2; end-- {
			if ends(text[end:]) {
				return end
			}
		}
	}
	return most
}

func beginsCharacter(text string) bool { return utf8.RuneStart(text[0]) }

// beginsLetter reports whether a text does not begin within a letter, or with its tone.
func beginsLetter(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return beginsCharacter(text) && !unicode.IsMark(r)
}
