package archive_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/sites"
)

// photo is a JPEG of so many points, of quality 80: shapes of many sizes with grain, which takes about
// as many bytes as a photograph.
func photo(t testing.TB, seed uint64, width, height int) []byte {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 3))
	img := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	var waves [24][4]float64
	for i := range waves {
		size := math.Pow(2, float64(i%8))
		waves[i] = [4]float64{r.NormFloat64() * size / 200, r.NormFloat64() * size / 200, 6.3 * r.Float64(), 40 / size}
	}
	for y := range height {
		for x := range width {
			v := 128 + 6*r.NormFloat64()
			for _, w := range waves {
				v += w[3] * math.Sin(w[0]*float64(x)+w[1]*float64(y)+w[2])
			}
			img.Y[img.YOffset(x, y)] = uint8(min(max(v, 0), 255))
			c := color.RGBA{uint8(x), uint8(y), 90, 255}
			_, cb, cr := color.RGBToYCbCr(c.R/2, c.G/2, c.B)
			img.Cb[img.COffset(x, y)], img.Cr[img.COffset(x, y)] = cb, cr
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAssetCost says what an article costs with its pictures and without: BAOLUU_ARTICLES=1000
// go test ./archive -run TestAssetCost -v. As many assets as on the newspapers' pages
// (docs/assets.md): each article needs 27, of which 5 are new, two of them as large as they are shown
// in the text and three small ones.
func TestAssetCost(t *testing.T) {
	articles, err := strconv.Atoi(os.Getenv("BAOLUU_ARTICLES"))
	if err != nil {
		t.Skip("BAOLUU_ARTICLES says how many articles")
	}
	const needs, large, small = 27, 2, 3
	var photos, thumbs [][]byte
	for i := range 8 {
		photos, thumbs = append(photos, photo(t, uint64(i), 1020, 680)), append(thumbs, photo(t, uint64(i), 240, 160))
	}
	var pictures, pictureBytes int64
	fill := func(withNeeds, withPictures bool) archive.Stats {
		a := archivetest.Fresh(t)
		made := 0
		shown := func(minute int) (list []capture.Kept) {
			for i := range large + small {
				from := photos
				if i >= large {
					from = thumbs
				}
				body := bytes.Clone(from[made%len(from)])
				body = fmt.Appendf(body, "%d", made) // no two alike
				name := fmt.Sprintf("zoom/1032_688/2024/03/01/anh-minh-hoa-%d-1709251200.jpg", made)
				k := archivetest.Asset(name, body, minute)
				list, made = append(list, k), made+1
				pictures, pictureBytes = pictures+1, pictureBytes+int64(len(body))
			}
			return list
		}
		for i := range articles {
			k := archivetest.Page(fmt.Sprint(20240301000000+i), archivetest.NewsPage(uint64(i), 40), i)
			if withNeeds {
				for j := range needs {
					name := fmt.Sprintf("zoom/1032_688/2024/03/01/anh-minh-hoa-%d-1709251200.jpg", max(i*(large+small)+j-needs+large+small, 0))
					k.Needs = append(k.Needs, sites.AssetPage(archivetest.AssetURL(name)))
				}
			}
			b := capture.Batch{Kept: []capture.Kept{k}}
			if withPictures {
				for _, p := range shown(i) {
					b.Kept = append(b.Kept, p)
					b.Entries = append(b.Entries, capture.Entry{Page: p.Page, URL: p.URL, Kind: sites.Asset, Class: capture.Asset, Listed: p.Time, Fetched: p.Time})
				}
			}
			if _, err := a.Commit(ctx, archivetest.Site, b); err != nil {
				t.Fatal(err)
			}
		}
		s, err := archivetest.View(t, a).Stats(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	none, named, all := fill(false, false), fill(true, false), fill(true, true)
	n := int64(articles)
	t.Logf("%d articles of %d bytes: %d bytes of file for each without assets, %d with what they need noted, %d with %d pictures of %d bytes",
		n, none.RawBytes/n, none.FileBytes/n, named.FileBytes/n, all.FileBytes/n, pictures/n, pictureBytes/pictures)
	t.Logf("a picture takes %d bytes besides its own", (all.FileBytes-named.FileBytes-pictureBytes)/pictures)
}

// BenchmarkCommitPictures stores 16 pictures durably. held-ms is how long another reader waited for
// the file at the most, on average.
func BenchmarkCommitPictures(b *testing.B) {
	a := archivetest.Fresh(b)
	body := photo(b, 1, 1020, 680)
	archivetest.Commit(b, a, archivetest.Asset("first.jpg", body, 0))
	number, held := 0, time.Duration(0)
	for b.Loop() {
		b.StopTimer()
		var kept []capture.Kept
		for range 16 {
			number++
			kept = append(kept, archivetest.Asset(fmt.Sprint(number, ".jpg"), fmt.Append(bytes.Clone(body), number), number))
		}
		var stop atomic.Bool
		longest := make(chan time.Duration)
		go func() {
			var most time.Duration
			for !stop.Load() {
				began := time.Now()
				_ = a.Newspaper(archivetest.Site).File.Read(ctx, func(schema.Reader) error { return nil })
				most = max(most, time.Since(began))
				time.Sleep(time.Millisecond)
			}
			longest <- most
		}()
		b.StartTimer()
		archivetest.Commit(b, a, kept...)
		b.StopTimer()
		stop.Store(true)
		held += <-longest
		b.StartTimer()
	}
	b.SetBytes(16 * int64(len(body)))
	b.ReportMetric(float64(held.Milliseconds())/float64(number/16), "held-ms")
}
