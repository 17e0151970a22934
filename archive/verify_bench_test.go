//go:build unix

package archive

import (
	"os"
	"strconv"
	"testing"

	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// filled makes a newspaper of pages of real size, half of its captures of pages
// captured before.
func filled(t testing.TB, captures int) *Archive {
	t.Helper()
	a, v := another(t), newVolume(t, captures)
	v.web.Fill(realSize)
	for v.next < captures {
		if _, err := a.Commit(ctx, site, v.batch(t, min(volumeBatch, captures-v.next))); err != nil {
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
		var report VerifyReport
		var err error
		verifying.time(func() { report, err = a.Verify(ctx, site, func(p Problem) { b.Errorf("%+v", p) }, nil) })
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
func unpackAll(b testing.TB, a *Archive, articles bool) (n int) {
	v := newVerifier(a, site, func(Problem) {})
	if err := v.readLinks(ctx); err != nil {
		b.Fatal(err)
	}
	v.generation = view(b, a).generation
	type opened struct {
		body  uint64
		bytes []byte
	}
	var stack []opened
	if err := a.file(site).ReadUnchecked(ctx, func(t *store.Tree) error {
		for _, l := range v.order() {
			for len(stack) > 0 && stack[len(stack)-1].body != l.base {
				stack = stack[:len(stack)-1]
			}
			var base []byte
			if len(stack) > 0 {
				base = stack[len(stack)-1].bytes
			}
			c := v.content(t, l)
			body, err := a.pool.Unpack(c.Frame, base, c.Size)
			if err != nil {
				return err
			}
			if !schema.HasDigest(body, c.Digest) {
				b.Fatalf("body %d is another", l.body)
			}
			if articles {
				if _, err := a.pool.ArticleText(l.body, c.article.Article, body); err != nil {
					return err
				}
			}
			stack = append(stack, opened{l.body, body})
			n++
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return n
}
