package cleaner

import (
	"bytes"
	"encoding/json"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/prose"
)

// The article, and what its fields hold.
type (
	Article   = article.Article
	Text      = article.Text // "" is null in JSON
	Time      = article.Time
	Block     = article.Block
	BlockKind = article.BlockKind
	Image     = article.Image
	Related   = article.Related
	Reason    = article.Reason
	Tried     = article.Tried
)

// The kinds of body block.
const (
	Paragraph = article.Paragraph
	Subhead   = article.Subhead
	Item      = article.Item
	Quote     = article.Quote
	Row       = article.Row // a table row, its cells parted by tabs
	Live      = article.Live
	Speech    = article.Speech
)

// The layouts of what no layout of a newspaper reads: pages, and text dumps.
const (
	GenericLayout = article.GenericLayout
	DumpLayout    = article.DumpLayout
)

// NotArticleError refuses a page that is not one article.
type NotArticleError = article.NotArticleError

// Fault says that an answer tells nothing of the page that was asked for: it is to be
// asked for again.
type Fault = article.Fault

// The faults.
const (
	NoFault = article.NoFault
	Broken  = article.Broken
	Blocked = article.Blocked
)

// Golden is an article as the golden file of a fixture holds it: JSON for people to read, without
// the name of the cleaner, which is another one after each change of the code.
func Golden(a Article) ([]byte, error) {
	a.Cleaner = ""
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(a)
	return b.Bytes(), err
}

// Language tells Vietnamese (vi), English (en) and French (fr) by a text's letters and small
// words; "" where it is too short to tell.
func Language(text string) string { return prose.Language(text) }
