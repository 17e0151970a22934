package draft

import (
	"regexp"
	"strings"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
)

// SetLead takes over a lead, its dateline apart; at is the element that a
// selector found, nil where there is none.
func (d *Draft) SetLead(text, rule string, at *html.Node) {
	text = dom.PrintedPlain(text)
	dateline, rest := d.PartDateline(text)
	if rest == "" && dateline != "" { // a tag and nothing else is no lead
		d.Dateline = article.Text(dateline)
		return
	}
	if dateline != "" {
		d.Dateline = article.Text(dateline)
		d.Say("dateline", "what the newspaper prints before a lead", dateline)
	}
	d.Lead = article.Text(rest)
	d.SayAt("lead", rule, at, rest)
}

// TrimTag is a dateline without the hyphen behind it.
func TrimTag(tag string) string { return strings.TrimRight(tag, " -–—:") }

// CommonTag is the tag of another paper or agency before a lead: in brackets,
// or in capitals with a city and a day: "(TTXVN) - ", "HANOI, April 9 (AFP) -".
var CommonTag = regexp.MustCompile(`^(\([^()]{2,40}\)|\p{Lu}[\p{Lu} .]{2,30}(?:, [^()\n]{2,20})? \([^()]{2,20}\)|(?:TTXVN|TTO|TNO|BNA|PLO|NLĐO|VNA|VNS))\s*[-–—:]\s*`)

// longestMatch bounds what an expression takes for a tag, in bytes: one that matches more has taken the text for one.
const longestMatch = 150

// PartDateline parts the tag before a lead from the lead.
func (d *Draft) PartDateline(text string) (tag, rest string) {
	for _, re := range []*regexp.Regexp{d.OwnTag(), CommonTag} {
		if re == nil {
			continue
		}
		if g := re.FindStringSubmatchIndex(text); g != nil && g[0] == 0 && g[1] <= longestMatch {
			return TrimTag(prose.Submatch(text, g, 1)), strings.TrimLeft(text[g[1]:], " -–—:")
		}
	}
	if tag, rest = paperTag(text, d.paperNames()); tag == "" {
		if tag, rest = unknownTag(text, string(d.Title)); tag != "" {
			d.Note("dateline: " + tag + " is no name that the page gives itself")
		}
	}
	return TrimTag(tag), rest
}

// OwnTag is what the newspaper prints before its leads, nil where that is not known.
func (d *Draft) OwnTag() *regexp.Regexp {
	if d.Paper == nil {
		return nil
	}
	return d.Paper.Dateline.Regexp()
}
