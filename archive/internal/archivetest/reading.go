package archivetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"

	"github.com/google/go-cmp/cmp"
)

// Everything is all that can be read of the pages but some: their captures with
// bodies and articles, and their versions.
type Everything struct {
	Captures map[uint64]capture.Capture
	Bodies   map[uint64]string
	Articles map[uint64]string
	Versions map[string][]archive.Version
	Pages    map[string]archive.PageInfo
	of       map[uint64]string // captures' pages
}

// ReadAll reads all pages but some.
func ReadAll(t Reporter, a *archive.Archive, but ...string) Everything {
	t.Helper()
	all := Everything{map[uint64]capture.Capture{}, map[uint64]string{}, map[uint64]string{}, map[string][]archive.Version{}, map[string]archive.PageInfo{}, map[uint64]string{}}
	v, err := a.View(context.Background(), Site)
	if err != nil {
		t.Fatal(err)
	}
	err = v.AllPages(context.Background(), func(p archive.PageInfo) error {
		if slices.Contains(but, p.Page) {
			return nil
		}
		all.Pages[p.Page] = p
		if all.Versions[p.Page], err = v.Versions(context.Background(), p.Page); err != nil {
			return err
		}
		return v.Captures(context.Background(), p.Page, func(c capture.Capture) error {
			all.Captures[c.Number], all.of[c.Number] = c, p.Page
			body, err := v.Body(context.Background(), c.Number)
			if err != nil {
				return err
			}
			all.Bodies[c.Number] = string(body)
			art, err := v.Article(context.Background(), c.Number)
			var not *cleaner.NotArticleError
			if err != nil && !errors.As(err, &not) && !errors.Is(err, archive.ErrNoPage) {
				return err
			}
			all.Articles[c.Number] = art.Digest()
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Different says how two differ; "" where they do not.
func Different(a, b Everything) string { return cmp.Diff(a, b, cmp.AllowUnexported(Everything{})) }

// Without takes one page out.
func (e Everything) Without(page string) {
	maps.DeleteFunc(e.Captures, func(n uint64, _ capture.Capture) bool {
		if e.of[n] != page {
			return false
		}
		delete(e.Bodies, n)
		delete(e.Articles, n)
		delete(e.of, n)
		return true
	})
	delete(e.Versions, page)
	delete(e.Pages, page)
}

// HistoryOf is all that a newspaper says of its pages and assets, without the numbers of
// captures, which another archive may count otherwise.
func HistoryOf(t testing.TB, a *archive.Archive) string {
	t.Helper()
	v := View(t, a)
	var w strings.Builder
	needs := func(p archive.PageInfo) error {
		return v.Captures(context.Background(), p.Page, func(c capture.Capture) error {
			list, err := v.Needs(context.Background(), c.Number)
			fmt.Fprintf(&w, "%s %s needs %q\n", p.Page, c.Time, list)
			return err
		})
	}
	w.WriteString(HistoryOfPages(t, a))
	if err := errors.Join(v.Assets(context.Background(), pageHistory(v, &w)), v.AllPages(context.Background(), needs), v.Assets(context.Background(), needs)); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

// HistoryOfPages is [HistoryOf] without assets and what needs them.
func HistoryOfPages(t testing.TB, a *archive.Archive) string {
	t.Helper()
	v := View(t, a)
	var w strings.Builder
	if err := v.AllPages(context.Background(), pageHistory(v, &w)); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

func pageHistory(v *archive.View, w io.Writer) func(archive.PageInfo) error {
	return func(p archive.PageInfo) error {
		fmt.Fprintf(w, "%+v\n", p)
		list, err := v.Versions(context.Background(), p.Page)
		if err != nil {
			return err
		}
		for _, w2 := range list {
			w2.First, w2.Last, w2.Capture = 0, 0, 0
			fmt.Fprintf(w, "  %+v\n", w2)
		}
		return v.Captures(context.Background(), p.Page, func(c capture.Capture) error {
			body, err := v.Body(context.Background(), c.Number)
			c.Number, c.RevisitOf, c.Page = 0, 0, "" // a joined page's captures may come to say what it is now
			fmt.Fprintf(w, "    %+v %s\n", c, schema.DigestOf(body))
			return err
		})
	}
}
