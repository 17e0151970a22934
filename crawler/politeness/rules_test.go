package politeness

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	const groups = "User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /all\n"
	tests := []struct {
		name, robots, path string
		want               bool
	}{
		{"empty", "", "/a", true},
		{"not robots at all", "<html><body>Disallow: /</body></html>", "/a", true},
		{"all", "User-agent: *\nDisallow: /", "/a", false},
		{"an empty rule", "User-agent: *\nDisallow:", "/a", true},
		{"rule before any group", "Disallow: /\nUser-agent: *\nDisallow: /x", "/a", true},
		{"the star group", groups, "/all/1", false},
		{"another's group", groups, "/a", true},
		{"ours", groups + "User-agent: Baoluu/2\nDisallow: /ours", "/all/1", true},
		{"ours binds", groups + "User-agent: Baoluu/2\nDisallow: /ours", "/ours", false},
		{"a shorter name is another's", "User-agent: bao\nDisallow: /", "/a", true},
		{"two heads, one group", "User-agent: a\nUser-agent: baoluu\nDisallow: /x", "/x", false},
		{"two groups of ours are one", "User-agent: baoluu\nDisallow: /x\nUser-agent: *\nDisallow: /\nUser-agent: baoluu\nDisallow: /y", "/y", false},
		{"and the star group is not", "User-agent: baoluu\nDisallow: /x\nUser-agent: *\nDisallow: /\nUser-agent: baoluu\nDisallow: /y", "/z", true},
		{"a sitemap line within the head", "User-agent: a\nSitemap: http://x/\nUser-agent: *\nDisallow: /x", "/x", false},
		{"bad line", "User-agent: *\nnonsense\n: \nDisallow: /x", "/x", false},
		{"comment", "User-agent: * # all\nDisallow: /x # why", "/x", false},
		{"two byte order marks", "\xef\xbb\xbf\xef\xbb\xbfUser-agent: *\nDisallow: /x", "/x", false},
		{"UTF-16", "\xff\xfeU\x00s\x00e\x00r\x00-\x00a\x00g\x00e\x00n\x00t\x00:\x00*\x00\n\x00D\x00i\x00s\x00a\x00l\x00l\x00o\x00w\x00:\x00/\x00\xe3\x00", "/%C3%A3/1", false},
		{"UTF-16, no mark, the other way", "\x00U\x00s\x00e\x00r\x00-\x00a\x00g\x00e\x00n\x00t\x00:\x00*\x00\r\x00\n\x00D\x00i\x00s\x00a\x00l\x00l\x00o\x00w\x00:\x00/\x00x", "/x", false},
		{"a byte that is no letter", "User-agent: *\nDisallow: /\xe3", "/%E3", false},
		{"a notice before", "<br />\n<b>Notice</b>: x\nUser-agent: *\nDisallow: /x", "/x", false},
		{"byte order mark", "\xef\xbb\xbfUser-agent: *\nDisallow: /x", "/x", false},
		{"old line ends", "User-agent: *\rDisallow: /x\r", "/x", false},
		{"the longest decides", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"whatever the order", "User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/b/c", true},
		{"allow wins a tie", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"a star inside", "User-agent: *\nDisallow: /*/print", "/tin/print/1", false},
		{"a star's weight is one", "User-agent: *\nAllow: /page\nDisallow: /*.htm", "/page.htm", false},
		{"an end", "User-agent: *\nDisallow: /*.gif$", "/a.gif", false},
		{"an end that is none", "User-agent: *\nDisallow: /*.gif$", "/a.gif?x", true},
		{"end without star", "User-agent: *\nDisallow: /a$", "/ab", true},
		{"the last of several", "User-agent: *\nDisallow: /*a$", "/aba", false},
		{"query", "User-agent: *\nDisallow: /*?p=", "/x?p=1", false},
		{"octets", "User-agent: *\nDisallow: /tin-t%e1%bb%a9c", "/tin-tức", false},
		{"octets the other way", "User-agent: *\nDisallow: /tin-tức", "/tin-t%E1%BB%A9c", false},
		{"a rule in decomposed letters", "User-agent: *\nDisallow: /xa\u0303-ho\u0323\u0302i/", "/x%C3%A3-h%E1%BB%99i/1", false},
		{"a path in decomposed letters", "User-agent: *\nDisallow: /x%C3%A3-h%E1%BB%99i/", "/xa\u0303-ho\u0323\u0302i/1", false},
		{"encoded slash is another", "User-agent: *\nDisallow: /a%2Fb", "/a/b", true},
		{"robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
	}
	for _, tt := range tests {
		u, err := url.Parse("https://dantri.com.vn" + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		r := parseRobots([]byte(tt.robots))
		if got := r.allows(u); got != tt.want {
			t.Errorf("%s: %s allowed %v", tt.name, tt.path, got)
		}
	}
}

func TestCrawlDelay(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 5":                                               5 * time.Second,
		"User-agent: *\nCrawl-delay: 0.5":                                             500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 86400":                                           maxCrawlDelay,
		"User-agent: *\nCrawl-delay: -1":                                              0,
		"User-agent: *\nCrawl-delay: NaN":                                             0,
		"User-agent: *\nCrawl-delay: Inf":                                             0,
		"User-agent: *\nCrawl-delay: soon":                                            0,
		"User-agent: baoluu\nDisallow: /x\n\nUser-agent: *\nCrawl-delay: 9":           0,
		"User-agent: a\nCrawl-delay: 9\nUser-agent: baoluu\nCrawl-delay: 3\nAllow: /": 3 * time.Second,
	} {
		if got := parseRobots([]byte(text)).delay; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestRobotsAreBounded(t *testing.T) {
	text := "User-agent: *\nDisallow: /x\n" + strings.Repeat("#", maxRobots) + "\nDisallow: /y\n"
	r := parseRobots([]byte(text))
	if len(r.rules) != 1 {
		t.Errorf("%d rules, the second lies beyond the limit", len(r.rules))
	}
}

// A line that is cut at the limit is no rule; one that ends there is.
func TestRobotsCutAtTheLimit(t *testing.T) {
	const group, last = "User-agent: *\nDisallow: /x\n", "Disallow: /tin-tuc"
	for room := range len(last) + 3 {
		text := group + strings.Repeat("#", maxRobots-len(group)-room-1) + "\n" + last
		for _, behind := range []string{"", "\n", "-cu\n", "-cu"} {
			r := parseRobots([]byte(text + behind))
			whole := room >= len(last) && behind != "-cu\n" && behind != "-cu" || room >= len(last+behind)
			want := 1
			if whole {
				want = 2
			}
			if len(r.rules) != want || want == 2 && len(r.rules[1].pattern) < len("/tin-tuc") {
				t.Errorf("%d bytes before the limit, and %q behind: %+v", room, behind, r.rules)
			}
			if again := RobotsText(RobotsText([]byte(text + behind))); !slices.Equal(parseRobots(again).rules, r.rules) {
				t.Error("what is stored says another thing")
			}
		}
	}
	if r := parseRobots([]byte(group + strings.Repeat("Disallow: /x", maxRobots/10))); len(r.rules) != 1 {
		t.Errorf("%d rules of one endless line", len(r.rules)-1)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a*b$\nAllow: /%61\nCrawl-delay: 1"), "/a/b?c")
	f.Add([]byte("User-agent: baoluu\nDisallow: **$$"), "/")
	f.Add([]byte("\xff\xfeU\x00s\x00e\x00r\x00:\x00*\x00"), "/x")
	f.Add([]byte("user-agent:*\ndisallow:/%C3%A3/\xe3\rallow:/xã\nsitemap://x"), "/%c3%a3")
	f.Add([]byte("\xef\xbb\xbfuser-agent:*\r\ndisallow:/%zz%"), "/%zz")
	f.Fuzz(func(t *testing.T, robots []byte, path string) {
		u, err := url.Parse("https://dantri.com.vn/" + strings.TrimPrefix(path, "/"))
		if err != nil {
			t.Skip("no address")
		}
		r := parseRobots(robots)
		if stored := parseRobots(RobotsText(robots)); !slices.Equal(stored.rules, r.rules) || !slices.Equal(stored.sitemaps, r.sitemaps) {
			t.Fatalf("%+v, and as it is stored %+v", r, stored)
		}
		if len(r.sitemaps) > maxRobotsSitemaps {
			t.Fatalf("%d sitemaps", len(r.sitemaps))
		}
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Fatalf("delay %v", r.delay)
		}
		allowed := r.allows(u)
		if len(r.rules) == 0 && !allowed {
			t.Fatal("forbidden by no rule")
		}
		for _, rule := range r.rules {
			if normal := normalPath(rule.pattern); normal != rule.pattern {
				t.Fatalf("%q is normalised to %q and then to %q", robots, rule.pattern, normal)
			}
		}
	})
}
