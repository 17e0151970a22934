package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/adhocore/gronx"

	"baoluu/sites"
)

func TestOnCalendar(t *testing.T) {
	for _, tt := range []struct {
		schedule string
		want     []string
	}{
		{"* * * * *", []string{"*-*-* *:*:00"}},
		{"3-59/15 * * * *", []string{"*-*-* *:03,18,33,48:00"}},
		{"30 2 * JAN,DEC 0", []string{"Sun *-01,12-* 02:30:00"}},
		{"0 6-8 1,15 * MON-TUE", []string{"*-*-01,15 06,07,08:00:00", "Mon,Tue *-*-* 06,07,08:00:00"}},
		{"0 0 */10 * 1", []string{"Mon *-*-01,11,21,31 00:00:00"}},
		{"7 * * * 7", []string{"Sun *-*-* *:07:00"}},
	} {
		got, err := onCalendar(tt.schedule)
		for i := range tt.want {
			tt.want[i] += " Asia/Ho_Chi_Minh"
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, %v", tt.schedule, got, err)
		}
	}
	for _, wrong := range []string{"0 0 L * *", "0 0 * * 5#2", "0 0 15W * *", "* * *", "x * * * *"} {
		if got, err := onCalendar(wrong); err == nil {
			t.Errorf("%s: %q", wrong, got)
		}
	}
}

func TestSystemdLine(t *testing.T) {
	got := systemdLine([]string{"/srv/báo lưu/b", "50%", "$HOME", `a"b`, ""})
	if want := `"/srv/báo lưu/b" 50%% $$HOME "a\"b" ""`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// Whatever parseConfig lets through can be asked whether it is due, and what
// systemd cannot say is an error, not a wrong timer.
func FuzzSchedule(f *testing.F) {
	for _, s := range []string{"*/15 * * * *", "0 0 L * *", "1-5,7 0-23/2 1 JAN MON#1", "0 0 31 2 *", "@daily", "* * * * * *"} {
		f.Add(s)
	}
	at := time.Date(2026, 11, 22, 9, 7, 0, 0, sites.Zone)
	f.Fuzz(func(t *testing.T, schedule string) {
		if checkSchedule(schedule) != nil {
			return
		}
		last, err := gronx.PrevTickBefore(schedule, at, true)
		if err == nil && last.After(at) {
			t.Errorf("%q came last at %s", schedule, last)
		}
		calendar, err := onCalendar(schedule)
		if (err == nil) != (len(calendar) > 0) {
			t.Errorf("%q: %q, %v", schedule, calendar, err)
		}
		for _, c := range calendar {
			if !strings.HasSuffix(c, ":00 "+cronZone) {
				t.Errorf("%q: %q", schedule, c)
			}
		}
	})
}
