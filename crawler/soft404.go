package crawler

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"baoluu/cleaner"
	"baoluu/sites"
)

// notFound is a title or headline that says that there is no such page, whole:
// "Không tìm thấy nạn nhân" is news.
var notFound = regexp.MustCompile(`(?i)^(` +
	`(lỗi|error|http)?\s*404(\s*[-–:|]?\s*(lỗi|error|not found|page not found|không tìm thấy.{0,25}))?` +
	`|(lỗi|error)[ :-]*(không tìm thấy|page not found|not found).{0,25}` +
	`|(xin lỗi,? ?|rất tiếc,? ?|oops[!.,]? ?|sorry,? ?)?(quý khách |bạn đọc )?(không tìm thấy|không tồn tại) (trang|nội dung|bài viết|tin bài|tin|dữ liệu|đường dẫn|địa chỉ|kết quả)( này| nào| web| bạn (cần|yêu cầu|đang tìm|tìm kiếm)| yêu cầu| theo yêu cầu| phù hợp)?` +
	`|(xin lỗi,? ?|rất tiếc,? ?)?(trang|trang web|nội dung|bài viết|tin bài|tin|đường dẫn|liên kết|địa chỉ)( này| bạn (cần|yêu cầu|đang tìm|tìm kiếm|truy cập))* (không tồn tại|không tìm thấy|không còn tồn tại|không có|đã bị xóa|đã bị xoá|đã bị gỡ|đã được gỡ|đã gỡ bỏ|không còn)( hoặc .{0,40})?` +
	`|(oops[!.,]? ?|sorry,? ?)?(the |this )?(page|article|story|content)( you.{0,30})? ?(was |is |could |can )?(not|no longer|cannot)( be)? (found|available|exist)` +
	`|(page|article|story|content) (does not|doesn't) exist` +
	`|không tìm thấy|not found` +
	`)[.!…]*$`)

// frontGap is why an answer brings no article where the front page stands in its place.
const frontGap = "front page instead"

// lastingFront is how many looks in a row find the front page in an article's place before
// the article counts as gone. By the plan of retries that is eight hours: until then it may
// be a night of maintenance.
const lastingFront = 5

// inPlace says what a page is that came with a 200 in an article's place: "gone" where it
// says that there is none, [frontGap] for the newspaper's front page, "" for all else. root
// is its tree; a is what was found in it, nil where that is no article.
func inPlace(site *sites.Site, root *html.Node, d *cleaner.Document, a *cleaner.Article) string {
	if a != nil {
		// What a layout of the newspaper finds and dates is an article whatever its
		// headline; the generic cleaner may have read an error page's advice.
		if dated := a.Layout != "generic" && !a.Published.IsZero(); !dated && saysNotFound(string(a.Title)) {
			return "gone"
		}
		return ""
	}
	if slices.ContainsFunc(headlines(root), saysNotFound) {
		return "gone"
	}
	if canonical, err := url.Parse(d.Canonical()); err == nil && site.Owns(canonical.Hostname()) && isFront(site, canonical) {
		return frontGap
	}
	return ""
}

// saysNotFound looks at a title, with the newspaper's name cut off either end.
func saysNotFound(title string) bool {
	title = norm.NFC.String(strings.Join(strings.Fields(title), " "))
	if len(title) > 200 {
		return false
	}
	if notFound.MatchString(title) {
		return true
	}
	for _, sep := range []string{" | ", " - ", " – ", " :: "} {
		parts := strings.Split(title, sep)
		if len(parts) < 2 {
			continue
		}
		if notFound.MatchString(strings.Join(parts[:len(parts)-1], sep)) || notFound.MatchString(strings.Join(parts[1:], sep)) {
			return true
		}
	}
	return false
}

// headlines are the texts of a page's title, h1 and h2.
func headlines(root *html.Node) []string {
	var found []string
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (n.Data == "title" || n.Data == "h1" || n.Data == "h2") {
			var b strings.Builder
			for c := range n.Descendants() {
				if c.Type == html.TextNode {
					b.WriteString(c.Data)
				}
			}
			if found = append(found, b.String()); len(found) == 20 {
				break
			}
		}
	}
	return found
}
