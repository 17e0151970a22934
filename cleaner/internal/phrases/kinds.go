package phrases

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/prose"
)

// IsRelatedHeading tells what heads a box of related links within a body.
func IsRelatedHeading(line string) bool { return len(line) <= 60 && relatedHeading.MatchString(line) }

var relatedHeading = regexp.MustCompile(`(?i)^(?:tin|bài|bài viết|các tin|tin bài) (?:cũ hơn|liên quan|cùng chuyên mục|đọc nhiều)\s*:?$|^(?:mời (?:quý |các )?(?:bạn đọc|độc giả|bạn) )?(?:xem|đọc|đón đọc) thêm\s*:?$|^related (?:news|stories|articles)\s*:?$`)

// LooksSubhead tells a bold line that heads what follows from one that shouts.
func LooksSubhead(text string) bool {
	return utf8.RuneCountInString(text) <= 150 && !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, ",") && !strings.HasSuffix(text, ";")
}

// TitleLines is how many lines of a text's beginning are together its title once
// more, as e-magazines print it; 0 where they are not.
func TitleLines(title string, lines int, line func(int) string) int {
	const most = 4
	rest := prose.Squash(title)
	for i := 0; i < min(lines, most) && rest != ""; i++ {
		text := line(i)
		if len(text) > MaxTitle {
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

// IsDay tells a line that is nothing but a date.
func IsDay(line string) bool {
	return len(line) <= credits.MaxSignature && dates.IsTimeLine(line)
}

// IsFurnitureCaption tells what editors' tools leave where a caption belongs,
// and what a page offers to do with a picture.
func IsFurnitureCaption(text string) bool {
	switch text {
	case "Chú thích ảnh", "Chú thích", "caption", "Caption":
		return true
	}
	return len(text) < 60 && pictureOffer.MatchString(text)
}

var pictureOffer = regexp.MustCompile(`(?i)^(?:(?:nhấn|bấm|click|chạm)\p{L}* (?:vào )?(?:ảnh|hình|đây)?.*|(?:xem|phóng) (?:to|lớn|ảnh (?:lớn|gốc|cỡ lớn|phóng to)|hình lớn)|enlarge(?: image)?|view (?:full size|larger|image)|(?:click|tap) to .*|\d{1,3} ?/ ?\d{1,3})$`)

// MatchesAny reports whether a line matches one of several patterns.
func MatchesAny[P interface{ MatchString(text string) bool }](list []P, line string) bool {
	return slices.ContainsFunc(list, func(p P) bool { return p.MatchString(line) })
}

// MaxTitle bounds what is compared with the page's title, in bytes.
const MaxTitle = 300

// IsRole tells a line that names who did what: "Ảnh: A".
func IsRole(text string) bool {
	role, _ := credits.RoleOf(text)
	return role
}

// LooksNamed is [credits.LooksSigned] for what may be the initials of a reporter, too.
func LooksNamed(name string) bool {
	return credits.LooksSigned(name) && strings.ContainsFunc(name, unicode.IsLetter)
}

// MaxLines bounds the lines of a text, for each may become a block of the article. The
// parser's budget bounds those of a page. Long articles have some hundred.
const MaxLines = 200_000

// TooManyLines tells a text of more than that.
func TooManyLines(text string) bool { return strings.Count(text, "\n") > MaxLines }
