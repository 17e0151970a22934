// Package corpus writes the articles of an archive as a corpus: plain text, an
// article a file ([Text]), or JSON lines ([JSONLines]).
//
// Start at [Write]: it reads one newspaper's newest versions in the order of
// their pages and hands each [Record] that a [Selection] wants to a [Sink].
// The same archive and selection give the same files, byte for byte.
package corpus
