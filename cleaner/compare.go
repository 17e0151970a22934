package cleaner

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"baoluu/cleaner/internal/prose"
)

// Digest is the SHA-256, in hex, of all that a reader would call the article:
// title, kicker, lead, dateline, byline, source, body and captions. Address,
// layout, cleaner, notes, tags, related links, times and the addresses of
// images are left out: they change without an editor's hand. Two articles of
// equal digest read the same.
func (a Article) Digest() string {
	// JSON parts the fields unmistakably: no text can look like two.
	read, err := json.Marshal(struct {
		Title, Kicker, Lead, Dateline, Byline, Source Text
		Body                                          []Block
		Captions                                      []string
	}{a.Title, a.Kicker, a.Lead, a.Dateline, a.Byline, a.Source, append([]Block{}, a.Body...), append([]string{}, a.Captions...)})
	if err != nil {
		panic(fmt.Sprintf("cleaner: strings do not marshal: %v", err)) // cannot happen
	}
	sum := sha256.Sum256(read)
	return hex.EncodeToString(sum[:])
}

// Changed names the fields of [Article.Digest] that differ, by their JSON
// names, in the order of [Article]. How a text is set (curly or straight quotes,
// the length of a dash) makes no difference: it is empty where the digests are
// equal, and where only that differs.
func Changed(old, now Article) []string {
	fields := []string{}
	for _, f := range []struct {
		name string
		same bool
	}{
		{"title", prose.ReadsSame(string(old.Title), string(now.Title))},
		{"kicker", prose.ReadsSame(string(old.Kicker), string(now.Kicker))},
		{"lead", prose.ReadsSame(string(old.Lead), string(now.Lead))},
		{"dateline", prose.ReadsSame(string(old.Dateline), string(now.Dateline))},
		{"byline", prose.ReadsSame(string(old.Byline), string(now.Byline))},
		{"source", prose.ReadsSame(string(old.Source), string(now.Source))},
		{"captions", slices.EqualFunc(old.Captions, now.Captions, prose.ReadsSame)},
		{"body", slices.EqualFunc(old.Body, now.Body, blocksReadSame)},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

func blocksReadSame(a, b Block) bool {
	return a == b || prose.ReadsSame(a.Time, b.Time) && prose.ReadsSame(a.Speaker, b.Speaker) && prose.ReadsSame(a.Text, b.Text)
}

// Richness orders readings of one article by how much they tell: of two that read the
// same, the one of a layout before that of the generic reader before that of a text dump,
// then by the fields that were found.
func (a Article) Richness() int {
	n := 0
	for _, found := range []bool{
		a.Title != "", a.Kicker != "", a.Lead != "", a.Dateline != "", a.Byline != "", a.Source != "", !a.Published.IsZero(), !a.Modified.IsZero(),
		len(a.Section) > 0, len(a.Tags) > 0, len(a.Captions) > 0, len(a.Images) > 0, len(a.Related) > 0, a.Language != "",
	} {
		if found {
			n++
		}
	}
	const fields = 100 // more than there are
	switch a.Layout {
	case dumpLayout:
		return n
	case genericLayout:
		return fields + n
	}
	return 2*fields + n
}
