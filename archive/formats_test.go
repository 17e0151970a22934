package archive_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/merge"
	"baoluu/archive/rescue"

	"github.com/google/go-cmp/cmp"
)

// pictured is a page of the newspaper of the older formats' files that needs a picture and a style sheet.
const pictured = "post1349999"

// withPicture stores it, and the picture twice.
func withPicture(t testing.TB, a *archive.Archive) *archive.Archive {
	t.Helper()
	page := archivetest.Needing(archivetest.Page(pictured, `<html lang="vi"><head><title>Cầu Khe Mây thông xe</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Cầu Khe Mây thông xe","datePublished":"2026-07-16T08:30:00+07:00"}</script></head>
<body><article><h1>Cầu Khe Mây thông xe</h1><div class="article-content"><p>`+strings.Repeat("Cây cầu nối hai bờ suối Khe Mây đã thông xe sáng nay, trong niềm vui của bà con. ", 9)+`</p></div></article></body></html>`, 1), "a.jpg", "never.css")
	page.URL = "https://vov.vn/xa-hoi/cau-khe-may-thong-xe-" + pictured + ".vov"
	if page.Article, page.Refused = a.Newspaper("vov").Cleaner.Read("vov", page.Capture, page.Body); page.Article == nil {
		t.Fatal(page.Refused)
	}
	b := capture.Batch{Kept: []capture.Kept{page, archivetest.Asset("a.jpg", []byte("\xff\xd8\xff"), 1), archivetest.Asset("a.jpg", []byte("\xff\xd8\xff\xe0"), 2)}}
	if _, err := a.Commit(ctx, "vov", b); err != nil {
		t.Fatal(err)
	}
	return a
}

// pictureThere holds what the page with a picture needs, and how often that was captured, against what was
// stored.
func pictureThere(t testing.TB, a *archive.Archive) {
	t.Helper()
	v, err := a.View(ctx, "vov")
	if err != nil {
		t.Fatal(err)
	}
	err = v.Captures(ctx, pictured, func(c capture.Capture) error {
		if needs := needsOf(t, v, c.Number); len(needs) != 2 || !slices.Equal(neededBy(t, v, "a.jpg"), []uint64{c.Number}) {
			t.Errorf("it needs %q, and is needed by %v", needs, neededBy(t, v, "a.jpg"))
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if s, err := v.AssetStats(ctx); err != nil || s.Assets != 1 || s.AssetCaptures != 2 || s.AssetRawBytes != 7 {
		t.Errorf("%+v, %v", s, err)
	}
}

// fileOf reads the newspaper's file.
func fileOf(t testing.TB, a *archive.Archive) []byte {
	t.Helper()
	b, err := os.ReadFile(a.Newspaper("vov").File.Path("db"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// copied is another archive with the same file.
func copied(t testing.TB, a *archive.Archive) *archive.Archive {
	t.Helper()
	to, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to.Newspaper("vov").File.Path("db"), fileOf(t, a), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// vovBeside is an empty archive.
func vovBeside(t testing.TB) *archive.Archive {
	t.Helper()
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestToolsAndOlderFormats: each tool takes a file of an older format, as it is or half brought up to
// date, as the source of what it does, as its goal, and beside a file of the present one.
func TestToolsAndOlderFormats(t *testing.T) {
	for format := 1; format < schema.Current; format++ {
		for _, half := range []bool{false, true} {
			if half && format > 2 {
				continue // these are brought up to date in one part
			}
			t.Run(fmt.Sprint(format, " half=", half), func(t *testing.T) {
				old := ofFormat(t, format)
				up := copied(t, old)
				if _, err := up.Commit(ctx, "vov", capture.Batch{}); err != nil {
					t.Fatal(err)
				}
				want := histories(t, up)
				if half {
					if more, err := old.Newspaper("vov").UpgradePart(ctx, 1); err != nil || !more {
						t.Fatal(more, err)
					}
				}
				before := fileOf(t, old)
				with := maps.Clone(want)
				with[pictured] = histories(t, withPicture(t, vovBeside(t)))[pictured]
				for name, tool := range formatTools {
					t.Run(name, func(t *testing.T) {
						wanted := want
						a, picture := tool(t, old)
						if picture {
							pictureThere(t, a)
							wanted = with
						}
						archivetest.Sound(t, a)
						if diff := cmp.Diff(wanted, histories(t, a)); diff != "" {
							t.Error(diff)
						}
					})
				}
				if !bytes.Equal(before, fileOf(t, old)) {
					t.Error("the file that was read has changed")
				}
			})
		}
	}
}

// formatTools are what is done with a file of an older format; each gives what came of it, and whether the
// page with a picture has to be there. None may write to what it is given.
var formatTools = map[string]func(t *testing.T, old *archive.Archive) (*archive.Archive, bool){
	"backup": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		out := t.TempDir()
		backUpOld(t, old, out)
		backUpOld(t, old, out)
		return reopen(t, out), false
	},
	"backup, then again of what it became": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		now, out := copied(t, old), t.TempDir()
		backUpOld(t, now, out)
		backUpOld(t, withPicture(t, now), out)
		return reopen(t, out), true
	},
	"backup into one that an older program made": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		to := copied(t, old)
		backUpOld(t, withPicture(t, copied(t, old)), to.Dir())
		return to, true
	},
	"backup of an old file into a newer one": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		to := copied(t, old)
		if _, err := to.Commit(ctx, "vov", capture.Batch{}); err != nil {
			t.Fatal(err)
		}
		backUpOld(t, old, to.Dir())
		return to, false
	},
	"merge from": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		to := withPicture(t, vovBeside(t))
		mergeOld(t, to, old)
		return to, true
	},
	"merge into": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		to := copied(t, old)
		mergeOld(t, to, withPicture(t, vovBeside(t)))
		return to, true
	},
	"merge of the same": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		to := copied(t, old)
		if r := mergeOld(t, to, withPicture(t, copied(t, old))); r.Added != 3 || r.Repaired != 0 {
			t.Errorf("%+v", r)
		}
		if r := mergeOld(t, to, old); r.Added+r.Repaired+r.Joined != 0 {
			t.Errorf("%+v", r)
		}
		return to, true
	},
	"rescue": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		return rescueOld(t, old), false
	},
	"rescue of what it became": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		return rescueOld(t, withPicture(t, copied(t, old))), true
	},
	"forget": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		a := copied(t, old)
		page := slices.Sorted(maps.Keys(histories(t, a)))[0]
		want := histories(t, rescueOld(t, old))
		delete(want, page)
		if _, err := forget.Run(ctx, a, "vov", page, forget.Options{Reason: "x", At: archivetest.At(9), Accept: true}); err != nil {
			t.Fatal(err)
		}
		archivetest.Sound(t, a)
		if diff := cmp.Diff(want, histories(t, a)); diff != "" {
			t.Error(diff)
		}
		mergeOld(t, a, old) // it stays forgotten
		if diff := cmp.Diff(want, histories(t, a)); diff != "" {
			t.Error(diff)
		}
		return rescueOld(t, old), false
	},
	"forget with a picture": func(t *testing.T, old *archive.Archive) (*archive.Archive, bool) {
		a := withPicture(t, copied(t, old))
		if r, err := forget.Run(ctx, a, "vov", pictured, forget.Options{Reason: "x", At: archivetest.At(9), Accept: true}); err != nil || r.Assets != 1 || r.Captures != 3 {
			t.Errorf("%+v, %v", r, err)
		}
		return a, false
	},
}

func backUpOld(t testing.TB, a *archive.Archive, dir string) {
	t.Helper()
	if r, err := backup.Run(ctx, a, "vov", dir, nil); err != nil || r.Renewed {
		t.Fatalf("%+v, %v", r, err)
	}
}

func mergeOld(t testing.TB, a, from *archive.Archive) merge.Report {
	t.Helper()
	r, err := merge.Run(ctx, a, "vov", from, merge.Options{Damaged: func(n uint64, err error) { t.Errorf("capture %d: %v", n, err) }})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func rescueOld(t testing.TB, a *archive.Archive) *archive.Archive {
	t.Helper()
	to := vovBeside(t)
	if r, err := rescue.Run(ctx, a, "vov", to.Dir(), rescue.Options{Lost: func(l rescue.Lost) { t.Errorf("%+v", l) }}); err != nil || r.Doubts != "" {
		t.Errorf("%+v, %v", r, err)
	}
	return to
}
