package warcfile

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	at := time.Date(2026, 11, 27, 3, 15, 0, 0, time.UTC)
	for _, test := range []struct {
		date  string
		want  time.Time
		zoned bool
	}{
		{"2026-11-27T03:15:00Z", at, true},
		{"2026-11-27T10:15:00+07:00", at, true},
		{"2026-11-27T10:15:00+0700", at, true},
		{"2026-11-27T10:15:00+07", at, true},
		{"2026-11-27T10:15:00 +07:00", at, true},
		{"2026-11-27T10:15:00 +0700", at, true},
		{"2026-11-26T22:45:00-0430", at, true},
		{"2026-11-27 10:15:00+0700", at, true},
		{"2026-11-27 03:15:00 UTC", at, true},
		{"2026-11-27 03:15:00 GMT", at, true},
		{"2026-11-27t03:15:00z", at, true},
		{"  2026-11-27T03:15:00Z\t", at, true},
		{"2026-11-27T03:15Z", at, true},
		{"2026-11-27T10:15+0700", at, true},
		{"2026-11-27T03:15:00.000Z", at, true},
		{"2026-11-27T03:15:00.123456789Z", at.Add(123456789), true},
		{"2026-11-27T03:15:00.1234567890123Z", at.Add(123456789), true},
		{"2026-11-27T10:15:00.5+0700", at.Add(time.Second / 2), true},
		{"2026-11-27T03:15:00,25Z", at.Add(time.Second / 4), true},
		{"2026-11-27T03:15:60Z", at.Add(59 * time.Second), true},
		{"20261127T031500Z", at, true},
		{"2026-11-27T03:15:00+00:00Z", at, true},
		{"2026-11-27 10:15:00 +0700 +07", at, true},
		{"2026-11-27 03:15:00.5 +0000 UTC", at.Add(time.Second / 2), true},
		{"2026-11-27T03:15:00.Z", at, true},
		{"2026/11/27 03:15:00Z", at, true},
		{"Fri, 27 Nov 2026 03:15:00 GMT", at, true},
		{"Fri, 27 Nov 2026 10:15:00 +0700", at, true},
		{"Fri Nov 27 03:15:00 2026", at, false},
		{"2026-11-27T03:15:00", at, false},
		{"2026-11-27 03:15:00", at, false},
		{"2026-11-27  03:15:00.5", at.Add(time.Second / 2), false},
		{"2026-11-27T03:15", at, false},
		{"20261127031500", at, false},
		{"2026-11-27", time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC), false},
		{"20261127", time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC), false},
		{"2026-11", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), false},
		{"2026", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), false},
	} {
		if got, zoned, err := ParseDate(test.date); err != nil || !got.Equal(test.want) || zoned != test.zoned || got.Location() != time.UTC {
			t.Errorf("%q: %v, %v, %v", test.date, got, zoned, err)
		}
	}
	for _, none := range []string{"", "yesterday", "2026-13-01", "2026-02-30T00:00:00Z", "2026-11-27T25:00:00Z", "2026-11-27T03:15:00+99:00", "2026-11-27T", "202611", "27.11.2026", "2026-11-27T03:15:00ZZ", "2026-11-27T03:15:00 ICT"} {
		if got, _, err := ParseDate(none); err == nil || !got.IsZero() {
			t.Errorf("%q: %v, %v", none, got, err)
		}
	}
}

// What is read as a date is written as one, and is the same then.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2022-12-24T03:00:00Z", "2026-11-27 10:15:00.5 +07:00", "20261127031500", "2026", "x", "2026-12-31T23:59:60-0030"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, _, err := ParseDate(s)
		if err != nil {
			if !at.IsZero() {
				t.Fatal("an error and a date")
			}
			return
		}
		at = at.Truncate(time.Millisecond)
		if at.Year() < 0 || at.Year() > 9999 {
			return // by its zone
		}
		if again, zoned, err := ParseDate(FormatDate(at)); err != nil || !zoned || !again.Equal(at) {
			t.Fatalf("%q is %v, then %v: %v", s, at, again, err)
		}
	})
}
