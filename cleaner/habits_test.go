package cleaner_test

import (
	"strings"
	"testing"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/cleanertest"
)

// habit is a page in a newspaper's markup, cut down to what a newsroom or its
// CMS does now and then, and what the article then is.
type habit struct {
	name string
	site string
	url  string
	page string
	want gold
}

func TestHabits(t *testing.T) {
	for _, h := range habits {
		t.Run(h.site+"/"+h.name, func(t *testing.T) {
			a, err := cleaner.Clean(cleaner.Page{Body: []byte(h.page), ContentType: "text/html; charset=utf-8", URL: h.url}, cleanertest.Site(t, h.site))
			if err != nil {
				t.Fatal(err)
			}
			compareGold(t, a, h.want)
			checkPublished(t, a, h.want)
			if a.Layout == "generic" {
				t.Errorf("no layout fits: %v", a.Notes)
			}
		})
	}
}

// wap is a page of Dân trí's WAP edition.
func wap(head, body string) string {
	return `<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//WAPFORUM//DTD XHTML Mobile 1.0//EN" "http://www.openmobilealliance.org/tech/DTD/xhtml-mobile10.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Dân trí</title></head><body><form name="form1" method="post" action="/Newsdetails.aspx?nid=802891" id="form1">
<div class="header"><a href="/">Dân trí</a></div><div id="content"><div class="sitepath"><a class="cat" href="/">Trang chủ</a> &gt; <a class="cat" href="/xa-hoi.htm">Xã hội</a></div>
<div class="content">` + head + `<div class="news_details">` + body + `</div></div><div class="other"><h4>Các tin khác</h4><ul><li><a href="/xa-hoi/tin-khac-802000.htm">Tin khác trong ngày</a></li></ul></div></div></form></body></html>`
}

const (
	wapURL  = "http://m.dantri.com.vn/xa-hoi/cau-ban-mong-thong-xe-802891.htm"
	wapHead = `<font size="+1"><b>Cầu Bản Mồng thông xe</b></font><br /><span class="fon7 mr2">Thứ Sáu, 15/11/2013 - 10:20<meta itemprop="datePublished" content="2013-11-15" /></span><br />
<span><span style="font-weight:bold;font-size:13px">(Dân trí) - Sáng 15/11, cây cầu dài 120 mét chính thức thông xe.</span></span>`
	wapLead = "Sáng 15/11, cây cầu dài 120 mét chính thức thông xe."
	wapTime = "2013-11-15T10:20:00+07:00"
)

var habits = []habit{
	{"related links in the lead", "dantri", wapURL, wap(`<font size="+1"><b>Cầu Bản Mồng thông xe</b></font><br/><span class="fon7 mr2"><meta itemprop="datePublished" content="2013-11-15" />Thứ Sáu, 15/11/2013 - 10:20</span>
<span><span style="font-weight: bold;">(Dân trí) - Sáng 15/11, cây cầu dài 120 mét chính thức thông xe.<br />&gt;&gt;&nbsp;<a href="/xa-hoi/khoi-cong-cau-774320.htm">Khởi công cầu Bản Mồng</a><br />&gt;&gt; <a href="/xa-hoi/dan-qua-song-770001.htm">Người dân vượt sông bằng bè</a></span></span>`,
		`<P class=MsoNormal>Cầu có vốn đầu tư 38 tỷ đồng.<o:p></o:p></P>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: wapLead, Published: wapTime, Language: "vi",
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"related list inside divfirst", "dantri", wapURL, wap(wapHead, `<div id="divfirst"><h4>Tin liên quan</h4><ul><li><a href="/xa-hoi/khoi-cong-cau-774320.htm">Khởi công cầu Bản Mồng</a></li></ul>
<?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" /><P style="TEXT-ALIGN: justify" class=MsoNormal>Cầu có vốn đầu tư 38 tỷ đồng.<o:p></o:p></P>
<P class=MsoNormal><o:p>&nbsp;</o:p></P><P class=MsoNormal><B style="mso-bidi-font-weight: normal">Bà con góp đất<o:p></o:p></B></P></div><div id="divend"><P class=MsoNormal>Huyện sẽ làm tiếp 4 km đường.</P><P style="TEXT-ALIGN: right" class=MsoNormal><STRONG>Hà Linh - Minh Châu</STRONG></P></div>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: wapLead, Published: wapTime, Byline: "Hà Linh - Minh Châu",
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Bà con góp đất", "Huyện sẽ làm tiếp 4 km đường."}, Subheads: []string{"Bà con góp đất"},
	}},
	{"caption in the paragraph of its picture", "dantri", wapURL, wap(wapHead, `<P align=center><IMG alt="" src="http://dantri4.vcmedia.vn/x/anh-1.jpg" width=450><BR><FONT size=2 face=Tahoma>Người dân đi thử trên cây cầu mới</FONT></P><P>Cầu có vốn đầu tư 38 tỷ đồng.</P>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: wapLead, Published: wapTime,
		Captions: []string{"Người dân đi thử trên cây cầu mới"}, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"caption centred under its picture", "dantri", wapURL, wap(wapHead, `<DIV align=center><IMG src="http://dantri4.vcmedia.vn/x/anh-1.jpg"></DIV><DIV align=center><SPAN style="FONT-FAMILY: Tahoma; FONT-SIZE: 10pt">Người dân đi thử trên cây cầu mới.</SPAN></DIV><P>Cầu có vốn đầu tư 38 tỷ đồng.</P>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: wapLead, Published: wapTime,
		Captions: []string{"Người dân đi thử trên cây cầu mới."}, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"a table for a picture and Word's table of data", "dantri", wapURL, wap(wapHead, `<TABLE border=0 cellSpacing=0 cellPadding=3 width=1 align=center><TBODY><TR><TD><IMG src="http://dantri4.vcmedia.vn/x/anh-1.jpg"></TD></TR><TR><TD><FONT size=2 face=Tahoma>Người dân đi thử</FONT></TD></TR></TBODY></TABLE>
<P>Kinh phí các hạng mục:</P><TABLE class=MsoNormalTable border=1><TBODY><TR><TD><P class=MsoNormal><B>Hạng mục<o:p></o:p></B></P></TD><TD><P class=MsoNormal>Tỷ đồng</P></TD></TR><TR><TD>Mố cầu</TD><TD>12</TD></TR></TBODY></TABLE><P>Huyện sẽ làm tiếp 4 km đường.</P><P align=right><STRONG>Hà Linh</STRONG><BR>Theo <EM>AP</EM></P>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: wapLead, Published: wapTime, Byline: "Hà Linh", Source: "Theo AP",
		Captions: []string{"Người dân đi thử"}, Body: []string{"Kinh phí các hạng mục:", "Hạng mục Tỷ đồng", "Mố cầu 12", "Huyện sẽ làm tiếp 4 km đường."},
	}},
	{"a lead in small bold parts, no tag", "dantri", wapURL, wap(`<font size="+1"><b>Cầu Bản Mồng thông xe</b></font><br/><span class="fon7 mr2">Chủ Nhật, 02/03/2014 - 06:05<meta itemprop="datePublished" content="3/2/2014" /></span><span><span style="font-weight:bold">Sáng 15/11, cây cầu dài <i>120 mét</i> chính thức thông xe.</span></span>`,
		`<P>Cầu có vốn đầu tư 38 tỷ đồng.</P><P>Huyện sẽ làm tiếp 4 km đường.</P><P style="TEXT-ALIGN: right"><STRONG>Theo Hà Linh</STRONG></P><P style="TEXT-ALIGN: right"><EM>VnExpress</EM></P>`), gold{
		Title: "Cầu Bản Mồng thông xe", Lead: wapLead, Published: "2014-03-02T06:05:00+07:00", Byline: "Hà Linh", Source: "VnExpress",
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Huyện sẽ làm tiếp 4 km đường."},
	}},

	// Dân trí from 2021 on
	{"several authors, a widget and an inserted link", "dantri", singularURL, singular(`<h1 class="title-page detail">Cầu Bản Mồng thông xe</h1>
<div class="author-wrap"><div class="author-avatar"><span><img src="https://cdn.example/a.jpg" alt="Hà Linh"></span></div><div class="author-meta"><div class="author-name multi"><b><a href="/tac-gia/ha-linh-1.htm">Hà Linh</a> - <a href="/tac-gia/minh-chau-2.htm">Minh Châu</a></b></div><time class="author-time" datetime="2022-12-24 08:41"> Thứ bảy, 24/12/2022 - 08:41</time></div></div>
<h2 class="singular-sapo">(Dân trí) - Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.</h2>`, `<p>Cầu có vốn đầu tư 38 tỷ đồng.</p>
<div class="dantri-widget dantri-widget--vote" data-id="1"><h3>Bạn có ủng hộ thu phí?</h3><ul><li>Có</li><li>Không</li></ul></div>
<p><a contenteditable="false" href="#"><strong>Người dân "vượt sông" bằng bè</strong></a></p>
<p>Xem thêm <a contenteditable="false" href="#">bản đồ</a> các cây cầu.</p>`, `<div class="singular-source">Theo <strong>Tân Hoa xã</strong></div>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: "Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh - Minh Châu", Source: "Theo Tân Hoa xã",
		Published: "2022-12-24T08:41:00+07:00", Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Xem thêm bản đồ các cây cầu."}, Boilerplate: []string{"Có", "Không"},
	}},
	{"author below the text, subheads of all sorts, a list and a table", "dantri", singularURL, singular(`<h1 class="title-page detail">Cầu Bản Mồng thông xe</h1><h2 class="singular-sapo"> Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.</h2>`, `<h4><strong>Vốn ở đâu</strong></h4>
<p>Cầu có vốn đầu tư 38 tỷ đồng:</p><ul><li>Ngân sách: 30 tỷ</li><li><p>Dân góp: 8 tỷ</p></li></ul>
<p><strong>Bà con góp đất</strong></p><p>Người dân hiến 2.000 m<sup>2</sup> đất.</p>
<p><strong>Bước tiếp theo</strong><br>Huyện sẽ làm tiếp 4 km đường.</p>
<div class="table-responsive"><table><thead><tr><th>Hạng mục</th><th>Tỷ đồng</th></tr></thead><tbody><tr><td>Mố cầu</td><td>12</td></tr></tbody></table></div>
<blockquote><p>Mùa lũ là cả bản bị cô lập.</p></blockquote>
<figure class="image align-center"><img src="data:image/svg+xml;x" data-src="https://icdn.dantri.com.vn/thumb_w/x.jpg" data-original="https://icdn.dantri.com.vn/x.jpg" alt="Cầu Bản Mồng thông xe - 1"><figcaption><h4>Cầu mới nhìn từ trên cao</h4></figcaption></figure>
<div class="content-box"><p>Cầu cũ dựng năm 1998.</p></div>`, `<div class="singular-author"><strong>Hà Linh</strong></div><div class="singular-source"><i class="icon"></i>Theo AP, Reuters</div>`), gold{
		Title: "Cầu Bản Mồng thông xe", Lead: "Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh", Source: "Theo AP, Reuters", Captions: []string{"Cầu mới nhìn từ trên cao"},
		Body:     []string{"Vốn ở đâu", "Cầu có vốn đầu tư 38 tỷ đồng:", "Ngân sách: 30 tỷ", "Dân góp: 8 tỷ", "Bà con góp đất", "Người dân hiến 2.000 m² đất.", "Bước tiếp theo", "Huyện sẽ làm tiếp 4 km đường.", "Hạng mục Tỷ đồng", "Mố cầu 12", "Mùa lũ là cả bản bị cô lập.", "Cầu cũ dựng năm 1998."},
		Subheads: []string{"Vốn ở đâu", "Bà con góp đất", "Bước tiếp theo"},
	}},
	{"Dmagazine without a headline", "dantri", singularURL, `<%@ page language="java" pageEncoding="UTF-8"%><!DOCTYPE html><html lang="vi"><head><title>Cầu Bản Mồng thông xe | Báo Dân trí</title><meta property="og:title" content="Cầu Bản Mồng thông xe"></head><body class="emagazine"><main>
<article class="e-magazine d-magazine bg-wrap"><div class="e-magazine__cover"><img src="https://icdn.dantri.com.vn/cover.jpg" alt=""></div>
<div class="e-magazine__meta"><a class="e-magazine__meta-item-author" href="#">Hà Linh</a><a class="e-magazine__meta-item-author" href="#">Minh Châu</a></div>
<div class="e-magazine__sapo">(Dân trí) - Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.</div><div class="e-magazine__body"><p>Cầu có vốn đầu tư 38 tỷ đồng.</p><h2>Bà con góp đất</h2>
<div class="photo-row"><figure class="image"><img data-src="https://icdn.dantri.com.vn/1.jpg" src="data:image/svg+xml;x"></figure><figure class="image"><img data-src="https://icdn.dantri.com.vn/2.jpg" src="data:image/svg+xml;x"><figcaption><p>Hai mố cầu (Ảnh: Anh Tú).</p></figcaption></figure></div>
<p>Huyện sẽ làm tiếp 4 km đường.</p></div></article><article class="article-related"><div class="title-head">Tin liên quan</div><article class="article-item"><h3 class="article-title"><a href="/xa-hoi/khoi-cong-cau-20220101000000000.htm">Khởi công cầu Bản Mồng</a></h3></article></article></main></body></html>`, gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: "Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh, Minh Châu", Captions: []string{"Hai mố cầu (Ảnh: Anh Tú)."},
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Bà con góp đất", "Huyện sẽ làm tiếp 4 km đường."}, Subheads: []string{"Bà con góp đất"}, Boilerplate: []string{"Tin liên quan", "Khởi công cầu Bản Mồng"},
	}},
	{"authors in JSON-LD alone", "dantri", singularURL, `<html lang="vi"><head><script type="application/ld+json">{"@type":"NewsArticle","author":[{"@type":"Person","name":"Hà Linh"},{"@type":"Person","name":"Minh Châu"}],"datePublished":"2022-12-24T10:24:43+07:00",}</script></head><body>
<article class="singular-container"><h1 class="title-page detail">Cầu Bản Mồng th&ocirc;ng xe: &quot;Kỷ t&iacute;ch&quot; &amp; nỗi lo</h1><h2 class="singular-sapo">( Dân trí ) – Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.</h2><div class="singular-content"><p>Cầu có vốn đầu tư 38 tỷ đồng.</p><p style="text-align:right">(Theo Reuters)</p></div></article></body></html>`, gold{
		Title: "Cầu Bản Mồng thông xe: \"Kỷ tích\" & nỗi lo", Dateline: "( Dân trí )", Lead: "Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.", Source: "(Theo Reuters)", Published: "2022-12-24T10:24:43+07:00", Byline: "Hà Linh, Minh Châu",
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"two authors of 2026", "dantri", "https://dantri.com.vn/xa-hoi/cau-ban-mong-20260720215519144.htm", `<html lang="vi"><head></head><body><main class="body container"><section><ul><li><a href="/xa-hoi.htm" data-content-name="article-breadcrumb">Xã hội</a></li></ul><time datetime="2026-07-21 00:00"> Thứ ba, 21/07/2026 - 00:00 </time></section>
<article data-slot="container"><h1 data-slot="title">Cầu Bản Mồng thông xe</h1><div><div class="a"><a rel="author" href="/tac-gia/a-1.htm"><img alt="Hà Linh" src="https://cdnphoto.dantri.com.vn/a.jpg"></a></div><div style="color:#000"><a rel="author" href="/tac-gia/a-1.htm">Hà Linh</a><span> - </span><a rel="author" href="/tac-gia/b-2.htm">Minh Châu</a></div></div>
<h2 data-slot="sapo">(Dân trí) - Sáng 20/7, cây cầu dài 120 mét chính thức thông xe.</h2><div data-slot="content"><p>Cầu có vốn đầu tư 38 tỷ đồng.</p><p><a contenteditable="false" href="/xa-hoi/b-20260101000000000.htm"><strong>Đèo Mát: Lại tai nạn</strong></a></p><div data-slot="ads-in-content"></div><p><strong>Thực hiện:</strong> Hà Linh</p></div></article></main></body></html>`, gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: "Sáng 20/7, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh - Minh Châu", Published: "2026-07-21T00:00:00+07:00", Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"mobile: a video's caption, a source line, tag in brackets", "dantri", "http://m.dantri.com.vn/xa-hoi/cau-ban-mong-20160314083511309.htm", `<html><body><div class="ovh detail_w"><p class="detail_subtitle">Nghệ An</p><h1>Cầu Bản Mồng thông xe</h1><div class="publishdate">08:36 ngày 14/03/2016</div>
<h2 class="ovh sapo"><span>(Dân trí) -</span> Sáng 13/3, cây cầu dài 120 mét chính thức thông xe.<br>&gt;&gt; <a href="/xa-hoi/khoi-cong-20150101000000000.htm">Khởi công cầu Bản Mồng</a></h2><div class="ovh content"><div id="divfirst"><p>Cầu có vốn đầu tư 38 tỷ đồng.</p><div class="VCSortableInPreviewMode" type="VideoStream"><iframe src="x"></iframe><div class="VideoCMS_Caption">Xe qua cầu</div></div></div><div id="admbackground"></div><div id="divend"><p><b>&gt;&gt; <a href="/xa-hoi/khoi-cong-20150101000000000.htm">Khởi công cầu Bản Mồng</a></b></p><p>Huyện sẽ làm tiếp 4 km đường.</p><p style="text-align: right;"><strong>Hà Linh</strong><br/>Theo <i>VnExpress</i></p></div></div></div></body></html>`, gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Dân trí)", Lead: "Sáng 13/3, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh", Source: "Theo VnExpress", Published: "2016-03-14T08:36:00+07:00", Captions: []string{"Xe qua cầu"},
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Huyện sẽ làm tiếp 4 km đường."},
	}},

	{"results with logos, two pictures side by side, an address to write to", "dantri", singularURL, singular(`<h1 class="title-page detail">Cầu Bản Mồng thông xe</h1><h2 class="singular-sapo">Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.</h2>`, `<p>Cầu có vốn đầu tư 38 tỷ đồng.</p>
<table><caption>Đội và điểm</caption><tr><th></th><th>Đội</th><th>Điểm</th></tr><tr><td><img src="https://icdn.dantri.com.vn/l1.png"></td><td>Sông Lam</td><td>9</td></tr><tr><td><img src="https://icdn.dantri.com.vn/l2.png"></td><td>Thể Công</td><td>6</td></tr></table>
<table align="center"><tbody><tr><td><img src="https://icdn.dantri.com.vn/1.jpg"></td><td><img src="https://icdn.dantri.com.vn/2.jpg"></td></tr><tr><td>Cầu cũ</td><td>Cầu mới</td></tr></tbody></table>
<p style="text-align:right"><strong>Hà Linh</strong><br>Tổng hợp</p><p style="text-align:right">Email: halinh@dantri.example.vn</p>`, ``), gold{
		Title: "Cầu Bản Mồng thông xe", Lead: "Sáng 24/12, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh", Source: "Tổng hợp", Captions: []string{"Cầu cũ", "Cầu mới"},
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Đội và điểm", "Đội Điểm", "Sông Lam 9", "Thể Công 6"},
	}},

	// VOV
	{"a second line under the author", "vov", vovURL, drupal(`<p>Cầu có vốn đầu tư 38 tỷ đồng.</p>`, `<a href="/author?keyword=Hà Linh/VOV.VN">Hà Linh/VOV.VN</a><br/><span class="fw-normal">Theo Reuters</span>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "VOV.VN", Lead: vovLead, Byline: "Hà Linh/VOV.VN", Source: "Theo Reuters", Published: vovTime, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"a bureau, the source in brackets, and again in the text", "vov", vovURL, drupal(`<p>Cầu có vốn đầu tư 38 tỷ đồng./.</p><p style="text-align:right"><strong>Hà Linh</strong></p><p style="text-align:right"><strong>(Theo CNN)</strong></p>`, `<a href="/author?keyword=Hà Linh/VOV-Tây Bắc">Hà Linh/VOV-Tây Bắc (theo CNN)</a><br/><span class="fw-normal"></span>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "VOV.VN", Lead: vovLead, Byline: "Hà Linh/VOV-Tây Bắc", Source: "theo CNN", Published: vovTime, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng./."}, EndMark: "./.",
	}},
	{"two authors, no tag, a quote and a film", "vov", vovURL, drupal(`<p><strong>PV: Cầu có vốn bao nhiêu?</strong></p><p><strong>Ông Lô Văn Thái:</strong> 38 tỷ đồng.</p><blockquote><p>Mùa lũ là cả bản bị cô lập.</p></blockquote><figure role="group" class="embedded-entity align-center"><article><div class="video-embed-field-responsive-video"><iframe src="x"></iframe></div></article><figcaption>Nghe lời ông Thái</figcaption></figure><p style="text-align: center;"><img src="https://media.vov.vn/a.jpg"><br><em>Cầu mới nhìn từ xa</em></p><p>Huyện sẽ làm tiếp 4 km đường.</p>`,
		`<a href="/author?keyword=Hà Linh">Hà Linh</a>, <a href="/author?keyword=Minh Châu/VOV.VN">Minh Châu/VOV.VN</a><br/><span class="fw-normal"></span>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "VOV.VN", Lead: vovLead, Byline: "Hà Linh, Minh Châu/VOV.VN", Published: vovTime, Captions: []string{"Nghe lời ông Thái", "Cầu mới nhìn từ xa"},
		Body: []string{"PV: Cầu có vốn bao nhiêu?", "Ông Lô Văn Thái: 38 tỷ đồng.", "Mùa lũ là cả bản bị cô lập.", "Huyện sẽ làm tiếp 4 km đường."},
	}},

	{"an old tag, further reading between the paragraphs", "vov", vovURL, strings.Replace(drupal(`<p>Cầu có vốn đầu tư 38 tỷ đồng.</p><p><strong>Xem thêm: </strong><a href="/xa-hoi/khoi-cong-post1300000.vov">Khởi công cầu Bản Mồng</a></p><p><a href="/xa-hoi/khoi-cong-post1300000.vov"><em>Khởi công cầu Bản Mồng</em></a></p><p>Huyện sẽ làm tiếp 4 km đường.</p>`, ``), "VOV.VN -&nbsp;", "(VOV) - ", 1), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(VOV)", Lead: vovLead, Published: vovTime, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Huyện sẽ làm tiếp 4 km đường."},
	}},
	{"a lead in bold as the first paragraph", "vov", vovURL, strings.Replace(drupal(`<p><strong>VOV.VN - Sáng 16/7, cây cầu dài 120 mét nối hai bờ suối chính thức thông xe</strong></p><p><strong>Bà con góp đất</strong></p><p>Cầu có vốn đầu tư 38 tỷ đồng.</p>`, ``), "VOV.VN -&nbsp;Sáng 16/7, cây cầu dài 120 mét chính thức thông xe.", "", 1), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "VOV.VN", Lead: "Sáng 16/7, cây cầu dài 120 mét nối hai bờ suối chính thức thông xe", Published: vovTime, Body: []string{"Bà con góp đất", "Cầu có vốn đầu tư 38 tỷ đồng."}, Subheads: []string{"Bà con góp đất"},
	}},

	{"the source behind the last sentence", "vov", vovURL, drupal(`<p>Theo chân đoàn cứu hộ</p><p>Cầu có vốn đầu tư 38 tỷ đồng, theo ước tính của xã (Reuters).</p><p>Huyện sẽ làm tiếp 4 km đường từ đầu cầu vào trung tâm xã. <em>(Theo trang tin Daily Mail)</em></p>`, `<a href="/author?keyword=Hà Linh/VOV.VN">Hà Linh/VOV.VN</a>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "VOV.VN", Lead: vovLead, Byline: "Hà Linh/VOV.VN", Source: "Theo trang tin Daily Mail", Published: vovTime,
		Body: []string{"Theo chân đoàn cứu hộ", "Cầu có vốn đầu tư 38 tỷ đồng, theo ước tính của xã (Reuters).", "Huyện sẽ làm tiếp 4 km đường từ đầu cầu vào trung tâm xã."},
	}},

	// Báo Tin tức
	{"role, names and agency", "baotintuc", tintucURL, tintuc(`<p>Cầu c&oacute; vốn đầu tư 38 tỷ đồng.</p>`, `<strong>Tin, ảnh: Hà Linh – Minh Châu</strong><i> (TTXVN)</i>`), gold{
		Title: "Cầu Bản Mồng thông xe", Lead: tintucLead, Byline: "Tin, ảnh: Hà Linh – Minh Châu", Source: "TTXVN", Published: tintucTime, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"the newspaper's newer name", "baotintuc", tintucURL, tintuc(`<p>Cầu c&oacute; vốn đầu tư 38 tỷ đồng.</p><p style="text-align:center"><strong>B&agrave; con g&oacute;p đất</strong></p><p>Huyện sẽ làm tiếp 4 km đường.</p>`, `<strong>Hà Linh/Báo Tin tức và Dân tộc</strong>`), gold{
		Title: "Cầu Bản Mồng thông xe", Lead: tintucLead, Byline: "Hà Linh", Source: "Báo Tin tức và Dân tộc", Published: tintucTime, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Bà con góp đất", "Huyện sẽ làm tiếp 4 km đường."}, Subheads: []string{"Bà con góp đất"},
	}},
	{"the source of a translation", "baotintuc", tintucURL, tintuc(`<p>Cầu c&oacute; vốn đầu tư 38 tỷ đồng.</p><p><a href="/xa-hoi/khoi-cong-20260101000000001.htm">Khởi công xây cầu Bản Mồng</a></p>`, `<strong>Theo Reuters, AP</strong>`), gold{
		Title: "Cầu Bản Mồng thông xe", Lead: tintucLead, Source: "Theo Reuters, AP", Published: tintucTime, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},
	{"a caption in a table, and one in the alt alone", "baotintuc", tintucURL, tintuc(`<table align="center" class="image"><tbody><tr><td><img alt="Chú thích ảnh" src="https://cdnmedia.baotintuc.vn/a.jpg"></td></tr><tr><td>Cầu mới. Ảnh: Hà Linh/TTXVN</td></tr></tbody></table><p>Cầu c&oacute; vốn đầu tư 38 tỷ đồng.</p><figure class="image"><img alt="Chú thích ảnh" src="https://cdnmedia.baotintuc.vn/b.jpg"><figcaption>Ch&uacute; th&iacute;ch ảnh</figcaption></figure>`, `<strong>TTXVN/Báo Tin tức</strong>`), gold{
		Title: "Cầu Bản Mồng thông xe", Lead: tintucLead, Source: "TTXVN/Báo Tin tức", Published: tintucTime, Captions: []string{"Cầu mới. Ảnh: Hà Linh/TTXVN"}, Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng."},
	}},

	// Báo Nghệ An
	{"signature and source under the text", "baonghean", onecmsURL, onecms(`<p class="align-justify">Cầu có vốn đầu tư 38 tỷ đồng.</p><h2>Bà con góp đất</h2><p class="align-justify">Huyện sẽ làm tiếp 4 km đường.</p><p style="text-align:right"><strong>Hà Linh</strong></p><p style="text-align:right"><em>(Theo AFP, Reuters)</em></p>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Baonghean.vn)", Lead: "Sáng 14/8, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh", Source: "(Theo AFP, Reuters)", Published: "2026-08-14T21:20:00+07:00",
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Bà con góp đất", "Huyện sẽ làm tiếp 4 km đường."}, Subheads: []string{"Bà con góp đất"},
	}},
	{"captions by their place", "baonghean", onecmsURL, onecms(`<p class="align-center"><img class="lazyload" data-src="https://bna.1cdn.vn/a.jpg" src="data:image/gif;base64,x"></p><p class="align-center"><em>Cầu mới. Ảnh: Hà Linh</em></p><p class="align-justify">Cầu có vốn đầu tư 38 tỷ đồng.</p><figure class="image"><img data-src="https://bna.1cdn.vn/b.jpg"><figcaption class="block-sc-media-caption">Mố cầu</figcaption></figure><p class="align-justify">Huyện sẽ làm tiếp 4 km đường.</p><p class="align-justify"><strong>Hà Linh</strong> (tổng hợp)</p>`), gold{
		Title: "Cầu Bản Mồng thông xe", Dateline: "(Baonghean.vn)", Lead: "Sáng 14/8, cây cầu dài 120 mét chính thức thông xe.", Byline: "Hà Linh (tổng hợp)", Published: "2026-08-14T21:20:00+07:00", Captions: []string{"Cầu mới. Ảnh: Hà Linh", "Mố cầu"},
		Body: []string{"Cầu có vốn đầu tư 38 tỷ đồng.", "Huyện sẽ làm tiếp 4 km đường."},
	}},

	// Thanh Niên News
	{"a byline above, an agency below", "thanhniennews", "http://www.thanhniennews.com/society/ban-mong-bridge-opens-61061.html", `<html><head><title>Ban Mong bridge opens - Thanh Nien Daily</title></head><body><div class="left-col"><div class="story-header"><h1 class="story-title">Ban Mong bridge opens</h1><div class="story-date">Saturday, April 09, 2016 09:30</div><div class="story-author">By Ha Linh, Thanh Nien News</div></div><div class="story-body" id="content"><div>A bridge 120 meters long opened on Saturday in the hills of Nghe An.</div><div>It cost VND38 billion ($1.7 million).</div><div><em>(The story can be found in the April 9 issue)</em></div></div></div></body></html>`, gold{
		Title: "Ban Mong bridge opens", Lead: "A bridge 120 meters long opened on Saturday in the hills of Nghe An.", Byline: "Ha Linh", Source: "Thanh Nien News", Published: "2016-04-09T09:30:00+07:00", Body: []string{"It cost VND38 billion ($1.7 million).", "(The story can be found in the April 9 issue)"},
	}},
}

const (
	singularURL = "https://dantri.com.vn/xa-hoi/cau-ban-mong-thong-xe-20221224083224103.htm"
	vovURL      = "https://vov.vn/xa-hoi/cau-ban-mong-thong-xe-post1315700.vov"
	vovLead     = "Sáng 16/7, cây cầu dài 120 mét chính thức thông xe."
	vovTime     = "2026-07-16T08:46:00+07:00"
	tintucURL   = "https://baotintuc.vn/xa-hoi/cau-ban-mong-thong-xe-20260716171712047.htm"
	tintucLead  = "Ngày 16/7, cây cầu dài 120 mét chính thức thông xe."
	tintucTime  = "2026-07-16T17:17:00+07:00"
	onecmsURL   = "https://baonghean.vn/cau-ban-mong-thong-xe-10264873.html"
)

// singular is a page of Dân trí from 2021 to 2025.
func singular(head, body, foot string) string {
	return `<!DOCTYPE html><html lang="vi"><head><title>Cầu Bản Mồng thông xe | Báo Dân trí</title></head><body><main><ul class="breadcrumbs"><li><a href="/xa-hoi.htm">Xã hội</a></li></ul>
<article class="singular-container">` + head + `<div class="singular-content">` + body + `</div>` + foot + `</article><article class="article-related"><div class="title-head">Tin liên quan</div></article></main></body></html>`
}

// drupal is a page of VOV from 2020 on.
func drupal(body, author string) string {
	return `<!DOCTYPE html><html lang="vi"><head><title>Cầu Bản Mồng thông xe</title><meta property="article:published_time" content="2026-07-16T08:46:00+07:00"/></head><body><article data-history-node-id="1315700" class="detail detail--normal" itemprop="articleBody">
<div class="row article-subtitle"><div class="col"></div></div><div class="row article-title"><div class="col"><h1 class="article-title mb-0">Cầu Bản Mồng thông xe</h1></div></div><div class="row article-date"><div class="col-md-4">Thứ Năm, 08:46, 16/07/2026</div></div>
<div class="row article-summary mb-3"><div class="col"><h2><div>VOV.VN -&nbsp;Sáng 16/7, cây cầu dài 120 mét chính thức thông xe.<br/><br/></div></h2></div></div><div class="row article-content"><div class="col"><div class="text-long">` + body +
		`</div></div></div><div class="row article-author"><div class="col text-end">` + author + `</div></div><div class="row">Mời quý độc giả theo dõi VOV.VN trên</div></article></body></html>`
}

// tintuc is a page of Báo Tin tức.
func tintuc(body, author string) string {
	return `<!DOCTYPE html><html lang="vi"><head><title>Cầu Bản Mồng thông xe | baotintuc.vn</title></head><body><form id="form1"><h1 class="detail-title"> Cầu Bản Mồng thông xe </h1><div class="action-link"><div class="date"><span class="txt">Thứ Năm, 16/07/2026 17:17</span>&nbsp;|&nbsp;</div><h4 class="cate"><a href="/xa-hoi-129ct0.htm"><strong>Xã hội</strong></a></h4></div>
<div class="content"><h2 class="sapo">Ngày 16/7, cây cầu dài 120 mét chính thức thông xe.</h2><div class="boxdetail"><div class="contents"><div id="divfirst">` + body + `</div><div id="divend"></div></div><div class="author">` + author + `</div></div></div></form></body></html>`
}

// onecms is a page of Báo Nghệ An from 2023 on.
func onecms(body string) string {
	return `<!DOCTYPE html><html lang="vi"><head><title>Cầu Bản Mồng thông xe - Báo Nghệ An</title></head><body><main class="b-maincontent"><div class="c-news-detail"><article class="entry entry-no-padding"><div class="sc-longform-header block-sc-header"><h1 class="sc-longform-header-title block-sc-title">Cầu Bản Mồng thông xe</h1><div class="sc-longform-header-meta"><span class="sc-longform-header-author block-sc-author"></span><span class="sc-longform-header-date block-sc-publish-time">14/08/2026 - 21:20</span></div><p class="sc-longform-header-sapo block-sc-sapo">(Baonghean.vn) - Sáng 14/8, cây cầu dài 120 mét chính thức thông xe.</p></div>` + body + `<div class="sc-empty-layer"></div></article></div></main></body></html>`
}
