package dom

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// NumberOf is the newspaper's number of an article as its element carries it: Drupal's
// node, or what a newspaper's own templates write.
func NumberOf(n *html.Node) string {
	for _, key := range []string{"data-history-node-id", "data-article-id", "data-news-id", "data-post-id"} {
		if v := strings.TrimSpace(Attr(n, key)); v != "" {
			return v
		}
	}
	return ""
}

// ArticleNumber is [NumberOf] of the first article's element of a page: others are within it,
// or beside.
func ArticleNumber(root *html.Node) string {
	found, number := false, ""
	look := func(n *html.Node) bool {
		if found || n.Type != html.ElementNode && n.Type != html.DocumentNode {
			return false
		}
		if n.DataAtom == atom.Article {
			found, number = true, NumberOf(n)
			return false
		}
		_, reads := Spelled(n)
		return !reads && !IsSilent(n)
	}
	if look(root) {
		Walk(root, look, nil)
	}
	return number
}
