package web

import (
	"fmt"
	"html"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// The articles of [richArchive].
var (
	tenVersions = article{
		url:   "https://dantri.com.vn/xa-hoi/lu-tren-song-mua-ruou-20261110060000333.htm",
		title: "Lũ trên sông Mù U: 3 người mất tích, 42 nhà bị cuốn", lead: "Mưa lớn từ đêm qua khiến nước sông Mù U dâng nhanh, nhiều xóm bị cô lập.",
		body: []string{
			"Đến 6h sáng nay, Ban Chỉ huy Phòng chống thiên tai huyện Tân Lập ghi nhận 3 người mất tích, 42 căn nhà bị nước cuốn.",
			"Ông Lê Văn Thành, Chủ tịch xã Bến Đá, cho biết nước lên nhanh chưa từng thấy trong 20 năm qua.",
			"Khoảng 1.200 người dân đã được đưa đến trường học và trạm y tế trên đồi.",
			"Quốc lộ 7 bị sạt lở tại 5 điểm, xe cộ không qua lại được.",
			"Trung tâm Dự báo khí tượng cho biết mưa còn kéo dài đến hết ngày 12/11.",
		},
		published: time.Date(2026, 11, 10, 6, 0, 0, 0, sites.Zone),
	}
	untitled = article{
		url:  "https://dantri.com.vn/xa-hoi/khong-tieu-de-20261112080000444.htm",
		lead: "", title: "",
		body:      []string{"Bài này không có tiêu đề: khuôn trang để trống chỗ của nó, và bộ đọc không thay gì vào đó.", "Đoạn thứ hai kể thêm vài câu về bến đò ngang cuối xã, vẫn chở khách dù cầu mới đã xong."},
		published: time.Date(2026, 11, 12, 8, 0, 0, 0, sites.Zone),
	}
	french = article{
		url:   "https://dantri.com.vn/the-gioi/le-passeur-de-la-riviere-20261113090000555.htm",
		title: "Le passeur de la rivière : « vingt ans d’aube »", lead: "À Tân Lập, le bac traverse encore, malgré le pont neuf.",
		body: []string{
			"Le bac part à 5 heures, chargé d’écoliers et de vélos, et revient au soir quand la brume descend sur les rizières.",
			"Monsieur Trần Văn Bảy, 60 ans, rame depuis l’enfance ; il n’a jamais compté les traversées, mais il connaît chaque remous.",
			"Le pont a coûté 12 millions d’euros, dit la commune, et le bac ne coûte que le prix d’un bol de riz.",
		},
		published: time.Date(2026, 11, 13, 9, 0, 0, 0, sites.Zone),
	}
	captured = article{
		url:   "https://dantri.com.vn/xa-hoi/gia-vang-hom-nay-20261101070000666.htm",
		title: "Giá vàng hôm nay đứng yên", lead: "Thị trường vàng lặng sóng suốt tuần.",
		body:      []string{"Giá vàng miếng sáng nay niêm yết ở mức 82,5 triệu đồng một lượng, không đổi so với hôm qua.", "Các tiệm vàng trên phố Hàng Bạc vắng khách."},
		published: time.Date(2026, 11, 1, 7, 0, 0, 0, sites.Zone),
	}
	endless = article{
		url:   "https://dantri.com.vn/van-hoa/truong-ca-ben-song-20261105120000777.htm",
		title: "Trường ca bên sông", lead: "Toàn văn một trường ca, dài mười hai nghìn chữ.",
		published: time.Date(2026, 11, 5, 12, 0, 0, 0, sites.Zone),
	}
)

// redesigned is shown in markup that no layout knows from its second capture on, and edited in its third.
var redesigned = article{
	url:   "https://dantri.com.vn/giao-duc/lop-hoc-ben-ben-do-20261103080000888.htm",
	title: "Lớp học bên bến đò của thầy giáo về hưu", lead: "Ba năm nay, thầy Nguyễn Văn Lộc dạy chữ cho trẻ em xóm chài mỗi tối.",
	body: []string{
		"Lớp học nằm trong căn nhà lá cạnh bến đò, sáng đèn từ 18 giờ đến 20 giờ các ngày trong tuần.",
		"Hiện lớp có 35 học trò, em nhỏ nhất sáu tuổi, em lớn nhất đã mười lăm tuổi và vừa biết đọc tên mình.",
		"Thầy Lộc nói sẽ dạy cho đến khi xã mở được trường ở bên này sông.",
		"Chủ tịch xã cho biết trường mới dự kiến khởi công vào quý hai năm sau, kinh phí 4,5 tỷ đồng.",
	},
	published: time.Date(2026, 11, 3, 8, 0, 0, 0, sites.Zone),
}

// plainPage is the article in other markup.
func (a article) plainPage() []byte {
	var b strings.Builder
	e := html.EscapeString
	fmt.Fprintf(&b, `<!doctype html><html lang="vi"><head><title>%s</title><link rel="canonical" href="%s"><meta property="article:published_time" content="%s"></head><body><div class="bai moi"><h1>%s</h1><p><b>%s</b></p>`,
		e(a.title), e(a.url), a.published.Format(time.RFC3339), e(a.title), e(a.lead))
	for _, p := range a.body {
		fmt.Fprintf(&b, "<p>%s</p>", e(p))
	}
	b.WriteString("</div></body></html>")
	return []byte(b.String())
}

func init() {
	line := strings.Fields("dòng sông trôi qua bến cũ đêm nay trăng lên trên bãi mía xanh rì gió thổi về từ phía núi xa")
	for p := range 120 {
		var words []string
		for i := range 100 {
			words = append(words, line[(i*7+p*3)%len(line)])
		}
		words[0] = fmt.Sprintf("Khúc %d:", p+1)
		endless.body = append(endless.body, strings.Join(words, " ")+".")
	}
}

// versionsOfFlood are ten versions as newsrooms make them.
func versionsOfFlood() []article {
	list := []article{tenVersions}
	next := func(change func(*article)) {
		a := list[len(list)-1]
		a.body = append([]string{}, a.body...)
		change(&a)
		list = append(list, a)
	}
	replace := func(i int, pairs ...string) func(*article) {
		return func(a *article) { a.body[i] = strings.NewReplacer(pairs...).Replace(a.body[i]) }
	}
	next(func(a *article) {
		a.title = strings.Replace(a.title, "3 người", "5 người", 1)
		replace(0, "6h", "9h", "3 người", "5 người")(a)
	})
	next(func(a *article) { a.body[1], a.body[3] = a.body[3], a.body[1] })
	next(replace(3, "Lê Văn Thành", "Lê Văn Thạnh"))
	next(replace(2, "1.200", "2.350"))
	next(func(a *article) {
		head, tail, _ := strings.Cut(a.body[0], ", 42")
		a.body = append([]string{head + ".", "Theo thống kê ban đầu, 42" + tail}, a.body[1:]...)
	})
	next(func(a *article) {
		a.body = append(a.body, "Chiều cùng ngày, Phó Thủ tướng Nguyễn Hòa Bình đến thị sát và chỉ đạo cứu hộ tại xã Bến Đá.")
	})
	next(func(a *article) {
		a.lead = "Mưa lớn từ đêm 9/11 khiến nước sông Mù U dâng nhanh, 4 xóm bị cô lập."
		a.body = append(a.body[:3:3], a.body[4:]...)
	})
	next(func(a *article) {
		a.title = "Lũ trên sông Mù U: 5 người mất tích, 61 nhà bị cuốn"
		a.body[1] = strings.Replace(a.body[1], "42", "61", 1)
		last := len(a.body) - 1
		a.body = append([]string{a.body[last]}, a.body[:last]...)
	})
	next(func(a *article) {
		a.body[len(a.body)-1] = strings.Replace(a.body[len(a.body)-1], "12/11", "14/11", 1)
	})
	return list
}

// richArchive adds to [smallArchive] what pages find hard: many versions, many captures,
// another language, a very long text, no title, a takedown and a return.
func richArchive(t testing.TB) *archive.Archive {
	t.Helper()
	arch := smallArchive(t)
	var kept []capture.Kept
	at := time.Date(2026, 11, 10, 6, 30, 0, 0, sites.Zone)
	for i, a := range versionsOfFlood() {
		if i == 8 { // gone for a day, then back and edited
			kept = append(kept, answerOf(t, a.url, http.StatusNotFound, at))
			at = at.Add(26 * time.Hour)
		}
		kept = append(kept, a.kept(t, at))
		at = at.Add(time.Duration(i*i+2) * time.Hour)
	}
	again := captured.kept(t, captured.published)
	for range 200 {
		kept = append(kept, again)
		again.Time = again.Time.Add(time.Hour)
	}
	longer := endless
	longer.body = append([]string{}, endless.body...)
	for i := 5; i < len(longer.body); i += 20 {
		longer.body[i] = strings.Replace(longer.body[i], "sông", "suối", 2)
	}
	withdrawn := redesigned
	withdrawn.url = strings.Replace(redesigned.url, "20261103080000888", "20261103090000999", 1)
	kept = append(kept, withdrawn.kept(t, redesigned.published))
	withdrawn.body = []string{"Tòa soạn đã gỡ nội dung này."}
	kept = append(kept, withdrawn.kept(t, redesigned.published.Add(30*time.Hour)))
	kept = append(kept, redesigned.kept(t, redesigned.published))
	for i, change := range [][2]string{{"", ""}, {"35 học trò", "53 học trò"}} {
		a := redesigned
		a.body = append([]string{}, a.body...)
		a.body[1] = strings.Replace(a.body[1], change[0], change[1], 1)
		k := a.kept(t, a.published.Add(time.Duration(i+1)*48*time.Hour))
		k.Body = a.plainPage()
		site, _ := sites.ByName("dantri")
		made, err := cleaner.Clean(cleaner.Page{URL: a.url, Captured: k.Time, ContentType: k.ContentType, Body: k.Body}, site)
		if err != nil {
			t.Fatal(err)
		}
		k.Article = &made
		kept = append(kept, k)
	}
	day := time.Date(2026, 11, 14, 8, 0, 0, 0, sites.Zone)
	kept = append(kept, untitled.kept(t, day), french.kept(t, day), endless.kept(t, day), longer.kept(t, day.Add(48*time.Hour)))
	if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: kept}); err != nil {
		t.Fatal(err)
	}
	return arch
}

// TestRichArchive leaves the archive in a folder to be looked at, where BAOLUU_RICH names one.
func TestRichArchive(t *testing.T) {
	dir := os.Getenv("BAOLUU_RICH")
	if dir == "" {
		t.Skip("BAOLUU_RICH names no folder")
	}
	if err := os.CopyFS(dir, os.DirFS(richArchive(t).Dir())); err != nil {
		t.Fatal(err)
	}
}
