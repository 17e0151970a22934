package search_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus/textform"
	"baoluu/cleaner"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// Archives of any size, made of the sample web's articles: in each paragraph some words are others,
// so that no two read alike. One article in ten was edited, one in a hundred is gone.

// fillSites are the newspapers of such an archive.
var fillSites = []string{"dantri", "vov", "baonghean", "baotintuc"}

// filler makes the captures of one newspaper.
type filler struct {
	site  *sites.Site
	name  string // of its cleaner
	web   *sampleweb.Web
	urls  []string
	words []string
}

func newFiller(t testing.TB, name string, articles int) *filler {
	t.Helper()
	site, _ := sites.ByName(name)
	f := &filler{site: site, name: cleaner.Name(site), web: sampleweb.New()}
	if err := f.web.Grow(name, articles); err != nil {
		t.Fatal(err)
	}
	f.urls = f.web.Articles(name)[:articles]
	for _, url := range f.urls[:min(articles, 300)] {
		truth, _ := f.web.TruthAt(url)
		for _, b := range truth.Body {
			f.words = append(f.words, strings.Fields(b.Text)...)
		}
	}
	return f
}

// page is the i-th article's page, as it read at its n-th version.
func (f *filler) page(i, version int) []byte {
	w := httptest.NewRecorder()
	f.web.ServeHTTP(w, httptest.NewRequest(http.MethodGet, f.urls[i], nil))
	r := rand.New(rand.NewPCG(uint64(i), 1))
	edit := rand.New(rand.NewPCG(uint64(i), uint64(1+version)))
	var out bytes.Buffer
	rest, part := w.Body.Bytes(), 0
	for {
		before, after, ok := bytes.Cut(rest, []byte("<p>"))
		out.Write(before)
		if !ok {
			return out.Bytes()
		}
		out.WriteString("<p>")
		text, after, _ := bytes.Cut(after, []byte("</p>"))
		if !bytes.ContainsRune(text, '<') {
			text = f.other(r, text)
			if part++; part == 2 && version > 0 {
				text = f.other(edit, text)
			}
		}
		out.Write(text)
		out.WriteString("</p>")
		rest = after
	}
}

// other has some words of a text be others: of other articles, numbers, and names that stand
// nowhere else.
func (f *filler) other(r *rand.Rand, text []byte) []byte {
	list := strings.Fields(string(text))
	for i, w := range list {
		if strings.ContainsAny(w, "&;<>") {
			continue
		}
		switch x := r.IntN(100); {
		case x < 12:
			list[i] = f.words[r.IntN(len(f.words))]
		case x < 13:
			list[i] = strings.ToUpper(string(rune('a'+r.IntN(26)))) + strconv.FormatUint(r.Uint64N(1<<24)+1000, 36)
		case x < 14:
			list[i] = strconv.Itoa(r.IntN(3000))
		}
	}
	return []byte(strings.Join(list, " "))
}

// kept is the capture of an article.
func (f *filler) kept(i, version int, body []byte) capture.Kept {
	truth, _ := f.web.TruthAt(f.urls[i])
	addr, err := f.site.Address(f.urls[i])
	if err != nil {
		panic(err)
	}
	k := capture.Kept{Capture: capture.Capture{
		Page: addr.Page, URL: f.urls[i], Time: truth.Published.UTC().Add(time.Duration(1+version*30) * time.Hour).Truncate(time.Second),
		Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "text/html; charset=utf-8",
		Header: []capture.Field{{Name: "Content-Type", Value: "text/html; charset=utf-8"}},
	}}
	if body == nil {
		k.State, k.Status, k.ContentType, k.Header = capture.Gone, 404, "", nil
		return k
	}
	k.Body = body
	art, err := cleaner.Clean(cleaner.Page{Body: body, URL: k.URL, Captured: k.Time}, f.site)
	if err != nil {
		k.Refused = err.Error()
		return k
	}
	k.Article = &art
	return k
}

// captures are all of one article, in order of time.
func (f *filler) captures(i int) []capture.Kept {
	list := []capture.Kept{f.kept(i, 0, f.page(i, 0))}
	if i%10 == 3 {
		list = append(list, f.kept(i, 1, f.page(i, 1)))
	}
	if i%50 == 3 {
		list = append(list, f.kept(i, 2, f.page(i, 2)))
	}
	if i%100 == 7 {
		list = append(list, f.kept(i, 1, nil))
	}
	return list
}

// fill makes an archive of so many articles in a folder, or opens the one that is there.
func fill(t testing.TB, dir string, articles int) *archive.Archive {
	t.Helper()
	if a, err := archive.Open(dir); err == nil {
		return a
	}
	a, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	var g sync.WaitGroup
	for _, name := range fillSites {
		g.Go(func() {
			f := newFiller(t, name, articles/len(fillSites))
			var b capture.Batch
			for i := range f.urls {
				b.Kept = append(b.Kept, f.captures(len(f.urls)-1-i)...)
				if len(b.Kept) < 64 && i < len(f.urls)-1 {
					continue
				}
				if _, err := a.Commit(context.Background(), name, b); err != nil {
					t.Error(err)
					return
				}
				b.Kept = b.Kept[:0]
			}
		})
	}
	g.Wait()
	return a
}

// volume is how many articles are measured, and the folder that is to keep them:
//
//	BAOLUU_ARTICLES=100000 BAOLUU_FOLDER=/big go test ./archive/search -run TestVolume -v -timeout 0
func volume(t *testing.T) (articles int, dir string) {
	t.Helper()
	s := os.Getenv("BAOLUU_ARTICLES")
	if s == "" {
		t.Skip("measured by hand: BAOLUU_ARTICLES=10000")
	}
	articles, err := strconv.Atoi(s)
	if err != nil || articles < 400 {
		t.Fatalf("BAOLUU_ARTICLES=%s: a number from 400 on", s)
	}
	if dir = os.Getenv("BAOLUU_FOLDER"); dir == "" {
		dir = t.TempDir()
	}
	return articles, dir
}

func TestVolumeFill(t *testing.T) {
	articles, dir := volume(t)
	started := time.Now()
	fill(t, dir, articles)
	fmt.Printf("%d articles in %s: %s\n", articles, dir, time.Since(started).Round(time.Second))
}

// eachArticle gives the present version of each article.
func eachArticle(t testing.TB, a *archive.Archive, fn func(site string, p archive.PageInfo, art cleaner.Article) error) {
	t.Helper()
	names, err := a.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		v, err := a.View(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		err = v.Histories(ctx, func(p archive.PageInfo, list []archive.Version) error {
			newest, ok := archive.NewestLive(list)
			if !ok {
				return nil
			}
			art, err := v.Article(ctx, newest.Capture)
			if err != nil {
				return err
			}
			return fn(name, p, art)
		})
		if err != nil && !errors.Is(err, errEnough) {
			t.Fatal(err)
		}
	}
}

// errEnough ends eachArticle.
var errEnough = errors.New("enough")

// run is so many words of an article that stand together; "" where it has no such run.
func run(r *rand.Rand, a cleaner.Article, n int) string {
	var all []string
	for _, b := range a.Body {
		if len(strings.Fields(b.Text)) >= n+4 {
			all = append(all, b.Text)
		}
	}
	if len(all) == 0 {
		return ""
	}
	list := strings.Fields(all[r.IntN(len(all))])
	from := r.IntN(len(list) - n + 1)
	return strings.Join(list[from:from+n], " ")
}

// fold is a text without marks.
func fold(text string) string { return textform.Fold.Apply(text) }
