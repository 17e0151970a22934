// Package generic reads a page of which no layout is known. [Read] makes a draft of it, or
// says why it is no article.
//
//	generic.go    the steps, the title, lead and body
//	container.go  the element that holds the article, by how much text it has
//	hints.go      what elements are called
//	structure.go  what elements are by their structure: rows, imprints, threads of answers
//	judge.go      the rules that drop, block by block, what in the element is no article
//	notices.go    rules for a newspaper's words to its readers
//	linked.go     the text that JSON-LD has, and what of it the page shows
//	section.go    lists of articles, which are refused; items.go reads those that are wanted
//	captions.go   captions, by their place
//	signed.go     who signed, by the page's head and by what it prints
//	times.go      dates that the page prints
//	lines.go      bylines among the lines of the text
//	beside.go     pictures, related links, section and tags
//
// Every step takes time in proportion to the page. What is measured stands beside the rules.
package generic
