package sites

import (
	"fmt"
	"regexp"
	"time"
)

// forms compiles patterns of whole paths; a typo panics at package start and
// so fails every test at once.
func forms(patterns ...string) []*regexp.Regexp {
	res := make([]*regexp.Regexp, len(patterns))
	for i, p := range patterns {
		res[i] = form(p)
	}
	return res
}

func form(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

// day is midnight, in [Zone], of a day written 2006-01-02.
func day(s string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s, Zone)
	if err != nil {
		panic(fmt.Sprintf("sites: %v", err))
	}
	return t
}
