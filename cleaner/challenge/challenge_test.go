package challenge

import (
	"net/http"
	"strings"
	"testing"
)

func TestChallenge(t *testing.T) {
	article := "<html><head><title>Tin</title></head><body><h1>Tin</h1>" + strings.Repeat("<p>Một câu.</p>", 9)
	menu := strings.Repeat(`<li><a href="/muc">Mục</a></li>`, 10)
	for name, tt := range map[string]struct {
		body string
		want Kind
	}{
		"cookie and reload":        {`<html><script>document.cookie="D1N=0123";window.location.reload(true);</script></html>`, "challenge page"},
		"cookie and refresh":       {`<html><head><meta http-equiv="refresh" content="0"></head><body><script>document.cookie="a=1"</script></body></html>`, "challenge page"},
		"cookie, computed":         {`<html><body><script src="/aes.js"></script><script>function toNumbers(d){}var a=toNumbers("f6");document.cookie="__test="+toHex(slowAES.decrypt(c,2,a,b))+"; path=/";location.href="http://bao.example/?i=1";</script><noscript>This site requires Javascript to work</noscript></body></html>`, "challenge page"},
		"cookie, no reload":        {`<html><script>document.cookie="seen=1"</script><p>Trang tin hôm nay có gì mới</p></html>`, ""},
		"Cloudflare":               {`<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={};var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1';</script></body></html>`, "challenge page"},
		"Cloudflare, refused":      {`<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body><div id="cf-error-details"><h1 data-translate="block_headline">Sorry, you have been blocked</h1><h2>You are unable to access bao.example</h2><p>This website is using a security service to protect itself.</p></div></body></html>`, "challenge page"},
		"Cloudflare's script":      {`<html><body><ul>` + menu + `</ul><script>a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';document.cookie;location.href</script></body></html>`, ""},
		"Turnstile":                {`<html><body><div class="cf-turnstile" data-sitekey="x"></div></body></html>`, "challenge page"},
		"Incapsula":                {`<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"></head><body><iframe id="main-iframe" src="/_Incapsula_Resource?CWUDNSAI=9&xinfo=1" width="100%">Request unsuccessful. Incapsula incident ID: 0-1</iframe></body></html>`, "challenge page"},
		"Incapsula's script":       {`<html><body><ul>` + menu + `</ul><script src="/_Incapsula_Resource?SWJIYLWA=1"></script></body></html>`, ""},
		"DataDome":                 {`<html lang="en"><head><title>bao.example</title></head><body><p id="cmsg">Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script></body></html>`, "challenge page"},
		"PerimeterX":               {`<html><head><title>Access to this page has been denied</title></head><body><div id="px-captcha"></div></body></html>`, "challenge page"},
		"AWS":                      {`<html><head><script>window.awsWafCookieDomainList=[];window.gokuProps={};</script></head><body><div id="challenge-container"></div><noscript><h1>JavaScript is disabled</h1></noscript></body></html>`, "challenge page"},
		"vDDoS":                    {`<html><head><script src="/vddosw3data.js"></script></head><body>Đang chuyển hướng</body></html>`, "challenge page"},
		"Vietnamese":               {`<html><head><title>Xác thực truy cập</title></head><body><h2>Đang kiểm tra trình duyệt của bạn</h2><p>Vui lòng đợi trong giây lát</p></body></html>`, "challenge page"},
		"Vietnamese, NFD":          {"<html><head><title>Ba\u0323n kho\u0302ng pha\u0309i la\u0300 robot?</title></head><body><form></form></body></html>", "challenge page"},
		"Vietnamese WAF":           {`<html><head><title>Thông báo</title></head><body><div>Truy cập của bạn đã bị chặn. Mã sự kiện: 1234</div></body></html>`, "challenge page"},
		"F5":                       {`<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br><br>Your support ID is: 1</body></html>`, "challenge page"},
		"captcha form":             {`<html><body><form><div class="g-recaptcha" data-sitekey="x"></div></form></body></html>`, "challenge page"},
		"app shell":                {`<!doctype html><html><head><title>Báo Mẫu</title><script src="/main.1234.js"></script></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body></html>`, "empty shell"},
		"script elsewhere":         {`<html><head><script>window.location="https://bao.example/moi"</script></head></html>`, "empty shell"},
		"a picture, a script":      {`<html><body><img src="a.jpg"><script src="a.js"></script></body></html>`, ""},
		"bare, no script":          {`<html><body></body></html>`, ""},
		"article":                  {article, ""},
		"comments, captcha":        {article + `<div class="g-recaptcha"></div>`, ""},
		"flash with comments":      {`<html><body><ul>` + menu + `</ul><article><h1>Tin nhanh</h1><p>Một câu.</p></article><div class="g-recaptcha"></div></body></html>`, ""},
		"short news of robots":     {`<html><head><title>Bạn không phải là robot</title></head><body><article><h1>Bạn không phải là robot: vì sao web hỏi thế?</h1><p>Một câu ngắn.</p></article></body></html>`, ""},
		"articleBody":              {`<html><body><div itemprop="articleBody">Tường lửa website là gì</div></body></html>`, ""},
		"a long page":              {strings.Repeat(" ", maxChallenge) + `<html>g-recaptcha`, ""},
		"long text, cookie script": {`<html><script>document.cookie="a";location.reload()</script><div>` + strings.Repeat("chữ ", 400), ""},
		"empty":                    {"", ""},
		"a feed":                   {`<rss><channel></channel></rss>`, ""},
		"word in a headline":       {`<html><body><h1>Captcha là gì?</h1></body></html>`, ""},
	} {
		if got := Of(http.Header{"Content-Type": {"text/html"}}.Get, []byte(tt.body)); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	for name, value := range map[string]string{"Cf-Mitigated": "challenge", "X-Amzn-Waf-Action": "captcha"} {
		if Of(http.Header{name: {value}}.Get, nil) == "" {
			t.Errorf("%s is not believed", name)
		}
	}
	if got := Of(http.Header{"Content-Type": {"text/plain"}}.Get, []byte("User-agent: *\nDisallow: /captcha")); got != "" {
		t.Errorf("robots.txt: %q", got)
	}
}

func FuzzOf(f *testing.F) {
	f.Add([]byte("<html><title>Just a moment</title><script>document.cookie;location=1</script>"))
	f.Add([]byte("<html><h1><noscript><style></h1>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		of := Of(http.Header{"Content-Type": {"text/html"}}.Get, body)
		if of != "" && len(body) > maxChallenge {
			t.Fatalf("%d bytes are a %s", len(body), of)
		}
	})
}
