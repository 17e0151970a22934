package capture

import "testing"

func TestGoodAndBlindRuns(t *testing.T) {
	for _, tt := range []struct {
		name        string
		run         Run
		good, blind bool
	}{
		{"done", Run{End: "done", Sources: 13, Read: 4}, true, false},
		{"all rest", Run{End: "done", Sources: 13, Read: 13, Resting: 13}, true, false},
		{"limited", Run{End: "limit", Sources: 13, Read: 1}, true, false},
		{"out of time before it read any", Run{End: "time", Sources: 13}, false, true},
		{"of an older archive", Run{End: "done", Listed: 3}, true, false},
		{"over named addresses", Run{End: "done", Seeds: 1, Came: 1}, false, false},
		{"refused, over named addresses", Run{End: "blocked", Seeds: 1}, false, false},
		{"blocked", Run{End: "blocked", Sources: 13}, false, true},
		{"its articles refused", Run{End: "blocked", Sources: 13, Read: 13}, false, true},
		{"unreachable", Run{End: "unreachable", Sources: 13}, false, true},
		{"no source", Run{End: "no source", Sources: 13}, false, true},
		{"no article", Run{End: "no article", Sources: 13, Read: 13}, false, true},
		{"failed", Run{End: "failed", Sources: 13, Read: 3}, false, true},
		{"interrupted", Run{End: "interrupted", Sources: 13, Read: 3}, false, false},
		{"interrupted at once", Run{End: "interrupted", Sources: 13}, false, true},
		{"interrupted, of an older archive", Run{End: "interrupted"}, false, false},
		{"at work", Run{Sources: 13}, false, false},
	} {
		if tt.run.Good() != tt.good || tt.run.Blind() != tt.blind {
			t.Errorf("%s: good %v, blind %v", tt.name, tt.run.Good(), tt.run.Blind())
		}
	}
}
