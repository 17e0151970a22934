package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestLogIsRotated(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log.json")
	f, err := openLogFile(name, 100, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := range 40 {
		if _, err := fmt.Fprintf(f, "line %02d of ten\n", i); err != nil {
			t.Fatal(err)
		}
	}
	names, err := filepath.Glob(name + "*")
	if err != nil {
		t.Fatal(err)
	}
	var logs []string
	for _, n := range names {
		if strings.HasSuffix(n, ".lock") {
			continue
		}
		logs = append(logs, n)
		if info, err := os.Stat(n); err != nil || info.Size() > 100 || info.Size() == 0 {
			t.Errorf("%s: %v, %v", n, info.Size(), err)
		}
	}
	if len(logs) != 3 {
		t.Errorf("%q", logs)
	}
	last, err := os.ReadFile(name)
	if err != nil || !strings.HasSuffix(string(last), "line 39 of ten\n") {
		t.Errorf("%q, %v", last, err)
	}
	// A line longer than the limit gets a file of its own.
	if _, err := f.Write([]byte(strings.Repeat("x", 300) + "\n")); err != nil {
		t.Error(err)
	}
}

// Several processes write one log: no line is lost or cut while it is rotated.
func TestLogOfManyWriters(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log.json")
	const writers, lines = 4, 100
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			f, err := openLogFile(name, 4000, 1000)
			if err != nil {
				t.Error(err)
				return
			}
			defer f.Close()
			log := slog.New(slog.NewJSONHandler(f, nil))
			for i := range lines {
				log.Info("fetched", "writer", w, "line", i)
			}
		})
	}
	wg.Wait()
	names, err := filepath.Glob(name + "*")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, n := range names {
		if strings.HasSuffix(n, ".lock") {
			continue
		}
		file, err := os.Open(n)
		if err != nil {
			t.Fatal(err)
		}
		for s := bufio.NewScanner(file); s.Scan(); {
			var line struct{ Writer, Line int }
			if err := json.Unmarshal(s.Bytes(), &line); err != nil {
				t.Errorf("%s: %q", n, s.Text())
			}
			seen[fmt.Sprint(line.Writer, " ", line.Line)] = true
		}
		file.Close()
	}
	if len(seen) != writers*lines {
		t.Errorf("%d of %d lines, in %d files", len(seen), writers*lines, len(names))
	}
}

func TestLogLines(t *testing.T) {
	var out bytes.Buffer
	log := newLog(&out, logInfo)
	log.Info("crawl ended", "dur", 1500*time.Millisecond, "err", error(nil))
	log.Info("crawl ended", "err", errors.New("no room"))
	for i, want := range []string{`\+07:00","level":"INFO","msg":"crawl ended","dur":"1.5s"}`, `"err":"no room"}`} {
		line, err := out.ReadString('\n')
		if err != nil || !regexp.MustCompile(want+"\n$").MatchString(line) {
			t.Errorf("line %d: %q, %v", i, line, err)
		}
	}
}
