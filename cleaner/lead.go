package cleaner

import (
	"regexp"
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// setLead takes over a lead, its dateline apart; at is the element that a
// selector found, nil where there is none.
func (d *Draft) setLead(text, rule string, at *html.Node) {
	text = dom.PrintedPlain(text)
	dateline, rest := d.partDateline(text)
	if rest == "" && dateline != "" { // a tag and nothing else is no lead
		d.Dateline = article.Text(dateline)
		return
	}
	if dateline != "" {
		d.Dateline = article.Text(dateline)
		d.say("dateline", "what the newspaper prints before a lead", dateline)
	}
	d.Lead = article.Text(rest)
	d.sayAt("lead", rule, at, rest)
}

// trimTag is a dateline without the hyphen behind it.
func trimTag(tag string) string { return strings.TrimRight(tag, " -–—:") }

// commonTag is the tag of another paper or agency before a lead: in brackets,
// or in capitals with a city and a day: "(TTXVN) - ", "HANOI, April 9 (AFP) -".
var commonTag = regexp.MustCompile(`^(\([^()]{2,40}\)|\p{Lu}[\p{Lu} .]{2,30}(?:, [^()\n]{2,20})? \([^()]{2,20}\)|(?:TTXVN|TTO|TNO|BNA|PLO|NLĐO|VNA|VNS))\s*[-–—:]\s*`)

// partDateline parts the tag before a lead from the lead.
func (d *Draft) partDateline(text string) (tag, rest string) {
	for _, re := range []*regexp.Regexp{d.ownTag(), commonTag} {
		if re == nil {
			continue
		}
		if g := re.FindStringSubmatchIndex(text); g != nil && g[0] == 0 {
			return trimTag(prose.Submatch(text, g, 1)), strings.TrimLeft(text[g[1]:], " -–—:")
		}
	}
	if tag, rest = paperTag(text, d.paperNames()); tag == "" {
		if tag, rest = unknownTag(text, string(d.Title)); tag != "" {
			d.note("dateline: " + tag + " is no name that the page gives itself")
		}
	}
	return trimTag(tag), rest
}

// ownTag is what the newspaper prints before its leads, nil where that is not known.
func (d *Draft) ownTag() *regexp.Regexp {
	if d.paper == nil {
		return nil
	}
	return d.paper.Dateline
}
