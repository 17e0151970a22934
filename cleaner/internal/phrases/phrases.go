package phrases

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/prose"
)

// folded is the beginning of a text as the phrase tables have it: in lower
// case, without what stands before the first letter or digit.
func folded(t []byte) []byte {
	const longest = 64 // of a phrase, in bytes
	t = bytes.TrimLeftFunc(t, func(r rune) bool { return !prose.IsWord(r) && r != '©' })
	n := min(len(t), longest)
	for n < len(t) && !utf8.RuneStart(t[n]) {
		n++
	}
	return bytes.ToLower(t[:n])
}

// IsLeadIn tells a short block that begins like the lines that newspapers and
// blogs put between paragraphs, and is no sentence of the article.
func IsLeadIn(t []byte, linked int32) bool {
	f := folded(t)
	if p := leadInsBy.before(f); p != "" {
		return prose.IsLabel(string(t), restBehind(t, p), int(linked))
	}
	return false
}

var leadInsBy, endingsBy = newPhraseSet(leadIns), newPhraseSet(endings)

// phraseSet are beginnings of texts in lower case, by their first bytes: every
// block of a page is asked for hundreds of them.
type phraseSet [256][]string

func newPhraseSet(list []string) *phraseSet {
	var by phraseSet
	for _, p := range list {
		by[p[0]] = append(by[p[0]], p)
	}
	return &by
}

// before is the first of the phrases that a text begins with, "" for none.
func (by *phraseSet) before(text []byte) string {
	if len(text) > 0 {
		for _, p := range by[text[0]] {
			if len(text) >= len(p) && string(text[:len(p)]) == p {
				return p
			}
		}
	}
	return ""
}

// restBehind is what stands behind a phrase that a block's folded text begins
// with; it begins with the colon of a phrase that ends with one.
func restBehind(t []byte, phrase string) string {
	t = bytes.TrimLeftFunc(t, func(r rune) bool { return !prose.IsWord(r) && r != '©' })
	n := len(strings.TrimRight(phrase, ":"))
	if n > len(t) { // a letter whose small form is longer
		return ""
	}
	return string(t[n:])
}

// IsCredited tells a caption by who took the picture, named at its end.
func IsCredited(t []byte) bool {
	if isSigned(t) {
		return true
	}
	return credits.MayCredit(t) && credits.LooksCaption(string(t))
}

// TellsWriter tells a line that names who wrote, before who took the pictures:
// "Bài: Hà An Ảnh: Lê Bưởi".
func TellsWriter(t []byte) bool {
	const longest = 160
	return len(t) <= longest && slices.ContainsFunc(writerRoles, func(p string) bool { return bytes.HasPrefix(t, []byte(p)) })
}

var writerRoles = []string{"Bài: ", "Bài viết: ", "Tin: ", "Tin, bài: ", "Tin bài: ", "Nội dung: ", "Thực hiện: "}

// isSigned tells a line, no sentence, that ends with the sign of a copyright and
// a name, as captions do; a year is a footer's.
func isSigned(t []byte) bool {
	const least, longest = 2, 60
	i := bytes.LastIndex(t, []byte("©"))
	if i <= 0 {
		return false
	}
	name := bytes.TrimSpace(t[i+len("©"):])
	r, _ := utf8.DecodeRune(name)
	return !prose.EndsSentence(strings.TrimSpace(string(t[:i]))) && len(name) >= least && len(name) <= longest && unicode.IsLetter(r) && !prose.IsStatement(string(name))
}

// EndsWithLength tells what is said of a film: how long it is, behind a bar.
func EndsWithLength(t []byte) bool {
	const room = 16
	t = bytes.TrimRight(t[max(0, len(t)-room):], ".")
	for _, unit := range []string{" min", " Min", " phút"} {
		if rest, ok := bytes.CutSuffix(t, []byte(unit)); ok {
			digits := bytes.TrimRight(rest, "0123456789:")
			return len(rest)-len(digits) >= len("0:00") && bytes.ContainsRune(rest[len(digits):], ':') && bytes.HasSuffix(bytes.TrimRight(digits, " "), []byte("|"))
		}
	}
	return false
}

// IsEnding tells a heading of what follows articles: one of the endings, and
// little more.
func IsEnding(t []byte) bool {
	const more = 30
	f := folded(t)
	if len(f) == 0 {
		return false
	}
	return slices.ContainsFunc(endingsBy[f[0]], func(p string) bool {
		if len(f) < len(p) || len(f) >= len(p)+more || string(f[:len(p)]) != p {
			return false
		}
		next, _ := utf8.DecodeRune(f[len(p):])
		return !unicode.IsLetter(next)
	})
}

// IsSubject tells a heading of what follows articles that may as well be what
// an article is about.
func IsSubject(t []byte) bool {
	f := folded(t)
	return slices.ContainsFunc(subjects, func(p string) bool { return bytes.HasPrefix(f, []byte(p)) })
}

// IsDateOrBy tells a short line with a year or a time of day in it, or one that
// begins like a byline.
func IsDateOrBy(t []byte) bool {
	const longest, digits = 90, 4
	if len(t) > longest {
		return false
	}
	n := 0
	for _, c := range t {
		if '0' <= c && c <= '9' {
			n++
		}
	}
	f := folded(t)
	return n >= digits || slices.ContainsFunc(bySigns, func(p string) bool { return len(f) > len(p) && string(f[:len(p)]) == p })
}

// IsBio tells a line on who wrote the article: someone "is a", and soon after
// it one of the trades that sign articles. who is how the line names them.
func IsBio(t []byte) (who string, ok bool) {
	who, is := BioOf(t)
	return who, is != nil && slices.ContainsFunc(bioTrades, func(trade string) bool { return bytes.Contains(is, []byte(trade)) })
}

// BioOf takes a line apart that says what someone is or does: who, and what
// follows, both in lower case; nil where it is none.
func BioOf(t []byte) (who string, is []byte) {
	const longest, name, head = 700, 60, 200
	if len(t) > longest {
		return "", nil
	}
	lower := bytes.ToLower(t[:min(len(t), head)])
	for _, verb := range bioVerbs {
		if i := bytes.Index(lower, []byte(verb)); i >= 0 && i < name {
			return strings.TrimSpace(string(lower[:i])), lower[i:]
		}
	}
	return "", nil
}

// SaysMachine tells a note that a machine wrote a summary.
func SaysMachine(t []byte) bool {
	t = bytes.ToLower(t)
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			at := bytes.Index(t, []byte(w))
			return at >= 0 && (at == 0 || t[at-1] < 0x80 && !prose.IsWord(rune(t[at-1])))
		})
	}
	return has(machineWords) && has(madeWords)
}

// machineWords and madeWords are how newspapers say that a machine wrote
// something.
var (
	machineWords = []string{"chatgpt", "ai ", "ai-", "ai.", "a.i.", "artificial intelligence", "künstlich", "ki ", "ki-", "ki.", "ia ", "ia.", "inteligencia artificial",
		"intelligence artificielle", "intelligenza artificiale", "inteligência artificial", "trí tuệ nhân tạo", "kunstig", "искусственн", "生成ai"}
	madeWords = []string{"generated", "created", "written by", "summary", "summari", "erzeugt", "erstellt", "generiert", "zusammenfassung", "sammendrag", "sammanfattning",
		"résumé", "généré", "resumen", "generado", "riassunto", "generato", "resumo", "gerado", "samenvatting", "gegenereerd", "tóm tắt", "tạo bởi", "tạo ra", "краткое", "要約"}
)

var (
	bySigns   = []string{"by ", "theo ", "tác giả", "von ", "par ", "por ", "door ", "di "}
	bioVerbs  = []string{" is a ", " is an ", " is the ", " was a ", " has been ", " covers ", " writes ", " là ", " ist ", " war ", " est "}
	bioTrades = []string{"writer", "editor", "journalist", "reporter", "contributor", "author of", "columnist", "correspondent", "freelance",
		"blogger", "nhà báo", "phóng viên", "biên tập viên"}
)

// Persons are the words by which a story speaks of someone that it tells of.
var Persons = []string{"he", "she", "i", "it", "they", "we", "you", "who", "this", "that", "there", "mr", "mrs", "ms", "ông", "bà", "anh", "chị", "cô", "chú", "bác", "cụ", "em", "tôi", "họ", "nó", "đó", "đây", "người", "con",
	"thầy", "vợ", "chồng", "cha", "mẹ"}

// Signers are words by which an article speaks of its author.
var Signers = []string{"tác giả", "the author", "the writer", "about the author", "về tác giả"}

// subjects are those of endings and leadIns that a part of an article may be
// headed with.
var subjects = []string{
	"comments", "discussion", "responses", "latest", "trending", "topics", "categories", "tags", "share", "similar", "recommended", "advertisement", "follow",
	"bình luận", "ý kiến bạn đọc", "chủ đề", "từ khóa", "từ khoá", "quảng cáo", "đọc thêm", "xem thêm",
}

// leadIns are beginnings of short blocks, language by language. None is a word
// that an article's own short lines are likely to begin with.
var leadIns = []string{
	"read more", "read also", "also read", "see also", "read next", "related:", "related article", "related stor", "recommended",
	"you may also like", "you might also", "more from", "continue reading", "click here", "sign up", "subscribe", "follow us", "follow ",
	"share this", "share on", "share:", "advertisement", "ad feedback", "sponsored", "loading", "photo:", "photo by", "photos by",
	"photo credit", "story continues below", "article continues below", "this advertisement has not", "image:", "image credit", "image courtesy", "image by", "image source", "image caption", "media caption",
	"credit:", "photograph:", "source:", "watch:", "listen to this", "file photo", "getty images", "copy link", "skip to", "jump to",
	"table of contents", "on this page", "in this article", "tags:", "filed under", "posted in", "posted on", "published on",
	"published:", "last updated", "updated:", "updated on", "last reviewed", "written by", "reviewed by", "medically reviewed",
	"fact checked", "edited by", "back to top", "view comments", "leave a comment", "leave a reply", "previous post", "next post",
	"all rights reserved", "copyright ©", "©", "like loading", "comments are closed", "get the latest", "join our", "download our", "contact us",

	"xem thêm", "đọc thêm", "tin liên quan", "bài liên quan", "tin tức liên quan", "bài viết liên quan", "bài viết cùng chủ đề",
	"tin cùng chuyên mục", "có thể bạn quan tâm", "theo dõi chúng tôi", "chia sẻ:", "chia sẻ bài viết", "bình luận", "từ khóa", "từ khoá",
	"ảnh:", "nguồn:", "quảng cáo", "mời độc giả", "mời bạn đọc", "mời quý độc giả", "đăng ký nhận",

	"lesen sie auch", "lesen sie mehr", "lesen sie dazu", "mehr zum thema", "auch interessant", "das könnte sie auch interessieren",
	"anzeige", "quelle:", "foto:", "bild:", "weiterlesen",
	"lire aussi", "à lire aussi", "à lire également", "voir aussi", "partager", "publicité", "abonnez-vous", "inscrivez-vous",
	"crédit photo", "sur le même sujet", "lire la suite", "la suite après",
	"lee también", "lea también", "leer más", "ver también", "te puede interesar", "publicidad", "compartir", "suscríbete", "síguenos",
	"más información:",
	"leggi anche", "leggi tutto", "condividi", "pubblicità", "iscriviti",
	"leia também", "leia mais", "veja também", "saiba mais", "compartilhe", "publicidade",
	"lees ook", "lees meer", "advertentie", "läs också", "läs mer", "annons", "les også", "læs også", "lue myös", "mainos",
	"czytaj też", "czytaj także", "zobacz też", "reklama", "čtěte také", "читайте также", "смотрите также", "реклама",
	"διαβάστε επίσης", "διαβάστε ακόμα", "اقرأ أيضا", "baca juga",
	"関連記事", "続きを読む", "広告", "相关阅读", "延伸阅读", "广告", "관련기사",
}

// endings are headings of what follows articles.
var endings = []string{
	"related", "read next", "read more", "more from", "more on", "more articles", "more stories", "you may also", "you might also",
	"recommended", "recent posts", "recent articles", "latest", "popular posts", "trending", "keep reading", "explore more", "up next",
	"what to read next", "similar", "about the author", "about author", "meet the author", "about the writer", "about the reviewer",
	"author bio", "author", "written by", "comments", "leave a", "join the", "post a comment", "add a comment", "responses", "discussion",
	"share this", "share", "subscribe", "sign up", "newsletter", "get the latest", "follow us", "get in touch", "contact us", "tags",
	"topics", "categories", "filed under", "disclaimer", "disclosure", "references", "sources", "footnotes", "citations", "bibliography",
	"article sources", "works cited", "register / sign in", "sign in or create", "create an account", "already a subscriber", "already have an account",

	"tin liên quan", "bài liên quan", "bài viết liên quan", "tin cùng chuyên mục", "cùng chuyên mục", "có thể bạn quan tâm", "bình luận",
	"ý kiến bạn đọc", "tin mới", "tin nổi bật", "đọc nhiều", "tin khác", "xem thêm", "đọc thêm", "chủ đề", "từ khóa", "từ khoá", "về tác giả", "đăng ký nhận",

	"mehr zum thema", "auch interessant", "das könnte", "kommentare", "ähnliche", "weitere artikel", "über den autor", "lesen sie", "jetzt abonnieren", "jetzt testen",
	"sur le même", "à lire", "lire aussi", "commentaires", "articles similaires", "artículos relacionados", "comentarios",
	"te puede interesar", "articoli correlati", "commenti", "leia também", "comentários", "читайте также", "комментарии",
	"gerelateerd", "lees ook", "reacties", "powiązane", "komentarze", "関連", "コメント", "相关", "评论",
}
