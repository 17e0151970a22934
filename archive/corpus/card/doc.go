// Package card writes what a corpus says of itself: README.md, a dataset card as Hugging Face
// reads it, and pictures of how long the articles are.
//
// Start at [Corpus]. counts.go counts articles, card.go writes the card, front.go the part of it
// that programs read, fields.go the table of fields, histogram.go the pictures. Everything is
// pure: the same corpus has the same card, whenever it is written.
package card
