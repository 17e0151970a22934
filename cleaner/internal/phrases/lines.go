package phrases

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/prose"
)

// ContainsWord reports whether a word, in lower case, stands in t with a capital.
func ContainsWord(t []byte, word string) bool {
	first, n := utf8.DecodeRuneInString(word)
	capital := string(unicode.ToUpper(first)) + word[n:]
	for {
		i := bytes.Index(t, []byte(capital))
		if i < 0 {
			return false
		}
		t = t[i+len(capital):]
		if next, _ := utf8.DecodeRune(t); len(t) == 0 || !prose.IsWord(next) {
			return true
		}
	}
}

// EndsPlainly tells the full stop of a sentence that leaves nothing open, as
// questions and three stops do.
func EndsPlainly(t []byte) bool {
	return bytes.HasSuffix(t, []byte(".")) && !bytes.HasSuffix(t, []byte(".."))
}

// IsFurnitureName tells a heading of what stands below articles from a name.
func IsFurnitureName(line string) bool {
	const most = 1 // a name may have one of the words
	n := 0
	for w := range strings.FieldsSeq(strings.ToLower(line)) {
		if furnitureWords[w] {
			n++
		}
	}
	return n > most || IsEnding([]byte(line)) || IsLeadIn([]byte(line), 0)
}

var furnitureWords = prose.WordSet(strings.Fields(`tin bài video clip đọc xem chia sẻ bình luận mới nhất liên quan chuyên mục chủ đề từ khóa khoá theo dõi gửi ý kiến thảo
	quảng cáo trang báo nổi bật nhiều hot tag tags cùng khác tiếp thêm đang được góp phản hồi bạn`)...)

// LooksTitled tells what may be the name of a newspaper: unlike a person's, it
// may have small letters behind the first ("Phụ nữ Việt Nam").
func LooksTitled(s string) bool {
	const most = 5 // words
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) && !strings.ContainsAny(s, "?!…:;,“”\"") && strings.Count(s, " ") < most
}

// IsPrice tells a short line with a sum of money in it.
func IsPrice(t []byte) bool {
	const longest = 60
	return len(t) <= longest && bytes.ContainsAny(t, "0123456789") &&
		(bytes.ContainsAny(t, "$€£¥₫") || bytes.Contains(t, []byte("0đ")) || bytes.Contains(t, []byte("VND")) || bytes.Contains(t, []byte("VNĐ")) || bytes.Contains(t, []byte(" đồng")))
}

// IsNoName tells what stands beside names and is none: a trade, a button, a
// month, a time zone.
func IsNoName(part string) bool {
	if noNames.MatchString(part) {
		return true
	}
	switch strings.ToLower(strings.Trim(part, ". ")) {
	case "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january", "february", "march", "june", "july", "august",
		"september", "october", "november", "december", "pt", "et", "est", "edt", "pst", "ist", "gmt", "utc", "cet", "bst", "von", "in", "f":
		return true
	}
	return false
}

var noNames = regexp.MustCompile(`(?i)\b(?:editor|reporter|writer|staff|correspondent|contributor|columnist|follow(?: us)?|posts?|artikel|twitter|facebook|redakteur(?:in)?|volontär(?:in)?|updated|published|sources?)\b`)

// IsImprintLine tells a line of a newspaper's imprint: a label and what it
// labels. Certain are those that nothing else has: an address or a telephone
// number may also end a report on a fair.
func IsImprintLine(t []byte) (says, certain bool) {
	const longest, shortest = 400, 8
	if len(t) > longest || len(t) < shortest || bytes.IndexByte(t[:min(len(t), 80)], ':') < 0 && !bytes.ContainsAny(t, "0123456789©") && !bytes.HasPrefix(t, []byte("Bản quyền")) {
		return false, false
	}
	low := bytes.TrimLeft(t[:min(len(t), 80)], " -–•|©")
	if len(low) == 0 || low[0] < utf8.RuneSelf && len(imprintBy[low[0]|0x20])+len(addressBy[low[0]|0x20]) == 0 {
		return false, false
	}
	low = bytes.ToLower(low)
	if imprintBy.before(low) != "" {
		return true, true
	}
	label := addressBy.before(low)
	return label != "" && bytes.HasPrefix(bytes.TrimSpace(low[len(label):]), []byte(":")), false
}

var imprintBy, addressBy = newPhraseSet(imprintWords), newPhraseSet(addressWords)

var (
	imprintWords = []string{"tổng biên tập:", "q. tổng biên tập", "phó tổng biên tập", "cơ quan chủ quản", "chịu trách nhiệm nội dung", "chịu trách nhiệm quản lý nội dung",
		"giấy phép số", "giấy phép thiết lập", "giấy phép hoạt động", "giấy phép xuất bản", "giấy phép báo", "số giấy phép", "bản quyền thuộc", "editor-in-chief:", "editor in chief:", "licence no", "license no"}
	addressWords = []string{"địa chỉ", "trụ sở", "tòa soạn", "toà soạn", "điện thoại", "đt", "tel", "fax", "hotline", "đường dây nóng", "email", "e-mail", "thư điện tử", "liên hệ quảng cáo", "website", "address", "phone"}
)

// ForbidsCopies tells the sentence of an imprint: who may print the text again.
func ForbidsCopies(t []byte) bool {
	return bytes.HasPrefix(t, []byte("©")) || IsNotice(t) || bytes.Contains(t, []byte("phát hành lại thông tin")) || bytes.Contains(t, []byte("hi rõ nguồn"))
}

// IsStamped tells a short line that is a name and a time of day.
func IsStamped(t []byte) bool {
	const shortest, longest = 8, 80
	if len(t) < shortest || len(t) > longest || bytes.Count(t, []byte(":")) == 0 || !bytes.ContainsAny(t, "0123456789") {
		return false
	}
	at, who, ok := dates.Parse(string(t))
	return ok && at.Clock && strings.ContainsFunc(who, unicode.IsLetter) && strings.Count(who, " ") < 4
}

// IsAnswerLine tells a short line that says how old an opinion is, or offers to
// answer it.
func IsAnswerLine(t []byte) bool {
	const longest = 70
	if len(t) > longest {
		return false
	}
	t = bytes.ToLower(t)
	return slices.ContainsFunc(answerWords, func(w string) bool {
		at := bytes.Index(t, []byte(w))
		return at >= 0 && bounded(t, at, at+len(w))
	})
}

var (
	answerWords = []string{"reply", "ago", "trả lời", "giờ trước", "phút trước", "ngày trước", "tháng trước", "antworten", "répondre", "responder",
		"rispondi", "ответить", "odpowiedz", "svara", "reageer", "返信", "回复"}
	commentHeads = []string{"comment", "comments", "bình luận", "ý kiến", "ý kiến bạn đọc", "phản hồi", "responses", "replies", "kommentare", "commentaires",
		"comentarios", "commenti", "comentários", "комментарии", "reacties", "komentarze", "kommentarer", "コメント", "评论"}
	relatedHeads = []string{"related", "related articles", "related stories", "related posts", "related news", "you may also like", "you might also like", "you may like", "recommended",
		"more from", "more stories", "more news", "read next", "up next", "trending", "most read", "most popular", "latest news", "latest stories", "keep reading",
		"tin liên quan", "bài liên quan", "bài viết liên quan", "có thể bạn quan tâm", "cùng chuyên mục", "tin cùng chuyên mục", "tin khác", "tin mới",
		"tin nổi bật", "đọc nhiều", "tiêu điểm", "tâm điểm", "tin nóng", "tin đọc nhiều", "xem nhiều", "bài nổi bật", "tin tức liên quan", "xem thêm", "đọc thêm",
		"mehr zum thema", "auch interessant", "das könnte sie auch interessieren", "meistgelesen", "sur le même sujet", "à lire aussi", "artículos relacionados", "te puede interesar",
		"articoli correlati", "leia também", "lees ook", "gerelateerd", "関連記事", "相关阅读"}
)

// bounded reports whether t[from:to] begins and ends with a word.
func bounded(t []byte, from, to int) bool {
	return (from == 0 || !prose.IsWord(rune(t[from-1])) && t[from-1] < 0x80) && (to == len(t) || t[to] < 0x80 && !prose.IsWord(rune(t[to])))
}

// IsCommentHead tells what heads readers' comments.
func IsCommentHead(t []byte) bool { return IsHeadOf(t, commentHeads) }

// IsRelatedHead tells what heads links to other articles.
func IsRelatedHead(t []byte) bool { return IsHeadOf(t, relatedHeads) }

// IsHeadOf tells a label of one of the phrases, with a number and little more.
func IsHeadOf(t []byte, heads []string) bool {
	const more = 16
	t = bytes.TrimLeftFunc(bytes.ToLower(t), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(heads, func(p string) bool {
		return len(t) >= len(p) && len(t) <= len(p)+more && string(t[:len(p)]) == p && bounded(t, 0, len(p))
	})
}
