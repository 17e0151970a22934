package archive

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"go.etcd.io/bbolt"

	"baoluu/cleaner/capture"
	"baoluu/sites"
)

// A page is forgotten by writing the newspaper's file anew without it and giving
// the new file the old one's name: bbolt keeps the bytes of what is deleted in
// free pages for as long as it likes. Until the rename the old state stands, so
// that a crash at any moment costs no more than the work. Whoever commits
// meanwhile makes that work void, not the commit: it is begun again.
//
// What stays of the page is a record of what was forgotten, when and why. Names
// (page, aliases, addresses) are kept as digests only: a slug is the title again.

// Forgotten is what is left of a page that was taken out.
type Forgotten struct {
	Page     string    // its key where that is an id, "" where it is an address
	At       time.Time // UTC
	Reason   string
	Captures []uint64 // their numbers, which are not given again
	Bodies   []string // digests of the bodies that went with it
	// Forgets is how often something had been forgotten of the newspaper then, this
	// time included. A backup that knows of fewer may hold the page.
	Forgets int
}

// Said is how a reader is told.
func (f Forgotten) Said() string {
	return fmt.Sprintf("forgotten on %s: %s", f.At.In(sites.Zone).Format(time.DateOnly), f.Reason)
}

// forgottenRecord is [Forgotten] as it is written under the page's own name; under
// its other names stands only where that is.
type forgottenRecord struct {
	Of       string    `json:"of,omitempty"` // instead of all else: the key, as "sha256:…"
	Page     string    `json:"page,omitempty"`
	At       time.Time `json:"at,omitzero"`
	Reason   string    `json:"reason,omitempty"`
	Captures []uint64  `json:"captures,omitempty"`
	Bodies   []string  `json:"bodies,omitempty"`
	Forgets  int       `json:"forgets,omitempty"`
}

func (r forgottenRecord) said() Forgotten {
	return Forgotten{r.Page, r.At, r.Reason, r.Captures, r.Bodies, r.Forgets}
}

// loadForgotten finds what was forgotten under any of the names: pages' keys or
// addresses.
func loadForgotten(r reader, names ...string) (Forgotten, bool, error) {
	for _, name := range names {
		var rec forgottenRecord
		ok, err := load(r, bucketForgotten, nameKey(name), &rec)
		if err == nil && ok && rec.Of != "" {
			var key []byte
			if key, err = digestKey(rec.Of); err == nil {
				rec = forgottenRecord{}
				ok, err = load(r, bucketForgotten, key, &rec)
			}
		}
		if err != nil || ok {
			return rec.said(), ok, err
		}
	}
	return Forgotten{}, false, nil
}

// forgotten is [loadForgotten], without a look where nothing ever was.
func (s stateRecord) forgotten(r reader, names ...string) (Forgotten, bool, error) {
	if s.Forgets == 0 {
		return Forgotten{}, false, nil
	}
	return loadForgotten(r, names...)
}

// refuses tells whether nothing may be stored of a page: it was forgotten, or it
// is new and found to be one that was. of is what it is found to be, or "".
func (s stateRecord) refuses(r reader, page, url, of string) (bool, error) {
	_, forgotten, err := s.forgotten(r, page, url)
	if err != nil || forgotten || of == "" {
		return forgotten, err
	}
	if _, forgotten, err = s.forgotten(r, of); err != nil || !forgotten {
		return false, err
	}
	known, err := isPage(r, page)
	return !known, err
}

// isPage tells whether something was stored of a page, or of one that it was joined
// to.
func isPage(r reader, page string) (bool, error) {
	joined, err := has(r, bucketAliases, pageKey(page))
	if err != nil || joined {
		return joined, err
	}
	return has(r, bucketPages, pageKey(page))
}

// refuseAlias tells whether an alias cannot be joined because one of the two was
// forgotten. A page that is found to be a forgotten one, and of which nothing was
// stored yet, is forgotten with it.
func (t *transaction) refuseAlias(al capture.Alias) (bool, error) {
	if _, forgotten, err := t.state.forgotten(t.store, al.Page); err != nil || forgotten {
		return forgotten, err
	}
	if _, forgotten, err := t.state.forgotten(t.store, al.Of); err != nil || !forgotten {
		return false, err
	}
	known, err := isPage(t.store, al.Page)
	if err != nil || known {
		return true, err
	}
	var of forgottenRecord
	if _, err := load(t.store, bucketForgotten, nameKey(al.Of), &of); err != nil {
		return true, err
	}
	if of.Of == "" {
		if of.Of, err = parseDigestKey(nameKey(al.Of)); err != nil {
			return true, err
		}
	}
	if err := t.dropEntry(al.Page); err != nil {
		return true, err
	}
	return true, save(t.store, bucketForgotten, nameKey(al.Page), forgottenRecord{Of: of.Of})
}

// Forgotten lists what was taken out of a newspaper, in no order.
func (v *View) Forgotten(ctx context.Context) (list []Forgotten, err error) {
	err = v.archive.read(ctx, v.site, func(r reader) error {
		return each(r, bucketForgotten, nil, func(key, payload []byte) error {
			var rec forgottenRecord
			if err := json.Unmarshal(payload, &rec); err != nil {
				return recordError(bucketForgotten, key, err.Error())
			}
			if rec.Of == "" {
				list = append(list, rec.said())
			}
			return nil
		})
	})
	return list, err
}

// StillIn lists the backups that hold a page that was forgotten, as far as the
// archive remembers them. Another backup into the same folder takes it out.
func (a *Archive) StillIn(site string, f Forgotten) ([]BackupInfo, error) {
	if len(f.Captures) == 0 {
		return nil, nil
	}
	return a.holding(site, slices.Min(f.Captures), f.Forgets)
}

// holding lists the backups that have a capture and know of fewer takedowns.
func (a *Archive) holding(site string, capture uint64, forgets int) ([]BackupInfo, error) {
	all, err := a.Backups()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(b BackupInfo) bool {
		s, ok := b.Sites[site]
		return !ok || s.Last < capture || s.Forgets >= forgets
	}), nil
}

// ForgetOptions choose what [Archive.Forget] does.
type ForgetOptions struct {
	Reason string    // for whoever asks later; at most 2000 bytes
	At     time.Time // when the page is forgotten: now
	// Accept does it. Without it nothing is changed.
	Accept bool
}

// ForgetReport is what goes, or went, with a page.
type ForgetReport struct {
	Page      PageInfo
	Captures  int
	Bodies    int
	Shared    int          // bodies that stay, for other pages have the same bytes
	Repacked  int          // bodies of other pages that had leaned on those that go
	Addresses []string     // that lead to the page
	Aliases   []string     // pages that were found to be this one
	Before    int64        // bytes of the newspaper's file
	After     int64        // 0 unless it was done
	Backups   []BackupInfo // that hold the page, as far as the archive remembers
}

const maxReason = 2000

// Forget takes a page out for good, by law: its captures, bodies, articles,
// versions, addresses and its place in the frontier. ref is what [View.Page]
// takes. What other pages have stays bit for bit, though bodies that were packed
// against those that go are packed anew, and a body that another page has too is
// kept for it. Captures of lists and of other articles that name the page stay.
//
// From then on the page is not stored again, and reading it is a
// [*ForgottenError]. Forget waits for no crawl, re-clean, verify or backup but
// fails by [ErrInUse]; readers may go on. It needs room for a second copy of the
// newspaper's file.
func (a *Archive) Forget(ctx context.Context, site, ref string, o ForgetOptions) (ForgetReport, error) {
	report, err := a.forget(ctx, site, ref, o)
	if err != nil {
		return ForgetReport{}, fmt.Errorf("forget %s/%s: %w", site, ref, err)
	}
	return report, nil
}

func (a *Archive) forget(ctx context.Context, site, ref string, o ForgetOptions) (ForgetReport, error) {
	reason := strings.TrimSpace(o.Reason)
	if reason == "" || len(reason) > maxReason || !utf8.ValidString(reason) {
		return ForgetReport{}, fmt.Errorf("%w: a reason of %d bytes", ErrInvalid, len(reason))
	}
	o.Reason = reason
	if !o.Accept {
		f := newForgetter(a, site, o)
		err := f.survey(ctx, ref)
		return f.report, err
	}
	release, err := a.Lock(site, "forget")
	if err != nil {
		return ForgetReport{}, err
	}
	defer func() { _ = release() }() // it ends with the process at the latest
	unlock, err := a.lockReclean(site)
	if err != nil {
		return ForgetReport{}, err
	}
	defer unlock()
	move, err := a.lockStill(site)
	if err != nil {
		return ForgetReport{}, err
	}
	defer move()
	if err := a.update(ctx, site, func(store) error { return nil }); err != nil {
		return ForgetReport{}, err // or the format is now the present one
	}
	for range 3 {
		f := newForgetter(a, site, o)
		if err = f.run(ctx, ref); err == nil {
			return f.report, nil
		}
		if !errors.Is(err, errChanged) {
			break
		}
	}
	return ForgetReport{}, err
}

// forgetter is one page on its way out. Bodies are spoken of by the numbers that
// they have in the old file.
type forgetter struct {
	archive *Archive
	site    string
	options ForgetOptions
	tx      uint64 // state of the file that is copied; 0: whatever it is

	page    string
	pages   map[string]bool // the page, and those found to be it
	doomed  map[uint64]bool // captures
	digests map[string]bool // of the bodies that they have
	heirs   map[string]heir // by digest, of those that stay
	orphans map[uint64]bool // captures that repeat doomed ones
	lost    map[uint64]bool
	moved   map[uint64]uint64 // bodies that stay under another capture's number
	bodies  []lean            // all, by number
	rebased map[uint64]uint64 // what is packed anew: against what; 0 is alone
	depths  map[uint64]int    // of bodies that get nearer to one that stands alone

	state  stateRecord
	fresh  *bbolt.DB // the new file
	report ForgetReport
}

// heir is a capture of another page that has the same body.
type heir struct {
	number  uint64
	revisit bool
}

// lean is what a body leans on.
type lean struct {
	number, base uint64
	size         int64
	depth        int
}

func newForgetter(a *Archive, site string, o ForgetOptions) *forgetter {
	return &forgetter{
		archive: a, site: site, options: o,
		pages: map[string]bool{}, doomed: map[uint64]bool{}, digests: map[string]bool{}, heirs: map[string]heir{}, orphans: map[uint64]bool{},
		lost: map[uint64]bool{}, moved: map[uint64]uint64{}, rebased: map[uint64]uint64{}, depths: map[uint64]int{},
	}
}

// read reads the state of the file that is being copied, and no other.
func (f *forgetter) read(ctx context.Context, fn func(reader) error) error {
	return f.archive.read(ctx, f.site, func(r reader) error {
		if t, ok := r.(*tree); f.tx != 0 && (!ok || t.tx != f.tx) {
			return errChanged
		}
		return fn(r)
	})
}

// scan goes through the records of a bucket that begin with prefix. hand is
// called in between, the file let go.
func (f *forgetter) scan(ctx context.Context, b bucket, prefix []byte, collect func(key, payload []byte) error, hand func() error) error {
	return f.archive.turns(ctx, f.site, b, prefix, prefix, func(r reader, key, payload []byte) error {
		if t, ok := r.(*tree); f.tx != 0 && (!ok || t.tx != f.tx) {
			return errChanged
		}
		return collect(key, payload)
	}, hand)
}

func nothing() error { return nil }

// run does it all.
func (f *forgetter) run(ctx context.Context, ref string) (err error) {
	err = f.archive.readTree(ctx, f.site, func(t *tree) error {
		f.tx = t.tx
		return nil
	})
	if err != nil {
		return err
	}
	if err := f.survey(ctx, ref); err != nil {
		return err
	}
	temp := f.archive.path(f.site, "new")
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
		return full(err)
	}
	if err := f.archive.replace(ctx, f.site, temp, f.tx); err != nil {
		return err
	}
	f.archive.packer.cache.clear()
	info, err := os.Stat(f.archive.path(f.site, "db"))
	if err == nil {
		f.report.After = info.Size()
	}
	return err
}

// survey finds out what goes, and what that means for what stays.
func (f *forgetter) survey(ctx context.Context, ref string) error {
	v, err := f.archive.View(ctx, f.site)
	if err != nil {
		return err
	}
	if f.report.Page, err = v.Page(ctx, ref); err != nil {
		return err
	}
	info, err := os.Stat(f.archive.path(f.site, "db"))
	if err != nil {
		return err
	}
	f.page, f.report.Before = f.report.Page.Page, info.Size()
	err = f.read(ctx, func(r reader) error {
		_, err := load(r, bucketMeta, keyState, &f.state)
		return err
	})
	if err != nil {
		return err
	}
	for _, look := range []func(context.Context) error{f.names, f.captures, f.others, f.fates, f.leans} {
		if err := look(ctx); err != nil {
			return err
		}
	}
	if err := f.adopt(ctx); err != nil {
		return err
	}
	f.report.Captures, f.report.Bodies, f.report.Repacked = len(f.doomed), len(f.lost), len(f.rebased)
	first := slices.Min(slices.Collect(maps.Keys(f.doomed)))
	f.report.Backups, err = f.archive.holding(f.site, first, f.state.Forgets+1)
	return err
}

// names finds the pages and addresses that are this page.
func (f *forgetter) names(ctx context.Context) error {
	to := map[string]string{}
	err := f.scan(ctx, bucketAliases, nil, func(key, payload []byte) error {
		var rec aliasRecord
		if err := json.Unmarshal(payload, &rec); err != nil {
			return recordError(bucketAliases, key, err.Error())
		}
		to[string(key)] = rec.Of
		return nil
	}, nothing)
	if err != nil {
		return err
	}
	f.pages[f.page] = true
	for alias := range to {
		page := alias
		for range maxAliases {
			of, ok := to[page]
			if !ok {
				break
			}
			page = of
		}
		if page == f.page {
			f.pages[alias] = true
			f.report.Aliases = append(f.report.Aliases, alias)
		}
	}
	slices.Sort(f.report.Aliases)
	return f.scan(ctx, bucketAddresses, nil, func(key, payload []byte) error {
		if f.pages[string(payload)] {
			f.report.Addresses = append(f.report.Addresses, string(key))
		}
		return nil
	}, nothing)
}

// captures finds the page's captures.
func (f *forgetter) captures(ctx context.Context) error {
	var numbers []uint64
	return f.scan(ctx, bucketTimes, momentPrefix(f.page), func(key, _ []byte) error {
		_, m, err := parseMomentKey(key)
		numbers = append(numbers, m.Number)
		return err
	}, func() error {
		return f.read(ctx, func(r reader) error {
			for _, n := range numbers {
				c, err := loadCapture(r, n)
				if err != nil {
					return err
				}
				f.doomed[n] = true
				if c.Digest != "" {
					f.digests[c.Digest] = true
				}
			}
			numbers = numbers[:0]
			return nil
		})
	})
}

// others looks through all captures that stay for what they share with those
// that go.
func (f *forgetter) others(ctx context.Context) error {
	return f.scan(ctx, bucketCaptures, nil, func(key, payload []byte) error {
		c, err := decodeCapture(payload)
		if err != nil {
			return fmt.Errorf("%s %s: %w", bucketCaptures, keyText(key), err)
		}
		if f.doomed[c.Number] {
			return nil
		}
		if f.doomed[c.RevisitOf] {
			f.orphans[c.Number] = true
		}
		if !f.digests[c.Digest] {
			return nil
		}
		h := heir{c.Number, c.Kind == capture.Revisit}
		if before, ok := f.heirs[c.Digest]; !ok || before.revisit && !h.revisit {
			f.heirs[c.Digest] = h
		}
		return nil
	}, nothing)
}

// fates decides which bodies go, and which get another number.
func (f *forgetter) fates(ctx context.Context) error {
	return f.scan(ctx, bucketDigests, nil, func(key, payload []byte) error {
		digest, err := parseDigestKey(key)
		if err != nil || !f.digests[digest] {
			return err
		}
		n, err := parseNumberKey(payload)
		if err != nil {
			return err
		}
		h, shared := f.heirs[digest]
		switch {
		case !shared:
			f.lost[n] = true
			return nil
		case f.doomed[n]:
			f.moved[n] = h.number
		}
		f.report.Shared++
		return nil
	}, nothing)
}

// leans reads what each body leans on.
func (f *forgetter) leans(ctx context.Context) error {
	return f.scan(ctx, bucketBodies, nil, func(key, payload []byte) error {
		n, err := parseNumberKey(key)
		if err != nil {
			return err
		}
		var head bodyHead
		if _, err := splitBlob(payload, &head); err != nil {
			return fmt.Errorf("%s %d: %w", bucketBodies, n, err)
		}
		f.bodies = append(f.bodies, lean{n, head.Base, head.Size, head.Depth})
		return nil
	}, nothing)
}

func (f *forgetter) lean(n uint64) lean {
	i, ok := slices.BinarySearchFunc(f.bodies, n, func(l lean, n uint64) int { return cmp.Compare(l.number, n) })
	if !ok {
		return lean{}
	}
	return f.bodies[i]
}

// adopt finds a new base for each body that leans on a lost one. One of those that
// leaned on the same takes its place for the others, and itself leans on what the
// lost one did: so no body gets further away from one that stands alone, and a
// reference that goes leaves one behind.
func (f *forgetter) adopt(ctx context.Context) error {
	orphans := map[uint64][]lean{}
	var lost []lean
	for _, b := range f.bodies {
		switch {
		case f.lost[b.number]:
			lost = append(lost, b)
		case f.lost[b.base]:
			orphans[b.base] = append(orphans[b.base], b)
		}
	}
	slices.SortStableFunc(lost, func(a, b lean) int { return cmp.Compare(a.depth, b.depth) })
	instead := map[uint64]uint64{}
	for _, b := range lost {
		base := b.base
		if f.lost[base] {
			base = instead[base]
		}
		if left := orphans[b.number]; len(left) > 0 {
			first, err := f.typical(ctx, left)
			if err != nil {
				return err
			}
			f.rebase(first, base)
			for _, o := range left {
				if o != first {
					f.rebase(o, first.number)
				}
			}
			base = first.number
		}
		instead[b.number] = base
	}
	f.approach()
	return nil
}

// rebase has a body packed anew, against base where both fit into a window.
func (f *forgetter) rebase(b lean, base uint64) {
	if base != 0 && f.lean(base).size+b.size > window {
		base = 0
	}
	f.rebased[b.number] = base
}

// typical is the body that resembles the others most, of a sample.
func (f *forgetter) typical(ctx context.Context, bodies []lean) (lean, error) {
	const sample = 16
	if len(bodies) < 3 {
		return bodies[0], nil
	}
	var tried []lean
	var sketches []sketch
	for i := 0; i < len(bodies); i += (len(bodies) + sample - 1) / sample {
		body, err := f.load(ctx, bodies[i].number)
		if err != nil {
			return lean{}, err
		}
		tried, sketches = append(tried, bodies[i]), append(sketches, sketchOf(body.body))
	}
	best, most := tried[0], -1
	for i, s := range sketches {
		common := 0
		for _, o := range sketches {
			common += s.common(o)
		}
		if common > most {
			best, most = tried[i], common
		}
	}
	return best, nil
}

// approach counts anew how many steps each body is from one that stands alone:
// never more than it was.
func (f *forgetter) approach() {
	for changed := true; changed; {
		changed = false
		for _, b := range f.bodies {
			base, ok := f.rebased[b.number]
			if !ok {
				base = b.base
			}
			depth := 0
			if base != 0 {
				depth = f.depth(f.lean(base)) + 1
			}
			if !f.lost[b.number] && depth != f.depth(b) {
				f.depths[b.number], changed = depth, true
			}
		}
	}
}

// depth is how many steps a body is from one that stands alone, as far as known.
func (f *forgetter) depth(b lean) int {
	if d, ok := f.depths[b.number]; ok {
		return d
	}
	return b.depth
}

// number is a body's number in the new file.
func (f *forgetter) number(n uint64) uint64 {
	if m, ok := f.moved[n]; ok {
		return m
	}
	return n
}

// stored is one record of the new file.
type stored struct {
	bucket       bucket
	key, payload []byte
}

// write makes the new file, whole and durable.
func (f *forgetter) write(ctx context.Context, path string) (err error) {
	f.fresh, err = bbolt.Open(path, 0o666, &bbolt.Options{
		Timeout: f.archive.patience, PageSize: pageSize, MaxSize: f.archive.maxSize, FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		NoSync: true, // until it is whole: a file that is not has no name yet
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.fresh.Close()) }()
	f.fresh.AllocSize = growBy
	err = f.fresh.Update(func(tx *bbolt.Tx) error {
		for _, b := range buckets() {
			if _, err := tx.CreateBucket([]byte(b)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, b := range buckets() {
		if err := f.copy(ctx, b); err != nil {
			return fmt.Errorf("copy %s: %w", b, err)
		}
	}
	if err := f.fresh.Update(func(tx *bbolt.Tx) error { return f.settle(txStore{tx}) }); err != nil {
		return err
	}
	return f.fresh.Sync()
}

// copy brings over what stays of one bucket.
func (f *forgetter) copy(ctx context.Context, b bucket) error {
	var batch []stored
	return f.scan(ctx, b, nil, func(key, payload []byte) error {
		key, payload, err := f.record(b, bytes.Clone(key), bytes.Clone(payload))
		if key != nil {
			batch = append(batch, stored{b, key, payload})
		}
		return err
	}, func() error {
		if b == bucketBodies {
			var err error
			if batch, err = f.repack(ctx, batch); err != nil {
				return err
			}
		}
		err := f.fresh.Update(func(tx *bbolt.Tx) error {
			s := txStore{tx}
			for _, r := range batch {
				if err := s.put(r.bucket, r.key, seal(r.bucket, r.key, r.payload)); err != nil {
					return err
				}
			}
			return nil
		})
		batch = batch[:0]
		return err
	})
}

// record is what becomes of a record; its key is nil where it goes.
func (f *forgetter) record(b bucket, key, payload []byte) ([]byte, []byte, error) {
	goes := false
	var err error
	var page string
	switch b {
	case bucketMeta:
		goes = bytes.Equal(key, keyState) // settle writes it
	case bucketCaptures:
		return f.capture(key, payload)
	case bucketBodies:
		return f.body(key, payload)
	case bucketDigests:
		var n uint64
		n, err = parseNumberKey(payload)
		goes, payload = f.lost[n], numberKey(f.number(n))
	case bucketReferences:
		var n uint64
		n, err = parseNumberKey(key)
		goes, key = f.lost[n], numberKey(f.number(n))
	case bucketPages:
		return f.pageRecord(key, payload)
	case bucketTimes:
		page, _, err = parseMomentKey(key)
		goes = page == f.page
	case bucketAddresses:
		goes = f.pages[string(payload)]
	case bucketAliases, bucketFrontier:
		goes = f.pages[string(key)]
	case bucketDue:
		_, _, page, err = parseDueKey(key)
		goes = f.pages[page]
	case bucketArticles:
		return f.article(key, payload)
	case bucketVersions:
		_, page, _, err = parseVersionKey(key)
		goes = f.pages[page]
	case bucketHeads:
		_, page, err = parseHeadKey(key)
		goes = f.pages[page]
	case bucketDays:
		_, _, page, err = parseDayKey(key)
		goes = f.pages[page]
	}
	if err != nil || goes {
		return nil, nil, err
	}
	return key, payload, nil
}

// capture leaves a capture as it is, unless it repeats one that goes: then it
// repeats another one of those that stay, or none.
func (f *forgetter) capture(key, payload []byte) ([]byte, []byte, error) {
	n, err := parseNumberKey(key)
	if err != nil || f.doomed[n] {
		return nil, nil, err
	}
	if !f.orphans[n] {
		return key, payload, nil
	}
	c, err := decodeCapture(payload)
	if err != nil {
		return nil, nil, err
	}
	c.RevisitOf = 0
	if h := f.heirs[c.Digest]; !h.revisit {
		c.RevisitOf = h.number
	}
	payload, err = encodeCapture(c)
	return key, payload, err
}

// body changes what a body's head says of where it and its base stand.
func (f *forgetter) body(key, payload []byte) ([]byte, []byte, error) {
	n, err := parseNumberKey(key)
	if err != nil {
		return nil, nil, err
	}
	var head bodyHead
	frame, err := splitBlob(payload, &head)
	if err != nil {
		return nil, nil, err
	}
	if f.lost[n] {
		f.state.RawBytes -= head.Size
		f.state.StoredBytes -= int64(len(frame))
		return nil, nil, nil
	}
	if _, ok := f.rebased[n]; ok {
		return key, payload, nil // for repack
	}
	base, depth := f.number(head.Base), f.depth(f.lean(n))
	if base != head.Base || depth != head.Depth {
		head.Base, head.Depth = base, depth
		payload, err = blob(head, frame)
	}
	return numberKey(f.number(n)), payload, err
}

// repack packs those bodies anew that leaned on a lost one.
func (f *forgetter) repack(ctx context.Context, batch []stored) ([]stored, error) {
	var more []stored
	for i, r := range batch {
		n, err := parseNumberKey(r.key)
		if err != nil {
			return nil, err
		}
		base, ok := f.rebased[n]
		if !ok {
			continue
		}
		var head bodyHead
		before, err := splitBlob(r.payload, &head)
		if err != nil {
			return nil, err
		}
		body, err := f.load(ctx, n)
		if err != nil {
			return nil, err
		}
		var frame []byte
		if base == 0 {
			frame, err = f.archive.packer.packAlone(body.body)
		} else {
			var against *basis
			if against, err = f.load(ctx, base); err == nil {
				frame, err = f.archive.packer.packReference(against.digest, against.body, body.body)
			}
		}
		if err != nil {
			return nil, err
		}
		f.state.StoredBytes += int64(len(frame) - len(before))
		head.Base, head.Depth = f.number(base), f.depth(f.lean(n))
		key := numberKey(f.number(n))
		payload, err := blob(head, frame)
		if err != nil {
			return nil, err
		}
		batch[i] = stored{bucketBodies, key, payload}
		if base != 0 || len(body.body) < minReference || len(body.body) > maxReference {
			continue
		}
		ref, err := encode(referenceRecord{Size: len(body.body), Stored: len(frame), Sketch: sketchOf(body.body)})
		if err != nil {
			return nil, err
		}
		more = append(more, stored{bucketReferences, key, ref})
	}
	return append(batch, more...), nil
}

// load unpacks a body of the old file.
func (f *forgetter) load(ctx context.Context, n uint64) (*basis, error) {
	name := bodyName{f.site, n}
	if b := f.archive.packer.cache.get(name); b != nil {
		return b, nil
	}
	var c chain
	err := f.read(ctx, func(r reader) (err error) {
		c, err = f.archive.chain(r, f.site, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	body, err := f.archive.unchain(f.site, c)
	if err != nil {
		return nil, err
	}
	b := c.parts[0].basis(body)
	f.archive.packer.cache.put(name, b)
	return b, nil
}

func (f *forgetter) pageRecord(key, payload []byte) ([]byte, []byte, error) {
	if string(key) == f.page {
		return nil, nil, nil
	}
	var rec pageRecord
	if err := json.Unmarshal(payload, &rec); err != nil {
		return nil, nil, recordError(bucketPages, key, err.Error())
	}
	base := f.number(rec.Base)
	if f.lost[rec.Base] {
		base = 0
	}
	if base == rec.Base {
		return key, payload, nil
	}
	rec.Base = base
	payload, err := encode(rec)
	return key, payload, err
}

// article leaves an article as it is but for the number of its dictionary, which
// is the body of its own capture and so stays where the capture does.
func (f *forgetter) article(key, payload []byte) ([]byte, []byte, error) {
	_, n, err := parseArticleKey(key)
	if err != nil || f.doomed[n] {
		return nil, nil, err
	}
	var head articleHead
	frame, err := splitBlob(payload, &head)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %d: %w", bucketArticles, n, err)
	}
	switch dict := f.number(head.Dict); {
	case f.lost[head.Dict]:
		return nil, nil, recordError(bucketArticles, key, "its dictionary is the body of another capture")
	case dict != head.Dict:
		head.Dict = dict
		payload, err = blob(head, frame)
	}
	return key, payload, err
}

// settle writes what the new file has and the old one had not: what was
// forgotten, the counters, and what hung on it of other pages.
func (f *forgetter) settle(s txStore) error {
	rec := forgottenRecord{At: f.options.At.UTC().Truncate(time.Second), Reason: f.options.Reason, Forgets: f.state.Forgets + 1}
	if !strings.Contains(f.page, ")") { // else it is an address, as a SURT
		rec.Page = f.page
	}
	for n := range f.doomed {
		rec.Captures = append(rec.Captures, n)
	}
	slices.Sort(rec.Captures)
	for digest := range f.digests {
		if _, stays := f.heirs[digest]; !stays {
			rec.Bodies = append(rec.Bodies, digest)
		}
	}
	slices.Sort(rec.Bodies)
	if err := save(s, bucketForgotten, nameKey(f.page), rec); err != nil {
		return err
	}
	of, err := parseDigestKey(nameKey(f.page))
	if err != nil {
		return err
	}
	for _, name := range slices.Concat(f.report.Aliases, f.report.Addresses) {
		if err := save(s, bucketForgotten, nameKey(name), forgottenRecord{Of: of}); err != nil {
			return err
		}
	}
	f.state.Pages--
	f.state.Versions -= f.report.Page.Versions
	f.state.Joins -= len(f.report.Aliases)
	f.state.Forgotten += len(f.doomed)
	f.state.Forgets++
	t := &transaction{archive: f.archive, store: s, site: f.site, state: f.state, historian: f.archive.historian(s, f.site, f.state.Generation)}
	for n := range f.orphans {
		if err := t.readOrphan(n); err != nil {
			return fmt.Errorf("capture %d: %w", n, err)
		}
	}
	return save(s, bucketMeta, keyState, t.state)
}

// readOrphan gives a capture an article of its own that had that of one that is
// gone, and makes its page's history anew.
func (t *transaction) readOrphan(n uint64) error {
	c, err := loadCapture(t.store, n)
	if err != nil {
		return err
	}
	if c.State == capture.Live {
		article, _, err := t.historian.of(c)
		if err != nil {
			return err
		}
		if article == 0 {
			if err := t.readAgain(c); err != nil {
				return err
			}
		}
	}
	page, err := loadAlias(t.store, c.Page)
	if err != nil {
		return err
	}
	var put capture.Put
	return t.rewrite(page, 0, &put)
}

func (t *transaction) readAgain(c capture.Capture) error {
	number, err := bodyNumber(t.store, c.Digest)
	if err != nil || number == 0 {
		return err
	}
	body, err := t.archive.body(t.store, t.site, number)
	if err != nil {
		return err
	}
	art, refused, err := t.archive.cleanCapture(t.site, c, body)
	if err != nil {
		return err
	}
	packed, err := t.archive.packArticle(cleaned{art, refused}, body)
	if err != nil {
		return err
	}
	return t.saveArticle(t.state.Generation, c, packed)
}

// replace gives a newspaper's new file the old one's name, if the old one is
// still what it was. Who opens the file needs the gate first, and so meets the
// one or the other.
func (a *Archive) replace(ctx context.Context, site, path string, tx uint64) error {
	leave, err := a.gate(ctx, site, true)
	if err != nil {
		return err
	}
	defer leave()
	var file *os.File
	db, err := a.openGated(site, true, &file) // no reader has it any more
	if err != nil {
		return err
	}
	var now uint64
	err = db.View(func(tx *bbolt.Tx) error {
		now = uint64(tx.ID())
		return nil
	})
	if err == nil && now != tx {
		err = errChanged
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := os.Rename(path, a.path(site, "db")); err != nil {
		return err
	}
	return syncFolder(a.dir)
}
