package browsertest

import "testing"

func TestFrontPage(t *testing.T) {
	b := newTab(t, enter(t), "vi")
	b.open("/")
	t.Log(b.text("body"))
	t.Log(b.seen())
}
