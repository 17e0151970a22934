package dates_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baoluu/cleaner"
	"baoluu/cleaner/internal/dates"
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
		at, rest, ok := dates.Parse(tt.line)
		got := ""
		if ok {
			if got = at.Format(time.DateOnly); at.Clock {
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
		l := dates.ReadLine(line)
		for _, at := range l.Dates {
			got[at.Updated] = at.Format("02 15:04")
		}
		if len(l.Dates) != 2 || got[false] != "21 07:05" || got[true] != "22 09:10" {
			t.Errorf("%q: %v", line, got)
		}
		if !dates.IsTimeLine(line) {
			t.Errorf("%q is more than times: %q", line, l.Rest)
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
		if got := dates.IsTimeLine(line); got != want {
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

// TestDatesAreReadBack: whatever moment is printed in whatever form, that
// moment is read, and nothing else is left of the line.
func TestDatesAreReadBack(t *testing.T) {
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
		got, ok := dates.ParseValue(line)
		if !ok || !got.Equal(want) || got.Clock != (f.to < 24*time.Hour) {
			t.Fatalf("%s: %q is read as %v, %t", f.form, line, got.Time, ok)
		}
		if machine := strings.Trim(line, "0123456789TZ") == ""; !machine && !dates.IsTimeLine(line) {
			t.Errorf("%s: %q is more than a time: %q", f.form, line, dates.ReadLine(line).Rest)
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
	a, err := cleaner.Clean(cleaner.Page{Body: []byte(page), ContentType: "text/html; charset=utf-8"}, nil)
	if err != nil || !a.Published.Equal(want) {
		t.Errorf("%q in a meta element: %v, %v %v", line, a.Published, a.Notes, err)
	}
}

func TestParseDate(t *testing.T) {
	for _, tt := range []struct{ line, want, rest string }{
		{"Thứ Năm, 16/07/2026 17:17", "2026-07-16T17:17", ""},
		{"Thứ Năm, 08:46, 16/07/2026", "2026-07-16T08:46", ""},
		{"Thứ bảy, 24/12/2022 - 08:41", "2022-12-24T08:41", ""},
		{"08:36 ngày 14/03/2016", "2016-03-14T08:36", ""},
		{"14/08/2026 - 21:20", "2026-08-14T21:20", ""},
		{"14/08/2026 21:20 (GMT+7)", "2026-08-14T21:20", ""},
		{"Chủ nhật, 3/4/2016 | 9h05", "2016-04-03T09:05", ""},
		{"Cập nhật lúc 7:05, Thứ Năm, 30/06/2016", "2016-06-30T07:05", ""},
		{"Saturday, April 09, 2016 09:30", "2016-04-09T09:30", ""},
		{"Saturday, 9 April 2016 9:30 PM", "2016-04-09T21:30", ""},
		{"04/16/2016", "2016-04-16", ""},
		{"May 20, 2012", "2012-05-20", ""},
		{"ngày 14 tháng 3 năm 2016", "2016-03-14", ""},
		{"DNUM_BCZAEZCABG 21:36", "2016-04-12T21:36", ""},
		{"2022-12-24 08:41", "2022-12-24T08:41", ""},
		{"2016-04-12T21:36:00+07:00", "2016-04-12T21:36", ""},
		{"2016-04-12T14:36:00Z", "2016-04-12T21:36", ""},
		{"2016-04-12T14:36:00.123+0000", "2016-04-12T21:36", ""},
		{"2016-04-12", "2016-04-12", ""},
		{"date 2016-04-12", "2016-04-12", ""},
		{"16/07/2026 | Thế giới", "2026-07-16", "Thế giới"},
		{"31/04/2016", "", ""}, {"32/01/2016", "", ""}, {"12/13/0016", "", ""}, {"25:00", "", ""}, {"no date", "", ""}, {"", "", ""},
		{"DNUM_ZZZZZZ", "", ""}, {"2016-04-12T99:99:99", "", ""}, {"Tháng 2/2016", "", ""},
	} {
		at, rest, ok := dates.Parse(tt.line)
		got := ""
		if ok {
			if got = at.Format(time.DateOnly); at.Clock {
				got = at.Format("2006-01-02T15:04")
			}
		}
		if got != tt.want || rest != tt.rest {
			t.Errorf("%q: got %q, rest %q, want %q, rest %q", tt.line, got, rest, tt.want, tt.rest)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Thứ Năm, 16/07/2026 17:17", "DNUM_BCZAEZCABG 21:36", "2016-04-12T14:36:00Z", "April 31, 2016 25:61 PM", "2016-04-12T14:36:00+99:99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		at, rest, ok := dates.Parse(line)
		if !ok {
			if !at.IsZero() || rest != "" {
				t.Errorf("%q: %v %q", line, at, rest)
			}
			return
		}
		if at.Location() != sites.Zone || at.Year() < 1989 || at.Year() > 2101 {
			t.Errorf("%q: %v", line, at)
		}
		// What was read reads the same from its machine form.
		again, _, ok := dates.Parse(at.Format(time.RFC3339))
		if !ok || !again.Equal(at.Time) {
			t.Errorf("%q: %v, again %v", line, at, again)
		}
	})
}
