package web

import (
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/text/language"
)

// languages are those that the server speaks; the first where a browser wants none of them.
var languages = []string{"vi", "en"}

var speaks = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// languageCookie remembers what a reader chose by the switch.
const languageCookie = "language"

// chosen is the language of an answer: the reader's choice, else the browser's wish.
func chosen(r *http.Request) string {
	if c, err := r.Cookie(languageCookie); err == nil {
		for _, l := range languages {
			if c.Value == l {
				return l
			}
		}
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return languages[0]
	}
	_, i, _ := speaks.Match(tags...)
	return languages[i]
}

func (s *Server) languageRoutes() { s.handle("GET /language/{language}", s.switchLanguage) }

// switchLanguage has the browser remember a language, and leads back to the page.
func (s *Server) switchLanguage(w http.ResponseWriter, r *http.Request) error {
	for _, l := range languages {
		if l == r.PathValue("language") {
			http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: l, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode})
			http.Redirect(w, r, ownPath(r.URL.Query().Get("back")), http.StatusSeeOther)
			return nil
		}
	}
	return notFound("error.404")
}

// ownPath is an address on this server, or the front page where it is none.
func ownPath(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(back, "/") || strings.ContainsFunc(back, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return "/"
	}
	return back
}
