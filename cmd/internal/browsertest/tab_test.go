package browsertest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a step may take, on a machine that does much else.
const patience = 30 * time.Second

// tab is a browser window of one test, with cookies of its own. What goes wrong in it
// fails the test when it ends.
type tab struct {
	*testing.T
	room *room
	ctx  context.Context
	keys bool // the mouse is not touched

	original bool // the newspaper's own pages may be looked at

	mu       sync.Mutex
	requests []request
	wrong    []string
	expects  map[int64]bool // statuses that are no failure
}

// request is one that the page made, in the order in which they began.
type request struct{ path, kind string }

// newTab opens a window whose browser wishes for a language.
func newTab(t *testing.T, r *room, language string) *tab {
	t.Helper()
	r.asked()
	ctx, end := chromedp.NewContext(r.browser, chromedp.WithNewBrowserContext())
	b := &tab{T: t, room: r, ctx: ctx, expects: map[int64]bool{}}
	t.Cleanup(func() {
		chromedp.Cancel(ctx)
		end()
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, w := range b.wrong {
			t.Error(w)
		}
		for _, o := range r.asked() {
			t.Errorf("the browser asked another host: %s", o)
		}
	})
	// The window lives as long as the context of its first action.
	if err := errors.Join(chromedp.Do(ctx), chromedp.Listen(ctx, b.hear)); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
	b.size(1280, 900)
	return b
}

// hear notes requests, and what goes wrong.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	amiss := func(format string, args ...any) { b.wrong = append(b.wrong, fmt.Sprintf(format, args...)) }
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(ev.Request.URL)
		if err != nil || u.Scheme == "data" || u.Scheme == "about" {
			return
		}
		b.requests = append(b.requests, request{u.RequestURI(), string(ev.Type)})
		if u.Host != b.room.host && !b.original {
			amiss("asked another host: %s", ev.Request.URL)
		}
	case *network.EventResponseReceived:
		if s := ev.Response.Status; s >= 400 && !b.expects[s] {
			amiss("status %d: %s", s, ev.Response.URL)
		}
	case *network.EventLoadingFailed:
		if !ev.Canceled {
			amiss("a request failed: %s %s", ev.ErrorText, ev.BlockedReason)
		}
	case *runtime.EventExceptionThrown:
		amiss("exception: %s", ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		amiss("console.%s", ev.Type)
	case *log.EventEntryAdded:
		if strings.HasPrefix(ev.Entry.Text, "Failed to decode downloaded font: data:,") { // one that is not kept
			return
		}
		for s := range b.expects {
			if strings.Contains(ev.Entry.Text, fmt.Sprintf("status of %d", s)) {
				return
			}
		}
		amiss("%s: %s (%s)", ev.Entry.Level, ev.Entry.Text, ev.Entry.URL)
	case *page.EventJavascriptDialogOpening:
		amiss("dialog: %s", ev.Message)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	get(b, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { return chromedp.Do(ctx, actions...) }))
}

// get runs an action and gives what it says.
func get[V any](b *tab, a chromedp.Action[V]) V {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.Fatalf("%v; the page is %s", err, b.here())
	}
	return v
}

// call sends the browser a command.
func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) R {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		b.Fatalf("%s: %v", cmd.Method, err)
	}
	return v
}

// size gives the window a size, in CSS pixels.
func (b *tab) size(width, height int64) {
	b.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
}

// scheme has the reader wish for "light" or "dark".
func (b *tab) scheme(name string) {
	b.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// open goes to a path of the server.
func (b *tab) open(path string) {
	b.Helper()
	b.do(chromedp.Navigate("http://" + b.room.host + path))
}

// leads does what leads to another page, and waits until it is there.
func (b *tab) leads(action chromedp.Action[chromedp.Void]) {
	b.Helper()
	get(b, chromedp.WaitEvent(page.LoadEventFired, nil, action))
}

// follow takes what leads to another page: with a click, or by Tab and Enter.
func (b *tab) follow(selector string) {
	b.Helper()
	if b.keys {
		b.reach(selector)
		b.leads(chromedp.KeyEvent(kb.Enter))
		return
	}
	b.leads(chromedp.Click(chromedp.CSS(selector)))
}

// press presses keys that lead nowhere.
func (b *tab) press(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// shortcut presses a key that a script may take before it becomes a letter.
func (b *tab) shortcut(key string) {
	b.Helper()
	for _, event := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		p := input.DispatchKeyEventParams{Type: event, Key: key}
		if event == input.DispatchKeyEventTypeKeyDown {
			p.Text = key
		}
		call(b, input.DispatchKeyEvent, p)
	}
}

// reach presses Tab until what is wanted has the focus, as one does who has no mouse.
func (b *tab) reach(selector string) {
	b.Helper()
	for range 200 {
		b.press(kb.Tab)
		if get(b, chromedp.Evaluate[bool](fmt.Sprintf("document.activeElement.matches(%q)", selector))) {
			if !get(b, chromedp.Evaluate[bool]("document.activeElement.matches(':focus-visible')")) {
				b.Errorf("%s: that it has the focus cannot be seen", selector)
			}
			return
		}
	}
	b.Fatalf("%s is not reached by Tab on %s", selector, b.here())
}

// here is the path of the page.
func (b *tab) here() string {
	at, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.pathname + location.search + location.hash"))
	if err != nil {
		return err.Error()
	}
	return at
}

// text is what an element says, as a reader sees it.
func (b *tab) text(selector string) string {
	b.Helper()
	return get(b, chromedp.Text(chromedp.CSS(selector)))
}

// says wants an element to say something.
func (b *tab) says(selector, want string) {
	b.Helper()
	if got := b.text(selector); !strings.Contains(got, want) {
		b.Errorf("%s: %s says\n%s\nnot %q", b.here(), selector, got, want)
	}
}

// count is how many elements fit a selector.
func (b *tab) count(selector string) int {
	b.Helper()
	return get(b, chromedp.Evaluate[int](fmt.Sprintf("document.querySelectorAll(%q).length", selector)))
}

// seen gives the requests since the last call.
func (b *tab) seen() []request {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := b.requests
	b.requests = nil
	return seen
}
