package main

import (
	"strings"
	"testing"

	"baoluu/sites"
)

// A layout is put into a file in its place, however the file is written, and all else stays as it is.
func TestLayoutIsPutIn(t *testing.T) {
	const head = "name: baomau\ntitle: Báo Mẫu\nlanguages: vi\n"
	for _, tt := range []struct {
		name, file string
		place      int
		want       string // "" is an error
	}{
		{"newest", "layouts:\n  - name: old\n    body: p\n", 0, "layouts:\n  # in doubt: few\n  - name: new\n    since: '2026-01-02'\n    body: [div]\n  - name: old\n    body: p\n"},
		{"below comments", "layouts:\n  # The old look.\n  # Long gone.\n  - name: old\n    body: p\n", 0, "layouts:\n  # in doubt: few\n  - name: new\n    since: '2026-01-02'\n    body: [div]\n  # The old look.\n  # Long gone.\n  - name: old\n    body: p\n"},
		{"comment in an entry", "layouts:\n  - # The old look.\n    name: old\n    body: p\n", 0, "layouts:\n  # in doubt: few\n  - name: new\n    since: '2026-01-02'\n    body: [div]\n  - # The old look.\n    name: old\n    body: p\n"},
		{"not indented", "layouts:\n- name: old\n  body: p\n", 0, "layouts:\n# in doubt: few\n- name: new\n  since: '2026-01-02'\n  body: [div]\n- name: old\n  body: p\n"},
		{"between", "layouts:\n  - name: young\n    since: 2026-02-01\n  - name: old\n", 1, "layouts:\n  - name: young\n    since: 2026-02-01\n  # in doubt: few\n  - name: new\n    since: '2026-01-02'\n    body: [div]\n  - name: old\n"},
		{"at the end", "layouts:\n  - name: young\n", 1, "layouts:\n  - name: young\n  # in doubt: few\n  - name: new\n    since: '2026-01-02'\n    body: [div]\n"},
		{"at the end, more below", "layouts:\n  - name: young\ntext: {end: [Hết]}\n", 1, "layouts:\n  - name: young\n  # in doubt: few\n  - name: new\n    since: '2026-01-02'\n    body: [div]\ntext: {end: [Hết]}\n"},
		{"in one line", "layouts: [{name: old, body: p}]\n", 0, ""},
		{"none", "home: x\n", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := proposal{layout: sites.LayoutDescription{Name: "new", Since: "2026-01-02", Body: []string{"div"}}, comments: []draftDoubt{{"name", "few"}}, place: tt.place}
			got, err := withLayout([]byte(head+tt.file), &p)
			if tt.want == "" {
				if err == nil || !strings.Contains(err.Error(), "by hand") {
					t.Errorf("%s, %v", got, err)
				}
				return
			}
			if err != nil || string(got) != head+tt.want {
				t.Errorf("got\n%s\n%v, want\n%s", got, err, head+tt.want)
			}
			if !strings.Contains(string(got), string(p.text)) {
				t.Errorf("what is shown is not what stands there: %s", p.text)
			}
		})
	}
}
