package web

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
)

// The API is for programs: what the pages show, as JSON, by the names that the commands'
// --json has. openapi.yaml describes it, and a test holds the two together.

//go:embed openapi.yaml
var openAPI []byte

const apiPrefix = "/api/v1"

// apiRoute is one address of the API.
type apiRoute struct {
	path  string   // behind apiPrefix, in the words of [http.ServeMux]
	query []string // parameters that it takes: others are an error, for they may be a slip
	serve func(s *Server, r *http.Request, q url.Values) (any, error)
}

var apiTable = []apiRoute{
	{"/newspapers", nil, (*Server).apiNewspapers},
	{"/status", nil, (*Server).apiStatus},
	{"/articles", []string{"site", "day", "state", "order", "cursor", "limit"}, (*Server).apiArticles},
	{"/articles/{site}/{id}", nil, (*Server).apiArticle},
	{"/articles/{site}/{id}/versions/{version}", nil, (*Server).apiVersion},
	{"/articles/{site}/{id}/captures", []string{"cursor", "limit"}, (*Server).apiCaptures},
	{"/articles/{site}/{id}/diff/{versions}", nil, (*Server).apiDiff},
	{"/search", []string{"q", "ever", "site", "lang", "state", "section", "from", "to", "sort", "cursor", "limit"}, (*Server).apiSearch},
	{"/changes", []string{"site", "kind", "from", "to", "cursor", "limit"}, (*Server).apiChanges},
}

func (s *Server) apiRoutes() {
	for _, route := range apiTable {
		s.handle("GET "+apiPrefix+route.path, func(w http.ResponseWriter, r *http.Request) error {
			q, err := url.ParseQuery(r.URL.RawQuery)
			if err != nil {
				return badRequest("api.query")
			}
			for name, values := range q {
				if !slices.Contains(route.query, name) || len(values) != 1 {
					return badRequest("api.query")
				}
			}
			answer, err := route.serve(s, r, q)
			if err != nil {
				return err
			}
			body, err := apiJSON(answer)
			if err != nil {
				return err
			}
			s.send(w, r, "application/json", body)
			return nil
		})
	}
	s.handle("GET /openapi.yaml", func(w http.ResponseWriter, r *http.Request) error {
		s.send(w, r, "application/yaml", openAPI)
		return nil
	})
}

// apiJSON is a value as JSON that acts on nothing.
func apiJSON(value any) ([]byte, error) {
	var b bytes.Buffer
	if err := json.NewEncoder(plain.JSONWriter(&b)).Encode(value); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// isAPI reports whether who asks is a program.
func isAPI(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/timemap/") || r.URL.Path == "/cdx"
}

// apiProblem is an error in the words of RFC 9457.
type apiProblem struct {
	Type   string `json:"type"` // about:blank: the status says it
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Error  string `json:"error"` // a word for programs: "forgotten"
}

// failAPI answers a program with an error.
func (s *Server) failAPI(w http.ResponseWriter, r *http.Request, f *failure) {
	detail, err := s.texts["en"].t(f.word + ".text")
	if err != nil {
		s.Log.Printf("error of the API: %v", err)
	}
	_, word, _ := strings.Cut(f.word, ".")
	body, err := apiJSON(apiProblem{"about:blank", http.StatusText(f.code), f.code, detail, word})
	if err != nil {
		http.Error(w, http.StatusText(f.code), f.code)
		return
	}
	s.sendAs(w, r, f.code, "application/problem+json", body)
}

// apiLimit is how many entries are wanted, up to pageSize.
func apiLimit(q url.Values) (int, error) {
	if !q.Has("limit") {
		return pageSize, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > pageSize {
		return 0, badRequest("api.query")
	}
	return n, nil
}

// apiSites are the newspapers that a query names, nil for all.
func (s *Server) apiSites(q url.Values) ([]string, error) {
	if !q.Has("site") {
		return nil, nil
	}
	list, err := s.Newspapers()
	if err != nil {
		return nil, err
	}
	name := q.Get("site")
	if !slices.ContainsFunc(list, func(n Newspaper) bool { return n.Site == name }) {
		return nil, archive.ErrNoNewspaper
	}
	return []string{name}, nil
}

// apiDays are the days that a query names, from the first midnight to the one behind the last;
// zero ones are open.
func apiDays(q url.Values) (from, to time.Time, err error) {
	var ok bool
	if q.Has("from") {
		if from, ok = parseDay(q.Get("from")); !ok {
			return from, to, badRequest("api.query")
		}
	}
	if q.Has("to") {
		if to, ok = parseDay(q.Get("to")); !ok {
			return from, to, badRequest("api.query")
		}
		to = to.AddDate(0, 0, 1)
	}
	return from, to, nil
}

// apiOneOf is a parameter that is one of some values, "" where it is not there.
func apiOneOf(q url.Values, name string, values ...string) (string, error) {
	value := q.Get(name)
	if q.Has(name) && !slices.Contains(values, value) {
		return "", badRequest("api.query")
	}
	return value, nil
}

// apiOffset is a cursor that counts.
func apiOffset(q url.Values, most int) (int, error) {
	if !q.Has("cursor") {
		return 0, nil
	}
	n, err := strconv.Atoi(q.Get("cursor"))
	if err != nil || n < 0 || n > most {
		return 0, badRequest("api.query")
	}
	return n, nil
}

// apiPage is the page of an article that an address names.
func (s *Server) apiPage(r *http.Request) (view *archive.View, site string, info archive.PageInfo, err error) {
	site = r.PathValue("site")
	if view, err = s.Archive.View(r.Context(), site); err != nil {
		return nil, "", info, err
	}
	if info, err = view.Page(r.Context(), r.PathValue("id")); err != nil {
		return nil, "", info, err
	}
	if info.Versions == 0 {
		return nil, "", info, archive.ErrNoPage
	}
	return view, site, info, nil
}

// apiVersions are versions that an address names, by their numbers, each to be read.
func apiVersions(ctx context.Context, view *archive.View, page string, numbers ...string) (all, chosen []archive.Version, err error) {
	if all, err = view.Versions(ctx, page); err != nil {
		return nil, nil, err
	}
	for _, text := range numbers {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > len(all) || strconv.Itoa(n) != text {
			return nil, nil, archive.ErrNoPage
		}
		v := all[n-1]
		if v.Digest == "" {
			return nil, nil, notFound("api.gone")
		}
		chosen = append(chosen, v)
	}
	return all, chosen, nil
}

// notRead has an article that the cleaner cannot read told as one that is not there.
func notRead(err error) error {
	if not := (*cleaner.NotArticleError)(nil); errors.As(err, &not) {
		return notFound("api.unread")
	}
	return err
}
