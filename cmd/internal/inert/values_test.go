package inert

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// values are the checks that are made byte by byte, as expressions.
var values = map[string]struct {
	is   func(string) bool
	said *regexp.Regexp
}{
	"word":   {wordValue, regexp.MustCompile(`^[#A-Za-z0-9.+-]{1,24}%?$`)},
	"source": {sourceValue, regexp.MustCompile(`^(/at/[0-9A-Za-z:.+-]{4,40}im_/https?:[^\x00-\x20\\"<>]*|data:image/(png|gif|jpeg|webp|avif|bmp|x-icon|svg\+xml);base64,[A-Za-z0-9+/=]*)$`)},
	"sheet":  {sheetValue, regexp.MustCompile(`^/at/[0-9A-Za-z:.+-]{4,40}cs_/https?:[^\x00-\x20\\"<>]*$`)},
	"href":   {hrefValue, regexp.MustCompile(`^(/[a-z]|#)[^\x00-\x20\\"<>]*$`)},
}

// TestValues: a value is what its expression says, whatever pieces it is made of.
func TestValues(t *testing.T) {
	pieces := []string{
		"/at/", "/", "//", "#", "at", "2016", "2016-04-08T08:00:00.000+07:00", "im_/", "cs_/", "im", "cs", "_", "_/", "https:", "http:", "//a.example/b.png", "data:image/", "data:",
		"png", "svg+xml", "jpeg", ";base64,", ";", ",", "QUJD", "=", "%", "%%", " ", "\n", "\x00", "\x1f", "\x7f", "\xff", "ệ", "\"", "'", "<", ">", "\\", "a", "Z", "9", "+", "-", ".", "+++++++++++++++++++++++++++++++++",
	}
	some := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		v := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(t, "pieces"), "")
		for name, value := range values {
			for _, begun := range []string{"", "9", "#", "/at/2016im_/https:", "/at/2016cs_/http:", "data:image/png;base64,"} {
				if got, want := value.is(begun+v), value.said.MatchString(begun+v); got != want {
					t.Fatalf("%s: %q is %v, want %v", name, begun+v, got, want)
				} else if got {
					some[name]++
				}
			}
		}
	})
	for name := range values {
		if some[name] == 0 {
			t.Errorf("%s: none was so", name)
		}
	}
}

func FuzzValues(f *testing.F) {
	for _, v := range []string{"50%", "/at/2016im_/https://a.example/b.png", "/at/2016cs_/http:", "data:image/svg+xml;base64,QQ==", "#Đầu", "//a.example", "/a\xff"} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) {
		for name, value := range values {
			if got, want := value.is(v), value.said.MatchString(v); got != want {
				t.Errorf("%s: %q is %v, want %v", name, v, got, want)
			}
		}
	})
}

// TestMarked: sheets and drawings are found where they stand, and nowhere else.
func TestMarked(t *testing.T) {
	for markup, want := range map[string]string{
		`<style>a{}</style>`: "a{}", `<STYLE media="a>b" x=y>a{}</Style >`: "a{}", `<a title="<style>b{}</style>" b='>'><style>a{}</style>`: "a{}", `<a title=x"><style>a{}</style>`: "a{}",
		`<!-- <style>b{}</style> --><style>a{}</style>`: "a{}", `<!--><style>a{}</style>`: "a{}", `<script>"<style>b{}"</script><style>a{}</style>`: "a{}", `<?x <style><style>a{}`: "a{}",
		`<svg/><svg><svg></svg><style>b{}</style></svg>`: "<svg><svg></svg><style>b{}</style></svg>", `<style>a{}</styles></style>`: "a{}</styles>", `</ style><style>a{}`: "a{}", `<style`: "", `<svg><g>`: "",
	} {
		_, found := marked([]byte(markup))
		if len(found) > 0 && string(found[0]) != want || len(found) == 0 && want != "" {
			t.Errorf("%s: %q", markup, found)
		}
	}
}

// TestTextsInARow: a text in many pieces costs what its length does.
func TestTextsInARow(t *testing.T) {
	body := append(bytes.Repeat([]byte("chợ "), 200_000), bytes.Repeat([]byte("<x>a</x>"), 90_000)...)
	if p := read(t, string(body)); p.Text || !bytes.Contains(p.HTML, bytes.Repeat([]byte("a"), 90_000)) {
		t.Error("not joined")
	}
}
