package generic

import "baoluu/cleaner/internal/phrases"

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
	said := phrases.RunsOf(j.said)
	if len(said.Seen) < fewest {
		return
	}
	end, told, text, upTo := int32(-1), int64(0), int64(0), int64(0)
	for i := j.first; i < j.last; i++ {
		b := &j.Blocks[i]
		if !j.keeps(i) || !b.Running() {
			continue
		}
		text += int64(b.Size())
		if said.Tells(j.Bytes(b)) {
			told += int64(b.Size())
			end, upTo = i, text
		}
	}
	if end < 0 || told*10 < upTo*8 || told*10 < int64(len(j.said))*9 && !said.EndWith(j.Bytes(&j.Blocks[end])) {
		return
	}
	var rest int64
	teaser := end // up to which block a teaser reaches
	for i := end + 1; i < j.last; i++ {
		if j.isCard(i) {
			teaser = i + beside
		}
		if b := &j.Blocks[i]; i > teaser && j.keeps(i) && b.Running() {
			rest += int64(b.Size())
		}
	}
	if rest <= told {
		j.drop(end+1, j.last, name)
	}
}
