package crawler

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"baoluu/cleaner/challenge"
	"baoluu/sites"
)

func TestChallengeRedirects(t *testing.T) {
	asked, _ := url.Parse("https://vov.vn/xa-hoi/a-post1340966.vov")
	for raw, want := range map[string]bool{
		"/captcha?back=1": true, "/bot-check/": true, "/xac-thuc-truy-cap.html": true, "https://validate.perfdrive.com/captcha": true, "https://geo.captcha-delivery.com/x": true,
		"/": false, "/xa-hoi/captcha-la-gi-post1340967.vov": false, "/xa-hoi": false, "/the-thao/thach-thuc-challenger": false, "https://example.org/": false, "/wafer": false,
	} {
		to, err := asked.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		a, err := vov(t).Address(to.String())
		if err != nil {
			t.Fatal(err)
		}
		if got := isChallengeRedirect(asked, to, a.Kind, http.Header{}); got != want {
			t.Errorf("%s: %v", raw, got)
		}
	}
	if !isChallengeRedirect(asked, asked, sites.Article, http.Header{"Set-Cookie": {"a=1"}}) || isChallengeRedirect(asked, asked, sites.Article, http.Header{}) {
		t.Error("to itself, with and without a cookie")
	}
}

func vov(t *testing.T) *sites.Site {
	t.Helper()
	s, ok := sites.ByName("vov")
	if !ok {
		t.Fatal("no vov")
	}
	return s
}

func TestSaysNotFound(t *testing.T) {
	for title, want := range map[string]bool{
		"404": true, "Lỗi 404": true, "404 Not Found": true, "404 - Không tìm thấy trang": true, "Không tìm thấy trang": true, "Không tìm thấy nội dung": true,
		"Không tìm thấy trang | Báo Mẫu": true, "Báo Mẫu - Trang không tồn tại": true, "Trang bạn yêu cầu không tồn tại": true, "Bài viết không tồn tại": true,
		"Bài viết không tồn tại hoặc đã bị xóa": true, "Bài viết đã bị gỡ": true, "Page not found": true, "Oops! Page Not Found": true, "The page you requested was not found.": true,
		"This story is no longer available": true, "Kho\u0302ng ti\u0300m tha\u0302\u0301y trang": true, "Lỗi: không tìm thấy trang này": true, "Rất tiếc, không tìm thấy bài viết này": true,

		"Không tìm thấy nạn nhân trong vụ lở đất": false, "Trang phục truyền thống": false, "404 ngôi nhà được xây mới": false, "Nội dung không có trong sách": false,
		"Không tìm thấy trang thiết bị cứu hộ ở hiện trường": false, "Page not found: how the web forgets": false, "Tin không đúng sự thật": false,
		"Bài viết không tồn tại trên mạng xã hội như lời đồn": false, "": false, "Dân trí": false, "Lỗi hệ thống khiến 404 chuyến bay bị hoãn": false,
		"Không tìm thấy": true, "Không tìm thấy kết quả phù hợp": true, strings.Repeat("404 ", 100): false,
	} {
		if got := saysNotFound(title); got != want {
			t.Errorf("%q: %v", title, got)
		}
	}
}

// TestRealPagesAreNoBarriers goes over saved pages of the newspapers and of
// others: none is a challenge, and none says that there is nothing.
func TestRealPagesAreNoBarriers(t *testing.T) {
	pages := 0
	each := func(path string, body []byte) {
		pages++
		if got := challenge.Of(http.Header{"Content-Type": {"text/html"}}.Get, body); got != "" {
			t.Errorf("%s: %s", path, got)
		}
		root, err := html.Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(path, err)
		}
		for _, headline := range headlines(root) {
			if saysNotFound(headline) {
				t.Errorf("%s: gone, by %q", path, headline)
			}
		}
	}
	dir := shared(t)
	err := filepath.WalkDir(filepath.Join(dir, "pages"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".html" {
			return err
		}
		body, err := os.ReadFile(path)
		each(path, body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	others, err := filepath.Glob(filepath.Join(dir, "generic", "html", "*.html.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range others {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(z)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		each(path, body)
	}
	if pages < 300 {
		t.Errorf("only %d pages", pages)
	}
}

// shared is the folder of reference data beside the checkout.
func shared(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../shared")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("reference data: %v", err)
		}
		t.Skip("no reference data beside the checkout:", path)
	}
	return path
}

func FuzzSaysNotFound(f *testing.F) {
	f.Add("Không tìm thấy trang | Báo Mẫu")
	f.Add(" - | :: ")
	f.Fuzz(func(t *testing.T, title string) { saysNotFound(title) })
}
