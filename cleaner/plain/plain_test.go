package plain

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// hostile and sound are characters of each kind, at the ends of their ranges.
var hostile = []rune{0, 1, 7, 8, 0xb, 0xc, '\r', 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f, 0x061c, 0x200e, 0x200f,
	0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x206f, 0xfeff, 0xe0001}

var sound = []rune{'\t', '\n', ' ', '~', 0xa0, 0xad, 0x0300, 0x0323, 0x031b, 'ắ', 'Đ', 'ự', 0x061b, 0x061d, 0x200b, 0x200c, 0x200d, 0x2010, 0x2027, 0x202f,
	0x2060, 0x2065, 0x2070, '€', 0xfe0f, 0xfefe, 0xff00, 0xfffd, '𝄞', 0x1f3f4, 0xe0067, 0xe007f, unicode.MaxRune}

func TestText(t *testing.T) {
	for _, r := range hostile {
		if got := Text("a" + string(r) + "b"); got != "a\ufffdb" {
			t.Errorf("%U: %+q", r, got)
		}
	}
	for _, r := range sound {
		if s := "a" + string(r) + "b"; Text(s) != s {
			t.Errorf("%U: %+q", r, Text(s))
		}
	}
	// Every control and every character of direction that Unicode has.
	for r := rune(0); r <= unicode.MaxRune; r++ {
		acting := unicode.In(r, unicode.Cc, unicode.Bidi_Control, unicode.Zl, unicode.Zp) && r != '\n' && r != '\t'
		if acting && Text(string(r)) != "\ufffd" {
			t.Errorf("%U passes", r)
		}
	}
	const text = "Đường Nguyễn Huệ, quận 1: “giá 5.000 đồng” – người Việt…\n"
	for _, s := range []string{norm.NFC.String(text), norm.NFD.String(text), "👩\u200d👩\u200d👧 می\u200cخواهم 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ❤️"} {
		if Text(s) != s {
			t.Errorf("%q became %q", s, Text(s))
		}
	}
	for s, want := range map[string]string{"\xff": "\ufffd", "\xe1\xba": "\ufffd\ufffd", "\xc2\x1b[31m": "\ufffd\ufffd[31m", "\xed\xa0\x80": "\ufffd\ufffd\ufffd", "": ""} {
		if got := Text(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	if got, want := Line("dantri/1\nvov/2\tlive\r\n\x1b]0;x\a\u2028y"), "dantri/1 vov/2 live  \ufffd]0;x\ufffd\ufffdy"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// drawn is text of letters that act and letters that do not.
func drawn(t *rapid.T) string {
	return rapid.StringOf(rapid.RuneFrom(append([]rune(`aắ"\{`), append(hostile, sound...)...))).Draw(t, "text")
}

// However text is cut into writes, what comes out is what Text makes of the whole.
func TestWriter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawn(t)
		if rapid.Bool().Draw(t, "bytes") {
			text += string(rapid.SliceOf(rapid.Byte()).Draw(t, "more")) + "."
		}
		var out strings.Builder
		w := Writer(&out)
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			if got, err := w.Write(rest[:n]); got != n || err != nil {
				t.Fatal(got, err)
			}
			rest = rest[n:]
		}
		if out.String() != Text(text) {
			t.Fatalf("%q, want %q", out.String(), Text(text))
		}
	})
}

func TestWriterFails(t *testing.T) {
	r, w := io.Pipe()
	r.Close()
	if n, err := Writer(w).Write([]byte("a")); n != 0 || err == nil {
		t.Error(n, err)
	}
}

// JSON decodes to the same, and nothing in it acts.
func TestJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[string]string{drawn(t): drawn(t)}
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		clean := JSON(append(raw, '\n'))
		if string(clean) != Text(string(clean)) || !utf8.Valid(clean) {
			t.Fatalf("%+q", clean)
		}
		var got map[string]string
		if err := json.Unmarshal(clean, &got); err != nil {
			t.Fatalf("%s: %v", clean, err)
		}
		for k, v := range want {
			if got[k] != v {
				t.Fatalf("%+q: %+q, want %+q", k, got[k], v)
			}
		}
	})
}
