package cleaner_test

import (
	"fmt"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/sites"

	"pgregory.net/rapid"
)

// TestNothingLost makes pages of sentences that begin and end with the words of
// labels, of labels themselves, of pictures and of signatures, and looks for each
// sentence in the text, as often as it was said, and for each caption and name in
// whatever field: nothing may be lost.
func TestNothingLost(t *testing.T) {
	for _, shape := range lostShapes {
		t.Run(shape.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				parts := drawParts(t, shape.site == "")
				page := shape.page(parts)
				s, _ := sites.ByName(shape.site) // none is the generic cleaner
				p := cleaner.Page{Body: []byte(page), URL: shape.url}
				if !strings.HasPrefix(page, "<") {
					p.ContentType = "text/plain"
				}
				a, err := cleaner.Clean(p, s)
				if err != nil {
					t.Fatalf("%v\n%s", err, page)
				}
				fields, want := fieldsOf(a), map[string]int{}
				for _, part := range parts {
					if part.name != "" && !strings.Contains(fields, part.name) {
						t.Fatalf("lost: %q\n%s\n\nwhat came out:\n%s", part.name, page, fields)
					}
					for _, text := range part.said {
						want[text]++
					}
				}
				for _, text := range append([]string{string(a.Lead)}, texts(a.Body)...) {
					want[text]--
				}
				for text, n := range want {
					if n > 0 {
						t.Fatalf("not in the text: %q\n%s\n\nwhat came out:\n%s", text, page, fields)
					}
				}
			})
		})
	}
}

// fieldsOf are all texts of an article.
func fieldsOf(a cleaner.Article) string {
	list := []string{string(a.Title), string(a.Kicker), string(a.Lead), string(a.Dateline), string(a.Byline), string(a.Source)}
	list = append(list, a.Captions...)
	for _, b := range a.Body {
		list = append(list, string(b.Kind)+": "+b.Time+" "+b.Text)
	}
	for _, r := range a.Related {
		list = append(list, r.Title)
	}
	return strings.Join(append(list, a.Notes...), "\n")
}

// part is one part of a made page: as markup, as the lines of a text, and what of
// it has to be in the article.
type part struct {
	html, text string
	said       []string // in lead or body
	name       string   // in whatever field
}

func texts(body []cleaner.Block) []string {
	var list []string
	for _, b := range body {
		list = append(list, b.Text)
	}
	return list
}

var (
	lostLong = []string{
		"Từ đầu tháng, nước sông Trà rút chậm hơn mọi năm, các chủ vườn ven bãi phải đắp thêm hai lớp bờ để giữ giống hoa Tết vừa gieo.",
		"Phòng kinh tế huyện đã mở hai lớp dạy cách ủ ấm cho cây, nhưng bà con vẫn trông vào kinh nghiệm xem mây, xem gió của các cụ.",
		"Chợ hoa năm nay dời về bãi đất cạnh đình, rộng gấp đôi chỗ cũ, có mái che và hai giếng nước cho người bán tưới cây.",
		"Theo kế hoạch, phiên đầu họp vào rằm tháng Chạp, phiên cuối tan trước giao thừa để người bán kịp về cúng ông bà.",
		"Ông Bùi Văn Khế cho biết phân và giống đều lên giá, còn tiền công thuê người tỉa nụ thì gấp rưỡi năm ngoái.",
	}
	lostBegin = []string{"Quảng cáo", "Bình luận", "Từ khóa", "Đọc thêm", "Xem thêm", "Ảnh", "Video", "Theo Sở Y tế", "Theo ông Khế", "Nguồn nước", "Phóng viên", "Biên tập viên", "Năm 1972", "Chia sẻ", "Tin liên quan", "Mời bạn đọc",
		"Tác giả", "Ngày 4/3/2024", "Lúc 7h30", "Thứ bảy, 7 giờ sáng", "Thông tin doanh nghiệp", "Chủ đề", "Bản quyền", "Tags", "Advertisement", "Hình", "Clip", "Tranh Đông Hồ", "Dòng sự kiện", "Trang chủ", "Chú thích", "Tổng hợp", "Dân trí", "Nội dung", "Đồ họa", "Đăng ký nhận giống"}
	lostMiddle = []string{" cây giả bị phạt", " của người trong xóm", " về chuyện dời chợ", " ở bến Lội", " năm ấy"}
	lostEnd    = []string{" thì mỗi nơi một khác.", " vẫn treo ở đình.", " được nhắc suốt tuần!", " là của xóm Bãi.", " dừng lại ở Ảnh.", " do Lê Mận chụp.", " có từ năm 1978.", " thì ai cũng rõ: hết vốn.", " lên báo Tin Tức."}
	lostShort  = []string{"Vào!", "- Vâng.", "- Có.", "1978.", "Đó là năm 1972.", "Hò ơi!", "Mưa.", "- Ai?", "Hết vốn.", "Cả xóm im lặng.", "- 91."}
	lostNames  = []string{"Hứa Thị Mận", "Lam Điền", "Tạ Văn Khóm"}
)

func drawParts(t *rapid.T, generic bool) []part {
	last := ""
	sentence := func() string {
		if rapid.IntRange(0, 3).Draw(t, "short") == 0 {
			return rapid.SampledFrom(lostShort).Draw(t, "text")
		}
		for { // a sentence that comes twice in a row is a caption in a text
			text := rapid.SampledFrom(lostBegin).Draw(t, "begin") + rapid.SampledFrom(lostMiddle).Draw(t, "middle") + rapid.SampledFrom(lostEnd).Draw(t, "end")
			if text != last {
				last = text
				return text
			}
		}
	}
	para := func(s string) part { return part{"<p>" + s + "</p>\n", s + "\n\n", []string{s}, ""} }
	parts := []part{para(lostLong[0])}
	for i := range rapid.IntRange(2, 4).Draw(t, "parts") {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			parts = append(parts, part{html: `<div class="ads"><p>Quảng cáo</p></div>` + "\n", text: "Quảng cáo\n\n"})
		case 1:
			caption := fmt.Sprintf("Vườn cúc số %d của ông Khế. Ảnh: Lam Điền", i)
			parts = append(parts, part{fmt.Sprintf(`<figure><img src="/i/%d.jpg"><figcaption>%s</figcaption></figure>`+"\n", i, caption), caption + "\n\n", nil, caption})
		case 2:
			parts = append(parts, part{html: fmt.Sprintf(`<p><img src="/b/%d.jpg" width="600"></p>`+"\n", i)})
		case 3:
			head := rapid.SampledFrom([]string{"Bình luận", "Từ khóa", "Quảng cáo", "Video", "Kinh tế", "Chủ đề của năm"}).Draw(t, "head")
			if generic || head != "Bình luận" {
				text := lostLong[i+1]
				parts = append(parts, part{"<h2>" + head + "</h2>\n<p>" + text + "</p>\n", "", []string{head, text}, ""})
			}
		}
		if generic && rapid.IntRange(0, 3).Draw(t, "linked") == 0 {
			begin := rapid.SampledFrom(lostBegin).Draw(t, "begin")
			parts = append(parts, part{"<p>" + begin + ` nhắc tới <a href="/ben-loi.html">bến Lội</a> ngày trước thì ai cũng thương.</p>` + "\n", "", []string{begin + " nhắc tới bến Lội ngày trước thì ai cũng thương."}, ""})
		}
		for range rapid.IntRange(1, 2).Draw(t, "sentences") {
			parts = append(parts, para(sentence()))
		}
		parts = append(parts, para(lostLong[i+1]))
	}
	for range rapid.IntRange(0, 2).Draw(t, "last") {
		parts = append(parts, para(sentence()))
	}
	if rapid.Bool().Draw(t, "related") {
		parts = append(parts, part{html: `<p>Xem thêm: <a href="/xa-hoi/cau-treo-vuc-ho-20261001081200111.htm">Cầu treo Vực Hồ thông xe sau hai năm</a></p>` + "\n", name: ""})
	}
	for _, name := range lostNames[:rapid.IntRange(0, 3).Draw(t, "names")] {
		parts = append(parts, part{`<p style="text-align: right;"><strong>` + name + "</strong></p>\n", name + "\n", nil, name})
	}
	for _, line := range []string{"Ảnh: Bùi Tép", "Theo Reuters"} {
		if rapid.IntRange(0, 3).Draw(t, "line") == 0 {
			parts = append(parts, part{`<p style="text-align: right;"><em>` + line + "</em></p>\n", line + "\n", nil, strings.TrimPrefix(line, "Theo ")})
		}
	}
	return parts
}

type lostShape struct {
	name, site, url string
	page            func([]part) string
}

var lostShapes = []lostShape{
	{"generic", "", "https://songtra.example.vn/vu-hoa.html", func(parts []part) string {
		return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Xóm Bãi vào vụ - Báo Sông Trà</title></head><body><header><nav><a href="/">Trang chủ</a></nav></header><main><article><h1>Xóm Bãi vào vụ</h1>` +
			markupOf(parts) + `</article></main><footer><p>© Báo Sông Trà</p></footer></body></html>`
	}},
	{"generic boxes", "", "https://songtra.example.vn/vu-hoa.html", func(parts []part) string {
		return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Xóm Bãi vào vụ - Báo Sông Trà</title></head><body><div class="wrap"><h1>Xóm Bãi vào vụ</h1><div class="detail-content">` +
			markupOf(parts) + `</div><div class="right"><ul><li><a href="/a-1.html">Cầu treo Vực Hồ thông xe sau hai năm</a></li></ul></div></div></body></html>`
	}},
	{"dantri", "dantri", "https://dantri.com.vn/xa-hoi/vu-hoa-20261003081200345.htm", func(parts []part) string {
		return `<!DOCTYPE html><html lang="vi"><head><meta charset="UTF-8"><title>Xóm Bãi vào vụ | Báo Dân trí</title></head><body><main><article data-slot="container"><h1 data-slot="title">Xóm Bãi vào vụ</h1><h2 data-slot="sapo">(Dân trí) - Nước rút chậm, hoa Tết chậm theo.</h2><div data-slot="content">` +
			markupOf(parts) + `</div></article></main></body></html>`
	}},
	{"vov", "vov", "https://vov.vn/xa-hoi/vu-hoa-post1301207.vov", func(parts []part) string {
		return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Xóm Bãi vào vụ</title></head><body><section class="vovvn-body"><article role="article" class="detail detail--normal"><div class="row article-title"><h1 class="article-title mb-0">Xóm Bãi vào vụ</h1></div><div class="row article-summary"><div class="col"><h2>VOV.VN - Nước rút chậm, hoa Tết chậm theo.</h2></div></div><div class="row article-content"><div class="col"><div class="text-long">` +
			markupOf(parts) + `</div></div></div></article></section></body></html>`
	}},
	{"generic lines", "", "https://songtra.example.vn/vu-hoa.html", func(parts []part) string {
		return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Xóm Bãi vào vụ - Báo Sông Trà</title></head><body><div class="wrap"><h1>Xóm Bãi vào vụ</h1><div class="detail-content">` +
			strings.NewReplacer("<p>", "", "</p>", "<br><br>").Replace(markupOf(parts)) + `</div></div></body></html>`
	}},
	{"baonghean", "baonghean", "https://baonghean.vn/vu-hoa-10301209.html", func(parts []part) string {
		return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Xóm Bãi vào vụ</title></head><body><main class="b-maincontent"><div class="c-news-detail"><article class="entry entry-no-padding"><div class="sc-longform-header block-sc-header"><h1 class="sc-longform-header-title block-sc-title">Xóm Bãi vào vụ</h1><p class="sc-longform-header-sapo block-sc-sapo">Nước rút chậm, hoa Tết chậm theo.</p></div>` +
			markupOf(parts) + `</article></div></main></body></html>`
	}},
	{"baotintuc", "baotintuc", "https://baotintuc.vn/xa-hoi/vu-hoa-20261003081200345.htm", func(parts []part) string {
		return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Xóm Bãi vào vụ | baotintuc.vn</title></head><body><h1 class="detail-title">Xóm Bãi vào vụ</h1><div class="content"><h2 class="sapo">Nước rút chậm, hoa Tết chậm theo.</h2><div class="content_wrapper"><div class="boxdetail"><div class="contents">` +
			markupOf(parts) + `</div></div></div></div></body></html>`
	}},
	{"text", "dantri", "https://dantri.com.vn/xa-hoi/vu-hoa-20261003081200346.htm", lostText},
	{"text of vov", "vov", "https://vov.vn/xa-hoi/vu-hoa-post1301208.vov", lostText},
	{"text of baonghean", "baonghean", "https://baonghean.vn/vu-hoa-10301210.html", lostText},
	{"text of baotintuc", "baotintuc", "https://baotintuc.vn/xa-hoi/vu-hoa-20261003081200346.htm", lostText},
	{"text of any", "", "https://songtra.example.vn/vu-hoa.html", lostText},
}

func markupOf(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.html)
	}
	return b.String()
}

func lostText(parts []part) string {
	var b strings.Builder
	b.WriteString("Xóm Bãi vào vụ hoa Tết giữa mùa nước rút\n\nThứ bảy, 03/10/2026 - 08:12\n\n")
	for i := range parts {
		if parts[i].text == "" {
			parts[i].said = nil // pictures and headings are markup
			continue
		}
		b.WriteString(parts[i].text)
	}
	return b.String()
}
