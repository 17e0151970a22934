package crawler

import (
	"net/url"
	"testing"
	"time"

	"baoluu/sites"
)

func TestNextTryAndGone(t *testing.T) {
	now := at("2026-11-22 09:00")
	var last time.Duration
	for n := 1; n < 100; n++ {
		wait := nextTry(n, now).Sub(now)
		if wait < last || wait < firstRetry || wait > maxRecrawl {
			t.Errorf("try %d after %v, the one before after %v", n, wait, last)
		}
		last = wait
	}
	if !nextGone(4, now).IsZero() || nextGone(1, now).Sub(now) != 24*time.Hour {
		t.Error("gone")
	}
}

func TestHostRests(t *testing.T) {
	now := at("2026-11-22 09:00")
	h, err := newHost("vov.vn", time.Second, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	var last time.Duration
	for run := range 20 {
		for n := 1; n <= maxRefusals; n++ {
			if got := h.refused(now); got != (n == maxRefusals) {
				t.Fatalf("refusal %d of run %d: %v", n, run, got)
			}
		}
		rest := h.state.Until.Sub(now)
		if rest < last || rest > maxRest || rest < firstRest {
			t.Errorf("run %d: %v after %v", run, rest, last)
		}
		last = rest
		states := map[string][]byte{}
		if err := h.save(states); err != nil {
			t.Fatal(err)
		}
		if h, err = newHost("vov.vn", time.Second, states, now); err != nil || !h.restsBeyond(now) {
			t.Fatalf("run %d: %v", run, err)
		}
	}
	h.answered()
	if h.state.Rests != 0 {
		t.Error("an answer ends the row")
	}
}

func TestWrongClockIsHealed(t *testing.T) {
	now := at("2026-11-22 09:00")
	states := map[string][]byte{"vov.vn": []byte(`{"next":"2036-01-01T00:00:00Z","until":"2036-01-01T00:00:00Z"}`)}
	h, err := newHost("vov.vn", time.Second, states, now)
	if err != nil || h.state.Next.Sub(now) > maxCrawlDelay || h.state.Until.Sub(now) > maxRest {
		t.Errorf("%+v, %v", h.state, err)
	}
	for _, bad := range []string{"{", "[]", `{"next":1}`} {
		if _, err := newHost("vov.vn", 0, map[string][]byte{"vov.vn": []byte(bad)}, now); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

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
