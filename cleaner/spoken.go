package cleaner

import (
	"regexp"
	"strings"
	"unicode/utf8"
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

// markSpoken finds speeches and live entries among paragraphs: an interview
// has a speaker who comes twice and an answer from another; a live blog has
// three paragraphs that begin with a time.
func markSpoken(body []Block) {
	times, speakers := 0, map[string]int{}
	asked := false
	for _, b := range body {
		if b.Kind != Paragraph {
			continue
		}
		if timeAtStart.MatchString(b.Text) {
			times++
		}
		if who := speaker(b.Text); who != "" {
			speakers[who]++
			asked = asked || isReporter(who)
		}
	}
	for i := range body {
		b := &body[i]
		if b.Kind != Paragraph {
			continue
		}
		if m := timeAtStart.FindStringSubmatch(b.Text); m != nil && times >= 3 {
			b.Kind = Live
			b.Time = strings.TrimRight(strings.TrimSpace(b.Text[strings.Index(b.Text, m[1]):strings.Index(b.Text, m[2])+len(m[2])]), ":. ")
			continue
		}
		if who := speaker(b.Text); who != "" && (asked && len(speakers) > 1 || speakers[who] >= 2 && len(speakers) > 1) {
			b.Kind, b.Speaker = Speech, who
		}
	}
}

// speaker is who a paragraph says is speaking, "" where it does not: a name of
// a few words before a colon, at the very beginning.
func speaker(text string) string {
	if !strings.Contains(text[:min(len(text), 100)], ":") {
		return ""
	}
	m := speakerAtStart.FindStringSubmatch(text)
	if m == nil || utf8.RuneCountInString(m[1]) > 40 {
		return ""
	}
	if isReporter(m[1]) || looksSigned(m[1]) {
		return m[1]
	}
	return ""
}
