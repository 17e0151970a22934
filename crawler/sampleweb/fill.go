package sampleweb

import (
	"fmt"
	"strings"
)

// filling is what makes a short page as long as a real one: styles, scripts and
// menus, the same on every page of a newspaper.
type filling struct{ styles, scripts, menu string }

// shortPage is about what a page takes without filling.
const shortPage = 11 << 10

// filling is the newspaper's, for the length that [Web.Fill] asked for.
func (w *Web) filling(site string) filling { return w.fillings[site] }

// newFilling makes about n bytes. Names and numbers vary about as they do in
// real styles and scripts: a page of 126 kB takes 19 kB under gzip -9.
func newFilling(site string, n int) filling {
	n -= shortPage
	if n <= 0 {
		return filling{}
	}
	d := dice(site, "filling")
	words := strings.Fields("article item title wrap thumb grid box menu list head foot side main text video photo author time share comment tag event hot live slide card meta icon btn nav sub top mid ads zone")
	word := func() string { return words[d.IntN(len(words))] }
	var css, js, menu strings.Builder
	for css.Len() < n*5/10 {
		fmt.Fprintf(&css, ".%s-%s .%s__%s{margin:%dpx 0 0;color:#%06x;font-size:%dpx;line-height:20px;font-family:\"Inter\",-apple-system,sans-serif}\n",
			site, word(), word(), word(), 4*d.IntN(8), d.IntN(1<<24), 11+d.IntN(8))
	}
	for js.Len() < n*4/10 {
		fmt.Fprintf(&js, "!function(e,t){var n=t.querySelector(\"[data-%s=%s]\");n&&n.addEventListener(\"click\",function(){e.%s(\"%08x\",%d)})}(window,document);\n",
			word(), word(), word(), d.Uint32(), d.IntN(9999))
	}
	s := stocks()["vi"]
	for menu.Len() < n/10 {
		place := s.Slots["place"][d.IntN(len(s.Slots["place"]))]
		fmt.Fprintf(&menu, "<li><a href=\"#%s-%d\">%s</a></li>\n", slug(place), d.IntN(99), place)
	}
	return filling{css.String(), js.String(), menu.String()}
}
