package archive

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/capture"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// volume is a newspaper of any size for measuring: pages of the sample web as
// long as real ones (130 kB), captured in the order in which they came out, every
// second capture being of a page that was captured some hundreds before. A
// capture again has other tokens in its advertisements and, every fourth time,
// one sentence more.
type volume struct {
	web  *sampleweb.Web
	urls []string
	next int
}

const volumeFill = 117 << 10

func newVolume(t testing.TB, captures int) *volume {
	t.Helper()
	v := &volume{web: sampleweb.New()}
	v.web.Fill(volumeFill)
	if err := v.web.Grow(site, captures); err != nil {
		t.Fatal(err)
	}
	v.urls = v.web.Articles(site)
	return v
}

// again is how many pages lie between a page's first capture and its second.
const again = 300

// batch gives the next n captures with their entries, as a crawl has them.
func (v *volume) batch(t testing.TB, n int) capture.Batch {
	t.Helper()
	var b capture.Batch
	for range n {
		i := v.next
		v.next++
		p := i / 2
		if i%2 == 1 && p >= again {
			p -= again
		} else if i%2 == 1 {
			p += len(v.urls) / 2
		}
		k := v.kept(t, v.urls[len(v.urls)-1-p], i)
		b.Kept = append(b.Kept, k)
		b.Entries = append(b.Entries, capture.Entry{
			Page: k.Page, URL: k.URL, Kind: sites.Article, Class: capture.Again, Due: k.Time.Add(3 * time.Hour),
			Listed: k.Time.Add(-time.Hour), ListedBy: "https://dantri.com.vn/rss/home.rss", Fetched: k.Time,
			ETag: `"` + strconv.Itoa(i) + `"`, Published: k.Article.Published.Time, Changed: k.Time,
		})
	}
	return b
}

func (v *volume) kept(t testing.TB, url string, i int) capture.Kept {
	t.Helper()
	w := httptest.NewRecorder()
	v.web.ServeHTTP(w, httptest.NewRequest(http.MethodGet, url, nil))
	truth, ok := v.web.TruthAt(url)
	if w.Code != http.StatusOK || !ok {
		t.Fatalf("%s: %d", url, w.Code)
	}
	body := w.Body.Bytes()
	if i%2 == 1 {
		body = bytes.ReplaceAll(body, []byte(`token:"`), fmt.Appendf(nil, `token:"%x`, i*0x9E3779B9))
		if i%8 == 1 {
			body = bytes.Replace(body, []byte("</p>"), []byte(" Thông tin đang được cập nhật.</p>"), 1)
		}
	}
	art := articleOf(truth)
	return capture.Kept{
		Capture: capture.Capture{
			Page: truth.ID, URL: url, Time: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 3 * time.Second),
			Kind: capture.Response, State: capture.Live, Status: 200, ContentType: "text/html; charset=utf-8",
			Header: []capture.Field{
				{Name: "Date", Value: "Fri, 01 Mar 2024 00:00:00 GMT"}, {Name: "Content-Type", Value: "text/html; charset=utf-8"},
				{Name: "Connection", Value: "keep-alive"}, {Name: "Cache-Control", Value: "public, max-age=60"},
				{Name: "Etag", Value: `"` + strconv.Itoa(i) + `"`}, {Name: "Vary", Value: "Accept-Encoding"},
				{Name: "Strict-Transport-Security", Value: "max-age=31536000"}, {Name: "X-Cache", Value: "HIT"},
				{Name: "Server", Value: "nginx"}, {Name: "Content-Encoding", Value: "gzip"},
			},
		},
		Body: body, Article: &art,
	}
}

// articleOf is what a cleaner finds on the page.
func articleOf(t sampleweb.Truth) cleaner.Article {
	a := cleaner.Article{
		Site: t.Site, URL: t.URL, ID: cleaner.Text(t.ID), Language: cleaner.Text(t.Language), Title: cleaner.Text(t.Title),
		Kicker: cleaner.Text(t.Kicker), Lead: cleaner.Text(t.Lead), Dateline: cleaner.Text(t.Dateline), Byline: cleaner.Text(t.Byline),
		Source: cleaner.Text(t.Source), Published: cleaner.Time{Time: t.Published}, PublishedFrom: "json-ld", Modified: cleaner.Time{Time: t.Modified},
		Section: t.Section, Tags: t.Tags, Captions: t.Captions, Layout: t.Layout, Cleaner: "plain/1", Notes: []string{},
	}
	texts := []string{t.Title, t.Lead}
	for _, b := range t.Body {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.BlockKind(b.Kind), Text: b.Text})
		texts = append(texts, b.Text)
	}
	for _, i := range t.Images {
		a.Images = append(a.Images, cleaner.Image{URL: i})
	}
	for _, r := range t.Related {
		a.Related = append(a.Related, cleaner.Related{URL: r.URL, Title: r.Title})
	}
	a.Text = strings.Join(texts, "\n\n")
	return a
}

// volumes are the sizes that are measured: 10,000 captures by default or what
// BAOLUU_CAPTURES says: BAOLUU_CAPTURES=200000.
func volumeSize(t testing.TB, otherwise int) int {
	s := os.Getenv("BAOLUU_CAPTURES")
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("BAOLUU_CAPTURES=%s", s)
	}
	return n
}

const volumeBatch = 64

// repack packs the bodies of a commit once more, each as it is stored: the least
// that storing them takes.
func repack(t testing.TB, p *packer, a *Archive, b capture.Batch, puts []capture.Put) time.Duration {
	t.Helper()
	type job struct {
		body, base []byte
		key        string
		depth      int
	}
	var jobs []job
	err := a.read(ctx, site, func(r reader) error {
		for i, k := range b.Kept {
			var head bodyHead
			if _, err := loadBody(r, puts[i].Number, &head); err != nil {
				return err
			}
			j := job{body: k.Body, depth: head.Depth}
			if head.Base != 0 {
				base, err := a.body(r, site, head.Base)
				if err != nil {
					return err
				}
				var h bodyHead
				if _, err := loadBody(r, head.Base, &h); err != nil {
					return err
				}
				j.base, j.key = base, h.Digest
				if h.Depth == 0 && puts[i].NewPage {
					j.depth = 1
				} else {
					j.depth = 2
				}
			}
			jobs = append(jobs, j)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	for _, j := range jobs {
		switch {
		case j.base == nil:
			_, err = p.packAlone(j.body)
		case j.depth == 1:
			_, err = p.packReference(j.key, j.base, j.body)
		default:
			_, err = p.packAgainst(j.base, j.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return time.Since(started)
}

// BenchmarkVolume stores BAOLUU_CAPTURES captures, 64 at a time, and measures each
// commit against packing its bodies once more.
func TestVolume(b *testing.T) {
	n := volumeSize(b, 2000)
	v := newVolume(b, n)
	a := fresh(b)
	var p packer
	var putting, packing time.Duration
	var zipped, raw, sampled int64
	at := 0
	for v.next < n {
		batch := v.batch(b, volumeBatch)
		started := time.Now()
		puts, err := a.Commit(ctx, site, batch)
		if err != nil {
			b.Fatal(err)
		}
		putting += time.Since(started)
		packing += repack(b, &p, a, batch, puts)
		if at++; at%16 == 1 {
			k := batch.Kept[at/16%64]
			zipped += int64(gzipSize(b, k.Body))
			raw += int64(len(k.Body))
			sampled++
		}
		if v.next%(n/10/64*64) == 0 {
			b.Logf("%d: putting %v packing %v: %.2f", v.next, putting, packing, float64(putting)/float64(packing))
		}
	}
	parts := map[bucket]int{}
	counts := map[bucket]int{}
	err := a.readTree(ctx, site, func(tr *tree) error {
		for _, b := range buckets() {
			if err := tr.scan(b, nil, func(k, v []byte) error { parts[b] += len(k) + len(v); counts[b]++; return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	room(b, a)
	s, err := view(b, a).Stats(ctx)
	b.Logf("%+v %v", s, err)
	b.Logf("bytes by bucket: %v %v", parts, counts)
	b.Logf("gzip mean %d of %d: file / gzip %.3f", zipped/sampled, raw/sampled, float64(s.FileBytes)/float64(zipped/sampled)/float64(s.Captures))
}

// room tells which bucket takes how many pages.
func room(t testing.TB, a *Archive) {
	err := a.readTree(ctx, site, func(tr *tree) error {
		p, _, err := tr.head(tr.free)
		if err != nil {
			return err
		}
		t.Logf("%d pages, %d free", tr.end, p.count)
		for _, b := range buckets() {
			bb, err := tr.bucket(b)
			if err != nil {
				return err
			}
			if bb.inline != nil {
				continue
			}
			var leaves, branches, bytes, n int
			var walk func(id uint64)
			walk = func(id uint64) {
				p, err := tr.page(id)
				if err != nil {
					t.Fatal(err)
				}
				if p.kind == pageLeaf {
					leaves += len(p.data) / tr.pageSize
					n++
					for i := range p.count {
						bytes += 16 + len(p.key(i)) + len(p.value(i))
					}
					return
				}
				branches += len(p.data) / tr.pageSize
				for i := range p.count {
					walk(p.child(i))
				}
			}
			walk(bb.root)
			t.Logf("%-12s %6d leaf pages in %6d, %4d branches, filled %.2f", b, leaves, n, branches, float64(bytes)/float64(leaves*tr.pageSize))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
