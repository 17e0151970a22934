package challenge

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A notice says why there is no article: that the site is being maintained, that its
// database is down, that the domain is for sale, that one has to log in. Servers send
// them with a 200. Like a challenge, a notice is short and links to nearly nothing. A
// notice within the newspaper's own frame has too many links to be known by itself: the
// page's history tells it from the article.

// notices are what notices say, in lower case and NFC. titles are their title or
// headline as a whole; phrases stand in it, or in their text where that is no more than
// a few sentences.
var notices = []struct {
	kind            Kind
	titles, phrases []string
}{
	{
		Outage,
		[]string{
			"bảo trì", "bảo trì hệ thống", "bảo trì định kỳ", "nâng cấp hệ thống", "nâng cấp", "hệ thống đang bận", "lỗi", "lỗi hệ thống", "lỗi máy chủ", "thông báo bảo trì", "tạm ngừng hoạt động",
			"maintenance", "site maintenance", "maintenance mode", "error", "server error", "runtime error", "application error", "database error", "site error", "unexpected error",
			"it works!", "it works", "fatal error", "we'll be back soon", "coming soon", "offline",
		},
		[]string{
			"đang bảo trì", "đang được bảo trì", "bảo trì hệ thống", "hệ thống bảo trì", "bảo trì định kỳ", "đang nâng cấp", "đang được nâng cấp", "nâng cấp hệ thống", "tạm thời gián đoạn", "tạm ngừng phục vụ",
			"tạm ngưng phục vụ", "tạm dừng phục vụ", "đang quá tải", "bị quá tải", "máy chủ quá tải", "gặp sự cố kỹ thuật", "lỗi kết nối", "lỗi máy chủ", "lỗi hệ thống", "lỗi truy vấn", "lỗi cơ sở dữ liệu", "có lỗi xảy ra",
			"xảy ra lỗi", "quá nhiều kết nối", "vui lòng quay lại sau", "vui lòng thử lại", "vui lòng trở lại sau", "quay lại sau ít phút", "quay lại sau giây lát", "mời quý vị quay lại sau", "mời bạn quay lại sau", "nội dung đang được cập nhật",
			"bài viết đang được cập nhật", "trang đang được cập nhật", "trang web đang được cập nhật", "website đang được cập nhật", "đang trong quá trình xây dựng", "không thể kết nối", "không kết nối được",
			"under maintenance", "undergoing maintenance", "undergoing scheduled maintenance", "scheduled maintenance", "down for maintenance", "closed for maintenance", "under construction", "temporarily unavailable", "temporarily down", "temporarily offline", "temporarily out of service",
			"service unavailable", "currently unavailable", "be back soon", "be back shortly", "be right back", "try again later", "try again in a few", "check back later", "check back soon", "come back later",
			"establishing a database connection", "connect to the database", "connect to database", "connect to mysql", "connect to local mysql", "database connection error", "database connection failed", "database error", "sqlstate[", "sql syntax", "mysql server has gone away", "too many connections", "ora-0", "ora-1", "timeout expired",
			"internal server error", "bad gateway", "gateway time-out", "gateway timeout", "server error in '/", "an error occurred", "error has occurred", "error occurred while", "something went wrong", "fatal error:", "uncaught exception", "uncaught error", "parse error:", "stack trace", "object reference not set", "failed to open stream", "traceback (most recent", "undefined index:", "undefined variable", ".php on line", ".php:",
			"upstream connect error", "no healthy upstream", "backend fetch failed", "guru meditation", "origin is unreachable", "connection timed out", "too many requests", "reduce your request rate", "server is too busy", "server is busy", "server is overloaded",
			"index of /", "welcome to nginx", "apache2 default page", "apache2 ubuntu default page", "apache2 debian default page", "iis windows server", "default web site page", "http server test page",
		},
	},
	{
		Parked,
		nil,
		[]string{
			"tên miền này", "tên miền đã hết hạn", "tên miền hết hạn", "tên miền đang được", "tên miền đang rao bán", "tên miền chưa được", "rao bán tên miền", "gia hạn tên miền", "gia hạn hosting", "tài khoản hosting", "website này đã bị tạm", "trang web này đã bị tạm", "website đã bị tạm ngưng", "website tạm ngưng", "hosting đã hết hạn",
			"this domain", "domain is for sale", "domain for sale", "domain has expired", "domain name has expired", "domain is parked", "parked domain", "parked free", "domain parking", "sedoparking", "buy this domain", "account has been suspended", "account suspended", "website has been suspended", "site has been suspended", "website is suspended",
		},
	},
	{
		LogIn,
		[]string{"đăng nhập", "đăng nhập hệ thống", "đăng nhập tài khoản", "đăng ký", "đăng nhập / đăng ký", "trang đăng nhập", "log in", "login", "sign in", "sign up", "log on", "member login"},
		[]string{
			"vui lòng đăng nhập", "cần đăng nhập", "phải đăng nhập", "hãy đăng nhập", "xin đăng nhập", "mời bạn đăng nhập", "mời quý vị đăng nhập", "đăng nhập để", "đăng nhập hoặc đăng ký", "đăng ký tài khoản để", "đăng ký để đọc", "đăng ký gói", "chỉ dành cho thành viên", "dành riêng cho thành viên", "chỉ dành cho hội viên", "dành cho độc giả trả phí", "dành cho thuê bao",
			"please log in", "please login", "please sign in", "log in to", "login to", "sign in to", "login required", "you must be logged in", "need to be logged in", "subscribe to continue", "subscribe to read", "register to continue", "register to read", "for subscribers only", "subscribers only", "members only", "already a subscriber", "already a member", "your limit of free", "free articles this month", "continue reading", "keep reading", "đọc tiếp trên ứng dụng", "tải ứng dụng để", "mở ứng dụng để", "đăng ký để xem", "đăng nhập tài khoản để",
		},
	},
	{
		Refusal,
		[]string{"forbidden", "unauthorized", "403", "403 forbidden", "truy cập bị từ chối", "từ chối truy cập", "cấm truy cập"},
		[]string{
			"trang bị chặn", "trang web bị chặn", "trang này bị chặn", "trang này đã bị chặn", "website này đã bị chặn", "trang web này đã bị chặn", "nội dung bị chặn", "nội dung này bị chặn", "nội dung này đã bị chặn", "yêu cầu đã bị chặn", "đã bị chặn theo", "đã bị chặn bởi", "bị chặn theo quy định", "từ chối truy cập", "truy cập bị từ chối", "truy cập bị chặn", "không có quyền truy cập", "không có quyền xem",
			"không khả dụng tại quốc gia", "không khả dụng ở quốc gia", "không khả dụng tại khu vực", "không khả dụng ở khu vực", "không có sẵn tại quốc gia", "không được phép truy cập",
			"access denied", "access is denied", "access forbidden", "access to this page has been denied", "access to this site", "has been blocked", "is blocked", "page blocked", "site blocked", "website blocked", "you don't have permission", "you do not have permission", "not authorized to", "not available in your country", "not available in your region", "not available in your location", "unavailable in your",
			"unavailable for legal reasons", "geo-blocked",
		},
	},
}

// notice says what kind of notice a page is that is as short and bare as one, "" for none.
func notice(s glimpse) Kind {
	for _, title := range []string{s.title, s.heading} {
		for _, n := range notices {
			if slices.Contains(n.titles, plain(title)) {
				return n.kind
			}
		}
	}
	first := s.title + "\n" + s.heading + "\n" + s.noscript
	if utf8.RuneCountInString(s.text) < maxChallengeText/2 {
		first += "\n" + s.text
	}
	return Notice(first)
}

// Notice says what kind of notice speaks so, "" for none. It is for a text of a few
// sentences: a longer one may speak of notices.
func Notice(text string) Kind {
	text = plain(text)
	for _, n := range notices {
		if slices.ContainsFunc(n.phrases, func(phrase string) bool { return strings.Contains(text, phrase) }) {
			return n.kind
		}
	}
	return ""
}

func plain(text string) string { return strings.ToLower(norm.NFC.String(text)) }
