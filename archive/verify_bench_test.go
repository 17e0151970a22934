//go:build unix

package archive

import (
	"os"
	"strconv"
	"testing"
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

// BenchmarkVerify tells how many times as long as reading, unpacking and hashing all
// bodies it takes to verify a newspaper, in processor time: a machine that others use
// tells little by the wall's. BAOLUU_BENCH_CAPTURES says how many
// captures it has.
func BenchmarkVerify(b *testing.B) {
	captures := 300
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_BENCH_CAPTURES")); err == nil {
		captures = n
	}
	a := filled(b, captures)
	var verifying, unpacking stopwatch
	for b.Loop() {
		var report VerifyReport
		var err error
		verifying.time(func() { report, err = a.Verify(ctx, site, func(p Problem) { b.Errorf("%+v", p) }) })
		if err != nil {
			b.Fatal(err)
		}
		unpacking.time(func() {
			if n := unpackAll(b, a); n != report.Bodies {
				b.Fatalf("%d bodies of %d", n, report.Bodies)
			}
		})
	}
	b.ReportMetric(float64(verifying.cpu)/float64(unpacking.cpu), "x-unpacking")
}

// unpackAll unpacks and hashes every body, each once, and no more than that.
func unpackAll(b testing.TB, a *Archive) (n int) {
	v := newVerifier(a, site, func(Problem) {})
	if err := v.readLinks(ctx); err != nil {
		b.Fatal(err)
	}
	type opened struct {
		body  uint64
		bytes []byte
	}
	var stack []opened
	if err := a.readTree(ctx, site, func(t *tree) error {
		for _, l := range v.order() {
			for len(stack) > 0 && stack[len(stack)-1].body != l.base {
				stack = stack[:len(stack)-1]
			}
			var base []byte
			if len(stack) > 0 {
				base = stack[len(stack)-1].bytes
			}
			c := v.content(t, l)
			body, err := a.packer.unpack(c.frame, base, c.head.Size)
			if err != nil {
				return err
			}
			if !hasDigest(body, c.head.Digest) {
				b.Fatalf("body %d is another", l.body)
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
