package sampleweb

import (
	"bytes"
	"net/http"
	"regexp"
	"strconv"
)

// What a server sends with a 200 in an article's place, beside [Missing], [FrontPage]
// and [Challenge]: notices that name no newspaper, and what the newspaper's own programs
// make when they fail.

// Maintenance answers 200 with a notice that the site is being maintained.
func Maintenance() Fault {
	return notice(http.StatusOK, "Bảo trì", "Hệ thống đang bảo trì", "Báo đang được nâng cấp. Mời bạn đọc quay lại sau ít phút.")
}

// DatabaseError answers 200 with what a site without its database says.
func DatabaseError() Fault {
	return notice(http.StatusOK, "Lỗi", "Error establishing a database connection", "")
}

// LogIn answers 200 with a page that wants a name and a password.
func LogIn() Fault {
	return notice(http.StatusOK, "Đăng nhập", "Đăng nhập", `Vui lòng đăng nhập để đọc tiếp.<form method="post"><input name="u"><input type="password" name="p"></form>`)
}

// Parked answers 200 with a page about a domain that is for sale.
func Parked() Fault {
	return notice(http.StatusOK, "Tên miền", "Tên miền này đang được chào bán", "Liên hệ nhà đăng ký để biết giá và thủ tục chuyển nhượng.")
}

// Altered answers 203 with a page of somebody on the way, which keeps the article from us.
func Altered() Fault {
	return notice(http.StatusNonAuthoritativeInfo, "Cảnh báo", "Địa chỉ này thuộc danh mục cần kiểm soát", "Nhà cung cấp dịch vụ không hiển thị trang mà bạn vừa mở.")
}

func notice(status int, title, headline, text string) Fault {
	return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		shortAnswer(rw, status, "<html><head><title>"+title+"</title></head><body><h1>"+headline+"</h1><p>"+text+"</p></body></html>\n")
	}
}

// StoreError answers 200 with the error of a store of files.
func StoreError() Fault {
	return func(rw http.ResponseWriter, _ *http.Request, _ http.Handler) {
		rw.Header().Set("Content-Type", "application/xml")
		rw.WriteHeader(http.StatusOK)
		_, _ = rw.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`))
	}
}

// Another answers 200 with what stands at another path of the host: with another article,
// as a cache does that mixes two up.
func Another(path string) Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) { servePath(rw, r, next, path) }
}

var (
	headline = regexp.MustCompile(`(?s)<h1[^>]*>.*?</h1>(\s*<p>.*?</p>)?`)
	// paragraphs are the beginnings of long ones; texts all that tells the story.
	paragraphs = regexp.MustCompile(`<(?:p\b[^>]*|div)>[^<]{40}`)
	texts      = regexp.MustCompile(`(?s)<(?:p|h2|h3|h4|li|figure|blockquote|tr)\b[^>]*>.*?</(?:p|h2|h3|h4|li|figure|blockquote|tr)>|<div>.*?</div>`)
)

// Framed answers 200 with the newspaper's frame, and a line instead of an article.
func Framed() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		frame := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { Missing()(rw, r, next) })
		altered(rw, r, frame, func(page []byte) []byte {
			page = bytes.ReplaceAll(page, []byte("Không tìm thấy trang"), []byte("Thông báo"))
			return headline.ReplaceAll(page, []byte("<p>Chuyên mục đang sắp xếp lại, hẹn gặp quý vị trong buổi tới.</p>"))
		})
	}
}

// EmptyTemplate answers 200 with the article's page without its text.
func EmptyTemplate() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		altered(rw, r, next, func(page []byte) []byte { return texts.ReplaceAll(page, nil) })
	}
}

// BreakOff answers with the first half of the article's markup, and says that it is all.
func BreakOff() Fault {
	return func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		altered(rw, r, next, func(page []byte) []byte {
			// Half of the text, wherever the frame has put it.
			all := paragraphs.FindAllIndex(page, -1)
			if len(all) == 0 {
				return page[:len(page)/2]
			}
			return page[:all[len(all)/2][0]]
		})
	}
}

// altered answers with a page as change leaves it, whatever the client has of it.
func altered(rw http.ResponseWriter, r *http.Request, next http.Handler, change func([]byte) []byte) {
	r = r.Clone(r.Context())
	for _, name := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since"} {
		r.Header.Del(name)
	}
	page := record(r, next)
	body := change(page.body.Bytes())
	page.header.Del("ETag")
	page.header.Del("Last-Modified")
	page.header.Set("Content-Length", strconv.Itoa(len(body)))
	page.head(rw)
	_, _ = rw.Write(body)
}
