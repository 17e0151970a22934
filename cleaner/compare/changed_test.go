package compare

import (
	"testing"

	"baoluu/cleaner"
)

func TestChangedNamesWhatDigestSees(t *testing.T) {
	base := func() cleaner.Article {
		return cleaner.Article{Title: "a", Captions: []string{"b"}, Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: "c"}}, Notes: []string{"n"}}
	}
	for name, change := range map[string]func(*cleaner.Article){
		"title": func(a *cleaner.Article) { a.Title = "x" }, "kicker": func(a *cleaner.Article) { a.Kicker = "x" },
		"lead": func(a *cleaner.Article) { a.Lead = "x" }, "dateline": func(a *cleaner.Article) { a.Dateline = "x" },
		"byline": func(a *cleaner.Article) { a.Byline = "x" }, "source": func(a *cleaner.Article) { a.Source = "x" },
		"captions": func(a *cleaner.Article) { a.Captions = nil }, "body": func(a *cleaner.Article) { a.Body[0].Speaker = "x" },
	} {
		now := base()
		change(&now)
		if got := Changed(base(), now); len(got) != 1 || got[0] != name || base().Digest() == now.Digest() {
			t.Errorf("%s: %q", name, got)
		}
	}
	other := base()
	other.Notes, other.URL, other.Layout, other.Tags, other.Captions = nil, "u", "l", []string{"t"}, []string{"b"}
	other.Images = []cleaner.Image{{URL: "x"}}
	if got := Changed(base(), other); len(got) != 0 || base().Digest() != other.Digest() {
		t.Errorf("what no reader sees: %q", got)
	}
}
