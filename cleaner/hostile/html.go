package hostile

// HTML is the grammar of pages: the tokens of HTML that a parser does something of its own for.
var HTML = Grammar{
	Begin: "<!doctype html><title>x</title>",
	Tokens: []string{
		"x", " ", "\n", "<", ">", "&amp;", "&#7871;", "á", "\x00", "<br>", "<hr>", "<img src=%d.jpg alt=x>", "<input>", "<col>", "<frame>", "</br>", "</p>",
		"<!-- x -->", "<!---->", "<!--", "<!x>", "<?x?>", "<![CDATA[x]]>", "<b a%d>", "<a href=/%d>", "<i a%d=b>", "<font color=%d>", "<nobr>", "<p a%d=b>", "<body a%d=b>",
		"<html a%d=b>", "<q x=\"", "<q x='<b y=\"", "\">", "'>", "<p ", "a%d ", "a%d=\"<b>\" ", "<td>", "<tr>", "</tr>", "</table>", "<li>", "<dd>", "<option>", "<plaintext>",
		"<xmp><b></xmp>", "<script>x</script>", "<style>b{}</style>", "<textarea><b></textarea>", "<title><b></title>", "<noscript><b></noscript>", "<iframe></iframe>",
		"<svg><path/></svg>", "<svg><title><b></title></svg>", "<svg><desc><b></svg>", "<math><mi><b></math>", "<template><b></template>", "</b>", "</i>", "</a>",
	},
	Pairs: [][2]string{
		{"<b>", "</b>"}, {"<b a%d>", "</b>"}, {"<i>", "</i>"}, {"<a href=/%d>", "</a>"}, {"<nobr>", "</nobr>"}, {"<font a=b c=d e=f>", "</font>"}, {"<em><strong><u><s>", "</s></u></strong></em>"},
		{"<div>", "</div>"}, {"<p>", "</p>"}, {"<span class=%d>", "</span>"}, {"<h1>", "</h1>"}, {"<h2>", "</h2>"}, {"<li>", "</li>"}, {"<ul>", "</ul>"}, {"<section>", "</section>"},
		{"<figure>", "</figure>"}, {"<figcaption>", "</figcaption>"}, {"<blockquote>", "</blockquote>"}, {"<x-y%d>", "</x-y>"}, {"<button>", "</button>"}, {"<form>", "</form>"},
		{"<table>", "</table>"}, {"<table><tr><td>", "</table>"}, {"<td>", "</td>"}, {"<tr>", "</tr>"}, {"<caption>", "</caption>"}, {"<object>", "</object>"}, {"<select>", "</select>"},
		{"<template>", "</template>"}, {"<svg>", "</svg>"}, {"<svg><g>", "</g></svg>"}, {"<math>", "</math>"}, {"<svg><foreignObject>", "</svg>"}, {"<!--", "-->"}, {"<frameset>", "</frameset>"},
		{"<ruby><rb>", "<rt></ruby>"}, {"<dl><dt>", "</dl>"}, {"<center>", "</center>"}, {"<marquee>", "</marquee>"}, {"<body>", "</body>"}, {"<html>", "</html>"}, {"<textarea>", "</textarea>"},
	},
}

// StoryWords are what the cleaner looks for in the words of an article.
var StoryWords = []string{
	"x ", "x", "á", "Một đoạn văn. ", "(Dân trí) - ", "TTO - ", "HÀ NỘI, 9/4 (AFP) - ", "Theo ", "Ảnh: ", "Ảnh minh họa. ", "TP.HCM ", "ngày 12/3/2020 ", "10:30 ", "thứ hai, ",
	"- ", ">> ", "“", "”", `"`, "Nguyễn Văn A ", "https://a.vn/%d ", "a@b.vn ", "%d. ", "• ", "PV: ", "Ông A nói: ", "\n", "\n\n", "\t", "nghiêng", "Ð", "á", "&#7871;", "\u200b", "\u00a0",
	"Hội nghị  ", "(", ")", "|", "...", "© ", "Tin liên quan ", "Chia sẻ ", "1/2 ", "họp.Ông ",
	"Thứ Năm, 16/07/2026 17:17 ", "April 9, 2016 ", "Sat, 9 Apr 2016 09:30:00 +0700 ", "2016-04-12T14:36:00Z ", "1460000000000 ", "Cập nhật: ", "%d phút trước ", "Nguồn: ", "Tác giả: ", "Lê Na - Theo X ", "Viá»‡t ", "Ã ", "Vieät ",
	"İ", "\u212a", "ſ", "\u0301", "Bình luận ", "Trả lời ", "TAGS: a, b\n", "![](a.jpg)\n", "date 2016-04-12\n",
}

// Bytes is the grammar of pages in any charset, or none: letters cut, or of several of them.
var Bytes = Grammar{
	Begin: "<!doctype html><title>x</title><p>",
	Tokens: []string{"x", " ", "\x00", "\xff", "\xfe", "\xc3", "\xe1\xba", "\xe1\xba\xbf", "\x80", "a\xd5", "\xc8\xb5\xcc", "ViÖt Nam ", "\xce\xaa", "ñaâu ", "N\xf4\xedc ", "\u0300", "&#233;", "&eacute;", "&#xe1;", "&", ";",
		"caùc ", "nöôùc ", "\x1b$B", "+AGE-", "\r", "\n", "a\u0301\u0323", "\u0344", "\U0001f468\u200d"},
}
