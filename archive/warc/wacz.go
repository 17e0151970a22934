package warc

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// ErrNotWACZ is returned for a file that is no zip, or holds no WARC file in
// its folder archive/.
var ErrNotWACZ = errors.New("no WACZ file")

// WACZ 1.1.1: a zip of WARC files (archive/), their index (indexes/), a list of
// pages (pages/) and what it all is (datapackage.json), each with its digest
// (specs.webrecorder.net/wacz/1.1.1).
const (
	waczVersion    = "1.1.1"
	waczIndex      = "indexes/index.cdx"
	waczPages      = "pages/pages.jsonl"
	waczPackage    = "datapackage.json"
	waczDigest     = "datapackage-digest.json"
	waczArchive    = "archive/"
	maxDatapackage = 2 << 20 // some thousand files
)

type dataPackage struct {
	Profile     string         `json:"profile"`
	WACZVersion string         `json:"wacz_version"`
	Title       string         `json:"title"`
	Created     string         `json:"created"`
	Software    string         `json:"software"`
	Resources   []waczResource `json:"resources"`
}

type waczResource struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Hash  string `json:"hash"`
	Bytes int64  `json:"bytes"`
}

// waczPage is a line of pages.jsonl.
type waczPage struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	TS    string `json:"ts"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// ExportWACZ is [Export] into one file, SITE.wacz, with the articles' titles and texts in
// its list of pages.
func ExportWACZ(ctx context.Context, view *archive.View, site *sites.Site, out Files, o ExportOptions) (Exported, error) {
	w, err := out.Create(site.Name + ".wacz")
	if err != nil {
		return Exported{}, err
	}
	z := &zipSink{zip: zip.NewWriter(w)}
	x := &exporter{view: view, site: site, options: o, sink: z}
	defer x.index.close()
	if err := x.run(ctx); err != nil {
		return Exported{}, err
	}
	if w, err = z.add(waczIndex, zip.Deflate); err == nil {
		err = x.index.writeTo(w)
	}
	if err != nil {
		return Exported{}, err
	}
	if w, err = z.add(waczPages, zip.Deflate); err == nil {
		err = x.pages(ctx, w)
	}
	if err != nil {
		return Exported{}, err
	}
	if err := z.describe(x); err != nil {
		return Exported{}, err
	}
	return x.count, z.zip.Close()
}

// zipSink writes a WACZ's parts, and what each is.
type zipSink struct {
	zip       *zip.Writer
	resources []waczResource
	hash      hash.Hash
	part      io.Writer // the open one
	written   int64     // of it
}

func (z *zipSink) Create(name string) (io.Writer, error) {
	return z.add(waczArchive+name, zip.Store) // compressed already; readers jump into it
}

func (z *zipSink) add(name string, method uint16) (io.Writer, error) {
	z.end()
	// No time of writing: the same export gives the same bytes.
	w, err := z.zip.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return nil, err
	}
	z.hash = sha256.New()
	z.part, z.written = io.MultiWriter(w, z.hash), 0
	z.resources = append(z.resources, waczResource{Name: path.Base(name), Path: name})
	return z, nil
}

// Write writes to the part that was created last.
func (z *zipSink) Write(p []byte) (int, error) {
	n, err := z.part.Write(p)
	z.written += int64(n)
	return n, err
}

func (z *zipSink) end() {
	if z.hash != nil {
		r := &z.resources[len(z.resources)-1]
		r.Hash, r.Bytes = "sha256:"+hex.EncodeToString(z.hash.Sum(nil)), z.written
	}
}

func (z *zipSink) describe(x *exporter) error {
	z.end()
	b, err := json.MarshalIndent(dataPackage{
		Profile: "data-package", WACZVersion: waczVersion, Title: x.site.Title,
		Created: warcfile.FormatDate(x.newest), Software: x.options.Software, Resources: z.resources,
	}, "", "  ")
	if err != nil {
		return err
	}
	digest, err := json.Marshal(packageDigest{waczPackage, sha256Of(b)})
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{waczPackage, b}, {waczDigest, digest}} {
		w, err := z.add(f.name, zip.Deflate)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.text); err != nil {
			return err
		}
	}
	return nil
}

type packageDigest struct {
	Path string `json:"path"`
	Hash string `json:"hash"`
}

// pages writes the newest wanted version of each article.
func (x *exporter) pages(ctx context.Context, w io.Writer) error {
	b := bufio.NewWriter(w)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	head := struct {
		Format string `json:"format"`
		ID     string `json:"id"`
		Title  string `json:"title"`
	}{"json-pages-1.0", "pages", x.site.Title}
	if err := e.Encode(head); err != nil {
		return err
	}
	err := x.view.Pages(ctx, func(p archive.PageInfo) error {
		if p.Versions == 0 {
			return nil
		}
		versions, err := x.view.Versions(ctx, p.Page)
		if err != nil {
			return err
		}
		for _, v := range slices.Backward(versions) {
			if v.State != capture.Live { // gone: there is nothing to read
				continue
			}
			c, err := x.view.Capture(ctx, v.Capture)
			if err != nil {
				return err
			}
			if !x.options.wants(c) {
				continue
			}
			a, err := x.view.Article(ctx, v.Capture)
			if err != nil {
				return err
			}
			return e.Encode(waczPage{ID: p.Page, URL: writableURL(c.URL), TS: warcfile.FormatDate(c.Time), Title: string(a.Title), Text: a.Text})
		}
		return nil
	})
	return errors.Join(err, b.Flush())
}

// ImportWACZ is [Import] of the WARC files in a WACZ. Nothing is unpacked: they are
// read where they lie, so that neither names nor sizes in the zip can do harm. A
// file whose digest is not what the WACZ says is reported and read all the same, for
// its records have digests of their own. Of a WACZ that was cut, or whose list of files
// is damaged, what can be found by the files' own headers is read.
func ImportWACZ(ctx context.Context, open func() (*archive.Archive, error), r io.ReaderAt, size int64, o ImportOptions) (Imported, error) {
	var count Imported
	problem := func(format string, args ...any) {
		if o.Again != 0 {
			return // it was told
		}
		count.Problems++
		if o.Problem != nil {
			o.Problem(warcfile.Problem{What: fmt.Sprintf(format, args...)})
		}
	}
	parts, digests, unlisted := waczParts(r, size, problem)
	if len(parts) == 0 {
		return count, cmp.Or(unlisted, fmt.Errorf("%w: no WARC file in %s", ErrNotWACZ, waczArchive))
	}
	im := newImporter(open, o)
	o.Book = im.book
	o.Book.begin(o.Again)
	first, second := warcfile.NewOuterMeter(), warcfile.NewOuterMeter() // reading
	for _, p := range parts {
		if o.Again != 0 {
			break
		}
		if file, err := p.open(); err == nil && first.Enter(p.size) == nil {
			im.answers.read(ctx, first.Entry(file), first, im.wanted, im.meet)
			file.Close() //nolint:errcheck // only read
		}
	}
	if im.book.learn(ctx); im.book.failed != nil {
		return count, im.book.failed
	}
	answers := im.answers
	var done int64
	for _, p := range parts {
		if err := second.Enter(p.size); err != nil {
			problem("%.200q and what follows is left out: %v", p.name, err)
			break
		}
		n, sum, err := p.take(ctx, open, o, answers, second, done)
		done += p.size
		count.Add(n)
		if bad, ok := errors.AsType[partError](err); ok {
			problem("%.200s: %v", p.name, bad.error)
			continue
		}
		if err != nil {
			return count, err
		}
		if want := digests[p.name]; want != "" && want != sum {
			problem("%.200s is not what %s says: its digest is another", p.name, waczPackage)
		}
	}
	for round := 0; round < Rounds && o.Book.round(); round++ {
		n, err := takeAgain(ctx, open, o, parts, answers)
		if count.Add(n); err != nil {
			return count, err
		}
	}
	if n := answers.missed; n > 0 {
		problem(tooManyRequests, n)
	}
	if n := o.Book.takeMissed(); n > 0 {
		problem(tooManyAssets, n)
	}
	if count.Records == 0 && o.Again == 0 {
		return count, unlisted
	}
	return count, nil
}

// takeAgain reads the files of a WACZ once more, for assets that stand before what names them.
func takeAgain(ctx context.Context, open func() (*archive.Archive, error), o ImportOptions, parts []waczPart, known answers) (count Imported, err error) {
	o.Read, o.Again = nil, o.Book.file
	meter := warcfile.NewOuterMeter()
	for _, p := range parts {
		if meter.Enter(p.size) != nil {
			break // it was told
		}
		n, _, err := p.take(ctx, open, o, known, meter, 0)
		count.Add(n)
		if _, bad := errors.AsType[partError](err); err != nil && !bad {
			return count, err
		}
	}
	return count, nil
}

// partError is what is wrong with a WARC file in a WACZ, rather than with the archive.
type partError struct{ error }

// take imports a WARC file of a WACZ, and gives its digest.
func (p waczPart) take(ctx context.Context, open func() (*archive.Archive, error), o ImportOptions, known answers, m *warcfile.Meter, done int64) (Imported, string, error) {
	file, err := p.open()
	if err != nil {
		return Imported{}, "", partError{err}
	}
	defer file.Close() //nolint:errcheck // only read
	if tell := o.Problem; tell != nil {
		o.Problem = func(found warcfile.Problem) {
			found.What = fmt.Sprintf("%.200s: %s", p.name, found.What)
			tell(found)
		}
	}
	if read := o.Read; read != nil {
		o.Read = func(n int64) { read(done + n) }
	}
	im := newImporter(open, o)
	im.answers, im.meter, im.part = known, m, p.begin
	sum := sha256.New()
	body := m.Entry(io.TeeReader(file, sum))
	err = im.run(ctx, body)
	if err == nil {
		_, err = io.Copy(io.Discard, body)
	}
	if err != nil && (errors.Is(err, warcfile.ErrNotWARC) || errors.Is(err, warcfile.ErrDamaged) || errors.Is(err, warcfile.ErrTooMuch) || errors.Is(err, warcfile.ErrARC) || errors.Is(err, body.Ended())) {
		err = partError{err}
	}
	return im.count, "sha256:" + hex.EncodeToString(sum.Sum(nil)), err
}

// waczDigests are the digests that a WACZ names, by path; what cannot be read is
// reported.
func waczDigests(z *zip.Reader, problem func(string, ...any)) map[string]string {
	digests := map[string]string{}
	b, err := readEntry(z, waczPackage)
	var p dataPackage
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		problem("%s: %v", waczPackage, err)
		return digests
	}
	for _, r := range p.Resources {
		if digest := archiveDigest(r.Hash); digest != "" {
			digests[r.Path] = digest
		}
	}
	var d packageDigest
	if own, err := readEntry(z, waczDigest); err == nil && json.Unmarshal(own, &d) == nil {
		if _, _, known := parseDigest(d.Hash); known && !digestIs(d.Hash, b) {
			problem("%s is not what %s says: its digest is another", waczPackage, waczDigest)
		}
	}
	return digests
}

func readEntry(z *zip.Reader, name string) ([]byte, error) {
	// Not by z.Open: that lists the folders of each name, however many are in it.
	i := slices.IndexFunc(z.File, func(f *zip.File) bool { return f.Name == name })
	if i < 0 {
		return nil, fs.ErrNotExist
	}
	f, err := z.File[i].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	b, err := io.ReadAll(io.LimitReader(f, maxDatapackage+1))
	if err == nil && len(b) > maxDatapackage {
		err = fmt.Errorf("larger than %d bytes", maxDatapackage)
	}
	return b, err
}

// maxDirectory bounds a zip's list of files in bytes: each takes some hundred here,
// and several times that in memory.
const maxDirectory = 8 << 20

// checkZip refuses a zip whose list of files is too long, before it is read.
func checkZip(r io.ReaderAt, size int64) error {
	const endSize, end64Size = 22, 56
	tail := make([]byte, min(size, 64<<10+endSize+end64Size))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || i+endSize > len(tail) {
		return zip.ErrFormat
	}
	length, offset := uint64(binary.LittleEndian.Uint32(tail[i+12:])), uint64(binary.LittleEndian.Uint32(tail[i+16:]))
	if length == 1<<32-1 || offset == 1<<32-1 { // zip64 has them elsewhere
		j := bytes.LastIndex(tail[:i], []byte("PK\x06\x06"))
		if j < 0 || j+end64Size > len(tail) {
			return zip.ErrFormat
		}
		length, offset = binary.LittleEndian.Uint64(tail[j+40:]), binary.LittleEndian.Uint64(tail[j+48:])
	}
	if length > maxDirectory || offset > uint64(size) || uint64(size)-offset > maxDirectory+uint64(len(tail)) {
		return fmt.Errorf("it is longer than %d bytes", maxDirectory)
	}
	return nil
}

// IsWACZ tells by a file's name whether it is a WACZ.
func IsWACZ(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".wacz") || strings.HasSuffix(name, ".wacz.zip")
}
