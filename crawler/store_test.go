package crawler_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/crawler"
	"baoluu/sites"
)

var _ crawler.Store = (*memory)(nil)

// memory is a store for one newspaper, simple enough to be right by reading.
type memory struct {
	mu      sync.Mutex
	locked  bool
	entries map[string]capture.Entry
	hosts   map[string][]byte
	kept    []capture.Kept
	aliases map[string]string
	runs    []capture.Run
	batches []int // captures in each

	failCommit int // fails the nth commit from now
	commits    int
}

var errDisk = errors.New("disk full")

func newMemory() *memory {
	return &memory{entries: map[string]capture.Entry{}, hosts: map[string][]byte{}, aliases: map[string]string{}}
}

func (m *memory) Lock(string, string) (func() error, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked {
		return nil, archive.ErrInUse
	}
	m.locked = true
	return func() error { m.mu.Lock(); defer m.mu.Unlock(); m.locked = false; return nil }, nil
}

func (m *memory) page(p string) string { return cmp.Or(m.aliases[p], p) }

func (m *memory) Discover(_ context.Context, _ string, es []capture.Entry) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	added := 0
	for _, e := range es {
		e.Page = m.page(e.Page)
		if _, ok := m.entries[e.Page]; !ok {
			m.entries[e.Page] = e
			added++
		}
	}
	return added, nil
}

func (m *memory) Entry(_ context.Context, _, page string) (capture.Entry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[m.page(page)]
	return e, ok, nil
}

func (m *memory) After(_ context.Context, _ string, e capture.Entry, limit int) ([]capture.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	order := func(a, b capture.Entry) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Page, b.Page)) }
	var after []capture.Entry
	for _, other := range m.entries {
		if other.Class == e.Class && !other.Due.IsZero() && order(other, e) > 0 {
			after = append(after, other)
		}
	}
	slices.SortFunc(after, order)
	return after[:min(len(after), limit)], nil
}

func (m *memory) Due(_ context.Context, _ string, now time.Time, class capture.Class, limit int) ([]capture.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []capture.Entry
	for _, e := range m.entries {
		if e.Class == class && !e.Due.IsZero() && !e.Due.After(now) {
			due = append(due, e)
		}
	}
	slices.SortFunc(due, func(a, b capture.Entry) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Page, b.Page)) })
	return due[:min(len(due), limit)], nil
}

func (m *memory) Waiting(ctx context.Context, site string, now time.Time, class capture.Class) (int, error) {
	due, err := m.Due(ctx, site, now, class, math.MaxInt)
	return len(due), err
}

func (m *memory) Commit(_ context.Context, _ string, b capture.Batch) ([]capture.Put, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.commits++; m.commits == m.failCommit {
		return nil, errDisk
	}
	for _, a := range b.Aliases {
		m.aliases[a.Page] = a.Of
		if e, ok := m.entries[a.Page]; ok {
			delete(m.entries, a.Page)
			if _, ok := m.entries[a.Of]; !ok {
				e.Page = a.Of
				m.entries[a.Of] = e
			}
		}
	}
	var puts []capture.Put
	for _, k := range b.Kept {
		k.Page = m.page(k.Page)
		put := capture.Put{Number: uint64(len(m.kept) + 1), NewPage: true}
		k.Number = put.Number
		var last *capture.Kept
		for i := range m.kept {
			if m.kept[i].Page == k.Page {
				put.NewPage = false
				if m.kept[i].Body != nil {
					last = &m.kept[i]
				}
				if m.kept[i].Article != nil {
					put.Version = max(put.Version, 1)
				}
			}
		}
		switch {
		case k.Kind == capture.Revisit:
		case last != nil && bytes.Equal(last.Body, k.Body):
			put.Revisit = true
			k.Kind = capture.Revisit
		case k.Article != nil:
			put.NewVersion = true
			put.Version++
		}
		m.kept = append(m.kept, k)
		puts = append(puts, put)
	}
	for _, e := range b.Entries {
		if m.page(e.Page) != e.Page {
			continue
		}
		for _, k := range m.kept {
			if k.Page == e.Page && k.Body != nil && k.State == capture.Live {
				e.Capture = k.Number
			}
		}
		m.entries[e.Page] = e
	}
	maps.Copy(m.hosts, b.Hosts)
	if b.Run != nil {
		if n := len(m.runs); n > 0 && m.runs[n-1].Started.Equal(b.Run.Started) {
			m.runs = m.runs[:n-1]
		}
		m.runs = append(m.runs, *b.Run)
	}
	m.batches = append(m.batches, len(b.Kept))
	return puts, nil
}

func (m *memory) Runs(_ context.Context, _ string, since time.Time) ([]capture.Run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.runs), func(r capture.Run) bool { return r.Started.Before(since) }), nil
}

func (m *memory) Hosts(context.Context, string) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.hosts), nil
}

// of gives the captures of one address.
func (m *memory) of(url string) []capture.Kept {
	var ks []capture.Kept
	for _, k := range m.kept {
		if k.URL == url {
			ks = append(ks, k)
		}
	}
	return ks
}

func newArchive(t testing.TB) *archive.Archive {
	t.Helper()
	a, err := archive.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func siteOf(t testing.TB, name string) *sites.Site {
	t.Helper()
	s, ok := sites.ByName(name)
	if !ok {
		t.Fatalf("no newspaper %q", name)
	}
	return s
}
