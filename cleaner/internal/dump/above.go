package dump

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/draft"
	"baoluu/cleaner/internal/naming"
	"baoluu/cleaner/internal/prose"
)

// isDate tells a line that is a date and nothing more than a word beside it, or
// with a time of day a name.
func (r *reader) isDate(line string) bool {
	if utf8.RuneCountInString(line) > 80 || prose.EndsSentence(line) {
		return false
	}
	at, rest, ok := dates.Parse(withoutName(line))
	if ok && at.Clock && credits.LooksSigned(rest) && !credits.SaysBy(line) {
		return true
	}
	return ok && utf8.RuneCountInString(rest) <= 12 && (rest == "" || !prose.IsStatement(line)) || dates.IsAgo(line)
}

// dayBehind is the day, and what stands behind it, on the line of a byline.
var dayBehind = regexp.MustCompile(`\s*[-–|,]?\s*\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b.*$`)

// withoutName cuts off the name that is glued to a date.
func withoutName(line string) string {
	if g := datedName.FindStringSubmatchIndex(line); g != nil {
		return line[g[3]:]
	}
	return line
}

// heading is what may be the title above a lead, by line; -1 is none.
type heading struct {
	title   int // a line like a title
	caption int // one that may be a caption without a credit, too
	short   int // one of a few words, as sections and kickers are
	name    int // one that may be who wrote it
	dated   int // one that says who wrote it, and when
	day     int // one with a day and a few words
}

// farthest is how many lines above the lead its title may stand.
const farthest = 12

// head finds title, time and byline above the lead.
func (r *reader) head(lead int) {
	h := heading{-1, -1, -1, -1, -1, -1}
	for i := lead - 1; i >= max(lead-farthest, 0) && h.title < 0; i-- {
		r.above(i, &h)
	}
	title := h.title
	switch {
	case title >= 0 && h.caption >= 0:
		r.caption(h.caption)
	case title >= 0:
	case h.caption >= 0:
		title = h.caption
	case h.short >= 0:
		title = h.short
	case r.language != "vi" && h.name >= 0: // English titles may be written with capitals
		title = h.name
	case h.dated >= 0: // a day long ago, in the headline
		if _, at, _ := r.nameAndDate(r.lines[h.dated].text); !at.Clock {
			title, h.dated = h.dated, -1
		}
	default:
		title = h.day
	}
	if title >= 0 {
		r.Title = article.Text(r.title(datePrefix.ReplaceAllString(r.lines[title].text, "")))
		r.Say("title", "nearest line above the lead", string(r.Title))
	}
	slices.Reverse(r.captions) // they were met from below

	for i := title - 1; i >= max(title-2, 0) && h.dated < 0; i-- { // above the title, too
		if _, at, ok := r.nameAndDate(r.lines[i].text); ok && at.Clock {
			h.dated = i
		}
	}
	if h.dated >= 0 && r.Byline == "" {
		who, _, _ := r.nameAndDate(datePrefix.ReplaceAllString(r.lines[h.dated].text, ""))
		r.Sign(who, "before the time above the lead", nil)
		r.SetTimes(draft.FirstShown(draft.PrintedIn(r.lines[h.dated].text, false)))
	}
	if h.name > title && r.Byline == "" && r.Source == "" {
		lines := []string{r.lines[h.name].text}
		if i := h.name - 1; i > title && credits.IsTaken(lines[0]) && credits.LooksSigned(r.lines[i].text) {
			lines = []string{r.lines[i].text, lines[0]}
		}
		r.SignLines(lines, "line above the lead")
	}

	// The time stands between title and lead, else right above the title.
	if !r.Published.IsZero() {
		return
	}
	var shown []draft.Said
	for i := max(title, 0); i < lead; i++ {
		if i != title || datePrefix.MatchString(r.lines[i].text) {
			shown = append(shown, r.date(i)...)
		}
	}
	for i := title - 1; i >= max(title-3, 0) && !slices.ContainsFunc(shown, func(s draft.Said) bool { return !s.At.Updated }); i-- {
		shown = append(shown, r.date(i)...)
	}
	r.SetTimes(draft.FirstShown(shown))
}

// aboveLine is a line above the lead, and below all that comes later.
type aboveLine struct {
	*reader
	found           *heading // so far
	i               int
	text            string
	letters, blanks int
}

// aboveRules say what such a line is, and what is taken from it; the first that fits
// decides. Without take the line says nothing.
var aboveRules = []struct {
	what string // for those who read this
	fits func(l *aboveLine) bool
	take func(l *aboveLine)
}{
	{
		what: "nothing",
		fits: func(l *aboveLine) bool {
			return l.lines[l.i].item || l.text == "" || l.isFurniture(l.text) || naming.IsHome(l.text)
		},
	},
	{
		what: "names and a date",
		fits: func(l *aboveLine) bool {
			who, at, ok := l.nameAndDate(l.text)
			return ok && (at.Clock || looksPerson(who))
		},
		take: func(l *aboveLine) { l.nearest(&l.found.dated) },
	},
	{
		what: "a date",
		fits: func(l *aboveLine) bool { return l.isDate(l.text) },
		take: (*aboveLine).takeDate,
	},
	{
		what: "a caption",
		fits: func(l *aboveLine) bool { return l.isCaption(l.i) && !l.isTwice(l.i) },
		take: func(l *aboveLine) { l.caption(l.i) },
	},
	{
		what: "a line that signs",
		fits: func(l *aboveLine) bool { return l.Byline == "" && credits.SaysBy(l.text) },
		take: (*aboveLine).takeSignature,
	},
	{
		what: "where it was taken from",
		fits: func(l *aboveLine) bool {
			return l.i > 0 && credits.IsTaken(l.text) && credits.LooksSigned(l.lines[l.i-1].text)
		},
		take: func(l *aboveLine) { l.found.name = l.i },
	},
	{
		what: "a name",
		fits: func(l *aboveLine) bool {
			return credits.LooksSigned(l.text) && l.text != strings.ToUpper(l.text) && l.blanks >= 1 &&
				(l.blanks <= 3 || strings.Contains(l.text, " - ") || strings.Contains(l.text, ", "))
		},
		take: func(l *aboveLine) { l.nearest(&l.found.name) },
	},
	{
		what: "too short or too long",
		fits: func(l *aboveLine) bool { return l.letters < 8 || l.letters > 220 },
	},
	{
		what: "the same again",
		fits: func(l *aboveLine) bool {
			return l.found.caption >= 0 && prose.SameWords(l.text, l.lines[l.found.caption].text)
		},
	},
	{
		what: "a caption without a credit",
		fits: func(l *aboveLine) bool {
			return l.isCaption(l.i) || strings.HasSuffix(l.text, ".") && !strings.HasSuffix(l.text, "..")
		},
		take: func(l *aboveLine) { l.nearest(&l.found.caption) },
	},
	{
		what: "the title",
		fits: func(l *aboveLine) bool {
			return l.letters >= 20 && l.blanks >= 4 && !l.isEnd(l.text) || l.i == 0 && l.blanks >= 2
		},
		take: func(l *aboveLine) { l.found.title = l.i },
	},
	{
		what: "a section",
		fits: func(l *aboveLine) bool { return l.blanks >= 2 },
		take: func(l *aboveLine) { l.nearest(&l.found.short) },
	},
}

// nearest keeps the line, where none below it was kept before.
func (l *aboveLine) nearest(kept *int) {
	if *kept < 0 {
		*kept = l.i
	}
}

// takeDate keeps the line of a day with a few words, and the name that is glued to a date.
func (l *aboveLine) takeDate() {
	if at, rest, _ := dates.Parse(l.text); !at.Clock && strings.Contains(rest, " ") {
		l.found.day = l.i
	}
	if g := datedName.FindStringSubmatch(l.text); g != nil && l.Byline == "" && credits.LooksSigned(g[1]) {
		l.Sign(g[1], "before the time above the lead", nil)
	}
}

// takeSignature signs, and takes the time behind the names.
func (l *aboveLine) takeSignature() {
	who := dayBehind.ReplaceAllString(l.text, "")
	l.SetTimes(draft.FirstShown(draft.PrintedIn(l.text[len(who):], false)))
	l.Sign(who, "line above the lead", nil)
}

// above judges line i.
func (r *reader) above(i int, h *heading) {
	text := datePrefix.ReplaceAllString(r.lines[i].text, "")
	l := &aboveLine{r, h, i, text, utf8.RuneCountInString(text), strings.Count(text, " ")}
	for _, rule := range aboveRules {
		if !rule.fits(l) {
			continue
		}
		if rule.take != nil {
			rule.take(l)
		}
		return
	}
}

// nameAndDate parts a line that says who wrote it, and then when: "Lê Mai
// 12/04/2018 21:36". The newspaper's own name is none, nor is a section's in
// front of a date alone.
func (r *reader) nameAndDate(line string) (who string, at dates.Date, ok bool) {
	if utf8.RuneCountInString(line) > credits.MaxSignature {
		return "", dates.Date{}, false
	}
	line = credits.WithoutBy(line)
	end := len(line)
	if digit := strings.IndexAny(line, "0123456789"); digit >= 0 {
		end = digit
	}
	// The names are as many words as leave a date.
	for k := strings.LastIndexByte(line[:end], ' '); k > 0 && !ok; k = strings.LastIndexByte(line[:k], ' ') {
		var rest string
		if at, rest, ok = dates.Parse(line[k:]); ok && rest != "" {
			return "", dates.Date{}, false
		}
		who = strings.Trim(weekdayAtEnd.ReplaceAllString(line[:k], ""), " -–|,")
	}
	if !ok || !credits.LooksSigned(who) || r.IsPaper(who) || credits.IsAgencies(who) {
		return "", dates.Date{}, false
	}
	if strings.Contains(line, "DNUM_") || isUnnamed(who) { // a translation has no section there
		return who, at, true
	}
	return who, at, who != strings.ToUpper(who) && strings.Contains(who, " ")
}

// isUnnamed tells what newspapers print for reporters without a name.
func isUnnamed(who string) bool {
	switch who {
	case "PV", "P.V", "P.V.", "CTV", "BTV", "Nhóm PV", "Nhóm P.V":
		return true
	}
	return false
}

// weekdayAtEnd is what of a date may be left behind a name. Without a comma Thu
// is a name.
var weekdayAtEnd = regexp.MustCompile(`(?i)(?:^|[\s,–|-]+)(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?|(?:mon|tue|wed|thu|fri|sat|sun),|thứ \p{L}+,?|chủ nhật,?|ngày|lúc)$`)

// looksPerson tells the name of a person, or of several, from a headline in
// capitals: few words for each.
func looksPerson(who string) bool {
	const most = 5
	for name := range strings.FieldsFuncSeq(who, func(r rune) bool { return r == '-' || r == '–' || r == ',' || r == '&' || r == '/' }) {
		if len(strings.Fields(name)) > most {
			return false
		}
	}
	return true
}

// datedName is a name whose blank before the date was lost with the markup
// between them.
var datedName = regexp.MustCompile(`^(\p{Lu}.*\p{L})\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b`)

func (r *reader) title(text string) string {
	if r.Paper == nil {
		return text
	}
	return r.WithoutSuffix(text)
}

// date is what line i says of times, if it is one that does.
func (r *reader) date(i int) []draft.Said {
	text := r.lines[i].text
	if m := datePrefix.FindStringSubmatch(text); m != nil {
		text = m[1]
	} else if !r.isDate(text) {
		return nil
	}
	return draft.PrintedIn(withoutName(text), false)
}
