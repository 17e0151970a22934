package main

import (
	"io"
	"os"
	"strings"
	"unicode"

	"github.com/pmezard/go-difflib/difflib"

	"baoluu/cleaner/compare"
	"baoluu/cleaner/plain"
)

// How changed words are marked on a terminal. What a page holds goes through
// [plain.Line] before anything of ours is put around it.
const (
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	marked = "\x1b[7m"  // the other way round: seen without colours, too
	unmark = "\x1b[27m" // marked ends
	normal = "\x1b[0m"
)

// mostMarked is how many words of an edit are compared one by one; longer ones are
// coloured as a whole.
const mostMarked = 4000

// wantsColour reports whether what is written to w may be coloured: a person sees it, and has
// not said that there be no colours (no-color.org).
func wantsColour(w io.Writer) bool {
	return isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// coloured is an edit as it is shown on a terminal: a line for each sentence, the words
// that changed marked.
func coloured(e compare.Edit) string {
	old, now := wordsOf(e.Old), wordsOf(e.New)
	gone, came := make([]bool, len(old)), make([]bool, len(now))
	if len(e.Old) > 0 && len(e.New) > 0 && len(old)+len(now) <= mostMarked {
		for _, op := range difflib.NewMatcherWithJunk(old, now, false, nil).GetOpCodes() {
			if op.Tag == 'e' {
				continue
			}
			for i := op.I1; i < op.I2; i++ {
				gone[i] = true
			}
			for i := op.J1; i < op.J2; i++ {
				came[i] = true
			}
		}
	}
	var b strings.Builder
	markLines(&b, red+"-", e.Old, gone)
	markLines(&b, green+"+", e.New, came)
	return b.String()
}

// wordsOf are the words of sentences, cut at blanks alone, so that no letter is cut from
// its tone mark, however the two are written.
func wordsOf(sentences []string) (words []string) {
	for _, s := range sentences {
		words = append(words, strings.Fields(plain.Line(s))...)
	}
	return words
}

// markLines writes sentences with those of their words marked that mark names; what stands
// between two marked words is marked, too.
func markLines(b *strings.Builder, begin string, sentences []string, mark []bool) {
	for _, s := range sentences {
		b.WriteString(begin)
		on := false
		rest := plain.Line(s)
		for rest != "" {
			n := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsSpace(r) })
			if n < 0 {
				n = len(rest)
			}
			blank, word := rest[:n], rest[n:]
			end := strings.IndexFunc(word, unicode.IsSpace)
			if end < 0 {
				end = len(word)
			}
			word, rest = word[:end], word[end:]
			marks := word != "" && mark[0]
			if word != "" {
				mark = mark[1:]
			}
			if on && !marks {
				b.WriteString(unmark)
			}
			b.WriteString(blank)
			if !on && marks {
				b.WriteString(marked)
			}
			b.WriteString(word)
			on = marks
		}
		if on {
			b.WriteString(unmark)
		}
		b.WriteString(normal + "\n")
	}
}
