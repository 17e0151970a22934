package cleaner

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html/atom"
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

// isNotice tells such a sentence. One that quotes somebody is none.
func isNotice(t []byte) bool {
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

// notices drops such sentences at the text's edges, and calls to order a
// newsletter amid it. Where they are much of the text they are its subject.
func (j *judge) notices(name verdict) {
	const first, last, share = 3, 6, 2
	var found []int32
	var total, size int64
	edge := true
	for i := j.first; i < j.last; i++ {
		if !j.keeps(i) {
			continue
		}
		b := &j.blocks[i]
		total += int64(b.size())
		switch {
		case b.in&inHeading != 0 || i == j.summary:
		case edge && b.size() >= sentenceSize || bytes.Contains(j.bytes(b), []byte("ewsletter")):
			if isNotice(j.bytes(b)) {
				found = append(found, i)
				edge = edge && len(found) < first
			} else {
				edge = false
			}
		}
	}
	for i, n := j.last-1, 0; i >= j.first && n < last; i-- {
		if !j.keeps(i) {
			continue
		}
		n++
		if j.blocks[i].in&inHeading == 0 && !slices.Contains(found, i) && isNotice(j.bytes(&j.blocks[i])) {
			found = append(found, i)
		}
	}
	for _, i := range found {
		size += int64(j.blocks[i].size())
	}
	if size*share > total {
		return
	}
	for _, i := range found {
		j.verdicts[i] = name
	}
}

// offers drops boxes that sell something: small, with a price and a link to buy
// it, and without a sentence, or with one that praises what a picture shows.
func (j *judge) offers(name verdict) {
	const most, longest = 8, 400
	for i := j.first; i < j.last; i++ {
		if b := &j.blocks[i]; b.link*2 <= b.size() || !isHeadOf(j.bytes(b), buyWords) {
			continue
		}
		box := int32(-1)
		for e := j.blocks[i].elem; e > j.root; e = j.elems[e].parent {
			x := &j.elems[e]
			if box >= 0 && j.isOffer(box) || x.last-x.first > most || x.first < j.first || x.last > j.last || x.node.DataAtom == atom.Article ||
				j.blocks[x.last-1].end-j.blocks[x.first].start > longest {
				break
			}
			sentences := 0
			for k := x.first; k < x.last; k++ {
				if b := &j.blocks[k]; b.sentence() || b.full && b.plain() >= sentenceSize {
					sentences++
				}
			}
			if sentences > 1 || sentences > 0 && !j.isOffer(e) {
				break
			}
			box = e
		}
		if box < 0 {
			continue
		}
		x := &j.elems[box]
		if slices.ContainsFunc(j.blocks[x.first:x.last], func(b textBlock) bool { return b.in&inTitle != 0 }) ||
			!slices.ContainsFunc(j.blocks[x.first:x.last], func(b textBlock) bool { return isPrice(j.bytes(&b)) }) {
			continue
		}
		j.drop(x.first, x.last, name)
	}
}

// isOffer tells a box with a picture and a price.
func (j *judge) isOffer(box int32) bool {
	e := &j.elems[box]
	return e.pictured && slices.ContainsFunc(j.blocks[e.first:e.last], func(b textBlock) bool { return isPrice(j.bytes(&b)) })
}

// isPrice tells a short line with a sum of money in it.
func isPrice(t []byte) bool {
	const longest = 60
	return len(t) <= longest && bytes.ContainsAny(t, "0123456789") &&
		(bytes.ContainsAny(t, "$€£¥₫") || bytes.Contains(t, []byte("0đ")) || bytes.Contains(t, []byte("VND")) || bytes.Contains(t, []byte("VNĐ")) || bytes.Contains(t, []byte(" đồng")))
}

var buyWords = []string{"mua ngay", "đặt mua", "mua hàng", "đặt hàng", "xem giá", "thêm vào giỏ", "buy now", "shop now", "buy at", "buy from", "buy on", "check price", "see price",
	"view deal", "get deal", "add to cart", "jetzt kaufen", "zum angebot", "zum shop", "acheter", "comprar", "ver oferta", "acquista", "koop nu", "køb nu", "kjøp", "köp"}
