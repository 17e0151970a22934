package crawler_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// pictured is an article of the sample web with pictures on a host of their own.
const pictured = "https://dantri.com.vn/du-lich/mot-som-mua-lua-chin-o-thung-lung-muong-hoa-ban-20261112064455903.htm"

// crawlPictured asks for the article, and for all that it needs.
func crawlPictured(t *testing.T, a *archive.Archive, web *sampleweb.Web) capture.Run {
	t.Helper()
	site, _ := sites.ByName("dantri")
	run, err := crawler.Crawl(context.Background(), a, site, crawler.Options{Transport: web.RoundTripper(), Assets: crawler.AllAssets, Seeds: []string{pictured}})
	if err != nil || run.End != "done" {
		t.Fatalf("%q, %v", run.End, err)
	}
	return run
}

// TestPicturesChange: from the newspaper to the history, an exchanged picture is an edit; one that
// moved, or that is sent in another quality, is none.
func TestPicturesChange(t *testing.T) {
	for how, want := range map[sampleweb.PictureChange]string{
		sampleweb.Exchanged: "1 2 edit images", sampleweb.Moved: "1", sampleweb.Compressed: "1",
	} {
		web, ctx := sampleweb.New(), context.Background()
		a, err := archive.Create(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		crawlPictured(t, a, web)
		truth, _ := web.TruthAt(pictured)
		if _, err := web.ChangePicture(truth.Site, truth.Key, 1, how); err != nil {
			t.Fatal(err)
		}
		run := crawlPictured(t, a, web)
		exchanged := 0
		if how == sampleweb.Exchanged {
			exchanged = 1
		}
		if run.Assets.Exchanged+run.Changed != exchanged {
			t.Errorf("change %d: the run says %d changed, %d exchanged", how, run.Changed, run.Assets.Exchanged)
		}
		view, err := a.View(ctx, "dantri")
		if err != nil {
			t.Fatal(err)
		}
		versions, err := view.Versions(ctx, truth.ID)
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, v := range versions {
			told = append(told, strings.Join(append([]string{fmt.Sprint(v.Number), string(v.Cause)}, v.Changed...), " "))
		}
		if got := strings.Join(strings.Fields(strings.Join(told, " ")), " "); got != want {
			t.Errorf("change %d: %s, want %s", how, got, want)
		}
		verify(t, a, "dantri")
	}
}

// TestAssetsGoWrong: whatever the hosts of pictures send, the run ends, the article is kept, and nothing
// of what was sent is taken for a picture that is none.
func TestAssetsGoWrong(t *testing.T) {
	const host = "cdnphoto.dantri.com.vn"
	dantri, _ := sites.ByName("dantri")
	// What is a picture, however odd, is kept as one; and with bad style sheets the pictures come all the same.
	shows := map[string]bool{"a script drawn": true, "pixels": true, "imports itself": true, "imports deep": true, "10,000 of a page": true}
	for name, fault := range map[string]sampleweb.Fault{
		"gone":             sampleweb.Status(404),
		"a script drawn":   sampleweb.ScriptedDrawing(),
		"pixels":           sampleweb.PixelBomb(60_000),
		"huge, declared":   sampleweb.Huge(1<<30, true),
		"endless":          sampleweb.Huge(-1, false),
		"imports itself":   sampleweb.Imports(-1),
		"imports deep":     sampleweb.Imports(10_000),
		"a page":           sampleweb.FrontPage(),
		"to this machine":  sampleweb.Redirect(302, "http://127.0.0.1/x.jpg"),
		"to it, IPv6":      sampleweb.Redirect(302, "http://[::1]/x.jpg"),
		"to the metadata":  sampleweb.Redirect(302, "http://169.254.169.254/latest"),
		"to another host":  sampleweb.Redirect(302, "https://elsewhere.example/x.jpg"),
		"10,000 of a page": sampleweb.ManyPictures(host, 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			web := sampleweb.New()
			at := "*" + host + "*.jpg" // its robots.txt is as it was
			switch {
			case strings.Contains(name, "of a page"):
				at = pictured
			case strings.HasPrefix(name, "imports"):
				at = "*.css"
			}
			web.Fault(at, fault)
			a, err := archive.Create(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			crawlPictured(t, a, web)
			asked := 0
			for _, hit := range web.Log() {
				asked++
				if u, err := url.Parse(hit.URL()); err != nil || !dantri.ServesAssets(u.Hostname()) {
					t.Errorf("asked for %s", hit.URL())
				}
			}
			if asked < 2 || asked > 1100 {
				t.Errorf("%d requests", asked)
			}
			view, err := a.View(t.Context(), "dantri")
			if err != nil {
				t.Fatal(err)
			}
			if info, err := view.Page(t.Context(), pictured); err != nil || info.Versions != 1 {
				t.Errorf("the article: %+v, %v", info, err)
			}
			shown := 0
			err = view.All(t.Context(), func(c capture.Capture) error {
				if sites.IsAsset(c.Page) && strings.Contains(c.URL, host) && c.State == capture.Live {
					shown++
				}
				return nil
			})
			if err != nil || (shown > 0) != shows[name] {
				t.Errorf("%d pictures are live, %v", shown, err)
			}
			verify(t, a, "dantri")
		})
	}
}
