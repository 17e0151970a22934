package screen

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestWidthAndCut(t *testing.T) {
	const nfc = "Nghị định số 12: đường Nguyễn Huệ ngập nửa mét"
	for _, test := range []struct {
		text    string
		width   int
		columns int
		cut     string
	}{
		{"", 0, 5, ""},
		{"abc", 3, 3, "abc"},
		{"abcd", 4, 3, "ab…"},
		{"ab cd", 5, 4, "ab…"},
		{"abc", 3, 0, ""},
		{"abc", 3, 1, "…"},
		{nfc, 46, 46, nfc},
		{nfc, 46, 30, "Nghị định số 12: đường Nguyễn…"},
		{norm.NFD.String(nfc), 46, 30, norm.NFD.String("Nghị định số 12: đường Nguyễn…")},
		{norm.NFD.String("Huệ ệ"), 5, 4, norm.NFD.String("Huệ…")},
		{norm.NFD.String("Huệ"), 3, 2, "H…"},
		{"東京の天気", 10, 10, "東京の天気"},
		{"東京の天気", 10, 8, "東京の…"},
		{"東京の天気", 10, 7, "東京の…"},
		{"a\tb\nc", 5, 9, "a b c"},
		{"a\x1b[31mb", 7, 9, "a\ufffd[31mb"},
		{"a\u202eb", 3, 9, "a\ufffdb"},
		{"\xff\xfe", 2, 9, "\ufffd\ufffd"},
		{"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!", 3, 9, "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!"},
	} {
		if got := Width(test.text); got != test.width {
			t.Errorf("%+q: %d columns, want %d", test.text, got, test.width)
		}
		if got := Cut(test.text, test.columns); got != test.cut {
			t.Errorf("%+q in %d columns: %+q, want %+q", test.text, test.columns, got, test.cut)
		}
	}
}

// A storm of marks, or of letters that are not seen, takes no more bytes than some letters.
func TestStorms(t *testing.T) {
	for name, text := range map[string]string{
		"marks":       "Zalgo" + strings.Repeat("\u0316\u0321\u035c", 5000) + " x",
		"only marks":  strings.Repeat("\u0301", 10_000),
		"unseen":      "a" + strings.Repeat("\u200b", 10_000) + "b",
		"joiners":     "👩" + strings.Repeat("\u200d👩", 5000),
		"selectors":   "❤" + strings.Repeat("\ufe0f", 10_000),
		"long":        strings.Repeat("dài ", 2500),
		"one word":    strings.Repeat("ề", 10_000),
		"unseen ends": strings.Repeat("ab\u200b\u2060", 5000),
	} {
		got := Cut(text, 40)
		if len(got) > 40*4*mostMarks || Width(got) > 40 {
			t.Errorf("%s: %d bytes, %d columns", name, len(got), Width(got))
		}
		for _, l := range Wrap(Text(text, Bold), 40, nil, nil) {
			if l.Width() > 40 {
				t.Errorf("%s: a line of %d columns", name, l.Width())
			}
		}
	}
}

func drawn(t *rapid.T) string {
	return rapid.StringOf(rapid.RuneFrom([]rune("aáệe\u0323\u0302\u0301đĐ .,—“”東 \u200b\u200d👩🏽\ufe0f\U0001f1fb\U0001f1f3\x1b\u202e\n\tความ"))).Draw(t, "text")
}

// What is cut fits, is text, begins as the text does, and is the text where that fits.
func TestCutFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, columns := drawn(t), rapid.IntRange(0, 30).Draw(t, "columns")
		got := Cut(text, columns)
		if !utf8.ValidString(got) || Width(got) > columns {
			t.Fatalf("%+q in %d columns: %+q takes %d", text, columns, got, Width(got))
		}
		whole := Cut(text, 1<<20)
		if kept, cut := strings.CutSuffix(got, "…"); cut && Width(whole) <= columns && whole != got || !cut && columns > 0 && got != whole || !strings.HasPrefix(whole, kept) {
			t.Fatalf("%+q in %d columns: %+q of %+q", text, columns, got, whole)
		}
		if Width(Pad(text, columns)) != columns {
			t.Fatalf("%+q in %d columns: %+q", text, columns, Pad(text, columns))
		}
	})
}

// Lines hold all that the text does, in order, each within its columns.
func TestWrapHoldsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Line{{drawn(t), Plain}, {drawn(t), Bold}, {drawn(t), Red}}
		columns := rapid.IntRange(0, 40).Draw(t, "columns")
		lines := Wrap(text, columns, Text("- ", Plain), Text("  ", Plain))
		var all strings.Builder
		for i, l := range lines {
			if l.Width() > max(columns, 12) {
				t.Fatalf("%q: %q takes %d columns", text, l.Paint(false), l.Width())
			}
			if i > 0 && !strings.HasPrefix(l.Paint(false), "  ") {
				t.Fatalf("%q: line %q", text, l.Paint(false))
			}
			all.WriteString(l.Paint(false)[2:])
		}
		var want strings.Builder
		for _, s := range text {
			for letter := range letters(s.Text) {
				want.WriteString(letter)
			}
		}
		squeeze := strings.NewReplacer(" ", "")
		if squeeze.Replace(all.String()) != squeeze.Replace(want.String()) {
			t.Fatalf("%+q became %+q", want.String(), all.String())
		}
	})
}

func TestWrap(t *testing.T) {
	text := Line{{"Cây cầu dài ", Plain}, {"46m", Red}, {", rộng 2,2m, chịu được xe máy.", Plain}}
	var got []string
	for _, l := range Wrap(text, 16, Text("· ", Plain), Text("  ", Plain)) {
		got = append(got, l.Paint(true))
	}
	want := "· Cây cầu dài\n  \x1b[31m46m\x1b[0m, rộng\n  2,2m, chịu\n  được xe máy."
	if strings.Join(got, "\n") != want {
		t.Errorf("%q, want %q", strings.Join(got, "\n"), want)
	}
	if got := Wrap(Text("abcdefghij kl", Plain), 4, nil, nil); len(got) != 4 || got[2].Paint(false) != "ij" {
		t.Errorf("%q", got)
	}
}
