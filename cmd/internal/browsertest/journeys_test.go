package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// ways are how people go about: by mouse, by keyboard alone, and with a browser that runs no
// scripts.
var ways = []struct {
	name, language string
	keys, noScript bool
}{
	{name: "by mouse", language: "vi"},
	{name: "by keyboard", language: "en", keys: true},
	{name: "by keyboard, in Vietnamese", language: "vi", keys: true},
	{name: "without scripts", language: "en", noScript: true},
}

// eachWay calls fn with a window for each way.
func eachWay(t *testing.T, fn func(*tab)) {
	r := enter(t)
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			b := newTab(t, r, way.language)
			b.keys = way.keys
			if way.noScript {
				call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			}
			fn(b)
		})
	}
}

// search types words into the search of any page.
func (b *tab) search(words string) {
	b.Helper()
	if b.keys {
		b.shortcut("/")
		b.press(words)
	} else {
		b.do(chromedp.SendKeys(chromedp.CSS("input[type=search]"), words))
	}
	b.leads(chromedp.KeyEvent(kb.Enter))
}

// Someone remembers an article, types of it what comes to mind without a mark, opens its
// history, compares the first version with the last, and looks at the page as it was.
func TestFromSearchToThePageAsItWas(t *testing.T) {
	eachWay(t, func(b *tab) {
		b.indexed()
		b.open("/")
		b.search("doan vien thanh nien cat tro")
		b.says(".articles > li:first-child", "bàng vuông")
		b.says(".articles > li:first-child mark", "Cát Trổ")
		b.follow(".articles > li:first-child h3 a")
		b.history()
	})
}

// What was edited away is found by who asks for it, and leads to the version that said it.
func TestWhatWasEditedAway(t *testing.T) {
	eachWay(t, func(b *tab) {
		b.indexed()
		b.open("/search?q=%22c%C3%A2y+c%E1%BA%A7u+d%C3%A0i+46m%22")
		if n := b.count(".articles > li"); n != 0 {
			b.Errorf("%d articles say now what was edited away", n)
		}
		b.follow("a[href*='ever=1']")
		b.follow(".articles > li:first-child h3 a")
		if at := b.here(); !strings.HasSuffix(at, "/v/1") {
			b.Errorf("it led to %s", at)
		}
	})
}

// indexed waits until the server has made the index.
func (b *tab) indexed() {
	b.Helper()
	for range 100 {
		b.open("/search?q=cay")
		if b.count(".articles > li") > 3 && b.count(".notice") == 0 {
			return
		}
	}
	b.Fatal("there is no index yet")
}

// history goes through the history of the article that was corrected, from its page on.
func (b *tab) history() {
	b.Helper()
	b.says("h1", "Gần 2.800 cây bàng vuông")
	if n := b.count(".timeline > li"); n != 3 {
		b.Errorf("%d versions", n)
	}
	b.follow("form[action$='/diff'] button") // the first version and the newest are chosen
	if at := b.here(); !strings.HasPrefix(at, corrected+"/diff/1..3") {
		b.Errorf("compared at %s", at)
	}
	b.says(".row.moved", "Chương trình đặt mục tiêu")
	for _, want := range []string{".number", ".name", "del", "ins"} {
		if b.count(".sides "+want) == 0 {
			b.Errorf("nothing is marked as %s", want)
		}
	}
	b.follow(".kicker a[href='" + corrected + "']")
	b.follow(".timeline > li:last-child a[href$='/v/1']")
	b.says("h1", "Hơn 3.000 cây bàng vuông")
	b.follow("a[href^='/at/']")
	if n := b.count("iframe"); n != 1 {
		b.Errorf("%d frames at %s", n, b.here())
	}
}

// Someone who knows the day goes to it, by the calendar.
func TestJumpToADay(t *testing.T) {
	eachWay(t, func(b *tab) {
		b.open("/n/baotintuc")
		b.follow("a[href='/n/baotintuc/2026-11']")
		b.follow("a[href='/n/baotintuc/2026-11-17']")
		b.says("main", "bàng vuông")
		b.follow(".articles h3 a[href='" + corrected + "']")
		b.says("h1", "bàng vuông")
	})
}

// Of the changes one is followed to what it changed, and an article that was taken down can
// still be read.
func TestFollowAChange(t *testing.T) {
	eachWay(t, func(b *tab) {
		b.open("/")
		b.follow("nav.main a[href='/changes']")
		b.follow("a[href*='20261118071534218/diff/1..2']")
		b.says(".sides", "46m")
		b.says(".sides", "64m")
		b.open("/changes")
		b.follow("a[href^='" + takenDown + "']")
		b.says("h1", "Lớp học may của những người mẹ")
		b.says(".notice.bad", "2026")
	})
}

// What needs a person stands on the first page, with what to do; the switch says it in the
// other language, and stays.
func TestBlockedNewspaper(t *testing.T) {
	eachWay(t, func(b *tab) {
		b.open("/language/vi")
		b.says(".notice.bad", "VOV: bị chặn từ")
		b.says(".notice.bad", "liên hệ tòa soạn")
		b.follow(".language a")
		b.says(".notice.bad", "VOV: blocked since")
		b.says(".notice.bad", "write to the newspaper")
		b.open(corrected)
		b.says(".language", "Tiếng Việt")
	})
}
