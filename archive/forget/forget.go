package forget

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"baoluu/archive"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
)

// A page is forgotten by writing the newspaper's file again without it and giving
// the new file the old one's name: bbolt keeps the bytes of what is deleted in
// free pages for as long as it likes. Until the rename the old state stands, so
// that a crash at any moment costs no more than the work. What is committed
// meanwhile is kept, and the work begins again.
//
// What stays of the page is a record of what was forgotten, when and why. Names
// (page, aliases, addresses) are kept as digests only: a slug is the title again.

// Options choose what [Run] does.
type Options struct {
	Reason string    // for whoever asks later; at most 2000 bytes
	At     time.Time // when the page is forgotten: now
	// Accept does it. Without it nothing is changed.
	Accept bool
}

// Report is what goes, or went, with a page.
type Report struct {
	Page      archive.PageInfo
	Captures  int
	Bodies    int
	Assets    int                  // pictures, style sheets and fonts that go with it: their captures and bodies are counted, too
	Remain    int                  // assets that it needs and that stay, for others need them, too
	Shared    int                  // bodies that stay, for other pages have the same bytes
	Repacked  int                  // bodies of other pages that had been packed against those that go
	Addresses []string             // that lead to the page
	Aliases   []string             // pages that were found to be this one
	Before    int64                // bytes of the newspaper's file
	After     int64                // 0 unless it was done
	Backups   []archive.BackupInfo // that hold the page, as far as the archive remembers
}

const maxReason = 2000

// Run takes a page out for good, by law: its captures, bodies, articles,
// versions, addresses and its place in the frontier. ref is what [archive.View.Page]
// takes. What other pages have stays bit for bit, though bodies that were packed
// against those that go are packed again, and a body that another page has too is
// kept for it. Captures of lists and of other articles that name the page stay.
//
// From then on the page is not stored again, and reading it is a
// [*archive.ForgottenError]. Run waits for no crawl, re-clean, verify or backup: the
// error is an [archive.ErrInUse] at once. Readers may go on. It needs room for a second
// copy of the newspaper's file.
func Run(ctx context.Context, a *archive.Archive, site, ref string, o Options) (Report, error) {
	reason := strings.TrimSpace(o.Reason)
	switch {
	case reason == "":
		return Report{}, schema.Say(archive.ErrInvalid, "give a reason: whoever asks for the page later is told")
	case len(reason) > maxReason:
		return Report{}, schema.Say(archive.ErrInvalid, "the reason is too long: %d bytes, at most %d", len(reason), maxReason)
	case !utf8.ValidString(reason):
		return Report{}, schema.Say(archive.ErrInvalid, "the reason is not UTF-8")
	}
	o.Reason = reason
	if !o.Accept {
		f := newForgetter(a, a.Newspaper(site), o)
		if err := f.survey(ctx, ref); err != nil {
			return Report{}, err
		}
		return f.report, nil
	}
	np := a.Newspaper(site)
	release, err := np.Lock("forget")
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = release() }() // it ends with the process at the latest
	unlock, err := np.File.LockReclean()
	if err != nil {
		return Report{}, err
	}
	defer unlock()
	move, err := np.File.LockFreeze()
	if err != nil {
		return Report{}, err
	}
	defer move()
	if err := np.Update(ctx, func(schema.Writer) error { return nil }); err != nil {
		return Report{}, err // or the format is now the present one
	}
	for range 3 {
		f := newForgetter(a, np, o)
		if err = f.run(ctx, ref); err == nil {
			return f.report, nil
		}
		if !errors.Is(err, store.ErrChanged) {
			break
		}
	}
	return Report{}, err
}

// forgetter is one page on its way out. Bodies are spoken of by the numbers that
// they have in the old file.
type forgetter struct {
	archive *archive.Archive
	paper   *newspaper.Newspaper
	options Options
	tx      uint64 // state of the file that is copied; 0: whatever it is

	page    string
	aliases map[string]string           // all of the newspaper: the page that a name leads to, or the next name
	within  map[string]*asset           // that the page leads to
	numbers map[uint64]bool             // of their captures
	gone    map[string]bool             // pages that go: the page and assets
	removed map[uint64]string           // captures, and of which of these
	urls    map[string]bool             // addresses of the page's captures
	digests map[string]bool             // of the bodies that they have
	sharers map[string]sharer           // by digest, of those that stay
	orphans map[uint64]uint64           // captures that repeat removed ones, and which
	left    map[uint64]schema.NeedsList // what those needed, by the number of the capture that keeps it now
	forms   map[string]bool             // of the requests of captures that stay
	lost    map[uint64]bool
	moved   map[uint64]uint64 // bodies that stay under another capture's number
	bodies  []packed          // all, by number
	rebased map[uint64]uint64 // what is packed again: against what; 0 is alone
	depths  map[uint64]int    // of bodies that get nearer to one that stands alone

	state  schema.State
	fresh  *store.NewFile
	report Report
}

func newForgetter(a *archive.Archive, np *newspaper.Newspaper, o Options) *forgetter {
	return &forgetter{
		archive: a, paper: np, options: o,
		aliases: map[string]string{}, within: map[string]*asset{}, numbers: map[uint64]bool{}, gone: map[string]bool{}, urls: map[string]bool{},
		removed: map[uint64]string{}, digests: map[string]bool{}, sharers: map[string]sharer{}, orphans: map[uint64]uint64{}, left: map[uint64]schema.NeedsList{}, forms: map[string]bool{},
		lost: map[uint64]bool{}, moved: map[uint64]uint64{}, rebased: map[uint64]uint64{}, depths: map[uint64]int{},
	}
}

// read reads the state of the file that is being copied, and no other.
func (f *forgetter) read(ctx context.Context, fn func(schema.Reader) error) error {
	return f.paper.File.Read(ctx, func(r schema.Reader) error {
		if err := f.sameFile(r); err != nil {
			return err
		}
		return fn(r)
	})
}

// sameFile is an error where the file is no longer in the state that is being copied.
func (f *forgetter) sameFile(r schema.Reader) error {
	if t, ok := r.(*store.Tree); f.tx != 0 && (!ok || t.Tx() != f.tx) {
		return store.ErrChanged
	}
	return nil
}

// goThrough has fn look at each record of a table, in that state of the file.
func goThrough[K, V any](ctx context.Context, f *forgetter, t schema.Table[K, V], fn func(r schema.Reader, k K, v V) error) error {
	return store.Each(ctx, f.paper.File, t, func(r schema.Reader, k K, v V) error {
		if err := f.sameFile(r); err != nil {
			return err
		}
		return fn(r, k, v)
	})
}

// run does it all.
func (f *forgetter) run(ctx context.Context, ref string) (err error) {
	err = f.paper.File.ReadUnchecked(ctx, func(t *store.Tree) error {
		f.tx = t.Tx()
		return nil
	})
	if err != nil {
		return err
	}
	if err := f.survey(ctx, ref); err != nil {
		return err
	}
	temp := f.paper.File.Path("new")
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer func() {
		if err != nil {
			if e := os.Remove(temp); e != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	if err := f.write(ctx, temp); err != nil {
		return store.Full(err)
	}
	if err := f.paper.File.Replace(ctx, temp, f.tx); err != nil {
		return err
	}
	f.paper.Pool.Forget()
	info, err := os.Stat(f.paper.File.Path("db"))
	if err == nil {
		f.report.After = info.Size()
	}
	return err
}
