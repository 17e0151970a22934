package politeness

import (
	"bytes"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"baoluu/crawler/listing"
)

// robotsToken is our name in robots.txt files.
const robotsToken = "baoluu"

// maxRobots is how much of a robots.txt is read, RFC 9309 section 2.5.
const maxRobots = 500 << 10

// maxRobotsSitemaps bounds the sitemaps that one robots.txt leads to.
const maxRobotsSitemaps = 16

// maxCrawlDelay bounds what a robots.txt may ask of us: a site that asks for
// more is in truth asking not to be crawled, but says so by mistake far more
// often (milliseconds for seconds).
const maxCrawlDelay = 2 * time.Minute

// rules are what one robots.txt says to us.
//
// They are read and matched here and not by temoto/robotstxt, which departs
// from RFC 9309 where it matters: one bad line refuses the whole file, a group
// for "bao" would bind "baoluu", a tie goes to the first rule and not to
// allow, a pattern's weight is the length of its regular expression, and
// percent-encoded octets are compared as they are spelt.
type rules struct {
	rules    []rule
	delay    time.Duration
	sitemaps []string // that it names, whoever asks
}

type rule struct {
	pattern string // normalised
	allow   bool
}

// RobotsText is what of a robots.txt is read, in UTF-8: its whole lines. A line that is
// cut at the limit is no rule, for its beginning may say another thing.
func RobotsText(body []byte) []byte {
	body = bytes.TrimLeft(body, "\ufeff")
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) || bytes.IndexByte(body, 0) >= 0 {
		body = listing.PlainText(body)
	}
	if len(body) > maxRobots {
		body = body[:bytes.LastIndexAny(body[:maxRobots+1], "\r\n")+1]
	}
	return body
}

// parseRobots reads a robots.txt. Lines that make no sense are skipped, as
// section 2.2 demands; it never fails.
func parseRobots(body []byte) rules {
	body = RobotsText(body)
	var ours, others rules
	var named, found bool // whether the group names us, whether any did
	var star, agents bool // whether the group names all; whether its head goes on
	var sitemaps []string
	for line := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, ok := strings.Cut(text, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		if key == "user-agent" {
			if !agents {
				named, star = false, false
			}
			agents = true
			named = named || strings.EqualFold(productToken(value), robotsToken)
			star = star || value == "*"
			found = found || named
			continue
		}
		if key == "sitemap" && len(sitemaps) < maxRobotsSitemaps {
			sitemaps = append(sitemaps, value)
		}
		if key != "allow" && key != "disallow" && key != "crawl-delay" {
			continue // a Sitemap line, say, does not end a group's head
		}
		agents = false
		if named {
			ours.add(key, value)
		}
		if star {
			others.add(key, value)
		}
	}
	if !found {
		ours = others
	}
	ours.sitemaps = sitemaps
	return ours
}

func (r *rules) add(key, value string) {
	switch {
	case key == "crawl-delay":
		seconds, err := strconv.ParseFloat(value, 64)
		if err == nil && seconds > 0 && !math.IsInf(seconds, 0) {
			r.delay = time.Duration(min(seconds, maxCrawlDelay.Seconds()) * float64(time.Second))
		}
	case value != "": // an empty rule matches nothing
		r.rules = append(r.rules, rule{pattern: normalPath(value), allow: key == "allow"})
	}
}

// productToken is the leading letters of a User-Agent line: "baoluu/1.0" names
// baoluu.
func productToken(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	})
	if end >= 0 {
		return s[:end]
	}
	return s
}

// allows applies section 2.2.2: the longest pattern that matches decides, allow
// wins a tie, robots.txt itself is always allowed.
func (r *rules) allows(u *url.URL) bool {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if path == "/robots.txt" {
		return true
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	path = normalPath(path)
	best, allowed := -1, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); n < best || n == best && allowed {
			continue
		}
		if matchPath(rule.pattern, path) {
			best, allowed = len(rule.pattern), rule.allow
		}
	}
	return allowed
}

// matchPath matches a pattern with * and a closing $ against the start of a
// path. Its time is at most the product of the two lengths.
func matchPath(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	for i, part := range parts[1:] {
		if whole && i == len(parts)-2 {
			return strings.HasSuffix(rest, part)
		}
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return !whole || rest == ""
}

// normalPath spells a path or pattern the one way in which they are compared:
// octets outside ASCII and odd ones encoded, encoded unreserved ones decoded,
// hex digits in upper case. Letters are composed, for one page may be named both ways.
func normalPath(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c, encoded := s[i], false
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				c, encoded = byte(v), true
				i += 2
			}
		}
		unreserved := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
		if unreserved || c >= utf8.RuneSelf || !encoded && c > ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	octets := norm.NFC.String(b.String())
	b.Reset()
	for i := range len(octets) {
		if c := octets[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// How long a copy of robots.txt is used without asking again: as long as its
// Cache-Control says, within these bounds; robotsFresh where it says nothing.
// maxRobotsAge is RFC 9309's own bound, section 2.4, for a copy whose
// successor cannot be had too.
const (
	robotsFresh    = 4 * time.Hour
	minRobotsFresh = time.Hour
	maxRobotsAge   = 24 * time.Hour
)

// RobotsExpiry is when a robots.txt that came at this time is asked for again.
func RobotsExpiry(at time.Time, cacheControl string) time.Time {
	fresh := robotsFresh
	for directive := range strings.SplitSeq(strings.ToLower(cacheControl), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31); {
		case name == "no-store", name == "no-cache":
			return at.Add(minRobotsFresh)
		case name == "max-age" && err == nil:
			fresh = min(max(time.Duration(seconds)*time.Second, minRobotsFresh), maxRobotsAge)
		}
	}
	return at.Add(fresh)
}
