package challenge

import (
	"bytes"
	"net/http"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// A page that wants to see a browser or a person instead of showing an article
// is known by what it is made of, not by who made it: it says little, links to
// nearly nothing, and either names the test or has nothing but a script. The
// marks alone would not do: sound pages carry their protector's scripts too
// (Cloudflare's /cdn-cgi/challenge-platform/scripts/jsd, Imperva's
// /_Incapsula_Resource), and a comment form its CAPTCHA.
const (
	maxChallenge     = 64 << 10 // bytes of such a page, its styles and pictures included
	maxChallengeText = 1200     // characters it shows; Cloudflare's longest has 700
	maxChallengeLink = 8        // links it has
	maxShellText     = 20       // characters of a page with nothing on it
)

// challengeHeaders are response headers by which a protector says it outright.
var challengeHeaders = []struct{ name, value string }{
	{"Cf-Mitigated", "challenge"},
	{"X-Amzn-Waf-Action", ""}, // challenge, captcha
	{"X-Sucuri-Block", ""},
}

// challengeMarks are pieces of the pages' source, in lower case.
var challengeMarks = [][]byte{
	[]byte("g-recaptcha"), []byte("h-captcha"), []byte("hcaptcha.com"), []byte("cf-turnstile"), []byte("turnstile/v0"),
	[]byte("cf-chl-"), []byte("cf_chl_"), []byte("/orchestrate/chl_page"), []byte("cf-browser-verification"), []byte("cf-error-details"),
	[]byte("captcha-delivery.com"), []byte("px-captcha"), []byte("/_incapsula_resource"), []byte("ddos-guard"), []byte("vddosw3data"),
	[]byte("awswafcookiedomainlist"), []byte("gokuprops"), []byte("sucuri_cloudproxy"), []byte("geetest"), []byte("/_guard/"),
	[]byte(`id="captcha`), []byte(`class="captcha`), []byte(`name="captcha`), []byte("<title>captcha"), []byte("slowaes.decrypt"),
}

// challengeWords are what such pages show, in lower case and NFC. They count
// only on a page as short and bare as those are.
var challengeWords = []string{
	"just a moment", "attention required", "checking your browser", "checking if the site connection is secure", "checking the site connection",
	"verify you are human", "verify that you are human", "verifying you are human", "verifying your browser", "are you a robot", "are you human",
	"not a robot", "enable javascript and cookies to continue", "unusual traffic", "automated requests", "press & hold", "press and hold",
	"incapsula incident id", "sucuri website firewall", "additional security check", "ddos protection by", "you have been blocked", "request blocked",
	"the requested url was rejected",
	"không phải là robot", "không phải robot", "không phải là người máy", "không phải người máy", "có phải là robot", "bạn là con người",
	"bạn là người thật", "kiểm tra trình duyệt", "xác minh trình duyệt", "xác thực trình duyệt", "xác thực truy cập", "xác minh truy cập",
	"truy cập bất thường", "lưu lượng bất thường", "lưu lượng truy cập bất thường", "nhập mã xác nhận", "nhập mã xác thực", "nhập mã captcha",
	"tường lửa ứng dụng", "tường lửa website", "bạn đã bị chặn", "truy cập của bạn bị chặn", "truy cập của bạn đã bị chặn", "yêu cầu bị từ chối", "yêu cầu của bạn bị từ chối",
	"yêu cầu của bạn đã bị từ chối", "địa chỉ ip của bạn đã bị", "bảo vệ chống ddos",
}

// reloads are how a script asks for the page again, or goes elsewhere.
var reloads = [][]byte{
	[]byte("location.reload"), []byte("location.href"), []byte("location.replace"), []byte("location.assign"),
	[]byte("window.location"), []byte("document.location"), []byte("location="), []byte("location ="), []byte(`http-equiv="refresh"`),
}

// Kind is what a page is that stands in an article's place.
type Kind string

// The kinds of challenge and notice.
const (
	Page       Kind = "challenge page" // a test to be passed, or a refusal in its place
	EmptyShell Kind = "empty shell"    // nothing but a script
	LogIn      Kind = "log-in wall"
	Refusal    Kind = "refusal"       // the page is not shown to us, or here
	Outage     Kind = "outage notice" // maintenance, no database, a server's fault
	Parked     Kind = "parked domain"
)

// Refuses reports whether the page is kept from us. The other kinds say that it could not
// be shown to anybody.
func (k Kind) Refuses() bool {
	return k == Page || k == EmptyShell || k == LogIn || k == Refusal
}

// String is the kind with its article: "a challenge page".
func (k Kind) String() string {
	if k == EmptyShell || k == Outage {
		return "an " + string(k)
	}
	return "a " + string(k)
}

// Of says which kind an answer is, "" where it is none. header gives a
// field of its header, "" where it is not there.
func Of(header func(name string) string, body []byte) Kind {
	for _, c := range challengeHeaders {
		if got := header(c.name); got != "" && (c.value == "" || strings.EqualFold(got, c.value)) {
			return Page
		}
	}
	if len(body) == 0 || len(body) > maxChallenge || !IsHTML(header("Content-Type"), body) {
		return ""
	}
	lower := bytes.ToLower(body)
	if bytes.Contains(lower, []byte("articlebody")) || bytes.Count(lower, []byte("<p")) > maxChallengeLink {
		return ""
	}
	s := glance(body)
	letters := utf8.RuneCountInString(s.text)
	if letters > maxChallengeText || s.links > maxChallengeLink {
		return ""
	}
	switch {
	case bytes.Contains(lower, []byte("document.cookie")) && containsAny(lower, reloads) && letters < maxChallengeText/4:
		return Page
	case containsAny(lower, challengeMarks):
		return Page
	case s.heading != "" && s.article:
		// A short article may speak of robots and firewalls; it has a headline.
	case saysChallenge(s):
		return Page
	}
	if kind := notice(s); kind != "" {
		return kind
	}
	if letters < maxShellText && s.scripts > 0 && s.links == 0 && !s.media {
		return EmptyShell
	}
	return ""
}

// saysChallenge looks for the words of a challenge in what a page says first:
// its title, its headline, what it shows without scripts, and its text where
// that is no more than a few sentences.
func saysChallenge(s glimpse) bool {
	first := s.title + "\n" + s.heading + "\n" + s.noscript
	if utf8.RuneCountInString(s.text) < maxChallengeText/2 {
		first += "\n" + s.text
	}
	first = strings.ToLower(norm.NFC.String(first))
	for _, words := range challengeWords {
		if strings.Contains(first, words) {
			return true
		}
	}
	return false
}

func containsAny(s []byte, of [][]byte) bool {
	for _, sub := range of {
		if bytes.Contains(s, sub) {
			return true
		}
	}
	return false
}

// glimpse is what a short page shows.
type glimpse struct {
	title, heading string // of title and the first h1
	noscript       string
	text           string // of the body, one blank between words
	links, scripts int
	article, media bool
}

// glance reads a page without building its tree.
func glance(body []byte) glimpse {
	var s glimpse
	var text, title, heading, noscript strings.Builder
	inside := map[string]int{}
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			s.title, s.heading, s.noscript, s.text = words(&title), words(&heading), words(&noscript), words(&text)
			return s
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch tag := string(name); tag {
			case "a":
				s.links++
			case "script":
				s.scripts++
				inside[tag]++
			case "article":
				s.article = true
			case "img", "video", "audio", "embed", "object":
				s.media = true
			case "style", "title", "noscript", "h1":
				inside[tag]++
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if tag := string(name); inside[tag] > 0 {
				inside[tag]--
			}
		case html.TextToken:
			switch t := z.Text(); {
			case inside["script"] > 0 || inside["style"] > 0:
			case inside["title"] > 0:
				title.Write(t)
			case inside["noscript"] > 0:
				noscript.Write(t)
			default:
				if inside["h1"] > 0 {
					heading.Write(t)
				}
				text.Write(t)
				text.WriteByte(' ')
			}
		}
	}
}

func words(b *strings.Builder) string {
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}

// IsHTML reports whether a body is to be parsed as a page. A type that is absent
// or says nothing is looked through, and so is a picture sent as a page.
func IsHTML(contentType string, body []byte) bool {
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	sniffed := http.DetectContentType(body)
	switch strings.TrimSpace(media) {
	case "text/html", "application/xhtml+xml":
		return strings.HasPrefix(sniffed, "text/") || sniffed == "application/octet-stream"
	case "", "text/plain", "application/octet-stream", "*/*":
		return strings.HasPrefix(sniffed, "text/html")
	}
	return false
}
