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

// What stands in pages is found with its marks, in both languages, and nothing of it acts;
// what cannot be read is said, and the rest of the form stays.
func TestSearchPage(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	if err := s.Search.Update(t.Context(), "dantri", nil); err != nil {
		t.Fatal(err)
	}
	edited, takenDown := pagePath("dantri", keyOf(t, edited)), pagePath("dantri", keyOf(t, takenDown))
	for _, tt := range []struct {
		target    string
		says, not []string
	}{
		{"/search", []string{"How to search", "nghe an"}, []string{"<ol"}},
		{"/search?q=lang+chai", []string{`href="` + edited + `"`, "<mark>", "1 article", "dantri"}, []string{takenDown}},
		{"/search?q=gia+ca+phe", []string{`href="` + takenDown + `"`, "taken down"}, nil},
		{"/search?q=gia+ca+phe&state=live", []string{"Nothing was found", "Look for the same words in the whole archive"}, []string{takenDown}},
		{"/search?q=%22300+nguoi%22", []string{"Nothing was found", "ever=1"}, []string{edited}},
		{"/search?q=%22300+nguoi%22&ever=1", []string{edited + "/v/1", "version 1"}, nil},
		{"/search?q=the+javascript&lang=vi", []string{"&lt;b&gt;", "javascript"}, []string{"<b>", "alert(1)</script>"}},
		{"/search?q=lang&from=hom+nay", []string{"That is no day", `value="hom nay"`, `aria-invalid="true"`}, []string{"<ol"}},
		{"/search?q=lang&from=18/11/2026&to=2026-11-18", []string{edited}, nil},
		{"/search?q=lang&from=2027", []string{"Nothing was found"}, []string{edited}},
		{"/search?q=" + strings.Repeat("a", 1001), []string{"That is too long"}, nil},
		{"/search?q=lang&page=51&lang=xx&sort=worst", []string{"Nothing was found"}, nil},
	} {
		w := ask(s, tt.target, "Accept-Language", "en")
		body := w.Body.String()
		_, main, _ := strings.Cut(body, "<main")
		for _, want := range tt.says {
			if !strings.Contains(main, want) {
				t.Errorf("%.80s does not say %q", tt.target, want)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(main, not) {
				t.Errorf("%.80s says %q", tt.target, not)
			}
		}
	}
}
