package credits

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
)

// Interviews and live blogs mostly have no markup of their own: a paragraph
// begins with who speaks, or with the time. Such a beginning is believed when
// it comes often enough; the paragraph's text stays whole.
var (
	speakerAtStart = regexp.MustCompile(`^[-–]?\s*(\p{Lu}[\p{L}. ]{0,38}?)\s*:\s+\S`)
	timeAtStart    = regexp.MustCompile(`^[-–*]?\s*([01]?\d|2[0-3])\s?[h:]\s?([0-5]\d)['’]?\s*[:.\-–]?\s+\S`)
)

// reporters are how newspapers write their own side of an interview.
func isReporter(speaker string) bool {
	switch speaker {
	case "PV", "P.V", "Phóng viên", "Hỏi", "VOV", "VOV.VN", "Dân trí", "Báo Nghệ An", "Reporter", "Q":
		return true
	}
	return false
}

// timeAlone is a time that stands on a line of its own, above what happened.
var timeAlone = regexp.MustCompile(`^[-–*]?\s*((?:[01]?\d|2[0-3])\s?[h:]\s?[0-5]\d)['’]?\s*[:.\-–]?$`)

// MarkSpoken finds speeches and live entries among paragraphs: an interview
// has a speaker who comes twice and an answer from another; a live blog has
// three paragraphs that begin with a time, or stand below one. Questions are
// often bold: of what heads an answer, only the newspaper's own side speaks.
func MarkSpoken(body []article.Block) []article.Block {
	const fewest = 3
	times, alone, speakers := 0, 0, map[string]int{}
	asked := false
	for _, b := range body {
		if b.Kind != article.Paragraph && b.Kind != article.Subhead {
			continue
		}
		switch {
		case !mayBeginWithTime(b.Text):
		case timeAlone.MatchString(b.Text):
			alone++
		case b.Kind == article.Paragraph && timeAtStart.MatchString(b.Text):
			times++
		}
		if who := speaker(b.Text); who != "" && (b.Kind == article.Paragraph || isReporter(who)) {
			speakers[who]++
			asked = asked || isReporter(who)
		}
	}
	if alone < fewest && times < fewest && len(speakers) < 2 {
		return body
	}
	var kept []article.Block
	at := "" // the time above
	for i, b := range body {
		if b.Kind != article.Paragraph && b.Kind != article.Subhead {
			kept = append(kept, b)
			continue
		}
		if alone >= fewest && i+1 < len(body) && body[i+1].Kind == article.Paragraph && !timeAlone.MatchString(body[i+1].Text) {
			if m := timeAlone.FindStringSubmatch(b.Text); m != nil {
				at = m[1]
				continue
			}
		}
		who := speaker(b.Text)
		switch {
		case b.Kind == article.Paragraph && at != "":
			b.Kind, b.Time, at = article.Live, at, ""
		case b.Kind == article.Paragraph && times >= fewest && timeAtStart.MatchString(b.Text):
			m := timeAtStart.FindStringSubmatch(b.Text)
			b.Kind = article.Live
			b.Time = strings.TrimRight(strings.TrimSpace(b.Text[strings.Index(b.Text, m[1]):strings.Index(b.Text, m[2])+len(m[2])]), ":. ")
		case who == "" || len(speakers) < 2:
		case asked && (b.Kind == article.Paragraph || isReporter(who)), b.Kind == article.Paragraph && speakers[who] > 1:
			b.Kind, b.Speaker = article.Speech, who
		}
		kept = append(kept, b)
	}
	return kept
}

// mayBeginWithTime saves the patterns for the few paragraphs that need them.
func mayBeginWithTime(text string) bool {
	return strings.ContainsAny(text[:min(len(text), len("– 7"))], "0123456789")
}

// speaker is who a paragraph says is speaking, "" where it does not: a name of
// a few words before a colon, at the very beginning.
func speaker(text string) string {
	colon := strings.IndexByte(text[:min(len(text), 100)], ':')
	if colon < 0 || strings.ContainsAny(text[:colon], `,;"()0123456789`) { // most are sentences: the pattern would say so, later
		return ""
	}
	m := speakerAtStart.FindStringSubmatch(text)
	if m == nil || utf8.RuneCountInString(m[1]) > 40 {
		return ""
	}
	if isReporter(m[1]) || LooksSigned(m[1]) {
		return m[1]
	}
	return ""
}
