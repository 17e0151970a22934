// Package challenge knows the pages that stand in an article's place: challenges, which
// ask for a browser or a person, and notices, which say why there is no article. It
// classifies answers as they come from the network, and as they lie in WARC files and
// saved pages.
//
//	challenge.go  [Of]: which [Kind] an answer is, by its header and by what its page is made of
//	notice.go     [Notice]: which kind a short text is, by its words in Vietnamese and English
//
// The answer depends on the one page alone, and takes time in proportion to it. A page
// of more than 64 kB is never a challenge or a notice.
package challenge
