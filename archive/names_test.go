package archive

import (
	"strings"
	"testing"
	"unicode"

	"baoluu/cleaner/capture"
)

// Whatever brings a key, an address or an alias, nothing of it can speak to a terminal or
// turn a line round; what was stored so before can be read, and merged.
func TestNamesAreSound(t *testing.T) {
	for _, bad := range []string{
		"\x1b]0;title\x07", "\n", "\r", "\t", "\x7f", "\u0085", "\u009b31m", "\u2028", "\u2029", "\u061c", "\u200b", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad", "\U000e0001",
	} {
		name := "tin" + bad + "lũ"
		k := page("100", newsPage(1, 3), 1)
		k.Page, k.URL, k.Location = name, "https://dantri.com.vn/"+name, "https://dantri.com.vn/"+name
		entry := capture.Entry{Page: name + "2", URL: k.URL}
		a := fresh(t)
		if _, err := a.Commit(ctx, site, capture.Batch{Kept: []capture.Kept{k}, Entries: []capture.Entry{entry}, Aliases: []capture.Alias{{Page: name + "3", Of: name}}}); err != nil {
			t.Fatalf("%+q: %v", bad, err)
		}
		if _, err := a.Discover(ctx, site, []capture.Entry{{Page: name + "4", URL: k.URL}}); err != nil {
			t.Fatal(err)
		}
		if puts := commit(t, a, k); !puts[0].Duplicate {
			t.Errorf("%+q: the same again: %+v", bad, puts[0])
		}
		if _, err := view(t, a).Page(ctx, name); err != nil {
			t.Errorf("%+q: by the name that it came with: %v", bad, err)
		}
		b := fresh(t)
		mergeInto(t, b, a)
		for _, a := range []*Archive{a, b} {
			sound(t, a)
			if told := history(t, a); strings.ContainsFunc(told, func(r rune) bool {
				return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
			}) {
				t.Errorf("%+q: %+q", bad, told)
			}
			for _, b := range buckets() {
				err := a.read(ctx, site, func(r reader) error {
					return each(r, b, nil, func(key, _ []byte) error {
						if strings.Contains(string(key), bad) {
							t.Errorf("%+q: %s %+q", bad, b, key)
						}
						return nil
					})
				})
				if err != nil && !strings.Contains(err.Error(), string(bucketDigests)) {
					t.Error(err)
				}
			}
		}
	}
	for _, bad := range []string{"", "a\x00b", "a\xffb", strings.Repeat("a", maxPage+1), strings.Repeat("\u202e", maxPage/3)} {
		k := page("100", newsPage(1, 3), 1)
		k.Page = bad
		if _, err := fresh(t).Commit(ctx, site, capture.Batch{Kept: []capture.Kept{k}}); err == nil {
			t.Errorf("%.40q is taken", bad)
		}
	}
}
