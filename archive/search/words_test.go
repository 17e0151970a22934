package search

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// said are the words of a text, by their exact forms.
func said(text string) string {
	var list []string
	eachWord(text, func(start, end int) { list = append(list, wordOf(text[start:end]).exact) })
	return strings.Join(list, " ")
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ text, words string }{
		{"Hà Nội's", "hà nội s"},
		{"COVID-19, U.23 và 12/3", "covid 19 u 23 và 12 3"},
		{"1.500 người, 1.500.000 đồng, 1,5 tỷ", "1500 người 1500000 đồng 1 5 tỷ"},
		{"1.5000 12.34 2026.500 1.500,25", "1 5000 12 34 2026 500 1500 25"},
		{"F0 5G U23", "f 0 5 g u 23"},
		{"HÒA hoà Thuỷ thủy KHOẺ", "hòa hòa thủy thủy khỏe"},
		{"nghe\u0323\u0302 a\u0301", "nghệ á"},
		{"so\u00adft zero\u200bwidth \ufeffbom", "soft zerowidth bom"},
		{"東京に行く", "東 京 に 行 く"},
		{"Đắk Lắk — \u00d0ắk \u0189ắk", "đắk lắk đắk đắk"}, // letters that look alike
		{"…!?", ""},
		{"\xff\xfe abc\xff", "abc"},
		{strings.Repeat("a", 200), strings.Repeat("a", maxWord)},
	} {
		if got := said(test.text); got != test.words {
			t.Errorf("%q: %q, want %q", test.text, got, test.words)
		}
	}
}

// TestFolds: each vowel with each tone, in upper and lower case, composed or not, folds to its letter.
func TestFolds(t *testing.T) {
	for base, letters := range map[string]string{"a": "aăâ", "e": "eê", "i": "i", "o": "oôơ", "u": "uưu", "y": "y", "d": "dđ"} {
		for _, letter := range letters {
			for _, tone := range []string{"", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"} {
				if base == "d" && tone != "" {
					continue
				}
				composed := norm.NFC.String(string(letter) + tone)
				for _, form := range []string{composed, norm.NFD.String(composed), strings.ToUpper(composed), norm.NFD.String(strings.ToUpper(composed))} {
					w := wordOf("t" + form + "n")
					if w.fold != "t"+base+"n" || w.exact != "t"+composed+"n" {
						t.Errorf("%+q: %+q, %+q", form, w.exact, w.fold)
					}
				}
			}
		}
	}
	for _, same := range [][2]string{{"hoà", "hòa"}, {"khoẻ", "khỏe"}, {"thuỷ", "thủy"}, {"Hoạ", "họa"}, {"QUÝ", "quý"}} {
		if a, b := wordOf(same[0]), wordOf(same[1]); a != b {
			t.Errorf("%v: %+v, %+v", same, a, b)
		}
	}
	for _, other := range [][2]string{{"hòa", "hoa"}, {"đo", "do"}, {"ma", "mà"}, {"mà", "má"}, {"mơ", "mô"}, {"cướp", "cuộp"}} {
		if a, b := wordOf(other[0]), wordOf(other[1]); a.code == b.code || !a.code.folds(b.code) && a.fold == b.fold {
			t.Errorf("%v: %+v, %+v", other, a, b)
		}
	}
}

// TestCodes: no two syllables of Vietnamese have the same code, whatever their marks.
func TestCodes(t *testing.T) {
	folded := map[code]string{}
	for _, onset := range append([]string{""}, onsets...) {
		for _, nucleus := range nuclei {
			for _, coda := range append([]string{""}, codas...) {
				w := wordOf(onset + nucleus + coda)
				if before, ok := folded[w.code]; ok && before != w.fold {
					t.Fatalf("%s and %s are the same", before, w.fold)
				}
				folded[w.code] = w.fold
			}
		}
	}
	if len(folded) < 5000 {
		t.Errorf("%d folded syllables", len(folded))
	}
	seen := map[code]string{}
	for _, onset := range []string{"", "d", "đ", "gi", "ngh", "q"} {
		for _, nucleus := range nuclei {
			for _, vowels := range marked(nucleus) {
				for _, tone := range []string{"", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"} {
					w := wordOf(norm.NFC.String(onset + vowels + tone + "ng"))
					if before, ok := seen[w.code]; ok && before != w.exact {
						t.Fatalf("%s and %s are the same", before, w.exact)
					}
					seen[w.code] = w.exact
				}
			}
		}
	}
}

// marked are vowels with the first two as each that they can be.
func marked(vowels string) (list []string) {
	list = []string{""}
	n := 0
	for _, v := range vowels {
		var more []string
		forms := map[rune]string{'a': "aăâ", 'e': "eê", 'o': "oôơ", 'u': "uư"}[v]
		if forms != "" {
			n++
		}
		for _, before := range list {
			if n > 2 || forms == "" {
				forms = string(v)
			}
			for _, f := range forms {
				more = append(more, before+string(f))
			}
		}
		list = more
	}
	return list
}

// TestCodeBytes: no byte of any word's code is one by which values are parted or blocks begin.
func TestCodeBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := wordOf(rapid.String().Draw(t, "word"))
		b := appendCode(nil, w.code)
		if codeAt(b) != w.code || b[0] >= begins || b[1] == 255 || b[2] == 255 {
			t.Fatalf("%+v: %x", w, b)
		}
		if _, _, ok := w.code.block(); ok {
			t.Fatalf("%+v begins a block", w)
		}
	})
}

func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, 255*255*255-1).Draw(t, "n")
		if b := appendNumber(nil, n, 3); number(b) != n {
			t.Fatalf("%d: %x", n, b)
		}
		at := time.Unix(rapid.Int64Range(year1000+1, 30_000_000_000).Draw(t, "seconds")*60, 0).UTC()
		if got := timeOf(minutesOf(at)); !got.Equal(at) {
			t.Fatalf("%s: %s", at, got)
		}
	})
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{`nghe an`, `nghe | an`},
		{`"nghe an" lũ`, `nghe an | lũ`},
		{`title:lũ -body:"nước dâng"`, `title:lũ | -body:nước dâng`},
		{`TITLE:x nosuch:x http://a.b`, `title:x | nosuch x | http a b`},
		{`- -- -x a-b`, `-x | a b`},
		{`"không đóng`, `không đóng`},
		{`title: x`, `title | x`},
		{`title:-x`, `title x`},
		{`“a b” «c d» „e f“`, `a b | c d | e f`},
		{`""" "`, ``},
		{`a"b c"d`, `a | b c | d`},
	} {
		var list []string
		for _, c := range parse(test.text).clauses {
			s := ""
			if c.not {
				s = "-"
			}
			for i, f := range Fields {
				if c.in == 1<<i {
					s += f + ":"
				}
			}
			var words []string
			for _, w := range c.words {
				words = append(words, w.exact)
			}
			list = append(list, s+strings.Join(words, " "))
		}
		if got := strings.Join(list, " | "); got != test.want {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}

// FuzzParse: any text is a query, of a bounded number of words, and a page of its own words fits it if
// nothing is excluded.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`nghe an`, `"nghe an" -title:lũ`, `a:b:c "`, "\xff\x00-\"", strings.Repeat(`"a `, 300), "1.500.000 COVID-19"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := parse(text)
		n := 0
		for _, c := range p.clauses {
			n += len(c.words)
			if len(c.words) == 0 || c.in == 0 {
				t.Fatalf("%+v", c)
			}
			for _, w := range c.words {
				if !utf8.ValidString(w.exact) || !utf8.ValidString(w.fold) || len(w.exact) > maxWord {
					t.Fatalf("%+v", w)
				}
			}
		}
		if n > MostWords {
			t.Fatalf("%d words", n)
		}
		m := maker{words{}}
		var codes []byte
		for z := range allZones {
			var list []passage
			for _, c := range p.clauses {
				if !c.not {
					var said []string
					for _, w := range c.words {
						said = append(said, w.exact)
					}
					list = append(list, passage{z, strings.Join(said, " ")})
				}
			}
			m.add(&codes, list, false, terms{})
		}
		var wanted []clause
		for _, c := range p.clauses {
			if !c.not {
				wanted = append(wanted, c)
			}
		}
		match := newMatcher(wanted, true, false, func(word) float64 { return 1 })
		if w := appendWords(make(forward, hintsAt), codes); !match.match(w) {
			t.Fatalf("%q does not find its own words", text)
		} else if s := match.score(w); s < 0 || s != s {
			t.Fatalf("%q: score %f", text, s)
		}
	})
}

// TestStorms: neither a letter with no end of marks nor a word without an end makes a snippet of more than
// some hundred bytes.
func TestStorms(t *testing.T) {
	for _, text := range []string{"lũ a" + strings.Repeat("\u0301", 1e5), strings.Repeat("x", 1e5) + " lũ", "lũ" + strings.Repeat("\u0301", 1e5) + " lũ", strings.Repeat("字", 1e5) + "lũ"} {
		for _, query := range []string{"lũ", "lu", strings.Repeat("x", 900), "字"} {
			a := &asked{clauses: parse(query).clauses, known: words{}}
			for _, s := range a.snippets([]passage{{inBody, text}}) {
				n := 0
				for _, span := range s.Spans {
					n += len(span.Text)
				}
				if n > 2000 {
					t.Errorf("%.20s: %d bytes", query, n)
				}
			}
		}
	}
}

// FuzzSnippet: no snippet cuts a letter, and what is marked stands in the text.
func FuzzSnippet(f *testing.F) {
	f.Add("Nước sông Lam dâng cao ở Nghệ An", "nghe an")
	f.Add(strings.Repeat("nghe\u0323\u0302 ", 90), "nghệ")
	f.Add(strings.Repeat("漢字", 300)+"\xff", "字")
	f.Fuzz(func(t *testing.T, text, query string) {
		text = strings.ToValidUTF8(text, "")
		a := &asked{clauses: parse(query).clauses, known: words{}}
		for _, s := range a.snippets([]passage{{inBody, text}}) {
			whole := ""
			for i, span := range s.Spans {
				if span.Text == "" || i > 0 && s.Spans[i-1].Mark == span.Mark {
					t.Fatalf("%+v", s.Spans)
				}
				if r, _ := utf8.DecodeRuneInString(span.Text); unicode.IsMark(r) && !strings.HasPrefix(text, span.Text) {
					t.Fatalf("%+q begins with a mark of the letter before", span.Text)
				}
				whole += span.Text
			}
			inside := strings.TrimSuffix(strings.TrimPrefix(whole, "… "), " …")
			if !utf8.ValidString(whole) || !strings.Contains(text, inside) {
				t.Fatalf("%q is not in the text", inside)
			}
			if len(whole) > 4*snippetBytes+2*len(text)/3 && len(whole) > 2000 {
				t.Fatal(fmt.Sprint(len(whole), " bytes"))
			}
		}
	})
}
