package warcfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"baoluu/archive/warcfile/warctest"
)

// wholeOf are the records of what was read whose blocks are whole.
func wholeOf(got []string) []string {
	return slices.DeleteFunc(slices.Clone(got), func(s string) bool { return strings.HasSuffix(s, "…") })
}

// Gzip members may begin and end anywhere: unpacked it is the same file.
func TestReaderMembersAnywhere(t *testing.T) {
	var file strings.Builder
	var want []string
	for i := range 12 {
		block := strings.Repeat(fmt.Sprint("chữ ", i, "\r\n"), i*i)
		if i == 7 {
			block = warctest.Response("http://within/", "a record in a record") // its length is right: it is none
		}
		file.WriteString(warctest.Response(fmt.Sprintf("http://%d/", i), block))
		want = append(want, fmt.Sprintf("http://%d/ %s", i, block))
	}
	for _, n := range []int{7, 31, 100, 257, 1024, 4000, 100_000} {
		zip := warctest.Gzip(t, warctest.Parted(file.String(), n)...)
		for _, workers := range []int{0, 2} {
			got := whatIsRead(t, strings.NewReader(zip), workers)
			if strings.Contains(strings.Join(got, "|"), "ends within") || strings.Contains(strings.Join(got, "|"), "damaged") {
				t.Errorf("members of %d bytes, %d workers: %.300q", n, workers, got)
			}
		}
		got, problems, err := readAll(t, iotest.HalfReader(strings.NewReader(zip)))
		if diff := cmp.Diff(want, got); diff != "" || err != nil || len(problems) != 1 {
			t.Errorf("members of %d bytes: %v, %q\n%.1000s", n, err, problems, diff)
		}
	}
}

// Each record in members of its own, cut within its header and its block.
func TestReaderRecordInMembers(t *testing.T) {
	a, b := warctest.Response("http://a/", "one"), warctest.Response("http://b/", "two")
	for i := range a {
		got, problems, err := readAll(t, strings.NewReader(warctest.Gzip(t, a[:i], a[i:], b[:i], "", b[i:])))
		if want := []string{"http://a/ one", "http://b/ two"}; !slices.Equal(got, want) || err != nil || len(problems) > 0 && i >= len("WARC/1.0") {
			t.Fatalf("cut at %d: %q, %q, %v", i, got, problems, err)
		}
	}
}

// A record whose length says too much ends where a member begins with another.
func TestReaderLengthInMembers(t *testing.T) {
	a, c := warctest.Response("http://a/", "one"), warctest.Response("http://c/", "three")
	b := strings.Replace(warctest.Response("http://b/", "two"), "Content-Length: 3", "Content-Length: 100000", 1)
	got, problems, err := readAll(t, strings.NewReader(warctest.Gzip(t, a, b[:20], b[20:], c)))
	if want := []string{"http://a/ one", "http://b/ two\r\n\r\n…", "http://c/ three"}; !slices.Equal(got, want) || err != nil || len(problems) != 1 {
		t.Errorf("%q, %q, %v", got, problems, err)
	}
}

// Damage costs the records that touch it, wherever members begin.
func TestReaderMembersAnywhereDamaged(t *testing.T) {
	var file strings.Builder
	for i := range 40 {
		block := ""
		for j := range 300 {
			block += fmt.Sprint(i*7919+j*104729%1013, " ")
		}
		file.WriteString(warctest.Response(fmt.Sprintf("http://%d/", i), block))
	}
	parts := warctest.Parted(file.String(), 1500)
	for name, damaged := range map[string]func(zip string) string{
		"flipped":     func(zip string) string { return zip[:len(zip)/2] + "\x00\xff\x00" + zip[len(zip)/2+3:] },
		"cut":         func(zip string) string { return zip[:len(zip)/2] },
		"junk before": func(zip string) string { return "junk \x1f\x8b\x08\x00 junk" + zip },
		"gone":        func(string) string { return "" },
	} {
		members := make([]string, len(parts))
		for i, p := range parts {
			if members[i] = warctest.Gzip(t, p); i == len(parts)/2 {
				members[i] = damaged(members[i])
			}
		}
		got, problems, err := readAll(t, strings.NewReader(strings.Join(members, "")))
		whole := wholeOf(got)
		if err != nil || len(whole) < 36 || len(problems) == 0 || !strings.HasPrefix(whole[len(whole)-1], "http://39/") {
			t.Errorf("%s: %d whole of %d, %v, %q", name, len(whole), len(got), err, problems)
		}
	}
}

// What was sent as gzip and lies in a member as it is, is no member.
func TestReaderGzipWithinDamaged(t *testing.T) {
	within := warctest.Gzip(t, warctest.Response("http://w/", strings.Repeat("x", 50)))
	damaged := warctest.Gzip(t, warctest.Response("http://h/", "-"))
	stored := []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 0, byte(len(within)), byte(len(within) >> 8), ^byte(len(within)), ^byte(len(within) >> 8)}
	file := warctest.Gzip(t, warctest.Response("http://a/", "one")) + string(stored) + within[:len(within)-1] + "!" + damaged[:30] + warctest.Gzip(t, warctest.Response("http://c/", "three"))
	got, _, err := readAll(t, strings.NewReader(file))
	if whole := wholeOf(got); err != nil || !slices.Contains(whole, "http://a/ one") || !slices.Contains(whole, "http://c/ three") {
		t.Errorf("%q, %v", got, err)
	}
}

// An ARC file is named as one, whatever its own name and its compression.
func TestReaderARC(t *testing.T) {
	arc := "filedesc://IA-2001.arc 0.0.0.0 20010102030405 text/plain 76\n1 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n\n" +
		"http://vov.vn/ 192.0.2.1 20010102030405 text/html 30\nHTTP/1.0 200 OK\n\n<html></html>\n"
	for name, file := range map[string]string{"plain": arc, "gzip": warctest.Gzip(t, arc[:120], arc[120:]), "gzip as a whole": warctest.Gzip(t, arc), "zstd": warctest.Zstd(t, nil, arc)} {
		if got, problems, err := readAll(t, strings.NewReader(file)); !errors.Is(err, ErrARC) || len(got)+len(problems) > 0 {
			t.Errorf("%s: %q, %q, %v", name, got, problems, err)
		}
	}
	for name, want := range map[string]bool{"a.arc": true, "A.ARC.GZ": true, "a.warc.gz": false, "a.arc.warc": false, "arc": false, "arc.gz": false, "a.marc": false} {
		if IsARC(name) != want {
			t.Errorf("%s", name)
		}
	}
}
