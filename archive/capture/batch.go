package capture

import (
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
)

// Kept is a capture about to be stored, with what belongs to it.
type Kept struct {
	Capture
	Body []byte // nil for a 304
	// Article is what the cleaner made of the body; nil where it is no article.
	Article *cleaner.Article
	Refused string // why there is no article: "a list"
	// Needs are the pages of the assets that the body needs to be shown (sites.AssetPage), in the
	// order in which it names them. A capture that turns out to repeat an earlier one leaves them
	// to that, where it has none.
	Needs []string
	// IfNeeded: an asset that is stored only if something needs it that is stored, earlier in the
	// batch or before.
	IfNeeded bool
}

// Put is what became of one [Kept].
type Put struct {
	Number    uint64
	Duplicate bool // the same bytes, address and time were there already: nothing stored
	Repaired  bool // it was there already, but without its body, what it repeats, its request (then Duplicate, too) or what it needs (likewise), and has that now
	Revisit   bool // stored as a revisit of an earlier capture
	NewPage   bool // the first capture of its page, which is no asset
	// Version is the page's newest version after this capture, 0 where it has
	// none. NewVersion: this capture began it. Changed names the fields that
	// differ from the version before, Cause says why they do: [compare.Edited],
	// [compare.Doubtful] or "state". [compare.Relaid] begins no version.
	Version    int
	NewVersion bool
	Changed    []string
	Cause      compare.Cause
	// StandsIn: the page is known as an article, and what came is not that article. The
	// capture is kept, and says nothing of the page.
	StandsIn bool
	// What it cost to rebuild the page's history, where the capture is not the page's newest:
	// Rebuilt is how many captures were looked at, and four for each version that was written;
	// Compared is how many articles were compared. Of the captures of one page in a batch, the
	// last has the numbers.
	Rebuilt, Compared int
	// Exchanged is how many versions of pages began with the assets that came, later than their
	// captures. Of the assets in a batch, the last has the number.
	Exchanged int
	// Forgotten says when and why the page was taken out by law, "" for one that
	// was not. Nothing was stored then.
	Forgotten string
	// Unneeded: the asset went with a page that was forgotten, or was to be stored only if
	// something needs it, and nothing does. Nothing was stored; as soon as something needs it, it
	// may come again.
	Unneeded bool
}

// Alias says that two page keys are one page, found by a permanent redirect or
// a canonical link: from then on everything of Page is kept and found under Of.
type Alias struct {
	Page string `json:"page"`
	Of   string `json:"of"`
	Why  string `json:"why,omitempty"` // "moved permanently", "canonical"
}

// Batch is what one commit stores, all or nothing.
type Batch struct {
	// Aliases are joined first: the captures of this batch are kept under the
	// page that their own is an alias of.
	Aliases []Alias
	Kept    []Kept
	// Entries replace what the frontier holds of their pages. Where an entry's
	// page was captured in this batch, the archive fills in Capture.
	Entries []Entry
	// Hosts is the crawler's own state of each host, JSON; the archive does not
	// look inside.
	Hosts map[string][]byte
	Run   *Run // the run so far; the same Started replaces it
}
