// Package dates reads dates and times of day as newspapers print them, in
// Vietnamese, English and French, and as pages tell them to machines.
//
//	date.go    [Date], and values for machines: ISO 8601, seconds since 1970
//	line.go    a line of text: its dates, what else it says, whether it is nothing but a time
//	tokens.go  a line as numbers, words and marks
//	day.go     days, months and years among them
//	clock.go   times of day, and the date that each belongs to
//	zone.go    zones
//	words.go   the words around: weekdays, "cập nhật", "published"
//
// Nothing is guessed from a clock. What is no date gives false, never an error.
// A line of any length costs no more than its first 16 kB. Whether a page's
// dates agree is not asked here.
package dates
