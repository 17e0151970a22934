package compare

import (
	"slices"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/prose"
)

// Changed names the fields of [cleaner.Article.Digest] that differ, by their JSON
// names, in the order of [cleaner.Article]. How a text is set (curly or straight quotes,
// the length of a dash) makes no difference: it is empty where the digests are
// equal, and where only that differs.
func Changed(old, now cleaner.Article) []string {
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

func blocksReadSame(a, b cleaner.Block) bool {
	return a == b || prose.ReadsSame(a.Time, b.Time) && prose.ReadsSame(a.Speaker, b.Speaker) && prose.ReadsSame(a.Text, b.Text)
}
