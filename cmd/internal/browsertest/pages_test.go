package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Articles of the demo, and one that is imported.
const (
	corrected = "/p/baotintuc/20261117142530618" // twice: numbers, a name, a paragraph that moves
	takenDown = "/p/baotintuc/20261102134500123"
	english   = "/p/vov/post1343311"
	french    = "/p/baonghean/10315204.fr"

	correctedURL = "https://baotintuc.vn/xa-hoi/hon-3000-cay-bang-vuong-duoc-trong-doc-bo-bien-cat-tro-20261117142530618.htm"
	tricks       = "/at/2026-11-20/https://dantri.com.vn/xa-hoi/trang-bay-20261120090000111.htm"
)

// kinds is one page of each kind, under the name of its screenshot.
var kinds = []struct{ name, path string }{
	{"today", "/"},
	{"article", corrected},
	{"article-gone", takenDown},
	{"article-english", english},
	{"article-french", french},
	{"version", corrected + "/v/1"},
	{"compare", corrected + "/diff/1..3"},
	{"compare-line", corrected + "/diff/1..3?view=inline"},
	{"text", corrected + "/text"},
	{"aswas", "/at/" + today() + "/" + correctedURL},
	{"newspaper", "/n/baotintuc"},
	{"day", "/day/2026-11-17"},
	{"month", "/n/dantri/2026-11"},
	{"changes", "/changes"},
	{"search", "/search?q=bang+vuong"},
	{"search-narrow", "/search?q=cay&ever=1&site=dantri"},
	{"search-wrong", "/search?q=cay&from=hom+nay"},
	{"search-nothing", "/search?q=voi+ma+mut"},
	{"health", "/health"},
	{"health-newspaper", "/health/vov"},
	{"about", "/about"},
	{"nothing", "/p/dantri/1"},
}

// looks are how a page may look, and by which of axe-core's rules it is judged so.
var looks = []struct {
	width         int64
	scheme, rules string
}{
	{1280, "light", allRules}, {390, "dark", allRules},
	{1280, "dark", colourRules}, {390, "light", colourRules},
}

const (
	allRules    = `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
	colourRules = `{type: "rule", values: ["color-contrast", "link-in-text-block", "target-size"]}`
)

// judge has axe-core judge the page as it stands, and gives what it finds. What a stored page
// does in its frame is the newspaper's.
const judge = `axe.run({exclude: [["iframe"]]}, {runOnly: %s, iframes: false, resultTypes: ["violations"]}).then(
	found => found.violations.map(v => v.id + " (" + v.help + "): " + v.nodes.slice(0, 3).map(n => n.target.join(" ") + " " + n.html.slice(0, 160) + " " + (n.any[0] ? n.any[0].message : "")).join(" | ")))`

// Nobody is kept out: axe-core finds no fault with any kind of page, light or dark, on a
// phone or a wide screen, in either language.
func TestAccessible(t *testing.T) {
	r := enter(t)
	axe := os.Getenv("BAOLUU_AXE")
	if axe == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("BAOLUU_AXE names no axe.min.js: .ci/run installs it")
		}
		t.Skip("BAOLUU_AXE names no axe.min.js: npm install axe-core@4.14.1")
	}
	code, err := os.ReadFile(axe)
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"vi", "en"} {
		b := newTab(t, r, language)
		b.expects[404] = true // the page of what is not there is a kind, too
		for _, kind := range kinds {
			b.open(kind.path)
			get(b, chromedp.Evaluate[int](string(code)+";0"))
			for i, look := range looks {
				if i > 0 && language != "vi" {
					break // it looks as in Vietnamese
				}
				b.size(look.width, 900)
				b.scheme(look.scheme)
				at := fmt.Sprintf("%s, %s, %d px, %s", kind.name, language, look.width, look.scheme)
				if wide := get(b, chromedp.Evaluate[int64]("document.documentElement.scrollWidth")); wide > look.width {
					t.Errorf("%s: %d px wide", at, wide)
				}
				for _, violation := range get(b, chromedp.Evaluate[[]string](fmt.Sprintf(judge, look.rules), chromedp.EvalAwaitPromise)) {
					t.Errorf("%s: %s", at, violation)
				}
			}
		}
	}
}

// The first paint wants one HTML and one style sheet, and no page is heavy.
func TestFirstPaint(t *testing.T) {
	r := enter(t)
	b := newTab(t, r, "vi")
	b.expects[404] = true
	call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	for _, kind := range kinds {
		b.open(kind.path)
		seen := b.seen()
		blocking := 0
		for _, q := range seen {
			if (q.kind == "Document" || q.kind == "Stylesheet") && !strings.Contains(q.path, "if_/") && !strings.Contains(q.path, "cs_/") { // the frame's own page comes after
				blocking++
			}
		}
		if blocking != 2 {
			t.Errorf("%s asks %v", kind.path, seen)
		}
		if size := get(b, chromedp.Evaluate[int]("performance.getEntriesByType('navigation')[0].decodedBodySize")); size > 200_000 {
			t.Errorf("%s has %d bytes", kind.path, size)
		}
	}
}

// TestPictures puts a screenshot of each kind of page into the folder that BAOLUU_PICTURES
// names, for people to look at: NAME-WIDTH-SCHEME.png.
func TestPictures(t *testing.T) {
	folder := os.Getenv("BAOLUU_PICTURES")
	if folder == "" {
		t.Skip("BAOLUU_PICTURES names no folder")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	only := os.Getenv("BAOLUU_PICTURES_OF")
	b := newTab(t, enter(t), "vi")
	b.expects[404] = true
	for _, kind := range kinds {
		if only != "" && !strings.Contains(only, kind.name) {
			continue
		}
		b.open(kind.path)
		for _, width := range []int64{1280, 390} {
			b.size(width, 900)
			for _, scheme := range []string{"light", "dark"} {
				b.scheme(scheme)
				png := get(b, chromedp.FullScreenshot(100))
				name := fmt.Sprintf("%s-%d-%s.png", kind.name, width, scheme)
				if err := os.WriteFile(filepath.Join(folder, name), png, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
