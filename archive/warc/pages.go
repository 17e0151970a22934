package warc

import (
	"context"
	"errors"
	"io"
	"strings"

	"baoluu/archive/warcfile"
	"baoluu/cleaner"
)

// Pages calls fn with the pages of a WARC file, of whatever newspaper and without an archive: what
// came whole with status 200, or was saved without a status, and may be HTML. A web archive's copy is
// the page that it is a copy of. What cannot be read is passed over.
func Pages(ctx context.Context, r io.Reader, fn func(cleaner.Page) error) error {
	return readPages(ctx, r, new(warcfile.Meter), fn)
}

// PagesOfWACZ is [Pages] for the WARC files in a WACZ.
func PagesOfWACZ(ctx context.Context, r io.ReaderAt, size int64, fn func(cleaner.Page) error) error {
	parts, _, unlisted := waczParts(r, size, func(string, ...any) {})
	if len(parts) == 0 {
		return errors.Join(ErrNotWACZ, unlisted)
	}
	meter := warcfile.NewOuterMeter()
	for _, p := range parts {
		if meter.Enter(p.size) != nil {
			break
		}
		file, err := p.open()
		if err != nil {
			continue
		}
		body := meter.Entry(file)
		err = errors.Join(readPages(ctx, body, meter, fn), file.Close())
		if err != nil && !errors.Is(err, warcfile.ErrNotWARC) && !errors.Is(err, warcfile.ErrDamaged) && !errors.Is(err, warcfile.ErrARC) && !errors.Is(err, body.Ended()) {
			return err
		}
	}
	return nil
}

func readPages(ctx context.Context, r io.Reader, meter *warcfile.Meter, fn func(cleaner.Page) error) error {
	reader, err := warcfile.NewMeteredReader(r, meter, func(warcfile.Problem) {})
	if err != nil {
		return err
	}
	defer reader.Close()
	im := newImporter(nil, ImportOptions{})
	im.meter = meter
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := reader.Next()
		if errors.Is(err, io.EOF) || errors.Is(err, warcfile.ErrTooMuch) {
			return nil
		}
		if err != nil {
			return err
		}
		if page, ok := im.page(rec); ok {
			if err := fn(page); err != nil {
				return err
			}
		}
	}
}

// page is the page that a record holds.
func (im *importer) page(rec *warcfile.Record) (page cleaner.Page, ok bool) {
	kind := rec.Type()
	if kind != warcfile.TypeResponse && kind != warcfile.TypeResource {
		return page, false
	}
	block, err := im.read(rec)
	if err != nil {
		return page, false
	}
	page = cleaner.Page{URL: rec.URL(), ContentType: rec.Header.Get(warcfile.FieldContentType)}
	if kind == warcfile.TypeResponse {
		m, payload, err := parseMessage(block)
		if err != nil || m.status != 200 {
			return page, false
		}
		body, _, _, err := m.decode(payload, maxBody)
		if err != nil {
			return page, false
		}
		im.meter.Spend(priceBodyByte * int64(max(0, len(body)-len(payload))))
		block, page.ContentType, page.Answer = body, m.get("Content-Type"), true
	}
	if len(block) > maxBody || page.ContentType != "" && !strings.Contains(strings.ToLower(page.ContentType), "html") {
		return page, false
	}
	page.Captured, _ = rec.Date()
	page.Body = append([]byte{}, block...)
	if c, ok := CopyAt(page.URL); ok {
		page.URL, page.Captured = c.Original, c.Time
		page.Body, _ = c.Page(page.Body)
	}
	return page, true
}
