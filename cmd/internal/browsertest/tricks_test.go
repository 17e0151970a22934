package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A stored page with every trick that is known does nothing in a real browser: it asks
// nothing of any host, opens no dialog, runs no script and leads nowhere. It is looked at
// in its frame and alone, and clicked all over.
func TestTricksStayInert(t *testing.T) {
	b := newTab(t, enter(t), "vi")
	b.open(tricks)
	at := b.here()
	frame := get(b, chromedp.AttributeValue(chromedp.CSS("iframe"), "src")).Value
	b.clickAllOver("document.querySelector('iframe').getBoundingClientRect()")
	b.stayed(at, frame)

	b.open(frame)
	b.says("h1", "Chợ quê sáng nay")
	b.clickAllOver("document.documentElement.getBoundingClientRect()")
	b.press("\t\r\t\r\t\r")
	b.stayed(frame)
	if n := b.count("script, iframe, object, embed, form, base, link, img:not([src^='data:image/svg+xml;base64,']), svg, math, template, meta[http-equiv=refresh], [onclick], [onload], [onerror], [href^='javascript:']"); n > 0 {
		t.Errorf("%d elements that could act", n)
	}
}

// clickAllOver clicks at many places of a rectangle that is scrolled through.
func (b *tab) clickAllOver(rectangle string) {
	b.Helper()
	for top := range 4 {
		for line := range 20 {
			y := get(b, chromedp.Evaluate[float64](rectangle+".top"))
			bottom := get(b, chromedp.Evaluate[float64](rectangle+".bottom"))
			at := float64(top*800+line*40) + 10
			if line == 0 {
				get(b, chromedp.Evaluate[bool]("scrollBy({top: "+fmt.Sprint(y+at-20)+", behavior: 'instant'}), true"))
				y, bottom = get(b, chromedp.Evaluate[float64](rectangle+".top")), get(b, chromedp.Evaluate[float64](rectangle+".bottom"))
			}
			if y+at > 0 && y+at < min(880, bottom) {
				b.do(chromedp.MouseClickXY(180, y+at), chromedp.MouseClickXY(420, y+at))
			}
		}
	}
}

// stayed wants the window to be where it was, and nothing asked but these paths, our style
// sheet and our script.
func (b *tab) stayed(paths ...string) {
	b.Helper()
	if at := b.here(); at != paths[0] {
		b.Errorf("it led to %s", at)
	}
	for _, q := range b.seen() {
		own := strings.HasPrefix(q.path, "/style-") || strings.HasPrefix(q.path, "/script-") || strings.HasPrefix(q.path, "/icon-")
		for _, p := range paths {
			own = own || q.path == p
		}
		if !own {
			b.Errorf("it asked for %s", q.path)
		}
	}
	if hit := get(b, chromedp.Evaluate[bool]("'hit' in window || document.title.includes('hit')")); hit {
		b.Error("a script ran")
	}
}
