// Package textform writes Vietnamese in the forms that users of a corpus want: as it
// is, in Unicode NFC, with the marks of tones placed the old or the new way, or without
// any marks.
//
// Start at [Form]. textform.go has the forms, placing.go moves the marks of tones.
// Everything is pure, and takes any bytes.
package textform
