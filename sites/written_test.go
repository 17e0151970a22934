package sites

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWrittenOut: what compiles with the selectors of a family is a file again once these stand in it.
func TestWrittenOut(t *testing.T) {
	name := FamilyNames()[0]
	family, _ := Family(name)
	own := func(n, length int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf(".%s-%d", strings.Repeat("a", length), i))
		}
		return list
	}
	layouts := func(n, drops, length int) (list []LayoutDescription) {
		for i := range n {
			list = append(list, LayoutDescription{Name: fmt.Sprintf("bai-%d", i), Family: name, Since: fmt.Sprintf("20%d-01-01", 60-i), Drop: own(drops, length)})
		}
		return list
	}
	room := maxList - len(family.Drop)
	for _, c := range []struct {
		what    string
		layouts []LayoutDescription
		wrong   string
	}{
		{"as many as can be", layouts(1, room, 1), ""},
		{"one more", layouts(1, room+1, 1), fmt.Sprintf("layouts[0].drop: a list of 201, with those of family %s: at most 200", name)},
		{"some of them the family's", slices.Insert(layouts(1, 0, 0), 0, LayoutDescription{Name: "x", Family: name, Since: "2061-01-01", Drop: slices.Concat(family.Drop, own(room, 1))}), ""},
		{"large", layouts(2, room, 80), ""},
		{"too large", layouts(10, room, 80), "bytes of texts, with those of its layouts' families: at most 65536"},
	} {
		s, err := Read("bao-mau.yaml", []byte(small))
		if err != nil {
			t.Fatal(err)
		}
		d := s.Describe()
		d.Layouts = c.layouts
		if s, err = d.Site(); c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%s: %v", c.what, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		text, err := s.Describe().YAML(nil)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read("bao-mau.yaml", text)
		if err != nil {
			t.Errorf("%s, %d bytes: %v", c.what, len(text), err)
			continue
		}
		if second, err := again.Describe().YAML(nil); err != nil || string(second) != string(text) {
			t.Errorf("%s: it is another, %v", c.what, err)
		}
	}
}
