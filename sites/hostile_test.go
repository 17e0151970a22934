package sites

import (
	"errors"
	"strings"
	"testing"
)

// A file of a stranger ends in an error that says where and what, or does no harm.
func TestHostileFiles(t *testing.T) {
	many := func(n int, text string) string { return strings.Repeat(text, n) }
	const hosts, home, form, title, kind = "hosts: [mau.example.vn]", "home: https://mau.example.vn/\n", `'/[^/]+-(?P<id>\d+)\.html'`, "title: h1", "url: \"https://mau.example.vn/\""
	for _, tt := range []struct{ change, to, want string }{
		// YAML
		{small, many(maxFile, "["), ":1:17: more than 16 values inside one another"},
		{small, many(maxFile/4, "{a: "), ":1:65: more than 16 values"},
		{small, many(maxFile/2, "- "), ":1:33: more than 16 values"},
		{small, many(maxFile/2, "a\n"), ":2:1: this line stands further in or out"},
		{small, "a", `:1:1: "a" stands where keys and values has to`},
		{small, many(maxFile+1, " "), "a newspaper's file has at most 262144"},
		{small, many(maxFile/2, " \n"), "the file is empty"},
		{small, "a: &a [x]\nb: [*a, *a]", ":1:4: anchors, aliases and tags have no place here"},
		{small, "!!binary x", ":1:1: anchors, aliases and tags"},
		{small, "<<: {name: x}", `:1:1: <<: unknown key "<<"`},
		{small, "? a\n: b", `'?' begins no text`},
		{small, "%YAML 1.1\n---\nname: x", `:1:1: '%' begins no text`},
		{small, "name: x\x00", ":1:8: a control character"},
		{small, "name: \xff", "no UTF-8"},
		{"title: Báo Mẫu", "title: |\n  Báo Mẫu", ":2:8: a text stands in one line, in quotes"},
		{"title: Báo Mẫu", "title: Báo\n  Mẫu", ":3:3: this line stands further in or out"},
		{"title: Báo Mẫu", "title: Báo: Mẫu", ":2:8: a colon and a blank in a text: put the text in quotes"},
		{"title: Báo Mẫu", "title: 'Báo Mẫu", ":2:8: the quote is not closed in its line"},
		{"title: Báo Mẫu", `title: "Báo \d"`, `:2:8: no character is written \d in double quotes`},
		{"title: Báo Mẫu", "title: [Báo", ":3:1: \"home: https://mau.example.vn/\" in the brackets that begin in line 2"},
		{small, "title: [Báo", ":1:8: the bracket is not closed"},
		{"title: Báo Mẫu", "title:", ":2:6: title: nothing stands where a text has to"},
		{"title: Báo Mẫu", "title: Báo Mẫu\n title: x", "this line stands further in or out"},
		{"title: Báo Mẫu", "title: Báo Mẫu\ntitle: x", `:3:1: title: "title" is given twice`},
		{"title: h1", "title: [" + many(10_000, "h1, ") + "h1]", "a list of 10001: at most 200"},
		{"layouts:\n", "layouts:\n" + many(150, "  - {name: x, article: a, title: a, body: a}\n"), "151 layouts: at most 40"},
		// texts
		{"Báo Mẫu", `"B\u202eáo"`, `has a character that nobody sees, U+202E`},
		{"Báo Mẫu", `"B\eo"`, `has a character that nobody sees, U+001B`},
		{"Báo Mẫu", many(3000, "x"), "a text of 3000 bytes: at most 2000"},
		{"Báo Mẫu", "'...'", ":2:8: title: a newspaper has a title"},
		{home, home + "suffixes: ['']\n", `suffixes[0]: "" has no letter`},
		{home, home + "suffixes: [' - ']\n", `suffixes[0]: " - " has no letter`},
		{home, home + "checked: {day: soon}\n", `checked.day: "soon" is no day`},
		{home, home + "checked: {pages: ['javascript:alert(1)']}\n", `checked.pages[0]: "javascript:alert(1)" is no address`},
		// hosts and addresses
		{hosts, "hosts: [mau.example.vn, 0x7f.1]", `"0x7f.1" is no host`},
		{hosts, "hosts: [mau.example.vn, '127.1']", `"127.1" is no host`},
		{hosts, "hosts: [mau.example.vn, '127.0.0.1']", `"127.0.0.1" is in the local network`},
		{hosts, "hosts: [mau.example.vn, '2130706433']", `"2130706433" is no host`},
		{hosts, "hosts: [mau.example.vn, '[::1]']", `"[::1]" is no host`},
		{hosts, "hosts: [mau.example.vn, '::1']", `"::1" is in the local network`},
		{hosts, "hosts: [mau.example.vn, metadata.google.internal]", `is in the local network`},
		{hosts, "hosts: [mau.example.vn, mau.example.vn.]", `"mau.example.vn." is no host`},
		{hosts, "hosts: [mau.example.vn, MAU.vn]", `"MAU.vn" is no host`},
		{hosts, "hosts: [mau.example.vn, 'mau.vn:8080']", `"mau.vn:8080" is no host`},
		{hosts, "hosts: [mau.example.vn, '*.vn']", `"*.vn" is no host`},
		{hosts, "hosts: [mau.example.vn, vn]", `"vn" is no host`},
		{hosts, "hosts: [mau.example.vn, ma\u0302\u0303u.vn]", `is no host: it stands with its whole name in small letters`},
		{hosts, "hosts: [mau.example.vn, " + many(70, "abcd.") + "vn]", "is no host"},
		{"home: https://mau", "home: https://a:b@mau", "home: "},
		{"home: https://mau", "home: https://evil.vn/?mau", "is on none of the newspaper's hosts"},
		{"home: https://mau.example.vn/", "home: javascript:alert(1)", `home: "javascript:alert(1)" is no address`},
		{"home: https://mau.example.vn/", "home: https://mau.example.vn:8443/", "is on none of the newspaper's hosts"},
		{kind, `url: "https://{yyyy}.evil.vn/"`, "is on none of the newspaper's hosts"},
		{kind, `url: "//mau.example.vn/"`, "is no address"},
		{home, home + "list_pages: '{path}-p'\n", "has no {n}"},
		{home, home + "list_pages: '@evil.vn/{n}'\n", "begins with neither {path} nor a slash"},
		{home, home + "list_pages: '{path}%zz{n}'\n", "no address of its host"},
		// expressions
		{form, `'/(?P<id>(((a{1,30}){1,30}){1,30}){1,30})'`, "articles[0].path: "},
		{form, `'/(?P<id>\p{L}{1000})'`, "articles[0].path: the expression takes"},
		{form, `'/(?P<id>(?i)[\p{L}\p{N}]{100})'`, "articles[0].path: the expression takes"},
		{form, `'/(?P<id>` + many(1000, "(") + many(1000, ")") + `)'`, "articles[0].path: "},
		{form, `'/(?P<id>x)(?=y)'`, "is no expression of RE2"},
		{home, home + "lists: ['" + many(190, `/a{1000}', '`) + "/b']\n", "at most 2000 and 20000"},
		{home, home + "dateline: '.*'\n", "it has to begin with ^"},
		// selectors
		{title, "title: 'a b c d e'", `more than 2 steps of any length`},
		{title, "title: 'a~b~c~d'", `joined to the last by > and +`},
		{title, "title: 'p:nth-child(2n) ~ b'", `joined to the last by > and +`},
		{title, "title: 'a:HAS(b:has(c))'", `:has() within :has()`},
		{title, "title: 'a:has(b c)'", "in functions elements are joined by > and +"},
		{title, "title: 'a:has(b):not(:not(c))'", ":not() within :not()"},
		{title, "title: 'a:not(:has(:not(:has(b))))'", ":not() within :not()"},
		{title, "title: 'div:has(b) p'", ":has() and :containsown() stand at the last element"},
		{title, "title: 'p:contains(x)'", ":contains is not for files"},
		{title, "title: 'p:matches((a+)+$)'", "is not for files"},
		{title, "title: 'p[a#=((a+)+$)]'", "is not for files"},
		{title, "title: 'p[a!=b]'", "is not for files"},
		{title, "title: 'p:lang(vi)'", "is not for files"},
		{title, `title: 'p.md\:flex'`, "said by its attribute"},
		{title, "title: 'p/**/'", "is not understood here"},
		{title, "title: '" + many(200, ":not(") + "a" + many(200, ")") + "'", "a selector of 1201 bytes"},
		{title, "title: '" + many(60, ":not(") + "a" + many(60, ")") + "'", "within :not()"},
		{title, "title: p::before", "is no selector of CSS"},
	} {
		source := strings.Replace(small, tt.change, tt.to, 1)
		if source == small {
			t.Fatalf("%q is not in the file", tt.change)
		}
		_, err := Read("x.yaml", []byte(source))
		if err == nil || !strings.Contains(err.Error(), tt.want) || !errors.Is(err, ErrDescription) {
			t.Errorf("%.60q: %v, want %s", tt.to, err, tt.want)
			continue
		}
		if len(err.Error()) > 2000 || strings.ContainsFunc(err.Error(), isUnseen) {
			t.Errorf("%.60q: %q", tt.to, err)
		}
		if testing.Verbose() {
			t.Logf("%.300s", err)
		}
	}
}
