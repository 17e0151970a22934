package web

import (
	"slices"
	"strings"

	"baoluu/cleaner"
)

// doubtWords are the notes of cleaners that readers are told in their own language: a key of the
// words for what begins and ends so. What stands between is said as it is.
var doubtWords = []struct{ begin, end, word string }{
	{"no title", "", "doubt.notitle"},
	{"no body", "", "doubt.nobody"},
	{"layout ", " fits, not that of the capture day", "doubt.otherday"},
	{"layout ", " found little, read by the generic extractor", "doubt.little"},
	{"no layout of ", " fits, read by the generic extractor", "doubt.nolayout"},
	{"a list of other pages, read item by item", "", "doubt.items"},
	{"published: the page says only when it was updated", "", "doubt.updated"},
	{"published: a day without a time, taken as midnight", "", "doubt.midnight"},
	{"published: ", ", after the page was saved", "doubt.later"},
	{"published: ", "", "doubt.published"},
	{"modified: ", "", "doubt.modified"},
	{"partly written in ", ", converted", "doubt.script"},
	{"broken JSON-LD", "", "doubt.broken"},
	{"JSON-LD of other articles, left aside", "", "doubt.others"},
	{"the letter Ð read as Đ", "", "doubt.letter"},
	{"glued words: ", "", "doubt.glued"},
	{"signed, too: ", "", "doubt.signed"},
	{"dateline: ", " is no name that the page gives itself", "doubt.dateline"},
}

// doubt says a note of a cleaner's; one that is not known stands as it is.
func (t *texts) doubt(note string) (string, error) {
	for _, d := range doubtWords {
		rest, ok := strings.CutPrefix(note, d.begin)
		if !ok {
			continue
		}
		if rest, ok = strings.CutSuffix(rest, d.end); !ok {
			continue
		}
		if !strings.HasSuffix(d.begin, " ") {
			if rest != "" {
				continue
			}
			return t.t(d.word)
		}
		return t.t(d.word, rest)
	}
	return note, nil
}

// Doubts reports whether something is doubtful about a field.
func (p articlePage) Doubts(field string) bool {
	return slices.ContainsFunc(p.Article.Notes, func(note string) bool { return strings.HasPrefix(note, field+":") }) ||
		field == "published" && (p.Article.PublishedFrom == "text" || p.Article.PublishedFrom == "id")
}

// creditApart is a picture's credit, unless its caption ends in it.
func creditApart(text string, credit cleaner.Text) string {
	if strings.Contains(text, string(credit)) {
		return ""
	}
	return string(credit)
}
