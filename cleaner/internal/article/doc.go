// Package article is what the cleaner makes of a page: the article ([Article]), what refuses
// a page ([NotArticleError]), and why a field is what it is ([Reason], [Tried]). These are types and
// their forms in JSON; it reads no page.
//
// The names in JSON and their order are public (docs/format.md): they stay as they are.
package article
