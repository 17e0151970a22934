package sites

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// small is the least that a file says.
const small = `name: bao-mau
title: Báo Mẫu
home: https://mau.example.vn/
hosts: [mau.example.vn]
languages: vi
sources:
  - {kind: front, url: "https://mau.example.vn/"}
articles:
  - path: '/[^/]+-(?P<id>\d+)\.html'
layouts:
  - name: bai
    article: article
    title: h1
    body: .noi-dung
`

func TestRead(t *testing.T) {
	s, err := Read("bao-mau.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.Address("https://mau.example.vn/mot-bai-123.html")
	if err != nil || a.Kind != Article || a.ID != "123" {
		t.Errorf("%+v, %v", a, err)
	}
}

// An id may stand in the query: that parameter, and no other, chooses the article.
func TestQueryID(t *testing.T) {
	for _, path := range []string{`/tin\.aspx`, `/`} {
		s, err := Read("bao-mau.yaml", []byte(strings.Replace(small, `'/[^/]+-(?P<id>\d+)\.html'`, "'"+path+"'\n    query: id", 1)))
		if err != nil {
			t.Fatal(err)
		}
		plain := "https://mau.example.vn" + strings.ReplaceAll(path, `\`, "")
		for query, want := range map[string]Address{
			"?id=123":           {URL: plain + "?id=123", Kind: Article, ID: "123", Page: "123"},
			"?a=b&id=123&c=d":   {URL: plain + "?id=123", Kind: Article, ID: "123", Page: "123"},
			"?id=" + "%2Fetc":   {Kind: Other},
			"?id=&ID=1&page=3":  {Kind: Other},
			"":                  {Kind: Other},
			"?utm_source=x":     {Kind: Other},
			"?xid=123&idx=4456": {Kind: Other},
		} {
			if want.Kind == Other && path == "/" {
				want.Kind = List
			}
			a, err := s.Address(plain + query)
			if err != nil || a.Kind != want.Kind || a.ID != want.ID || want.Kind == Article && a != want {
				t.Errorf("%s%s is %+v, want %+v (%v)", plain, query, a, want, err)
			}
		}
	}
}

// Each fault says where it is and what it is.
func TestFaults(t *testing.T) {
	for _, tt := range []struct{ change, to, want string }{
		{"title: Báo Mẫu\n", "titel: Báo Mẫu\n", `x.yaml:2:1: titel: unknown key "titel"; here stand name, title,`},
		{"bao-mau", "Báo Mẫu", `x.yaml:1:7: name: "Báo Mẫu" is no name`},
		{"bao-mau", "generic", `x.yaml:1:7: name: "generic" is no name`},
		{"hosts: [mau.example.vn]", "hosts: [mau.example.vn, localhost]", `x.yaml:4:25: hosts[1]: "localhost" is in the local network`},
		{"hosts: [mau.example.vn]", "hosts: [mau.example.vn, 169.254.169.254]", `x.yaml:4:25: hosts[1]: "169.254.169.254" is in the local network`},
		{"hosts: [mau.example.vn]", "hosts: [mau.example.vn, báo.vn]", `x.yaml:4:25: hosts[1]: "báo.vn" is no host`},
		{"hosts: [mau.example.vn]", "hosts: [mau.example.vn, router.lan]", `"router.lan" is in the local network`},
		{"title: Báo Mẫu", `title: "B\u001b[2J"`, "a character that nobody sees"},
		{"languages: vi", "languages: true", `x.yaml:5:12: languages[0]: "true" stands where a text has to`},
		{"kind: front", "kind: home", `x.yaml:7:12: sources[0].kind: "home" is none of these`},
		{"https://mau.example.vn/\"}", "https://khac.example.vn/\"}", `x.yaml:7:24: sources[0].url: https://khac.example.vn/ is on none of the newspaper's hosts`},
		{`(?P<id>\d+)`, `\d+`, `x.yaml:9:11: articles[0].path: no group (?P<id>…)`},
		{`(?P<id>\d+)`, `(?P<id>\d+`, `x.yaml:9:11: articles[0].path: `},
		{`(?P<id>\d+)`, `(?P<id>((a{100}){100}){100})`, `x.yaml:9:11: articles[0].path: `},
		{`(?P<id>\d+)\.html'`, "\\d+'\n    query: a=b", `x.yaml:10:12: articles[0].query: "a=b" is no parameter`},
		{`\.html'`, "'\n    query: id", `x.yaml:10:12: articles[0].query: the path has a group`},
		{"    title: h1\n", "", `x.yaml:11:`},
		{"title: h1", "title: h1[", `x.yaml:13:12: layouts[0].title[0]: `},
		{"title: h1", "title: '*'", `may match any element`},
		{"title: h1", "title: 'div:has(p:has(b))'", `:has() within :has()`},
		{"title: h1", "title: " + strings.Repeat("a", 1_000_000), `bytes`},
		{"name: bai", "name: bai\n    family: nosuch", `x.yaml:12:13: layouts[0].family: there is no family "nosuch"`},
		{"name: bai", "name: bai\n    since: 2026-13-01", `x.yaml:12:12: layouts[0].since: `},
		{"languages: vi", "languages: &a vi", "anchors"},
		{"languages: vi", "languages: vi\nlanguages: en", "x.yaml:6:1: "},
		{"languages: vi", "languages: vi\n---\nname: b", "x.yaml:6:1: a second document"},
		{"languages: vi", "languages: {vi: 1}", "keys and values stand where a list has to"},
		{"languages: vi", "languages: vi\n\tb: c", "x.yaml:6:"},
		{"languages: vi", "list_pages: '{path}/trang'\nlanguages: vi", "x.yaml:5:13: list_pages.address: "},
	} {
		source := strings.Replace(small, tt.change, tt.to, 1)
		if source == small {
			t.Fatalf("%q is not in the file", tt.change)
		}
		_, err := Read("x.yaml", []byte(source))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !errors.Is(err, ErrDescription) {
			t.Errorf("%.60q: %v, want %s", tt.to, err, tt.want)
		}
	}
}

// A newspaper, written, is read as itself.
func TestWrittenIsRead(t *testing.T) {
	for _, s := range BuiltIn() {
		text, err := s.Describe().YAML(Comments{"hosts": {"in doubt: which?"}, "layouts[0].title": {"seen on 3 pages\nof 4"}})
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read(s.Name+".yaml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if a, b := rulesOf(s), rulesOf(again); a != b {
			t.Errorf("%s: rules\n%s\nbecome\n%s", s.Name, a, b)
		}
		twice, err := again.Describe().YAML(nil)
		once, _ := s.Describe().YAML(nil)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s: %v\n%s\nbecomes\n%s", s.Name, err, once, twice)
		}
		if !bytes.Contains(text, []byte("# in doubt: which?")) || !bytes.Contains(text, []byte("# seen on 3 pages")) {
			t.Errorf("%s: comments are lost:\n%s", s.Name, text)
		}
	}
}

func TestHostsAreOnes(t *testing.T) {
	s, err := Read("bao-mau.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	d := s.Describe()
	d.Name = "bao-khac"
	other, err := d.Site()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewRegistry(append(BuiltIn(), s, other)...); !errors.Is(err, ErrDescription) || !strings.Contains(err.Error(), "mau.example.vn") {
		t.Errorf("%v", err)
	}
}
