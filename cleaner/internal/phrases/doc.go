// Package phrases tells by its words alone what a line of a page is that is no text of an
// article: "Đọc thêm", a line on who wrote it, a newsletter's offer, a publisher's imprint;
// and which name of a line is a person's. It knows the phrases of Vietnamese, English and
// the languages of the pages that the generic reader was measured on. Lines in, answers
// out: it knows nothing of elements.
//
//	phrases.go    lists of phrases, and where in a line they may stand
//	lines.go      single kinds of lines: prices, imprints, answers, names
//	kinds.go      what most pages have: headings of boxes, subheads, days, captions that are none
//	notices.go    what a newspaper says to its readers, by words that come together
//	sources.go    "Theo" and what follows it
//	addresses.go  addresses and ids by the words in them
//	runs.go       runs of words that two texts have in common
package phrases
