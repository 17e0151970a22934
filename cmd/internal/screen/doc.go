// Package screen sets text for a terminal of some width: it measures, cuts and wraps lines, in
// styles of ours.
//
//   - letters.go: a text letter by letter, and how many columns each takes: [Width], [Cut], [Pad].
//   - line.go: [Line], words in styles; [Wrap] sets them in lines, [Line.Paint] makes them text.
//
// A letter is what a reader takes for one: with all of its marks, composed or not. None is cut
// in two. All text goes through package plain, so nothing in it acts on a terminal, and one
// letter takes no more than some bytes, however many marks stand on it: what is too much
// shows as U+FFFD.
package screen
