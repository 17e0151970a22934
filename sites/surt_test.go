package sites_test

import (
	"strings"
	"testing"

	"baoluu/sites"
)

// The published examples of pywb and of Internet Archive's surt package.
func TestSURT(t *testing.T) {
	for raw, want := range map[string]string{
		"":                                      "-",
		"filedesc:foo.arc.gz":                   "filedesc:foo.arc.gz",
		"warcinfo:foo.warc.gz":                  "warcinfo:foo.warc.gz",
		"urn:some:id":                           "urn:some:id",
		"dns:archive.org":                       "dns:archive.org",
		"mailto:foo@example.com":                "mailto:foo@example.com",
		"http://www.archive.org":                "org,archive)/",
		"http://archive.org":                    "org,archive)/",
		"http://archive.org/":                   "org,archive)/",
		"archive.org/":                          "org,archive)/",
		"archive.org:80/":                       "org,archive)/",
		"http://archive.org:/":                  "org,archive)/",
		"http://archive.org:80/":                "org,archive)/",
		"https://archive.org:443/":              "org,archive)/",
		"https://archive.org:80/":               "org,archive:80)/",
		"http://archive.org:8080/goo":           "org,archive:8080)/goo",
		"http://www34.archive.org/":             "org,archive)/",
		"http://www2foo.com/":                   "com,www2foo)/",
		"http://archive.org/goo/":               "org,archive)/goo",
		"http://archive.org/goo/?":              "org,archive)/goo",
		"http://archive.org/goo/?b&a":           "org,archive)/goo?a&b",
		"http://archive.org/goo/?a=2&b&a=1":     "org,archive)/goo?a=1&a=2&b",
		"http://archive.org/index.html?b=b&a=b": "org,archive)/index.html?a=b&b=b",
		"http://archive.org/index.php?PHPSESSID=0123456789abcdefghijklemopqrstuv&action=profile;u=4221": "org,archive)/index.php?action=profile;u=4221",
		"whois://whois.isoc.org.il/shaveh.co.il":                                                        "il,org,isoc,whois)/shaveh.co.il",
		"http://example.com/path/file.html":                                                             "com,example)/path/file.html",
		"http://www.google.com/blah/..":                                                                 "com,google)/",
		"http://www.GOOgle.com/":                                                                        "com,google)/",
		"http://www.google.com.../":                                                                     "com,google)/",
		"http://www.google.com/foo\tbar\rbaz\n2":                                                        "com,google)/foobarbaz2",
		"http://evil.com/foo#bar#baz":                                                                   "com,evil)/foo",
		"http://evil.com/foo;":                                                                          "com,evil)/foo;",
		"http://host/%25%32%35":                                                                         "host)/%25",
		"http://host/%2525252525252525":                                                                 "host)/%25",
		"http://host.com/ab%23cd":                                                                       "com,host)/ab%23cd",
		"http://host.com//twoslashes?more//slashes":                                                     "com,host)/twoslashes?more//slashes",
		"http://3279880203/blah":                                                                        "195.127.0.11)/blah",
		"http://user:pw@archive.org/":                                                                   "org,archive)/",
		"http:////////////////www.vikings.com":                                                          "com,vikings)/",
		"http://https://order.1and1.com":                                                                "com,1and1,order)/",
		"http://B\u00fccher.ch:8080":                                                                    "ch,xn--bcher-kva:8080)/",
		"http://www.example.com/(S(4hqa0555fwsecu455xqckv45))/mileg.aspx":                               "com,example)/mileg.aspx",
		"http://visit.webhosting.yahoo.com/visit.gif?&r=http%3A//web.archive.org/web/20090517140029/http%3A//anthonystewarthead.electric-chi.com/&b=Netscape%205.0%20%28Windows%3B%20en-US%29&s=1366x768&o=Win32&c=24&j=true&v=1.2": "com,yahoo,webhosting,visit)/visit.gif?&b=netscape%205.0%20(windows;%20en-us)&c=24&j=true&o=win32&r=http://web.archive.org/web/20090517140029/http://anthonystewarthead.electric-chi.com/&s=1366x768&v=1.2",
		"https://dantri.com.vn/the-gioi.htm": "vn,com,dantri)/the-gioi.htm",
	} {
		if got := sites.SURT(raw); got != want {
			t.Errorf("%q:\n got %q\nwant %q", raw, got, want)
		}
	}
}

func FuzzSURT(f *testing.F) {
	for _, s := range []string{"http://www.archive.org/goo/?b&a#x", "urn:x", "http://%31%36%38.x/", "http://[::1]:80/a//b/../c", "a:b@c:80/?%25%32%35", "\xff://\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		key := sites.SURT(raw)
		if key == "" || key != sites.SURT(raw) {
			t.Fatalf("%q: %q", raw, key)
		}
		// A key that was made from a host sorts as plain ASCII and holds no blank.
		if host, _, ok := strings.Cut(key, ")/"); ok && key != strings.TrimSpace(raw) && strings.ContainsAny(host, " \t\n\x00") {
			t.Fatalf("%q: %q", raw, key)
		}
	})
}
