// Package assets finds what a page needs to look as it does: pictures, style sheets and fonts.
// It writes style sheets anew with other addresses, so that they load nothing else, and tells
// what bytes are.
//
//	assets.go   [OfPage]: what a page names, and [Need]
//	picture.go  [Pictures]: the addresses of one picture, the best first
//	srcset.go   lists of addresses by width and density
//	sheet.go    [OfSheet], [RewriteSheet], [RewriteStyle]: a sheet by its rules and declarations
//	value.go    the addresses in a rule or declaration
//	lexer.go    the tokens of CSS, read by its standard and written so that all read them alike
//	address.go  addresses made absolute
//	sniff.go    [Sniff]: pictures, fonts and sheets by their bytes
//
// What finds addresses and what replaces them is the same code: no address is shown that was
// not asked about. It is pure; what it costs is bounded by the size of the page or sheet.
package assets
