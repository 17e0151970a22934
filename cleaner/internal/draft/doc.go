// Package draft is the article under way. What reads a page, by a layout, as a text dump or
// as a page that nobody knows, holds a [Draft] and tells it what it found and where; the
// draft knows the rules that are the same for all of them.
//
//	draft.go        notes, reasons, the newspaper's own names
//	lead.go         the lead, and the dateline before it
//	dateline.go     datelines of which no newspaper's rule tells
//	signed.go       byline and source, from lines that sign
//	published.go    when it was published and changed: what most places of a page say
//	section.go      section and tags
//	attachments.go  pictures with their captions, links to related articles
//	finish.go       what follows from the rest: the text, the language, letters put right
//
// [New] begins, [Draft.Begin] empties it, [Draft.Finish] ends. Until then an article may be
// taken back by [Draft.Begin]. Times are in [sites.Zone].
package draft
