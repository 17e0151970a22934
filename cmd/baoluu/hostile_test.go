package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baoluu/archive"
	"baoluu/archive/capture"
	"baoluu/cleaner"
	"baoluu/cleaner/plain"
	"baoluu/sites"
)

// acting is text of all that acts on who shows it, and of a line that passes for ours.
const acting = "\x1b]0;pwn\a\x9d\x1b[31m\u009b31m\x00\b\x7f\u0085\u202e\u2066\u061c\u200e\u2028\u2029\ufeff\U000e0001\t\r\nFORGED dòng"

// hostileArchive is an archive in which all that can say what it likes does, and a WARC
// file that does.
func hostileArchive(t *testing.T) (dir, page, warc string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "archive")
	arch, err := archive.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC)
	text := strings.ToValidUTF8(acting, "")
	const name = "1-20261103081522417.htm"
	key := "20261103081522417"
	versions := func(key string) error {
		for i := range 3 {
			at := at.Add(time.Duration(i) * time.Hour)
			title := fmt.Sprintf("Tên %d %s", i, text)
			c := capture.Capture{
				Page: key, URL: "https://dantri.com.vn/xa-hoi/" + strings.TrimPrefix(text, "\x1b") + name, Time: at, Kind: capture.Response, State: capture.Live,
				Status: 200, Proto: "HTTP/1.1", Reason: text, Header: []capture.Field{{Name: "X-" + text, Value: acting}},
				ContentType: "text/html; charset=utf-8", File: text, Notes: []string{"note " + text},
			}
			kept := capture.Kept{Capture: c, Body: fmt.Appendf(nil, "<html><head><title>%s</title></head><body><h1>%[1]s</h1><p>%[1]s</p></body></html>", title+acting)}
			if i == 2 {
				kept.State, kept.Status, kept.Refused = capture.Gone, 404, "gone "+text
			} else {
				kept.Article = &cleaner.Article{
					Site: "dantri", URL: c.URL, ID: cleaner.Text(text), Language: "vi", Title: cleaner.Text(title), Kicker: cleaner.Text(text), Lead: cleaner.Text(title),
					Dateline: cleaner.Text(text), Byline: cleaner.Text(title), Source: cleaner.Text(text), Published: cleaner.Time{Time: at}, PublishedFrom: cleaner.Text(text),
					Section: []string{text}, Tags: []string{text}, Captions: []string{title}, Images: []cleaner.Image{},
					Body: []cleaner.Block{{Kind: "paragraph", Text: title}}, Text: strings.ReplaceAll(title, "\n", ""), Layout: text, Cleaner: "dantri/1", Notes: []string{text},
				}
			}
			entry := capture.Entry{Page: key, URL: c.URL, Kind: sites.Article, Class: capture.Again, Due: at.AddDate(10, 0, 0), Listed: at, ListedBy: text}
			run := capture.Run{Started: at, Ended: at.Add(time.Minute), End: "failed " + text, Gaps: map[string]int{text: 1}, Drift: []capture.Drift{{Field: text, Examples: []string{text}}}}
			if _, err := arch.Commit(t.Context(), "dantri", capture.Batch{Kept: []capture.Kept{kept}, Entries: []capture.Entry{entry}, Run: &run}); err != nil {
				return err
			}
		}
		return nil
	}
	// A key that says as much as the archive lets it.
	for _, more := range []string{text, strings.ReplaceAll(text, "\x00", ""), "\u202e\u2066\u061c\u200e\u2028\ufeff", ""} {
		page = "dantri/" + key + more
		if err = versions(key + more); err == nil {
			break
		}
		if !errors.Is(err, archive.ErrInvalid) {
			t.Fatal(err)
		}
	}
	t.Logf("page %q: %v", page, err)

	// One of another page, with a key of its own that another program wrote, and a broken record.
	quoted, err := json.Marshal("9" + strings.ReplaceAll(text, "\x00", ""))
	if err != nil {
		t.Fatal(err)
	}
	block := "HTTP/1.1 200 " + strings.ReplaceAll(acting, "\r\n", "") + "\r\nContent-Type: text/html\r\nX-Y: " + strings.ReplaceAll(acting, "\r\n", "") + "\r\n\r\n<html><title>" + acting + "</title><p>" + acting
	var b strings.Builder
	for _, head := range []string{
		"WARC-Target-URI: https://dantri.com.vn/xa-hoi/a-20261103081522418.htm\r\nBaoLuu-Site: dantri\r\nBaoLuu-Page: " + string(quoted) + "\r\n",
		"WARC-Target-URI: https://dantri.com.vn/xa-hoi/b-20261103081522419.htm\r\nWARC-Truncated: " + strings.ReplaceAll(acting, "\r\n", "") + "\r\n",
		"WARC-Target-URI: https://dantri.com.vn/" + strings.ReplaceAll(acting, "\r\n", "") + "\r\n",
		"WARC-Payload-Digest: sha1:" + strings.ReplaceAll(acting, "\r\n", "") + "\r\nWARC-Target-URI: https://dantri.com.vn/xa-hoi/c-20261103081522420.htm\r\n",
	} {
		fmt.Fprintf(&b, "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:%012d>\r\nWARC-Date: 2026-11-02T03:04:05Z\r\n%sContent-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
			b.Len(), head, len(block), block)
	}
	b.WriteString("WARC/1.1\r\nWARC-Type: " + strings.ReplaceAll(acting, "\r\n", "") + "\r\nContent-Length: " + acting + "\r\n\r\n")
	warc = filepath.Join(t.TempDir(), "hostile.warc")
	if err := os.WriteFile(warc, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, page, warc
}

// Nothing that a page, an archive or a file says acts on who reads along, on a terminal
// or behind a pipe, and no line of its own stands among ours. JSON means the same.
func TestNothingShownActs(t *testing.T) {
	dir, page, warc := hostileArchive(t)
	html := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(html, fmt.Appendf(nil, `<html><head><title>%s</title><link rel=canonical href="https://dantri.com.vn/xa-hoi/x-20261103081522417.htm"></head><body><article><h1>%[1]s</h1><p>%[1]s %[2]s</p>`, acting, strings.Repeat("Trời hôm nay mưa rất to ở khắp các quận. ", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	slog, done, err := (&app{}).openLog(log, LogConfig{MaxSize: 1e6, Keep: 1})
	if err != nil {
		t.Fatal(err)
	}
	slog.Error(acting, "err", errors.New(acting), acting, acting)
	if err := done(); err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, name string, said []byte) {
		t.Helper()
		if string(said) != plain.Text(string(said)) {
			t.Errorf("%s: %+q", name, said)
		}
		for line := range strings.Lines(string(said)) {
			if strings.HasPrefix(line, "FORGED") {
				t.Errorf("%s: a line of its own: %q", name, said)
			}
		}
	}
	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "log file", lines)
	var logged struct{ Msg string }
	if err := json.Unmarshal(lines, &logged); err != nil || logged.Msg != strings.ToValidUTF8(acting, "\ufffd") {
		t.Errorf("%q, %v", logged.Msg, err)
	}

	out, other := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), acting[:3]+"x")
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, filepath.Base(other)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	commands := [][]string{
		{"list"}, {"list", "--json"}, {"log", page}, {"log", "--json", page}, {"log"}, {"log", "--patch"}, {"log", "--patch", "--json"}, {"log", "--patch", page}, {"show", page}, {"show", "--view", "page", page}, {"show", "--json", page},
		{"show", "--version", "1", page}, {"show", "--version", "3", page}, {"diff", page}, {"diff", "--json", page}, {"stats"}, {"stats", "--json"}, {"stats", "--by", "month"},
		{"ledger", "--from", "2026-11-01"}, {"ledger", "--from", "2026-11-01", "--json"}, {"ledger", "--day", "2026-11-02"}, {"verify"}, {"verify", "--json"},
		{"clean", html}, {"clean", "--json", html}, {"clean", "--explain", html}, {"clean", "--explain", "--json", html}, {"clean", "--view", "page", html},
		{"import", "--time", "2026-11-02", html}, {"import", "--time", "2026-11-02", "--json", html}, {"import", warc}, {"import", "--json", warc}, {"list"}, {"list", "--json"}, {"verify"}, {"ledger"},
		{"export", "--format", "txt", "--out", out + "-txt"}, {"export", "--format", "jsonl", "--out", out}, {"export", "--format", "warc", "--out", out + "-warc"}, {"export", "--format", "wacz", "--out", out + "-wacz"},
		{"export", "--out", foreign}, {"export", "--out", out, "--format", "jsonl", "--json"},
		{"reclean", "--force", "--dry-run", "--all"}, {"reclean", "--force", "--json"}, {"reclean", "--force", "--accept"}, {"log", page}, {"list"}, {"crawl", "dantri", "--dry-run"}, {"crawl", "dantri", "--dry-run", "--json"}, {"sites"},
		{"reclean", "--force", "--dry-run", "--html", out + ".html"}, {"drift"}, {"drift", "--json"}, {"drift", "--field", acting}, {"fixture", "--out", out + "-fixture", page}, {"fixture", "--json", "--out", out + "-fixture", page},
		{"backup", other}, {"merge", other}, {"merge", "--json", other}, {"rescue", filepath.Join(t.TempDir(), "r")},
		{"forget", "--reason", "Điều 1 " + acting, page}, {"forget", "--reason", "Điều 1", page}, {"forget", "--reason", "Điều 1", "--yes", page}, {"list", "--forgotten"}, {"list", "--forgotten", "--json"}, {"show", page},
		{"show", acting}, {"show", "dantri/" + acting}, {acting}, {"list", "--" + acting}, {"list", "--site", acting}, {"list", "--at", acting}, {"import", acting}, {"clean", acting},
		{"show", "https://dantri.com.vn/" + acting}, {"crawl", "--url", acting}, {"crawl", acting}, {"list", "--config", acting}, {"list", "--archive", acting}, {"serve", "--listen", acting},
		{"cron", "--format", acting}, {"export", "--out", acting, "--format", acting}, {"help", acting}, {"completion", "bash"}, {"completion", "zsh"}, {"completion", "fish"}, {"__complete", "show", acting},
		{"version", "--licenses"}, {"import", "--site", "dantri", "--url", acting, html}, {"clean", "--url", acting, html},
	}
	for _, args := range commands {
		var stdout, stderr bytes.Buffer
		if args[0] != "completion" && args[0] != acting {
			args = append([]string{args[0], "--archive", dir}, args[1:]...)
		}
		code := run(t.Context(), args, nil, &stdout, &stderr)
		name := fmt.Sprintf("%.60q: exit %d", args, code)
		check(t, name+", stdout", stdout.Bytes())
		check(t, name+", stderr", stderr.Bytes())
		if testing.Verbose() {
			t.Logf("%s\n%s%s", name, stdout.Bytes()[:min(stdout.Len(), 600)], stderr.Bytes()[:min(stderr.Len(), 600)])
		}
		if code == exitDone && stdout.Len() > 0 && strings.Contains(strings.Join(args, " "), "--json") {
			for line := range bytes.Lines(stdout.Bytes()) {
				if !json.Valid(line) {
					t.Errorf("%s: no JSON: %q", name, line)
				}
			}
		}
	}
	lines, err = os.ReadFile(filepath.Join(out, "dantri.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "JSON lines", lines)
}

// JSON lines hold what the page says, to the letter; only the bytes of a body go out as
// they are.
func TestDataStaysData(t *testing.T) {
	dir, page, _ := hostileArchive(t)
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"show", "--archive", dir, "--json", "--version", "2", page}, nil, &stdout, &stderr); code != exitDone {
		t.Fatalf("%d %s", code, &stderr)
	}
	var line struct{ Title string }
	if err := json.Unmarshal(stdout.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if want := "Tên 1 " + strings.ToValidUTF8(acting, ""); line.Title != want {
		t.Errorf("%+q, want %+q", line.Title, want)
	}
	stdout.Reset()
	if code := run(t.Context(), []string{"show", "--archive", dir, "--view", "html", "--version", "2", page}, nil, &stdout, &stderr); code != exitDone || !bytes.Contains(stdout.Bytes(), []byte(acting)) {
		t.Errorf("%d %s %q", code, &stderr, &stdout)
	}
}
