package archive_test

import (
	stdcmp "cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/forget"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/internal/schema"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// model is the archive as simply as it can be said: captures in a list, everything
// else derived whenever it is asked for.
type model struct {
	kept   []modelCapture
	joined map[string]string
	until  int // minute, 0 for all: what comes later is not there yet
	due    map[string]capture.Entry
	// What was forgotten: pages, of which nothing more is kept, and numbers of captures.
	forgotten map[string]bool
	removed   map[uint64]bool
}

type modelCapture struct {
	page, url, text string
	minute          int
	state           capture.State
}

func (m *model) page(page string) string {
	for m.joined[page] != "" {
		page = m.joined[page]
	}
	return page
}

func (m *model) join(page, of string) {
	if of, page := m.page(of), m.page(page); of != page {
		m.joined[page] = of
		if e, ok := m.due[page]; ok {
			delete(m.due, page)
			if _, ok := m.due[of]; !ok {
				e.Page = of
				m.due[of] = e
			}
		}
	}
}

// refuses reports whether a page was forgotten, under whatever name.
func (m *model) refuses(page string) bool { return m.forgotten[m.page(page)] }

func (m *model) forget(page string) {
	for _, n := range m.of(page) {
		m.removed[n] = true
	}
	m.forgotten[page] = true
	delete(m.due, page)
}

// of gives the numbers of a page's captures by time.
func (m *model) of(page string) []uint64 {
	var list []uint64
	for i, c := range m.kept {
		if m.page(c.page) == page && !m.removed[uint64(i+1)] && (m.until == 0 || c.minute <= m.until) {
			list = append(list, uint64(i+1))
		}
	}
	slices.SortStableFunc(list, func(a, b uint64) int { return m.kept[a-1].minute - m.kept[b-1].minute })
	return list
}

// versions gives first and last capture of each.
func (m *model) versions(page string) (list [][2]uint64) {
	text, at, away := "", "", false
	for _, n := range m.of(page) {
		c := m.kept[n-1]
		body := c.text
		if c.state == capture.Gone {
			switch {
			case away:
				list[len(list)-1][1] = n
			case len(list) > 0 && at == c.url:
				list = append(list, [2]uint64{n, n})
				away = true
			case len(list) > 0 && m.movedBefore(page, n):
				list = append(list, [2]uint64{n, n})
				away = true
			}
			continue
		}
		if c.state != capture.Live || body == "" || strings.HasPrefix(body, "list") {
			continue
		}
		read := visible(body)
		at = c.url
		if len(list) > 0 && text == read && !away {
			list[len(list)-1][1] = n
			continue
		}
		text, away = read, false
		list = append(list, [2]uint64{n, n})
	}
	return list
}

// visible is what a reader sees of a page.
func visible(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return l == "" || strings.HasPrefix(l, "#") })
	return strings.Join(lines, "\n")
}

// movedBefore reports whether the last that was heard at a capture's address
// before it is a redirect of the day.
func (m *model) movedBefore(page string, of uint64) bool {
	for _, n := range slices.Backward(m.of(page)) {
		before := m.kept[n-1].minute < m.kept[of-1].minute || m.kept[n-1].minute == m.kept[of-1].minute && n < of
		if before && m.kept[n-1].url == m.kept[of-1].url && m.kept[n-1].state != capture.Broken {
			return m.kept[n-1].state == capture.Moved
		}
	}
	return false
}

// read is the state of a page by its versions, "" where they say nothing.
func (m *model) read(page string) capture.State {
	list := m.versions(page)
	if len(list) == 0 {
		return ""
	}
	if m.kept[list[len(list)-1][0]-1].state == capture.Gone {
		return capture.Gone
	}
	return capture.Live
}

func (m *model) state(page string) (state capture.State) {
	best := -1
	for _, n := range m.of(page) {
		if s := m.kept[n-1].state; schema.Rank(s) >= best {
			best, state = schema.Rank(s), s
		}
	}
	if state == capture.Live || state == capture.Gone {
		return stdcmp.Or(m.read(page), state)
	}
	return state
}

// modelText draws what a page holds: a line or two, or a page of news that is packed against
// others, or one that nothing which was there before helps to pack.
// One piece of news has one length: what is left of a longer text may stand in for it, and is
// no version then ([compare.Readings]), which the model does not know.
func modelText(t *rapid.T) string {
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		news := rapid.IntRange(0, 9).Draw(t, "news")
		return archivetest.NewsPage(uint64(news), news%4)
	case 1:
		alone := rapid.Uint64().Draw(t, "alone")
		return strings.Repeat(fmt.Sprintf("%x %x\n", alone, rand.New(rand.NewPCG(alone, 9)).Uint64()), 120)
	}
	return rapid.SampledFrom([]string{"A\nx\n", "A\nx\n#1", "A\nx\n#2", "B\ny\n", "A\nz\n", "list"}).Draw(t, "text")
}

// TestModel: whatever is committed in whatever order, joined and forgotten meanwhile, what
// is read is what the model says, what is forgotten changes nothing else by a bit, and verify
// finds nothing.
func TestModel(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		a, err := archive.Create(dir)
		if err != nil {
			t.Fatal(err)
		}
		archivetest.Plain(a)
		m := &model{joined: map[string]string{}, due: map[string]capture.Entry{}, forgotten: map[string]bool{}, removed: map[uint64]bool{}}
		ids := rapid.SampledFrom([]string{"1", "10", "2", "vn,dantri)/"})
		var old *archive.View
		var then model
		for range rapid.IntRange(1, 8).Draw(t, "commits") {
			var b capture.Batch
			if rapid.IntRange(0, 5).Draw(t, "join") == 0 {
				page, of := ids.Draw(t, "page"), ids.Draw(t, "of")
				if m.joined[page] == "" && !m.refuses(page) && !m.refuses(of) { // the first join of a page stands
					b.Aliases = []capture.Alias{{Page: page, Of: of}}
					m.join(page, of)
				}
			}
			for range rapid.IntRange(0, 4).Draw(t, "captures") {
				id, minute := ids.Draw(t, "id"), rapid.IntRange(0, 9).Draw(t, "minute")
				text := modelText(t)
				k := archivetest.Page(id, text, minute)
				c := modelCapture{page: id, text: text, minute: minute, state: capture.Live}
				if s := rapid.SampledFrom([]capture.State{capture.Live, capture.Live, capture.Live, capture.Gone, capture.Moved, capture.Broken}).Draw(t, "state"); s != capture.Live {
					k = archivetest.Status(id, s, 404, minute)
					c.state, c.text = s, ""
				}
				c.url = k.URL
				b.Kept = append(b.Kept, k)
				if m.refuses(id) {
					continue
				}
				twin := slices.ContainsFunc(m.kept, func(o modelCapture) bool {
					return !m.refuses(o.page) && m.page(o.page) == m.page(id) && o.url == c.url && o.minute == minute && o.text == c.text
				})
				if !twin {
					m.kept = append(m.kept, c)
				}
				if rapid.Bool().Draw(t, "entry") {
					e := capture.Entry{Page: id, URL: k.URL, Class: capture.Class(rapid.IntRange(0, 3).Draw(t, "class")), Due: archivetest.At(rapid.IntRange(0, 9).Draw(t, "due"))}
					b.Entries = append(b.Entries, e)
				}
			}
			for _, e := range b.Entries {
				of := m.page(e.Page)
				if _, known := m.due[of]; of == e.Page || !known {
					e.Page = of
					m.due[of] = e
				}
			}
			puts, err := a.Commit(ctx, archivetest.Site, b)
			if err != nil {
				t.Fatal(err)
			}
			for i, k := range b.Kept {
				if refused := puts[i].Forgotten != ""; refused != m.refuses(k.Page) {
					t.Fatalf("%s: refused %v", k.Page, refused)
				}
			}
			if pages := m.pages(); len(pages) > 0 && rapid.IntRange(0, 5).Draw(t, "forget") == 0 {
				forgetOne(t, a, m, rapid.SampledFrom(pages).Draw(t, "forgotten"))
			}
			if old == nil {
				if old, err = a.View(ctx, archivetest.Site); err != nil {
					t.Fatal(err)
				}
				then = model{kept: slices.Clone(m.kept), removed: m.removed}
			}
		}
		v, err := a.View(ctx, archivetest.Site)
		if err != nil {
			t.Fatal(err)
		}
		m.check(t, v)
		m.until = rapid.IntRange(1, 9).Draw(t, "until")
		m.check(t, v.At(archivetest.At(m.until)))
		m.until = 0
		// Joins apart, which concern all times, the first View sees what it saw.
		if then.joined = m.joined; len(then.kept) > 0 {
			then.check(t, old)
		}
		for class := capture.Seed; class <= capture.Again; class++ {
			es, err := a.Due(ctx, archivetest.Site, archivetest.At(5), class, 99)
			want := 0
			for _, e := range m.due {
				if e.Class == class && !e.Due.After(archivetest.At(5)) {
					want++
				}
			}
			if err != nil || len(es) != want {
				t.Fatalf("class %d: %d due, want %d, %v", class, len(es), want, err)
			}
		}
		report, err := a.Verify(ctx, archivetest.Site, func(p archive.Problem) { t.Errorf("verify: %+v", p) }, nil)
		if err != nil || report.Captures != len(m.kept)-len(m.removed) {
			t.Fatalf("%+v, %v", report, err)
		}
	})
}

// forgetOne forgets a page: all else is as it was, bit for bit.
func forgetOne(t *rapid.T, a *archive.Archive, m *model, page string) {
	want := archivetest.ReadAll(t, a)
	want.Without(page)
	m.forget(page)
	if _, err := forget.Run(ctx, a, archivetest.Site, page, forget.Options{Reason: "x", At: archivetest.At(0), Accept: true}); err != nil {
		t.Fatal(err)
	}
	if diff := archivetest.Different(want, archivetest.ReadAll(t, a)); diff != "" {
		t.Fatal(diff)
	}
}

// pages are those of which there are captures.
func (m *model) pages() []string {
	pages := map[string]bool{}
	for _, c := range m.kept {
		if len(m.of(m.page(c.page))) > 0 {
			pages[m.page(c.page)] = true
		}
	}
	return slices.Sorted(maps.Keys(pages))
}

// minutes are when a page was first and last there to be read, -1 where it never was.
func (m *model) minutes(page string) (first, last int) {
	first, last = -1, -1
	for _, v := range m.versions(page) {
		if m.kept[v[0]-1].state == capture.Live {
			last = m.kept[v[1]-1].minute
		}
		if first < 0 {
			first = m.kept[v[0]-1].minute
		}
	}
	return first, last
}

func (m *model) check(t *rapid.T, v *archive.View) {
	pages := m.pages()
	var seen []string
	articles := map[string][]archive.Version{}
	err := v.AllPages(ctx, func(p archive.PageInfo) error {
		seen = append(seen, p.Page)
		if !slices.Contains(pages, p.Page) {
			return fmt.Errorf("page %s", p.Page)
		}
		numbers := m.of(p.Page)
		if p.Captures != len(numbers) || p.State != m.state(p.Page) || !p.First.Equal(archivetest.At(m.kept[numbers[0]-1].minute)) ||
			!p.Captured.Equal(archivetest.At(m.kept[numbers[len(numbers)-1]-1].minute)) || p.Versions != len(m.versions(p.Page)) {
			return fmt.Errorf("page %+v, captures %v, state %s, versions %v", p, numbers, m.state(p.Page), m.versions(p.Page))
		}
		var got []uint64
		if err := v.Captures(ctx, p.Page, func(c capture.Capture) error { got = append(got, c.Number); return nil }); err != nil {
			return err
		}
		if !slices.Equal(got, numbers) {
			return fmt.Errorf("page %s: captures %v, want %v", p.Page, got, numbers)
		}
		moments, err := v.Moments(ctx, p.Page)
		if err != nil || len(moments) != len(numbers) {
			return fmt.Errorf("page %s: moments %v, want %v: %w", p.Page, moments, numbers, err)
		}
		for i, moment := range moments {
			if moment.Number != numbers[i] || !moment.Time.Equal(archivetest.At(m.kept[moment.Number-1].minute)) {
				return fmt.Errorf("page %s: moments %v, want %v", p.Page, moments, numbers)
			}
		}
		list, err := v.Versions(ctx, p.Page)
		if err != nil {
			return err
		}
		first, last := archive.Seen(list)
		var wantFirst, wantLast time.Time
		if from, to := m.minutes(p.Page); from >= 0 {
			wantFirst, wantLast = archivetest.At(from), archivetest.At(to)
		}
		if !first.Equal(wantFirst) || !last.Equal(wantLast) {
			return fmt.Errorf("page %s: seen %s to %s, not %s to %s", p.Page, first, last, wantFirst, wantLast)
		}
		if p.Article() {
			articles[p.Page] = list
		}
		var runs [][2]uint64
		for _, w := range list {
			runs = append(runs, [2]uint64{w.First, w.Last})
		}
		if diff := cmp.Diff(m.versions(p.Page), runs); diff != "" {
			return errors.New("versions: " + diff)
		}
		return nil
	})
	if err != nil || len(seen) != len(pages) {
		t.Fatalf("%d pages, want %d: %v", len(seen), len(pages), err)
	}
	histories := map[string][]archive.Version{}
	err = v.Histories(ctx, func(p archive.PageInfo, list []archive.Version) error { histories[p.Page] = list; return nil })
	if diff := cmp.Diff(articles, histories); diff != "" || err != nil {
		t.Fatalf("histories: %v %s", err, diff)
	}
	for i, c := range m.kept {
		if m.removed[uint64(i+1)] {
			continue
		}
		body, err := v.Body(ctx, uint64(i+1))
		if err != nil || string(body) != c.text {
			t.Fatalf("capture %d: %q, want %q, %v", i+1, body, c.text, err)
		}
	}
}
