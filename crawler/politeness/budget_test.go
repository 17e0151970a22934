package politeness

import (
	"net/url"
	"strings"
	"testing"

	"baoluu/cleaner/hostile"
)

// Whatever a robots.txt is made of, reading it and asking its rules for a long address costs what
// its size allows.
func TestRobotsWithinBudget(t *testing.T) {
	var asked []*url.URL
	for _, path := range []string{strings.Repeat("a", 2000), strings.Repeat("ab", 1000), strings.Repeat("aaaaaaaaab", 200), strings.Repeat("%C3", 660)} {
		asked = append(asked, &url.URL{Path: "/" + path, RawQuery: path})
	}
	hostile.Check(t, hostile.Grammar{
		Begin: "User-agent: *\nAllow: /", End: "\n",
		Tokens: []string{
			"*", "$", "a", "ab", "*a", "*" + strings.Repeat("a", 30) + "b", "*" + strings.Repeat("ab", 40) + "c", "%C3", "%", "\u0301", "ế", "\xff", "#", ":", "\n", "\r",
			"\nallow:*", "\ndisallow:/a%d*b", "\nuser-agent: *\n", "\nuser-agent: baoluu\n", "\nuser-agent: x%d\n", "\nsitemap: /%d\n", "\ncrawl-delay: 1\n",
		},
	}, func(doc []byte) {
		r := parseRobots(doc)
		for _, u := range asked {
			_ = r.allows(u)
		}
	})
}
