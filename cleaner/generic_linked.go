package cleaner

import (
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/markup"
	"baoluu/cleaner/internal/prose"
)

// linkedEnd drops what stands behind the last words of the text that the page's
// JSON-LD gives as the article's: notes, teasers, the next article of a page
// without end.
//
// That text is a judge of the end alone. Its beginning may lack the lead, and
// what it lacks amid the text may be quotes and code. It is believed where it
// is most of what the page shows up to there, and not cut short: its last words
// end a block, or nearly all of it is found on the page. A newspaper that gives
// but the first paragraphs gives less than what follows, and is not believed.
func (j *judge) linkedEnd(name verdict) {
	const (
		fewest  = 40      // runs of words
		longest = 1 << 18 // bytes: no article is longer
		beside  = 2       // blocks behind a linked headline that belong to it
	)
	if len(j.said) > longest {
		return
	}
	said := runsOfWords(j.said)
	if len(said.seen) < fewest {
		return
	}
	end, told, text, upTo := int32(-1), int64(0), int64(0), int64(0)
	for i := j.first; i < j.last; i++ {
		b := &j.blocks[i]
		if !j.keeps(i) || !b.running() {
			continue
		}
		text += int64(b.size())
		if said.tells(j.bytes(b)) {
			told += int64(b.size())
			end, upTo = i, text
		}
	}
	if end < 0 || told*10 < upTo*8 || told*10 < int64(len(j.said))*9 && !said.endWith(j.bytes(&j.blocks[end])) {
		return
	}
	var rest int64
	teaser := end // up to which block a teaser reaches
	for i := end + 1; i < j.last; i++ {
		if j.isCard(i) {
			teaser = i + beside
		}
		if b := &j.blocks[i]; i > teaser && j.keeps(i) && b.running() {
			rest += int64(b.size())
		}
	}
	if rest <= told {
		j.drop(end+1, j.last, name)
	}
}

// runLength is how many words make a run.
const runLength = 4

// wordRuns are the runs of words of a text, as FNV-1a of each.
type wordRuns struct {
	seen map[uint64]struct{}
	last uint64
}

func runsOfWords(text string) wordRuns {
	r := wordRuns{seen: map[uint64]struct{}{}}
	eachRun([]byte(text), func(run uint64) {
		r.seen[run] = struct{}{}
		r.last = run
	})
	return r
}

// tells whether half of a block's runs are among them.
func (r *wordRuns) tells(block []byte) bool {
	all, found := 0, 0
	eachRun(block, func(run uint64) {
		all++
		if _, ok := r.seen[run]; ok {
			found++
		}
	})
	return found > 0 && found*2 >= all
}

// endWith tells whether the last of them is near the end of a block.
func (r *wordRuns) endWith(block []byte) bool {
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
