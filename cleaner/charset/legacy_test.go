package charset_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"baoluu/cleaner"
	"baoluu/cleaner/charset"
	"baoluu/cleaner/internal/prose"
	"baoluu/sites"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

const legacySample = `Sáng nay, hơn một nghìn người dân các xã ven sông đã dự lễ thông xe cây cầu mới. Cầu dài 120 mét, rộng chín mét,
nối hai bờ sông Giăng sau gần ba năm xây dựng. Ông Lô Văn Thái, trưởng bản Khe Rạn, nói: "Bà con mừng lắm, từ nay trẻ em không phải đi đò qua sông nữa."
Trước đây, mỗi mùa lũ, học sinh phải nghỉ học nhiều ngày. Phía bên kia, chợ phiên chỉ họp được khi nước rút. Quỹ đất hai đầu cầu sẽ được dùng để mở rộng đường.`

// toTCVN3 and toVNI write a text in Unicode as the fonts want it, each place as
// the character of Latin-1 with its number.
func toTCVN3(text string) string {
	from := []rune("ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")
	to := []rune("¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ")
	places := map[rune]rune{}
	for i, r := range from {
		places[r] = to[i]
		if i >= 7 {
			if upper := []rune(strings.ToUpper(string(r)))[0]; places[upper] == 0 {
				places[upper] = to[i] // of the font of capitals
			}
		}
	}
	return strings.Map(func(r rune) rune {
		if place, ok := places[r]; ok {
			return place
		}
		return r
	}, norm.NFC.String(text))
}

func toVNI(text string) string {
	const marks = "ùøûõï"
	plain := map[string]string{"i\u0301": "í", "i\u0300": "ì", "i\u0309": "æ", "i\u0303": "ó", "i\u0323": "ò", "y\u0323": "î", "đ": "ñ", "ơ": "ô", "ư": "ö"}
	circumflex := map[string]string{"\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä", "": "â"}
	breve := map[string]string{"\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë", "": "ê"}
	tone := func(mark string) string {
		if i := strings.Index("\u0301\u0300\u0309\u0303\u0323", mark); mark != "" && i >= 0 {
			return string([]rune(marks)[i/2])
		}
		return ""
	}
	var b strings.Builder
	var it norm.Iter
	it.InitString(norm.NFD, text)
	for !it.Done() {
		parts := []rune(string(it.Next()))
		letter, mark, tones := parts[0], "", ""
		for _, m := range parts[1:] {
			switch m {
			case '\u0302', '\u0306', '\u031b':
				mark = string(m)
			default:
				tones += string(m)
			}
		}
		lower := strings.ToLower(string(letter))
		out := ""
		switch {
		case mark == "\u0302":
			out = lower + circumflex[tones]
		case mark == "\u0306":
			out = lower + breve[tones]
		case mark == "\u031b":
			out = plain[norm.NFC.String(lower+mark)] + tone(tones)
		case plain[lower+tones] != "":
			out = plain[lower+tones]
		default:
			out = lower + tone(tones)
		}
		if lower != string(letter) {
			out = strings.ToUpper(out)
		}
		b.WriteString(out)
	}
	return b.String()
}

// bytesOf writes characters of Latin-1 as their numbers.
func bytesOf(text string) []byte {
	var b []byte
	for _, r := range text {
		b = append(b, byte(r))
	}
	return b
}

func TestLegacy(t *testing.T) {
	want := norm.NFC.String(legacySample)
	for name, encode := range map[string]func(string) string{"tcvn3": toTCVN3, "vni": toVNI} {
		coded := encode(legacySample)
		if coded == want {
			t.Fatal("not encoded")
		}
		for how, body := range map[string][]byte{"utf-8": []byte(coded), "bytes": bytesOf(coded)} {
			for _, contentType := range []string{"", "text/html", "text/html; charset=iso-8859-1", "text/html; charset=utf-8", "text/html; charset=windows-1258", "text/html; charset=x-viet-tcvn"} {
				text, found, notes := charset.UTF8(body, contentType)
				if string(text) != want || found != name || len(notes) != 1 || !strings.Contains(notes[0], name) {
					t.Errorf("%s as %s, %q: %s %q %q", name, how, contentType, found, notes, text)
				}
			}
		}
	}
}

// A whole page, markup and all; what is no word of the text stays.
func TestLegacyPage(t *testing.T) {
	page := `<html><head><title>` + toTCVN3("Thông xe cầu mới ở Con Cuông") + `</title></head><body><h1>` + toTCVN3("Thông xe cầu mới ở Con Cuông") +
		`</h1><p>` + toTCVN3(strings.ReplaceAll(legacySample, "\n", " ")) + `</p><p>` + toTCVN3("TỈNH NGHỆ AN") + ` © 2003 <a href="/a.htm">a</a></p></body></html>`
	d, err := cleaner.Read(cleaner.Page{Body: bytesOf(page), ContentType: "text/html"})
	if err != nil {
		t.Fatal(err)
	}
	got := d.PageText()
	for _, want := range []string{"Thông xe cầu mới ở Con Cuông", "từ nay trẻ em không phải đi đò", "TỈNH NGHỆ AN © 2003 a"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	site, _ := sites.ByName("baonghean")
	a, err := d.Article(site)
	if err != nil || !strings.Contains(strings.Join(a.Notes, ";"), "written in tcvn3") {
		t.Errorf("%v %q", err, a.Notes)
	}
}

// referenceData is the folder beside the checkout, behind a link or not.
func referenceData() string {
	dir := filepath.Join("..", "..", "..", "shared")
	if target, err := filepath.EvalSymlinks(dir); err == nil {
		return target
	}
	return dir
}

func unzip(page []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(page))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// entities writes every character beyond ASCII as a reference, named or by
// number.
func entities(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r == 'Ö' && i%2 == 0:
			b.WriteString("&Ouml;")
		case i%3 == 0:
			fmt.Fprintf(&b, "&#x%X;", r)
		default:
			fmt.Fprintf(&b, "&#%d;", r)
		}
	}
	return b.String()
}

// A page that writes the fonts' places by references reads the same.
func TestLegacyEntities(t *testing.T) {
	for name, encode := range map[string]func(string) string{"tcvn3": toTCVN3, "vni": toVNI} {
		page := "<h1>a &lt;b&gt; &amp; c</h1><p>" + entities(encode(legacySample)) + "</p>"
		d, err := cleaner.Read(cleaner.Page{Body: []byte(page), ContentType: "text/html; charset=utf-8"})
		if err != nil {
			t.Fatal(err)
		}
		_, _, notes := charset.UTF8([]byte(page), "text/html; charset=utf-8")
		if got := d.PageText(); !strings.Contains(got, "trẻ em không phải đi đò qua sông") || !strings.HasPrefix(got, "a <b> & c") || !slices.Contains(notes, "written in "+name+", converted") {
			t.Errorf("%s: %q %q", name, got, notes)
		}
	}
}

// What was pasted into an article from such a font is read by its table, be it
// the title alone.
func TestLegacyParts(t *testing.T) {
	const title, pasted, plain = "Thông xe cầu mới ở Con Cuông", "Ông Lô Văn Thái nói: Bà con mừng lắm, từ nay trẻ em không phải đi đò qua sông nữa.",
		"Sáng nay hơn một nghìn người dân các xã ven sông đã dự lễ thông xe cây cầu mới, dài 120 mét, rộng chín mét."
	site, _ := sites.ByName("dantri")
	same := func(s string) string { return norm.NFC.String(s) }
	for name, encode := range map[string]func(string) string{"tcvn3": toTCVN3, "vni": toVNI} {
		for _, tt := range []struct{ title, pasted func(string) string }{{encode, same}, {same, encode}, {encode, encode}} {
			page := `<article class="singular-container"><h1 class="title-page">` + entities(tt.title(title)) + `</h1><h2 class="singular-sapo">` + plain +
				`</h2><div class="singular-content"><p>` + plain + `</p><p>` + tt.pasted(pasted) + `</p></div></article>`
			a, err := cleaner.Clean(cleaner.Page{Body: []byte(page), ContentType: "text/html; charset=utf-8"}, site)
			if err != nil {
				t.Fatal(err)
			}
			if string(a.Title) != same(title) || a.Body[len(a.Body)-1].Text != same(pasted) || !strings.Contains(a.Text, same(title)) {
				t.Errorf("%s: title %q, body %q", name, a.Title, a.Body)
			}
			if !slices.Contains(a.Notes, "partly written in "+name+", converted") {
				t.Errorf("%s: notes %q", name, a.Notes)
			}
		}
	}
}

// Foreign names and sentences amid Vietnamese stay.
func TestWhatIsNoLegacyPart(t *testing.T) {
	for _, text := range []string{
		"Beyoncé và Zoë Kravitz", "L'été à Besançon, où François dîne", "Göteborg, Malmö, Århus", "São Paulo e Paraná, Brasília", "El Niño, mañana", "Señor Muñoz, Peña, Núñez",
		"25°C – 30°C, 5 m² và 3 m³", "© Reuters ® ™ «Le Monde»", "Champs-Élysées, Orsay, Sèvres, Élysée", "Đà Nẵng", "Cà Mau, Sa Pa, Hà Giang", "già, trẻ, bé, lớn",
	} {
		a := cleaner.Article{Title: cleaner.Text(text), Lead: cleaner.Text(strings.ReplaceAll(legacySample, "\n", " ")), Body: []cleaner.Block{{Kind: cleaner.Paragraph, Text: text}, {Kind: cleaner.Paragraph, Text: text}}}
		names := charset.UnmixFonts(a.Texts())
		if string(a.Title) != text || a.Body[1].Text != text || len(names) > 0 {
			t.Errorf("%q became %q %q", text, a.Title, names)
		}
	}
}

func TestWhatIsNotLegacy(t *testing.T) {
	for name, text := range map[string]string{
		"vietnamese":         legacySample,
		"decomposed":         norm.NFD.String(legacySample),
		"without diacritics": strings.Repeat("Sang nay hon mot nghin nguoi dan da du le. ", 20),
		"french": strings.Repeat(`À l'été déjà passé, où les élèves français étaient là, la forêt près du château était brûlée à côté de la rivière; ça et là
			des gens âgés créèrent un théâtre. L'époque révolue fut célébrée à Genève. `, 8),
		"german":  strings.Repeat("Für die Größe der Straße müssen schöne Bäume wachsen, hätte er gewünscht. ", 10),
		"spanish": strings.Repeat("El niño comió más jamón aquí en el camión rápido de mañana; ¿qué pasó después? ", 10),
		"english": strings.Repeat("The café’s résumé — “naïve” — cost £5 · ©2016 · ±3°. ", 20),
		"code":    strings.Repeat("if x := map[string]string{\"é\": \"e\"}; x != nil { return «ok» } // ¬∀ µs ·\n", 20),
		"signs":   strings.Repeat("» © ® · ± ½ ¼ ¬ ¶ ", 40),
		"empty":   "",
	} {
		if got, script := charset.FromLegacy(text); script != "" || got != text {
			t.Errorf("%s taken for %s", name, script)
		}
		if got, found, _ := charset.UTF8([]byte(text), "text/html; charset=utf-8"); found != "utf-8" || string(got) != text {
			t.Errorf("%s: charset %s", name, found)
		}
	}
	pages := 0
	err := filepath.WalkDir(referenceData(), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".html") && !strings.HasSuffix(path, ".txt") {
			return nil // without the reference data there is nothing to see
		}
		page, err := os.ReadFile(path)
		if err == nil && strings.HasSuffix(path, ".gz") {
			if testing.Short() {
				return nil
			}
			page, err = unzip(page)
		}
		if err != nil {
			return err
		}
		if _, name, _ := charset.UTF8(page, "text/html"); name == "tcvn3" || name == "vni" {
			t.Errorf("%s taken for %s", path, name)
		}
		if _, script := charset.FromLegacy(html.UnescapeString(string(page))); utf8.Valid(page) && script != "" {
			t.Errorf("%s with its entities read taken for %s", path, script)
		}
		pages++
		if strings.HasSuffix(path, ".gz") && pages%5 > 0 {
			return nil
		}
		if d, err := cleaner.Read(cleaner.Page{Body: page, ContentType: "text/html"}); err == nil {
			if a, err := d.Article(nil); err == nil && strings.Contains(strings.Join(a.Notes, ";"), "written in") {
				t.Errorf("%s: %q", path, a.Notes)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Syllables come back from both scripts, whatever the words.
func TestLegacyProperties(t *testing.T) {
	words := strings.FieldsFunc(norm.NFC.String(strings.ToLower(legacySample+" nghiêng khuỷu quýt gìn giữ ưỡn yểu uyển hoạch xoẹt ngoẵng thuở")), func(r rune) bool { return !prose.IsWord(r) || r < 'A' })
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 60, 120).Draw(t, "words"), " ")
		for name, encode := range map[string]func(string) string{"tcvn3": toTCVN3, "vni": toVNI} {
			if got, script := charset.FromLegacy(encode(text)); script != name || got != text {
				t.Fatalf("%s of %q: %s %q", name, text, script, got)
			}
		}
	})
}

func FuzzLegacy(f *testing.F) {
	f.Add(toTCVN3(legacySample))
	f.Add(toVNI(legacySample))
	f.Add(legacySample)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		got, script := charset.FromLegacy(text)
		if script == "" && got != text || !utf8.ValidString(got) {
			t.Errorf("%q: %s %q", text, script, got)
		}
	})
}

// TestBeyondASCII: the words that are counted are those that have a letter
// beyond ASCII, whatever stands between them.
func TestBeyondASCII(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab <\u00a0àđ°“\u0301ệ\ufffd"))).Draw(t, "text") + rapid.SampledFrom([]string{"", "\xe1", "a\xe1\xbb"}).Draw(t, "cut")
		var want []string
		for word := range charset.LegacyWords(text) {
			if !prose.IsASCII(word) {
				want = append(want, word)
			}
		}
		if got := slices.Collect(charset.BeyondASCII(text)); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	})
}
