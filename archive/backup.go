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
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"

	"baoluu/cleaner/capture"
	"baoluu/sites"
)

// A backup is an archive like any other: it holds the same captures under the same
// numbers, their bodies as they were packed, the same articles. Versions and lists
// follow from these and are derived in the backup as a commit derives them, so that
// each transaction there leaves a whole archive, as the other stood after a certain
// capture, however much is stored in the other meanwhile. What a crawl keeps beside
// captures is brought after them, and never ahead of them.
//
// Where something was forgotten since, the newspaper's file is made anew beside the
// old one and takes its place when it is whole.

// BackupReport is what a backup of one newspaper did, or has done so far.
type BackupReport struct {
	Captures int    // new in the backup
	Bytes    int64  // of their bodies, as they are stored
	Last     uint64 // number of the newest capture in the backup
	Of       uint64 // and in the archive
	Entries  int    // addresses to be fetched that were brought up to date
	Renewed  bool   // the newspaper was copied whole, for something was forgotten since
	Problems int    // what does not read back; then the backup failed
}

// ErrNotBackup is returned when the folder of a backup holds captures that are not
// of the archive.
var ErrNotBackup = errors.New("not a backup of this archive")

// backupAgain is how often a backup begins again because a re-clean or a takedown
// was finished meanwhile.
const backupAgain = 5

// Backup brings the backup of a newspaper in the folder dir up to date, and makes
// folder and file where there are none. Crawls, re-cleans and readers may go on
// meanwhile. Stopped at any moment it leaves a whole archive, as of an earlier
// capture; called again it goes on. What it wrote is read back before it returns:
// captures and bodies with their digests, and the pages of the file. tell may be
// nil.
func (a *Archive) Backup(ctx context.Context, site, dir string, tell func(BackupReport)) (BackupReport, error) {
	b := &backup{from: a, site: site, tell: tell}
	err := b.open(dir)
	if err == nil {
		err = b.run(ctx)
	}
	if err != nil {
		return b.report, fmt.Errorf("back up %s to %s: %w", site, dir, err)
	}
	return b.report, nil
}

type backup struct {
	from, out *Archive
	to        *Archive // out, or a folder in it where the file is made anew
	site      string
	tell      func(BackupReport)
	report    BackupReport

	since      uint64 // the backup's newest capture before
	generation uint32 // that is being copied
	forgets    int    // of the archive when the backup began
	done       uint64 // the newest capture that the backup has
}

// open finds or makes the folder.
func (b *backup) open(dir string) error {
	if err := checkSite(b.site); err != nil {
		return err
	}
	if err := b.from.Elsewhere(dir); err != nil {
		return err
	}
	var err error
	if b.out, err = Create(dir); err != nil {
		return err
	}
	b.out.like(b.from)
	return nil
}

// like makes an archive clean as another does.
func (a *Archive) like(o *Archive) {
	a.clean, a.cleanerName, a.patience = o.clean, o.cleanerName, o.patience
}

// Elsewhere refuses a folder that is the archive's own, or lies within it: nothing
// can be backed up, rescued or merged from there to here.
func (a *Archive) Elsewhere(dir string) error {
	inside, err := within(a.dir, dir)
	if err == nil && inside {
		err = fmt.Errorf("%w: %s is, or lies within, the archive itself: name a folder elsewhere, best on another disk", ErrInvalid, dir)
	}
	return err
}

// within tells whether path is the folder dir or lies in it, or will.
func within(dir, path string) (bool, error) {
	root, err := os.Stat(dir)
	if err != nil {
		return false, err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return false, err
	}
	for {
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			path = real
		}
		info, err := os.Stat(path)
		if err == nil && os.SameFile(root, info) {
			return true, nil
		}
		up := filepath.Dir(path)
		if up == path {
			return false, nil
		}
		path = up
	}
}

func (b *backup) run(ctx context.Context) (err error) {
	release, err := b.out.Lock(b.site, "backup")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	move, err := b.from.still(b.site)
	if err != nil {
		return err
	}
	defer move()
	for range backupAgain {
		if err = b.once(ctx); !errors.Is(err, errChanged) {
			return err
		}
	}
	return err
}

func (b *backup) once(ctx context.Context) error {
	now, err := b.from.state(ctx, b.site)
	if err != nil {
		return err
	}
	b.generation, b.forgets, b.report.Of = now.Generation, now.Forgets, now.Last
	if err := b.target(ctx); err != nil {
		return err
	}
	steps := []func(context.Context) error{
		b.forgotten, b.renewArticles, b.captures, b.aliases, b.frontier, b.others, b.finish, b.check, b.install, b.remember,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// target chooses the file to write to: the backup's own or, where something was
// forgotten since, a new one.
func (b *backup) target(ctx context.Context) error {
	b.to = b.out
	state, err := b.out.state(ctx, b.site)
	if errors.Is(err, ErrNoNewspaper) {
		return b.begin(ctx)
	}
	if err != nil {
		return err
	}
	if state.Forgets == b.forgets {
		b.since, b.done = state.Last, state.Last
		return b.compare(ctx)
	}
	if b.to, err = Create(b.renewal()); err != nil {
		return err
	}
	b.to.like(b.from)
	b.report.Renewed = true
	state, err = b.to.state(ctx, b.site)
	if err == nil && state.Forgets == b.forgets {
		b.since, b.done = 0, state.Last // an earlier backup did not come to its end
		return b.compare(ctx)
	}
	if err != nil && !errors.Is(err, ErrNoNewspaper) && !errors.Is(err, ErrCorrupt) {
		return err
	}
	if err := os.Remove(b.to.path(b.site, "db")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return b.begin(ctx)
}

// renewal is the folder in which a newspaper is copied anew.
func (b *backup) renewal() string { return b.out.path(b.site, "renew") }

// begin makes an empty file of the archive's generation.
func (b *backup) begin(ctx context.Context) error {
	b.since, b.done = 0, 0
	return b.write(ctx, func(t *transaction) error {
		t.state.Generation, t.state.Forgets = b.generation, b.forgets
		return nil
	})
}

// compare refuses a folder that holds what the archive does not: its first and its
// last capture have to be the archive's own.
func (b *backup) compare(ctx context.Context) error {
	if b.done == 0 {
		return nil
	}
	numbers := []uint64{1, b.done}
	there, err := payloads(ctx, b.to, b.site, numbers)
	if err != nil {
		return err
	}
	here, err := payloads(ctx, b.from, b.site, numbers)
	if err != nil {
		return err
	}
	if b.done > b.report.Of || !slices.EqualFunc(here, there, bytes.Equal) {
		return fmt.Errorf("%w: %s.db there holds captures of its own; \"merge\" brings two archives together", ErrNotBackup, b.site)
	}
	return nil
}

func payloads(ctx context.Context, a *Archive, site string, numbers []uint64) (list [][]byte, err error) {
	return list, a.read(ctx, site, func(r reader) error {
		for _, n := range numbers {
			payload, err := loadPayload(r, bucketCaptures, numberKey(n))
			if err != nil {
				return err
			}
			list = append(list, bytes.Clone(payload))
		}
		return nil
	})
}

// write changes the backup in one transaction, its counters with it.
func (b *backup) write(ctx context.Context, fn func(*transaction) error) error {
	return b.to.update(ctx, b.site, func(s store) error {
		state, err := loadState(s)
		if err != nil {
			return err
		}
		t := &transaction{archive: b.to, store: s, site: b.site, state: state, historian: b.to.historian(s, b.site, state.Generation)}
		if err := fn(t); err != nil {
			return err
		}
		return save(s, bucketMeta, keyState, t.state)
	})
}

// steady stops the backup where what it copies has been replaced meanwhile.
func (b *backup) steady(r reader) (stateRecord, error) {
	state, err := loadState(r)
	if err == nil && (state.Generation != b.generation || state.Forgets != b.forgets) {
		err = errChanged
	}
	return state, err
}

// renewArticles copies the articles of captures that the backup has, where a
// re-clean was accepted since, and switches to them.
func (b *backup) renewArticles(ctx context.Context) error {
	state, err := b.to.state(ctx, b.site)
	if err != nil || state.Generation == b.generation {
		return err
	}
	if err := b.to.dropGenerations(ctx, b.site, state.Generation); err != nil {
		return err
	}
	for from := generationKey(b.generation); from != nil; {
		keys, size := map[string][]byte{}, 0
		next, err := b.from.gather(ctx, b.site, bucketArticles, from, gatherMany, func(r reader, key, payload []byte) error {
			if len(keys) == 0 {
				if _, err := b.steady(r); err != nil {
					return err
				}
			}
			g, n, err := parseArticleKey(key)
			switch {
			case err != nil:
				return err
			case g != b.generation || size > intakeBytes:
				return errStop
			case n <= b.done:
				keys[string(key)] = bytes.Clone(payload)
				size += len(payload)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			break
		}
		if err := b.write(ctx, func(t *transaction) error { return putAll(t.store, bucketArticles, keys) }); err != nil {
			return err
		}
		from = next
	}
	rc := &recleaner{archive: b.to, site: b.site, from: state.Generation, to: b.generation, done: b.done, touched: map[string]bool{}}
	if err := rc.touchAll(ctx); err != nil {
		return err
	}
	return rc.accept(ctx)
}

func putAll(s store, b bucket, payloads map[string][]byte) error {
	for _, key := range slices.Sorted(maps.Keys(payloads)) {
		if err := s.put(b, []byte(key), seal(b, []byte(key), payloads[key])); err != nil {
			return err
		}
	}
	return nil
}

// copied is a capture with the records that belong to it, as they are.
type copied struct {
	capture.Capture
	payload   []byte
	bodies    []copiedBody // its own and, rarely, one of a higher number that this one leans on
	reference []byte
	article   []byte
	base      uint64 // of its page
}

type copiedBody struct {
	number  uint64
	head    bodyHead
	size    int // of the frame
	payload []byte
}

// captures copies what is new, up to the newest capture there is.
func (b *backup) captures(ctx context.Context) error {
	for more := true; more; {
		var batch []copied
		size := 0
		next, err := b.from.gather(ctx, b.site, bucketCaptures, numberKey(b.done+1), 4*intakeBatch, func(r reader, key, payload []byte) error {
			if len(batch) == 0 {
				state, err := b.steady(r)
				if err != nil {
					return err
				}
				b.report.Of = state.Last
			}
			if size > intakeBytes {
				return errStop
			}
			c, err := b.load(r, key, payload)
			batch = append(batch, c)
			size += c.size()
			return err
		})
		if err != nil {
			return err
		}
		for part := range slices.Chunk(batch, intakeBatch) {
			if err := b.adopt(ctx, part); err != nil {
				return err
			}
		}
		more = next != nil
	}
	return nil
}

func (c *copied) size() int {
	n := len(c.payload) + len(c.article)
	for _, body := range c.bodies {
		n += len(body.payload)
	}
	return n
}

// load reads a capture with what belongs to it.
func (b *backup) load(r reader, key, payload []byte) (c copied, err error) {
	if c.Capture, err = decodeCapture(payload); err != nil {
		return c, fmt.Errorf("%s %s: %w", bucketCaptures, keyText(key), err)
	}
	c.payload = bytes.Clone(payload)
	for n := c.Number; n >= c.Number && len(c.bodies) <= maxSteps; {
		own, err := has(r, bucketBodies, numberKey(n))
		if err != nil || !own {
			return c, cmp.Or(err, b.rest(r, key, &c))
		}
		body := copiedBody{number: n}
		frame, err := loadBody(r, n, &body.head)
		if err != nil {
			return c, err
		}
		payload, err := loadPayload(r, bucketBodies, numberKey(n))
		if err != nil {
			return c, err
		}
		body.size, body.payload = len(frame), bytes.Clone(payload)
		c.bodies = append(c.bodies, body)
		n = body.head.Base
	}
	return c, b.rest(r, key, &c)
}

func (b *backup) rest(r reader, key []byte, c *copied) error {
	reference, err := loadPayload(r, bucketReferences, key)
	if err != nil {
		return err
	}
	article, err := loadPayload(r, bucketArticles, articleKey(b.generation, c.Number))
	if err != nil {
		return err
	}
	c.reference, c.article = bytes.Clone(reference), bytes.Clone(article)
	page, err := loadAlias(r, c.Page)
	if err != nil {
		return err
	}
	var rec pageRecord
	_, err = load(r, bucketPages, pageKey(page), &rec)
	c.base = rec.Base
	return err
}

// adopt stores copied captures under the numbers that they have.
func (b *backup) adopt(ctx context.Context, list []copied) error {
	err := b.write(ctx, func(t *transaction) error {
		for _, c := range list {
			if err := t.adopt(c); err != nil {
				return fmt.Errorf("capture %d: %w", c.Number, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range list {
		b.report.Captures++
		for _, body := range c.bodies {
			b.report.Bytes += int64(body.size)
		}
		b.done = c.Number
	}
	b.report.Last = b.done
	if b.tell != nil {
		b.tell(b.report)
	}
	return nil
}

// adopt stores a capture of another archive as it is, and what follows from it.
func (t *transaction) adopt(c copied) error {
	t.state.Forgotten += int(c.Number - t.state.Last - 1)
	t.state.Last = c.Number
	for _, body := range slices.Backward(c.bodies) {
		if err := t.adoptBody(body); err != nil {
			return err
		}
	}
	key := numberKey(c.Number)
	records := []struct {
		bucket  bucket
		key     []byte
		payload []byte
	}{
		{bucketCaptures, key, c.payload},
		{bucketReferences, key, c.reference},
		{bucketArticles, articleKey(t.state.Generation, c.Number), c.article},
	}
	for _, r := range records {
		if r.payload == nil {
			continue
		}
		if err := t.store.put(r.bucket, r.key, seal(r.bucket, r.key, r.payload)); err != nil {
			return err
		}
	}
	page, err := loadAlias(t.store, c.Page)
	if err != nil {
		return err
	}
	m := moment{c.Time.UnixMilli(), c.Number}
	if err := errors.Join(note(t.store, bucketTimes, momentKey(page, m)), t.putAddress(c.URL, page)); err != nil {
		return err
	}
	var rec pageRecord
	known, err := load(t.store, bucketPages, pageKey(page), &rec)
	if err != nil {
		return err
	}
	if !known {
		t.state.Pages++
	}
	rec.identify(t.site, page, c.URL)
	if c.base <= c.Number {
		rec.Base = c.base
	}
	newest := !known || rec.Newest.before(m)
	rec.count(c.Capture, m)
	if err := save(t.store, bucketPages, pageKey(page), rec); err != nil {
		return err
	}
	var put capture.Put
	if newest {
		return t.extend(page, c.Capture, &put)
	}
	return t.rewrite(page, c.Number, &put)
}

func (t *transaction) adoptBody(body copiedBody) error {
	key := numberKey(body.number)
	known, err := has(t.store, bucketBodies, key)
	if err != nil || known {
		return err
	}
	digest, err := digestKey(body.head.Digest)
	if err != nil {
		return err
	}
	t.state.RawBytes += body.head.Size
	t.state.StoredBytes += int64(body.size)
	return errors.Join(
		t.store.put(bucketBodies, key, seal(bucketBodies, key, body.payload)),
		t.store.put(bucketDigests, digest, seal(bucketDigests, digest, key)))
}

// follow makes a bucket of the backup hold what the archive's holds. apply gets
// each key that differs, and nil for one that is to go. The captures of the same
// moment are brought before.
func (b *backup) follow(ctx context.Context, name bucket, apply func(t *transaction, key, payload []byte) error) error {
	for from := []byte{}; from != nil; {
		here := map[string][]byte{}
		var last uint64
		next, err := b.from.gather(ctx, b.site, name, from, gatherMany, func(r reader, key, payload []byte) error {
			if len(here) == 0 {
				state, err := b.steady(r)
				if err != nil {
					return err
				}
				last = state.Last
			}
			here[string(key)] = append([]byte{}, payload...)
			return nil
		})
		if err != nil {
			return err
		}
		if last > b.done {
			if err := b.captures(ctx); err != nil {
				return err
			}
		}
		if err := b.followPart(ctx, name, from, next, here, apply); err != nil {
			return err
		}
		from = next
	}
	return nil
}

// followPart does so for the keys from one up to another, nil for the end.
func (b *backup) followPart(ctx context.Context, name bucket, from, to []byte, here map[string][]byte, apply func(t *transaction, key, payload []byte) error) error {
	err := b.to.read(ctx, b.site, func(r reader) error {
		return eachFrom(r, name, nil, from, func(key, payload []byte) error {
			if to != nil && bytes.Compare(key, to) >= 0 {
				return errStop
			}
			switch want, ok := here[string(key)]; {
			case !ok:
				here[string(key)] = nil
			case bytes.Equal(want, payload):
				delete(here, string(key))
			}
			return nil
		})
	})
	if err != nil || len(here) == 0 {
		return err
	}
	return b.write(ctx, func(t *transaction) error {
		for _, key := range slices.Sorted(maps.Keys(here)) {
			if err := apply(t, []byte(key), here[key]); err != nil {
				return err
			}
		}
		return nil
	})
}

// plainly copies records that nothing else depends on.
func plainly(b bucket) func(t *transaction, key, payload []byte) error {
	return func(t *transaction, key, payload []byte) error {
		if payload == nil {
			return t.store.drop(b, key)
		}
		return t.store.put(b, key, seal(b, key, payload))
	}
}

// forgotten comes first: what is forgotten is not to be in the backup for a
// moment.
func (b *backup) forgotten(ctx context.Context) error {
	return b.follow(ctx, bucketForgotten, plainly(bucketForgotten))
}

func (b *backup) aliases(ctx context.Context) error {
	return b.follow(ctx, bucketAliases, func(t *transaction, key, payload []byte) error {
		if payload == nil {
			return nil // joined pages are parted by forgetting alone, and then the file is new
		}
		var al aliasRecord
		if err := json.Unmarshal(payload, &al); err != nil {
			return recordError(bucketAliases, key, err.Error())
		}
		return t.join(capture.Alias{Page: string(key), Of: al.Of, Why: al.Why})
	})
}

func (b *backup) frontier(ctx context.Context) error {
	return b.follow(ctx, bucketFrontier, func(t *transaction, key, payload []byte) error {
		b.report.Entries++
		if payload != nil {
			var e capture.Entry
			if err := json.Unmarshal(payload, &e); err != nil {
				return recordError(bucketFrontier, key, err.Error())
			}
			return putEntry(t.store, e)
		}
		var old capture.Entry
		if _, err := load(t.store, bucketFrontier, key, &old); err != nil {
			return err
		}
		return errors.Join(dropDue(t.store, old), t.store.drop(bucketFrontier, key))
	})
}

func (b *backup) others(ctx context.Context) error {
	for _, name := range []bucket{bucketHosts, bucketRuns} {
		if err := b.follow(ctx, name, plainly(name)); err != nil {
			return err
		}
	}
	return nil
}

// finish counts numbers at the end that were forgotten.
func (b *backup) finish(ctx context.Context) error {
	var state stateRecord
	var newest uint64
	err := b.from.read(ctx, b.site, func(r reader) (err error) {
		if state, err = b.steady(r); err != nil {
			return err
		}
		return r.scan(bucketCaptures, numberKey(b.done+1), func(key, _ []byte) error {
			newest, err = parseNumberKey(key)
			return cmp.Or(err, errStop)
		})
	})
	if err != nil {
		return err
	}
	if newest == 0 && state.Last > b.done { // no capture came since
		err = b.write(ctx, func(t *transaction) error {
			t.state.Forgotten += int(state.Last - t.state.Last)
			t.state.Last = state.Last
			return nil
		})
		b.done = state.Last
	}
	b.report.Last, b.report.Of = b.done, max(b.report.Of, b.done)
	return err
}

// check reads back what was written.
func (b *backup) check(ctx context.Context) error {
	var first error
	problems, err := b.to.verifySince(ctx, b.site, b.since+1, func(p Problem) {
		first = cmp.Or(first, fmt.Errorf("%s: %s", p.Where, p.What))
	})
	b.report.Problems = problems
	if err == nil && problems > 0 {
		err = fmt.Errorf("it does not read back: %w", first)
	}
	return err
}

// install gives a file that was made anew its place.
func (b *backup) install(ctx context.Context) error {
	if b.to == b.out {
		return nil
	}
	return b.to.moveTo(ctx, b.out, b.site)
}

// BackupInfo is one backup that was made of an archive.
type BackupInfo struct {
	Path  string                `json:"path"` // absolute
	Time  time.Time             `json:"time"` // of the last one into that folder, +07:00
	Sites map[string]BackupSite `json:"sites"`
}

// BackupSite is how far a backup has one newspaper: it holds what was captured up
// to Last and not forgotten in the first Forgets takedowns.
type BackupSite struct {
	Last    uint64 `json:"last"`
	Forgets int    `json:"forgets"`
}

type backupList struct {
	Backups []BackupInfo `json:"backups"`
}

// backupsName is the file in which an archive remembers its backups.
const backupsName = "backups.json"

// Backups lists the backups that were made of the archive, as far as it could
// remember them; whether they are still there it does not know.
func (a *Archive) Backups() ([]BackupInfo, error) {
	text, err := os.ReadFile(filepath.Join(a.dir, backupsName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var list backupList
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("list backups: %w: %s: %w", ErrCorrupt, backupsName, err)
	}
	return list.Backups, nil
}

// remember notes the backup in the archive, for takedowns have to name those that
// hold a page. An archive that cannot be written cannot forget either.
func (b *backup) remember(context.Context) error {
	path, err := filepath.Abs(b.out.dir)
	if err != nil {
		return err
	}
	lock := flock.New(filepath.Join(b.from.dir, "backups.lock"), flock.SetPermissions(0o666))
	if err := lock.Lock(); readOnly(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("remember the backup: %w", err)
	}
	defer func() { _ = lock.Unlock() }()
	list, err := b.from.Backups()
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return err
	}
	info := BackupInfo{Path: path, Sites: map[string]BackupSite{}}
	if i := slices.IndexFunc(list, func(o BackupInfo) bool { return o.Path == path }); i >= 0 {
		if list[i].Sites != nil {
			info.Sites = list[i].Sites
		}
		list = slices.Delete(list, i, i+1)
	}
	info.Time = time.Now().In(sites.Zone).Truncate(time.Second)
	info.Sites[b.site] = BackupSite{b.done, b.forgets}
	text, err := encode(backupList{append(list, info)})
	if err != nil {
		return err
	}
	temp := filepath.Join(b.from.dir, backupsName+".new")
	if err := os.WriteFile(temp, append(text, '\n'), 0o666); err != nil {
		return fmt.Errorf("remember the backup: %w", err)
	}
	return os.Rename(temp, filepath.Join(b.from.dir, backupsName))
}
