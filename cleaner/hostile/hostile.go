package hostile

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Grammar is what documents of one format are made of. In each of its strings %d stands for
// a number that counts up, so that names can differ.
type Grammar struct {
	Begin, End string      // around all else; End may be missing
	Tokens     []string    // by themselves
	Pairs      [][2]string // what opens, and what closes it; may be none
}

// Size is how long the documents are that [Check] draws, in bytes. Each is measured at
// four times that, too.
const Size = 50 << 10

// Document draws a document by a seed: what one is made of, to be made of any size in bytes
// by the function.
func (g Grammar) Document(seed uint64) func(size int) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	end := g.End
	if r.IntN(2) == 0 { // cut short
		end = ""
	}
	// A few parts, each of a few tokens over and over: what repeats is what costs.
	parts := make([]part, 1+r.IntN(3))
	for i := range parts {
		parts[i] = g.part(r)
	}
	byTurns := r.IntN(2) == 0
	return func(size int) []byte {
		w := &writer{}
		w.write(g.Begin)
		size = max(0, size-len(end))
		if byTurns {
			for w.Len() < size {
				for _, p := range parts {
					w.write(p.once)
				}
			}
		}
		for i, p := range parts {
			upTo := w.Len() + (size-w.Len())/(len(parts)-i)
			middle := upTo
			if p.behind != "" {
				middle = (w.Len() + upTo) / 2
			}
			for w.Len() < middle {
				w.write(p.once)
			}
			for w.Len() < upTo {
				w.write(p.behind)
			}
		}
		w.write(end)
		return w.Bytes()
	}
}

// writer numbers what it writes.
type writer struct {
	bytes.Buffer
	number int
}

func (w *writer) write(token string) {
	for i, piece := range strings.Split(token, "%d") {
		if i > 0 {
			w.WriteString(strconv.Itoa(w.number))
			w.number++
		}
		w.WriteString(piece)
	}
}

// part is repeated: once, as often as there is room for, and then behind, where it nests.
type part struct{ once, behind string }

func (g Grammar) part(r *rand.Rand) part {
	inside := ""
	for range r.IntN(4) {
		if len(g.Pairs) > 0 && r.IntN(3) == 0 {
			inside += g.Pairs[r.IntN(len(g.Pairs))][r.IntN(2)]
		} else {
			inside += g.Tokens[r.IntN(len(g.Tokens))]
		}
	}
	switch kind := r.IntN(3); {
	case kind == 0 || len(g.Pairs) == 0:
		return part{once: cmp.Or(inside, g.Tokens[0])}
	case kind == 1:
		pair := g.Pairs[r.IntN(len(g.Pairs))]
		return part{once: pair[0] + inside + pair[1]}
	}
	pair := g.Pairs[r.IntN(len(g.Pairs))]
	return part{once: pair[0] + inside, behind: pair[1]}
}

// documents is how many Check draws: the same ones every time. BAOLUU_HOSTILE is another
// number of them, of which each run draws others.
const documents = 40

// Check draws documents, and fails where reading one costs more than the budget, or where
// four times the document costs far more than four times as much. A test that calls it does
// not run beside others.
func Check(t *testing.T, g Grammar, read func(doc []byte)) {
	t.Helper()
	count, seed := documents, uint64(0)
	if more, err := strconv.Atoi(os.Getenv("BAOLUU_HOSTILE")); err == nil {
		count, seed = more, rand.Uint64()
	}
	for range count {
		seed++
		document := g.Document(seed)
		if !Holds(t, document(Size), document(4*Size), read) {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Cost is what reading one document took.
type Cost struct {
	CPU       time.Duration // of the process: that of collecting garbage, too
	Allocated uint64        // bytes in all, not at one time
}

// Measure reads a document and says what that cost. Nothing else may run.
func Measure(doc []byte, read func(doc []byte)) Cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := processorTime()
	read(doc)
	took := processorTime() - began
	runtime.ReadMemStats(&after)
	return Cost{took, after.TotalAlloc - before.TotalAlloc}
}

// The budget: what is promised of 200 kB is a second, and of 10 MB ten seconds. Bytes
// allocated are those over all the time; they tell what is copied again and again.
func budget(size int) Cost {
	return Cost{
		CPU:       max(time.Second, time.Duration(size)*time.Second/1e6) * slack,
		Allocated: 64<<20 + 1500*uint64(size),
	}
}

// Holds reports whether reading the larger of two documents costs no more than the budget, and
// no more than its size says by what the smaller one costs, of which it is four times as
// much. Else the test fails.
func Holds(t testing.TB, small, large []byte, read func(doc []byte)) bool {
	t.Helper()
	const factor = 10 // for four times as much; sixteen is quadratic
	limit := budget(len(large))
	var s, l Cost
	for range 3 { // what others do on the machine may cost for once
		l = Measure(large, read)
		over := l.CPU > limit.CPU || l.Allocated > limit.Allocated
		// What costs little may grow as it likes.
		slow, big := l.CPU > 200*time.Millisecond*slack, l.Allocated > 128<<20
		if slow || big {
			s = Measure(small, read)
			slow = slow && l.CPU > factor*s.CPU
			big = big && l.Allocated > factor*s.Allocated
		}
		if !over && !slow && !big {
			return true
		}
	}
	t.Errorf("%d bytes cost %v and %d bytes allocated, %d bytes %v and %d; the budget is %v and %d, and four times as much for four times the size:\n%s",
		len(small), s.CPU, s.Allocated, len(large), l.CPU, l.Allocated, limit.CPU, limit.Allocated, glimpse(large))
	return false
}

// glimpse is the beginning of a document and its end.
func glimpse(doc []byte) string {
	const side = 300
	if len(doc) <= 2*side {
		return fmt.Sprintf("%q", doc)
	}
	return fmt.Sprintf("%q … %q", doc[:side], doc[len(doc)-side:])
}
