package generic

import "testing"

// Whatever an element is called, its words are read to the end.
func FuzzHintOfWords(f *testing.F) {
	f.Add("article-body hasCaption mso-lien-quan")
	f.Fuzz(func(t *testing.T, s string) { hintOfWords(s) })
}
