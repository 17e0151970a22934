package warc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// ImportOptions say how a file is imported. The zero value takes the pages of the
// known newspapers and tells nothing.
type ImportOptions struct {
	File string // the file's base name, noted in what comes from it
	// Site takes all that is in the file for this newspaper, whatever the
	// address.
	Site *sites.Site
	// Assets says which pictures, style sheets and fonts are taken; "" is all.
	Assets Assets
	// Book is what is known of the other files that are imported into the archive, before this one
	// and with it; nil: of none.
	Book *Book
	// Again is not 0 where a file is imported again for its pictures, style sheets and fonts
	// alone, as [Book.Again] says: its number there.
	Again   int
	Problem func(warcfile.Problem) // what is not as it should be; may be nil
	Read    func(read int64)       // called now and then with the bytes read so far; may be nil
}

// Imported counts what became of a file's records.
type Imported struct {
	Records    int `json:"records"`          // read
	Captures   int `json:"captures"`         // stored
	Duplicates int `json:"duplicates"`       // there already
	Articles   int `json:"articles"`         // of those stored
	Assets     int `json:"assets,omitempty"` // of those stored: of pictures, style sheets and fonts
	Foreign    int `json:"foreign"`          // of no known newspaper: left out
	// Unneeded are pictures, style sheets and fonts of other hosts: left out, for nothing in the
	// archive needs them.
	Unneeded  int `json:"unneeded,omitempty"`
	Forgotten int `json:"forgotten"` // of pages forgotten by law: left out
	Other     int `json:"other"`     // no captures: warcinfo, request, metadata, dns
	Broken    int `json:"broken"`    // records that could not be read: left out
	Problems  int `json:"problems"`  // reported, those of broken records among them, notes not
}

// Add adds another file's counts.
func (n *Imported) Add(o Imported) {
	n.Records += o.Records
	n.Captures += o.Captures
	n.Duplicates += o.Duplicates
	n.Articles += o.Articles
	n.Assets += o.Assets
	n.Foreign += o.Foreign
	n.Unneeded += o.Unneeded
	n.Forgotten += o.Forgotten
	n.Other += o.Other
	n.Broken += o.Broken
	n.Problems += o.Problems
}

// Import stores what a WARC file holds of the newspapers. open gives the archive;
// it is called when there is something to store. What is there already is not
// stored again nor cleaned again, so an import that was interrupted is simply
// started again. A file that is an [io.Seeker], too, is read twice: which responses are
// no pages, for they answer no GET, may stand behind them. Assets that stand before the page that
// names them are read once more. The counts are true also where an error ends it: then all that they
// name is stored.
func Import(ctx context.Context, open func() (*archive.Archive, error), r io.Reader, o ImportOptions) (Imported, error) {
	im := newImporter(open, o)
	im.book.begin(o.Again)
	again := func() error { return errNoRewind }
	if file, ok := r.(io.Seeker); ok {
		if start, err := file.Seek(0, io.SeekCurrent); err == nil { // no pipe
			again = func() error {
				_, err := file.Seek(start, io.SeekStart)
				return err
			}
			if o.Again == 0 {
				im.answers.read(ctx, r, new(warcfile.Meter), im.wanted, im.meet)
			}
			if im.book.learn(ctx); im.book.failed != nil {
				return im.count, im.book.failed
			}
			if err := again(); err != nil {
				return im.count, err
			}
		}
	}
	err := im.run(ctx, r)
	for round := 0; err == nil && round < Rounds && im.book.round(); round++ {
		if err = again(); errors.Is(err, errNoRewind) {
			im.problem(warcfile.Problem{What: "pictures, style sheets or fonts stand before the pages that name them, and what is no file cannot be read again: they are left out", Note: true})
			err = nil
			break
		}
		if err == nil {
			im.meter, im.again = new(warcfile.Meter), true
			err = im.run(ctx, r)
		}
	}
	im.assetsMissed()
	if n := im.answers.missed; n > 0 {
		im.problem(warcfile.Problem{What: fmt.Sprintf(tooManyRequests, n)})
	}
	return im.count, err
}

// errNoRewind is why what comes through a pipe is read once.
var errNoRewind = errors.New("cannot be read again")

func newImporter(open func() (*archive.Archive, error), o ImportOptions) *importer {
	if o.Book == nil {
		o.Book = newBook(nil)
	}
	return &importer{
		open: open, options: o, batches: map[*sites.Site]*batch{},
		seen: map[seenKey]uint64{}, missing: map[seenKey][]string{}, stored: map[joint]stored{}, answers: newAnswers(), book: o.Book, again: o.Again != 0, meter: new(warcfile.Meter),
	}
}

type importer struct {
	open    func() (*archive.Archive, error)
	archive *archive.Archive
	options ImportOptions
	count   Imported
	batches map[*sites.Site]*batch
	missing map[seenKey][]string // digests that no body of a page has, by page
	seen    map[seenKey]uint64   // capture numbers by record id and by payload digest
	asked   asked
	stored  map[joint]stored // captures of which no request came yet
	answers answers
	book    *Book
	part    int64 // of a WACZ that is read, by where it lies there
	number  int   // of the record that is read, in its file or part, from 1
	again   bool  // the file is read again, for assets that were passed over
	block   bytes.Buffer
	head    bytes.Buffer // of a record's block
	meter   *warcfile.Meter
	late    []item
	waiting int // bytes of those
	joins   int // records of aliases
}

func (im *importer) problem(p warcfile.Problem) {
	im.meter.Spend(warcfile.PriceProblem)
	if !p.Note {
		im.count.Problems++
	}
	if p.Lost {
		im.count.Broken++
	}
	if im.options.Problem != nil {
		im.options.Problem(p)
	}
}

// broken tells of a record that is left out.
func (im *importer) broken(rec *warcfile.Record, err error) {
	im.problem(warcfile.Problem{Offset: rec.Offset, What: fmt.Sprintf("%s record of %.200q left out: %v", rec.Type(), rec.URL(), err), Lost: true})
}

func (im *importer) run(ctx context.Context, r io.Reader) error {
	tell := im.problem
	if im.again {
		tell = func(warcfile.Problem) {} // it was told
	}
	im.late, im.waiting, im.number = nil, 0, 0
	reader, err := warcfile.NewMeteredReader(r, im.meter, tell)
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
		if errors.Is(err, warcfile.ErrTooMuch) && im.count.Records > 0 {
			tell(warcfile.Problem{Offset: reader.Offset(), What: err.Error()})
			break
		}
		if err != nil {
			return errors.Join(err, im.flushAll(ctx))
		}
		im.number++
		if im.again {
			err = im.takeAgain(ctx, rec)
		} else {
			im.count.Records++
			err = im.take(ctx, rec)
		}
		if err != nil {
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

// take takes one record. Its error is the archive's; a record's own is reported.
func (im *importer) take(ctx context.Context, rec *warcfile.Record) error {
	switch rec.Type() {
	case warcfile.TypeResponse, warcfile.TypeRevisit, warcfile.TypeResource, warcfile.TypeConversion:
	case warcfile.TypeRequest, warcfile.TypeMetadata:
		im.count.Other++
		return im.takeBeside(ctx, rec)
	case "continuation":
		im.broken(rec, errors.New("records in segments are not put together"))
		return nil
	default:
		im.count.Other++
		return nil
	}
	if s := rec.Header.Get(warcfile.FieldSegment); s != "" && s != "1" {
		im.broken(rec, errors.New("records in segments are not put together"))
		return nil
	}
	if scheme, _, _ := strings.Cut(strings.ToLower(rec.URL()), ":"); scheme != "http" && scheme != "https" && rec.Header.Get(ownSite) == "" {
		im.count.Other++ // dns:, whois:, urn:, ftp:
		return nil
	}
	if rec.Header.Get(ownSite) == "" {
		if err := im.answers.not(rec); err != nil && im.wanted(rec) {
			im.broken(rec, err)
			return nil
		}
	}
	if !im.wanted(rec) || im.elsewhere(rec) {
		return im.takeNamed(ctx, rec)
	}
	block, err := im.read(rec)
	if err != nil {
		im.broken(rec, err)
		return nil
	}
	items, err := im.items(rec, block, im.options.Site, false)
	if err != nil {
		im.broken(rec, err)
		return nil
	}
	if len(items) == 0 {
		im.count.Foreign++
	}
	for i := range items {
		if items[i].isAsset {
			items[i].own = im.own(rec)
		}
	}
	return im.put(ctx, rec, items)
}

// put takes the captures of a record.
func (im *importer) put(ctx context.Context, rec *warcfile.Record, items []item) (err error) {
	joints := im.answers.joints(rec)
	for i, it := range items {
		if i == 0 { // a web archive's copy is what was asked for, not the page in it
			it.joints, it.Request = joints, im.asked.of(joints)
		}
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
