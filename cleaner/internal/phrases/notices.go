package phrases

import (
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"
)

// notice is what single words say of a sentence that may be no part of an
// article: a newspaper's word to its readers on itself, its text, their browser.
// No word is enough: a rule names what has to come together.
type notice uint16

const (
	noticeSelf    notice = 1 << iota // "this article"
	noticeReader                     // speaks to someone
	noticeLetter                     // news by post
	noticeSign                       // to be ordered
	noticeOwn                        // rights in a text
	noticeForbid                     // what no one may do with it
	noticePrinted                    // elsewhere, before
	noticeBrowser                    // what the page is read with
	noticeFails                      // and does not do
	noticeReward                     // money for a purchase
	noticeEarn                       // is earned
	noticeAdvice                     // of a doctor, a lawyer, a broker
	noticeNo                         // is not given
	noticeFree                       // for a while
)

// noticeRules are what comes together in a notice.
var noticeRules = []notice{
	noticeLetter | noticeSign | noticeReader,
	noticeOwn | noticeForbid | noticeSelf,
	noticeOwn | noticeForbid | noticeReader,
	noticePrinted | noticeSelf,
	noticeBrowser | noticeFails | noticeReader,
	noticeReward | noticeEarn | noticeReader,
	noticeAdvice | noticeNo | noticeSelf,
	noticeFree | noticeSign | noticeReader,
}

// wordsOfNotices are words and pairs of words.
var wordsOfNotices = noticeTable(map[notice]string{
	noticeSelf: "this article|this story|this post|this piece|this column|this essay|this interview|this report|this material|this content|this page|this website|this blog|this information|the information|" +
		"bài viết|bài báo|nội dung|trang này|website này|dieser artikel|dieser beitrag|dieser text|cet article|este artículo|questo articolo|este artigo",
	noticeReader: "we|our|us|you|your|please|vui lòng|xin vui|quý độc|của bạn|bạn đọc|sie|ihr|ihren|ihrem|unseren|unserem|unser|wir|vous|votre|nos|notre|su|nuestro|nuestra|tu|vostro|nostro|tuo",
	noticeLetter: "newsletter|newsletters|newslettern|inbox|mailing list|bản tin|boletín|infolettre",
	noticeSign:   "sign up|signing up|subscribe|subscribing|delivered|đăng ký|abonnieren|testen|anmelden|bestellen|abonnez|inscrivez|recevez|suscríbete|recibe|iscriviti|ricevi",
	noticeOwn:    "copyright|copyrighted|©|rights reserved|bản quyền|urheberrechtlich|droits réservés|derechos reservados|diritti riservati|direitos reservados",
	noticeForbid: "reserved|without permission|may not|written permission|reproduced|redistributed|republished|rewritten|sao chép|ghi rõ|phát hành|trích dẫn|vervielfältigung|réservés|reservados|riservati",
	noticePrinted: "originally published|originally appeared|originally ran|first published|first appeared|reprinted|republished|đăng lại|zuerst erschienen|initialement publié|" +
		"publicado originalmente|pubblicato originariamente",
	noticeBrowser: "browser|javascript|trình duyệt|navigateur|navegador",
	noticeFails:   "not support|not supported|doesn't support|doesn’t support|outdated|enable|upgrade|disabled|không hỗ|nâng cấp|unterstützt|aktivieren|activer|habilita|active",
	noticeReward:  "commission|commissions|affiliate commission|hoa hồng|provision",
	noticeEarn:    "earn|receive|get|make|nhận|erhalten|bekommen",
	noticeAdvice:  "medical advice|legal advice|tax advice|financial advice|investment advice|professional advice|informational purposes|educational purposes|lời khuyên|tư vấn|anlageberatung",
	noticeNo:      "not|only|không|chỉ|keine",
	noticeFree:    "free trial|for free|kostenlos|gratis|gratuitement|miễn phí",
})

func noticeTable(words map[notice]string) map[string]notice {
	table := map[string]notice{}
	for n, list := range words {
		for word := range strings.SplitSeq(list, "|") {
			table[word] |= n
		}
	}
	return table
}

// IsNotice tells a sentence of a newspaper to its readers, by its words. One that quotes somebody is none.
func IsNotice(t []byte) bool {
	const longest = 600
	if len(t) > longest {
		return false
	}
	low := strings.ToLower(string(t))
	if strings.Contains(low, "reader-supported publication") { // with its name, often in quotes
		return true
	}
	if strings.ContainsAny(low, `"“”„«»`) {
		return false
	}
	var says notice
	before := -1 // where the word before begins, if but a blank parts it from this one
	for i := 0; i < len(low); {
		end := i
		for end < len(low) {
			r, n := utf8.DecodeRuneInString(low[end:])
			if !prose.IsWord(r) && r != '\'' && r != '’' && r != '©' {
				break
			}
			end += n
		}
		if end == i {
			_, n := utf8.DecodeRuneInString(low[i:])
			if low[i] != ' ' {
				before = -1
			}
			i += n
			continue
		}
		says |= wordsOfNotices[low[i:end]]
		if before >= 0 {
			says |= wordsOfNotices[low[before:end]]
		}
		before, i = i, end
	}
	return slices.ContainsFunc(noticeRules, func(rule notice) bool { return says&rule == rule })
}
