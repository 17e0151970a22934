package compare

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPassages(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{"", "", "[]"},
		{"", "mới", "[{  mới}]"},
		{"cũ", "", "[{ cũ }]"},
		{"một hai ba", "một hai ba", "[{một hai ba  }]"},
		{"một hai ba", "một bốn ba", "[{một  } { hai bốn} {ba  }]"},
		{"hoà bình", "hòa bình", "[{ hoà hòa} {bình  }]"},
	} {
		if got := fmt.Sprint(Passages(c.old, c.now)); got != c.want {
			t.Errorf("%q, %q: %s", c.old, c.now, got)
		}
	}
}

// TestPassagesAreBoth: both texts can be read out of them.
func TestPassagesAreBoth(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"một", "hai", "ba", "bốn", "x", "-"}), 0, 40)
	rapid.Check(t, func(t *rapid.T) {
		old, now := strings.Join(words.Draw(t, "old"), " "), strings.Join(words.Draw(t, "now"), " ")
		var a, b []string
		for _, p := range Passages(old, now) {
			if p.Same != "" && p.Old+p.New != "" || p == (Passage{}) {
				t.Fatalf("%+v", p)
			}
			a, b = append(a, p.Same, p.Old), append(b, p.Same, p.New)
		}
		read := func(parts []string) string { return strings.Join(strings.Fields(strings.Join(parts, " ")), " ") }
		if read(a) != old || read(b) != now {
			t.Fatalf("%q, %q", read(a), read(b))
		}
	})
}
