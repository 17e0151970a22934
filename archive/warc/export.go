package warc

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// maxFile is where a WARC file ends and the next begins: the size that libraries
// agreed on.
const maxFile = 1 << 30

// ExportOptions say what is exported, and what the files say of who made them.
type ExportOptions struct {
	From, To time.Time // captured from, and before, these moments; zero is no bound
	Software string    // "baoluu/1.2"
	Operator string    // who is responsible; may be empty
	maxFile  int64     // 0 is [maxFile]
}

func (o ExportOptions) wants(c capture.Capture) bool {
	return !c.Time.Before(o.From) && (o.To.IsZero() || c.Time.Before(o.To))
}

// Exported counts what was written of one newspaper.
type Exported struct {
	Captures int   `json:"captures"`
	Files    int   `json:"files"`
	Bytes    int64 `json:"bytes"` // of the WARC files
}

// Files is where an export's files go, one after another.
type Files interface {
	// Create begins a file. The one before is complete.
	Create(name string) (io.Writer, error)
}

// Export writes a newspaper's captures in the order of their numbers to files,
// as SITE-00001.warc.gz and so on, and SITE.cdxj beside them. What a wanted revisit
// repeats comes along. The same archive and options give the same files. The last record
// tells which pages were found to be one.
func Export(ctx context.Context, view *archive.View, site *sites.Site, out Files, o ExportOptions) (Exported, error) {
	x := &exporter{view: view, site: site, options: o, sink: out}
	defer x.index.close()
	if err := x.run(ctx); err != nil {
		return Exported{}, err
	}
	w, err := out.Create(site.Name + ".cdxj")
	if err != nil {
		return Exported{}, err
	}
	return x.count, x.index.writeTo(w)
}

type exporter struct {
	view    *archive.View
	site    *sites.Site
	options ExportOptions
	sink    Files
	index   sorter

	name   string // of the open file
	w      *warcfile.Writer
	newest time.Time // of the captures written
	count  Exported
}

func (x *exporter) run(ctx context.Context) error {
	along, err := x.alongside(ctx)
	if err != nil {
		return err
	}
	err = x.view.Exchanges(ctx, func(c capture.Capture) error {
		if !x.options.wants(c) && !along[c.Number] {
			return nil
		}
		if err := x.capture(ctx, c); err != nil {
			return fmt.Errorf("export capture %d of %s: %w", c.Number, x.site.Name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := x.aliases(ctx); err != nil {
		return err
	}
	x.endFile()
	return nil
}

// alongside are the captures that nobody asked for, but that wanted ones cannot be read without:
// what a revisit repeats, and the nearest capture of each asset that a page or a style sheet needs.
func (x *exporter) alongside(ctx context.Context) (map[uint64]bool, error) {
	if x.options.From.IsZero() && x.options.To.IsZero() {
		return nil, nil // all is wanted
	}
	along := map[uint64]bool{}
	err := x.view.All(ctx, func(c capture.Capture) error {
		if !x.options.wants(c) {
			return nil
		}
		if c.RevisitOf != 0 {
			along[c.RevisitOf] = true
		}
		return x.shownWith(ctx, c, along)
	})
	return along, err
}

// shownWith adds the captures of the assets that a capture is shown with.
func (x *exporter) shownWith(ctx context.Context, c capture.Capture, along map[uint64]bool) error {
	needs, err := x.view.Needs(ctx, c.Number)
	if err != nil {
		return err
	}
	if sites.IsAsset(c.Page) && c.Location != "" {
		needs = append(needs, sites.AssetPage(c.Location))
	}
	for _, page := range needs {
		asset, ok, err := x.nearest(ctx, page, c.Time)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if x.options.wants(asset) || along[asset.Number] {
			continue // its own needs are looked at as its, or were
		}
		along[asset.Number] = true
		if asset.RevisitOf != 0 {
			along[asset.RevisitOf] = true
		}
		if err := x.shownWith(ctx, asset, along); err != nil {
			return err
		}
	}
	return nil
}

// maxMoved is how many captures of an asset are looked at for a redirect.
const maxMoved = 64

// nearest finds the capture of an asset that is nearest to a moment and shows something, or leads to
// what does.
func (x *exporter) nearest(ctx context.Context, page string, at time.Time) (c capture.Capture, ok bool, err error) {
	c, err = x.view.Nearest(ctx, page, at)
	if errors.Is(err, archive.ErrForgotten) || err == nil {
		return c, err == nil, nil
	}
	var moments []archive.Moment
	if errors.Is(err, archive.ErrNoPage) {
		moments, err = x.view.Moments(ctx, page)
	}
	if errors.Is(err, archive.ErrNoPage) {
		return c, false, nil
	}
	slices.SortStableFunc(moments, func(a, b archive.Moment) int { return cmp.Compare(a.Time.Sub(at).Abs(), b.Time.Sub(at).Abs()) })
	for _, m := range moments[:min(len(moments), maxMoved)] {
		if c, err = x.view.Capture(ctx, m.Number); err != nil || c.State == capture.Moved && c.Location != "" {
			return c, err == nil, err
		}
	}
	return c, false, err
}

func (x *exporter) capture(ctx context.Context, c capture.Capture) error {
	var original *capture.Capture
	var body []byte
	if c.RevisitOf == 0 {
		b, err := x.view.Body(ctx, c.Number)
		if err != nil {
			return err
		}
		if body = b; len(b) > 0 && c.Kind == capture.Revisit { // it was left the body, when what it repeats was forgotten or lost
			c.Kind, c.Profile = capture.Response, ""
		}
	} else {
		switch o, err := x.view.Capture(ctx, c.RevisitOf); {
		case err == nil:
			original = &o
		case !errors.Is(err, archive.ErrNoPage): // what was forgotten cannot be referred to
			return err
		}
	}
	return x.record(c, original, body)
}

// record writes a capture's record, and its line in the index.
func (x *exporter) record(c capture.Capture, original *capture.Capture, body []byte) error {
	if err := x.file(c.Time); err != nil {
		return err
	}
	h, head := recordOf(x.site, c, original)
	s, err := x.w.Write(h, head, body)
	if err != nil {
		return err
	}
	if c.Request != "" {
		if _, err := x.w.Write(requestRecord(x.site, c, h)); err != nil {
			return err
		}
	}
	x.count.Captures++
	if c.Time.After(x.newest) {
		x.newest = c.Time
	}
	return x.index.add(cdxLine(c, h, x.name, s))
}

// file opens the next file where that is due. It begins with a warcinfo record,
// dated like the first capture in it: the same export gives the same bytes.
func (x *exporter) file(first time.Time) error {
	limit := x.options.maxFile
	if limit == 0 {
		limit = maxFile
	}
	if x.w != nil && x.w.Written() < limit {
		return nil
	}
	x.endFile()
	x.count.Files++
	x.name = fmt.Sprintf("%s-%05d.warc.gz", x.site.Name, x.count.Files)
	w, err := x.sink.Create(x.name)
	if err != nil {
		return err
	}
	x.w = warcfile.NewWriter(w)
	info := x.info()
	sum := sha256.Sum256(append([]byte(x.name+" "+warcfile.FormatDate(first)+"\n"), info...))
	_, err = x.w.Write(warcfile.Header{
		{Name: warcfile.FieldType, Value: warcfile.TypeInfo},
		{Name: warcfile.FieldID, Value: urn(sum[:])},
		{Name: warcfile.FieldDate, Value: warcfile.FormatDate(first)},
		{Name: warcfile.FieldFilename, Value: x.name},
		{Name: warcfile.FieldContentType, Value: warcfile.MediaFields},
	}, info)
	return err
}

func (x *exporter) endFile() {
	if x.w != nil {
		x.count.Bytes += x.w.Written()
		x.w = nil
	}
}

// info is a warcinfo record's block.
func (x *exporter) info() []byte {
	fields := warcfile.Header{
		{Name: "software", Value: x.options.Software},
		{Name: "format", Value: "WARC File Format 1.1"},
		{Name: "conformsTo", Value: "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"},
		{Name: "operator", Value: x.options.Operator},
		{Name: "isPartOf", Value: x.site.Title},
		{Name: "robots", Value: "obey (RFC 9309)"},
	}
	return fields.Lines()
}

// aliases writes which pages were found to be one, where there are any.
func (x *exporter) aliases(ctx context.Context) error {
	if x.w == nil {
		return nil
	}
	var fields warcfile.Header
	err := x.view.Aliases(ctx, func(al capture.Alias) error {
		b, err := json.Marshal(al)
		fields.Add(aliasField, string(b))
		return err
	})
	if err != nil || len(fields) == 0 {
		return err
	}
	block := fields.Lines()
	sum := sha256.Sum256(append([]byte(x.name+" "), block...))
	_, err = x.w.Write(warcfile.Header{
		{Name: warcfile.FieldType, Value: warcfile.TypeMetadata},
		{Name: warcfile.FieldID, Value: urn(sum[:])},
		{Name: warcfile.FieldDate, Value: warcfile.FormatDate(x.newest)},
		{Name: ownSite, Value: x.site.Name},
		{Name: warcfile.FieldContentType, Value: warcfile.MediaFields},
	}, block)
	return err
}
