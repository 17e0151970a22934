package phrases

import (
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/prose"
)

// Runs are the runs of words of a text, as FNV-1a of each.
type Runs struct {
	Seen map[uint64]struct{}
	last uint64
}

// RunsOf gathers the runs of a text.
func RunsOf(text string) Runs {
	r := Runs{Seen: map[uint64]struct{}{}}
	eachRun([]byte(text), func(run uint64) {
		r.Seen[run] = struct{}{}
		r.last = run
	})
	return r
}

// eachRun calls f for each run of words of a text that may hold tags.
func eachRun(text []byte, f func(run uint64)) {
	const basis, prime = 14695981039346656037, 1099511628211
	var words [runLength]uint64 // the last few, by number
	n, word, in := 0, uint64(basis), false
	end := func() {
		if !in {
			return
		}
		words[n%runLength] = word
		n++
		word, in = basis, false
		if n < runLength {
			return
		}
		run := uint64(basis)
		for k := n; k < n+runLength; k++ {
			run = (run ^ words[k%runLength]) * prime
		}
		f(run)
	}
	tag := false
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		i += size
		switch {
		case r == '<' && i < len(text) && (text[i] == '/' || markup.IsLetterAt(text, i)):
			tag = true
		case r == '>':
			tag = false
		case !tag && prose.IsWord(r):
			word, in = (word^uint64(unicode.ToLower(r)))*prime, true
			continue
		}
		end()
	}
	end()
}

// runLength is how many words make a run.
const runLength = 4

// EndWith reports whether the text's last run is near the end of a block.
func (r *Runs) EndWith(block []byte) bool {
	const near = 3 // words
	all, at := 0, -near-1
	eachRun(block, func(run uint64) {
		all++
		if run == r.last {
			at = all
		}
	})
	return at+near >= all
}

// Tells reports whether half of a block's runs are among the text's.
func (r *Runs) Tells(block []byte) bool {
	all, found := 0, 0
	eachRun(block, func(run uint64) {
		all++
		if _, ok := r.Seen[run]; ok {
			found++
		}
	})
	return found > 0 && found*2 >= all
}
