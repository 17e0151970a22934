package crawler

import (
	"net/http"
	"net/url"
	"regexp"

	"baoluu/sites"
)

// challengePath is a redirect's way to a test.
var challengePath = regexp.MustCompile(`(?i)(^|[/._-])(captcha|recaptcha|challenge|validatecaptcha|bot-?check|anti-?bot|anti-?ddos|human-?(check|verification)|verify-?(human|browser)|are-?you-?human|xac-thuc-truy-cap|__cf_chl|waf)([/._?=-]|$)`)

// isChallengeRedirect tells a redirect to a test: to an address that says so, or
// to the same address, with a cookie that is to come back.
func isChallengeRedirect(asked, to *url.URL, kind sites.Kind, h http.Header) bool {
	if to.String() == asked.String() {
		return h.Get("Set-Cookie") != ""
	}
	return kind != sites.Article && // an article's slug may speak of one
		challengePath.MatchString(to.Host+to.Path)
}
