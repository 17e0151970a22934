package cleaner

import "baoluu/cleaner/internal/article"

// Name names this cleaner in every article that it makes. It changes whenever
// an article may come out different.
const Name = "baoluu/3"

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
