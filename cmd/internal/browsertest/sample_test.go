package browsertest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner/assets"
	"baoluu/crawler/sampleweb"
	"baoluu/sites"
)

// sampleTime is when the article of the sample web was captured, with its assets.
const sampleTime = "2026-11-20T11:00:00.000+07:00"

// sample is the sample web, whose pages the browser may look at, too.
var sample = sampleweb.New()

// sampleAddress is an article of it with pictures.
func sampleAddress() string { return sample.Articles("dantri")[0] }

// askSample asks the sample web for an address.
func askSample(address string) (contentType string, body []byte, err error) {
	q, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return "", nil, err
	}
	w, err := sample.RoundTripper().RoundTrip(q)
	if err != nil {
		return "", nil, err
	}
	defer w.Body.Close()
	if body, err = io.ReadAll(w.Body); err == nil && w.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, w.Status)
	}
	return w.Header.Get("Content-Type"), body, err
}

// sampleSuffix is behind the names of the sample web's hosts where the browser asks for them: it
// knows some of the real ones, and asks these for nothing without TLS.
const sampleSuffix = ".vi-du.example"

var withTLS = regexp.MustCompile(`https://([a-z0-9.-]+)`)

// inBrowser has addresses of the sample web as the browser asks for them.
func inBrowser(text string) string {
	return withTLS.ReplaceAllString(text, "http://${1}"+sampleSuffix)
}

// answerSample answers as the sample web does, without TLS.
func answerSample(w http.ResponseWriter, q *http.Request) {
	contentType, body, err := askSample("https://" + strings.TrimSuffix(q.URL.Host, sampleSuffix) + q.URL.RequestURI())
	if err != nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if strings.HasPrefix(contentType, "text/") {
		body = []byte(inBrowser(string(body)))
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Access-Control-Allow-Origin", "*") // of fonts
	_, _ = w.Write(body)
}

// commitSample puts the article into an archive, and what it needs, as far as there is any.
func commitSample(arch *archive.Archive) error {
	at, err := time.Parse(time.RFC3339, sampleTime)
	if err != nil {
		return err
	}
	address := sampleAddress()
	contentType, body, err := askSample(address)
	if err != nil {
		return err
	}
	site, _ := sites.ByName("dantri")
	parsed, err := site.Address(address)
	if err != nil {
		return err
	}
	answer := func(page, address, contentType string, body []byte) capture.Kept {
		return capture.Kept{Capture: capture.Capture{URL: address, Page: page, Time: at, Kind: capture.Response, State: capture.Live, Status: 200, ContentType: contentType}, Body: body}
	}
	batch := capture.Batch{Kept: []capture.Kept{answer(parsed.Page, address, contentType, body)}}
	known := map[string]bool{}
	for wanted := assets.OfPage(body, contentType, address); len(wanted) > 0; wanted = wanted[1:] {
		n := wanted[0]
		if known[n.URL] {
			continue
		}
		known[n.URL] = true
		contentType, body, err := askSample(n.URL)
		if err != nil {
			continue // there is none
		}
		batch.Kept = append(batch.Kept, answer(sites.AssetPage(n.URL), n.URL, contentType, body))
		if n.Kind == assets.Style {
			wanted = append(wanted, assets.OfSheet(body, n.URL)...)
		}
	}
	_, err = arch.Commit(context.Background(), "dantri", batch)
	return err
}

// pictures waits until all that can be shown are there.
const pictures = `Promise.allSettled([...document.images].map(i => i.decode())).then(() => true)`

// An article of the sample web as it was, beside the newspaper's own: of a hundred pixels less
// than one differs, those under links to what is not kept.
func TestSampleAsItWas(t *testing.T) {
	b := newTab(t, enter(t), "vi")
	b.original = true
	b.room.originals.Store(true)
	defer b.room.originals.Store(false)
	b.size(1000, 900)
	address := sampleAddress()
	b.do(chromedp.Navigate(inBrowser(address)))
	// Of several sizes of a picture the largest is kept: it is shown there, too.
	get(b, chromedp.Evaluate[bool](`document.querySelectorAll("img[data-srcset]").forEach(i => { i.removeAttribute("srcset"); i.src = i.dataset.srcset.split(", ").pop().split(" ")[0] }), true`))
	get(b, chromedp.Evaluate[bool](pictures, chromedp.EvalAwaitPromise))
	own := b.shot("sample-own")
	b.open("/at/" + sampleTime + "if_/" + address)
	get(b, chromedp.Evaluate[bool](pictures, chromedp.EvalAwaitPromise))
	if fonts := get(b, chromedp.Evaluate[string]("document.fonts.ready.then(f => [...f].map(x => x.status).join())", chromedp.EvalAwaitPromise)); fonts != "loaded" {
		t.Errorf("fonts: %q", fonts)
	}
	kept := b.shot("sample-kept")
	share := apart(own, kept)
	t.Logf("%.3f %% of the pixels differ", 100*share)
	if share > 0.01 {
		t.Errorf("%.2f %% of the pixels differ", 100*share)
	}
}
