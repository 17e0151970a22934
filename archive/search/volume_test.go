//go:build unix

package search_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/search"
	"baoluu/cleaner"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"
)

func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured runs fn, and gives how long it took, of the processor and on the wall.
func measured(fn func()) (cpu, wall time.Duration) {
	started, before := time.Now(), processorTime()
	fn()
	return processorTime() - before, time.Since(started)
}

// folderSize is the size of all files in a folder.
func folderSize(t testing.TB, dir string) (n int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		n += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// textOf is all that is searched of an article.
func textOf(a cleaner.Article) string {
	list := []string{string(a.Title), string(a.Lead)}
	for _, b := range a.Body {
		list = append(list, b.Text)
	}
	return strings.Join(slices.Concat(list, a.Captions, []string{string(a.Byline)}, a.Tags, a.Section), "\n")
}

// TestVolume measures making an index; see [volume] for how it is called.
func TestVolume(t *testing.T) {
	articles, dir := volume(t)
	a := fill(t, dir, articles)
	x := search.Open(a, "")
	defer x.Close()
	names, err := a.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	cpu, wall := measured(func() {
		for _, name := range names {
			if err := x.Rebuild(ctx, name, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
	texts, n := int64(0), 0
	eachArticle(t, a, func(_ string, _ archive.PageInfo, art cleaner.Article) error {
		texts += int64(len(textOf(art)))
		n++
		return nil
	})
	size := folderSize(t, filepath.Join(dir, search.Folder))
	fmt.Printf("%d articles, %.1f MB of text; index: %.1f MB, %.2f of the text; built in %s (%s of the processor): %.0f articles/s, %.0f per core\n",
		n, mb(texts), mb(size), float64(size)/float64(texts), wall.Round(time.Second), cpu.Round(time.Second), float64(n)/wall.Seconds(), float64(n)/cpu.Seconds())
	bleveItself(t, a, min(n, 10_000))
}

// TestVolumeQueries measures searches in the index that is there.
func TestVolumeQueries(t *testing.T) {
	articles, dir := volume(t)
	a := fill(t, dir, articles)
	x := search.Open(a, "")
	defer x.Close()
	names, err := a.Newspapers()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := x.Update(ctx, name, nil); err != nil {
			t.Fatal(err)
		}
	}
	var sample []known
	r := rand.New(rand.NewPCG(1, 1))
	n := 0
	eachArticle(t, a, func(site string, p archive.PageInfo, art cleaner.Article) error {
		if n++; n%max(1, articles/800) == 0 {
			if phrase := run(r, art, 8); phrase != "" {
				sample = append(sample, known{site, p.Page, phrase})
			}
		}
		return nil
	})
	measureQueries(t, x, sample)
	asked, first := 0, 0
	for _, k := range sample {
		// The sample web's articles have sentences in common: a phrase that others have, too, names none.
		if asked == 200 {
			break
		}
		if r := find(t, x, search.Query{Text: `"` + k.phrase + `"`}); r.Total != 1 {
			continue
		}
		asked++
		r := find(t, x, search.Query{Text: fold(k.phrase)})
		if len(r.Hits) > 0 && r.Hits[0].Site == k.site && r.Hits[0].Info.Page == k.page {
			first++
		}
	}
	fmt.Printf("known items: %d articles are looked for by 8 words that no other has, typed without marks; %d are found first\n", asked, first)
	cpu, wall := measured(func() {
		if err := x.Update(ctx, fillSites[0], nil); err != nil {
			t.Fatal(err)
		}
	})
	fmt.Printf("an update with nothing new: %s (%s of the processor)\n", wall.Round(time.Microsecond), cpu.Round(time.Microsecond))
}

func mb(n int64) float64 { return float64(n) / 1e6 }

// known is an article that is looked for by words of it.
type known struct{ site, page, phrase string }

// bleveItself measures what bleve takes for the same articles, by its standard analyzer, with positions.
func bleveItself(t *testing.T, a *archive.Archive, articles int) {
	type fields struct {
		Title, Lead, Body, Byline string
		Caption, Tag, Section     []string
	}
	static := bleve.NewDocumentStaticMapping()
	for _, name := range []string{"Title", "Lead", "Body", "Byline", "Caption", "Tag", "Section"} {
		f := bleve.NewTextFieldMapping()
		f.Store, f.IncludeInAll, f.DocValues, f.IncludeTermVectors = false, false, false, true
		static.AddFieldMappingsAt(name, f)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = static
	var _ mapping.IndexMapping = m
	dir := t.TempDir()
	b, err := bleve.NewBuilder(filepath.Join(dir, "bleve"), m, map[string]any{"batchSize": 2000, "mergeMax": 50, "buildPathPrefix": dir})
	if err != nil {
		t.Fatal(err)
	}
	n, texts := 0, int64(0)
	var cpu time.Duration
	eachArticle(t, a, func(site string, p archive.PageInfo, art cleaner.Article) (err error) {
		if n == articles {
			return errEnough
		}
		f := fields{Title: string(art.Title), Lead: string(art.Lead), Byline: string(art.Byline), Caption: art.Captions, Tag: art.Tags, Section: art.Section}
		for _, b := range art.Body {
			f.Body += b.Text + "\n"
		}
		n++
		texts += int64(len(textOf(art)))
		took, _ := measured(func() { err = b.Index(site+"/"+p.Page, f) })
		cpu += took
		return err
	})
	took, _ := measured(func() { err = b.Close() })
	if cpu += took; err != nil {
		t.Fatal(err)
	}
	size := folderSize(t, filepath.Join(dir, "bleve"))
	fmt.Printf("bleve itself, of %d articles: %.2f of the text; %.0f articles/s per core, the archive not read\n", n, float64(size)/float64(texts), float64(n)/cpu.Seconds())
}

// measureQueries asks all kinds of queries.
func measureQueries(t *testing.T, x *search.Index, sample []known) {
	r := rand.New(rand.NewPCG(2, 2))
	words := func(n int) string {
		list := strings.Fields(sample[r.IntN(len(sample))].phrase)
		from := r.IntN(len(list) - n + 1)
		return strings.Trim(strings.Join(list[from:from+n], " "), ".,:;()“”\"")
	}
	kinds := []struct {
		name string
		of   func() search.Query
	}{
		{"one word", func() search.Query { return search.Query{Text: words(1)} }},
		{"one word without marks", func() search.Query { return search.Query{Text: fold(words(1))} }},
		{"two common words", func() search.Query { return search.Query{Text: "của người"} }},
		{"two words without marks", func() search.Query { return search.Query{Text: fold(words(2))} }},
		{"four words without marks", func() search.Query { return search.Query{Text: fold(words(4))} }},
		{"a phrase", func() search.Query { return search.Query{Text: `"` + words(3) + `"`} }},
		{"a phrase without marks", func() search.Query { return search.Query{Text: `"` + fold(words(4)) + `"`} }},
		{"title:", func() search.Query { return search.Query{Text: "title:" + words(1)} }},
		{"word -word", func() search.Query { return search.Query{Text: words(1) + " -" + words(1)} }},
		{"ever", func() search.Query { return search.Query{Text: words(3), Ever: true} }},
		{"facets", func() search.Query { return search.Query{Text: words(2), Facets: true} }},
		{"a month", func() search.Query {
			from := time.Date(2026, time.Month(1+r.IntN(11)), 1, 0, 0, 0, 0, time.UTC)
			return search.Query{Text: words(1), From: from, To: from.AddDate(0, 1, 0), Sort: search.Newest}
		}},
	}
	var all, cpus []time.Duration
	for _, k := range kinds {
		var took, took2 []time.Duration
		hits := 0
		for range 25 {
			q := k.of()
			var res search.Result
			cpu, wall := measured(func() {
				var err error
				if res, err = x.Search(context.Background(), q); err != nil {
					t.Fatal(err)
				}
			})
			took, took2 = append(took, wall), append(took2, cpu)
			hits += res.Total
		}
		all, cpus = append(all, took...), append(cpus, took2...)
		fmt.Printf("  %-26s median %6.1f ms, 95 %% %6.1f ms (of the processor %5.1f, %5.1f); %d found\n", k.name, ms(took, 50), ms(took, 95), ms(took2, 50), ms(took2, 95), hits/len(took))
	}
	fmt.Printf("all queries: median %.1f ms, 95 %% %.1f ms (of the processor %.1f, %.1f)\n", ms(all, 50), ms(all, 95), ms(cpus, 50), ms(cpus, 95))
}

func ms(list []time.Duration, percent int) float64 {
	slices.Sort(list)
	return list[min(len(list)-1, len(list)*percent/100)].Seconds() * 1000
}
