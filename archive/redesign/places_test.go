package redesign

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"baoluu/cleaner"
)

func TestPlaces(t *testing.T) {
	p := placed{}
	for i := range 4 {
		page := fmt.Sprintf(`<html><head><title>Chợ %d họp lại</title></head><body><ul class="path"><li class="here">Chợ %[1]d họp lại</li></ul>
<div class="box" id="post-%[1]d"><h1>Chợ %[1]d <b>họp</b> lại</h1><div class="sapo"><h2><span>Sáng %[1]d nay</span></h2></div>
<div id="content"><p>Đoạn %[1]d.<img></p><p>Đoạn khác.</p></div><script>Chợ %[1]d họp lại</script><a rel=author>An %[1]d</a></div></body></html>`, i)
		if i == 3 { // no place of the others
			page = strings.NewReplacer("sapo", "lead-3", "here", "here-3").Replace(page)
		}
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		p.add(root, &cleaner.Article{
			Title: cleaner.Text(fmt.Sprintf("Chợ %d họp lại", i)), Lead: cleaner.Text(fmt.Sprintf("Sáng %d nay", i)), Byline: "Bình",
			Body: []cleaner.Block{{Text: fmt.Sprintf("Đoạn %d.", i)}},
		})
	}
	want := "[{title h1 4 4} {title li.here 3 4} {lead div.sapo > h2 > span 3 4} {body div#content 4 4}]"
	if got := fmt.Sprint(p.list()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Elements deep inside one another, each with the text of all below, cost what their page is long.
func TestPlacesOfADeepPage(t *testing.T) {
	page := strings.Repeat("<div>", 400) + strings.Repeat("<p>Một đoạn văn dài.</p>", 20000)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	if got := testing.AllocsPerRun(1, func() { placed{}.add(root, &cleaner.Article{Title: "Chợ"}) }); got > 500000 {
		t.Errorf("%.0f allocations", got)
	}
}
