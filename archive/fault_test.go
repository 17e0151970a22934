package archive_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/backup"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/boltfile"
	"baoluu/archive/internal/schema"
	"baoluu/archive/internal/store"

	"go.etcd.io/bbolt"
)

func TestOpenAndCreate(t *testing.T) {
	dir := t.TempDir()
	if _, err := archive.Open(dir); !errors.Is(err, archive.ErrNoArchive) {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := archive.Open(filepath.Join(dir, "none")); !errors.Is(err, archive.ErrNoArchive) {
		t.Errorf("no folder: %v", err)
	}
	a, err := archive.Create(filepath.Join(dir, "deep", "er"))
	if err != nil {
		t.Fatal(err)
	}
	if names, err := a.Newspapers(); err != nil || len(names) > 0 {
		t.Error(names, err)
	}
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	for _, open := range []func(string) (*archive.Archive, error){archive.Open, archive.Create} {
		b, err := open(a.Dir())
		if err != nil {
			t.Fatal(err)
		}
		if names, err := b.Newspapers(); err != nil || !slices.Equal(names, []string{archivetest.Site}) {
			t.Error(names, err)
		}
	}
	// A newspaper's file is enough to know an archive by.
	if err := os.Remove(filepath.Join(a.Dir(), "baoluu-archive.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Open(a.Dir()); err != nil {
		t.Error(err)
	}
	full := t.TempDir()
	file := filepath.Join(full, "photo.jpg")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{full, file} {
		if _, err := archive.Create(dir); !errors.Is(err, archive.ErrNoArchive) {
			t.Errorf("%s: %v", dir, err)
		}
	}
	if err := os.WriteFile(filepath.Join(full, "baoluu-archive.json"), []byte(`{"archive":"baoluu","version":99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Open(full); !errors.Is(err, archive.ErrSchema) {
		t.Errorf("a newer archive: %v", err)
	}
}

func TestUnknownFormat(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	set := func(s schema.Format) {
		db, err := bbolt.Open(a.Newspaper(archivetest.Site).File.Path("db"), 0o600, &bbolt.Options{Timeout: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(func(tx *bbolt.Tx) error {
			payload, err := schema.Encode(s)
			if err != nil {
				return err
			}
			key := []byte(schema.KeySchema)
			return tx.Bucket([]byte(schema.BucketMeta)).Put(key, schema.Seal(schema.BucketMeta, key, payload))
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []schema.Format{{Version: schema.Current + 1, Site: archivetest.Site}, {Site: archivetest.Site}, {Version: schema.Current, Site: "vov"}} {
		set(s)
		if _, err := a.View(ctx, archivetest.Site); !errors.Is(err, archive.ErrSchema) {
			t.Errorf("%+v: view: %v", s, err)
		}
		if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{}); !errors.Is(err, archive.ErrSchema) {
			t.Errorf("%+v: commit: %v", s, err)
		}
		if _, err := a.Verify(ctx, archivetest.Site, func(archive.Problem) {}, nil); !errors.Is(err, archive.ErrSchema) {
			t.Errorf("%+v: verify: %v", s, err)
		}
	}
	set(schema.Format{Version: schema.Current, Site: archivetest.Site})
}

func TestLock(t *testing.T) {
	a := archivetest.Fresh(t)
	release, err := a.Lock(archivetest.Site, "crawl")
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Lock(archivetest.Site, "import")
	var use *archive.InUseError
	if !errors.As(err, &use) || !errors.Is(err, archive.ErrInUse) || use.PID != os.Getpid() || use.What != "crawl" || time.Since(use.Since) > time.Minute {
		t.Errorf("second: %v", err)
	}
	if other, err := a.Lock("vov", "crawl"); err != nil {
		t.Error(err)
	} else if err := other(); err != nil {
		t.Error(err)
	}
	// Reading and writing go on under it.
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	for range 2 {
		if err := release(); err != nil {
			t.Error(err)
		}
	}
	again, err := a.Lock(archivetest.Site, "crawl")
	if err != nil {
		t.Fatal(err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
}

// TestGateHeld: who cannot have the file in time gets an error, and leaves nothing
// behind.
func TestGateHeld(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	gate, err := store.WaitForLock(a.Newspaper(archivetest.Site).File.Path("gate"))
	if err != nil {
		t.Fatal(err)
	}
	b := archivetest.OpenAt(t, a.Dir())
	b.Newspaper(archivetest.Site).File.Folder.Patience = 20 * time.Millisecond
	if _, err := b.View(ctx, archivetest.Site); !errors.Is(err, archive.ErrInUse) {
		t.Errorf("view: %v", err)
	}
	if _, err := b.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Page("200", "B\nx", 0)}}); !errors.Is(err, archive.ErrInUse) {
		t.Errorf("commit: %v", err)
	}
	if err := gate.Unlock(); err != nil {
		t.Fatal(err)
	}
	archivetest.Commit(t, b, archivetest.Page("200", "B\nx", 0))
}

func TestDamagedFiles(t *testing.T) {
	whole := func() []byte {
		a := archivetest.Fresh(t)
		archivetest.Commit(t, a, archivetest.Page("100", archivetest.NewsPage(1, 3), 0), archivetest.Page("200", archivetest.NewsPage(2, 3), 1))
		return archivetest.ReadFile(t, a)
	}()
	for name, b := range map[string][]byte{
		"empty":       {},
		"text":        []byte(strings.Repeat("no database ", 2000)),
		"one page":    whole[:4096],
		"cut in half": whole[:len(whole)/2],
		"cut by one":  whole[:len(whole)-4096],
		"zeros":       make([]byte, len(whole)),
	} {
		t.Run(name, func(t *testing.T) {
			a, err := archive.Create(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			archivetest.Plain(a)
			if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := a.View(ctx, archivetest.Site); err != nil && !errors.Is(err, archive.ErrCorrupt) {
				t.Errorf("view: %v", err)
			}
			problems := 0
			if _, err := a.Verify(ctx, archivetest.Site, func(archive.Problem) { problems++ }, nil); err != nil || problems == 0 && name != "cut by one" {
				t.Errorf("verify: %d, %v", problems, err)
			}
			if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Page("300", "C\nx", 0)}}); err != nil && !errors.Is(err, archive.ErrCorrupt) {
				t.Errorf("commit: %v", err)
			}
		})
	}
}

// TestFullDisk: a commit that finds no room stores nothing, says so, and leaves
// an archive that works.
func TestFullDisk(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("1", archivetest.NewsPage(1, 5), 0))
	a.Newspaper(archivetest.Site).File.Folder.MaxSize = 512 << 10
	stored := 1
	for i := range 200 {
		page := archivetest.Needing(archivetest.Noise(fmt.Sprint(1000+i), 4000), "logo.png", fmt.Sprint(i, ".png"))
		_, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{page, archivetest.Asset(fmt.Sprint(i, ".png"), archivetest.Noise(fmt.Sprint(i), 4000).Body, i)}})
		if err != nil {
			if !errors.Is(err, archive.ErrFull) {
				t.Fatal(err)
			}
			break
		}
		stored++
	}
	archivetest.Sound(t, a)
	stats, err := archivetest.View(t, a).Stats(ctx)
	if err != nil || stats.Captures != stored || stats.AssetCaptures != stored-1 || len(neededBy(t, archivetest.View(t, a), "logo.png")) != stored-1 || stored > 100 {
		t.Fatalf("%+v, stored %d, %v", stats, stored, err)
	}
	a.Newspaper(archivetest.Site).File.Folder.MaxSize = 0
	archivetest.Commit(t, a, archivetest.Noise("9", 100))
}

func TestReadOnlyFolder(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("folder permissions do not hold here")
	}
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	if err := errors.Join(os.Remove(a.Newspaper(archivetest.Site).File.Path("gate")), os.Chmod(a.Dir(), 0o500)); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(a.Dir(), 0o700) }()
	if _, err := a.View(ctx, archivetest.Site); err != nil {
		t.Errorf("reading: %v", err)
	}
	if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("writing: %v", err)
	}
}

// TestFlippedBits: whichever bit of the file is flipped, verify reports it or it
// is in free space, nothing panics or hangs, and what is read is right or a named
// error. BAOLUU_TEST_FLIPS=1000 has that many.
func TestFlippedBits(t *testing.T) {
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	archivetest.Plain(a)
	a.Newspaper(archivetest.Site).File.Folder.Patience = 2 * time.Second // nobody else is there to wait for
	bodies := archivetest.VariedOf(t, a, 40)
	whole := archivetest.ReadFile(t, a)
	inUse := archivetest.UsedPages(t, whole)
	rounds := 200
	if testing.Short() {
		rounds = 30
	}
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_FLIPS")); err == nil {
		rounds = n
	}
	r := rand.New(rand.NewPCG(3, 4))
	silent := 0
	for round := range rounds {
		b := bytes.Clone(whole)
		at := r.IntN(len(b))
		if round%2 == 0 { // in a page's head
			at = at/store.PageSize*store.PageSize + r.IntN(boltfile.PageHead)
		}
		for round%4 != 0 && !inUse[at] {
			at = (at + 1) % len(b)
		}
		bit := byte(1) << r.IntN(8)
		b[at] ^= bit
		if err := os.WriteFile(a.Newspaper(archivetest.Site).File.Path("db"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		problems := 0
		_, err := a.Verify(ctx, archivetest.Site, func(archive.Problem) { problems++ }, nil)
		if err != nil && !errors.Is(err, archive.ErrCorrupt) && !errors.Is(err, archive.ErrSchema) {
			t.Errorf("byte %d bit %08b: verify: %v", at, bit, err)
		}
		if err == nil && problems == 0 {
			silent++
			if inUse[at] {
				t.Errorf("byte %d (page %d + %d) bit %08b: verify saw nothing", at, at/store.PageSize, at%store.PageSize, bit)
			}
		}
		v, err := a.View(ctx, archivetest.Site)
		if err != nil {
			if !errors.Is(err, archive.ErrCorrupt) && !errors.Is(err, archive.ErrSchema) {
				t.Errorf("byte %d bit %08b: view: %v", at, bit, err)
			}
			continue
		}
		for n, want := range bodies {
			got, err := v.Body(ctx, n)
			if err == nil && !bytes.Equal(got, want) || err != nil && !errors.Is(err, archive.ErrCorrupt) && !errors.Is(err, archive.ErrNoPage) {
				t.Errorf("byte %d bit %08b: body %d: %d bytes, %v", at, bit, n, len(got), err)
			}
		}
		// A damaged file must not end the process that writes to it either. What it
		// did to the file is not asked: verify says to write no more.
		if problems > 0 {
			_, _ = a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Page("9999", "Z\nz", 99)}})
		}
	}
	t.Logf("%d flips, %d in bytes that nothing uses", rounds, silent)
}

// TestManyAtOnce: a writer and readers back to back, each archive value with files
// of its own as another process would have them. Every reader sees a whole state,
// and nobody waits long.
func TestManyAtOnce(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.Commit(t, a, archivetest.Page("1", archivetest.NewsPage(1, 4), 0))
	const perCommit = 4
	commits := 40
	if testing.Short() {
		commits = 10
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	var reads []time.Duration
	for i := range 3 {
		wg.Go(func() {
			b := archivetest.OpenAt(t, a.Dir())
			if i == 0 {
				b = a // and one within the writer's
			}
			for {
				select {
				case <-done:
					return
				default:
				}
				started := time.Now()
				v, err := b.View(ctx, archivetest.Site)
				if err != nil {
					t.Errorf("view: %v", err)
					return
				}
				mu.Lock()
				reads = append(reads, time.Since(started))
				mu.Unlock()
				n, captures, last := 0, 0, uint64(0)
				if err := v.All(ctx, func(c capture.Capture) error { n++; last = c.Number; return nil }); err != nil {
					t.Errorf("all: %v", err)
					return
				}
				if err := v.Pages(ctx, func(p archive.PageInfo) error { captures += p.Captures; return nil }); err != nil {
					t.Errorf("pages: %v", err)
					return
				}
				if n != captures || (n-1)%perCommit != 0 || uint64(n) != last {
					t.Errorf("%d captures by number, %d by page, of %d", n, captures, last)
				}
				if _, err := v.Body(ctx, last); err != nil {
					t.Errorf("body: %v", err)
				}
			}
		})
	}
	var writes []time.Duration
	for i := range commits {
		var kept []capture.Kept
		for j := range perCommit {
			kept = append(kept, archivetest.Page(fmt.Sprint(j+1), archivetest.NewsPage(uint64(i*perCommit+j), 4), i+1))
		}
		started := time.Now()
		archivetest.Commit(t, a, kept...)
		writes = append(writes, time.Since(started))
	}
	close(done)
	wg.Wait()
	slices.Sort(writes)
	slices.Sort(reads)
	t.Logf("%d commits: median %s, worst %s; %d views: median %s, worst %s", len(writes), writes[len(writes)/2], writes[len(writes)-1], len(reads), reads[len(reads)/2], reads[len(reads)-1])
}

// TestKilled: a writer that is killed at any moment, a backup and a verify running
// beside it, loses nothing of which a commit returned, and leaves an archive that
// verify finds whole; so is the backup, which holds it all in the end.
// BAOLUU_TEST_KILLS=200 kills it that often.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("BAOLUU_TEST_WRITER"); dir != "" {
		writeForEver(dir, os.Getenv("BAOLUU_TEST_FROM"))
		return
	}
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	if n, err := strconv.Atoi(os.Getenv("BAOLUU_TEST_KILLS")); err == nil {
		rounds = n
	}
	a, backups := archivetest.Fresh(t), t.TempDir()
	acknowledged := map[uint64]string{}
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	next := 0
	for range rounds {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "BAOLUU_TEST_WRITER="+a.Dir(), "BAOLUU_TEST_FROM="+strconv.Itoa(next))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var beside sync.WaitGroup
		if next > 0 { // there is something to back up
			copying, looking := archivetest.OpenAt(t, a.Dir()), archivetest.OpenAt(t, a.Dir()) // as other processes would
			beside.Go(func() {
				if _, err := backup.Run(ctx, copying, archivetest.Site, backups, nil); err != nil {
					t.Errorf("backup: %v", err)
				}
			})
			beside.Go(func() {
				if _, err := looking.Verify(ctx, archivetest.Site, func(p archive.Problem) { t.Errorf("verify beside a writer: %+v", p) }, nil); err != nil {
					t.Errorf("verify: %v", err)
				}
			})
		}
		lines := bufio.NewScanner(out)
		limit := r.IntN(12) // commits, and then some part of one
		for seen := 0; seen <= limit && lines.Scan(); seen++ {
			if seen == limit {
				for until := time.Now().Add(time.Duration(r.IntN(12000)) * time.Microsecond); time.Now().Before(until); {
					runtime.Gosched()
				}
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			heard(t, acknowledged, &next, lines.Text())
		}
		for lines.Scan() {
			heard(t, acknowledged, &next, lines.Text())
		}
		_ = cmd.Wait() // it was killed
		beside.Wait()
		next += 100 // what it had begun may be stored or not
		archivetest.Sound(t, a)
		v := archivetest.View(t, a)
		for n, digest := range acknowledged {
			body, err := v.Body(ctx, n)
			if err != nil || schema.DigestOf(body) != digest {
				t.Errorf("capture %d was acknowledged: %v", n, err)
			}
		}
	}
	archivetest.BackUp(t, a, backups)
	to := archivetest.OpenAt(t, backups)
	archivetest.Sound(t, to)
	v := archivetest.View(t, to)
	for n, digest := range acknowledged {
		if body, err := v.Body(ctx, n); err != nil || schema.DigestOf(body) != digest {
			t.Errorf("capture %d is not in the backup: %v", n, err)
		}
	}
	t.Logf("%d rounds, %d captures acknowledged", rounds, len(acknowledged))
	if len(acknowledged) == 0 {
		t.Error("nothing was ever acknowledged")
	}
}

func heard(t *testing.T, acknowledged map[uint64]string, next *int, line string) {
	var n uint64
	var i int
	var digest string
	if _, err := fmt.Sscanf(line, "stored %d %d %s", &n, &i, &digest); err == nil && len(digest) == len(schema.DigestOf(nil)) {
		acknowledged[n], *next = digest, max(*next, i+1)
	} else if strings.HasPrefix(line, "error") {
		t.Error(line)
	}
}

func writeForEver(dir, from string) {
	a, err := archive.Open(dir)
	if err != nil {
		fmt.Println("error", err)
		return
	}
	archivetest.Plain(a)
	i, _ := strconv.Atoi(from)
	for ; ; i += 3 {
		var kept []capture.Kept
		for j := range 3 {
			kept = append(kept, archivetest.Needing(archivetest.Page(fmt.Sprint((i+j)%50+1), archivetest.NewsPage(uint64(i+j), 6), i+j), "logo.png", fmt.Sprint((i+j)%50, ".png")))
		}
		noise := archivetest.Noise(fmt.Sprint(i), 3000).Body // what the page shows is exchanged each time
		kept = append(kept, archivetest.Asset(fmt.Sprint(i%50, ".png"), append([]byte("\x89PNG\r\n\x1a\n"), noise...), i))
		puts, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: kept})
		if err != nil {
			fmt.Println("error", err)
			return
		}
		for j, p := range puts {
			fmt.Println("stored", p.Number, i+min(j, 2), schema.DigestOf(kept[j].Body))
		}
	}
}

// TestLinkedFile: a newspaper's file that is a link is read, but not written: what is
// written again would take the link's place, and leave what it leads to behind.
func TestLinkedFile(t *testing.T) {
	a, elsewhere := archivetest.Fresh(t), filepath.Join(t.TempDir(), "moved.db")
	archivetest.Commit(t, a, archivetest.Page("100", "A\nx", 0))
	if err := os.Rename(a.Newspaper(archivetest.Site).File.Path("db"), elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, a.Newspaper(archivetest.Site).File.Path("db")); err != nil {
		t.Skipf("no links can be made here: %v", err)
	}
	if names, err := a.Newspapers(); err != nil || len(names) != 1 {
		t.Errorf("%v, %v", names, err)
	}
	if _, err := archivetest.View(t, a).Page(ctx, "100"); err != nil {
		t.Error(err)
	}
	refused := func() {
		t.Helper()
		if _, err := a.Commit(ctx, archivetest.Site, capture.Batch{Kept: []capture.Kept{archivetest.Page("200", "B\nx", 1)}}); !errors.Is(err, archive.ErrInvalid) {
			t.Errorf("commit: %v", err)
		}
		if info, err := os.Lstat(a.Newspaper(archivetest.Site).File.Path("db")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("the link is gone: %v, %v", info, err)
		}
	}
	refused()
	if _, err := forget.Run(ctx, a, archivetest.Site, "100", forget.Options{Reason: "x", At: archivetest.At(0), Accept: true}); !errors.Is(err, archive.ErrInvalid) {
		t.Errorf("forget: %v", err)
	}
	if err := os.Rename(elsewhere, elsewhere+".away"); err != nil { // a disk that is not there
		t.Fatal(err)
	}
	refused()
	if err := os.Rename(elsewhere+".away", elsewhere); err != nil {
		t.Fatal(err)
	}
}
