package sites

import (
	"strings"
	"testing"
)

// TestWrittenTexts: whatever a newspaper is called, and whatever a comment quotes, the file is read again.
func TestWrittenTexts(t *testing.T) {
	for _, text := range []string{"? x", "?", "? it's", "?x", "- x", "-x", "-", "---", "--- x", "...", ": x", ":x", "x:", "x: y", "# x", "x # y", "x #", "@x", "`x", "%x", "&x", "*x", "!x", "|", "|x", "> x", "'x", `"x`, "[x]", "{x}", "}", "]", ",x", "~", "=", "<<", "yes", "no", "null", "true", "on", "y", "123", "1_0", "0x1f", ".inf", "1e3", "2026-01-01", "12:30", " x ", "\u00a0x", `x\ny`, `\`, "x''y", "\ufdd0x"} {
		s, err := Read("bao-mau.yaml", []byte(small))
		if err != nil {
			t.Fatal(err)
		}
		d := s.Describe()
		d.Title, d.Suffixes, d.Topics = text+"a", []string{"| a", text + " a"}, map[string][]string{"world": {text + " b", "c"}}
		d.Editions = map[string]string{text: "en"}
		if strings.ContainsAny(text, "/") || text == "" {
			d.Editions = nil
		}
		if s, err = d.Site(); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		file, err := s.Describe().YAML(Comments{"title": {text, "a\u202eb\u0085c\u2028d\xffe\nf\u200bg"}, "suffixes[1]": {text}, "": {text}})
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(string(file), func(r rune) bool { return r != '\n' && isUnseen(r) }) {
			t.Errorf("%q: %q", text, file)
		}
		again, err := Read("bao-mau.yaml", file)
		if err != nil {
			t.Errorf("%q: %v\n%.600s", text, err, file)
			continue
		}
		if again.Title != d.Title || again.Suffixes[1] != d.Suffixes[1] || again.Topics["world"][0] != d.Topics["world"][0] || again.Editions[text] != d.Editions[text] {
			t.Errorf("%q: %q, %q, %q", text, again.Title, again.Suffixes, again.Topics)
		}
	}
}
