package markup

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// fixtures are the pages in testdata.
func fixtures(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../../testdata/*/*.html")
	if err != nil || len(names) < 50 {
		t.Fatalf("%d pages, %v", len(names), err)
	}
	pages := map[string][]byte{}
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		pages[filepath.ToSlash(name)] = body
	}
	return pages
}

// TestBreaksOff: what ends in the middle, and what is whole, or a part of a page.
func TestBreaksOff(t *testing.T) {
	const head = `<!doctype html><html><head><title>Chợ</title></head><body>`
	for name, tt := range map[string]struct {
		body string
		want bool
	}{
		"whole":                     {head + `<div><p>Chợ đông.</p></div></body></html>`, false},
		"capitals":                  {`<HTML><BODY><DIV><P>Chợ đông.</DIV></BODY></HTML>`, false},
		"no end tags but they open": {head + `<div><p>Chợ đông.<p>Rồi tan.</div>`, false},
		"blanks behind":             {head + "<p>Chợ đông.</body></html>\r\n\r\n ", false},
		"a comment behind":          {head + "<p>Chợ đông.</body></html><!-- cached -->", false},
		"a part of a page":          {`<div><p>Chợ đông.`, false},
		"no page":                   {`Chợ đông.`, false},
		"in a paragraph":            {head + `<div><p>Chợ đô`, true},
		"behind a paragraph":        {head + `<div><p>Chợ đông.</p>`, true},
		"in a letter":               {head + "<div><p>Ch\xe1\xbb", true},
		"in an entity":              {head + `<div><p>Chợ &am`, true},
		"in a tag's name":           {head + `<p>Chợ.</p><di`, true},
		"in an end tag":             {head + `<p>Chợ đông.</`, true},
		"in an attribute":           {head + `<p>Chợ.</p><img alt="gánh rau > gánh`, true},
		"in a comment":              {head + `<p>Chợ.</p><!-- hết > `, true},
		"in a script":               {head + `<p>Chợ.</p><script>if (a < b) { c("`, true},
		"in a style":                {head + `<p>Chợ.</p><style>p{`, true},
		"a script says the end":     {head + `<script>w("</body></html>")</script><div><p>Chợ đô`, true},
		"a comment says the end":    {head + `<!-- </body></html> --><div><p>Chợ đô`, true},
		"an attribute says the end": {head + `<p data-x="</body>">Chợ.</p><div><p>đông`, true},
		"no html tag":               {`<!doctype html><title>Chợ</title><div><p>Chợ đô`, true},
		"no html tag, whole":        {`<!doctype html><title>Chợ</title><div><p>Chợ đông.</div>`, false},
	} {
		if got := BreaksOff([]byte(tt.body)); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// betweenParts tells a cut behind a part of a page, where nothing may be left open
// but elements whose end nobody has to write.
func betweenParts(head []byte) bool {
	head = bytes.TrimSpace(head)
	for _, end := range []string{"</nav>", "</header>", "</main>", "</footer>"} {
		if bytes.HasSuffix(head, []byte(end)) {
			return true
		}
	}
	return false
}

// TestBreaksOffAnywhere: a page that is cut within its text is recognized, at any byte of it; a
// whole one never is.
func TestBreaksOffAnywhere(t *testing.T) {
	cuts := 0
	for name, body := range fixtures(t) {
		if BreaksOff(body) {
			t.Errorf("%s: whole, and told to be cut", name)
		}
		lower := bytes.ToLower(body)
		if !bytes.Contains(lower, []byte("</html>")) || strings.Contains(name, "/generic/") || !utf8.Valid(body) {
			continue // parts of pages, markup that is left open on purpose, and bytes that lower case is not as long as
		}
		text := lower
		if end := bytes.LastIndex(lower, []byte("</main>")); end >= 0 {
			text = lower[:end] // behind it, elements that need not be closed are all that is open
		}
		from, to := bytes.Index(lower, []byte("<h1")), bytes.LastIndex(text, []byte("</p>"))
		step := 1 + max(0, to-from)/60
		for at := from + 1; from > 0 && at < to; at += step {
			if betweenParts(lower[:at]) {
				continue
			}
			cuts++
			if !BreaksOff(body[:at]) {
				t.Errorf("%s: cut at byte %d: …%q", name, at, body[max(0, at-40):at])
				break
			}
		}
	}
	if cuts < 2000 {
		t.Errorf("%d cuts", cuts)
	}
}
