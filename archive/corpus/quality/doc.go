// Package quality says what is doubtful about an article: labels, and the figures behind
// them. It throws nothing away: a [Condition] chooses by what stands there.
//
// Start at [Of]. quality.go makes the labels, boilerplate.go knows lines that are no part of
// an article, where.go reads conditions. Everything is pure.
package quality
