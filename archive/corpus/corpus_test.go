package corpus_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/archive/export"
	"baoluu/cleaner"
	"baoluu/sites"
)

// page is one version of one page, put into an archive.
type page struct {
	key, language, title, text string
	published, captured        string
}

func archiveOf(t *testing.T, pages ...page) *archive.View {
	t.Helper()
	arch, err := archive.Create(filepath.Join(t.TempDir(), "archive"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		a := cleaner.Article{
			Site: "dantri", URL: "https://dantri.com.vn/x-" + p.key + ".htm", Cleaner: "dantri/1",
			Title: cleaner.Text(p.title), Language: cleaner.Text(p.language), Text: p.title + "\n\n" + p.text,
			Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: p.text}}, Published: cleaner.Time{Time: moment(t, p.published)},
		}
		_, err := arch.Commit(context.Background(), "dantri", capture.Batch{Kept: []capture.Kept{{
			Capture: capture.Capture{Page: p.key, URL: a.URL, Time: moment(t, p.captured), Kind: capture.Resource, State: capture.Live},
			Body:    []byte(p.title + p.text), Article: &a,
		}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	view, err := arch.View(context.Background(), "dantri")
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, sites.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var samples = []page{
	{"20260101001500111", "vi", "Giao thừa", "Pháo hoa.", "2026-01-01 00:15", "2026-01-01 00:20"},
	{"20260131235900222", "vi", "Cuối tháng", "Bản đầu.", "2026-01-31 23:59", "2026-02-01 00:10"},
	{"20260131235900222", "vi", "Cuối tháng", "Bản sửa.", "2026-01-31 23:59", "2026-02-01 06:00"},
	{"10098080.en", "en", "A translation", "In English.", "2026-02-03 08:00", "2026-02-03 09:00"},
	{"774320", "vi", "Không ngày", "Bài cũ.", "", "2026-03-04 05:00"},
}

// tree is every file below a folder with what it holds.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if rel, _ := filepath.Rel(dir, path); filepath.Base(rel) != "manifest.json" && filepath.Base(rel) != "SHA256SUMS" {
			files[filepath.ToSlash(rel)] = string(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// exported makes a folder what write writes.
func exported(t interface {
	Helper()
	Fatal(...any)
}, dir string, write func(to export.Sink) (export.Tally, error)) {
	t.Helper()
	folder, err := export.Open(dir, export.Manifest{})
	if err != nil {
		t.Fatal(err)
	}
	err = folder.Write("dantri", write)
	if err == nil {
		_, err = folder.Commit()
	}
	if err := errors.Join(err, folder.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestText(t *testing.T) {
	view := archiveOf(t, samples...)
	want := map[string]string{
		"dantri/2026/01/20260101001500111.txt": "Giao thừa\n\nPháo hoa.\n",
		"dantri/2026/01/20260131235900222.txt": "Cuối tháng\n\nBản sửa.\n", // the newest version, the month of Vietnam
		"dantri/2026/02/10098080.en.txt":       "A translation\n\nIn English.\n",
		"dantri/2026/03/774320.txt":            "Không ngày\n\nBài cũ.\n", // by its capture
	}
	dir := t.TempDir()
	for range 2 { // the second time over its own files: the same
		exported(t, dir, func(to export.Sink) (export.Tally, error) {
			w := corpus.Form{Format: "txt"}.Writer("dantri", to)
			n, err := corpus.Choose(context.Background(), view, "dantri", corpus.Selection{}, w.Put)
			if err != nil || n.Count != len(want) {
				t.Errorf("%+v, %v", n, err)
			}
			return export.Tally(n), err
		})
		if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestSelection(t *testing.T) {
	view := archiveOf(t, samples...)
	for _, tt := range []struct {
		name string
		want corpus.Selection
		keys []string
	}{
		{"from and to", corpus.Selection{Published: corpus.Period{From: moment(t, "2026-01-31 00:00"), Before: moment(t, "2026-02-03 08:00")}}, []string{"20260131235900222"}},
		{"a language", corpus.Selection{Languages: []string{"en", "fr"}}, []string{"10098080.en"}},
		{"none", corpus.Selection{Published: corpus.Period{From: moment(t, "2027-01-01 00:00")}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			n, err := corpus.Choose(context.Background(), view, "dantri", tt.want, corpus.Form{Format: "jsonl"}.Stream(&out).Put)
			if err != nil || n.Count != len(tt.keys) {
				t.Fatalf("%+v, %v", n, err)
			}
			for i, line := range strings.Split(strings.TrimSpace(out.String()), "\n")[:n.Count] {
				var l struct{ Type, Page, Captured string }
				if err := json.Unmarshal([]byte(line), &l); err != nil {
					t.Fatal(err)
				}
				if l.Type != "article" || l.Page != "dantri/"+tt.keys[i] || !strings.HasSuffix(l.Captured, "+07:00") {
					t.Errorf("line %d: %+v", i, l)
				}
			}
		})
	}
}

// A line says whether its page is there still, and when it was; a selection goes by
// that, also as it stood at a moment.
func TestState(t *testing.T) {
	arch, err := archive.Create(filepath.Join(t.TempDir(), "archive"))
	if err != nil {
		t.Fatal(err)
	}
	look := func(key, text, captured string, state capture.State) {
		t.Helper()
		k := capture.Kept{Capture: capture.Capture{
			Page: key, URL: "https://dantri.com.vn/x-" + key + ".htm", Time: moment(t, captured), Kind: capture.Response, State: state, Status: 200,
		}}
		if state == capture.Live {
			k.Body = []byte(text)
			k.Article = &cleaner.Article{
				Site: "dantri", URL: k.URL, Cleaner: "dantri/1", Title: "Một tin", Text: "Một tin\n\n" + text,
				Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: text}},
			}
		}
		if _, err := arch.Commit(context.Background(), "dantri", capture.Batch{Kept: []capture.Kept{k}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"1", "2", "3", "4"} {
		look(key, "Bản đầu của "+key+".", "2026-01-01 08:00", capture.Live)
		look(key, "Bản đầu của "+key+".", "2026-01-02 08:00", capture.Live)
	}
	look("2", "", "2026-01-03 08:00", capture.Gone)
	look("3", "", "2026-01-03 08:00", capture.Blocked)
	look("4", "", "2026-01-03 08:00", capture.Gone)
	look("4", "Bản hai của 4.", "2026-01-04 08:00", capture.Live) // back again
	look("5", "", "2026-01-03 08:00", capture.Gone)               // never there
	view, err := arch.View(context.Background(), "dantri")
	if err != nil {
		t.Fatal(err)
	}
	const first, second, fourth = "2026-01-01T08:00:00+07:00", "2026-01-02T08:00:00+07:00", "2026-01-04T08:00:00+07:00"
	for _, tt := range []struct {
		name  string
		view  *archive.View
		state capture.State
		want  []string
	}{
		{"any", view, "", []string{
			"1 live " + first + " " + second, "2 gone " + first + " " + second, "3 blocked " + first + " " + second, "4 live " + first + " " + fourth,
		}},
		{"live", view, capture.Live, []string{"1 live " + first + " " + second, "4 live " + first + " " + fourth}},
		{"gone", view, capture.Gone, []string{"2 gone " + first + " " + second}},
		{"blocked", view, capture.Blocked, []string{"3 blocked " + first + " " + second}},
		{"gone then", view.At(moment(t, "2026-01-03 09:00")), capture.Gone, []string{"2 gone " + first + " " + second, "4 gone " + first + " " + second}},
		{"gone before", view.At(moment(t, "2026-01-01 09:00")), capture.Gone, nil},
		{"live before", view.At(moment(t, "2026-01-01 09:00")), capture.Live, []string{
			"1 live " + first + " " + first, "2 live " + first + " " + first, "3 live " + first + " " + first, "4 live " + first + " " + first,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			n, err := corpus.Choose(context.Background(), tt.view, "dantri", corpus.Selection{State: tt.state}, corpus.Form{Format: "jsonl"}.Stream(&out).Put)
			if err != nil || n.Count != len(tt.want) {
				t.Errorf("%+v, %v", n, err)
			}
			var got []string
			for d := json.NewDecoder(&out); d.More(); {
				var l corpus.Line
				if err := d.Decode(&l); err != nil {
					t.Fatal(err)
				}
				got = append(got, fmt.Sprintf("%s %s %s %s", strings.TrimPrefix(l.Page, "dantri/"), l.State, l.FirstSeen.Format(time.RFC3339), l.LastSeen.Format(time.RFC3339)))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// windows are names that it keeps for devices, with any ending, and signs that it has not.
var windows = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[<>:"/\\|?*]`)

// Whatever a page's key holds, its file lies in the folder it belongs to, and no
// two keys share a file, on systems that take "A" for "a" neither.
func TestNoKeyLeavesTheFolder(t *testing.T) {
	keys := rapid.SliceOfNDistinct(rapid.OneOf(
		rapid.StringN(1, 100, 300),
		rapid.SampledFrom([]string{"..", ".", "../../x", `..\x`, "/etc/passwd", "a/b", "CON", "con", "con.txt", "aux.1", "lpt1", "ABC", "abc", "Abc", "%41bc", "x\n", "vn,dantri)/the-gioi.htm", "%2E", "a.txt"}),
	), 1, 6, rapid.ID[string])
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		drawn, versions := keys.Draw(rt, "keys"), rapid.IntRange(1, 3).Draw(rt, "versions of each")
		exported(rt, filepath.Join(dir, "out"), func(to export.Sink) (export.Tally, error) {
			w := corpus.Form{Format: "txt", Versions: versions > 1}.Writer("dantri", to)
			for i := range len(drawn) * versions {
				c := corpus.Chosen{Page: "dantri/" + drawn[i/versions], Version: 1 + i%versions, FirstSeen: corpus.Moment{Time: time.Unix(0, 0)}}
				if err := w.Put(corpus.Record{Chosen: c, Article: cleaner.Article{Text: fmt.Sprint(i)}}); err != nil {
					return export.Tally{}, fmt.Errorf("%q: %w", c.Page, err)
				}
			}
			return export.Tally{Count: len(drawn) * versions}, nil
		})
		files, folded := tree(t, dir), map[string]bool{}
		for name := range files {
			if !strings.HasPrefix(name, "out/dantri/1970/01/") || !strings.HasSuffix(name, ".txt") {
				rt.Errorf("%q of %q", name, drawn)
			}
			if windows.MatchString(path.Base(name)) {
				rt.Errorf("%q: Windows has no such file", name)
			}
			folded[strings.ToLower(name)] = true // as macOS and Windows tell them apart
		}
		if n := len(drawn) * versions; len(files) != n || len(folded) != n {
			rt.Errorf("%d files for %q: %q", len(files), drawn, slices.Sorted(maps.Keys(files)))
		}
	})
}
