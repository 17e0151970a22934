package cleaner

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/article"
	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/dom"
	"baoluu/cleaner/internal/prose"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// isRelatedHeading tells what heads a box of related links within a body.
func isRelatedHeading(line string) bool { return len(line) <= 60 && relatedHeading.MatchString(line) }

var relatedHeading = regexp.MustCompile(`(?i)^(?:tin|bài|bài viết|các tin|tin bài) (?:cũ hơn|liên quan|cùng chuyên mục|đọc nhiều)\s*:?$|^(?:mời (?:quý |các )?(?:bạn đọc|độc giả|bạn) )?(?:xem|đọc|đón đọc) thêm\s*:?$|^related (?:news|stories|articles)\s*:?$`)

// looksSubhead tells a bold line that heads what follows from one that shouts.
func looksSubhead(text string) bool {
	return utf8.RuneCountInString(text) <= 150 && !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ",") && !strings.HasSuffix(text, ";")
}

// titleLines is how many lines of a text's beginning are together its title once
// more, as e-magazines print it; 0 where they are not.
func titleLines(title string, lines int, line func(int) string) int {
	const most = 4
	rest := prose.Squash(title)
	for i := 0; i < min(lines, most) && rest != ""; i++ {
		text := line(i)
		if len(text) > maxTitle {
			return 0
		}
		part := prose.Squash(text)
		if part == "" || !strings.HasPrefix(rest, part) {
			return 0
		}
		if rest = rest[len(part):]; rest == "" {
			return i + 1
		}
	}
	return 0
}

// isDay tells a line that is nothing but a date.
func isDay(line string) bool {
	return len(line) <= credits.MaxSignature && dates.IsTimeLine(line)
}

// isFurnitureCaption tells what editors' tools leave where a caption belongs,
// and what a page offers to do with a picture.
func isFurnitureCaption(text string) bool {
	switch text {
	case "Chú thích ảnh", "Chú thích", "caption", "Caption":
		return true
	}
	return len(text) < 60 && pictureOffer.MatchString(text)
}

// shortLead is how long a sentence right below the date, above a paragraph, is at least to
// be a lead, in characters.
const shortLead = 30

var pictureOffer = regexp.MustCompile(`(?i)^(?:(?:nhấn|bấm|click|chạm)\p{L}* (?:vào )?(?:ảnh|hình|đây)?.*|(?:xem|phóng) (?:to|lớn|ảnh (?:lớn|gốc|cỡ lớn|phóng to)|hình lớn)|enlarge(?: image)?|view (?:full size|larger|image)|(?:click|tap) to .*|\d{1,3} ?/ ?\d{1,3})$`)

func matchesAny(list []*regexp.Regexp, line string) bool {
	return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.MatchString(line) })
}

// maxTitle bounds what is compared with the page's title, in bytes.
const maxTitle = 300

// namesByLine are the lines of an element, parted by br, where each is written like
// a name.
func namesByLine(n *html.Node) []string {
	var lines []string
	var text []byte
	broken := false
	end := func() bool {
		if line := prose.Clean(string(text)); line != "" {
			lines = append(lines, line)
			broken = broken || !looksNamed(line) && !isRole(line) || credits.IsAgencies(line)
		}
		text = text[:0]
		return !broken
	}
	dom.Walk(n, func(c *html.Node) bool {
		switch {
		case c.Type == html.TextNode:
			text = append(text, c.Data...)
		case c.DataAtom == atom.Br:
			return end()
		}
		return !broken && !dom.IsUnread(c.DataAtom)
	}, nil)
	if !end() {
		return nil
	}
	return lines
}

func isRole(text string) bool {
	role, _ := credits.RoleOf(text)
	return role
}

// looksNamed is looksSigned for what may be the initials of a reporter, too.
func looksNamed(name string) bool {
	return credits.LooksSigned(name) && strings.ContainsFunc(name, unicode.IsLetter)
}

// maxLines bounds the lines of a text, for each may become a block of the article. The
// parser's budget bounds those of a page. Long articles have some hundred.
const maxLines = 200_000

func tooManyLines(text string) bool { return strings.Count(text, "\n") > maxLines }

func firstBlock(blocks []article.Block) string {
	if len(blocks) == 0 {
		return ""
	}
	return blocks[0].Text
}
