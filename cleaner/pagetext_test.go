package cleaner_test

import (
	"path/filepath"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func pageText(t testing.TB, page string) string {
	t.Helper()
	d, err := cleaner.Read(cleaner.Page{Body: []byte(page), ContentType: "text/html; charset=utf-8"})
	if err != nil {
		t.Fatal(err)
	}
	return d.PageText()
}

func TestPageTextOfTheSeeds(t *testing.T) {
	dir := cleanertest.Shared(t)
	pages, err := filepath.Glob(filepath.Join(dir, "pages", "seeds", "*.html"))
	if err != nil || len(pages) != 5 {
		t.Fatalf("%d seed pages, %v", len(pages), err)
	}
	for _, page := range pages {
		name := strings.TrimSuffix(filepath.Base(page), ".html")
		t.Run(name, func(t *testing.T) {
			want := string(cleanertest.Read(t, dir, "seeds", name+".txt"))
			if got := pageText(t, string(cleanertest.Read(t, page))); got != want {
				t.Error(cmp.Diff(want, got))
			}
		})
	}
}

func TestPageTextRules(t *testing.T) {
	for _, tt := range []struct{ name, page, want string }{
		{"paragraphs are parted by an empty line", "<p>Một</p><p>Hai</p>", "Một\n\nHai"},
		{"a div starts a line", "<div>Một</div><div>Hai</div>", "Một\nHai"},
		{"br is a line", "A<br>B", "A\nB"},
		{"heading, br, div", "<h1>A</h1><br><div>B</div>", "A\n\n\nB"},
		{"empty paragraphs add nothing", "<p>A</p>" + strings.Repeat("<p></p>", 10) + "<p>B</p>", "A\n\nB"},
		{"a no-break space is text", "<p>A</p><p>&nbsp;</p><p>B</p>", "A\n\n\u00a0\n\nB"},
		{"blanks count across inline elements", "<a>Email</a> <a>Print</a>", "Email Print"},
		{"inline elements part nothing", "BY<a>ONE</a>", "BYONE"},
		{"blanks next to br are dropped", "A <br> B", "A\nB"},
		{"CR LF is LF", "A\r\nB\rC", "A B C"},
		{"alt is text", `<p>A <img alt="ảnh  một"> B</p>`, "A ảnh một B"},
		{"attributes are not", `<p title="x">A<input placeholder="y"></p>`, "A"},
		{"menus and scripts", "<nav>x</nav><aside>x</aside><script>x</script><style>x</style><noscript>x</noscript><template>x</template>A<select><option>x</select><!-- x --><svg><title>x</title><text>x</text></svg>", "A"},
		{"hidden", `<p hidden>x</p><p style="color:red; DISPLAY : None">x</p><p class="d-none">A</p>`, "A"},
		{"header of the page", "<header>x</header><p>A</p><footer>x</footer>", "A"},
		{"header of an article", "<article><header>A</header><div><footer>B</footer></div></article>", "A\nB"},
		{"a form is left out", "<form>x</form>A", "A"},
		{"a form round the page is not", "<form><h1>A</h1><p>B</p></form>", "A\n\nB"},
		{"title in the body", "x<title>y</title>", "x"},
		{"ul", "<p>A</p><ul><li>B</li><li></li><li>C</li></ul>", "A\n\n  • B\n  • C"},
		{"ol counts items without text", "<p>A</p><ol><li>B</li><li> </li><li>C</li></ol>", "A\n\n  1. B\n  3. C"},
		{"ol start", `<p>A</p><ol start="5"><li>B</li></ol>`, "A\n\n  5. B"},
		{"nested list", "<p>A</p><ul><li>B<ol><li>C</li></ol></li><li>D</li></ul>", "A\n\n  • B\n    1. C\n  • D"},
		{"list on top loses its blanks", "<ol><li>A</li><li>B</li></ol>", "1. A\n  2. B"},
		{"cells", "<table><tr><td> A </td> <td></td><th>B</th></tr><tr><td>C</td></tr></table>", "A\tB\nC"},
		{"a cell with a block", "<table><tr><td>A</td><td><p>B</p></td></tr></table>", "A\n\nB"},
		{"definition list", "<dl><dt>A</dt><dd>B</dd></dl>C", "A\nB\n\nC"},
		{"pre collapses", "<pre>A  B\nC</pre>", "A B C"},
		{"hr", "A<hr>B", "A\n\nB"},
		{"combining marks stay", "<p>e\u0302\u0301</p>", "e\u0302\u0301"},
		{"entities", "<p>&ocirc;&#244;&quot;&amp;lt;</p>", "ôô\"&lt;"},
		{"byte order mark", "\ufeff<p>A</p>", "A"},
		{"nothing", "<div></div>", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := pageText(t, tt.page); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever the markup: no blank at an end of a line or of the text but the
// marks of lists, no run of blanks, the same text every time.
func TestPageTextProperties(t *testing.T) {
	pieces := []string{"<p>", "</p>", "<div>", "</div>", "<br>", "<li>", "</li>", "<ul>", "</ul>", "<ol>", "</ol>", "<td>", "<tr>", "<table>", "</table>",
		"<b>", "</b>", " ", "\n", "Nghệ An", "báo", "&nbsp;", "<article>", "</article>", "<header>", "</header>", "<img alt='ảnh'>", "<h1>", "</h1>", "<form>", "</form>"}
	rapid.Check(t, func(t *rapid.T) {
		page := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 60).Draw(t, "page"), "")
		d, err := cleaner.Read(cleaner.Page{Body: []byte(page + "x"), ContentType: "text/html"})
		if err != nil {
			t.Fatal(err)
		}
		got := d.PageText()
		if got != d.PageText() {
			t.Fatal("two readings differ")
		}
		if got != strings.Trim(got, " \t\n\f") {
			t.Fatalf("blanks at the ends: %q", got)
		}
		for line := range strings.Lines(got) {
			line = strings.TrimRight(line, "\n")
			if line != strings.TrimRight(line, " \t") {
				t.Fatalf("blanks at the end of %q", line)
			}
			body := strings.TrimLeft(line, " 0123456789.•")
			if strings.Contains(body, "  ") {
				t.Fatalf("two blanks in %q", line)
			}
		}
	})
}

func FuzzPageText(f *testing.F) {
	f.Add("<p>Một</p><ul><li>Hai<br>Ba</ul><table><td>x<td>y</table>")
	f.Add("<form><h1>A</h1><article><header>B")
	f.Add("\ufeff<%@ page %><title>x</title><p style='display: none'>y")
	f.Fuzz(func(t *testing.T, page string) {
		d, err := cleaner.Read(cleaner.Page{Body: []byte(page), ContentType: "text/html; charset=utf-8"})
		if err != nil {
			return
		}
		got := d.PageText()
		if strings.Trim(got, " \t\n\f") != got {
			t.Errorf("blanks at the ends of %q", got)
		}
	})
}
