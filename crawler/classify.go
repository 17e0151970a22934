package crawler

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/challenge"
	"baoluu/crawler/transport"
	"baoluu/sites"
)

// outcome is what one answer means.
type outcome struct {
	state capture.State
	// gap says why the answer brings no page, "" where it does.
	gap string
	// target is where a redirect leads; valid where state is Moved, or Gone by
	// a redirect to the front page.
	target    sites.Address
	permanent bool // the redirect is for good
	retry     bool // worth asking again in this run
}

// classify says what an answer to a request for an address of this kind means.
func classify(site *sites.Site, asked *url.URL, kind sites.Kind, x *visit) outcome {
	if x.Err != nil {
		v := outcome{state: capture.Broken, gap: gapOf(x.Err)}
		switch v.gap {
		case "too large", "local address", "bad address", "interrupted":
		default:
			v.retry = true
		}
		return v
	}
	switch code := x.Status; {
	case code == http.StatusNotModified:
		return outcome{state: capture.Live}
	case code >= 300 && code < 400:
		return classifyRedirect(site, asked, kind, x)
	case code >= 200 && code < 300, code == http.StatusForbidden, code == http.StatusMethodNotAllowed, code == http.StatusServiceUnavailable:
		p := cleaner.Page{Body: x.Body, ContentType: x.Header.Get("Content-Type"), URL: asked.String(), Captured: x.At}
		switch kind := cleaner.Challenge(x.Header.Get, p, site); {
		case kind == "", code >= 300 && kind != challenge.Page && kind != challenge.EmptyShell:
			// an error's own page says no more than its status
		case kind.Refuses():
			return outcome{state: capture.Blocked, gap: string(kind)}
		default:
			return outcome{state: capture.Broken, gap: string(kind)}
		}
		switch code {
		case http.StatusOK, http.StatusNonAuthoritativeInfo:
			return outcome{state: capture.Live}
		case http.StatusForbidden:
			return outcome{state: capture.Blocked, gap: status(code)}
		}
		return outcome{state: capture.Broken, gap: status(code), retry: code >= 500}
	case code == http.StatusNotFound, code == http.StatusGone:
		return outcome{state: capture.Gone, gap: "gone"}
	case code == http.StatusUnauthorized, code == http.StatusUnavailableForLegalReasons:
		return outcome{state: capture.Blocked, gap: status(code)}
	default:
		return outcome{state: capture.Broken, gap: status(code), retry: code >= 500 || code == http.StatusTooManyRequests}
	}
}

func status(code int) string { return fmt.Sprintf("status %d", code) }

func classifyRedirect(site *sites.Site, asked *url.URL, kind sites.Kind, x *visit) outcome {
	location := x.Header.Get("Location")
	to, err := asked.Parse(location)
	if location == "" || err != nil {
		return outcome{state: capture.Broken, gap: "redirect to nowhere"}
	}
	v := outcome{
		state:     capture.Moved,
		permanent: x.Status == http.StatusMovedPermanently || x.Status == http.StatusPermanentRedirect,
	}
	if v.target, err = site.Address(to.String()); err != nil {
		v.state, v.gap = capture.Broken, "redirect to nowhere"
		return v
	}
	switch err := transport.GuardURL(to); {
	case err != nil:
		v.gap = "local address"
	case isChallengeRedirect(asked, to, v.target.Kind, x.Header):
		v.state, v.gap = capture.Blocked, string(challenge.Page)
	case v.target.Kind == sites.Foreign:
		v.gap = "moved away"
	case kind == sites.Article && isFront(site, to):
		// A newsroom takes an article down by sending its readers home.
		v.state, v.gap = capture.Gone, "gone"
	}
	return v
}

// isFront reports whether an address is a front page: the newspaper's, or that of
// one of its editions.
func isFront(site *sites.Site, u *url.URL) bool {
	if u.Path == "" || u.Path == "/" || u.Path == "/index.html" || u.Path == "/index.htm" {
		return true
	}
	a, err := site.Address(u.String())
	if err != nil {
		return false
	}
	for _, s := range site.Sources {
		if s.Kind != sites.FrontPage {
			continue
		}
		if front, err := site.Address(s.URL); err == nil && front.Page == a.Page {
			return true
		}
	}
	return false
}

// gapOf names why a request failed, for the run's report.
func gapOf(err error) string {
	if errors.Is(err, errNotSent) {
		return "bad address"
	}
	return transport.Gap(err)
}
