package search_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baoluu/archive/search"
)

// TestRealText: articles of real newspapers are found first by eight of their words, typed without
// marks.
func TestRealText(t *testing.T) {
	const shared = "../../../shared"
	files, err := filepath.Glob(filepath.Join(shared, "pages*", "*", "*.gold.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("the real pages are missing")
		}
		t.Skip("the real pages are not here")
	}
	var texts []string
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var gold struct {
			Title string
			Body  []json.RawMessage
		}
		if json.Unmarshal(b, &gold) != nil || len(gold.Body) == 0 {
			continue // of a page that is no article
		}
		lines := []string{gold.Title}
		for _, raw := range gold.Body {
			var text string
			var block struct{ Text string }
			if json.Unmarshal(raw, &text) != nil && json.Unmarshal(raw, &block) == nil {
				text = block.Text
			}
			lines = append(lines, strings.ReplaceAll(text, "\n", " "))
		}
		texts = append(texts, strings.Join(lines, "\n"))
	}
	_, x := indexed(t, texts...)
	r := rand.New(rand.NewPCG(1, 1))
	asked, first := 0, 0
	for range 8 {
		for i, text := range texts {
			lines := strings.Split(text, "\n")[1:]
			words := strings.Fields(lines[r.IntN(len(lines))])
			if len(words) < 8 {
				continue
			}
			from := r.IntN(len(words) - 7)
			asked++
			if list := pages(find(t, x, search.Query{Text: fold(strings.Join(words[from:from+8], " "))})); strings.HasPrefix(list+" ", key(i)+" ") {
				first++
			}
		}
	}
	t.Logf("%d of %d found first, of %d articles", first, asked, len(texts))
	if asked < 50 || first*100 < asked*95 {
		t.Errorf("%d of %d are found first", first, asked)
	}
}
