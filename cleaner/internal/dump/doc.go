// Package dump reads a page that exists only as text: its markup is lost, and
// what is left are lines, the empty lines between them, and what newspapers
// always do. The article is found from its lead: upwards the title, downwards
// the body.
//
//	dump.go      [Read]: lines, and which of them is the lead
//	above.go     what stands above the lead, by a table of rules: title, date, names
//	captions.go  captions, pictures' alternative texts and file names, furniture
//	body.go      paragraphs, subheads, headlines of others amid the text
//	end.go       where the article ends, and who signed below it
//
// The newspaper's own rules for its dumps come with the draft, from its site.
package dump
