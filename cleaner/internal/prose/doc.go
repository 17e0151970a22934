// Package prose tells letters, words and sentences of Vietnamese, English and
// French newspapers. It knows nothing of pages: strings in, strings and
// answers out. It imports nothing of ours.
//
//	letters.go      letters, digits, sets of words, keys to compare names by
//	text.go         Clean: NFC, single blanks, nothing that does not print
//	sentences.go    where sentences end; texts that read the same, however they are set
//	label.go        a label ("Đọc thêm") or a sentence of the article
//	language.go     which language a text is in
//	syllable.go     how syllables of Vietnamese are spelled
//	homoglyphs.go   letters that only look like đ
//	glued.go        words that lost the blank between them
//	placeholder.go  what programs write for what they do not have: "undefined"
//
// Clean is what articles hold. Normalize goes further and is for comparing
// only: it also makes quotes straight and dashes short.
package prose
