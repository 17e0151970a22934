// Package charset turns the bytes of a page into UTF-8, whatever they are and
// whatever they call themselves. Nothing fails: what cannot be decoded becomes
// U+FFFD, and a note says so.
//
//	charset.go  [UTF8]: a byte order mark, what is declared, the bytes themselves
//	legacy.go   the fonts TCVN3 and VNI, and Windows-1258 under another name, told by their words
//	twice.go    UTF-8 that was taken for Windows-1252 or Latin-1 and encoded again
//
// Names of charsets are those of the Encoding Standard, in lower case, with
// "tcvn3" and "vni" besides. What is sound UTF-8 stays to the byte. Time and
// memory are linear in the body.
package charset
