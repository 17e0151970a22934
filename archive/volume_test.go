//go:build unix

package archive_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/body"
	"baoluu/archive/internal/schema"
	"baoluu/cleaner"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"

	"github.com/klauspost/compress/zstd"
)

// Measuring the store at volume. By hand, at any size:
//
//	BAOLUU_CAPTURES=200000 go test ./archive -run 'TestVolume' -v -cpu 1 -timeout 0
//
// Ratios are of processor time as well as of time on the wall, for a machine that
// others use tells little by the latter.

// volume is a newspaper of any size: pages of the sample web, captured in the order
// in which they came out, every second capture being of a page that was captured
// some hundreds before. A capture again has other tokens in its advertisements and,
// every fourth time, one sentence more.
type volume struct {
	web  *sampleweb.Web
	urls []string
	next int
}

// real is how long a page is filled up: to about 130 kB, as real ones are.
const realSize = 117 << 10

func newVolume(t testing.TB, captures int) *volume {
	t.Helper()
	v := &volume{web: sampleweb.New()}
	if err := v.web.Grow(archivetest.Site, captures); err != nil {
		t.Fatal(err)
	}
	v.urls = v.web.Articles(archivetest.Site)
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

// volumeSize is how many captures are stored. Without BAOLUU_CAPTURES it is
// otherwise, or the test is skipped where that is 0.
func volumeSize(t testing.TB, otherwise int) int {
	t.Helper()
	s := os.Getenv("BAOLUU_CAPTURES")
	switch {
	case s == "" && otherwise == 0:
		t.Skip("measured by hand: BAOLUU_CAPTURES=10000")
	case s == "":
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 2000 {
		t.Fatalf("BAOLUU_CAPTURES=%s: a number from 2000 on", s)
	}
	return n
}

// stopwatch adds up time on the wall and of the processor.
type stopwatch struct{ wall, cpu time.Duration }

func (s *stopwatch) time(fn func()) {
	started, before := time.Now(), processorTime()
	fn()
	s.wall, s.cpu = s.wall+time.Since(started), s.cpu+processorTime()-before
}

func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (s stopwatch) of(o stopwatch) string {
	return fmt.Sprintf("%.2f (processor), %.2f (wall)", float64(s.cpu)/float64(o.cpu), float64(s.wall)/float64(o.wall))
}

const volumeBatch = 64

// repack packs the bodies of a commit once more, each against what it is stored
// against: by another's encoders, at the levels that DESIGN.md's sizes come from, and
// as the archive does, the least that storing them takes.
func repack(t testing.TB, others, ours *stopwatch, l *library, p *body.Pool, a *archive.Archive, b capture.Batch, puts []capture.Put) {
	t.Helper()
	type job struct {
		body, base []byte
		key        string // of a reference
	}
	var jobs []job
	err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
		for i, k := range b.Kept {
			head, err := schema.LoadBody(r, puts[i].Number)
			if err != nil {
				return err
			}
			j := job{body: k.Body}
			if head.Base != 0 {
				var err error
				if j.base, err = a.Newspaper(archivetest.Site).Bodies.Get(r, head.Base); err != nil {
					return err
				}
				under, err := schema.LoadBody(r, head.Base)
				if err != nil {
					return err
				}
				if isReference, err := schema.References.Has(r, head.Base); err != nil {
					return err
				} else if isReference && puts[i].NewPage {
					j.key = under.Digest
				}
			}
			jobs = append(jobs, j)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(a.key, b.key) }) // to change a dictionary costs
	for _, j := range jobs {
		others.time(func() { l.pack(t, j.key, j.base, j.body) })
		ours.time(func() {
			switch {
			case j.base == nil:
				_, err = p.PackAlone(j.body)
			case j.key != "":
				_, err = p.PackReference(j.key, j.base, j.body)
			default:
				_, err = p.PackAgainst(j.base, j.body)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// library packs by klauspost/compress: at SpeedBetterCompression what stands alone, and
// against a reference, which stays the encoder's dictionary while it is the same; at
// SpeedDefault, faster and as small there, against a page's base.
type library struct {
	alone, reference, other *zstd.Encoder
	key                     string
}

func (l *library) pack(t testing.TB, key string, base, page []byte) {
	t.Helper()
	e, level := &l.reference, zstd.SpeedBetterCompression
	switch {
	case base == nil:
		e = &l.alone
	case key == "":
		e, level = &l.other, zstd.SpeedDefault
	}
	var err error
	switch {
	case *e == nil:
		options := []zstd.EOption{zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(body.Window), zstd.WithEncoderCRC(false)}
		if base != nil {
			options = append(options, zstd.WithEncoderDictRaw(0, base))
		}
		*e, err = zstd.NewWriter(nil, options...)
	case base != nil && (key == "" || key != l.key):
		err = (*e).ResetWithOptions(nil, zstd.WithEncoderDictRaw(0, base))
	}
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		l.key = key
	}
	(*e).EncodeAll(page, nil)
}

// grow stores captures of short pages, up to n.
func (v *volume) grow(t testing.TB, a *archive.Archive, n int) {
	t.Helper()
	v.web.Fill(0)
	for v.next < n {
		if _, err := a.Commit(ctx, archivetest.Site, v.batch(t, 4*volumeBatch)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestVolumePut stores pages of real size in an archive that has many captures, and
// holds that against packing the same bodies once more, by others and by us.
func TestVolumePut(t *testing.T) {
	n := volumeSize(t, 0)
	v, a := newVolume(t, n), archivetest.Fresh(t)
	measured := min(n/2, 3000)
	v.grow(t, a, n-measured)
	v.web.Fill(realSize)
	var p body.Pool
	var l library
	var putting, others, ours stopwatch
	// Captures again of what was short before are another thing.
	for settled := v.next + min(2*again, measured/2); v.next < settled; {
		if _, err := a.Commit(ctx, archivetest.Site, v.batch(t, volumeBatch)); err != nil {
			t.Fatal(err)
		}
	}
	measured = n - v.next
	for v.next < n {
		b := v.batch(t, volumeBatch)
		var puts []capture.Put
		var err error
		putting.time(func() { puts, err = a.Commit(ctx, archivetest.Site, b) })
		if err != nil {
			t.Fatal(err)
		}
		repack(t, &others, &ours, &l, &p, a, b, puts)
	}
	t.Logf("the last %d of %d captures: putting takes %s times as long as klauspost/compress for packing, %s times as long as packing itself",
		measured, v.next, putting.of(others), putting.of(ours))
	reading, unpacking := readings(t, a, v.next-measured, v.next)
	t.Logf("reading a body takes %s times as long as unpacking it", reading.of(unpacking))
}

// TestVolumeRead reads bodies of an archive of pages of real size here and there, and
// holds that against unpacking them.
func TestVolumeRead(t *testing.T) {
	n := volumeSize(t, 0)
	a := filled(t, n)
	reading, unpacking := readings(t, a, 0, n)
	t.Logf("reading one of %d bodies takes %s times as long as unpacking it", n, reading.of(unpacking))
}

// readings reads bodies of captures with numbers beyond after, up to last, and unpacks
// as many others: in turns, of the same machine.
func readings(t testing.TB, a *archive.Archive, after, last int) (reading, unpacking stopwatch) {
	t.Helper()
	w := archivetest.View(t, a)
	const round = 64
	for range 60 {
		reading.time(func() {
			for range round {
				if _, err := w.Body(ctx, uint64(after+1+rand.IntN(last-after))); err != nil {
					t.Fatal(err)
				}
			}
		})
		// The cache is as it is in reading: each is looked for when its turn comes.
		for range round {
			n := uint64(after + 1 + rand.IntN(last-after))
			var c body.Chain
			if err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) (err error) {
				c, _, err = a.Newspaper(archivetest.Site).Bodies.FindChain(r, n)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			unpacking.time(func() {
				if _, err := a.Newspaper(archivetest.Site).Bodies.UnpackUnchecked(c); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
	return reading, unpacking
}

// TestVolumeLists: what a list, a log and a day cost does not grow with the archive.
func TestVolumeLists(t *testing.T) {
	n := volumeSize(t, 0)
	small := n / 20
	v, a := newVolume(t, n), archivetest.Fresh(t)
	truth, ok := v.web.TruthAt(v.urls[len(v.urls)-1-small/4]) // its day is whole with the first captures
	if !ok {
		t.Fatal("no article")
	}
	measure := func() (list, log, day stopwatch, inDay int) {
		w := archivetest.View(t, a)
		var pages []string
		list.time(func() {
			for range 5 {
				pages = pages[:0]
				if err := w.AllPages(ctx, func(p archive.PageInfo) error {
					if pages = append(pages, p.Page); len(pages) == 500 {
						return schema.ErrStop
					}
					return nil
				}); err != nil && !errors.Is(err, schema.ErrStop) {
					t.Fatal(err)
				}
			}
		})
		log.time(func() {
			for i := range 1000 {
				if _, err := w.Versions(ctx, pages[i%len(pages)]); err != nil {
					t.Fatal(err)
				}
			}
		})
		published := schema.Days(archivetest.StateOf(t, a).Generation, truth.Published.In(sites.Zone).Format("20060102"))
		day.time(func() {
			for range 500 {
				inDay = 0
				if err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
					for _, err := range published.Keys(r) {
						if err != nil {
							return err
						}
						inDay++
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
			}
		})
		return list, log, day, inDay
	}
	v.grow(t, a, small)
	list, log, day, inDay := measure()
	v.grow(t, a, n)
	list2, log2, day2, inDay2 := measure()
	if inDay == 0 || inDay2 != inDay {
		t.Errorf("the day has %d articles, then %d: no measure", inDay, inDay2)
	}
	t.Logf("at %d captures as at %d: 500 of the page list %s; a page's log %s; a day %s", n, small, list2.of(list), log2.of(log), day2.of(day))
}

// TestVolumeSize stores pages of real size and holds the file against what gzip -9
// makes of the pages.
func TestVolumeSize(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	n := volumeSize(t, 256)
	v, a := newVolume(t, n), archivetest.Fresh(t)
	v.web.Fill(realSize)
	var zipped, raw, sampled int64
	var first, firsts, again, agains int64 // bytes stored and captures
	report := func() {
		s, err := archivetest.View(t, a).Stats(ctx)
		if err != nil {
			t.Fatal(err)
		}
		gzip := float64(zipped) / float64(sampled)
		t.Logf("%d captures of %d bytes, gzip -9 %.0f: bodies %.3f, second copies %.4f, file %.3f of it; first captures that are no references %.3f, captures again %.4f",
			s.Captures, raw/sampled, gzip, float64(s.StoredBytes)/gzip/float64(s.Captures), float64(s.CopyBytes)/gzip/float64(s.Captures), float64(s.FileBytes)/gzip/float64(s.Captures),
			float64(first)/gzip/float64(max(1, firsts)), float64(again)/gzip/float64(max(1, agains)))
		if b := float64(s.StoredBytes) / gzip / float64(s.Captures); b > 0.35 {
			t.Errorf("bodies take %.3f of gzip -9", b)
		}
		// A small file has grown by more than it needs.
		if f := float64(s.FileBytes) / gzip / float64(s.Captures); f > 0.60 && s.Captures > 10_000 {
			t.Errorf("the file takes %.3f of gzip -9", f)
		}
	}
	for i := 0; v.next < n; i++ {
		b := v.batch(t, volumeBatch)
		puts, err := a.Commit(ctx, archivetest.Site, b)
		if err != nil {
			t.Fatal(err)
		}
		if i%8 == 0 {
			k := b.Kept[i/8%volumeBatch]
			zipped, raw, sampled = zipped+int64(gzipSize(t, k.Body)), raw+int64(len(k.Body)), sampled+1
		}
		if err := a.Newspaper(archivetest.Site).File.Read(ctx, func(r schema.Reader) error {
			for _, p := range puts {
				body, err := schema.LoadBody(r, p.Number)
				switch {
				case err != nil:
					return err
				case body.Base == 0:
				case p.NewPage:
					first, firsts = first+int64(len(body.Frame)), firsts+1
				default:
					again, agains = again+int64(len(body.Frame)), agains+1
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if v.next%(1<<13) == 0 {
			report()
		}
	}
	report()
}

// TestVolumeTwo: two newspapers written at once, on two cores, against hashing the
// same bytes on two. Short rounds of all four take turns, so that whatever else the
// machine does meanwhile is in all four sums.
func TestVolumeTwo(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("it takes two processors: -cpu 2")
	}
	n := volumeSize(t, 0)
	v := newVolume(t, n)
	v.web.Fill(realSize)
	archives := make([]*archive.Archive, 3)
	for i := range archives {
		archives[i] = archivetest.Another(t)
	}
	var b capture.Batch
	hash := func(int) {
		for _, k := range b.Kept {
			for range 8 { // about as long as storing it takes
				schema.DigestOf(k.Body)
			}
		}
	}
	put := func(who int) {
		if _, err := archives[who].Commit(ctx, archivetest.Site, b); err != nil {
			t.Error(err)
		}
	}
	once := func(work func(who int)) func() { return func() { work(0) } }
	twice := func(work func(who int)) func() {
		return func() {
			var wg sync.WaitGroup
			wg.Go(func() { work(1) })
			wg.Go(func() { work(2) })
			wg.Wait()
		}
	}
	rounds := []func(){once(hash), twice(hash), once(put), twice(put)}
	var sums [4]stopwatch
	for round := 0; v.next+volumeBatch <= min(n, 6000); round++ {
		b = v.batch(t, volumeBatch)
		runtime.GC() // what making the pages has left behind is nobody's
		for i := range rounds {
			i = (i + round) % len(rounds)
			if sums[i].time(rounds[i]); round == 0 {
				sums[i] = stopwatch{} // it made files and encoders
			}
		}
	}
	hashing := 2 * float64(sums[0].wall) / float64(sums[1].wall)
	putting := 2 * float64(sums[2].wall) / float64(sums[3].wall)
	t.Logf("two at once are %.2f times as fast as one at putting, %.2f times at SHA-256: %.2f of it; in processor time two puts take %.2f of twice one, two hashes %.2f",
		putting, hashing, putting/hashing, float64(sums[3].cpu)/float64(2*sums[2].cpu), float64(sums[1].cpu)/float64(2*sums[0].cpu))
}
