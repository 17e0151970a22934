// Package credits tells from single lines who wrote, took or said something:
// signatures, agencies and papers that a story is from, makers of pictures,
// speakers.
//
//	byline.go    a signature parted into byline and source; roles; agencies
//	names.go     what stands around an author's name, or in its place
//	credit.go    who made a picture, at the end of its caption
//	dialogue.go  speeches of interviews, entries of live blogs, by how paragraphs begin
//
// Lines are clean (prose.Clean). What is given back is as printed: "Theo
// Reuters" stays so. No page is looked at: who publishes it is asked elsewhere.
package credits
