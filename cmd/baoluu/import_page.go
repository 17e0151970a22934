package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"baoluu/archive/capture"
	"baoluu/archive/warc"
	"baoluu/cleaner"
	"baoluu/sites"
)

// Where the time of a page may come from.
const (
	timeGiven     = "given" // by --time or a table
	timeOfCopy    = "copy"  // by the web archive that it was saved from
	timeOfPage    = "page"
	timeOfAddress = "address"
)

// importFile makes a capture of a file; of a web archive's copy a second one, that
// keeps it as it was saved. The error says why it is none, and then the line holds
// no more than the address, where that is known.
func importFile(ctx context.Context, item importItem) (importedLine, []capture.Kept, error) {
	if contentType(item.file) == "" {
		return importedLine{}, nil, fmt.Errorf("%q is no page: .html, .htm and .txt are taken, and .warc, .warc.gz, .warc.zst, .wet.gz, .wacz", filepath.Base(item.file))
	}
	p, err := item.given.readFrom(ctx, item.file, item.open)
	if err != nil {
		return importedLine{}, nil, err
	}
	defer p.turn.Leave()
	line, kept, err := p.captures(item.file, item.given)
	if err != nil {
		return importedLine{URL: p.page.URL}, nil, err
	}
	return line, kept, nil
}

// captures are the captures that a file makes: one, or two of a web archive's copy.
func (p *pageFile) captures(file string, o fileFlags) (importedLine, []capture.Kept, error) {
	saved := p.page.Body
	wrapped, isCopy := warc.FindCopy(saved, o.url, p.doc.Canonical())
	if !isCopy {
		line, kept, err := p.capture(file, o)
		return line, []capture.Kept{kept}, err
	}
	notes, err := p.unwrap(wrapped, o)
	if err != nil {
		return importedLine{}, nil, err
	}
	line, kept, err := p.capture(file, o)
	if err != nil {
		return line, nil, err
	}
	if o.time == "" {
		line.TimeFrom = timeOfCopy
	}
	kept.Notes = append(notes, kept.Notes...)
	line.Notes = append([]string{}, kept.Notes...)
	return line, []capture.Kept{kept, wrapped.AsSaved(kept, saved)}, nil
}

// unwrap makes of a web archive's copy the page that it is of.
func (p *pageFile) unwrap(c warc.Copy, o fileFlags) (notes []string, err error) {
	p.page.Body, notes = c.Page(p.page.Body)
	p.page.URL = c.Original
	if p.page.Captured.IsZero() {
		p.page.Captured = c.Time
	}
	if p.doc, err = cleaner.Read(p.page); err != nil {
		return nil, err
	}
	o.url = ""
	p.site, err = o.newspaper(c.Original)
	return notes, err
}

// capture makes the capture of a file that was read.
func (p *pageFile) capture(file string, o fileFlags) (line importedLine, kept capture.Kept, err error) {
	address, err := p.address(o)
	if err != nil {
		return line, kept, err
	}
	kept = capture.Kept{Body: p.page.Body, Capture: capture.Capture{
		Page: address.Page, URL: address.URL, Time: p.page.Captured, Kind: capture.Resource, State: capture.Live,
		ContentType: p.page.ContentType, File: filepath.Base(file),
	}}
	if p.page.ContentType != "text/html" {
		kept.Kind = capture.Conversion
	}
	article, err := p.doc.Article(p.site)
	var not *cleaner.NotArticleError
	switch {
	case err == nil:
		kept.Article = &article
	case errors.As(err, &not):
		kept.Refused = not.Reason
	default:
		return line, kept, err
	}
	from, err := p.date(&kept, address, o)
	if err != nil {
		return line, kept, err
	}
	return importedLine{
		Type: "imported", File: file, Site: p.site.Name, ID: address.ID, Page: p.site.Name + "/" + address.Page, URL: address.URL,
		Captured: local(kept.Time), TimeFrom: from, Notes: append([]string{}, kept.Notes...),
	}, kept, nil
}

// address is the page's address as its newspaper reads it.
func (p *pageFile) address(o fileFlags) (sites.Address, error) {
	switch {
	case p.page.URL == "":
		return sites.Address{}, o.missing("its address", "--url")
	case p.site == nil && o.row:
		return sites.Address{}, fmt.Errorf("%s is an address of no known newspaper", p.page.URL)
	case p.site == nil:
		return sites.Address{}, fmt.Errorf("%s is an address of no known newspaper: give --site", p.page.URL)
	}
	address, err := p.site.Address(p.page.URL)
	if err == nil && address.Kind == sites.Foreign {
		err = fmt.Errorf("%s is no address of %s", p.page.URL, p.site.Title)
	}
	return address, err
}

// date gives a capture its time where it has none, and returns where it comes from.
func (p *pageFile) date(kept *capture.Kept, address sites.Address, o fileFlags) (from string, err error) {
	from = timeGiven
	begun, dated := p.site.Begun(address.ID)
	switch {
	case !kept.Time.IsZero():
	case kept.Article != nil && !kept.Article.Published.IsZero():
		kept.Time, from = kept.Article.Published.Time, timeOfPage
		kept.Notes = append(kept.Notes, "time taken from the page: published "+local(kept.Time))
	case dated:
		kept.Time, from = begun, timeOfAddress
		kept.Notes = append(kept.Notes, "time taken from the address: its number says that the article was begun "+local(kept.Time))
	default:
		err := o.missing("when it was published", "--time")
		if kept.Refused != "" {
			err = fmt.Errorf("%s: %w", kept.Refused, err)
		}
		return "", err
	}
	if kept.Time.After(time.Now().Add(24 * time.Hour)) {
		return "", fmt.Errorf("%s has not come yet: no page can have been captured then", local(kept.Time))
	}
	return from, nil
}
