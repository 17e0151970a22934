package warc

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"mime"
	"net/url"
	"path"
	"slices"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/cleaner/assets"
	"baoluu/sites"
)

// Pictures, style sheets and fonts. Other crawlers' files hold them among all that a browser
// asked for: counters, advertising, scripts. Those of the newspapers' own hosts are taken, and of
// other hosts what a capture needs that is in the archive: of a page or a style sheet, whichever
// file it came from. What stands before the page that names it is passed over, and the file is read
// again for it once the page is in.

// Assets says which pictures, style sheets and fonts an import takes.
type Assets string

// What can be taken. "" is [AllAssets].
const (
	AllAssets Assets = "all"
	Images    Assets = "images"
	NoAssets  Assets = "none"
)

func (a Assets) takes(k assets.Kind) bool {
	return a == AllAssets || a == "" || a == Images && k == assets.Image
}

const (
	// maxNamed bounds the addresses that are remembered because pages name them, maxPassed the
	// records that were passed over: some 80 MB together.
	maxNamed, maxPassed = 1 << 20, 1 << 20
	// Rounds is how often a file is read again for its assets: a style sheet may name another
	// one that stands before it.
	Rounds = 4
	// maxNeeds bounds what a page is said to need: the best address of each asset, of which there
	// are at most a thousand, and its others as far as there is room.
	maxNeeds, maxOthers = 10_000, 9_000
)

const tooManyAssets = "too many pictures, style sheets and fonts: some %d were not looked for"

// Book is what imports of several files into one archive know of one another: what pages name, and
// which assets were passed over before a page named them. So the files may come in any order.
type Book struct {
	archive *archive.Archive // nil: there is none yet
	papers  []*sites.Site    // that have a file there
	seed    maphash.Seed
	places  newspapers
	named   map[uint64]papers // newspapers whose captures name an asset, by its page
	moved   map[uint64]papers // likewise, those whose redirects lead to one
	passed  map[uint64]passed // records that were not taken for all newspapers, each by its own key
	file    int               // the one that is read, from 1
	files   int               // that were read
	missed  int               // what there was no room for
	asked   []string          // assets that the archive is to be asked for
	failed  error             // of the archive, when it was asked
}

// passed is a record that was passed over.
type passed struct {
	asset   uint64
	taken   papers // that it was taken for
	file    int32
	counted counted
}

// counted says as what a record is counted that was left out.
type counted uint8

const (
	asNothing counted = iota
	asForeign
	asUnneeded
	asForgotten
)

func (n *Imported) of(as counted) *int {
	switch as {
	case asForeign:
		return &n.Foreign
	case asUnneeded:
		return &n.Unneeded
	case asForgotten:
		return &n.Forgotten
	}
	return new(int)
}

func newBook(a *archive.Archive) *Book {
	return &Book{archive: a, seed: maphash.MakeSeed(), named: map[uint64]papers{}, moved: map[uint64]papers{}, passed: map[uint64]passed{}}
}

// NewBook makes a book for imports into an archive, which is nil where there is none yet.
func NewBook(a *archive.Archive) (*Book, error) {
	b := newBook(a)
	if a == nil {
		return b, nil
	}
	names, err := a.Newspapers()
	for _, name := range names {
		if site, ok := sites.ByName(name); ok {
			b.papers = append(b.papers, site)
		}
	}
	return b, err
}

// Files is how many files were imported.
func (b *Book) Files() int { return b.files }

// begin begins a file, or goes back to one.
func (b *Book) begin(again int) {
	if b.file = again; again == 0 {
		b.files++
		b.file = b.files
	}
}

// Again lists the files that are worth to be read again: of what was passed over there something
// is named by now. A file is named by its number, from 1, in the order in which they were imported.
func (b *Book) Again() (files []int) {
	seen := map[int32]bool{}
	for _, p := range b.passed {
		if !seen[p.file] && b.namedBy(p.asset).without(p.taken) != nobody {
			seen[p.file] = true
			files = append(files, int(p.file))
		}
	}
	slices.Sort(files)
	return files
}

// round reports whether the file is to be read again.
func (b *Book) round() bool { return slices.Contains(b.Again(), b.file) }

func (b *Book) namedBy(asset uint64) papers { return b.named[asset].with(b.moved[asset]) }

// key is that of an asset, by its page.
func (b *Book) key(page string) uint64 { return maphash.String(b.seed, page) }

// assetOf is the page of a record as an asset.
func assetOf(rec *warcfile.Record) string {
	address := rec.URL()
	if c, ok := CopyAt(address); ok {
		address = c.Original
	}
	return sites.AssetPage(address)
}

// own is the key of the record that is read, itself: others may say the same of themselves, and
// those of one gzip member begin at one place.
func (im *importer) own(rec *warcfile.Record) uint64 {
	return maphash.String(im.book.seed, fmt.Sprint(im.book.file, " ", im.part, " ", im.number, " ", rec.URL(), " ", rec.Header.Get(warcfile.FieldDate), " ", rec.Header.Get(warcfile.FieldID)))
}

// maxAskedAssets is how many assets the archive is asked for at once.
const maxAskedAssets = 1 << 10

// ask has the archive asked whether anything needs an asset: with others, but soon.
func (b *Book) ask(ctx context.Context, page string) {
	if len(b.papers) == 0 {
		return
	}
	if b.asked = append(b.asked, page); len(b.asked) >= maxAskedAssets {
		b.learn(ctx)
	}
}

// learn asks the archive for what is to be asked. An error is kept until the book is asked for it.
func (b *Book) learn(ctx context.Context) {
	slices.Sort(b.asked)
	for _, site := range b.papers {
		if len(b.asked) == 0 || b.failed != nil {
			break
		}
		var needed []string
		needed, b.failed = b.archive.NeededOf(ctx, site.Name, slices.Compact(b.asked))
		for _, page := range needed {
			b.name(b.named, site, page)
		}
	}
	b.asked = b.asked[:0]
}

// name notes that a newspaper's captures name an asset.
func (b *Book) name(in map[uint64]papers, site *sites.Site, page string) {
	key := b.key(page)
	if _, there := in[key]; !there && len(in) >= maxNamed {
		b.missed++
		return
	}
	in[key] = in[key].with(b.places.one(site))
}

// pass notes a record that was not taken for anybody yet, and reports whether there was room.
func (b *Book) pass(own uint64, p passed) bool {
	if was, there := b.passed[own]; there {
		p = was
	} else if len(b.passed) >= maxPassed {
		b.missed++
		return false
	}
	p.file = int32(b.file)
	b.passed[own] = p
	return true
}

// takeMissed is how many assets there was no room for, since it was asked last.
func (b *Book) takeMissed() int {
	n := b.missed
	b.missed = 0
	return n
}

// isAssetType reports whether a media type is that of a picture, style sheet or font.
func isAssetType(media string) bool {
	kind, _, err := mime.ParseMediaType(media)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(media)), ";")
	}
	return strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "font/") || kind == "text/css" ||
		strings.HasPrefix(kind, "application/font") || strings.HasPrefix(kind, "application/x-font") || kind == "application/vnd.ms-fontobject"
}

// needs are what a page or style sheet needs: all addresses of each asset that it names, for other
// crawlers take the one or the other.
func needs(list []assets.Need) (pages []string) {
	noted := map[string]bool{}
	note := func(address string, most int) {
		if page := sites.AssetPage(address); !noted[page] && len(pages) < most {
			noted[page] = true
			pages = append(pages, page)
		}
	}
	for _, n := range list {
		note(n.URL, maxNeeds)
		for _, other := range n.Others {
			note(other, maxOthers)
		}
	}
	return pages
}

// needed fills in what an item needs to be shown.
func (im *importer) needed(it *item) {
	if im.options.Assets == NoAssets || it.State != capture.Live || it.Kind == capture.Revisit || it.Kind == capture.Conversion || len(it.Body) == 0 || it.Refused != "" {
		return
	}
	var list []assets.Need
	switch it.kind {
	case sites.Article, sites.List, sites.Other, sites.Utility, sites.Foreign:
		if media := it.ContentType; media != "" && !strings.Contains(strings.ToLower(media), "html") {
			return
		}
		list = assets.OfPage(it.Body, it.ContentType, it.URL)
	case sites.Asset:
		if _, kind, ok := assets.Sniff(it.Body); !ok || kind != assets.Style {
			return
		}
		list = assets.OfSheet(it.Body, it.URL)
	default:
		return
	}
	im.meter.Spend(priceNeedByte * int64(len(it.Body)))
	it.Needs = needs(list)
	im.names(*it)
}

// names notes what a capture names.
func (im *importer) names(it item) {
	for _, page := range it.Needs {
		im.book.name(im.book.named, it.site, page)
	}
	if it.isAsset && it.State == capture.Moved && it.Location != "" {
		im.book.name(im.book.moved, it.site, sites.AssetPage(it.Location))
	}
}

// asAsset has an item kept as a picture, style sheet or font, where it is one. named says that a
// capture of the newspaper names it. It reports whether the item is taken, as one or as what it is.
func (im *importer) asAsset(it *item, d *described, named bool) bool {
	if k := d.address.Kind; !d.ours && (k != sites.Other && k != sites.Foreign || d.Kind == capture.Conversion) {
		return true
	}
	_, kind, is := assets.Sniff(it.Body)
	if len(it.Body) == 0 { // a revisit, or what is gone
		kind, is = kindOf(d.ContentType, d.URL), isAssetType(d.ContentType)
	}
	if d.ours {
		it.isAsset = sites.IsAsset(d.Page)
		return !it.isAsset || im.options.Assets.takes(cmp.Or(kind, kindOf(d.ContentType, d.URL)))
	}
	switch {
	case is && !im.options.Assets.takes(kind):
		return false
	case is:
	case !named:
		return true // whatever it is
	case !mayStandIn(d, im.options.Assets):
		return false // another page in its place; that it is not there, or elsewhere, is told of it
	}
	it.isAsset, d.Page = true, sites.AssetPage(d.URL)
	return true
}

// mayStandIn reports whether what does not look like an asset tells something of the one at its
// address: that it is gone, elsewhere, or as it was.
func mayStandIn(d *described, mode Assets) bool {
	if !mode.takes(kindOf(d.ContentType, d.URL)) {
		return false
	}
	if d.Kind == capture.Revisit {
		return !isOther(d.ContentType)
	}
	return d.State != capture.Live
}

// kindOf is the kind of an asset that has no bytes to tell it by: what its type says, else the end
// of its address, else a picture.
func kindOf(media, address string) assets.Kind {
	media = strings.ToLower(media)
	switch {
	case strings.Contains(media, "image/"):
		return assets.Image
	case strings.Contains(media, "css"):
		return assets.Style
	case isAssetType(media):
		return assets.Font
	}
	address, _, _ = strings.Cut(address, "?")
	switch strings.ToLower(path.Ext(address)) {
	case ".css":
		return assets.Style
	case ".woff", ".woff2", ".ttf", ".otf", ".eot":
		return assets.Font
	}
	return assets.Image
}

// elsewhere reports whether a record is a web archive's copy of what no newspaper's host has.
func (im *importer) elsewhere(rec *warcfile.Record) bool {
	c, ok := CopyAt(rec.URL())
	return ok && im.options.Site == nil && rec.Header.Get(ownSite) == "" && siteOf(c.Original) == nil
}

// meet notes a record when a file is read for the first time: what may be an asset of another host.
func (im *importer) meet(ctx context.Context, rec *warcfile.Record) {
	switch rec.Type() {
	case warcfile.TypeResponse, warcfile.TypeResource, warcfile.TypeRevisit:
		if im.options.Assets != NoAssets && (!im.wanted(rec) || im.elsewhere(rec)) {
			im.book.ask(ctx, assetOf(rec))
		}
	}
}

// lookedAt is how much of a record is looked at to tell whether it may be an asset.
const lookedAt = 32 << 10

// look tells by the beginning of a record of another host whether it may be taken as an asset, and
// as what it is counted as long as it is not.
func (im *importer) look(rec *warcfile.Record) (may bool, as counted) {
	if im.options.Assets == NoAssets || rec.Type() == warcfile.TypeConversion {
		return false, asForeign
	}
	im.head.Reset()
	_, _ = io.CopyN(&im.head, rec.Block, lookedAt) // less is as good
	head := im.head.Bytes()
	rec.Block = io.MultiReader(bytes.NewReader(head), rec.Block)
	var m *message
	body := head
	if rec.Type() != warcfile.TypeResource {
		parsed, rest, err := parseMessage(head)
		if err == nil {
			m, body = &parsed, rest
		}
	}
	d, err := describe(rec.Header, m, sites.All()[0])
	switch {
	case err != nil && rec.Type() != warcfile.TypeRevisit:
		return false, asForeign
	case isAssetType(d.ContentType):
		return true, asUnneeded
	case m != nil && (m.get("Content-Encoding") != "" || m.get("Transfer-Encoding") != ""):
		return !isOther(d.ContentType) || mayStandIn(&d, AllAssets), asForeign
	}
	if _, _, is := assets.Sniff(body); is && d.Kind != capture.Revisit {
		return true, asUnneeded
	}
	return mayStandIn(&d, AllAssets), asForeign
}

// isOther reports whether a media type is that of a page, a script or data.
func isOther(media string) bool {
	media = strings.ToLower(media)
	return slices.ContainsFunc([]string{"html", "javascript", "json"}, func(word string) bool { return strings.Contains(media, word) })
}

// takeNamed takes a record of another host as an asset of the newspapers whose captures name it.
func (im *importer) takeNamed(ctx context.Context, rec *warcfile.Record) error {
	may, as := im.look(rec)
	*im.count.of(as)++
	if !may {
		return nil
	}
	own, page := im.own(rec), assetOf(rec)
	im.book.pass(own, passed{asset: im.book.key(page), counted: as})
	return im.takeFor(ctx, rec, own, page, as)
}

// takeAgain takes one record of a file that is read again for its assets.
func (im *importer) takeAgain(ctx context.Context, rec *warcfile.Record) error {
	if rec.Type() == warcfile.TypeRequest {
		return im.takeRequest(ctx, rec)
	}
	own := im.own(rec)
	p, there := im.book.passed[own]
	if !there || rec.Type() == warcfile.TypeMetadata {
		return nil
	}
	return im.takeFor(ctx, rec, own, assetOf(rec), p.counted)
}

// takeFor takes a record for the newspapers that need it and do not have it yet.
func (im *importer) takeFor(ctx context.Context, rec *warcfile.Record, own uint64, page string, as counted) error {
	if !im.answers.known && !im.again { // else all were asked for
		im.book.ask(ctx, page)
		if im.book.learn(ctx); im.book.failed != nil {
			return im.book.failed
		}
	}
	takers := im.book.namedBy(im.book.key(page))
	if p, there := im.book.passed[own]; there {
		takers = takers.without(p.taken)
		p.taken = p.taken.with(takers)
		im.book.passed[own] = p
	}
	if takers == nobody {
		return nil
	}
	broken := func(err error) error {
		im.recount(own, as, asNothing)
		im.broken(rec, err)
		return nil
	}
	block, err := im.read(rec)
	if err != nil {
		return broken(err)
	}
	moved := im.book.moved[im.book.key(page)]
	for _, site := range im.book.places.of(takers) {
		items, err := im.items(rec, block, site, true)
		if err != nil {
			return broken(err)
		}
		if len(items) == 0 {
			im.recount(own, as, asForeign)
		}
		for i := range items {
			it := &items[i]
			it.own, it.as = own, as
			it.IfNeeded = !it.ours && !site.Owns(hostOf(it.URL)) && !moved.has(im.book.places.one(site))
		}
		as = asNothing // it is counted once
		if err := im.put(ctx, rec, items); err != nil {
			return err
		}
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// recount counts a record that was counted as left out as something else from now on; as is how it
// was counted where the book had no room for it.
func (im *importer) recount(own uint64, as, to counted) {
	p, there := im.book.passed[own]
	if there {
		as, p.counted = p.counted, to
		im.book.passed[own] = p
	}
	*im.count.of(as)--
	*im.count.of(to)++
}

// refused counts a capture that the archive did not take. An asset is tried again once something is
// stored that names it.
func (im *importer) refused(it item, p capture.Put) {
	if p.Unneeded && it.own != 0 {
		key, one := im.book.key(it.Page), im.book.places.one(it.site)
		for _, names := range []map[uint64]papers{im.book.named, im.book.moved} {
			if names[key].has(one) {
				names[key] = names[key].without(one)
			}
		}
		if im.book.pass(it.own, passed{asset: key, counted: it.as}) {
			p := im.book.passed[it.own]
			p.taken = p.taken.without(one)
			im.book.passed[it.own] = p
		}
	}
	if p.Forgotten != "" {
		im.recount(it.own, it.as, asForgotten)
	}
}

// assetsMissed tells of assets that there was no room to look for.
func (im *importer) assetsMissed() {
	if n := im.book.takeMissed(); n > 0 {
		im.problem(warcfile.Problem{What: fmt.Sprintf(tooManyAssets, n)})
	}
}
