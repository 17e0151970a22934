package compare

import (
	"regexp"
	"strings"

	"baoluu/cleaner"
	"baoluu/cleaner/challenge"
	"baoluu/cleaner/internal/prose"
)

// loss is what became of an article's text under a title that is alike.
type loss int

const (
	keepsText   loss = iota // enough of it is there, or as many other words
	saysNothing             // no text is there: the template, or a notice of the server's
	saysOther               // a few other words: of the newsroom, or of nobody knows whom
	holdsBack               // a few words that say that the text is kept from us
)

// without tells what of a whole article's text is missing in a rest of it. What the page
// shows is not missing, also where it was not read as the article's.
func without(whole, rest Reading) loss {
	const half = .5
	var had, kept, lost, came int // words
	lead := len(whole.Article.Body)+len(whole.Article.Captions) == 0
	was, is := storyOf(whole.Article, lead), storyOf(rest.Article, true)
	if !lead {
		// Of a page with one line that line is read as the lead: it counts, unless it was.
		for _, p := range passages(cleaner.Article{Lead: whole.Article.Lead}) {
			delete(is, p.text)
		}
	}
	for text := range was {
		n := strings.Count(text, " ") + 1
		if had += n; is[text] {
			kept += n
		} else {
			lost += n
		}
	}
	var news []string
	for text := range is {
		if !was[text] && !unfilled(text) {
			news = append(news, text)
			came += strings.Count(text, " ") + 1
		}
	}
	filled := func(texts map[string]bool) bool {
		for text := range texts {
			if !unfilled(text) {
				return true
			}
		}
		return false
	}
	switch {
	case !filled(was) || kept > lost || came >= noticeWords || rest.share(was) > half:
		return keepsText
	case !filled(is) && (len(is) > 0 || had > noticeWords/2):
		return saysNothing
	case came == 0:
		return keepsText // shortened
	}
	why := challenge.Notice(strings.Join(news, "\n"))
	switch much := lost > 2*came; {
	case why != "" && len(rest.Article.Body) > 0 && rest.Article.Lead != "" && !prose.ReadsSame(string(rest.Article.Lead), string(whole.Article.Lead)):
		return saysOther // no wall and no server writes another lead
	case why != "" && challenge.Notice(string(whole.Article.Title)+"\n"+string(whole.Article.Lead)+"\n"+bodyOf(whole.Article)) != "":
		return saysOther // the article is about such things
	case why.Refuses() && much:
		return holdsBack
	case why != "" && much:
		return saysNothing
	case why != "" && kept == 0, kept == 0 && much && inCommon(whole.Article, rest.Article) == 0:
		return saysOther
	}
	return keepsText
}

// storyOf are the sentences of an article's body, and its captions; of its lead, too, where
// that is all the text.
func storyOf(a cleaner.Article, lead bool) map[string]bool {
	set := map[string]bool{}
	for _, p := range passages(a) {
		if lead || p.field != "lead" {
			set[p.text] = true
		}
	}
	for _, text := range a.Captions {
		for _, s := range prose.Sentences(text) {
			set[prose.Normalize(s)] = true
		}
	}
	return set
}

// inCommon counts the runs of three words that stand in both bodies.
func inCommon(a, b cleaner.Article) int {
	x, _ := runsOf(bodyOf(a), 3)
	y, _ := runsOf(bodyOf(b), 3)
	return inBoth(x, y)
}

// unfilled reports whether a text is what stands in a template before an article is put in.
func unfilled(text string) bool { return prose.IsPlaceholder(text) || updating.MatchString(text) }

// updating is what newsrooms say, too, of a story that has just begun.
var updating = regexp.MustCompile(`(?i)^[\s\pP]*((nội dung|bài viết|thông tin|tin|nội dung bài viết) )?(đang|tiếp tục|sẽ) (được )?cập nhật( sau)?[\s\pP]*$|^[\s\pP]*(updating|to be updated|loading|đang tải)[\s\pP]*$`)
