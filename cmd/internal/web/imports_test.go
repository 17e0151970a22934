package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baoluu/archive/capture"
	"baoluu/sites"
)

// TestImports: sheets that import others so often that a browser would read them without an end
// are shown without any; what nobody would miss is.
func TestImports(t *testing.T) {
	at := time.Date(2026, 11, 9, 8, 0, 0, 0, sites.Zone)
	sheet := func(name string, imports ...string) capture.Kept {
		css := ""
		for _, other := range imports {
			css += `@import "` + other + `.css";`
		}
		return assetOf(cdn+name+".css", at, "text/css", css+"a{color:red;background:url(a.png)}")
	}
	list := []capture.Kept{
		edited.kept(t, at), assetOf(cdn+"a.png", at, "image/png", drawnPicture(t, 1)),
		sheet("look", "look", "part", "part", "none"), sheet("part", "leaf"), sheet("leaf"),
		sheet("here", "there"), sheet("there", "here"),
		sheet("many", strings.Split(strings.Repeat("leaf ", 60)[:60*5-1], " ")...),
		sheet("far", "d0"), sheet("d100"),
	}
	for i := range 20 {
		next := fmt.Sprint("twice", i+1)
		list = append(list, sheet(fmt.Sprint("twice", i), next, next))
	}
	list = append(list, sheet("twice20"))
	for i := range 100 {
		list = append(list, sheet(fmt.Sprint("d", i), fmt.Sprint("d", i+1)))
	}
	s := newTestServer(t, answers(t, list...))
	for name, want := range map[string]int{"look": 2, "part": 1, "leaf": 0, "here": 0, "there": 0, "many": 0, "far": 0, "d60": 1, "twice0": 0, "twice10": 0, "twice17": 2} {
		css := ask(s, "/at/2026-11-09T08:00:00.000+07:00cs_/"+cdn+name+".css").Body.String()
		if got := strings.Count(css, "@import"); got != want || !strings.Contains(css, "im_/"+cdn+"a.png") {
			t.Errorf("%s: %d imports, want %d: %s", name, got, want, css)
		}
	}
}
