package warc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/cleaner"
	"baoluu/cleaner/contentcoding"
	"baoluu/cleaner/turn"
	"baoluu/sites"
)

const (
	// maxBody bounds a body that is taken, as it lies in the file and with its
	// codings decoded. The cleaner reads no larger ones.
	maxBody  = cleaner.MaxBody
	maxBlock = maxBody + maxMessageHeader
)

// item is a capture with what is needed until it is stored.
type item struct {
	capture.Kept
	site     *sites.Site
	kind     sites.Kind
	id       string // record id
	joints   []joint
	digest   string // payload digest as the record has it
	refersTo string
	refers   Copy // of a revisit: address and time of the original
	// refersPage is the page of the original, where its address does not say.
	refersPage string
	isAsset    bool    // it is a picture, style sheet or font
	own        uint64  // of an asset: its record's key in the book
	as         counted // how its record was counted so far
	ours       bool    // this program wrote the record: it says all that is to be said
}

// wanted tells, before a block is read, whether a record can be of a newspaper
// that is asked for.
func (im *importer) wanted(rec *warcfile.Record) bool {
	if im.options.Site != nil || rec.Header.Get(ownSite) != "" {
		return true
	}
	address := rec.URL()
	if c, ok := CopyAt(address); ok {
		address = c.Original
	}
	if site := siteOf(address); site != nil {
		return true
	}
	// A web archive may name the original in its headers only.
	return strings.Contains(address, "://") && rec.Type() == warcfile.TypeResponse && mayBeMemento(address)
}

// mayBeMemento reports whether an address looks like one within a web archive that
// does not wrap the page's own address.
func mayBeMemento(address string) bool {
	for _, word := range []string{"/web/", "/wayback/", "memento"} {
		if strings.Contains(address, word) {
			return true
		}
	}
	return false
}

func siteOf(address string) *sites.Site {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	site, _ := sites.ByURL(u)
	return site
}

// read reads a record's block; it is valid until the next.
func (im *importer) read(rec *warcfile.Record) ([]byte, error) {
	if rec.Length > maxBlock {
		return nil, fmt.Errorf("%d bytes, at most %d", rec.Length, maxBlock)
	}
	im.block.Reset()
	n, err := im.block.ReadFrom(rec.Block)
	im.meter.Spend(priceBodyByte * n)
	if err != nil && rec.Type() == warcfile.TypeResponse {
		if block, ok := wholeMessage(im.block.Bytes()); ok { // only the record's length is wrong
			return block, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("it ends after %d of %d bytes", n, rec.Length)
	}
	return im.block.Bytes(), nil
}

// items are the captures of a record, taken for a newspaper, or for that of its address: none where
// it is of none, two where it is a web archive's copy of a page. named says that a page of the
// newspaper names it as a picture, style sheet or font.
func (im *importer) items(rec *warcfile.Record, block []byte, site *sites.Site, named bool) ([]item, error) {
	kind := rec.Type()
	var m *message
	payload := block
	if kind == warcfile.TypeResponse || kind == warcfile.TypeRevisit && len(bytes.TrimSpace(block)) > 0 {
		parsed, rest, err := parseMessage(block)
		if err != nil {
			return nil, err
		}
		m, payload = &parsed, rest
	}
	d, err := describe(rec.Header, m, site)
	if err != nil {
		return nil, err
	}
	if err := d.ownFields(rec.Header); err != nil {
		return nil, err
	}
	if kind == warcfile.TypeResponse && d.Kind == capture.Revisit && len(payload) > 0 {
		d.Kind, d.Profile = capture.Response, "" // a 304 that brought something all the same
	}
	it := item{ours: d.ours, id: warcfile.Unbracket(rec.Header.Get(warcfile.FieldID)), digest: rec.Header.Get(warcfile.FieldPayload), refersTo: warcfile.Unbracket(rec.Header.Get(warcfile.FieldRefersTo))}
	if d.Kind == capture.Revisit {
		it.refers.Original = warcfile.Unbracket(rec.Header.Get(warcfile.FieldRefersURL))
		if at, _, err := warcfile.ParseDate(rec.Header.Get(warcfile.FieldRefersDate)); err == nil {
			it.refers.Time = at
		}
		it.refersPage = unquote(rec.Header.Get(ownRefersPage))
	} else {
		damaged, err := im.body(&it, &d, rec, m, block, payload)
		if err != nil {
			return nil, err
		}
		if damaged && d.State == capture.Live {
			d.State = capture.Broken
		}
	}
	if d.site == nil {
		d.ownAssetCopy(it.Body)
	}
	if d.site != nil && !im.asAsset(&it, &d, named) {
		return nil, nil
	}
	it.Capture = d.Capture
	if !d.ours {
		it.File = im.options.File
		if it.digest != "" && archiveDigest(it.digest) == "" {
			it.Notes = append(it.Notes, "payload digest "+it.digest)
		}
		if cut := rec.Header.Get(warcfile.FieldTruncated); cut != "" {
			it.Notes = append(it.Notes, "truncated when it was captured: "+cut)
		}
		if it.Kind != capture.Revisit {
			if note, cut := cutBody(rec, m, payload, it.Body); cut {
				im.isCut(&it, rec, note)
			} else if rec.Damaged() && !digestIs(rec.Header.Get(warcfile.FieldBlock), block) && !digestIs(it.digest, payload) {
				im.isCut(&it, rec, "the file is damaged there")
			}
		}
		if state := challengeState(it.Kept, d.site); state != "" && !it.isAsset {
			it.State = state
		}
		if c, ok := mementoOf(it.URL, it.Header); ok && it.isAsset {
			it.Kept = c.original(it.Kept)
			it.Page = sites.AssetPage(it.URL)
		} else if it.Kind == capture.Response {
			if c, ok := mementoOf(it.URL, it.Header); ok && (it.Status == 200 || warcfile.Header(it.Header).Get("Memento-Datetime") != "") {
				return im.copies(it, c)
			}
		}
	}
	return it.placed(d)
}

// isCut judges a capture whose body is not complete, and tells of it where a note says what
// the record itself does not. What is gone stays so, and what is blocked or has moved: the
// body says nothing of that.
func (im *importer) isCut(it *item, rec *warcfile.Record, note string) {
	if it.State != capture.Live {
		return
	}
	if it.State = capture.Broken; note != "" {
		it.Notes = append(it.Notes, note)
		im.problem(warcfile.Problem{Offset: rec.Offset, What: fmt.Sprintf("%s: %.200q", note, rec.URL())})
	}
}

// challengeState is the state of a page that stands in an article's place, by the rule that
// a crawl judges by, and under the same statuses; "" for any other.
func challengeState(k capture.Kept, site *sites.Site) capture.State {
	switch s := k.Status; {
	case s >= 200 && s < 300, s == 405, s == 503:
	default:
		return ""
	}
	p := cleaner.Page{Body: k.Body, ContentType: k.ContentType, URL: k.URL, Captured: k.Time}
	switch kind := cleaner.Challenge(warcfile.Header(k.Header).Get, p, site); {
	case kind == "":
		return ""
	case kind.Refuses():
		return capture.Blocked
	}
	return capture.Broken
}

// placed gives the item its newspaper, where it has one.
func (it item) placed(d described) ([]item, error) {
	if d.site == nil {
		return nil, nil
	}
	if d.Page == "" {
		_, err := d.site.Address(d.URL)
		return nil, err
	}
	if it.site, it.kind = d.site, d.address.Kind; it.isAsset {
		it.kind = sites.Asset
		return []item{it}, nil
	}
	if _, ok := CopyAt(d.URL); ok && it.kind == sites.Foreign {
		it.Refused = refusedCopy
	}
	return []item{it}, nil
}

// copies are a web archive's copy as it was saved, and the page that it is of.
func (im *importer) copies(it item, c Copy) ([]item, error) {
	page := it
	page.Kept = c.original(it.Kept)
	im.meter.Spend(2 * priceBodyByte * int64(len(it.Body))) // looked through, and kept twice
	d := described{Capture: page.Capture, site: im.options.Site}
	if d.place(); d.State == capture.Live {
		d.State = it.State // by what the copy holds
	}
	if d.site == nil || d.address.Kind == sites.Foreign {
		return nil, nil
	}
	if it.State == capture.Broken && d.State == capture.Live {
		d.State = capture.Broken // its body is
	}
	page.Capture = d.Capture
	saved := it
	saved.Page, saved.Refused, saved.id, saved.digest = sites.SURT(it.URL), refusedCopy, "", ""
	saved.State, saved.Location = capture.Live, ""
	saved.site, saved.kind = d.site, sites.Foreign
	list, err := page.placed(d)
	return append([]item{saved}, list...), err
}

// body fills in the body of a capture that has one, with its notes, and checks what the
// record says of it. damaged tells that it is not complete, or is as it was sent, for a coding
// could not be decoded.
func (im *importer) body(it *item, d *described, rec *warcfile.Record, m *message, block, payload []byte) (damaged bool, err error) {
	body, transferred := payload, payload
	held := payload // by the record, whatever is repaired
	repaired := block
	if m != nil {
		if extra := m.emptyLines(payload); extra > 0 {
			// The record's length takes in some of the empty lines behind it.
			payload = payload[:len(payload)-extra]
			repaired = block[:len(block)-extra]
			if !digestIs(rec.Header.Get(warcfile.FieldBlock), block) && !digestIs(rec.Header.Get(warcfile.FieldPayload), held) { // else its writer meant it so
				im.problem(warcfile.Problem{Offset: rec.Offset, What: fmt.Sprintf("the length of the record of %.200q is wrong by %d: repaired", rec.URL(), extra)})
			}
		}
		var decoded []string
		var why error
		body, transferred, decoded, why = m.decode(payload, maxBody)
		if errors.Is(why, contentcoding.ErrTooLarge) {
			im.meter.Spend(maxBody / 4) // it was unpacked, and thrown away
		}
		switch damaged = why != nil; {
		case damaged && errors.Is(why, io.ErrUnexpectedEOF):
			im.problem(warcfile.Problem{Offset: rec.Offset, What: fmt.Sprintf("the body of %.200q is cut: %v", rec.URL(), why)})
		case damaged:
			im.problem(warcfile.Problem{Offset: rec.Offset, What: fmt.Sprintf("the body of %.200q is kept as it was sent: %v", rec.URL(), why)})
		}
		if !d.ours {
			d.Notes = append(d.Notes, decoded...)
		}
	}
	im.meter.Spend(priceBodyByte * int64(max(0, len(body)-len(payload))))
	if len(body) > maxBody {
		return false, fmt.Errorf("a body of %d bytes, at most %d", len(body), maxBody)
	}
	it.Body = bytes.Clone(body)
	for _, note := range checkDigests(rec, [][]byte{block, repaired}, [][]byte{held, payload, transferred, body}) {
		im.problem(warcfile.Problem{Offset: rec.Offset, What: note + ": " + rec.URL()})
		d.Notes = append(d.Notes, note)
	}
	return damaged, nil
}

func parsedLength(s string) int64 {
	n, err := warcfile.ParseLength(s)
	if err != nil {
		return -1
	}
	return n
}

// checkDigests compares the digests that a record brings with what it holds, as it lies
// there before it is as it was repaired. A payload's is over what the server meant: its
// transfer coding decoded, its content coding not. Programs differ, so what it was
// before, or after, is right all the same.
func checkDigests(rec *warcfile.Record, blocks, payloads [][]byte) (notes []string) {
	if d := rec.Header.Get(warcfile.FieldPayload); !isDigestOf(d, payloads) {
		notes = append(notes, "payload digest "+d+" is of other bytes")
	}
	if d := rec.Header.Get(warcfile.FieldBlock); !isDigestOf(d, blocks) {
		notes = append(notes, "block digest "+d+" is of other bytes")
	}
	return notes
}

// clean makes the item's article, as a crawl would. The error is the context's.
func (it *item) clean(ctx context.Context) error {
	if it.State != capture.Live || it.Kind == capture.Revisit || len(it.Body) == 0 || it.Refused != "" {
		return nil
	}
	switch it.kind {
	case sites.List, sites.FeedPage, sites.SitemapPage, sites.Robots, sites.Utility, sites.Asset:
		return nil
	}
	var t turn.Turn
	if err := t.Take(ctx, turn.Weight(it.Body)); err != nil {
		return err
	}
	defer t.Leave()
	article, err := cleaner.Clean(cleaner.Page{Body: it.Body, ContentType: it.ContentType, URL: it.URL, Captured: it.Time, Answer: it.Kind != capture.Conversion}, it.site)
	var not *cleaner.NotArticleError
	switch {
	case err == nil:
		it.Article = &article
	case errors.As(err, &not):
		it.Refused = not.Reason
		if it.kind == sites.Article && !it.ours {
			it.State = capture.StateOf(not.Fault)
		}
	default:
		it.Refused = err.Error()
	}
	return nil
}
