//go:build unix

package archive

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"baoluu/cleaner/capture"
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
func unpackAll(b *testing.B, a *Archive) (n int) {
	v := newVerifier(a, site, func(Problem) {})
	if err := v.readLinks(ctx); err != nil {
		b.Fatal(err)
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
			c, err := v.content(t, l)
			if err != nil {
				return err
			}
			body, err := v.open(c, base)
			if err != nil {
				return err
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

// TestMemoryOfMany verifies, backs up and rescues many captures, and holds what is
// in use against 256 MiB. It takes minutes: BAOLUU_TEST_MANY=200000.
func TestMemoryOfMany(t *testing.T) {
	captures, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_MANY"))
	if err != nil {
		t.Skip("BAOLUU_TEST_MANY=200000 does it")
	}
	a := another(t)
	var kept []capture.Kept
	for i := range captures {
		kept = append(kept, page(fmt.Sprint(i-i%3), newsPage(uint64(i), 2), i))
		if len(kept) == 200 {
			commit(t, a, kept...)
			kept = kept[:0]
		}
	}
	out := t.TempDir()
	works := []struct {
		name string
		do   func() error
	}{
		{"verify", func() error { _, err := a.Verify(ctx, site, func(p Problem) { t.Errorf("%+v", p) }); return err }},
		{"backup", func() error { _, err := a.Backup(ctx, site, out, nil); return err }},
		{"rescue", func() error { _, err := a.Rescue(ctx, site, t.TempDir(), RescueOptions{}); return err }},
		{"merge", func() error { _, err := another(t).Merge(ctx, site, a, MergeOptions{}); return err }},
	}
	for _, w := range works {
		runtime.GC()
		peak, stop := make(chan uint64), make(chan struct{})
		go func() {
			var most uint64
			for tick := time.NewTicker(50 * time.Millisecond); ; {
				select {
				case <-tick.C:
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapSys-m.HeapReleased+m.StackSys)
				case <-stop:
					peak <- most
					return
				}
			}
		}()
		err := w.do()
		close(stop)
		most := <-peak
		t.Logf("%s of %d captures: at most %d MiB", w.name, captures, most>>20)
		if err != nil || most > 256<<20 {
			t.Errorf("%s: %d MiB, %v", w.name, most>>20, err)
		}
	}
}
