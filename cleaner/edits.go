package cleaner

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pmezard/go-difflib/difflib"
)

// Edit is one passage that reads otherwise in a later article.
type Edit struct {
	Field string   // the JSON name: "title", "body", …
	Block int      // in body and captions: the block's number from 1, in the later article where it stands there; else 0
	Old   []string // sentences that are gone, in order; empty: new text
	New   []string // sentences that came
}

// Edits tells what changed between two articles of one page, sentence by
// sentence, and nothing else: unchanged sentences of a changed paragraph are
// left out. It is empty where the two read the same ([Changed]).
func Edits(old, now Article) []Edit {
	var edits []Edit
	single := func(field string, a, b Text) {
		if !readsSame(string(a), string(b)) {
			edits = append(edits, sentenceEdits(field, 0, string(a), string(b))...)
		}
	}
	single("title", old.Title, now.Title)
	single("kicker", old.Kicker, now.Kicker)
	single("lead", old.Lead, now.Lead)
	single("dateline", old.Dateline, now.Dateline)
	single("byline", old.Byline, now.Byline)
	single("source", old.Source, now.Source)
	edits = append(edits, blockEdits("body", bodyTexts(old), bodyTexts(now))...)
	return append(edits, blockEdits("captions", old.Captions, now.Captions)...)
}

func bodyTexts(a Article) []string {
	texts := make([]string, len(a.Body))
	for i, b := range a.Body {
		parts := make([]string, 0, 3)
		for _, p := range []string{b.Time, b.Speaker, b.Text} {
			if p != "" {
				parts = append(parts, p)
			}
		}
		texts[i] = strings.Join(parts, " ")
	}
	return texts
}

// blockEdits matches the blocks of two lists. A run of blocks that was
// replaced is compared block by block, the rest of the longer side is text
// that went or came.
func blockEdits(field string, old, now []string) []Edit {
	var edits []Edit
	for _, op := range difflib.NewMatcherWithJunk(allPlainly(old), allPlainly(now), false, nil).GetOpCodes() {
		if op.Tag == 'e' {
			continue
		}
		gone, came := old[op.I1:op.I2], now[op.J1:op.J2]
		for i := range max(len(gone), len(came)) {
			var a, b string
			number := op.J1 + i + 1
			if i < len(gone) {
				a = gone[i]
			}
			if i < len(came) {
				b = came[i]
			} else {
				number = op.I1 + i + 1
			}
			edits = append(edits, sentenceEdits(field, number, a, b)...)
		}
	}
	return edits
}

func sentenceEdits(field string, block int, old, now string) []Edit {
	a, b := sentences(old), sentences(now)
	var edits []Edit
	for _, op := range difflib.NewMatcherWithJunk(allPlainly(a), allPlainly(b), false, nil).GetOpCodes() {
		if op.Tag != 'e' {
			edits = append(edits, Edit{Field: field, Block: block, Old: a[op.I1:op.I2], New: b[op.J1:op.J2]})
		}
	}
	return edits
}

func allPlainly(texts []string) []string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = plainly(t)
	}
	return list
}

// sentences cuts text after a full stop, question or exclamation mark (closing
// quotes and brackets included) that a blank and then anything but a small
// letter follows. A cut too few or too many only makes a diff coarser or
// finer, never wrong.
func sentences(text string) []string {
	var list []string
	start := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if r != '.' && r != '?' && r != '!' && r != '…' {
			continue
		}
		end := i + len(text[i:]) - len(strings.TrimLeft(text[i:], `.?!…"'”’)]»`))
		if end >= len(text) || text[end] != ' ' {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(text[end+1:]); unicode.IsLower(next) {
			continue
		}
		list = append(list, text[start:end])
		start, i = end+1, end+1
	}
	if start < len(text) {
		list = append(list, text[start:])
	}
	return list
}
