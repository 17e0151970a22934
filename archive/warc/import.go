package warc

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"baoluu/archive"
	"baoluu/cleaner"
	"baoluu/cleaner/barrier"
	"baoluu/cleaner/capture"
	"baoluu/cleaner/coding"
	"baoluu/sites"
)

const (
	// maxBody bounds a body that is taken, as it lies in the file and with its
	// codings undone. The cleaner reads no larger ones.
	maxBody  = cleaner.MaxBody
	maxBlock = maxBody + maxMessageHeader

	// A batch is committed when it is this large.
	batchCount = 64
	batchBytes = 8 << 20

	// maxSeen bounds how many records are remembered for the revisits that name
	// them; what is older is found by address and time, through the archive.
	maxSeen = 1 << 18
	// maxLate bounds the revisits that wait for an original further on.
	maxLate = 4096
	// maxRequests is how many records back a response's request is looked for.
	maxRequests = 256
	// maxCompared is how many of a page's bodies are hashed to find the one that
	// a revisit names by a digest of another kind.
	maxCompared = 8
)

// ImportOptions say how a file is imported. The zero value takes the pages of the
// known newspapers and tells nothing.
type ImportOptions struct {
	File string // the file's base name, noted in what comes from it
	// Site takes all that is in the file for this newspaper, whatever the
	// address.
	Site    *sites.Site
	Problem func(Problem)    // what is not as it should be; may be nil
	Read    func(read int64) // called now and then with the bytes read so far; may be nil
}

// Imported counts what became of a file's records.
type Imported struct {
	Records    int `json:"records"`    // read
	Captures   int `json:"captures"`   // stored
	Duplicates int `json:"duplicates"` // there already
	Articles   int `json:"articles"`   // of those stored
	Foreign    int `json:"foreign"`    // of no known newspaper: left out
	Forgotten  int `json:"forgotten"`  // of pages forgotten by law: left out
	Other      int `json:"other"`      // no captures: warcinfo, request, metadata, dns
	Broken     int `json:"broken"`     // records that could not be read: left out
	Problems   int `json:"problems"`   // told, those of broken records among them
}

// Add adds another file's counts.
func (n *Imported) Add(o Imported) {
	n.Records += o.Records
	n.Captures += o.Captures
	n.Duplicates += o.Duplicates
	n.Articles += o.Articles
	n.Foreign += o.Foreign
	n.Forgotten += o.Forgotten
	n.Other += o.Other
	n.Broken += o.Broken
	n.Problems += o.Problems
}

// Import stores what a WARC file holds of the newspapers. open gives the archive;
// it is called when there is something to store. What is there already is not
// stored again nor cleaned again, so an import that was interrupted is simply
// begun anew. The counts are true also where an error ends it: then all that they
// name is stored.
func Import(ctx context.Context, open func() (*archive.Archive, error), r io.Reader, o ImportOptions) (Imported, error) {
	im := &importer{
		open: open, options: o, batches: map[*sites.Site]*batch{},
		seen: map[seenKey]uint64{}, requests: map[string]string{},
	}
	err := im.run(ctx, r)
	return im.count, err
}

type importer struct {
	open     func() (*archive.Archive, error)
	archive  *archive.Archive
	options  ImportOptions
	count    Imported
	batches  map[*sites.Site]*batch
	seen     map[seenKey]uint64 // capture numbers by record id and by payload digest
	late     []item
	requests map[string]string // record id → method, of requests that are no GET
	block    bytes.Buffer
}

// batch is what waits to be committed for one newspaper.
type batch struct {
	items []item
	bytes int
}

// item is a capture with what is needed until it is stored.
type item struct {
	capture.Kept
	site     *sites.Site
	kind     sites.Kind
	id       string // record id
	digest   string // payload digest as the record has it
	refersTo string
	refers   Copy // of a revisit: address and time of the original
	// refersPage is the page of the original, where its address does not say.
	refersPage string
	ours       bool // this program wrote the record: it says all that is to be said
}

// seenKey is the beginning of a hash: of newspaper and record id, or of newspaper
// and payload digest.
type seenKey [16]byte

func seenBy(site *sites.Site, what string) seenKey {
	sum := sha256.Sum256([]byte(site.Name + " " + what))
	return seenKey(sum[:])
}

func (im *importer) problem(p Problem) {
	im.count.Problems++
	if p.Lost {
		im.count.Broken++
	}
	if im.options.Problem != nil {
		im.options.Problem(p)
	}
}

// broken tells of a record that is left out.
func (im *importer) broken(rec *Record, err error) {
	im.problem(Problem{Offset: rec.Offset, What: fmt.Sprintf("%s record of %.200q left out: %v", rec.Type(), rec.URL(), err), Lost: true})
}

func (im *importer) run(ctx context.Context, r io.Reader) error {
	reader, err := NewReader(r, im.problem)
	if err != nil {
		return err
	}
	defer reader.Close()
	for {
		if err := ctx.Err(); err != nil {
			return errors.Join(err, im.flushAll(context.WithoutCancel(ctx)))
		}
		rec, err := reader.Next()
		if im.options.Read != nil {
			im.options.Read(reader.Offset())
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, ErrHurt) && im.count.Records > 0 {
			im.problem(Problem{Offset: reader.Offset(), What: err.Error()})
			break
		}
		if err != nil {
			return errors.Join(err, im.flushAll(ctx))
		}
		im.count.Records++
		if err := im.take(ctx, rec); err != nil {
			return err
		}
	}
	if err := im.flushAll(ctx); err != nil {
		return err
	}
	for _, it := range im.late {
		if err := im.takeRevisit(ctx, it, true); err != nil {
			return err
		}
	}
	return im.flushAll(ctx)
}

// take takes one record. Its error is the archive's; a record's own is told.
func (im *importer) take(ctx context.Context, rec *Record) error {
	switch rec.Type() {
	case typeResponse, typeRevisit, typeResource, typeConversion:
	case typeRequest, typeMetadata:
		im.count.Other++
		return im.takeBeside(ctx, rec)
	case "continuation":
		im.broken(rec, errors.New("records in segments are not put together"))
		return nil
	default:
		im.count.Other++
		return nil
	}
	if s := rec.Header.Get(fieldSegment); s != "" && s != "1" {
		im.broken(rec, errors.New("records in segments are not put together"))
		return nil
	}
	if scheme, _, _ := strings.Cut(strings.ToLower(rec.URL()), ":"); scheme != "http" && scheme != "https" && rec.Header.Get(ownSite) == "" {
		im.count.Other++ // dns:, whois:, urn:, ftp:
		return nil
	}
	if !im.wanted(rec) {
		im.count.Foreign++
		return nil
	}
	block, err := im.read(rec)
	if err != nil {
		im.broken(rec, err)
		return nil
	}
	items, err := im.items(rec, block)
	if err != nil {
		im.broken(rec, err)
		return nil
	}
	if len(items) == 0 {
		im.count.Foreign++
	}
	for _, it := range items {
		if it.Kind == capture.Revisit {
			err = im.takeRevisit(ctx, it, false)
		} else {
			err = im.add(ctx, it)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wanted tells, before a block is read, whether a record can be of a newspaper
// that is asked for.
func (im *importer) wanted(rec *Record) bool {
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
	return strings.Contains(address, "://") && rec.Type() == typeResponse && mayBeMemento(address)
}

// mayBeMemento tells whether an address looks like one within a web archive that
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
func (im *importer) read(rec *Record) ([]byte, error) {
	if rec.Length > maxBlock {
		return nil, fmt.Errorf("%d bytes, at most %d", rec.Length, maxBlock)
	}
	im.block.Reset()
	n, err := im.block.ReadFrom(rec.Block)
	if err != nil {
		return nil, fmt.Errorf("it ends after %d of %d bytes", n, rec.Length)
	}
	return im.block.Bytes(), nil
}

// items are the captures of a record: none where it is of no newspaper, two where
// it is a web archive's copy of a page.
func (im *importer) items(rec *Record, block []byte) ([]item, error) {
	kind := rec.Type()
	var m *message
	payload := block
	if kind == typeResponse || kind == typeRevisit && len(bytes.TrimSpace(block)) > 0 {
		parsed, rest, err := parseMessage(block)
		if err != nil {
			return nil, err
		}
		m, payload = &parsed, rest
	}
	d, err := describe(rec.Header, m, im.options.Site)
	if err != nil {
		return nil, err
	}
	if err := d.ownFields(rec.Header); err != nil {
		return nil, err
	}
	if kind == typeResponse && d.Kind == capture.Revisit && len(payload) > 0 {
		d.Kind, d.Profile = capture.Response, "" // a 304 that brought something all the same
	}
	it := item{ours: d.ours, id: unbracket(rec.Header.Get(fieldID)), digest: rec.Header.Get(fieldPayload), refersTo: unbracket(rec.Header.Get(fieldRefersTo))}
	if d.Kind == capture.Revisit {
		it.refers.Original = unbracket(rec.Header.Get(fieldRefersURL))
		if at, err := parseDate(rec.Header.Get(fieldRefersDate)); err == nil {
			it.refers.Time = at
		}
		it.refersPage = unquote(rec.Header.Get(ownRefersPage))
	} else if d.Notes, err = im.body(&it, d, rec, m, block, payload); err != nil {
		return nil, err
	}
	it.Capture = d.Capture
	if !d.ours {
		it.File = im.options.File
		if it.digest != "" && archiveDigest(it.digest) == "" {
			it.Notes = append(it.Notes, "payload digest "+it.digest)
		}
		if cut := rec.Header.Get(fieldTruncated); cut != "" {
			it.Notes = append(it.Notes, "truncated when it was captured: "+cut)
		}
		if method := im.requests[unbracket(rec.Header.Get(fieldConcurrent))]; method != "" {
			return nil, fmt.Errorf("the answer to a request by %.20s", method)
		}
		if isBarrier(it.Kept) {
			it.State = capture.Blocked
		}
		if it.Kind == capture.Response {
			if c, ok := mementoOf(it.URL, it.Header); ok && (it.Status == 200 || Header(it.Header).Get("Memento-Datetime") != "") {
				return im.copies(it, c)
			}
		}
	}
	return it.placed(d)
}

// isBarrier tells whether a page wants to see a browser or a person, by the rule
// that a crawl judges by, and under the same statuses.
func isBarrier(k capture.Kept) bool {
	switch s := k.Status; {
	case s >= 200 && s < 300, s == 405, s == 503:
		return barrier.Of(Header(k.Header).Get, k.Body) != ""
	}
	return false
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
	it.site, it.kind = d.site, d.address.Kind
	if _, ok := CopyAt(d.URL); ok && it.kind == sites.Foreign {
		it.Refused = RefusedCopy
	}
	return []item{it}, nil
}

// copies are a web archive's copy as it was saved, and the page that it is of.
func (im *importer) copies(it item, c Copy) ([]item, error) {
	page := it
	page.Kept = c.original(it.Kept)
	d := described{Capture: page.Capture, site: im.options.Site}
	d.place()
	if d.site == nil || d.address.Kind == sites.Foreign {
		return nil, nil
	}
	page.Capture = d.Capture
	saved := it
	saved.Page, saved.Refused, saved.id, saved.digest = sites.SURT(it.URL), RefusedCopy, "", ""
	saved.State, saved.Location = capture.Live, ""
	saved.site, saved.kind = d.site, sites.Foreign
	list, err := page.placed(d)
	return append([]item{saved}, list...), err
}

// body fills in the body of a capture that has one, and checks what the record
// says of it. The notes are the capture's.
func (im *importer) body(it *item, d described, rec *Record, m *message, block, payload []byte) ([]string, error) {
	notes := d.Notes
	body, transferred := payload, payload
	if m != nil {
		length := parsedLength(m.get("Content-Length"))
		if extra := int64(len(payload)) - length; length >= 0 && extra > 0 && extra <= 4 && bytes.HasPrefix([]byte("\r\n\r\n"), payload[length:]) {
			// The record's length takes in some of the empty lines behind it.
			payload = payload[:length]
			block = block[:len(block)-int(extra)]
			im.problem(Problem{Offset: rec.Offset, What: fmt.Sprintf("the length of the record of %.200q is wrong by %d: mended", rec.URL(), extra)})
		}
		var undone []string
		var err error
		if body, transferred, undone, err = m.decode(payload, maxBody); err != nil {
			return nil, fmt.Errorf("with its codings undone: %w", coding.ErrTooLarge)
		}
		if !d.ours {
			notes = append(notes, undone...)
		}
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("a body of %d bytes, at most %d", len(body), maxBody)
	}
	it.Body = bytes.Clone(body)
	for _, note := range im.checkDigests(rec, block, payload, transferred, body) {
		im.problem(Problem{Offset: rec.Offset, What: note + ": " + rec.URL()})
		notes = append(notes, note)
	}
	return notes, nil
}

func parsedLength(s string) int64 {
	n, err := parseLength(s)
	if err != nil {
		return -1
	}
	return n
}

// checkDigests compares the digests that a record brings with what it holds. A
// payload's is over what the server meant: its transfer coding undone, its content
// coding not. Programs differ, so the other two are looked at as well.
func (im *importer) checkDigests(rec *Record, block, payload, transferred, body []byte) (notes []string) {
	if d := rec.Header.Get(fieldPayload); d != "" {
		switch _, _, known := parseDigest(d); {
		case !known, digestIs(d, transferred):
		case len(payload) != len(transferred) && digestIs(d, payload), len(body) != len(transferred) && digestIs(d, body):
			// taken before, or after, the codings were undone: right all the same
		default:
			notes = append(notes, "payload digest "+d+" is of other bytes")
		}
	}
	if d := rec.Header.Get(fieldBlock); d != "" {
		if _, _, known := parseDigest(d); known && !digestIs(d, block) {
			notes = append(notes, "block digest "+d+" is of other bytes")
		}
	}
	return notes
}

// takeBeside reads what a request or metadata record says of a response.
func (im *importer) takeBeside(ctx context.Context, rec *Record) error {
	if rec.Length > maxMessageHeader {
		return nil
	}
	if rec.Type() == typeRequest {
		block, err := im.read(rec)
		if err != nil {
			return nil // the reader tells
		}
		method, _, _ := bytes.Cut(block, []byte(" "))
		if string(method) == "GET" || len(method) > 20 {
			return nil
		}
		if len(im.requests) >= maxRequests {
			clear(im.requests)
		}
		im.requests[unbracket(rec.Header.Get(fieldID))] = string(method)
		im.dropAnswer(unbracket(rec.Header.Get(fieldConcurrent)), string(method), rec)
		return nil
	}
	if name := rec.Header.Get(ownSite); name != "" {
		return im.takeAliases(ctx, rec, name)
	}
	im.noteVia(rec)
	return nil
}

// find gives the waiting items of one record.
func (im *importer) find(id string, fn func(b *batch, i int)) {
	if id == "" {
		return
	}
	for _, b := range im.batches {
		for i := len(b.items) - 1; i >= 0; i-- {
			if b.items[i].id == id {
				fn(b, i)
			}
		}
	}
}

// dropAnswer takes back a response that turns out not to answer a GET.
func (im *importer) dropAnswer(id, method string, rec *Record) {
	im.find(id, func(b *batch, i int) {
		b.items = append(b.items[:i], b.items[i+1:]...)
		im.broken(rec, fmt.Errorf("its response answers a request by %s", method))
	})
}

// noteVia keeps what a metadata record says of how a page was found.
func (im *importer) noteVia(rec *Record) {
	block, err := im.read(rec)
	if err != nil {
		return
	}
	var fields []capture.Field
	for line := range bytes.Lines(block) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 {
			fields = addLine(fields, line)
		}
	}
	via := Header(fields).Get("via")
	if via == "" || !writable(via) || len(via) > 2048 {
		return
	}
	im.find(unbracket(rec.Header.Get(fieldConcurrent)), func(b *batch, i int) {
		b.items[i].Notes = append(b.items[i].Notes, "found on "+via)
	})
}

// takeAliases joins the pages that an export of ours says are one.
func (im *importer) takeAliases(ctx context.Context, rec *Record, name string) error {
	site, ok := sites.ByName(name)
	block, err := im.read(rec)
	if !ok || err != nil {
		im.broken(rec, errors.New("aliases that cannot be read"))
		return nil
	}
	var list []capture.Alias
	for line := range bytes.Lines(block) {
		value, ok := bytes.CutPrefix(line, []byte(aliasField+": "))
		var al capture.Alias
		if ok && json.Unmarshal(value, &al) == nil {
			list = append(list, al)
		}
	}
	if err := im.flush(ctx, site); err != nil || len(list) == 0 {
		return err
	}
	err = im.commit(ctx, site, capture.Batch{Aliases: list}, func([]capture.Put) {})
	if errors.Is(err, archive.ErrInvalid) {
		im.broken(rec, err)
		return nil
	}
	return err
}

// takeRevisit finds what a revisit repeats. One whose original is not found waits
// for the end of the file, if last is false.
func (im *importer) takeRevisit(ctx context.Context, it item, last bool) error {
	if it.site == nil {
		return nil
	}
	n, err := im.originalOf(ctx, it)
	if err != nil {
		return err
	}
	it.RevisitOf = n
	names := it.refersTo != "" || it.refers.Original != "" || it.digest != "" && it.Digest == ""
	switch {
	case n != 0:
	case names && !last && len(im.late) < maxLate:
		im.late = append(im.late, it)
		return nil
	case it.Digest == "" && it.Profile == capture.SamePayload && !it.ours:
		it.Notes = append(it.Notes, "what it repeats is not in the archive")
	}
	return im.add(ctx, it)
}

// waits tells whether what a revisit repeats may wait to be committed.
func (im *importer) waits(it item) bool {
	b := im.batches[it.site]
	return b != nil && slices.ContainsFunc(b.items, func(o item) bool {
		return o.Page == it.Page || o.URL == it.refers.Original || o.id != "" && o.id == it.refersTo || o.digest != "" && o.digest == it.digest
	})
}

// originalOf is the number of the capture that a revisit repeats, 0 where it is
// not found: by address and time, by record id, by digest, and by hashing the
// page's bodies where the digest is of a kind that the archive does not keep.
func (im *importer) originalOf(ctx context.Context, it item) (uint64, error) {
	if err := im.opened(); err != nil {
		return 0, err
	}
	if im.waits(it) {
		if err := im.flush(ctx, it.site); err != nil {
			return 0, err
		}
	}
	if it.refers.Original != "" && !it.refers.Time.IsZero() {
		if n, err := im.originalAt(ctx, it); n != 0 || err != nil {
			return n, err
		}
	}
	for _, what := range []string{it.refersTo, it.digest} {
		if n := im.seen[seenBy(it.site, what)]; n != 0 && what != "" {
			return n, nil
		}
	}
	if _, _, known := parseDigest(it.digest); !known || it.Digest != "" {
		return 0, nil
	}
	return im.originalByBody(ctx, it)
}

func (im *importer) originalAt(ctx context.Context, it item) (uint64, error) {
	pages := []string{it.Page}
	if it.refersPage != "" {
		pages = []string{it.refersPage}
	} else if a, err := it.site.Address(it.refers.Original); err == nil && a.Page != it.Page {
		pages = append(pages, a.Page)
	}
	at := it.refers.Time
	to := at
	if at.Nanosecond() == 0 {
		to = at.Add(time.Second - time.Millisecond) // WARC 1.0 knows seconds only
	}
	for _, page := range pages {
		list, err := im.archive.At(ctx, it.site.Name, page, at, to)
		if err != nil {
			return 0, err
		}
		for _, c := range list {
			if c.Digest != "" && writableURL(c.URL) == it.refers.Original && (it.Digest == "" || it.Digest == c.Digest) {
				return c.Number, nil
			}
		}
	}
	return 0, nil
}

func (im *importer) originalByBody(ctx context.Context, it item) (uint64, error) {
	list, err := im.archive.At(ctx, it.site.Name, it.Page, time.Time{}, it.Time)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	view, err := im.archive.View(ctx, it.site.Name)
	if err != nil {
		return 0, err
	}
	compared := 0
	for i := len(list) - 1; i >= 0 && compared < maxCompared; i-- {
		if c := list[i]; c.Kind != capture.Revisit && c.Digest != "" {
			compared++
			body, err := view.Body(ctx, c.Number)
			if err != nil {
				return 0, err
			}
			if digestIs(it.digest, body) {
				return c.Number, nil
			}
		}
	}
	return 0, nil
}

// add puts a capture into its newspaper's batch.
func (im *importer) add(ctx context.Context, it item) error {
	b := im.batches[it.site]
	if b == nil {
		b = &batch{}
		im.batches[it.site] = b
	}
	if len(it.Body) > 0 {
		it.Capture.Digest = sha256Of(it.Body)
	}
	b.items = append(b.items, it)
	if b.bytes += len(it.Body); len(b.items) < batchCount && b.bytes < batchBytes {
		return nil
	}
	return im.flush(ctx, it.site)
}

func (im *importer) flushAll(ctx context.Context) error {
	for _, s := range sites.All() {
		if err := im.flush(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// flush commits what waits for a newspaper.
func (im *importer) flush(ctx context.Context, site *sites.Site) error {
	b := im.batches[site]
	if b == nil || len(b.items) == 0 {
		return nil
	}
	items := b.items
	*b = batch{}
	if err := im.opened(); err != nil {
		return err
	}
	captures := make([]capture.Capture, len(items))
	for i, it := range items {
		captures[i] = it.Capture
	}
	numbers, err := im.archive.Known(ctx, site.Name, captures)
	if err != nil {
		return err
	}
	var fresh []item
	for i, it := range items {
		if numbers[i] != 0 {
			im.count.Duplicates++
			im.remember(it, numbers[i])
		} else {
			fresh = append(fresh, it)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range fresh {
		g.Go(func() error { fresh[i].clean(); return nil })
	}
	_ = g.Wait() // cleaning does not fail
	return im.store(ctx, site, fresh)
}

// store commits captures together or, where the archive refuses one of them, one
// by one.
func (im *importer) store(ctx context.Context, site *sites.Site, items []item) error {
	kept := make([]capture.Kept, len(items))
	for i, it := range items {
		kept[i] = it.Kept
	}
	err := im.commit(ctx, site, capture.Batch{Kept: kept}, func(puts []capture.Put) {
		for i, p := range puts {
			switch it := items[i]; {
			case p.Forgotten != "":
				im.count.Forgotten++
			case p.Duplicate:
				im.count.Duplicates++
				im.remember(it, p.Number)
			default:
				im.count.Captures++
				if it.Article != nil {
					im.count.Articles++
				}
				im.remember(it, p.Number)
			}
		}
	})
	if !errors.Is(err, archive.ErrInvalid) {
		return err
	}
	if len(items) == 1 {
		im.problem(Problem{What: fmt.Sprintf("capture of %.200q left out: %v", items[0].URL, err), Lost: true})
		return nil
	}
	for i := range items {
		if err := im.store(ctx, site, items[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// opened opens the archive when it is needed first.
func (im *importer) opened() (err error) {
	if im.archive == nil {
		im.archive, err = im.open()
	}
	return err
}

func (im *importer) commit(ctx context.Context, site *sites.Site, b capture.Batch, done func([]capture.Put)) error {
	if err := im.opened(); err != nil {
		return err
	}
	puts, err := im.archive.Commit(ctx, site.Name, b)
	if err == nil {
		done(puts)
	}
	return err
}

// remember keeps where a record went, for revisits that name it.
func (im *importer) remember(it item, number uint64) {
	if it.Kind == capture.Revisit || len(im.seen) >= maxSeen {
		return
	}
	for _, what := range []string{it.id, it.digest} {
		if what != "" {
			im.seen[seenBy(it.site, what)] = number
		}
	}
}

// clean makes the item's article, as a crawl would.
func (it *item) clean() {
	if it.State != capture.Live || it.Kind == capture.Revisit || len(it.Body) == 0 || it.Refused != "" {
		return
	}
	switch it.kind {
	case sites.List, sites.FeedPage, sites.SitemapPage, sites.Robots, sites.Utility:
		return
	}
	article, err := cleaner.Clean(cleaner.Page{Body: it.Body, ContentType: it.ContentType, URL: it.URL, Captured: it.Time}, it.site)
	var not *cleaner.NotArticleError
	switch {
	case err == nil:
		it.Article = &article
	case errors.As(err, &not):
		it.Refused = not.Reason
	default:
		it.Refused = err.Error()
	}
}
