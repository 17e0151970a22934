package jsonld

import (
	"baoluu/cleaner/internal/naming"
	"encoding/json"
	"strings"
	"testing"
)

// What is repaired is hardly longer than it was, and JSON stays JSON.
func FuzzRepairJSON(f *testing.F) {
	for _, s := range []string{`{"a":"b"c",d:'e',}`, "[1,,2]", `{"a":"b` + "\n" + `"}`, `// x` + "\n" + `{"a":/* */1}`, `{"a":"\x"}`, `{"a" "b"}`, `{a:b,"c":[}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := repairJSON(s)
		if len(out) > 8*len(s)+16 {
			t.Errorf("%q: %d bytes of %d", s, len(out), len(s))
		}
		var v any
		if json.Valid([]byte(s)) {
			if !json.Valid([]byte(out)) {
				t.Errorf("%q became %q", s, out)
			}
		}
		_ = json.Unmarshal([]byte(out), &v)
		Read([]string{s, s}, naming.Names{})
	})
}

func TestBrokenJSONLD(t *testing.T) {
	for _, tt := range []struct{ script, headline string }{
		{`{"@type":"NewsArticle","headline":"A"}`, "A"},
		{`[{"@type":"WebSite"},{"@type":["Thing","NewsArticle"],"headline":"A"}]`, "A"},
		{`{"@graph":[{"@type":"ReportageNewsArticle","headline":"A"}]}`, "A"},
		{`[[{"@type":"NewsArticle","headline":"A"}]]`, "A"},
		{"{\"@type\":\"NewsArticle\",\"headline\":\"A\nB\",}", "A B"},
		{"//<![CDATA[\n{\"@type\":\"NewsArticle\",\"headline\":\"A\"}\n//]]>", "A"},
		{`<!-- {"@type":"NewsArticle","headline":"A"} -->`, "A"},
		{`{"@type":"NewsArticle","headline":"A"};`, "A"},
		{`{"@type":"NewsArticle","headline":{"name":"A"}}`, "A"},
		{`{"@type":"NewsArticle","headline":`, ""},
		{`{"@type":1,"headline":[1,null]}`, ""},
		{``, ""},
	} {
		l := Read([]string{tt.script}, naming.Names{})
		if l.Headline != tt.headline {
			t.Errorf("%q: got %q, want %q", tt.script, l.Headline, tt.headline)
		}
		if l.Broken != strings.HasSuffix(tt.script, `"headline":`) && tt.script != "" {
			t.Errorf("%q: broken %v", tt.script, l.Broken)
		}
	}
}
