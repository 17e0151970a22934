package crawler

import (
	"net/url"
	"testing"

	"baoluu/sites"
)

func TestFrontPages(t *testing.T) {
	site, _ := sites.ByName("vov")
	for raw, want := range map[string]bool{
		"https://vov.vn/": true, "https://vov.vn": true, "https://english.vov.vn/en": true, "https://vov.vn/index.html": true,
		"https://vov.vn/the-thao": false, "https://vov.vn/xa-hoi/a-post1340966.vov": false,
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := isFront(site, u); got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
}

func TestSameSlug(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"http://baonghean.vn/the-thao/201510/don-tam-ly-2633406/", "https://baonghean.vn/don-tam-ly-10264872.html", true},
		{"https://baonghean.vn/don-tam-ly-post258616.html", "https://baonghean.vn/Don-Tam-Ly-300867.html", true},
		{"https://vov.vn/xa-hoi/mua-lon-526083.vov", "https://vov.vn/xa-hoi/moi-truong/mua-lon-post1340966.vov", true},
		{"https://baonghean.vn/don-tam-ly-10264872.html", "https://baonghean.vn/don-tam-ly-moi-10264873.html", false},
		{"http://m.dantri.com.vn/news-20160314083511309.htm", "http://m.dantri.com.vn/news-20160314083511310.htm", false}, // no words to go by
		{"https://baonghean.vn/", "https://baonghean.vn/", false},
	} {
		if got := sameSlug(tt.a, tt.b); got != tt.want {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}
