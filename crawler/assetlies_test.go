package crawler_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/sites"
)

// drip is a body that comes a byte in ten seconds, and never ends but with its request.
type drip struct{ asked context.Context }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(10 * time.Second):
		return copy(p, "\x89"), nil
	case <-d.asked.Done():
		return 0, d.asked.Err()
	}
}

// pictures has a page name so many of each of these.
func pictures(n int, forms ...string) func(string) string {
	var b strings.Builder
	for i := range n {
		for _, form := range forms {
			fmt.Fprintf(&b, `<img src="`+form+`">`, i)
		}
	}
	return func(string) string { return b.String() }
}

// TestHostsOfAssetsThatLie: whatever the host of the pictures sends in place of each of them, the run ends
// well and in time, has all articles, and asks that host for little.
func TestHostsOfAssetsThatLie(t *testing.T) {
	bomb := gzipped(append(picture(t, 9), bytes.Repeat([]byte("x"), 20<<20)...))
	for name, tt := range map[string]struct {
		file
		kept bool // pictures
	}{
		"fails":               {file{500, nil, http.NoBody}, false},
		"bad gateway":         {file{502, http.Header{"Content-Type": {"image/png"}}, bytes.NewReader(picture(t, 9))}, false},
		"drips":               {file{200, http.Header{"Content-Type": {"image/png"}}, drip{}}, false},
		"a part":              {file{206, http.Header{"Content-Range": {"bytes 0-9/100"}}, bytes.NewReader(picture(t, 9))}, false},
		"unchanged, unasked":  {file{304, nil, http.NoBody}, false},
		"nothing":             {file{204, nil, http.NoBody}, false},
		"a bomb":              {file{200, http.Header{"Content-Type": {"image/png"}, "Content-Encoding": {"gzip"}}, bytes.NewReader(bomb)}, false},
		"a bomb in a bomb":    {file{200, http.Header{"Content-Encoding": {"gzip, gzip"}}, bytes.NewReader(gzipped(bomb))}, false},
		"packed twice":        {file{200, http.Header{"Content-Encoding": {"gzip", "gzip"}}, bytes.NewReader(gzipped(gzipped(picture(t, 9))))}, true},
		"not what it says":    {file{200, http.Header{"Content-Encoding": {"gzip"}}, bytes.NewReader(picture(t, 9))}, true},
		"cookies":             {file{200, http.Header{"Set-Cookie": {"a=b; Path=/"}}, bytes.NewReader(picture(t, 9))}, true},
		"to an article":       {file{302, http.Header{"Location": {"https://vov.vn/chinh-tri/bai-post1234567.vov"}}, http.NoBody}, false},
		"to a feed":           {file{302, http.Header{"Location": {"https://vov.vn/rss/tin-moi.rss"}}, http.NoBody}, false},
		"to the other scheme": {file{302, http.Header{"Location": {"http://" + cdn + "/one.png"}}, http.NoBody}, true},
		"to nowhere":          {file{302, http.Header{"Location": {"http://%zz/"}}, http.NoBody}, false},
		"to a port":           {file{302, http.Header{"Location": {"https://" + cdn + ":22/"}}, http.NoBody}, false},
		"with a password":     {file{302, http.Header{"Location": {"https://a:b@" + cdn + "/one.png"}}, http.NoBody}, true},
		"to a number":         {file{302, http.Header{"Location": {"http://2130706433/"}}, http.NoBody}, false},
		"many":                {file{429, http.Header{"Retry-After": {"1"}}, http.NoBody}, false},
		"many, for a century": {file{429, http.Header{"Retry-After": {"3153600000"}}, http.NoBody}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inTime(t, func(t *testing.T) {
				g := newGallery(pictures(20, "https://"+cdn+"/%d.png"))
				for i := range 20 {
					g.files[fmt.Sprintf("%s/%d.png", cdn, i)] = tt.file
				}
				g.add(cdn+"/one.png", "image/png", picture(t, 9))
				store, o := newMemory(), taking(g, crawler.Images)
				o.AssetSize, o.Seeds = 1<<20, g.web.Articles("vov")[:1]
				run := crawl(t, store, siteOfAny(), o)
				if run.End != "done" || run.Failed != 0 || run.New != 1 {
					t.Errorf("%+v %+v", run, run.Assets)
				}
				if (run.Assets.Kept+run.Assets.Same > 0) != tt.kept {
					t.Errorf("%+v", run.Assets)
				}
				if took, asked := run.Ended.Sub(run.Started), len(g.asked(ofCDN)); took > 15*time.Minute || asked > 40 {
					t.Errorf("took %s, %d requests: %+v", took, asked, run.Assets)
				}
				for _, k := range store.kept {
					if sites.IsAsset(k.Page) && k.State == capture.Live && k.Kind == capture.Response && !bytes.Equal(k.Body, picture(t, 9)) {
						t.Errorf("%s is live: %.20q", k.URL, k.Body)
					}
				}
			})
		})
	}
}

// TestRobotsOfAssets: as on the newspaper's hosts, what cannot be learned forbids, and only that host.
func TestRobotsOfAssets(t *testing.T) {
	for name, tt := range map[string]struct {
		file
		https, http bool // may be asked for
	}{
		"none":         {file{404, nil, http.NoBody}, true, true},
		"fails":        {file{500, nil, http.NoBody}, false, false},
		"forbidden":    {file{403, nil, http.NoBody}, true, true},
		"forbids":      {file{200, nil, bytes.NewReader([]byte("User-agent: *\nDisallow: /"))}, false, false},
		"a page":       {file{200, nil, bytes.NewReader([]byte("<!doctype html><p>Không có"))}, true, true},
		"endless":      {file{200, nil, &endless{head: []byte("User-agent: *\nDisallow: /none\n")}}, false, false}, // the rest may forbid
		"to this host": {file{302, http.Header{"Location": {"http://127.0.0.1/robots.txt"}}, http.NoBody}, false, false},
	} {
		for _, scheme := range []string{"", "http://"} {
			t.Run(name+" "+scheme, func(t *testing.T) {
				t.Parallel()
				inTime(t, func(t *testing.T) {
					const n = 12
					g := newGallery(pictures(n, "http://"+cdn+"/earlier/%d.png", "https://"+cdn+"/of-today/%d.png"))
					g.files[scheme+cdn+"/robots.txt"] = tt.file
					for i := range n {
						g.add(fmt.Sprintf("%s/earlier/%d.png", cdn, i), "image/png", picture(t, 9))
						g.add(fmt.Sprintf("%s/of-today/%d.png", cdn, i), "image/png", picture(t, 10))
					}
					o := taking(g, crawler.Images)
					o.Seeds = g.web.Articles("vov")[:1]
					run := crawl(t, newMemory(), siteOfAny(), o)
					secure := len(g.asked(ofCDN))
					plain := len(g.asked(func(u string) bool { return strings.HasPrefix(u, "http://"+cdn) }))
					wantSecure, wantPlain := 0, 0
					if tt.https || scheme != "" {
						wantSecure = n
					}
					if tt.http {
						wantPlain = n
					}
					if secure != wantSecure || plain != wantPlain || run.End != "done" {
						t.Errorf("%d of %d by https, %d of %d by http: %+v %+v", secure, wantSecure, plain, wantPlain, run, run.Assets)
					}
				})
			})
		}
	}
}

// TestBudgetUntilMidnight: the day of the budget is Vietnam's, whatever runs it has.
func TestBudgetUntilMidnight(t *testing.T) {
	inTime(t, func(t *testing.T) {
		g := newGallery(func(path string) string { return `<img src="https://` + cdn + path + `.png">` })
		for _, address := range g.web.Articles("vov") {
			g.add(cdn+pathOf(address)+".png", "image/png", picture(t, 200))
		}
		store, o := newMemory(), taking(g, crawler.Images)
		o.AssetBudget = 1              // what is under way is finished
		at := func(hour, minute int) { // by UTC, on the first day
			now := time.Now().UTC()
			time.Sleep(time.Date(began.Year(), began.Month(), began.Day(), hour, minute, 0, 0, time.UTC).Sub(now))
		}
		first := crawl(t, store, siteOfAny(), o)
		if first.Assets.Kept == 0 || !first.Assets.Spent || first.Assets.Waiting == 0 {
			t.Fatalf("%+v", first.Assets)
		}
		at(16, 50) // 23:50 in Vietnam
		if late := crawl(t, store, siteOfAny(), o); late.Assets.Asked != 0 || !late.Assets.Spent {
			t.Errorf("before midnight: %+v", late.Assets)
		}
		at(17, 1)
		if next := crawl(t, store, siteOfAny(), o); next.Assets.Kept == 0 {
			t.Errorf("behind midnight: %+v", next.Assets)
		}
	})
}
