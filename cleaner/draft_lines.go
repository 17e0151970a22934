package cleaner

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"baoluu/cleaner/internal/credits"
	"baoluu/cleaner/internal/dates"
	"baoluu/cleaner/internal/prose"
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

// workAtEnd is what someone did, behind the name: "Hà Linh (tổng hợp)", "H.L (TH)".
var workAtEnd = regexp.MustCompile(`\((?:[Tt]ổng hợp|TH|T/[Hh]|t/h|[Tt]h|ST|st|[Ss]ưu tầm|ghi|dịch|lược dịch|biên dịch|thực hiện)\)$`)

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
