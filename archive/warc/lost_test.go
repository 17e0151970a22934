package warc

import (
	"bytes"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/forget"
)

// A revisit that was left the body of what it repeated, when that was forgotten, brings
// it along.
func TestExportRevisitWithItsOwnBody(t *testing.T) {
	body := []byte("<html><body><p>Nước sông dâng cao.</p></body></html>")
	kept := func(page string, at int64) capture.Kept {
		return capture.Kept{Body: body, Capture: capture.Capture{
			Page: page, URL: "https://dantri.com.vn/xa-hoi/a-" + page + ".htm", Time: time.UnixMilli(at).UTC(), Kind: capture.Response, State: capture.Live, Status: 200,
		}}
	}
	a := newArchive(t, t.TempDir())
	first, second := kept("20221224083224101", 1_600_000_000_000), kept("20221224083224102", 1_600_000_001_000)
	second.Kind, second.RevisitOf, second.Profile, second.Body = capture.Revisit, 1, capture.SamePayload, nil
	if _, err := a.Commit(t.Context(), testSite, capture.Batch{Kept: []capture.Kept{first, second}}); err != nil {
		t.Fatal(err)
	}
	if _, err := forget.Run(t.Context(), a, testSite, first.Page, forget.Options{Reason: "test", Accept: true}); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	export(t, a, testSite, folder, ExportOptions{})
	b := newArchive(t, t.TempDir())
	importFolder(t, b, folder)
	v, err := b.View(t.Context(), testSite)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Body(t.Context(), 1); err != nil || !bytes.Equal(got, body) {
		t.Errorf("%q, %v", got, err)
	}
	sound(t, b)
}
