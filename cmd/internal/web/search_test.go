package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baoluu/sites"
)

// A day, a month and a year are read as both languages write them, and nothing else is.
func TestDaysOfASearch(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, sites.Zone) }
	for text, want := range map[string][2]time.Time{
		"2016-04-08": {day(2016, 4, 8), day(2016, 4, 9)},
		"08/04/2016": {day(2016, 4, 8), day(2016, 4, 9)},
		"8/4/2016":   {day(2016, 4, 8), day(2016, 4, 9)},
		"2016-02":    {day(2016, 2, 1), day(2016, 3, 1)},
		"2/2016":     {day(2016, 2, 1), day(2016, 3, 1)},
		"2016":       {day(2016, 1, 1), day(2017, 1, 1)},
		"":           {},
	} {
		if begins, ends, ok := soughtSpan(text); !ok || !begins.Equal(want[0]) || !ends.Equal(want[1]) {
			t.Errorf("%q: %s to %s, %v", text, begins, ends, ok)
		}
	}
	for _, text := range []string{"hôm nay", "31/02/2016", "2016-13", "16", "0001", "9999", "2016-04-08T10:00", "-2016", " "} {
		if _, _, ok := soughtSpan(text); ok {
			t.Errorf("%q is no day", text)
		}
	}
}

// The address of a search says all that was asked for.
func TestSearchAddresses(t *testing.T) {
	some := func(list []string) *rapid.Generator[string] { return rapid.SampledFrom(append([]string{""}, list...)) }
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.Map(rapid.String(), strings.TrimSpace)
		asked := sought{
			Words: word.Draw(t, "words"), From: word.Draw(t, "from"), To: word.Draw(t, "to"), Site: word.Draw(t, "site"), Section: word.Draw(t, "section"),
			Lang: some(soughtLanguages).Draw(t, "lang"), State: some(soughtStates).Draw(t, "state"), Sort: some(soughtSorts).Draw(t, "sort"),
			Ever: rapid.Bool().Draw(t, "ever"), Page: rapid.IntRange(1, maxHitPages).Draw(t, "page"),
		}
		u, err := url.Parse(asked.path())
		if err != nil {
			t.Fatal(err)
		}
		if got := readSought(u.Query()); got != asked {
			t.Fatalf("%s: %+v, not %+v", asked.path(), got, asked)
		}
	})
}
