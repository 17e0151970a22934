package backup

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"baoluu/archive"
	"baoluu/archive/internal/newspaper"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"
	"baoluu/archive/internal/verify"
)

// A backup is an archive like any other: it holds the same captures under the same
// numbers, their bodies as they were packed, the same articles. Versions and lists
// follow from these and are derived in the backup as a commit derives them, so that
// each transaction there leaves a complete archive, as the other stood after a certain
// capture, however much is stored in the other meanwhile. What a crawl keeps beside
// captures is brought after them, and never ahead of them.
//
// Where something was forgotten since, or captures were repaired that had been
// copied without their bodies, the newspaper's file is copied again beside the old one
// and takes its place when it is complete.

// Report is what a backup of one newspaper did, or has done so far.
type Report struct {
	Captures int    // new in the backup
	Bytes    int64  // of their bodies, as they are stored
	Last     uint64 // number of the newest capture in the backup
	Of       uint64 // and in the archive
	Entries  int    // addresses to be fetched that were brought up to date
	Renewed  bool   // the newspaper was copied from the start, for something was forgotten or repaired since
	Problems int    // what does not read back; then the backup failed
}

// ErrNotBackup is returned when the folder of a backup holds captures that are not
// of the archive.
var ErrNotBackup = errors.New("not a backup of this archive")

// backupAgain is how often a backup begins again because a re-clean or a takedown
// was finished meanwhile, or a capture repaired.
const backupAgain = 5

// Run brings the backup of a newspaper in the folder dir up to date, and makes
// folder and file where there are none. Crawls, re-cleans and readers may go on
// meanwhile. Stopped at any moment it leaves a complete archive, as of an earlier
// capture; called again it goes on. What it wrote is read back before it returns:
// captures and bodies with their digests, and the pages of the file. progress is called
// after each batch; it may be nil.
//
// A folder with captures of its own is an [ErrNotBackup], one within the archive or full of
// something else an [archive.ErrInvalid] or [archive.ErrNoArchive]. Where another backup into
// dir or a takedown is under way the error is an [archive.ErrInUse] at once.
func Run(ctx context.Context, a *archive.Archive, site, dir string, progress func(Report)) (Report, error) {
	b := &backup{archive: a, from: a.Newspaper(site), progress: progress}
	err := b.open(dir)
	if err == nil {
		err = b.run(ctx)
	}
	return b.report, err
}

type backup struct {
	archive   *archive.Archive
	from, out *newspaper.Newspaper
	to        *newspaper.Newspaper // out, or a folder in it where the file is copied again
	progress  func(Report)
	report    Report

	since      uint64     // the backup's newest capture before
	generation uint32     // that is being copied
	era        schema.Era // of the archive when the backup began
	done       uint64     // the newest capture that the backup has
}

// open finds or makes the folder.
func (b *backup) open(dir string) error {
	if err := store.CheckSite(b.from.Name); err != nil {
		return err
	}
	if err := b.archive.Elsewhere(dir); err != nil {
		return err
	}
	var err error
	b.out, err = b.create(dir)
	return err
}

// create finds or makes the newspaper in an archive of its own.
func (b *backup) create(dir string) (*newspaper.Newspaper, error) {
	a, err := archive.Create(dir)
	if err != nil {
		return nil, err
	}
	np := a.Newspaper(b.from.Name)
	np.Like(b.from)
	return np, nil
}

func (b *backup) run(ctx context.Context) (err error) {
	release, err := b.out.Lock("backup")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	move, err := b.from.File.Freeze()
	if err != nil {
		return err
	}
	defer move()
	for range backupAgain {
		if err = b.once(ctx); !errors.Is(err, store.ErrChanged) {
			return err
		}
	}
	return err
}

func (b *backup) once(ctx context.Context) error {
	now, err := b.from.State(ctx)
	if err != nil {
		return err
	}
	b.generation, b.era, b.report.Of = now.Generation, now.Era(), now.Last
	if err := b.target(ctx); err != nil {
		return err
	}
	steps := []func(context.Context) error{
		b.forgotten, b.renewArticles, b.captures, b.aliases, b.frontier, b.others, b.finish, b.to.Settle, b.check, b.install, b.remember,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// target chooses the file to write to: the backup's own or, where captures changed
// that it has, a new one.
func (b *backup) target(ctx context.Context) error {
	b.to = b.out
	state, err := b.out.State(ctx)
	if errors.Is(err, archive.ErrNoNewspaper) {
		return b.begin(ctx)
	}
	if err != nil {
		return err
	}
	if state.Era() == b.era {
		b.since, b.done = state.Last, state.Last
		return b.compare(ctx)
	}
	if b.to, err = b.create(b.renewal()); err != nil {
		return err
	}
	b.report.Renewed = true
	state, err = b.to.State(ctx)
	if err == nil && state.Era() == b.era {
		b.since, b.done = 0, state.Last // an earlier backup did not come to its end
		return b.compare(ctx)
	}
	if err != nil && !errors.Is(err, archive.ErrNoNewspaper) && !errors.Is(err, archive.ErrCorrupt) {
		return err
	}
	if err := os.Remove(b.to.File.Path("db")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return b.begin(ctx)
}

// renewal is the folder in which a newspaper is copied again.
func (b *backup) renewal() string { return b.out.File.Path("renew") }

// begin makes an empty file of the archive's generation.
func (b *backup) begin(ctx context.Context) error {
	b.since, b.done = 0, 0
	return b.write(ctx, func(t *newspaper.Tx) error {
		t.State.Generation, t.State.Forgets, t.State.Repairs = b.generation, b.era.Forgets, b.era.Repairs
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
	there, err := payloads(ctx, b.to, numbers)
	if err != nil {
		return err
	}
	here, err := payloads(ctx, b.from, numbers)
	if err != nil {
		return err
	}
	if b.done > b.report.Of || !slices.EqualFunc(here, there, bytes.Equal) {
		return schema.Say(ErrNotBackup, "%s is not a backup of this archive: it holds captures of its own; \"baoluu merge\" brings two archives together", archive.Path(b.out.File.Path("db")))
	}
	return nil
}

func payloads(ctx context.Context, np *newspaper.Newspaper, numbers []uint64) (list [][]byte, err error) {
	return list, np.File.Read(ctx, func(r schema.Reader) error {
		for _, n := range numbers {
			payload, err := schema.Captures.Payload(r, n)
			if err != nil {
				return err
			}
			list = append(list, bytes.Clone(payload))
		}
		return nil
	})
}

// write changes the backup in one transaction, its counters with it.
func (b *backup) write(ctx context.Context, fn func(*newspaper.Tx) error) error {
	return b.to.Change(ctx, fn)
}

// unchanged stops the backup where what it copies has been replaced meanwhile.
func (b *backup) unchanged(r schema.Reader) (schema.State, error) {
	state, err := schema.MetaState.Must(r)
	if err == nil && (state.Generation != b.generation || state.Era() != b.era) {
		err = store.ErrChanged
	}
	return state, err
}

// renewArticles copies the articles of captures that the backup has, where a
// re-clean was accepted since, and switches to them.
func (b *backup) renewArticles(ctx context.Context) error {
	state, err := b.to.State(ctx)
	if err != nil || state.Generation == b.generation {
		return err
	}
	if err := b.to.DropGenerations(ctx, state.Generation); err != nil {
		return err
	}
	articles := schema.Articles(b.generation)
	for rest, more := articles.Payloads(), true; more; {
		var batch []schema.Row[uint64, []byte]
		size := 0
		rest, more, err = store.ReadSlice(ctx, b.from.File, rest, func(r schema.Reader, n uint64, payload []byte) error {
			switch {
			case n > b.done:
				return schema.ErrStop
			case size > newspaper.IntakeBytes || len(batch) == newspaper.SmallRecords:
				return store.ErrLater
			case len(batch) == 0:
				if _, err := b.unchanged(r); err != nil {
					return err
				}
			}
			batch = append(batch, schema.Row[uint64, []byte]{Key: n, Value: bytes.Clone(payload)})
			size += len(payload)
			return nil
		})
		if err == nil {
			err = b.write(ctx, func(t *newspaper.Tx) error { return putAll(t.Store, articles, batch) })
		}
		if err != nil {
			return err
		}
	}
	name, err := b.cleaner(ctx)
	if err != nil {
		return err
	}
	fresh := b.to.NewGeneration(state, b.generation, cmp.Or(name, b.to.CleanerName()))
	fresh.Done = b.done
	_, err = fresh.Accept(ctx, func(context.Context, uint64) error { return store.ErrChanged }) // nobody else writes here
	return err
}

// cleaner names the cleaner that made the generation of articles, whichever program makes the backup.
func (b *backup) cleaner(ctx context.Context) (name string, err error) {
	err = b.from.File.Read(ctx, func(r schema.Reader) error {
		cleanings, _, err := schema.MetaCleanings.Load(r)
		for _, c := range cleanings {
			if c.Generation == b.generation {
				name = c.Cleaner
			}
		}
		return err
	})
	return name, err
}

// putAll writes records as they were written elsewhere.
func putAll[K, V any](s schema.Writer, t schema.Table[K, V], list []schema.Row[K, []byte]) error {
	for _, r := range list {
		if err := t.SavePayload(s, r.Key, r.Value); err != nil {
			return err
		}
	}
	return nil
}

// finish counts numbers at the end that were forgotten.
func (b *backup) finish(ctx context.Context) error {
	var state schema.State
	var newest uint64
	err := b.from.File.Read(ctx, func(r schema.Reader) (err error) {
		if state, err = b.unchanged(r); err != nil {
			return err
		}
		for newest, err = range schema.Captures.From(b.done + 1).Keys(r) {
			break
		}
		return err
	})
	if err != nil {
		return err
	}
	if newest == 0 && state.Last > b.done { // no capture came since
		err = b.write(ctx, func(t *newspaper.Tx) error {
			t.State.Forgotten += int(state.Last - t.State.Last)
			t.State.Last = state.Last
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
	problems, err := verify.Since(ctx, verify.Newspaper{File: b.to.File, Bodies: b.to.Bodies}, b.since+1, func(p archive.Problem) {
		first = cmp.Or(first, fmt.Errorf("%s: %s", p.Where, p.What))
	})
	b.report.Problems = problems
	if err == nil && problems > 0 {
		err = fmt.Errorf("it does not read back: %w", first)
	}
	return err
}

// remember notes the backup in the archive.
func (b *backup) remember(context.Context) error {
	path, err := filepath.Abs(b.out.File.Folder.Dir)
	if err == nil {
		err = b.archive.Remember(path, b.from.Name, archive.BackupSite{Last: b.done, Forgets: b.era.Forgets})
	}
	if err != nil {
		return fmt.Errorf("remember the backup: %w", err)
	}
	return nil
}

// install gives a file that was copied again its place.
func (b *backup) install(ctx context.Context) error {
	if b.to == b.out {
		return nil
	}
	return b.to.File.MoveTo(ctx, b.out.File)
}
