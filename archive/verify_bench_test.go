//go:build unix

package archive_test

import (
	"os"
	"strconv"
	"testing"

	"baoluu/archive"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// filled makes a newspaper of pages of real size, half of its captures of pages
// captured before.
func filled(t testing.TB, captures int) *archive.Archive {
	t.Helper()
	a, v := archivetest.Another(t), newVolume(t, captures)
	v.web.Fill(realSize)
	for v.next < captures {
		if _, err := a.Commit(ctx, archivetest.Site, v.batch(t, min(volumeBatch, captures-v.next))); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// BenchmarkVerify tells how many times as long as reading and unpacking all bodies and
// articles, and hashing the bodies, it takes to verify a newspaper, in processor time (a
// machine that others use tells little by the wall's) and on the wall, where the other is
// done by one processor; and of bodies alone. BAOLUU_BENCH_CAPTURES says how many captures
// it has.
func BenchmarkVerify(b *testing.B) {
	captures := 300
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_BENCH_CAPTURES")); err == nil {
		captures = n
	}
	a := filled(b, captures)
	var verifying, unpacking, bodies stopwatch
	for b.Loop() {
		var report archive.VerifyReport
		var err error
		verifying.time(func() {
			report, err = a.Verify(ctx, archivetest.Site, func(p archive.Problem) { b.Errorf("%+v", p) }, nil)
		})
		if err != nil {
			b.Fatal(err)
		}
		unpack := func(articles bool) func() {
			return func() {
				if n := unpackAll(b, a, articles); n != report.Bodies {
					b.Fatalf("%d bodies of %d", n, report.Bodies)
				}
			}
		}
		unpacking.time(unpack(true))
		bodies.time(unpack(false))
	}
	b.ReportMetric(float64(verifying.cpu)/float64(unpacking.cpu), "x-unpacking")
	b.ReportMetric(float64(verifying.wall)/float64(unpacking.wall), "x-unpacking-wall")
	b.ReportMetric(float64(verifying.cpu)/float64(bodies.cpu), "x-bodies")
}

// unpackAll unpacks and hashes every body, each once, and unpacks their articles if
// asked to, and no more than that.
func unpackAll(b testing.TB, a *archive.Archive, articles bool) (n int) {
	generation := archivetest.StateOf(b, a).Generation
	if err := a.Newspaper(archivetest.Site).File.ReadUnchecked(ctx, func(t *store.Tree) error {
		on := map[uint64][]uint64{} // what is packed against each body; against 0, what stands alone
		if err := t.Sweep(schema.BucketBodies, nil, func(key, _ []byte) error {
			number, err := schema.ParseNumberKey(key)
			if err != nil {
				return err
			}
			record, err := schema.LoadBody(t, number)
			on[record.Base] = append(on[record.Base], number)
			return err
		}, func(err error) { b.Error(err) }, nil); err != nil {
			return err
		}
		var unpack func(base uint64, against []byte) error
		unpack = func(base uint64, against []byte) error {
			for _, number := range on[base] {
				record, err := schema.LoadBody(t, number)
				if err != nil {
					return err
				}
				body, err := a.Newspaper(archivetest.Site).Pool.Unpack(record.Frame, against, record.Size)
				if err != nil {
					return err
				}
				if schema.DigestOf(body) != record.Digest {
					b.Fatalf("body %d is another", number)
				}
				if articles {
					article, err := schema.Articles(generation).Must(t, number)
					if err != nil {
						return err
					}
					if _, err := a.Newspaper(archivetest.Site).Pool.ArticleText(number, article, body); err != nil {
						return err
					}
				}
				if n++; on[number] == nil {
					continue
				}
				if err := unpack(number, body); err != nil {
					return err
				}
			}
			return nil
		}
		return unpack(0, nil)
	}); err != nil {
		b.Fatal(err)
	}
	return n
}
