package quality

import (
	"slices"
	"strings"

	"baoluu/sites"
)

// boilerplate are lines that newspapers' pages have around articles, in lower case, without a
// sign at the end.
var boilerplate = func() map[string]bool {
	set := map[string]bool{}
	for _, line := range strings.Split(
		`tin liên quan,bài liên quan,tin cùng chuyên mục,cùng chuyên mục,tin mới nhất,tin nổi bật,tin khác,đọc nhiều,đọc nhiều nhất,đọc thêm,xem thêm,xem thêm tin,có thể bạn quan tâm,`+
			`chia sẻ,chia sẻ bài viết,bình luận,viết bình luận,gửi bình luận,ý kiến,ý kiến bạn đọc,từ khóa,tag,tags,chủ đề,quảng cáo,đăng ký,đăng nhập,trang chủ,về trang chủ,in bài,in bài viết,`+
			`sao chép liên kết,lưu bài,lưu bài viết,`+
			`related news,related stories,related articles,read more,see also,share,tweet,print,email,comment,comments,advertisement,most read,subscribe,sign in,sign up,`+
			`actualités connexes,nouvelles connexes,à lire aussi,lire aussi,partager,publicité,commentaire,commentaires,s'abonner`, ",") {
		set[line] = true
	}
	return set
}()

// begins are how lines begin that go on in many ways.
var begins = []string{"mời quý độc giả ", "mời độc giả ", "mời bạn đọc ", "theo dõi báo ", "follow us on ", "© "}

// isBoilerplate recognizes a line, blanks collapsed, that is no part of an article: one that
// many newspapers have, or one of this newspaper's own.
func isBoilerplate(site, line string) bool {
	const longest, longestOwn = 100, 40 // bytes: hardly a paragraph is so short, but titles are
	if len(line) > longest {
		return false
	}
	lower := strings.ToLower(line)
	if boilerplate[strings.TrimRight(lower, " :.…")] {
		return true
	}
	for _, begin := range begins {
		if strings.HasPrefix(lower, begin) {
			return true
		}
	}
	s, ok := sites.ByName(site)
	if !ok || len(line) > longestOwn {
		return false
	}
	fits := func(form *sites.Expression) bool { return form.MatchString(line) }
	return slices.ContainsFunc(s.Text.Furniture, fits) || slices.ContainsFunc(s.Text.End, fits)
}
