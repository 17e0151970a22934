package quality

import (
	"regexp"

	"baoluu/sites"
)

// furniture are lines that newspapers' pages have around articles, whole, in any case.
var furniture = regexp.MustCompile(`(?i)^(?:` +
	`tin liên quan|bài liên quan|tin cùng chuyên mục|tin mới nhất|tin nổi bật|đọc nhiều( nhất)?|đọc thêm|có thể bạn quan tâm|xem thêm( tin)?` +
	`|chia sẻ( bài viết)?|bình luận( \(\d+\))?|viết bình luận|gửi bình luận|ý kiến( bạn đọc)?|từ khóa|tags?|chủ đề|quảng cáo|theo dõi .{0,40} trên( google news| facebook| zalo)?` +
	`|mời (quý )?(độc giả|bạn đọc) .{0,60}|đăng (ký|nhập)|trang chủ|về trang chủ|in bài( viết)?|sao chép liên kết|lưu bài( viết)?|© ?.{0,80}` +
	`|related (news|stories|articles)|read more|see also|share|tweet|print|email|comments?( \(\d+\))?|advertisement|most read|subscribe|sign (in|up)|follow us.{0,40}` +
	`|actualités connexes|nouvelles connexes|à lire aussi|lire aussi|partager|publicité|commentaires?|s'abonner` +
	`)\s*[:.…]*$`)

// longestLine is how many bytes a line can have that is no part of an article.
const longestLine = 200

// isBoilerplate recognizes a line, blanks collapsed, that is no part of an article: one that
// many newspapers have, or one of this newspaper's own.
func isBoilerplate(site, line string) bool {
	if len(line) > longestLine {
		return false
	}
	if furniture.MatchString(line) {
		return true
	}
	s, ok := sites.ByName(site)
	if !ok {
		return false
	}
	for _, list := range [][]*regexp.Regexp{s.Text.Furniture, s.Text.End} {
		for _, form := range list {
			if form.MatchString(line) {
				return true
			}
		}
	}
	return false
}
