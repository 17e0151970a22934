// Package warctest makes WARC files for tests, sound ones and others: it writes what a test
// asks for, and knows nothing of how they are read.
//
// [Record] and [Response] are records as text; [Gzip] and [Zstd] compress them. What cannot
// be made fails the test.
package warctest
