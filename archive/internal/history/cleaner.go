package history

import (
	"errors"

	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/sites"
)

// Cleaner makes articles of pages.
type Cleaner struct {
	Name  func(site string) string // what it writes into its articles of a newspaper
	Clean func(cleaner.Page, *sites.Site) (cleaner.Article, error)
}

// Present is this program's cleaner.
func Present() Cleaner {
	return Cleaner{Name: func(site string) string {
		s, _ := sites.ByName(site)
		return cleaner.Name(s)
	}, Clean: cleaner.Clean}
}

// Read makes the article of a newspaper's capture, nil where there is none; refused says why.
func (cl Cleaner) Read(site string, c capture.Capture, body []byte) (art *cleaner.Article, refused string) {
	s, _ := sites.ByName(site)
	made, err := cl.Clean(pageOf(c, body), s)
	var not *cleaner.NotArticleError
	switch {
	case errors.As(err, &not):
		return nil, not.Reason
	case err != nil:
		return nil, err.Error() // the page's fault: too deep, too large
	}
	return &made, ""
}

func pageOf(c capture.Capture, body []byte) cleaner.Page {
	return cleaner.Page{Body: body, ContentType: c.ContentType, URL: c.URL, Captured: c.Time, Answer: c.Status != 0}
}
