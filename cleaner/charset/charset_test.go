package charset_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"baoluu/cleaner"
	"baoluu/cleaner/charset"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

// to1258 writes Windows-1258; what it has no place for is a reference.
func to1258(text string) string {
	const marks = "\u0300\u0309\u0303\u0301\u0323"
	var b []byte
	for _, r := range norm.NFC.String(text) {
		if c, ok := charmap.Windows1258.EncodeRune(r); ok {
			b = append(b, c)
			continue
		}
		parts := []rune(norm.NFD.String(string(r)))
		letter, tone := string(parts[0]), ""
		for _, mark := range parts[1:] {
			if strings.ContainsRune(marks, mark) {
				tone = string(mark)
			} else {
				letter = norm.NFC.String(letter + string(mark))
			}
		}
		coded, err := charmap.Windows1258.NewEncoder().String(letter + tone)
		if err != nil {
			coded = fmt.Sprintf("&#%d;", r)
		}
		b = append(b, coded...)
	}
	return string(b)
}

func Test1258(t *testing.T) {
	body := to1258(legacySample)
	for _, contentType := range []string{"", "text/html", "text/html; charset=iso-8859-1", "text/html; charset=utf-8", "text/html; charset=windows-1258"} {
		if got, name, _ := charset.UTF8([]byte(body), contentType); string(got) != norm.NFC.String(legacySample) || name != charset.Windows1258 {
			t.Errorf("%q: %s %q", contentType, name, got)
		}
	}
	if got, name, _ := charset.UTF8([]byte(charset.Latin1([]byte(body))), "text/html; charset=utf-8"); string(got) != norm.NFC.String(legacySample) || name != charset.Windows1258 {
		t.Errorf("as letters: %s %q", name, got)
	}
}

func TestStray(t *testing.T) {
	const sound = "Tiếng Việt có dấu, đủ để biết: ưỡ ệ ộ Đ. "
	for _, tt := range []struct{ body, want string }{
		{"\x93Có\x94, ông nói\x85 rồi \x96 một lúc sau \x97 im. Cha\x92i", "“Có”, ông nói… rồi – một lúc sau — im. Cha’i"},
		{"caf\xe9, caf\xe9\x94, Beyonc\xe9.", "café, café”, Beyoncé."},
		{"25\xb0C, 5 m\xb2, \xa9 2015", "25°C, 5 m², © 2015"},
		{"M\xe1y bay v\xe0 l\xf4", "Máy bay và lô"},
		{"Hà N\xe1\xbb", "Hà N\uFFFD"}, {"ngư\xe1\xbb...", "ngư\uFFFD..."}, {"vi\xe1...", "vi\uFFFD..."}, {"\xbb\x87t", "\uFFFDt"}, {"ti\xbfng", "ti\uFFFDng"}, {"v\xc3<", "v\uFFFD<"},
	} {
		if got, _, notes := charset.UTF8([]byte(sound+tt.body), "text/html; charset=utf-8"); string(got) != sound+tt.want || len(notes) != 1 {
			t.Errorf("%q: %q %q", tt.body, got, notes)
		}
	}
}

// However a page is encoded, and whatever it calls itself, its article is the
// same.
func TestEncodedAnyhow(t *testing.T) {
	seeds, _ := filepath.Glob(filepath.Join(referenceData(), "pages", "seeds", "*.html"))
	for _, path := range seeds { // without the reference data there is nothing to see
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := norm.NFC.String(string(page))
		read := func(body string) cleaner.Article {
			a, err := cleaner.Clean(cleaner.Page{Body: []byte(body), ContentType: "text/html"}, nil)
			if err != nil {
				t.Fatal(path, err)
			}
			a.Notes = nil
			return a
		}
		bare16, err := utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		want, old := read(text), to1258(text)
		for how, body := range map[string]string{
			"twice": again(text, false), "twice by Latin-1": again(text, true), "three times": again(again(text, false), false), "utf-16": bare16,
			"windows-1258": old, "as latin-1": strings.Replace(old, "charset=\"utf-8\"", "charset=\"iso-8859-1\"", 1), "1258 in utf-8": charset.Latin1([]byte(old)),
		} {
			if diff := cmp.Diff(want, read(body)); diff != "" {
				t.Errorf("%s, %s: %s", path, how, diff)
			}
		}
	}
}

func TestUTF8(t *testing.T) {
	const text = "<html><p>Tiếng Việt có dấu: ưỡ ệ ộ Đ</p>"
	utf16le, err := utf16.UTF16(utf16.LittleEndian, utf16.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	bare16, err := utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	// Windows-1258 writes tones as marks of their own; texts are NFC.
	decomposed := "<html><p>Ti\u00ea\u0301ng Vi\u00ea\u0323t co\u0301 d\u00e2\u0301u: \u01b0\u01a1\u0303 \u0111</p>"
	composed := norm.NFC.String(decomposed)
	win, err := charmap.Windows1258.NewEncoder().String(decomposed)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, body, contentType, charset, want, note string }{
		{"declared", text, "text/html; charset=UTF-8", "utf-8", text, ""},
		{"undeclared", text, "", "utf-8", text, ""},
		{"mark", "\xef\xbb\xbf" + text, "text/html; charset=iso-8859-1", "utf-8", text, ""},
		{"utf-8 that calls itself latin-1", text, "text/html; charset=iso-8859-1", "utf-8", text, "declared as windows-1252, is utf-8"},
		{"meta is not needed", `<meta charset="windows-1258">` + text, "", "utf-8", `<meta charset="windows-1258">` + text, "declared as windows-1258, is utf-8"},
		{"utf-16 with a mark", utf16le, "", "utf-16le", text, "charset utf-16le"},
		{"utf-16 without", bare16, "text/html", "utf-16be", text, "charset utf-16be"},
		{"windows-1258 by header", win, "text/html; charset=windows-1258", "windows-1258", composed, "charset windows-1258"},
		{"windows-1258 by meta", strings.Replace(win, "<html>", `<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1258">`, 1), "text/html", "windows-1258",
			strings.Replace(composed, "<html>", `<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1258">`, 1), "charset windows-1258"},
		{"windows-1258 undeclared", win, "", "windows-1258", composed, "charset windows-1258"},
		{"a cut character", text + "\xe1\xba", "", "utf-8", text + "\ufffd", "characters that could not be decoded"},
		{"an unknown charset", text, "text/html; charset=no-such", "utf-8", text, ""},
		{"empty", "", "", "utf-8", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, name, notes := charset.UTF8([]byte(tt.body), tt.contentType)
			if string(got) != tt.want || name != tt.charset {
				t.Errorf("got %s %q, want %s %q", name, got, tt.charset, tt.want)
			}
			if tt.note == "" && len(notes) > 0 || tt.note != "" && !strings.Contains(strings.Join(notes, "; "), tt.note) {
				t.Errorf("notes %q, want %q", notes, tt.note)
			}
		})
	}
}

func FuzzUTF8(f *testing.F) {
	f.Add([]byte("\xff\xfea\x00"), "")
	f.Add([]byte("Ti\xea\xecng"), "text/html; charset=windows-1258")
	f.Add([]byte(`<meta charset="utf-16">x`), "text/html; charset=\"")
	f.Add([]byte("\xe1\xba"), "text/html; charset=replacement")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		text, name, _ := charset.UTF8(body, contentType)
		if !utf8.Valid(text) {
			t.Errorf("%s gave invalid UTF-8", name)
		}
		if name == "" {
			t.Error("no charset")
		}
	})
}
