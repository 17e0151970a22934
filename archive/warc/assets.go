package warc

import (
	"context"
	"fmt"
	"hash/maphash"
	"io"
	"mime"
	"slices"
	"strings"

	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/cleaner/assets"
	"baoluu/sites"
)

// Pictures, style sheets and fonts. Other crawlers' files hold them among all that a browser
// asked for: counters, advertising, scripts. Those of the newspapers' own hosts are taken, and
// wherever they come from those that a page names which is taken, or a style sheet. A file is
// read again for what stands before the page that names it.

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
	// maxNamed bounds the addresses that are remembered because pages name them, maxPassed those of
	// records that may be assets: some 60 MB together.
	maxNamed, maxPassed = 1 << 20, 1 << 20
	// maxRounds is how often a file is read again for its assets: a style sheet may name another
	// one that stands before it.
	maxRounds = 4
)

const tooManyAssets = "too many pictures, style sheets and fonts: some %d were not looked for"

// assetBook knows which assets the pages name that were taken, and which a file has.
type assetBook struct {
	mode   Assets
	seed   maphash.Seed
	named  map[uint64]uint32   // newspapers whose pages name an asset, a bit for each, by its page
	here   map[uint64]struct{} // what may be an asset in the file
	known  bool                // all of the file was looked through for those
	passed map[uint64]passed   // records that were not taken for all newspapers, each by its own key
	again  bool                // the file is read again, for these alone
	missed int                 // what there was no room for
}

// passed is a record that was passed over.
type passed struct {
	asset uint64
	sites uint32 // bits of the newspapers that it was not taken for
}

func newAssetBook(mode Assets) *assetBook {
	return &assetBook{mode: mode, seed: maphash.MakeSeed(), named: map[uint64]uint32{}, here: map[uint64]struct{}{}, passed: map[uint64]passed{}}
}

func (b *assetBook) key(address string) uint64 {
	if c, ok := CopyAt(address); ok {
		address = c.Original
	}
	return maphash.String(b.seed, sites.SURT(address))
}

// bitOf is a newspaper's bit.
func bitOf(site *sites.Site) uint32 { return 1 << slices.Index(sites.All(), site) }

// sitesOf are the newspapers of some bits.
func sitesOf(bits uint32) (list []*sites.Site) {
	for i, s := range sites.All() {
		if bits&(1<<i) != 0 {
			list = append(list, s)
		}
	}
	return list
}

// look notes a record that may be an asset, by the type that it says.
func (b *assetBook) look(rec *warcfile.Record) {
	if b.mode == NoAssets {
		return
	}
	switch rec.Type() {
	case warcfile.TypeResponse, warcfile.TypeResource, warcfile.TypeRevisit:
	default:
		return
	}
	media := rec.Header.Get(warcfile.FieldContentType)
	if rec.Type() != warcfile.TypeResource {
		head := make([]byte, 4<<10)
		n, _ := io.ReadFull(rec.Block, head) // less is as good
		m, _, err := parseMessage(head[:n])
		if err != nil {
			return
		}
		media = m.get("Content-Type")
	}
	if !isAssetType(media) && !sites.IsAsset(unquote(rec.Header.Get(ownPage))) {
		return
	}
	if len(b.here) >= maxPassed {
		b.missed++
		return
	}
	b.here[b.key(rec.URL())] = struct{}{}
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

// looks reports whether what is named is to be noted: not in a file that has no assets at all, for
// then nobody could be shown them.
func (b *assetBook) looks() bool {
	return b.mode != NoAssets && (!b.known || len(b.here) > 0)
}

// own is the key of a record itself.
func (b *assetBook) own(rec *warcfile.Record) uint64 {
	return maphash.String(b.seed, rec.URL()+" "+rec.Header.Get(warcfile.FieldDate)+" "+rec.Header.Get(warcfile.FieldID))
}

// wants are the newspapers that want a record as an asset and do not have it yet.
func (b *assetBook) wants(rec *warcfile.Record) uint32 {
	bits := b.named[b.key(rec.URL())]
	if b.again {
		bits &= b.passed[b.own(rec)].sites
	}
	return bits
}

// took notes for which newspapers a record was taken. The others' pages may turn out to name it,
// too.
func (b *assetBook) took(rec *warcfile.Record, bits uint32) {
	own := b.own(rec)
	p, there := b.passed[own]
	switch {
	case there:
		p.sites &^= bits
	case b.mode == NoAssets:
		return
	default:
		p = passed{b.key(rec.URL()), ^bits}
		if _, may := b.here[p.asset]; b.known && !may {
			return
		}
		if len(b.passed) >= maxPassed {
			b.missed++
			return
		}
	}
	b.passed[own] = p
}

// round reports whether the file is to be read again: something that is named by now was passed
// over.
func (b *assetBook) round() bool {
	for _, p := range b.passed {
		if b.named[p.asset]&p.sites != 0 {
			b.again = true
			return true
		}
	}
	return false
}

// needs notes what a page or style sheet names, and gives the needs of its capture: of each asset
// the addresses that the file has, else the best one.
func (b *assetBook) needs(site *sites.Site, list []assets.Need) (pages []string) {
	bit, noted := bitOf(site), map[string]bool{}
	note := func(address string) {
		if page := sites.AssetPage(address); !noted[page] {
			noted[page] = true
			pages = append(pages, page)
		}
	}
	for _, n := range list {
		found := false
		for _, address := range append([]string{n.URL}, n.Others...) {
			key := b.key(address)
			if b.mode.takes(n.Kind) {
				if _, there := b.named[key]; there || len(b.named) < maxNamed {
					b.named[key] |= bit
				} else {
					b.missed++
				}
			}
			if _, here := b.here[key]; here {
				note(address)
				found = true
			}
		}
		if !found {
			note(n.URL)
		}
	}
	return pages
}

// needed fills in what an item needs to be shown.
func (im *importer) needed(it *item) {
	if !im.assets.looks() || it.State != capture.Live || it.Kind == capture.Revisit || it.Kind == capture.Conversion || len(it.Body) == 0 || it.Refused != "" {
		return
	}
	var list []assets.Need
	switch it.kind {
	case sites.Article, sites.List, sites.Other, sites.Utility:
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
	im.meter.Spend(priceBodyByte * int64(len(it.Body)))
	it.Needs = im.assets.needs(it.site, list)
}

// asAsset has an item kept as a picture, style sheet or font, where it is one. named says that a
// page of the newspaper names it. It reports whether the item is taken, as one or as what it is.
func (im *importer) asAsset(it *item, d *described, named bool) bool {
	if d.ours {
		it.isAsset = sites.IsAsset(d.Page)
		return !it.isAsset || im.assets.mode != NoAssets
	}
	if k := d.address.Kind; k != sites.Other && k != sites.Foreign || d.Kind == capture.Conversion {
		return true
	}
	_, kind, is := assets.Sniff(it.Body)
	if len(it.Body) == 0 { // a revisit, or what is gone
		kind, is = kindOf(d.ContentType), isAssetType(d.ContentType)
	}
	switch {
	case is && !im.assets.mode.takes(kind):
		return false
	case is:
	case !named || d.address.Kind != sites.Foreign:
		return true // whatever it is
	case d.Kind != capture.Revisit && (d.Status == 200 || d.Status == 0):
		return false // another page in its place; that it is not there, or elsewhere, is told of it
	}
	it.isAsset, d.Page = true, sites.AssetPage(d.URL)
	return true
}

func kindOf(media string) assets.Kind {
	switch media = strings.ToLower(media); {
	case strings.Contains(media, "image/"):
		return assets.Image
	case strings.Contains(media, "css"):
		return assets.Style
	}
	return assets.Font
}

// elsewhere reports whether a record is a web archive's copy of what no newspaper's host has.
func (im *importer) elsewhere(rec *warcfile.Record) bool {
	c, ok := CopyAt(rec.URL())
	return ok && im.options.Site == nil && rec.Header.Get(ownSite) == "" && siteOf(c.Original) == nil
}

// takeNamed takes a record of another host as an asset of the newspapers whose pages name it.
func (im *importer) takeNamed(ctx context.Context, rec *warcfile.Record) error {
	bits, before := im.assets.wants(rec), ^uint32(0)
	if p, there := im.assets.passed[im.assets.own(rec)]; there {
		before = p.sites
	}
	if !im.assets.again && before == ^uint32(0) {
		im.count.Foreign++
	}
	if bits == 0 {
		if !im.assets.again {
			im.assets.took(rec, 0)
		}
		return nil
	}
	im.assets.took(rec, bits)
	block, err := im.read(rec)
	if err != nil {
		im.broken(rec, err)
		return nil
	}
	for _, site := range sitesOf(bits) {
		items, err := im.items(rec, block, site, true)
		if err != nil {
			im.broken(rec, err)
			return nil
		}
		if len(items) > 0 && before == ^uint32(0) {
			before = 0
			im.count.Foreign--
		}
		if err := im.put(ctx, rec, items); err != nil {
			return err
		}
	}
	return nil
}

// assetsMissed tells of assets that there was no room to look for.
func (im *importer) assetsMissed() {
	if n := im.assets.missed; n > 0 {
		im.problem(warcfile.Problem{What: fmt.Sprintf(tooManyAssets, n)})
	}
}
