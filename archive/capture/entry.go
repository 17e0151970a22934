package capture

import (
	"time"

	"baoluu/sites"
)

// Class orders the frontier: a lower class is fetched first among what is due.
type Class uint8

// The classes.
const (
	Seed    Class = iota // given by a person
	Fresh                // an article never fetched
	Listing              // a source: sitemap, feed, list
	Again                // a recrawl that is due
	Backlog              // what is years old, articles and their lists: behind all other pages
	Asset                // a picture, style sheet or font: behind all pages
)

// Entry is one known address in the frontier, one for each page.
type Entry struct {
	Page  string     `json:"page"`
	URL   string     `json:"url"`
	Kind  sites.Kind `json:"kind"`
	Class Class      `json:"class"`
	Due   time.Time  `json:"due"` // zero: never again

	Listed   time.Time `json:"listed"`              // when first found
	ListedBy string    `json:"listed_by,omitempty"` // address of the source that named it first
	Fetched  time.Time `json:"fetched"`             // last asked for; zero: never
	Tries    int       `json:"tries,omitempty"`     // failures in a row
	// Gap is why the last visit brought no article: "timeout", "robots"; "" where
	// it brought one, or there was none.
	Gap string `json:"gap,omitempty"`
	// Hops is how many redirects, sitemaps within sitemaps or list pages led
	// here: it bounds chains that have no end.
	Hops int `json:"hops,omitempty"`

	// Of the newest capture with a body, for conditional requests and the plan.
	Capture      uint64    `json:"capture,omitempty"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Published    time.Time `json:"published"`
	Changed      time.Time `json:"changed"`          // when a capture last brought a new version
	Checks       int       `json:"checks,omitempty"` // fetches since then
	Edits        int       `json:"edits,omitempty"`  // new versions that recrawls brought
	// Touched is when the newspaper last said that it changed the page, by a
	// sitemap's lastmod.
	Touched time.Time `json:"touched,omitzero"`

	// Of a list, feed or sitemap: how long it is left alone, by how often it
	// brought news; and the days for which a backfill goes through it, Until
	// included, both zero but while one is under way.
	Rhythm time.Duration `json:"rhythm,omitzero"`
	Since  time.Time     `json:"since,omitzero"`
	Until  time.Time     `json:"until,omitzero"`

	// As is what the page that named an asset wants it for: "image", "style", "font".
	As string `json:"as,omitempty"`
	// Needs says of which assets the page's newest body was read: "images", "all"; "" where of none.
	Needs string `json:"needs,omitempty"`
}
