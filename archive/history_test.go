package archive_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/archive/internal/archivetest"
	"baoluu/archive/reclean"
	"baoluu/cleaner"
	"baoluu/cleaner/compare"
	"baoluu/sites"
)

var (
	heading   = regexp.MustCompile(`<h1>(.*?)</h1>`)
	paragraph = regexp.MustCompile(`<p>(.*?)</p>`)
)

// twoLooks reads a newspaper that shows its articles in two ways: on the web, and
// on mobiles with a box among the paragraphs that it takes for one.
func twoLooks(p cleaner.Page, _ *sites.Site) (cleaner.Article, error) {
	body := string(p.Body)
	a := cleaner.Article{Site: archivetest.Site, URL: p.URL, Layout: "web", Cleaner: "looks/1", Title: cleaner.Text(heading.FindStringSubmatch(body)[1])}
	if strings.Contains(body, "mobile") {
		a.Layout = "mobile"
	}
	for _, m := range paragraph.FindAllStringSubmatch(body, -1) {
		a.Body = append(a.Body, cleaner.Block{Kind: cleaner.Paragraph, Text: m[1]})
	}
	return a, nil
}

const box = "Đọc tin mới mỗi ngày trên điện thoại của bạn"

// oneLook is one page of TestLooks: "web 1", "mobile 2" or "gone", the number being
// that of the text.
func oneLook(t *testing.T, what string, minute int) capture.Kept {
	t.Helper()
	if what == "gone" {
		return archivetest.Status("100", capture.Gone, 404, minute)
	}
	where, text, _ := strings.Cut(what, " ")
	first, last := "<p>"+box+"</p>", ""
	if where == "web" {
		first, last = "", "<div>"+box+"</div>"
	}
	k := archivetest.Page("100", "list", minute)
	k.Body = fmt.Appendf(nil, `<html><body class="%s"><h1>Cầu Khe Mây thông xe</h1>
<p>Cây cầu nối hai bờ suối đã thông xe sáng nay sau mười tháng thi công.</p>%s
<p>Kinh phí là 1%s tỷ đồng, do tỉnh cấp cho xã từ năm ngoái.</p>
<p>Từ nay học sinh không còn phải nghỉ học những ngày mưa lũ.</p>%s</body></html>`, where, first, text, last)
	a, err := twoLooks(cleaner.Page{Body: k.Body, URL: k.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	k.Article, k.Refused = &a, ""
	return k
}

// inShort is a history in short: for each version why it is one, what it changed, and
// the layouts that read it.
func inShort(list []archive.Version) string {
	var parts []string
	for _, v := range list {
		part := string(v.Cause)
		if len(v.Changed) > 0 {
			part += " " + strings.Join(v.Changed, "+")
		}
		for _, r := range v.Readings {
			part += " " + r.Layout
		}
		parts = append(parts, strings.TrimSpace(part))
	}
	return strings.Join(parts, "; ")
}

// TestLooks: what only another layout reads otherwise is no version, however often
// it comes and goes; an edit is one, whichever layout shows it first. The order in
// which captures are stored makes no difference.
func TestLooks(t *testing.T) {
	for _, test := range []struct {
		captures string
		want     string
		edits    int
	}{
		{"web 1", "", 0},
		{"web 1, web 1, web 2", "; edit body", 1},
		{"web 1, mobile 1", "web mobile", 0},
		{"web 1, mobile 1, web 1, mobile 1, web 1", "web mobile", 0},
		{"web 1, mobile 2", "; edit body", 1},
		{"web 1, mobile 1, web 2", "web mobile; edit body", 1},
		{"web 1, mobile 1, mobile 2", "web mobile; edit body", 1},
		{"web 1, mobile 1, mobile 2, web 2", "web mobile; edit body mobile web", 1},
		{"web 1, mobile 1, mobile 2, web 1", "web mobile; edit body; edit body", 2},
		{"web 1, gone, mobile 1", "; state state; state state", 0},
		{"web 1, gone, mobile 2, mobile 2", "; state state; edit state+body", 1},
		{"web 1, mobile 1, gone, gone, web 1", "web mobile; state state; state state", 0},
	} {
		t.Run(test.captures, func(t *testing.T) {
			captures := strings.Split(test.captures, ", ")
			for _, turned := range []bool{false, true} {
				a := archivetest.Fresh(t)
				archivetest.CleanWith(a, "looks/1", twoLooks)
				for i := range captures {
					if turned {
						i = len(captures) - 1 - i
					}
					archivetest.Commit(t, a, oneLook(t, captures[i], i))
				}
				list := archivetest.Versions(t, archivetest.View(t, a), "100")
				if got := inShort(list); got != test.want {
					t.Errorf("stored backwards %v: %q, want %q", turned, got, test.want)
				}
				if p, err := archivetest.View(t, a).Page(ctx, "100"); err != nil || p.Edits != test.edits || p.Unsure != 0 || p.Versions != len(list) {
					t.Errorf("%+v, %v", p, err)
				}
				if _, err := reclean.Run(ctx, a, archivetest.Site, reclean.Options{Accept: true, Force: true}); err != nil {
					t.Fatal(err)
				}
				if got := inShort(archivetest.Versions(t, archivetest.View(t, a), "100")); got != test.want {
					t.Errorf("cleaned again: %q, want %q", got, test.want)
				}
			}
		})
	}
}

// TestLooksOfACommit: who stores a capture gets to know what became of it.
func TestLooksOfACommit(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.CleanWith(a, "looks/1", twoLooks)
	for i, test := range []struct {
		capture string
		cause   compare.Cause
		began   bool
	}{
		{"web 1", "", true}, {"web 1", "", false}, {"mobile 1", compare.Relaid, false}, {"mobile 1", "", false},
		{"mobile 2", compare.Edited, true}, {"gone", archive.ChangedState, true}, {"web 2", archive.ChangedState, true},
	} {
		if put := archivetest.Commit(t, a, oneLook(t, test.capture, i))[0]; put.Cause != test.cause || put.NewVersion != test.began {
			t.Errorf("%d, %s: %+v", i, test.capture, put)
		}
	}
}

// TestDifference: two versions are compared as the history compared them.
func TestDifference(t *testing.T) {
	a := archivetest.Fresh(t)
	archivetest.CleanWith(a, "looks/1", twoLooks)
	for i, what := range []string{"web 1", "mobile 2", "web 2"} {
		archivetest.Commit(t, a, oneLook(t, what, i))
	}
	v := archivetest.View(t, a)
	list := archivetest.Versions(t, v, "100")
	d, old, now, err := v.Difference(ctx, list[0], list[1])
	if err != nil || d.Cause != compare.Edited {
		t.Fatalf("%+v, %v", d, err)
	}
	edits := d.Edits(old, now)
	if len(edits) == 0 {
		t.Fatal("nothing is shown")
	}
	for _, e := range edits {
		for _, s := range slices.Concat(e.Old, e.New) {
			if s == box || !strings.Contains(s, "Kinh phí") {
				t.Errorf("not what was edited: %q", s)
			}
		}
	}
}
