package warc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/warcfile"
	"baoluu/sites"
)

// takeBeside reads what a request or metadata record says of a response.
func (im *importer) takeBeside(ctx context.Context, rec *warcfile.Record) error {
	if rec.Type() == warcfile.TypeRequest {
		return im.takeRequest(ctx, rec)
	}
	if rec.Length > maxMessageHeader {
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

// dropAnswers takes back what waits to be committed and turns out to answer a request
// that is no GET.
func (im *importer) dropAnswers(rec *warcfile.Record) {
	for _, id := range rec.Header.All(warcfile.FieldConcurrent) {
		im.find(warcfile.Unbracket(id), func(b *batch, i int) {
			b.items = slices.Delete(b.items, i, i+1)
			im.broken(rec, errors.New("its response, with it, for it is no GET"))
		})
	}
}

// maxNotes bounds what is said beside a capture by other records.
const maxNotes = 64

// noteVia keeps what a metadata record says of how a page was found.
func (im *importer) noteVia(rec *warcfile.Record) {
	block, err := im.read(rec)
	if err != nil {
		return
	}
	var h warcfile.Head
	for line := range bytes.Lines(block) {
		if line = bytes.TrimRight(line, "\r\n"); len(line) > 0 && len(h.Fields) < warcfile.MaxFields {
			h.Add(line)
		}
	}
	via := warcfile.Header(h.Done()).Get("via")
	if via == "" || !writable(via) || len(via) > 2048 {
		return
	}
	im.find(warcfile.Unbracket(rec.Header.Get(warcfile.FieldConcurrent)), func(b *batch, i int) {
		if len(b.items[i].Notes) >= maxNotes {
			return
		}
		b.items[i].Notes = append(b.items[i].Notes, "found on "+via)
	})
}

// maxJoins bounds the records of aliases in a file. Each may put one step more before what
// those before have joined.
const maxJoins = 16

// takeAliases joins the pages that an export of ours says are one.
func (im *importer) takeAliases(ctx context.Context, rec *warcfile.Record, name string) error {
	site, ok := sites.ByName(name)
	block, err := im.read(rec)
	if !ok || err != nil {
		im.broken(rec, errors.New("aliases that cannot be read"))
		return nil
	}
	if im.joins++; im.joins > maxJoins {
		im.broken(rec, errors.New("aliases once more: an export of ours says them once"))
		return nil
	}
	var list []capture.Alias
	for line := range bytes.Lines(block) {
		value, ok := bytes.CutPrefix(line, []byte(aliasField+": "))
		var al capture.Alias
		if ok && json.Unmarshal(value, &al) == nil {
			list = append(list, al)
			im.meter.Spend(priceFound)
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
