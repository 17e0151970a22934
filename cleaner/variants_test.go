package cleaner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
)

// Other dumps of the same newspapers differ from the seeds in what has no
// meaning: how many empty lines, which blanks, how much menu, how often a
// caption. What the article is must not depend on it.
func TestSeedsVaried(t *testing.T) {
	dir := cleanertest.Shared(t)
	for _, s := range seeded() {
		g := readGold(t, filepath.Join(dir, "seeds", s.Name+".gold.json"))
		text := string(cleanertest.Read(t, dir, "seeds", s.Name+".txt"))
		for name, vary := range seedVariants {
			t.Run(s.Name+"/"+name, func(t *testing.T) {
				varied := vary(text, g)
				a, err := cleaner.Clean(cleaner.Page{Body: []byte(varied), ContentType: "text/plain", URL: g.URL}, s)
				if err != nil {
					t.Fatal(err)
				}
				want := g
				if strings.HasPrefix(name, "no title") {
					want.Title = string(a.Title)
					if a.Title != "" {
						t.Errorf("title %q", a.Title)
					}
				}
				compareGold(t, a, want)
				if t.Failed() {
					t.Log(varied)
				}
			})
		}
	}
}

// A page as its own text dump: what is lost is markup, not the article. (That
// the related box of 2016's mobile pages, which nothing heads, looks like a
// subhead then, is one of the reasons why the body is not compared.)
func TestPagesAsDumps(t *testing.T) {
	dir := cleanertest.Shared(t)
	for _, row := range readIndex(t, dir, "pages", "INDEX.tsv") {
		path := filepath.Join(dir, "pages", strings.TrimSuffix(row.file, ".html")+".gold.json")
		if _, err := os.Stat(path); err != nil {
			continue
		}
		t.Run(row.file, func(t *testing.T) {
			s := cleanertest.Site(t, filepath.Dir(row.file))
			d, err := cleaner.Read(cleaner.Page{Body: cleanertest.Read(t, dir, "pages", row.file), ContentType: row.contentType, URL: row.url})
			if err != nil {
				t.Fatal(err)
			}
			a, err := cleaner.Clean(cleaner.Page{Body: []byte(d.PageText()), ContentType: "text/plain", URL: row.url}, s)
			if err != nil {
				t.Fatal(err)
			}
			g := readGold(t, path)
			g.Body, g.Captions, g.Either, g.Subheads, g.Boilerplate = nil, nil, nil, nil, nil
			a.Body, a.Captions = nil, nil
			compareGold(t, a, g)
		})
	}
}

// seedVariants change a dump, and nothing of its article.
var seedVariants = map[string]func(text string, g gold) string{
	"windows line ends": func(text string, _ gold) string { return strings.ReplaceAll(text, "\n", "\r\n") },
	"byte order mark":   func(text string, _ gold) string { return "\ufeff" + text },
	"blank lines twice": func(text string, _ gold) string { return strings.ReplaceAll(text, "\n\n", "\n\n\n\n") },
	"blanks at the ends": func(text string, _ gold) string {
		return strings.ReplaceAll(text, "\n", " \u00a0\n\t")
	},
	"no-break spaces": func(text string, _ gold) string {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			trimmed := strings.TrimLeft(line, " ")
			lines[i] = line[:len(line)-len(trimmed)] + strings.Replace(trimmed, " ", "\u00a0", 3)
		}
		return strings.Join(lines, "\n")
	},
	"date above": func(text string, g gold) string { return "date 2016-05-20\n\n" + text },
	"date before the title": func(text string, g gold) string {
		return strings.Replace(text, g.Title, "date 2016-05-20 "+g.Title, 1)
	},
	"menu above": func(text string, _ gold) string {
		var b strings.Builder
		for i, item := range []string{"Trang chủ", "Thời sự", "Thế giới", "Kinh tế", "Văn hóa - Giải trí", "Thể thao", "Video", "Đăng nhập"} {
			fmt.Fprintf(&b, "  %d. %s\n", i+1, item)
		}
		return b.String() + "\n" + text
	},
	"menu of bullets above": func(text string, _ gold) string {
		return "  • Trang chủ\n  • Thời sự\n    • Chính trị\n    • Quốc hội\n  • Thế giới\n\n" + text
	},
	"caption three times": func(text string, g gold) string {
		c := g.Captions[0]
		return strings.Replace(text, c+"\n", c+"\n\n"+c+"\n\n"+c+"\n", 1)
	},
	"caption as the alt of its picture": func(text string, g gold) string {
		return strings.Replace(text, "\n"+g.Captions[0], "\n![](x.jpg) | "+g.Captions[0], 1)
	},
	"mark of a picture below the lead": func(text string, g gold) string {
		return strings.Replace(text, g.Lead+"\n", g.Lead+"\n![](https://img.example/x.jpg) |\n", 1)
	},
	"no title": func(text string, g gold) string { return strings.ReplaceAll(text, g.Title+"\n", "\n") },
	"title twice": func(text string, g gold) string {
		return strings.Replace(text, g.Title+"\n", g.Title+"\n"+g.Title+"\n", 1)
	},
	"the newspaper's name behind the title": func(text string, g gold) string {
		suffix := map[string]string{"(Baonghean.vn)": " - Báo Nghệ An", "(Dân trí)": " | Báo Dân trí", "VOV.VN": " | VOV.VN"}[g.Dateline]
		return strings.Replace(text, g.Title+"\n", g.Title+suffix+"\n", 1)
	},
}

// dump is a text dump in words of our own, and what the article is.
type dump struct {
	name string
	site string
	text string
	want gold
}

func TestDumps(t *testing.T) {
	for _, d := range dumps {
		t.Run(d.site+"/"+d.name, func(t *testing.T) {
			a, err := cleaner.Clean(cleaner.Page{Body: []byte(d.text), ContentType: "text/plain"}, cleanertest.Site(t, d.site))
			if err != nil {
				t.Fatal(err)
			}
			compareGold(t, a, d.want)
			checkPublished(t, a, d.want)
		})
	}
}

const (
	dumpLead  = "Sáng 20/5, cây cầu dài 120 mét nối hai bờ sông Nậm Tôn chính thức thông xe, giúp hơn 600 hộ dân."
	dumpFirst = "Cầu có tổng vốn đầu tư 38 tỷ đồng, mặt cầu rộng 7 mét, chịu được xe tải trọng 13 tấn."
	dumpLast  = "Huyện cho biết sẽ tiếp tục xin vốn làm 4 km đường bê tông nối từ đầu cầu vào trung tâm xã."
	dumpOther = "Đoạn dẫn của một tin khác hẳn, dài hơn sáu mươi chữ, để trông như một đoạn văn thật của bài này."
)

var dumps = []dump{
	{"section under the time, agencies of both sorts, a card glued to them", "baotintuc", "Báo Tin tức TTXVN\nThứ Sáu, 20/05/2016 17:23 | \nThế giới\nCầu Bản Mồng đã thông xe\nThứ Sáu, 20/05/2016 17:23 | \nThế giới\n\n" + dumpLead + "\n\nChú thích ảnh\nXe qua cầu\n\n" +
		dumpFirst + "\n\nĐường vào xã\n\n" + dumpLast + "\n\nHồng Nhung/Báo Tin tức (Theo Reuters)\nTin khác hẳn trong ngày\nTin khác hẳn trong ngày\n\n" + dumpOther + "\n\nChia sẻ:\n", gold{
		Title: "Cầu Bản Mồng đã thông xe", Lead: dumpLead, Byline: "Hồng Nhung", Source: "Báo Tin tức (Theo Reuters)", Published: "2016-05-20T17:23:00+07:00", Captions: []string{"Xe qua cầu"}, Body: []string{dumpFirst, "Đường vào xã", dumpLast}, Subheads: []string{"Đường vào xã"},
	}},
	{"a name alone above a card", "baotintuc", "Cầu Bản Mồng đã thông xe\n\n" + dumpLead + "\n\n" + dumpFirst + "\n\nHồng Nhung\nTin khác hẳn trong ngày\nTin khác hẳn trong ngày\n\n" + dumpOther + "\n\nChia sẻ:\n", gold{
		Title: "Cầu Bản Mồng đã thông xe", Lead: dumpLead, Byline: "Hồng Nhung", Body: []string{dumpFirst},
	}},
	{"a menu without marks, a name glued to the time, a related box amid the text", "baonghean", "Trang chủ\nXã hội\n\nCầu Bản Mồng đã thông xe\n\nChu Thanh20/05/2016 - 17:23\n\n(Baonghean) - " + dumpLead + "\n\n" + dumpFirst + "\n\nTIN LIÊN QUAN\n\nKhởi công cầu Bản Mồng\n\n" + dumpLast + "\n\nChu Thanh\n\n(Theo BBC)\n\nMới nhất\n", gold{
		Title: "Cầu Bản Mồng đã thông xe", Lead: dumpLead, Dateline: "(Baonghean)", Byline: "Chu Thanh", Source: "(Theo BBC)", Published: "2016-05-20T17:23:00+07:00", Body: []string{dumpFirst, dumpLast},
	}},
	{"tag without a mark, links behind >>, alts, a result, a table", "dantri", "1. Dòng sự kiện:\n  2. Cầu mới\n\nCầu Bản Mồng đã thông xe\n0CHIA SẺ\n0BÌNH LUẬN\n\nDân trí " + dumpLead + "\n>> Khởi công cầu Bản Mồng\n\n1-1457918989456\n\nCầu Bản Mồng đã thông xe - 1\nXe qua cầu.\n\n" + dumpFirst + "\n\nTỷ số: 2 - 1\n\nĐội\tĐiểm\nSông Lam\t9\n\n" + dumpLast + "\n\nMinh Phương - Thành Đạt\n\nTags:\n\nVăn hóa\n", gold{
		Title: "Cầu Bản Mồng đã thông xe", Lead: dumpLead, Dateline: "Dân trí", Byline: "Minh Phương - Thành Đạt", Captions: []string{"Xe qua cầu."}, Body: []string{dumpFirst, "Tỷ số: 2 - 1", "Đội Điểm", "Sông Lam 9", dumpLast},
	}},
	{"authors and the time above the lead", "dantri", "Xã hội\n\nCầu Bản Mồng đã thông xe\n\nAnh Tú - Minh Quý\nThứ bảy, 24/12/2022 - 08:41\n\n(Dân trí) - " + dumpLead + "\n\n" + dumpFirst + "\n\n  • Từ khóa\n  • cầu\n", gold{
		Title: "Cầu Bản Mồng đã thông xe", Lead: dumpLead, Dateline: "(Dân trí)", Byline: "Anh Tú - Minh Quý", Published: "2022-12-24T08:41:00+07:00", Body: []string{dumpFirst},
	}},
	{"live entries under their times, a film's page", "vov", "Cầu Bản Mồng đã thông xe\n\nVOV.VN - " + dumpLead + "\n\n14h30\n\n" + dumpFirst + "\n\n12h10\n\ncau ban mong hinh anh 1\nXe qua cầu\n\n" + dumpLast + "\n\n09h05\n\n" + dumpFirst + "\n\nCTV Văn Thức/VOV-Tây Bắc\n\nMời quý độc giả theo dõi VOV.VN trên\n", gold{
		Title: "Cầu Bản Mồng đã thông xe", Lead: dumpLead, Dateline: "VOV.VN", Byline: "CTV Văn Thức/VOV-Tây Bắc", Captions: []string{"Xe qua cầu"}, Body: []string{dumpFirst, dumpLast, dumpFirst},
	}},
	{"byline, day and tools on one line", "thanhniennews", "Ban Mong bridge opens after fourteen months\n\nBy AFP - Friday, May 20, 2016 09:30 Email Print\n\nA bridge 120 meters long opened on Friday in the hills of Nghe An province.\nIt cost VND38 billion, and carries trucks of up to thirteen tons.\n\nMore Society News\nAnother story\n", gold{
		Title: "Ban Mong bridge opens after fourteen months", Lead: "A bridge 120 meters long opened on Friday in the hills of Nghe An province.", Source: "AFP", Published: "2016-05-20T09:30:00+07:00", Body: []string{"It cost VND38 billion, and carries trucks of up to thirteen tons."},
	}},
}
