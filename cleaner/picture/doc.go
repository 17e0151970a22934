// Package picture tells whether two pictures look the same: a newspaper sends one in other sizes,
// qualities and formats, and none of that is another picture.
//
//	print.go    [Of]: the print of a picture, what is left of it at a glance
//	likeness.go [Print.Likeness]: two prints side by side
//	decode.go   bytes to points, within bounds
//
// It is pure, and what it costs is bounded whatever the bytes are: what is not decoded has no print.
package picture
