// Package plain makes text fit to be shown: on a terminal, and by whatever a pipe or
// a log leads to in the end. Pages, addresses, the heads of answers and foreign
// archives hold what they like; what is shown of them must not act.
//
// A character acts, and shows as U+FFFD instead, where it is
//   - a control (C0 but tab and newline, DEL, C1): escape sequences are made of them;
//   - a mark, embedding, override or isolate of direction (Unicode TR36, "Bidirectional
//     Text Spoofing"), or one of the deprecated format characters beside them: text
//     then reads in another order than it has;
//   - a separator of lines or paragraphs, which ends a line and is no newline;
//   - a byte order mark or the deprecated language tag, which are no text;
//   - a byte that is no UTF-8: terminals differ in what they make of it.
//
// All else stays as it is. Joiners, variation selectors and combining marks are parts
// of letters and emoji, and so are the tag characters (U+E0020 to U+E007F): of the flags
// of England, Scotland and Wales. They hide what they say, and act on nothing.
package plain
