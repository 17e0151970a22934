package cleaner

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baoluu/sites"

	"pgregory.net/rapid"
)

func TestReadLine(t *testing.T) {
	for _, tt := range []struct{ line, want, rest string }{
		// The newspapers' own forms.
		{"05/03/2014 | 00:01", "2014-03-05T00:01", ""},
		{"Tình yêu - Hôn nhân 05/03/2014 | 00:01", "2014-03-05T00:01", "Tình yêu - Hôn nhân"},
		{"Nguyên Minh - 07/03/2026 08:47", "2026-03-07T08:47", "Nguyên Minh"},
		{"Nguyên Minh07/03/2026 08:47", "2026-03-07T08:47", "Nguyên Minh"},
		{"Hải Đăng - 07/03/2026 08:47", "2026-03-07T08:47", "Hải Đăng"},
		{"07-03-2026 - 00:01 AM", "2026-03-07T00:01", ""},
		{"07-03-2026 - 14:05 PM |Doanh nghiệp", "2026-03-07T14:05", "Doanh nghiệp"},
		{"Thứ bảy, 7/3/2026, 00:05 (GMT+7)", "2026-03-07T00:05", ""},
		{"07/03/2026   08:52 (GMT+07:00)", "2026-03-07T08:52", ""},
		{"07/03/2026 08:01 GMT+7", "2026-03-07T08:01", ""},
		{"Thứ Ba, ngày 23/06/2015 - 13:58", "2015-06-23T13:58", ""},
		{"T7, 07/03/2026 | 08h52", "2026-03-07T08:52", ""},
		{"CN, 08.03.2026 - 7h", "2026-03-08T07:00", ""},
		{"Đăng lúc 7 giờ 05 phút sáng ngày 21 tháng 11 năm 2026", "2026-11-21T07:05", ""},
		{"9 giờ tối 21 tháng mười một, 2026", "2026-11-21T21:00", ""},
		{"Tháng Mười Một 21, 2026", "2026-11-21", ""},
		{"21 Th11 2026", "2026-11-21", ""},
		{"21/11/2026 3:05:00 CH", "2026-11-21T15:05", ""},
		{"21/11/2026 12:05 SA", "2026-11-21T00:05", ""},
		{"05/03/14 00:01", "2014-03-05T00:01", ""},
		{"14:50 GMT - thứ sáu, 20 tháng 11, 2026", "2026-11-20T21:50", ""},
		{"(Cập nhật: 21/11/2026 07:05)", "2026-11-21T07:05", ""},
		{"le 21 novembre 2026 à 7h05", "2026-11-21T07:05", ""},
		// English.
		{"Posted: 2 Oct 2026 23:40 UTC", "2026-10-03T06:40", ""},
		{"Nov. 21, 2026 7:05 a.m. EST", "2026-11-21T19:05", ""},
		{"November 21st, 2026 at 9 pm", "2026-11-21T21:00", ""},
		{"the 21st of November 2026, 07:05 ICT", "2026-11-21T07:05", "the"},
		{"Saturday, April 09, 2016 09:30", "2016-04-09T09:30", ""},
		{"7:05 AM +0700, 21/11/2026", "2026-11-21T07:05", ""},
		// For machines.
		{"Fri, 02 Oct 2026 23:40:00 GMT", "2026-10-03T06:40", ""},
		{"Friday, 02-Oct-26 23:40:00 GMT", "2026-10-03T06:40", ""},
		{"02 Oct 26 23:40 +0000", "", ""},
		{"Fri, 2 Oct 2026 19:40:00 -0400", "2026-10-03T06:40", ""},
		{"Fri Oct  2 23:40:00 UTC 2026", "2026-10-03T06:40", ""},
		{"Sat Oct  3 06:40:00 2026", "2026-10-03T06:40", ""},
		{"Sat Oct 03 2026 06:40:00 GMT+0700 (Indochina Time)", "2026-10-03T06:40", ""},
		{"Sat Oct 03 2026 06:40:00 GMT+0700 (Giờ Đông Dương)", "2026-10-03T06:40", ""},
		{"2026-03-07T08:52:11.000 +07:00", "2026-03-07T08:52", ""},
		{"2026-10-02T23:40:00Z", "2026-10-03T06:40", ""},
		{"2026-10-02T23:40Z", "2026-10-03T06:40", ""},
		{"2026-10-02T18:40-05:00", "2026-10-03T06:40", ""},
		{"2026-10-03T06:40:00+07:00[Asia/Ho_Chi_Minh]", "2026-10-03T06:40", ""},
		{"2026-10-02 23:40:00 +0000 UTC", "2026-10-03T06:40", ""},
		{"2026-10-02 23:40:00 UTC", "2026-10-03T06:40", ""},
		{"2026/10/03 06:40", "2026-10-03T06:40", ""},
		// No zone: a day behind a dash.
		{"07:05 - 21/11/2026", "2026-11-21T07:05", ""},
		// What is none, or cannot be.
		{"31/02/2026", "", ""}, {"21/13/2026", "", ""}, {"0001-01-01T00:00:00", "", ""}, {"9999-12-31T23:59:59Z", "", ""},
		{"2026-11-21T07:05:00+99:99", "", ""}, {"2026-11-21T25:05:00", "", ""}, {"12/11/2026/NĐ-CP", "", ""}, {"192.168.11.2026", "", ""},
		{"Tháng 11/2026", "", ""}, {"2 giờ trước", "", ""}, {"Điều 21 khoản 11", "", ""},
		// The impossible date is passed over for the next.
		{"31/02/2026, 21/11/2026 07:05", "2026-11-21T07:05", "31/02/2026"},
	} {
		at, rest, ok := parseDate(tt.line)
		got := ""
		if ok {
			if got = at.Format(time.DateOnly); at.clock {
				got = at.Format("2006-01-02T15:04")
			}
		}
		if got != tt.want || rest != tt.rest {
			t.Errorf("%q: got %q, rest %q, want %q, rest %q", tt.line, got, rest, tt.want, tt.rest)
		}
	}
}

// Of two times on a line each is known for what it is.
func TestPublishedAndUpdated(t *testing.T) {
	for _, line := range []string{
		"Đăng lúc 07:05 21/11/2026 - Cập nhật 09:10 22/11/2026",
		"Cập nhật: 09:10 22/11/2026 | Ngày đăng: 07:05 21/11/2026",
		"21/11/2026 07:05 | Cập nhật 22/11/2026 09:10",
		"21/11/2026 07:05 (Cập nhật lần cuối 22/11/2026 09:10)",
		"Published Nov 21, 2026 7:05 AM, Updated Nov 22, 2026 9:10 AM",
		"Last updated: 22 November 2026 09:10; published: 21 November 2026 07:05",
		"22/11/2026 09:10 (cập nhật) | 21/11/2026 07:05",
	} {
		got := map[bool]string{}
		l := readLine(line)
		for _, at := range l.moments {
			got[at.updated] = at.Format("02 15:04")
		}
		if len(l.moments) != 2 || got[false] != "21 07:05" || got[true] != "22 09:10" {
			t.Errorf("%q: %v", line, got)
		}
		if !isTimeLine(line) {
			t.Errorf("%q is more than times: %q", line, l.rest)
		}
	}
}

func TestIsTimeLine(t *testing.T) {
	for line, want := range map[string]bool{
		"2 giờ trước": true, "2 hours ago": true, "Hôm qua": true, "Hôm qua, 07:05": true, "3 phút trước": true, "Cách đây 2 ngày": true,
		"Đăng 5 giờ trước": true, "Vừa xong": true, "an hour ago": true, "Yesterday at 7:05 pm": true, "Cập nhật lúc 07:05 ngày 21/11/2026": true,
		"21/11/2026": true, "(21/11/2026 07:05)": true, "7:05 p.m. Nov. 21, 2026": true,

		"Hôm qua.": false, "- Hôm qua": false, "“Hôm qua”": false, "Hôm qua tôi về": false, "2 giờ": false, "Hai giờ trước, tàu còn ở bến.": false,
		"Ngày 21/11/2026.": false, "Hôm ấy là ngày 21/11/2026": false, "Bến Lội, ngày 21/11/2026": false, "2026": false, "Năm 2026": false, "": false,
		"Lúc 7 giờ 21/11/2026 đò chìm": false, "Trước": false, "1.200 năm trước": false,
	} {
		if got := isTimeLine(line); got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
}

// printedForms are the forms in which a moment may stand on a page; to what of
// it each tells, and whether only machines are told so.
var printedForms = []struct {
	form  string
	print func(t time.Time) string
	to    time.Duration
}{
	{"ISO", func(t time.Time) string { return t.Format(time.RFC3339) }, time.Second},
	{"ISO in UTC", func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }, time.Second},
	{"ISO with milliseconds", func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }, time.Second},
	{"ISO without colon", func(t time.Time) string { return t.Format("2006-01-02T15:04:05-0700") }, time.Second},
	{"ISO in New York", func(t time.Time) string { return t.In(time.FixedZone("", -5*3600)).Format(time.RFC3339) }, time.Second},
	{"ISO without zone", func(t time.Time) string { return t.Format("2006-01-02T15:04:05") }, time.Second},
	{"ISO, basic", func(t time.Time) string { return t.UTC().Format("20060102T150405Z") }, time.Second},
	{"digits", func(t time.Time) string { return t.Format("20060102150405") }, time.Second},
	{"seconds", func(t time.Time) string { return fmt.Sprint(t.Unix()) }, time.Second},
	{"milliseconds", func(t time.Time) string { return fmt.Sprint(t.UnixMilli()) }, time.Second},
	{"RFC 1123", func(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }, time.Second},
	{"RFC 1123 with a zone", func(t time.Time) string { return t.Format(time.RFC1123Z) }, time.Second},
	{"RFC 850", func(t time.Time) string { return t.UTC().Format("Monday, 02-Jan-06 15:04:05 GMT") }, time.Second},
	{"C", func(t time.Time) string { return t.Format(time.ANSIC) }, time.Second},
	{"Unix", func(t time.Time) string { return t.UTC().Format("Mon Jan _2 15:04:05 UTC 2006") }, time.Second},
	{"Go", func(t time.Time) string { return t.UTC().String() }, time.Second},
	{"JavaScript", func(t time.Time) string { return t.Format("Mon Jan 02 2006 15:04:05 GMT-0700 (Indochina Time)") }, time.Second},
	{"day and time", func(t time.Time) string { return t.Format("02/01/2006 15:04") }, time.Minute},
	{"with a bar", func(t time.Time) string { return t.Format("02/01/2006 | 15:04") }, time.Minute},
	{"short", func(t time.Time) string { return t.Format("2-1-2006 15h04") }, time.Minute},
	{"AM on a clock of 24 hours", func(t time.Time) string { return t.Format("02-01-2006 - 15:04 PM") }, time.Minute},
	{"weekday", func(t time.Time) string {
		day := [...]string{"Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"}[t.Weekday()]
		return day + t.Format(", 2/1/2006, 15:04 (GMT+7)")
	}, time.Minute},
	{"SA and CH", func(t time.Time) string {
		return strings.NewReplacer("AM", "SA", "PM", "CH").Replace(t.Format("02/01/2006 3:04:05 PM"))
	}, time.Second},
	{"Vietnamese words", func(t time.Time) string {
		return "Đăng lúc " + t.Format("15 giờ 04") + " phút ngày " + t.Format("2 tháng 1 năm 2006")
	}, time.Minute},
	{"named month", func(t time.Time) string {
		month := [...]string{"Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai"}[t.Month()-1]
		return t.Format("2 Tháng ") + month + t.Format(", 2006 15:04")
	}, time.Minute},
	{"English", func(t time.Time) string { return t.Format("Monday, January 2, 2006 at 3:04 PM") }, time.Minute},
	{"English, day first", func(t time.Time) string { return t.Format("Published 2 Jan. 2006 15:04 ICT") }, time.Minute},
	{"English in UTC", func(t time.Time) string { return t.UTC().Format("Posted: 2 Jan 2006 15:04 UTC") }, time.Minute},
	{"a day", func(t time.Time) string { return t.Format("02/01/2006") }, 24 * time.Hour},
}

// TestMomentsAreReadBack: whatever moment is printed in whatever form, that
// moment is read, and nothing else is left of the line.
func TestMomentsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, last := time.Date(2000, 1, 1, 0, 0, 0, 0, sites.Zone), time.Date(2039, 12, 31, 0, 0, 0, 0, sites.Zone)
		at := time.Unix(rapid.Int64Range(first.Unix(), last.Unix()).Draw(t, "at"), 0).In(sites.Zone)
		f := rapid.SampledFrom(printedForms).Draw(t, "form")
		line := f.print(at)
		want := at
		switch f.to {
		case time.Minute:
			want = at.Truncate(time.Minute)
		case 24 * time.Hour:
			want = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, sites.Zone)
		}
		if f.form == "AM on a clock of 24 hours" && at.Hour() == 0 {
			return // 00:05 PM is of no clock
		}
		got, ok := readMoment(line)
		if !ok || !got.Equal(want) || got.clock != (f.to < 24*time.Hour) {
			t.Fatalf("%s: %q is read as %v, %t", f.form, line, got.Time, ok)
		}
		if machine := strings.Trim(line, "0123456789TZ") == ""; !machine && !isTimeLine(line) {
			t.Errorf("%s: %q is more than a time: %q", f.form, line, readLine(line).rest)
		}
		// A page that prints it, in an element or in a text dump, gives it.
		if page := rapid.Bool().Draw(t, "page"); page {
			checkPage(t, line, want)
		}
	})
}

func checkPage(t *rapid.T, line string, want time.Time) {
	page := `<!DOCTYPE html><html lang="vi"><head><title>Đò ngang nghỉ chạy</title><meta property="article:published_time" content="` + line +
		`"></head><body><main><h1>Đò ngang nghỉ chạy</h1>` + strings.Repeat("<p>Từ sáng nay đò ngang ở bến Lau nghỉ chạy, vì nước lên quá bờ kè và gió giật từng cơn, chủ đò cho biết.</p>", 3) + `</main></body></html>`
	a, err := Clean(Page{Body: []byte(page), ContentType: "text/html; charset=utf-8"}, nil)
	if err != nil || !a.Published.Equal(want) {
		t.Errorf("%q in a meta element: %v, %v %v", line, a.Published, a.Notes, err)
	}
}

// What the places of a page say together: the time, where it is taken from, and
// how many notes tell of a doubt.
func TestPlacesOfAPage(t *testing.T) {
	captured := time.Date(2026, 11, 21, 12, 0, 0, 0, sites.Zone)
	for _, tt := range []struct {
		name                      string
		linked, meta, shown, line string
		want, from                string
		notes                     int
	}{
		{"all agree", "2026-11-21T00:05:00Z", "2026-11-21T07:05:20+07:00", "1795219500", "21/11/2026 07:05", "2026-11-21T07:05", "json-ld", 0},
		{"one against two", "2026-11-20T07:05:00+07:00", "2026-11-21T07:05:00+07:00", "", "21/11/2026 07:05", "2026-11-21T07:05", "meta", 1},
		{"one against one", "2026-11-20T07:05:00+07:00", "", "", "21/11/2026 07:05", "2026-11-20T07:05", "json-ld", 1},
		{"two days against a time", "2026-11-20T07:05:00+07:00", "2026-11-21", "", "21/11/2026", "2026-11-21T00:00", "meta", 2},
		{"a day and a time", "2026-11-21", "", "", "21/11/2026 07:05", "2026-11-21T07:05", "text", 0},
		{"a Z that is none, twice", "2026-11-20T20:05:00Z", "2026-11-20T20:05:00Z", "", "20/11/2026 20:05", "2026-11-20T20:05", "json-ld", 2},
		{"a Z that is one", "2026-11-20T20:05:00Z", "", "", "21/11/2026 03:05", "2026-11-21T03:05", "json-ld", 0},
		{"the American order, as the day in the line says", "11/9/2026 4:05", "", "", "09/11/2026 04:05", "2026-11-09T04:05", "json-ld", 1},
		{"the American order, for the other is after the capture", "11/12/2026 4:05", "", "", "", "2026-11-12T04:05", "json-ld", 1},
		{"tomorrow and more", "2026-11-23T07:05:00+07:00", "", "", "20/11/2026 07:05", "2026-11-20T07:05", "text", 1},
		{"tomorrow and more alone", "2026-11-23T07:05:00+07:00", "", "", "", "", "", 1},
		{"a zone ahead of ours", "2026-11-22T00:05:00+14:00", "", "", "", "2026-11-21T17:05", "json-ld", 0},
		{"year 1", "0001-01-01T00:00:00Z", "", "2026-11-21T07:05:00+07:00", "", "2026-11-21T07:05", "time", 1},
		{"how long ago", "", "", "", "2 giờ trước", "", "", 0},
	} {
		h := head{metas: map[string][]string{"article:published_time": {tt.meta}}, linked: linked{Published: tt.linked}}
		m := &draft{doc: &Document{page: Page{Captured: captured}, text: "một bài", head: h}}
		shown := printedIn(tt.line, false)
		if at, ok := readMoment(tt.shown); ok {
			shown = append(shown, said{"time", tt.shown, at})
		}
		m.setTimes(shown)
		got := ""
		if !m.Published.IsZero() {
			got = m.Published.Format("2006-01-02T15:04")
		}
		if got != tt.want || string(m.PublishedFrom) != tt.from || len(m.Notes) != tt.notes {
			t.Errorf("%s: %s from %q, notes %q", tt.name, got, m.PublishedFrom, m.Notes)
		}
	}
}

// FuzzMoment: whatever a page says to machines, what is read of it is of the
// years of newspapers, in their zone, and a page may say it everywhere at once.
func FuzzMoment(f *testing.F) {
	at := time.Date(2026, 11, 21, 7, 5, 0, 0, sites.Zone)
	for _, form := range printedForms {
		f.Add(form.print(at), "11/9/2026 4:05:00 PM")
	}
	f.Add("1/1/1/1/1/1/1/1/1/1/1", "31/02/2026")
	f.Fuzz(func(t *testing.T, one, other string) {
		got, ok := readMoment(one)
		if ok && (got.Location() != sites.Zone || got.Year() < firstYear-1 || got.Year() > lastYear+1) {
			t.Errorf("%q: %v", one, got)
		}
		m := &draft{doc: &Document{head: head{metas: map[string][]string{"pubdate": {one, other}}, linked: linked{Published: other, Modified: one}}}}
		m.setTimes(append(printedIn(one, false), printedIn(other, true)...))
		if p := m.Published; !p.IsZero() && (p.Year() < firstYear-1 || p.Year() > lastYear+1 || p.Location() != sites.Zone) {
			t.Errorf("%q, %q: %v", one, other, p)
		}
		isTimeLine(one)
	})
}
