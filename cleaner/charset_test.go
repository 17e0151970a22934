package cleaner

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// again encodes what is UTF-8 as if it were Windows-1252, or Latin-1.
func again(text string, latin bool) string {
	if !latin {
		return latin1([]byte(text))
	}
	var b []byte
	for _, c := range []byte(text) {
		b = utf8.AppendRune(b, rune(c))
	}
	return string(b)
}

const englishSample = `“We don’t want anyone to wait in the rain,” said the manager of the crossing — who grew up beside it. The company’s café opens on Monday…`

func TestTwice(t *testing.T) {
	for _, text := range []string{norm.NFC.String(legacySample), norm.NFD.String(legacySample), englishSample} {
		for _, latin := range []bool{false, true} {
			coded := text
			for times := 1; times <= 3; times++ {
				coded = again(coded, latin)
				for _, contentType := range []string{"text/html", "text/html; charset=utf-8", "text/html; charset=windows-1258"} {
					got, _, notes := UTF8([]byte("<p>"+coded+"</p>"), contentType)
					if string(got) != "<p>"+text+"</p>" || !strings.Contains(strings.Join(notes, "; "), "encoded twice") {
						t.Errorf("%d times, %v, %s: %q %q", times, latin, contentType, got, notes)
					}
				}
			}
		}
	}
}

// What is sound, and what speaks of the matter, stays to the byte.
func TestWhatIsNotTwice(t *testing.T) {
	for _, page := range []string{
		legacySample, englishSample, norm.NFD.String(legacySample),
		`<p>“XONG ĐÃ”, ông nói. ĐÃ… MỆT. “QUÊ…” “CÔ”</p>`,
		`<p>Chị ghi: “rẻ quá đi, chí…”, rồi cười. “Thế à…”</p>`,
		`<p>«É», «À», «Ã»; voilà » ; « Ça… là… »</p>`,
		`<p>Não, ÇÃO, NÃO… “NÃO”</p>`, `<p>„Ä“, „Ö“, „Ü“; „ß“</p>`, `<p>Łódź, „ą”, „Ó”</p>`, `<p>Ï„ “Ð” Ñ… Îº</p>`,
		`<p>Chữ “Việt” hiện thành “Viá»‡t”.</p>`, `<p>The sign â€™ stands for an apostrophe; “donâ€™t” is don’t.</p>`,
		`<title>Vì sao “Việt” thành “Viá»‡t”?</title><p>Tiáº¿ng Viá»‡t</p>`, `<p>Viá»‡t</p><p>Xem: Việt thành Viá»‡t.</p>`,
		`<p>A&nbsp;b &raquo; &Acirc; &copy; 25&deg;C &aacute; &raquo;</p>`, `<script type="application/json">{"a":"\u00e9t\u00e9 \u00e0 \u00bb"}</script>`,
	} {
		if got, _, notes := UTF8([]byte(page), "text/html; charset=utf-8"); string(got) != page {
			t.Errorf("%q became %q %q", page, got, notes)
		}
	}
}

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
		if got, name, _ := UTF8([]byte(body), contentType); string(got) != norm.NFC.String(legacySample) || name != windows1258 {
			t.Errorf("%q: %s %q", contentType, name, got)
		}
	}
	if got, name, _ := UTF8([]byte(latin1([]byte(body))), "text/html; charset=utf-8"); string(got) != norm.NFC.String(legacySample) || name != windows1258 {
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
		if got, _, notes := UTF8([]byte(sound+tt.body), "text/html; charset=utf-8"); string(got) != sound+tt.want || len(notes) != 1 {
			t.Errorf("%q: %q %q", tt.body, got, notes)
		}
	}
}

// Undoing what was done twice takes time in proportion, and what is undone is
// UTF-8.
func TestTwiceProperties(t *testing.T) {
	parts := []string{"Ã", "¡", "á", "»", "‡", "â", "€", "™", "Ã¡Â»â€¡", "\u00a0", " ", "<b>", "</p><p>", `"`, "<script type=json>", "</script>", "<title>", "&aacute;", "&#187;", `\u00c3`, `\u00a1`, "Viá»‡t", "Việt", "- ", "Ã "}
	rapid.Check(t, func(t *rapid.T) {
		page := strings.Join(rapid.SliceOf(rapid.SampledFrom(parts)).Draw(t, "parts"), "")
		if text, how := undoTwice([]byte(page)); !utf8.Valid(text) || how == "" && !bytes.Equal(text, []byte(page)) {
			t.Fatalf("%q: %q %q", page, how, text)
		}
	})
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
		read := func(body string) Article {
			a, err := Clean(Page{Body: []byte(body), ContentType: "text/html"}, nil)
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
			"windows-1258": old, "as latin-1": strings.Replace(old, "charset=\"utf-8\"", "charset=\"iso-8859-1\"", 1), "1258 in utf-8": latin1([]byte(old)),
		} {
			if diff := cmp.Diff(want, read(body)); diff != "" {
				t.Errorf("%s, %s: %s", path, how, diff)
			}
		}
	}
}
