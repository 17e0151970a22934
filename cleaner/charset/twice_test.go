package charset_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"baoluu/cleaner/charset"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// again encodes what is UTF-8 as if it were Windows-1252, or Latin-1.
func again(text string, latin bool) string {
	if !latin {
		return charset.Latin1([]byte(text))
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
					got, _, notes := charset.UTF8([]byte("<p>"+coded+"</p>"), contentType)
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
		if got, _, notes := charset.UTF8([]byte(page), "text/html; charset=utf-8"); string(got) != page {
			t.Errorf("%q became %q %q", page, got, notes)
		}
	}
}

// Undoing what was done twice takes time in proportion, and what is undone is
// UTF-8.
func TestTwiceProperties(t *testing.T) {
	parts := []string{"Ã", "¡", "á", "»", "‡", "â", "€", "™", "Ã¡Â»â€¡", "\u00a0", " ", "<b>", "</p><p>", `"`, "<script type=json>", "</script>", "<title>", "&aacute;", "&#187;", `\u00c3`, `\u00a1`, "Viá»‡t", "Việt", "- ", "Ã "}
	rapid.Check(t, func(t *rapid.T) {
		page := strings.Join(rapid.SliceOf(rapid.SampledFrom(parts)).Draw(t, "parts"), "")
		if text, how := charset.DecodeTwice([]byte(page)); !utf8.Valid(text) || how == "" && !bytes.Equal(text, []byte(page)) {
			t.Fatalf("%q: %q %q", page, how, text)
		}
	})
}

// A page that changes says so, and stays UTF-8.
func FuzzTwice(f *testing.F) {
	for _, s := range []string{"<p>Viá»‡t Nam", "<title>Ã¡ - x</title>", "&Atilde;&iexcl;", `\u00c3\u00a1`, "aÃ  nh", "â€œtinâ€\u009d", `<script type="a/json">{"a":"Viá»‡t"}</script>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, how := charset.DecodeTwice([]byte(s))
		if how == "" && string(text) != s {
			t.Errorf("%q changed to %q and says nothing", s, text)
		}
		if utf8.ValidString(s) && !utf8.Valid(text) {
			t.Errorf("%q became broken: %q", s, text)
		}
		if len(text) > len(s) {
			t.Errorf("%q grew: %q", s, text)
		}
	})
}
