package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/sites"
)

func TestNumbersAndDates(t *testing.T) {
	vi, en := &texts{lang: "vi"}, &texts{lang: "en"}
	day := time.Date(2016, 4, 8, 3, 15, 0, 0, time.UTC)
	for _, tt := range []struct{ got, want string }{
		{vi.num(0), "0"}, {vi.num(999), "999"}, {vi.num(1240), "1.240"}, {vi.num(-1234567), "-1.234.567"}, {en.num(1234567), "1,234,567"}, {en.num(-999), "-999"},
		{vi.size(999), "999 B"}, {vi.size(4_210_000), "4,2 MB"}, {en.size(4_210_000), "4.2 MB"}, {en.size(9e18), "9000.0 PB"},
		{vi.percent(1), "100 %"}, {vi.percent(0.99999), "99,9 %"}, {en.percent(0.5), "50.0 %"},
		{vi.date(day), "08/04/2016"}, {en.date(day), "8 April 2016"}, {vi.moment(day), "10:15, 08/04/2016"}, {en.moment(day), "8 April 2016, 10:15"},
		{vi.weekday(day), "Thứ sáu"}, {en.weekday(day), "Friday"}, {vi.month(day), "Tháng 4 năm 2016"}, {en.month(day), "April 2016"},
		{iso(day), "2016-04-08T10:15:00+07:00"}, {isoDay(day.Add(20 * time.Hour)), "2016-04-09"},
		{vi.complete(archive.LedgerDay{}), "–"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestChosenLanguage(t *testing.T) {
	for _, tt := range []struct{ cookie, accept, want string }{
		{"", "", "vi"}, {"", "en", "en"}, {"", "en-GB,en;q=0.9,vi;q=0.8", "en"}, {"", "vi-VN,vi;q=0.9,en;q=0.8", "vi"},
		{"", "fr", "vi"}, {"", "fr,en;q=0.5", "en"}, {"", ";;;", "vi"}, {"", "*", "vi"},
		{"vi", "en", "vi"}, {"en", "vi", "en"}, {"fr", "en", "en"}, {"<script>", "", "vi"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", tt.accept)
		if tt.cookie != "" {
			r.AddCookie(&http.Cookie{Name: languageCookie, Value: tt.cookie})
		}
		if got := chosen(r); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}

func TestLanguageSwitch(t *testing.T) {
	s := newTestServer(t, smallArchive(t))
	w := ask(s, "/language/en?back=%2Fday%2F2026-11-22%3Fx%3D1")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/day/2026-11-22?x=1" || w.Result().Cookies()[0].Value != "en" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := ask(s, "/language/fr"); w.Code != http.StatusNotFound {
		t.Error(w.Code)
	}
}

// The switch leads nowhere but to this server.
func FuzzOwnPath(f *testing.F) {
	for _, back := range []string{"/", "", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x", "/p/dantri/1?x=//y", "/\t/evil.example", "\\/x"} {
		f.Add(back)
	}
	f.Fuzz(func(t *testing.T, back string) {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/language/en", nil)
		w := httptest.NewRecorder()
		http.Redirect(w, r, ownPath(back), http.StatusSeeOther)
		to, err := r.URL.Parse(w.Header().Get("Location"))
		if err != nil || to.Host != "localhost" || to.Scheme != "http" {
			t.Errorf("%q leads to %q", back, w.Header().Get("Location"))
		}
	})
}

func FuzzParseDay(f *testing.F) {
	for _, day := range []string{"2026-11-22", "2024-02-30", "0000-00-00", "2026-1-2", "９999-01-01", "2026-11-22T00:00", ""} {
		f.Add(day)
	}
	f.Fuzz(func(t *testing.T, text string) {
		day, ok := parseDay(text)
		if ok && (isoDay(day) != text || day.Location() != sites.Zone) {
			t.Errorf("%q: %v", text, day)
		}
	})
}
