package corpus_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"baoluu/archive/capture"
	"baoluu/archive/corpus"
	"baoluu/archive/internal/archivetest"
	"baoluu/cleaner"
)

// TestAllVersionsWithoutPictures: of all versions those that only show another picture are not taken;
// one whose text changed, too, is.
func TestAllVersionsWithoutPictures(t *testing.T) {
	shown := func(text, picture string, minutes int) capture.Kept {
		k := archivetest.Page("100", text+picture, minutes)
		k.Article = &cleaner.Article{Site: "dantri", URL: k.URL, Layout: "web", Cleaner: "plain/1", Title: "Cầu mới"}
		k.Article.Body = []cleaner.Block{{Kind: cleaner.Paragraph, Text: text}}
		k.Article.Images = []cleaner.Image{{URL: archivetest.AssetURL(picture)}}
		return archivetest.Needing(k, picture)
	}
	a := archivetest.Another(t)
	for i, name := range []string{"a.png", "b.png", "c.png"} {
		archivetest.Commit(t, a, archivetest.Asset(name, archivetest.Picture(t, uint64(i)), 0))
	}
	archivetest.Commit(t, a, shown("A", "a.png", 1))
	archivetest.Commit(t, a, shown("A", "b.png", 10))
	archivetest.Commit(t, a, shown("B", "c.png", 20))
	view := archivetest.View(t, a)
	versions, err := view.Versions(context.Background(), "100")
	if err != nil || len(versions) != 3 || !slices.Equal(versions[1].Changed, []string{"images"}) {
		t.Fatalf("%+v, %v", versions, err)
	}
	var out bytes.Buffer
	n, err := corpus.Choose(context.Background(), view, archivetest.Site, corpus.Selection{Versions: corpus.All}, corpus.Form{Format: "jsonl"}.Stream(&out).Put)
	if err != nil || n.Count != 2 {
		t.Errorf("%+v, %v\n%s", n, err, &out)
	}
}
