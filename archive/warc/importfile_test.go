package warc

import (
	"slices"
	"strings"
	"testing"

	"baoluu/archive/warcfile/warctest"
)

// That a file is not gzip record by record is worth a word, but all of it was read.
func TestImportMembersAnywhere(t *testing.T) {
	file := warctest.Gzip(t, warctest.Parted(numbered(1)+numbered(2), 1000)...)
	if n, problems := importText(t, newArchive(t, t.TempDir()), ImportOptions{}, file); n.Captures != 2 || n.Problems != 0 || len(problems) != 1 {
		t.Errorf("%+v, %q", n, problems)
	}
}

// A date that says no zone is noted.
func TestImportDate(t *testing.T) {
	for date, noted := range map[string]bool{"2026-11-27T10:15:00+0700": false, "2026-11-27T10:15:00Z": false, "2026-11-27 10:15:00": true} {
		a := newArchive(t, t.TempDir())
		n, problems := importText(t, a, ImportOptions{}, record("response", articleURL, date, "HTTP/1.1 200 OK\r\n\r\nx"))
		if n.Captures != 1 || len(problems) > 0 {
			t.Fatalf("%s: %+v, %q", date, n, problems)
		}
		if got := slices.ContainsFunc(all(t, a, testSite)[0].Notes, func(n string) bool { return strings.Contains(n, "no zone") }); got != noted {
			t.Errorf("%s: noted: %v", date, got)
		}
	}
}
