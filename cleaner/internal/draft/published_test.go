package draft

import (
	"testing"
	"time"
	"unicode/utf8"

	"baoluu/cleaner/internal/pages"
	"baoluu/cleaner/internal/prose"
)

// Whatever a page says of times, notes on it are short and print nothing but text.
func FuzzAgreed(f *testing.F) {
	f.Add("2020-01-01T00:00:00Z", "1/1/2020", "Cập nhật 2/1/2020 10:00", int64(1577836800))
	f.Add("3/7/2026 8:01:53 AM", "07/03/2026", "x", int64(0))
	f.Fuzz(func(t *testing.T, a, b, c string, captured int64) {
		m := &Draft{Doc: &pages.Document{}}
		if captured > 0 && captured < 1<<33 {
			m.Doc.Page.Captured = time.Unix(captured, 0)
		}
		m.Doc.Head.Linked.Published, m.Doc.Head.Linked.Modified = a, c
		m.Doc.Head.Metas = map[string][]string{"pubdate": {b}, "lastmod": {a}, "datepublished": {c}}
		m.SetTimes(FirstShown(append(PrintedIn(c, false), PrintedIn(b, true)...)))
		for _, n := range m.Notes {
			if len(n) > 600 || !utf8.ValidString(n) || prose.Clean(n) != n {
				t.Errorf("note %q", n)
			}
		}
		if y := m.Published.Year(); !m.Published.IsZero() && (y < 1989 || y > 2101) {
			t.Errorf("%v", m.Published)
		}
	})
}

// What looks at a line that is printed above a text, or says a time, ends well on each.
func FuzzPrinted(f *testing.F) {
	f.Add("Thứ Năm, 16/07/2026 17:17 ngày")
	f.Add("Tin, ảnh: A B - Theo C 12/3/2020 (D)")
	f.Fuzz(func(t *testing.T, s string) {
		ordersIn(s)
		paperTag(s, []string{s, "Tuổi Trẻ"})
		unknownTag(s, s)
		splitsInto(s, "ab")
		isInitials(s, s)
		if !utf8.ValidString(short(s)) {
			t.Errorf("%q", short(s))
		}
	})
}
