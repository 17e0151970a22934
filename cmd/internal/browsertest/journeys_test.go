package browsertest

import "testing"

// What needs a person stands on the first page, with what to do.
func TestBlockedNewspaper(t *testing.T) {
	b := newTab(t, enter(t), "en")
	b.open("/")
	b.says("body", "blocked since")
}
